/* A sentence on days without captures: a report must not look like one of a quiet day, nor a comparison like
 * one with the day before. */
#include "base/mem.h"
#include "nightly.h"

/* Findings that were reported of the last day with captures and that no exception covered. */
static int count_open(const struct night *night, struct nightly *nightly, size_t *open)
{
	struct store_finding *findings;
	struct arena arena = {0};
	size_t count;
	struct err err;
	int result = store_findings(nightly->store, nightly->files.site->name, night->day_before, &arena,
				    &findings, &count, &err);

	*open = 0;
	for (size_t i = 0; result == 0 && i < count; i++)
		*open += findings[i].exception == NULL;
	arena_clear(&arena);
	if (result != 0)
		say_error("%s", err.text);
	return result;
}

static int remark_empty(struct night *night, struct nightly *nightly, const char *today, const char *before)
{
	size_t open;

	if (!night->has_before) {
		night->remark =
		    arena_printf(&night->arena, "Nothing was captured on %s, nor on any day before.", today);
		return 0;
	}
	if (count_open(night, nightly, &open) != 0)
		return -1;
	if (open > 0)
		night->remark =
		    arena_printf(&night->arena,
				 "Nothing was captured on %s. The %zu finding%s of %s, the last day with "
				 "captures, %s neither continuing nor fixed.",
				 today, open, open == 1 ? "" : "s", before, open == 1 ? "is" : "are");
	else
		night->remark = arena_printf(&night->arena,
					     "Nothing was captured on %s; the last day with captures is %s.",
					     today, before);
	return 0;
}

static void remark_gap(struct night *night, int32_t day, const char *before)
{
	char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX];

	time_format_day(night->day_before + 1, first);
	time_format_day(day - 1, last);
	night->remark = arena_printf(
	    &night->arena,
	    "Nothing was captured on %s%s%s: held against %s, the last day before with captures.", first,
	    day - night->day_before > 2 ? " to " : "", day - night->day_before > 2 ? last : "", before);
}

int night_add_remark(struct night *night, struct nightly *nightly)
{
	char today[TIME_TEXT_MAX], before[TIME_TEXT_MAX];
	bool said = true;
	int result = 0;

	time_format_day(nightly->day, today);
	time_format_day(night->has_before ? night->day_before : 0, before);
	if (night_is_empty(night))
		result = remark_empty(night, nightly, today, before);
	else if (!night->has_before)
		night->remark = arena_strdup(&night->arena, "No earlier day to compare with.");
	else if (night->day_before < nightly->day - 1)
		remark_gap(night, nightly->day, before);
	else
		said = false;
	if (result == 0 && said && !night->remark) {
		say_error("out of memory");
		return -1;
	}
	return result;
}
