/* A sentence on days without captures: a report must not look like one of a quiet day, nor a comparison like
 * one with the day before. */
#include "base/mem.h"
#include "nightly.h"
#include "zone.h"

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

/* What was captured on a day that is empty now; noted files are not. */
static bool held_packets(const struct ledger *ledger)
{
	size_t count;
	const struct input_record *inputs = ledger_inputs(ledger, &count);

	for (size_t i = 0; i < count; i++)
		if (inputs[i].packets > 0)
			return true;
	return false;
}

/* The oldest is forgotten first, so nothing is left of what came before either. Captures stay known. */
bool night_say_forgotten(const struct night *night, const struct nightly *nightly)
{
	int32_t first, last;
	bool found = true;
	char day[TIME_TEXT_MAX];
	struct err err;

	if (!night_is_empty(night) || !held_packets(night->today.ledger))
		return false;
	if (store_extent(nightly->store, time_bucket(zone_day_start_ns(nightly->day + 1)), &first, &last,
			 &found, &err) != 0)
		say_error("%s", err.text);
	if (found)
		return false;
	time_format_day(nightly->day, day);
	say_error(
	    "%s: what was captured on it was forgotten (--keep); a report of it stays as it is, and to judge "
	    "it again its captures have to be taken into another store",
	    day);
	return true;
}

/* A site that was renamed begins anew; that others are in the store may as well be meant. */
static int add_other_sites(struct night *night, struct nightly *nightly)
{
	const char *site = nightly->files.site->name, *before = "";
	const char **sites;
	struct store_day *days;
	struct strbuf text = {0};
	size_t count, day_count;
	struct err err;

	if (store_days(nightly->store, site, &night->arena, &days, &day_count, &err) != 0 ||
	    store_sites(nightly->store, &night->arena, &sites, &count, &err) != 0) {
		say_error("%s", err.text);
		return -1;
	}
	if (day_count > 0 || count == 0)
		return 0;
	strbuf_addf(&text, "%s%sNo day of %s was judged before; the store has days of ",
		    night->remark ? night->remark : "", night->remark ? " " : "", site);
	for (size_t i = 0; i < count; i++, before = ", ")
		strbuf_addf(&text, "%s%s", before, sites[i]);
	strbuf_add(&text,
		   ". If this is that site under another name, its history begins anew; it goes on when the "
		   "site file has the old name again.");
	night->remark = strbuf_ok(&text) ? arena_strdup(&night->arena, strbuf_text(&text)) : NULL;
	strbuf_clear(&text);
	if (night->remark)
		return 0;
	say_error("out of memory");
	return -1;
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
	return result == 0 ? add_other_sites(night, nightly) : -1;
}
