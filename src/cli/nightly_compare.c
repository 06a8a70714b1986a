/* The day and the one before it, both judged under today's files, and what became of each finding. */
#include "base/mem.h"
#include "nightly.h"
#include "unwatched.h"
#include "zone.h"
#include <stdlib.h>
#include <string.h>

bool night_is_empty(const struct night *night)
{
	size_t count;

	(void)ledger_spans(night->today.ledger, &count);
	return count == 0;
}

/* The day before is the last one of which anything is stored: over a weekend without captures, Friday. A day
 * on which nothing was captured is compared with none: everything would be called fixed. */
static int find_day_before(struct night *night, struct nightly *nightly)
{
	int32_t first, last;
	struct err err;

	if (store_extent(nightly->store, time_bucket(zone_day_start_ns(nightly->day)), &first, &last,
			 &night->has_before, &err) != 0) {
		say_error("%s", err.text);
		return -1;
	}
	if (night->has_before)
		night->day_before = zone_day(bucket_start_ns(last));
	if (night_add_remark(night, nightly) != 0)
		return -1;
	night->has_before = night->has_before && !night_is_empty(night);
	return 0;
}

static int judge_day(struct stored *stored, struct nightly *nightly, int32_t day)
{
	return stored_judge(stored, nightly->store, nightly->options, zone_day_start_ns(day),
			    zone_day_start_ns(day + 1));
}

static const struct store_day *find_day(const struct store_day *days, size_t count, int32_t day)
{
	for (size_t i = 0; i < count; i++)
		if (days[i].day == day)
			return &days[i];
	return NULL;
}

/* What was reported of the day before. OPTIONS->past stays NULL when nothing was. */
static int load_past(struct night *night, struct nightly *nightly, struct compare_options *options)
{
	const char *site = nightly->files.site->name;
	struct store_finding *findings = NULL;
	struct store_day *days;
	struct compare_past *past = NULL;
	size_t day_count;
	struct err err;

	if (store_days(nightly->store, site, &night->arena, &days, &day_count, &err) != 0 ||
	    store_findings(nightly->store, site, night->day_before, &night->arena, &findings,
			   &night->past_count, &err) != 0) {
		say_error("%s", err.text);
		return -1;
	}
	const struct store_day *day = find_day(days, day_count, night->day_before);
	if (!day)
		return 0;
	past = arena_calloc(&night->arena, night->past_count + 1, sizeof *past);
	if (!past) {
		say_error("out of memory");
		return -1;
	}
	for (size_t i = 0; i < night->past_count; i++) {
		past[i] = (struct compare_past){.id = findings[i].id, .since_day = findings[i].since_day};
		if (night_read_place(night, &findings[i], &past[i]) != 0) {
			say_error("out of memory");
			return -1;
		}
	}
	night->past = findings;
	options->past = past;
	options->past_count = night->past_count;
	options->files_changed = strcmp(day->site_digest, nightly->site_digest) != 0 ||
				 strcmp(day->signatures_digest, nightly->signatures_digest) != 0;
	return 0;
}

static const char *day_text(struct arena *arena, int32_t day)
{
	char text[TIME_TEXT_MAX];

	return arena_strdup(arena, time_format_day(day, text));
}

static int past_compare(const void *key, const void *finding)
{
	return strcmp(key, ((const struct store_finding *)finding)->id);
}

const struct store_finding *night_past(const struct night *night, const char *id)
{
	return night->past ? bsearch(id, night->past, night->past_count, sizeof *night->past, past_compare)
			   : NULL;
}

struct fixed_finding night_fixed(const struct night *night, const struct compare_item *item,
				 char since[TIME_TEXT_MAX])
{
	struct fixed_finding out = {.id = item->id, .since = since, .matrix_changed = item->matrix_changed};
	const struct store_finding *past = night_past(night, item->id);

	time_format_day(item->since_day, since);
	if (item->finding) {
		out.kind = finding_kind_name(item->finding->kind);
		out.severity = severity_name(item->finding->severity);
		out.system = item->finding->system;
		out.rule = item->finding->rule;
		out.message = item->finding->message;
	} else if (past) {
		out.kind = past->kind;
		out.severity = past->severity;
		out.system = past->system;
		out.rule = past->rule;
		out.message = past->message;
	}
	return out;
}

/* The COUNT of ITEMS, which are gone, as the report takes them; NULL: no memory. */
static const struct fixed_finding *list_gone(struct night *night, const struct compare_item *items,
					     size_t count)
{
	struct fixed_finding *gone = arena_calloc(&night->arena, count + 1, sizeof *gone);

	for (size_t i = 0; gone && i < count; i++) {
		char since[TIME_TEXT_MAX];

		gone[i] = night_fixed(night, &items[i], since);
		gone[i].since = arena_strdup(&night->arena, since);
		if (!gone[i].since)
			return NULL;
	}
	return gone;
}

static int fill_gone(struct night *night)
{
	const struct comparison *comparison = night->comparison;

	night->history.fixed = list_gone(night, comparison->fixed, comparison->fixed_count);
	night->history.fixed_count = comparison->fixed_count;
	night->history.unseen = list_gone(night, comparison->unseen, comparison->unseen_count);
	night->history.unseen_count = comparison->unseen_count;
	return night->history.fixed && night->history.unseen ? 0 : -1;
}

/* The comparison as the report takes it. */
static int fill_history(struct night *night)
{
	const struct comparison *comparison = night->comparison;
	struct finding_history *findings =
	    arena_calloc(&night->arena, comparison->finding_count + 1, sizeof *findings);

	for (size_t i = 0; findings && i < comparison->finding_count; i++) {
		const struct compare_item *item = &comparison->findings[i];

		findings[i].age = item->state == COMPARE_NEW ? AGE_NEW : AGE_CONTINUING;
		findings[i].matrix_changed = item->matrix_changed;
		findings[i].severity_known = item->severity_known;
		findings[i].severity_before = item->severity_before;
		findings[i].new_peers = item->new_peers;
		findings[i].new_peers_listed = item->new_peers_listed;
		findings[i].new_peer_count = item->new_peer_count;
		findings[i].since = day_text(&night->arena, item->since_day);
		if (!findings[i].since)
			return -1;
	}
	night->history.findings = findings;
	/* On the first day all is new, and nothing was compared. */
	if (findings && !night->has_before)
		return 0;
	night->history.compared_with = day_text(&night->arena, night->day_before);
	return findings && night->history.compared_with ? fill_gone(night) : -1;
}

static int compare(struct night *night, struct nightly *nightly)
{
	struct compare_options options = {.day = nightly->day,
					  .day_before = night->day_before,
					  .could_show = night_could_show,
					  .context = night};
	struct err err;

	night->keeps_places = store_keeps_places(nightly->store);
	if (night_list_hosts(night) != 0) {
		say_error("out of memory");
		return -1;
	}
	if (night->has_before && load_past(night, nightly, &options) != 0)
		return -1;
	night->comparison =
	    audit_compare(night->today.judged.result, night->has_before ? night->before.judged.result : NULL,
			  &options, &err);
	if (!night->comparison) {
		say_error("%s", err.text);
		return -1;
	}
	if (night_is_empty(night) || fill_history(night) == 0)
		return 0;
	say_error("out of memory");
	return -1;
}

/* With what was refused, which is no day's but today's. */
static int judge_today(struct stored *today, struct nightly *nightly)
{
	int64_t until_ns = zone_day_start_ns(nightly->day + 1);

	if (stored_load(today, nightly->store, zone_day_start_ns(nightly->day), until_ns) != 0 ||
	    nightly_notes_add(nightly, today->ledger) != 0 ||
	    judged_load(&today->judged, nightly->options) != 0 ||
	    unwatched_find(today, nightly->store, nightly->options, zone_day_start_ns(nightly->day),
			   until_ns) != 0)
		return -1;
	return stored_run(today, nightly->options, until_ns);
}

int night_judge(struct night *night, struct nightly *nightly)
{
	if (judge_today(&night->today, nightly) != 0 || find_day_before(night, nightly) != 0)
		return -1;
	if (night->has_before && judge_day(&night->before, nightly, night->day_before) != 0)
		return -1;
	return compare(night, nightly);
}

/* Of several findings with one id the one that no exception covers stands for them. */
static int gather_findings(const struct night *night, struct arena *arena, struct store_finding *out,
			   size_t *out_count)
{
	const struct audit_result *result = night->today.judged.result;
	size_t count = 0;

	for (unsigned excepted = 0; excepted < 2; excepted++) {
		for (size_t i = result->finding_count; i-- > 0;) {
			const struct audit_finding *finding = &result->findings[i];

			/* What is written later replaces what was written before. */
			if ((finding->exception == NULL) == (excepted == 0))
				continue;
			out[count] =
			    (struct store_finding){.id = finding->id,
						   .place = night_place(arena, finding),
						   .kind = finding_kind_name(finding->kind),
						   .severity = severity_name(finding->severity),
						   .system = finding->system,
						   .rule = finding->rule,
						   .message = finding->message,
						   .exception = finding->exception,
						   .since_day = night->comparison->findings[i].since_day};
			if (!out[count++].place)
				return -1;
		}
	}
	count = night_gather_unseen(night, arena, out, count);
	*out_count = count;
	return count == SIZE_MAX ? -1 : 0;
}

/* Findings that no exception covers, and of which comparing says STATE. */
static uint64_t count_open(const struct night *night, enum compare_state state)
{
	uint64_t count = 0;

	for (size_t i = 0; i < night->comparison->finding_count; i++)
		count += night->comparison->findings[i].state == state &&
			 !night->comparison->findings[i].finding->exception;
	return count;
}

int night_remember(const struct night *night, struct nightly *nightly)
{
	const struct audit_result *result = night->today.judged.result;
	const char grade[] = {result->packets ? result->health.grade : '-', '\0'};
	size_t most = result->finding_count + night->comparison->unseen_count + 1, count;
	struct store_finding *findings = mem_calloc(most, sizeof *findings);
	struct store_day day = {.day = nightly->day,
				.site_digest = nightly->site_digest,
				.signatures_digest = nightly->signatures_digest,
				.verdict = run_verdict_name(result->verdict),
				.grade = grade,
				.packets = result->packets,
				.fresh = count_open(night, COMPARE_NEW),
				.continuing = count_open(night, COMPARE_CONTINUING),
				.fixed = night->comparison->fixed_count};
	struct arena arena = {0};
	struct err err;
	int stored = -1;

	day.findings = day.fresh + day.continuing;
	day.excepted = result->finding_count - day.findings;
	if (findings && gather_findings(night, &arena, findings, &count) == 0)
		stored =
		    store_put_day(nightly->store, nightly->files.site->name, &day, findings, count, &err);
	else
		(void)err_no_memory(&err);
	arena_clear(&arena);
	if (stored != 0)
		say_error("%s", err.text);
	mem_free(findings);
	return stored;
}

void night_clear(struct night *night)
{
	comparison_free(night->comparison);
	evidence_files_clear(&night->proof);
	stored_clear(&night->today);
	stored_clear(&night->before);
	arena_clear(&night->arena);
}
