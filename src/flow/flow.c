/*
 * The floor's door: what include/flow/flow.h promises, on top of the table.
 */
#include "flow/flow.h"
#include "base/hash.h"
#include "base/mem.h"
#include "table.h"

enum {
	ENTRY_SHIFT = 14,
	EXTRA_SHIFT = 10,
	MEMORY_DEFAULT_MIB = 256,
	GAPS_MAX = 4096,
	/* of an entry: its share of the index at its emptiest, and of heads of chains */
	INDEX_BYTES = 40
};

static uint64_t flows_in(size_t memory_bytes, bool records)
{
	size_t each = sizeof(struct flow_entry) + INDEX_BYTES + (records ? sizeof(struct flow_extra) : 0);
	/* An eighth is for fragments and expectations, another for extras. */
	uint64_t flows = memory_bytes / 4 * 3 / each;

	return flows < UINT32_MAX / 2 ? flows : UINT32_MAX / 2;
}

static int make_parts(struct flow_table *table, size_t memory_bytes)
{
	size_t share = memory_bytes / 32;

	flow_pool_init(&table->entries, sizeof(struct flow_entry), ENTRY_SHIFT);
	flow_pool_init(&table->extras, sizeof(struct flow_extra), EXTRA_SHIFT);
	if (flow_index_init(&table->index) || flow_pool_reach(&table->entries, 0) ||
	    flow_pool_reach(&table->extras, 0) || answer_tables_new(table, table->max_flows) ||
	    boot_tables_new(table, share))
		return -1;
	table->gaps = mem_calloc(GAPS_MAX, sizeof(struct gap));
	table->fragments = fragments_new(share * 2);
	table->ftp = ftp_new(share);
	return table->gaps && table->fragments && table->ftp ? 0 : -1;
}

struct flow_table *flow_table_new(const struct flow_options *options, const struct flow_sink *sink,
				  struct err *err)
{
	struct flow_table *table = mem_calloc(1, sizeof(*table));
	size_t memory_bytes =
	    options->memory_bytes ? options->memory_bytes : (size_t)MEMORY_DEFAULT_MIB << 20;

	if (!table) {
		(void)err_no_memory(err);
		return NULL;
	}
	table->sink = *sink;
	table->minute_end_ns = INT64_MIN;
	table->now_ns = INT64_MIN;
	for (uint64_t i = 0; i < 4; i++)
		table->seed[i] = hash_bytes(options->hash_seed, &i, sizeof(i)) | 1;
	table->max_flows = flows_in(memory_bytes, sink->record != NULL);
	if (options->max_flows > 0 && options->max_flows < table->max_flows)
		table->max_flows = options->max_flows;
	if (table->max_flows < 1)
		table->max_flows = 1;
	if (make_parts(table, memory_bytes)) {
		flow_table_free(table);
		(void)err_no_memory(err);
		return NULL;
	}
	return table;
}

void flow_table_free(struct flow_table *table)
{
	if (!table)
		return;
	flow_index_clear(&table->index);
	flow_pool_clear(&table->entries);
	flow_pool_clear(&table->extras);
	answer_tables_clear(table);
	fifo_clear(&table->boot_requests);
	fragments_free(table->fragments);
	ftp_free(table->ftp);
	mem_free(table->gaps);
	mem_free(table);
}

/* The ends as keyed: a sender that has no address yet is its MAC. */
static inline void key_packet(struct packet *p)
{
	const struct packet_facts *facts = p->facts;

	p->src = flow_end_make(&facts->src, facts->src_port);
	p->dst = flow_end_make(&facts->dst, facts->dst_port);
	p->is_mute = facts->protocol == PROTO_TCP && facts->tcp_flags == 0;
	if ((p->src.word[1] | p->src.word[2]) == 0 && facts->has_macs) {
		struct addr mac = addr_mac(facts->src_mac);

		mac.scope_kind = facts->src.scope_kind;
		mac.scope = facts->src.scope;
		p->src = flow_end_make(&mac, facts->src_port);
	}
}

/* The second stage of a prefetch: the slot has come, so the entry is known. */
static void stage(struct flow_table *table)
{
	const struct prefetched *ready = &table->ring[table->ring_staged++ % PREFETCH_RING];
	const struct index_segment *segment = flow_index_segment(&table->index, ready->hash);
	uint32_t at = flow_index_start(ready->hash);

	for (unsigned i = 0; i < 4 && segment->slots[at] != 0; i++, at = flow_index_after(at)) {
		if (index_slot_hash(segment->slots[at]) == ready->hash) {
			const char *e =
			    (const char *)table_entry(table, index_slot_number(segment->slots[at]));

			__builtin_prefetch(e, 1);
			__builtin_prefetch(e + FLOW_LINE_BYTES, 1);
			__builtin_prefetch(e + 2 * (ptrdiff_t)FLOW_LINE_BYTES, 1);
			return;
		}
	}
}

void flow_table_prefetch(struct flow_table *table, const struct packet_facts *facts)
{
	struct packet p = {.facts = facts};
	struct prefetched *slot = &table->ring[table->ring_put++ % PREFETCH_RING];
	const struct index_segment *segment;

	key_packet(&p);
	*slot =
	    (struct prefetched){.facts = facts, .hash = table_hash(table, &p.src, &p.dst, facts->protocol)};
	segment = flow_index_segment(&table->index, slot->hash);
	__builtin_prefetch(&segment->slots[flow_index_start(slot->hash)]);
	/* Not so old that the ring has come round. */
	if (table->ring_put - table->ring_take > PREFETCH_RING)
		table->ring_take = table->ring_put - PREFETCH_RING;
	if (table->ring_put - table->ring_staged > PREFETCH_RING)
		table->ring_staged = table->ring_put - PREFETCH_RING;
	if (table->ring_put - table->ring_staged > PREFETCH_LEAD)
		stage(table);
}

/* The hash that was computed when this packet was prefetched; 0 when it was not. A caller may prefetch
 * packets that it then does not add, so a few are passed over. */
static inline uint32_t use_prefetch(struct flow_table *table, const struct packet_facts *facts)
{
	unsigned waiting = table->ring_put - table->ring_take;

	for (unsigned i = 0; i < waiting && i < PREFETCH_LEAD; i++) {
		const struct prefetched *slot = &table->ring[(table->ring_take + i) % PREFETCH_RING];

		if (slot->facts != facts)
			continue;
		table->ring_take += i + 1;
		if (table->ring_staged - table->ring_take > PREFETCH_RING)
			table->ring_staged = table->ring_take;
		if (table->ring_staged != table->ring_put &&
		    table->ring_staged - table->ring_take < PREFETCH_LEAD)
			stage(table);
		return slot->hash;
	}
	return 0;
}

enum accounting flow_table_add(struct flow_table *table, enum decode_result result,
			       const struct packet_facts *facts, int64_t time_ns, uint32_t input,
			       uint64_t frame)
{
	struct packet p = {.facts = facts, .time_ns = time_ns, .frame = frame, .input = input};

	table_clock(table, time_ns);
	key_packet(&p);
	p.hash = use_prefetch(table, facts);
	if (result == DECODE_LATER_FRAGMENT)
		return fragment_later(table, &p);
	if (result == DECODE_ICMP_ERROR) {
		icmp_error_take(table, &p);
		if (facts->is_fragment | facts->has_outer_fragment)
			fragment_first(table, &p, true);
		return ACCOUNT_ICMP_ERROR;
	}
	if (facts->protocol == PROTO_UDP && boot_is_on_port(facts))
		boot_key(table, &p);
	if (p.hash == 0)
		p.hash = table_hash(table, &p.src, &p.dst, facts->protocol);
	table_take(table, &p);
	if (facts->is_fragment | facts->has_outer_fragment)
		fragment_first(table, &p, false);
	return ACCOUNT_AUDITED;
}

void flow_table_start(struct flow_table *table, int64_t time_ns)
{
	table->started = true;
	table->covered_ns = time_ns;
}

void flow_table_step(struct flow_table *table, int64_t size_ns)
{
	if (table->started && size_ns > SECONDS_QUIET * NSEC_PER_SEC)
		table->covered_ns = table->now_ns;
}

void flow_table_gap(struct flow_table *table, int64_t from_ns, int64_t to_ns)
{
	uint64_t size_ns = time_between(from_ns, to_ns);

	if (size_ns == 0)
		return;
	/* A gap of a minute hides as much as the time before the first packet; a shorter one takes off its
	 * own length. */
	if (size_ns > SECONDS_QUIET * (uint64_t)NSEC_PER_SEC)
		table->covered_ns = to_ns;
	else
		table->covered_ns = time_plus(table->covered_ns, (int64_t)size_ns);
	if (table->gap_count == GAPS_MAX)
		table_settle_gaps(table);
	table->gaps[table->gap_count++] = (struct gap){.from_ns = from_ns, .to_ns = to_ns};
}

void flow_table_expire(struct flow_table *table, int64_t time_ns)
{
	table_clock(table, time_ns > table->now_ns ? time_ns : table->now_ns);
	fragments_expire(table, table->now_ns, false);
	table_walk_due(table);
}

void flow_table_finish(struct flow_table *table, int64_t time_ns)
{
	table_clock(table, time_ns > table->now_ns ? time_ns : table->now_ns);
	fragments_expire(table, table->now_ns, true);
	table_end_all(table, table->now_ns);
}

struct flow_statistics flow_table_statistics(const struct flow_table *table)
{
	struct flow_statistics statistics = table->statistics;

	statistics.memory_bytes = sizeof(*table) + flow_index_memory(&table->index) +
				  flow_pool_memory(&table->entries) + flow_pool_memory(&table->extras) +
				  answer_tables_memory(table) + fifo_memory(&table->boot_requests) +
				  fragments_memory(table->fragments) + ftp_memory(table->ftp) +
				  table->gap_count * sizeof(struct gap);
	return statistics;
}
