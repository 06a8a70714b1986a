#include "base/mem.h"
#include "run.h"
#include <string.h>

enum { LINK_ETHERNET = 1 };

/* The next packet of the frames that were read: one that begins a frame, or one of an aggregate's others. */
static bool next_packet(struct source *source, struct packet *out)
{
	const struct packet *frame = source->frame_next > 0 ? &source->frames[source->frame_next - 1] : NULL;
	struct decode_subframe part;

	if (frame && decode_may_aggregate(frame->link_type)) {
		source->subframe = decode_next_subframe(frame->link_type, frame->data, frame->caplen,
							frame->wirelen, source->subframe, &part);
		if (source->subframe > 0) {
			*out = *frame;
			out->data = part.data;
			out->caplen = part.caplen;
			out->wirelen = part.wirelen;
			out->link_type = LINK_ETHERNET;
			return true;
		}
	}
	if (source->frame_next == source->frame_count) {
		source->frame_next = source->frame_count = 0;
		return false;
	}
	source->subframe = 0;
	*out = source->frames[source->frame_next++];
	return true;
}

/* An aggregate's packets are audited one by one, and counted so. */
static void take_apart(struct source *source)
{
	source->count = 0;
	while (source->count < BATCH_PACKETS && next_packet(source, &source->packets[source->count]))
		source->count++;
}

static bool may_aggregate(const struct source *source)
{
	const struct capture_summary *summary = capture_summary(source->capture);
	bool may = summary->link_type_count == CAPTURE_LINK_TYPES;

	/* The usual input has a link type or two: no need to look at each packet's. */
	for (size_t i = 0; i < summary->link_type_count; i++)
		may |= decode_may_aggregate(summary->link_types[i]);
	if (!may)
		return false;
	for (size_t i = 0; i < source->count; i++)
		if (source->packets[i].link_type != LINK_ETHERNET &&
		    decode_may_aggregate(source->packets[i].link_type))
			return true;
	return false;
}

bool source_refill(struct source *source)
{
	source->next = 0;
	source->held_by = 0;
	if (source->frames)
		take_apart(source);
	if (source->frames && source->count > 0)
		return true;
	source->count = capture_read(source->capture, source->packets, BATCH_PACKETS);
	source->alike = capture_alike(source->capture);
	if (!may_aggregate(source))
		return source->count > 0;
	/* What a frame holds may be cut where the frame is not. */
	source->alike = (struct capture_alike){.ascending = false};
	if (!source->frames)
		source->frames = mem_calloc(BATCH_PACKETS, sizeof(*source->frames));
	if (!source->frames)
		return source->count > 0;
	memcpy(source->frames, source->packets, source->count * sizeof(*source->packets));
	source->frame_count = source->count;
	source->frame_next = source->subframe = 0;
	take_apart(source);
	return source->count > 0;
}

/* Packets before the first stamp take the input's first time. A stream tells it only in its first batch. */
static int64_t first_stamp(const struct run *run, const struct source *source)
{
	const struct capture_input *input = &run->list->items[source->input];
	struct capture_summary summary = run->inputs[source->input].summary;

	if (summary.packets == 0 && !run_is_stream(input) && capture_scan(input, &run->capture, &summary))
		return 0;
	if (summary.packets > 0)
		return summary.first_ns == TIME_UNKNOWN ? 0 : summary.first_ns;
	for (size_t i = 0; i < source->count; i++)
		if (source->packets[i].time_ns != TIME_UNKNOWN)
			return source->packets[i].time_ns;
	return 0;
}

static void open_failed(struct run *run, uint32_t input, enum capture_status status, const struct err *err)
{
	struct capture_summary *summary = &run->inputs[input].summary;

	*summary =
	    (struct capture_summary){.status = status, .first_ns = TIME_UNKNOWN, .last_ns = TIME_UNKNOWN};
	memcpy(summary->error, err->text, sizeof(summary->error));
	run->inputs[input].wanted = false;
}

static struct source *source_new(void)
{
	struct source *source = mem_calloc(1, sizeof(*source));

	if (!source)
		return NULL;
	source->packets = mem_calloc(BATCH_PACKETS, sizeof(*source->packets));
	if (source->packets)
		return source;
	mem_free(source);
	return NULL;
}

static void source_free(struct source *source)
{
	capture_close(source->capture);
	mem_free(source->packets);
	mem_free(source->frames);
	mem_free(source);
}

struct source *source_open(struct run *run, uint32_t input)
{
	struct source *source = source_new();
	enum capture_status status = CAPTURE_UNREADABLE;
	struct err err = {""};

	if (!source) {
		run->out_of_memory = true;
		return NULL;
	}
	source->input = input;
	source->jump_ns = INT64_MIN;
	source->capture = capture_open(&run->list->items[input], &run->capture, &status, &err);
	if (!source->capture) {
		open_failed(run, input, status, &err);
		source_free(source);
		return NULL;
	}
	if (!source_refill(source)) {
		source_close(run, source, true);
		return NULL;
	}
	source->raw_ns = source->packets[0].time_ns == TIME_UNKNOWN ? first_stamp(run, source) : INT64_MIN;
	return source;
}

void source_close(struct run *run, struct source *source, bool complete)
{
	struct input_state *state = &run->inputs[source->input];
	char sha256[CAPTURE_SHA256_TEXT];

	memcpy(sha256, state->summary.sha256, sizeof(sha256));
	state->summary = *capture_summary(source->capture);
	if (state->summary.sha256[0] == '\0')
		memcpy(state->summary.sha256, sha256, sizeof(sha256));
	if (complete) {
		state->wanted = false;
		run->read_bytes += state->summary.file_bytes;
	}
	source_free(source);
}
