/* What a group replaces in the store, and how its captures begin. */
#include "nightly.h"
#include "zone.h"
#include <string.h>

static size_t add_segment(int64_t *segments, size_t count, int64_t segment)
{
	for (size_t i = 0; i < count; i++)
		if (segments[i] == segment)
			return count;
	segments[count] = segment;
	return count + 1;
}

int spool_change(const struct spool *spool, size_t group, const struct ledger *ledger, struct arena *arena,
		 struct store_change *out)
{
	const struct spool_group *place = &spool->groups[group];
	size_t count = place->end - place->first, inputs;
	const struct input_record *records = ledger_inputs(ledger, &inputs);
	int64_t *segments = arena_calloc(arena, count + 1, sizeof *segments);
	struct store_capture *captures = arena_calloc(arena, count + 1, sizeof *captures);

	*out = (struct store_change){.replaced = segments, .captures = captures};
	if (!segments || !captures)
		return -1;
	/* Input I of a run's list is input I of its ledger. */
	for (size_t i = 0; i < count; i++) {
		const struct spool_item *item = &spool->items[place->first + i];

		if (item->segment != 0)
			out->replaced_count = add_segment(segments, out->replaced_count, item->segment);
		if (i < inputs && item->beginning.text[0] && records[i].fingerprint[0])
			captures[out->capture_count++] =
			    (struct store_capture){records[i].fingerprint, item->beginning.text};
	}
	return 0;
}

/* A day that is not the one to be judged, and was changed. */
static void say_day(const struct nightly *nightly, int32_t day)
{
	char text[TIME_TEXT_MAX];

	if (day == nightly->day)
		return;
	time_format_day(day, text);
	say_warning(nightly->options,
		    "%s: captures of it were taken again; its report is made anew by nightly --day %s", text,
		    text);
}

void spool_say_days(const struct spool *spool, size_t group, const struct nightly *nightly)
{
	const struct spool_group *place = &spool->groups[group];
	int32_t first = INT32_MAX, last = INT32_MIN;
	bool replaces = false;

	for (size_t i = place->first; i < place->end; i++) {
		const struct spool_item *item = &spool->items[i];

		if (item->unscanned || item->first_ns == TIME_UNKNOWN)
			continue;
		replaces |= item->segment != 0;
		first = zone_day(item->first_ns) < first ? zone_day(item->first_ns) : first;
		last = zone_day(item->last_ns) > last ? zone_day(item->last_ns) : last;
	}
	for (int32_t day = first; replaces && day <= last && day - first < 31; day++)
		say_day(nightly, day);
}
