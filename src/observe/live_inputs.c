/* Interfaces as the ledger's inputs: numbers 0 and up, in every ledger of a run. */
#include "base/hash.h"
#include "live.h"
#include <stdio.h>
#include <string.h>

enum { GAP_TEXT_MAX = 320 };

/* "3 stretches were not watched, 74 s in all; the longest from .. to ..: why" */
static const char *unwatched_text(const struct live_unwatched *gaps, char out[GAP_TEXT_MAX])
{
	char from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];

	out[0] = '\0';
	if (gaps->times == 0)
		return out;
	(void)snprintf(out, GAP_TEXT_MAX,
		       "%llu stretch%s of time not watched, %lld s in all; the longest from %s to %s: %s",
		       (unsigned long long)gaps->times, gaps->times == 1 ? "" : "es",
		       (long long)(gaps->total_ns / NSEC_PER_SEC),
		       time_format(gaps->longest_from_ns, 0, from), time_format(gaps->longest_to_ns, 0, to),
		       gaps->why);
	return out;
}

static int add_record(const struct observe_live *live, struct ledger *ledger, size_t i,
		      const char *fingerprint, const struct live_counts *counts)
{
	struct capture_live_state state;
	char link_name[CAPTURE_LINK_NAME_MAX], gaps[GAP_TEXT_MAX];
	struct input_record record;

	capture_live_state(live->options.capture, (uint32_t)i, &state);
	record = (struct input_record){.name = state.name,
				       .fingerprint = fingerprint,
				       .sha256 = "",
				       .format = "live",
				       .status = capture_status_name(CAPTURE_COMPLETE),
				       .error = unwatched_text(&live->unwatched, gaps),
				       .packets = counts->packets,
				       .bytes = counts->bytes,
				       .first_ns = counts->first_ns,
				       .last_ns = counts->last_ns,
				       .unsupported = "",
				       .link_types = capture_link_type_name(state.link_type, link_name)};
	memcpy(record.accounting, counts->accounting, sizeof(record.accounting));
	return ledger_add_input(ledger, &record) < 0 ? -1 : 0;
}

static int add_before(const struct observe_live *live, struct ledger *ledger)
{
	size_t count;
	const struct input_record *records = live->before ? ledger_inputs(live->before, &count) : NULL;

	for (size_t i = 0; records && i < count; i++)
		if (ledger_add_input(ledger, &records[i]) < 0)
			return -1;
	return 0;
}

int live_inputs_add(const struct observe_live *live, struct ledger *ledger)
{
	for (size_t i = 0; i < live->interface_count; i++)
		if (add_record(live, ledger, i, "", &live->counts[i]) != 0)
			return -1;
	return add_before(live, ledger);
}

/* An interface's hour is one input of the store: known by the run, the interface and the hour. */
static void fingerprint_of(const struct observe_live *live, size_t i, char out[CAPTURE_FINGERPRINT_TEXT])
{
	char text[256];
	struct capture_live_state state;
	int length;

	capture_live_state(live->options.capture, (uint32_t)i, &state);
	length =
	    snprintf(text, sizeof(text), "live %s %s %lld", live->session, state.name, (long long)live->hour);
	(void)snprintf(out, CAPTURE_FINGERPRINT_TEXT, "%016llx%016llx",
		       (unsigned long long)hash_bytes(1, text, (size_t)length),
		       (unsigned long long)hash_bytes(2, text, (size_t)length));
}

static struct live_counts counts_since(const struct live_counts *now, const struct live_counts *start)
{
	struct live_counts since = *now;

	since.packets -= start->packets;
	since.bytes -= start->bytes;
	for (size_t i = 0; i < ACCOUNT_COUNT; i++)
		since.accounting[i] -= start->accounting[i];
	if (start->packets > 0 && since.packets > 0)
		since.first_ns = start->last_ns;
	if (since.packets == 0)
		since.first_ns = since.last_ns = TIME_UNKNOWN;
	return since;
}

int live_inputs_add_segment(const struct observe_live *live, struct ledger *ledger)
{
	for (size_t i = 0; i < live->interface_count; i++) {
		struct live_counts counts = counts_since(&live->counts[i], &live->hour_start[i]);
		char fingerprint[CAPTURE_FINGERPRINT_TEXT];

		fingerprint_of(live, i, fingerprint);
		if (add_record(live, ledger, i, fingerprint, &counts) != 0)
			return -1;
	}
	return 0;
}
