#include "run.h"
#include <stdio.h>
#include <string.h>

/* "EN10MB, RAW" into OUT. */
static const char *link_names(const uint16_t *link_types, size_t count, char out[RUN_LINK_NAMES_MAX])
{
	char name[CAPTURE_LINK_NAME_MAX];
	size_t length = 0;

	out[0] = '\0';
	for (size_t i = 0; i < count && i < CAPTURE_LINK_TYPES; i++) {
		int added = snprintf(out + length, RUN_LINK_NAMES_MAX - length, "%s%s", i > 0 ? ", " : "",
				     capture_link_type_name(link_types[i], name));

		if (added < 0 || (size_t)added >= RUN_LINK_NAMES_MAX - length)
			break;
		length += (size_t)added;
	}
	return out;
}

int run_add_records(struct run *run)
{
	for (uint32_t i = 0; i < run->list->count; i++) {
		const struct input_record record = {
		    .name = run->inputs[i].name, .first_ns = TIME_UNKNOWN, .last_ns = TIME_UNKNOWN};

		if (ledger_add_input(run->ledger, &record) != (int64_t)i)
			return -1;
	}
	return 0;
}

/* What a stop by the caller left unread is told as cut: all before was read. */
static void note_unread(struct run *run, struct input_state *state)
{
	struct err err;

	if (!state->wanted || !run->stopped)
		return;
	state->summary.status = CAPTURE_CUT;
	(void)err_set(&err, "%s: stopped after frame %llu, before its end", state->name,
		      (unsigned long long)state->packets);
	memcpy(state->summary.error, err.text, sizeof(err.text));
}

static int set_record(struct run *run, uint32_t input)
{
	struct input_state *state = &run->inputs[input];
	const struct capture_summary *summary = &state->summary;
	char link_types[RUN_LINK_NAMES_MAX];
	char unsupported[RUN_LINK_NAMES_MAX];
	struct input_record record;

	note_unread(run, state);
	record = (struct input_record){
	    .name = state->name,
	    .fingerprint = summary->fingerprint,
	    .sha256 = summary->sha256,
	    .format = summary->format,
	    .status = capture_status_name(summary->status),
	    .error = summary->error,
	    .trouble = capture_status_is_trouble(summary->status),
	    .packets = state->packets,
	    .bytes = state->packets > 0 ? summary->bytes : 0,
	    .first_ns = summary->first_ns,
	    .last_ns = summary->last_ns,
	    .unsupported = link_names(state->unsupported, state->unsupported_count, unsupported),
	    .link_types = link_names(summary->link_types, summary->link_type_count, link_types),
	};
	memcpy(record.accounting, state->accounting, sizeof(record.accounting));
	return ledger_set_input(run->ledger, input, &record);
}

/* What a capture was made without is not missing either. A filter that this machine cannot compile says
 * nothing. */
static int add_filter(struct run *run, const char *expression)
{
	struct capture_filter *filter;
	char text[CAPTURE_FILTER_TEXT + sizeof(CAPTURE_FILTER_OF_FILE)];
	struct err err;

	if (expression[0] == '\0')
		return 0;
	filter = capture_filter_new(expression, &err);
	if (!filter)
		return 0;
	capture_filter_free(filter);
	(void)snprintf(text, sizeof(text), "%s" CAPTURE_FILTER_OF_FILE, expression);
	return ledger_join_filter(run->ledger, text);
}

int run_set_records(struct run *run)
{
	for (uint32_t i = 0; i < run->list->count; i++)
		if (set_record(run, i) || add_filter(run, run->inputs[i].summary.filter))
			return -1;
	return 0;
}

/* Nobody knows when within a capture its packets were lost: they count where it ends. A run without a packet
 * has no time to count them at, and nothing to judge either. */
int run_count_dropped(struct run *run)
{
	for (uint32_t i = 0; i < run->list->count; i++) {
		const struct input_state *state = &run->inputs[i];
		const struct capture_summary *summary = &state->summary;
		struct coverage_row *row;

		if (summary->dropped == 0 || state->wanted || summary->status == CAPTURE_DUPLICATE)
			continue;
		row = ledger_coverage(
		    run->ledger, run->sensor,
		    time_bucket(summary->last_ns == TIME_UNKNOWN ? run->now_ns : summary->last_ns));
		if (!row)
			return -1;
		row->dropped += summary->dropped;
	}
	return 0;
}
