#include "observe/evidence.h"
#include "base/mem.h"
#include "evidence_index.h"
#include "evidence_keep.h"
#include "run.h"
#include <stdlib.h>
#include <string.h>

enum { PROGRESS_PACKETS = 8192 };

/* One reading for evidence. */
struct pass {
	struct capture_archives *archives;
	const struct capture_list *list;
	const struct observe_options *options;
	const struct input_record *records; /* of the run before */
	struct capture_filter *filter;
	struct evidence_index index;
	struct evidence_keeper *keepers;
	size_t keeper_count;
	struct evidence_set *set;
	size_t total_bytes;
	/* Of the input being read. */
	uint32_t input;
	size_t next_frame; /* of the index */
	struct evidence_packet packet;
	uint64_t packets, until_progress;
	bool stopped;
};

static int offer(void *context, size_t want)
{
	struct pass *pass = context;

	return keeper_offer(&pass->keepers[want], &pass->packet, &pass->total_bytes);
}

static int find_both_ports(struct pass *pass, struct evidence_key *key)
{
	if (index_find(&pass->index, key, pass, offer) != 0)
		return -1;
	key->port = -1;
	return pass->index.any_port ? index_find(&pass->index, key, pass, offer) : 0;
}

/* From the initiator, or back from the responder. */
static int find_both_ways(struct pass *pass, const struct quoted *ends)
{
	struct evidence_key key = {.initiator = ends->src,
				   .responder = ends->dst,
				   .protocol = ends->protocol,
				   .port = ends->dst_port};

	if (find_both_ports(pass, &key) != 0)
		return -1;
	key.initiator = ends->dst;
	key.responder = ends->src;
	key.port = ends->src_port;
	return find_both_ports(pass, &key);
}

/* As the flow table keys it: an unconfigured sender by its MAC. */
static struct addr key_address(const struct packet_facts *facts, const struct addr *address,
			       const uint8_t mac[MAC_BYTES])
{
	return facts->has_macs && addr_is_unspecified(address) ? addr_mac(mac) : *address;
}

static int offer_conversation(struct pass *pass, const struct packet *packet)
{
	struct packet_facts facts;
	enum decode_result result = decode_frame(&pass->options->decode, packet->link_type, packet->data,
						 packet->caplen, packet->wirelen, &facts);

	if (result == DECODE_ICMP_ERROR)
		return facts.quoted.src.family == ADDR_NONE ? 0 : find_both_ways(pass, &facts.quoted);
	if (result != DECODE_OK)
		return 0;
	return find_both_ways(pass, &(struct quoted){
					.src = key_address(&facts, &facts.src, facts.src_mac),
					.dst = key_address(&facts, &facts.dst, facts.dst_mac),
					.src_port = facts.src_port,
					.dst_port = facts.dst_port,
					.protocol = facts.protocol,
				    });
}

static int offer_named(struct pass *pass)
{
	const struct evidence_index *index = &pass->index;

	for (; pass->next_frame < index->frame_count; pass->next_frame++) {
		const struct evidence_frame *frame = &index->frames[pass->next_frame];

		if (frame->input != pass->input || frame->frame > pass->packet.packet.frame)
			break;
		if (frame->frame == pass->packet.packet.frame &&
		    keeper_take_named(&pass->keepers[frame->want], frame->slot, &pass->packet) != 0)
			return -1;
	}
	return 0;
}

static int take_packet(struct pass *pass, const struct packet *packet)
{
	int64_t before_ns = pass->packet.packet.time_ns;

	pass->packet = (struct evidence_packet){
	    .packet = *packet, .input = pass->input, .untimed = packet->time_ns == TIME_UNKNOWN};
	if (pass->packet.untimed)
		pass->packet.packet.time_ns = before_ns;
	if (offer_named(pass) != 0)
		return -1;
	if (pass->filter && !capture_filter_match(pass->filter, packet))
		return 0;
	return offer_conversation(pass, packet);
}

static void show_progress(struct pass *pass, const struct capture *capture)
{
	struct observe_progress progress = {.packets = pass->packets,
					    .input = pass->list->items[pass->input].path};

	pass->until_progress = PROGRESS_PACKETS;
	if (!pass->options->progress)
		return;
	capture_progress(capture, &progress.done_bytes, &progress.total_bytes);
	pass->stopped = !pass->options->progress(pass->options->context, &progress);
}

static int read_packets(struct pass *pass, struct capture *capture)
{
	struct packet packets[BATCH_PACKETS];
	size_t count;

	while (!pass->stopped && (count = capture_read(capture, packets, BATCH_PACKETS)) > 0) {
		for (size_t i = 0; i < count; i++)
			if (take_packet(pass, &packets[i]) != 0)
				return -1;
		pass->packets += count;
		pass->until_progress -= count < pass->until_progress ? count : pass->until_progress;
		if (pass->until_progress == 0)
			show_progress(pass, capture);
	}
	return 0;
}

/* Named frames of inputs before this one are over. */
static bool has_named(struct pass *pass)
{
	const struct evidence_index *index = &pass->index;

	pass->next_frame = 0;
	while (pass->next_frame < index->frame_count && index->frames[pass->next_frame].input < pass->input)
		pass->next_frame++;
	return pass->next_frame < index->frame_count && index->frames[pass->next_frame].input == pass->input;
}

static bool is_worth_reading(struct pass *pass)
{
	const struct input_record *record = &pass->records[pass->input];

	if (record->packets == 0)
		return false;
	if (has_named(pass))
		return true;
	for (size_t i = 0; i < pass->keeper_count; i++)
		if (keeper_wants(&pass->keepers[i], record->first_ns, record->last_ns))
			return true;
	return false;
}

static int read_input(struct pass *pass, uint32_t input)
{
	const struct capture_input *item = &pass->list->items[input];
	struct capture_options options = pass->options->capture;
	enum capture_status status;

	pass->input = input;
	if (!is_worth_reading(pass))
		return 0;
	if (run_is_stream(item)) {
		pass->set->streams++;
		return 0;
	}
	options.sha256 = false;
	options.archives = pass->archives;
	struct capture *capture = capture_open(item, &options, &status, NULL);
	if (!capture) {
		pass->set->unread++;
		return 0;
	}
	pass->packet.packet.time_ns =
	    pass->records[input].first_ns == TIME_UNKNOWN ? 0 : pass->records[input].first_ns;
	int result = read_packets(pass, capture);
	capture_close(capture);
	return result;
}

static int by_first_time(const void *a, const void *b, void *context)
{
	const struct input_record *records = context;
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	if (records[left].first_ns != records[right].first_ns)
		return records[left].first_ns < records[right].first_ns ? -1 : 1;
	return (left > right) - (left < right);
}

/* The earliest first: the later ones are then often not worth reading. */
static int read_inputs(struct pass *pass)
{
	size_t count = pass->list->count;
	uint32_t *order = mem_calloc(count + 1, sizeof(*order));
	int result = order ? 0 : -1;

	for (size_t i = 0; order && i < count; i++)
		order[i] = (uint32_t)i;
	if (order && count > 1)
		qsort_r(order, count, sizeof(*order), by_first_time, (void *)(uintptr_t)pass->records);
	for (size_t i = 0; result == 0 && i < count && !pass->stopped; i++)
		result = read_input(pass, order[i]);
	mem_free(order);
	return result;
}

static int start_pass(struct pass *pass, const struct evidence_want *wants, size_t want_count)
{
	struct evidence_set *set = pass->set;

	set->found = arena_calloc(&set->arena, want_count + 1, sizeof(*set->found));
	pass->keepers = mem_calloc(want_count + 1, sizeof(*pass->keepers));
	if (!set->found || !pass->keepers)
		return -1;
	set->count = want_count;
	pass->keeper_count = want_count;
	for (size_t i = 0; i < want_count; i++)
		keeper_start(&pass->keepers[i], &wants[i]);
	return index_build(&pass->index, wants, want_count, pass->options->hash_seed);
}

static int finish_pass(struct pass *pass, const struct evidence_want *wants)
{
	for (size_t i = 0; i < pass->keeper_count; i++)
		if (keeper_finish(&pass->keepers[i], wants[i].frame_count, &pass->set->arena,
				  &pass->set->found[i]) != 0)
			return -1;
	return 0;
}

static void clear_pass(struct pass *pass)
{
	for (size_t i = 0; pass->keepers && i < pass->keeper_count; i++)
		keeper_clear(&pass->keepers[i]);
	mem_free(pass->keepers);
	index_clear(&pass->index);
	capture_filter_free(pass->filter);
}

int evidence_read(const struct capture_list *list, const struct observe_options *options,
		  const struct ledger *ledger, const struct evidence_want *wants, size_t want_count,
		  struct evidence_set *set, struct err *err)
{
	struct pass pass = {.list = list, .options = options, .set = set, .until_progress = PROGRESS_PACKETS};
	size_t record_count;
	int result = -1;

	*set = (struct evidence_set){.count = 0};
	pass.records = ledger_inputs(ledger, &record_count);
	if (record_count != list->count)
		return err_set(err, "the ledger is not of these inputs");
	if (options->filter) {
		pass.filter = capture_filter_new(options->filter, err);
		if (!pass.filter)
			return -1;
	}
	pass.archives = capture_archives_new();
	if (start_pass(&pass, wants, want_count) == 0 && read_inputs(&pass) == 0 &&
	    finish_pass(&pass, wants) == 0)
		result = 0;
	if (result != 0)
		(void)err_no_memory(err);
	else if (pass.stopped)
		result = err_set(err, "stopped before all evidence was read");
	clear_pass(&pass);
	capture_archives_free(pass.archives);
	return result;
}

struct evidence_gather {
	struct pass pass;
	struct evidence_set set;
	struct observe_options options;
	const struct evidence_want *wants;
};

struct evidence_gather *evidence_gather_new(const struct observe_options *options,
					    const struct evidence_want *wants, size_t want_count,
					    struct err *err)
{
	struct evidence_gather *gather = mem_calloc(1, sizeof(*gather));

	if (!gather) {
		(void)err_no_memory(err);
		return NULL;
	}
	gather->options = *options;
	gather->wants = wants;
	gather->pass = (struct pass){.options = &gather->options, .set = &gather->set};
	if (start_pass(&gather->pass, wants, want_count) == 0)
		return gather;
	(void)err_no_memory(err);
	evidence_gather_free(gather);
	return NULL;
}

void evidence_gather_begin(struct evidence_gather *gather, uint32_t input)
{
	gather->pass.input = input;
	(void)has_named(&gather->pass);
}

int evidence_gather_take(struct evidence_gather *gather, const struct packet *packet)
{
	return take_packet(&gather->pass, packet);
}

int evidence_gather_finish(struct evidence_gather *gather, struct evidence_set *set, struct err *err)
{
	int result = finish_pass(&gather->pass, gather->wants);

	*set = gather->set;
	gather->set = (struct evidence_set){.count = 0};
	return result == 0 ? 0 : err_no_memory(err);
}

void evidence_gather_free(struct evidence_gather *gather)
{
	if (!gather)
		return;
	clear_pass(&gather->pass);
	evidence_clear(&gather->set);
	mem_free(gather);
}
