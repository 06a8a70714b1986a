#include "base/mem.h"
#include "compare_folds.h"
#include "compare_peers.h"
#include <stdlib.h>
#include <string.h>

/* One id, wherever it occurs. Sorted by id, today's first place in front. */
struct known_id {
	const char *id;
	const struct audit_finding *today, *before;
	const struct compare_past *past;
	bool joined;  /* a new peer of it was counted */
	bool renamed; /* it goes on under another id */
	bool tied;    /* it folds, or is folded into, one of the other day */
	int32_t tied_since;
	const struct audit_finding *tied_to; /* the most severe of them */
	bool worse;                          /* that it got worse was counted */
};

struct known_ids {
	struct known_id *items;
	size_t count;
};

const char *compare_state_name(enum compare_state state)
{
	static const char *const names[] = {"new", "continuing", "fixed", "not seen"};

	return names[state];
}

static int known_compare(const void *a, const void *b)
{
	const struct known_id *left = a, *right = b;

	/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): every finding has an id */
	return strcmp(left->id, right->id);
}

/* The first of several findings with one id stands for them: an excepted one may lie beside one that is not.
 */
static void join(struct known_id *into, const struct known_id *more)
{
	if (more->today && (!into->today || more->today < into->today))
		into->today = more->today;
	if (more->before && (!into->before || more->before < into->before))
		into->before = more->before;
	if (more->past)
		into->past = more->past;
}

static void join_equal(struct known_ids *ids)
{
	size_t kept = 0;

	if (ids->count < 2)
		return;
	qsort(ids->items, ids->count, sizeof(*ids->items), known_compare);
	for (size_t i = 1; i < ids->count; i++) {
		if (strcmp(ids->items[kept].id, ids->items[i].id) == 0)
			join(&ids->items[kept], &ids->items[i]);
		else
			ids->items[++kept] = ids->items[i];
	}
	ids->count = kept + 1;
}

static int compare_places(const void *a, const void *b)
{
	const struct known_id *left = *(const struct known_id *const *)a,
			      *right = *(const struct known_id *const *)b;
	int order = strcmp(left->before->place, right->before->place);

	return order != 0 ? order : known_compare(left, right);
}

/* Findings of the day before that were not in its report under their present id. */
static size_t list_unreported(const struct known_ids *ids, struct known_id **out)
{
	size_t count = 0;

	for (size_t i = 0; i < ids->count; i++)
		if (ids->items[i].before && !ids->items[i].past && ids->items[i].before->place[0])
			out[count++] = &ids->items[i];
	if (count > 1)
		qsort(out, count, sizeof(struct known_id *), compare_places);
	return count;
}

static struct known_id *find_place(struct known_id *const *list, size_t count, const char *place)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(list[middle]->before->place, place) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < count && strcmp(list[low]->before->place, place) == 0; low++)
		if (!list[low]->past)
			return list[low];
	return NULL;
}

/* What was reported of a host under the name that it had then goes on under today's. */
static int join_renamed(struct known_ids *ids, struct arena *arena, const struct compare_options *options)
{
	struct known_id **unreported = arena_calloc(arena, ids->count + 1, sizeof(struct known_id *));
	size_t kept = 0, count;

	if (!unreported)
		return -1;
	if (!options->past || !options->files_changed)
		return 0;
	count = list_unreported(ids, unreported);
	for (size_t i = 0; i < ids->count; i++) {
		struct known_id *gone = &ids->items[i], *now = NULL;

		if (gone->past && !gone->today && !gone->before && gone->past->place && gone->past->place[0])
			now = find_place(unreported, count, gone->past->place);
		if (now) {
			now->past = gone->past;
			gone->renamed = true;
		}
	}
	for (size_t i = 0; i < ids->count; i++)
		if (!ids->items[i].renamed)
			ids->items[kept++] = ids->items[i];
	ids->count = kept;
	return 0;
}

static int ids_gather(struct known_ids *ids, struct arena *arena, const struct audit_result *today,
		      const struct audit_result *before, const struct compare_options *options)
{
	size_t before_count = before ? before->finding_count : 0;
	size_t past_count = options->past ? options->past_count : 0;

	ids->items =
	    arena_calloc(arena, today->finding_count + before_count + past_count + 1, sizeof(*ids->items));
	if (!ids->items)
		return -1;
	for (size_t i = 0; i < today->finding_count; i++)
		ids->items[ids->count++] =
		    (struct known_id){.id = today->findings[i].id, .today = &today->findings[i]};
	for (size_t i = 0; i < before_count; i++)
		ids->items[ids->count++] =
		    (struct known_id){.id = before->findings[i].id, .before = &before->findings[i]};
	for (size_t i = 0; i < past_count; i++)
		ids->items[ids->count++] =
		    (struct known_id){.id = options->past[i].id, .past = &options->past[i]};
	join_equal(ids);
	return join_renamed(ids, arena, options);
}

/* It was there the day before, or open on an earlier day and not to be seen then. */
static bool was_open(const struct known_id *known)
{
	return known->before || (known->past && known->past->unseen);
}

/* What is gone is fixed only if today would have shown it. */
static enum compare_state state_of(const struct known_id *known, const struct compare_options *options)
{
	if (known->today)
		return was_open(known) ? COMPARE_CONTINUING : COMPARE_NEW;
	if (was_open(known) && options->could_show &&
	    !options->could_show(options->context, known->before, known->past))
		return COMPARE_UNSEEN;
	return COMPARE_FIXED;
}

/* A difference between the two judgings of the day before is the files' doing only where they differ:
 * otherwise a capture of that day came in late. */
static struct compare_item item_of(const struct known_id *known, const struct compare_options *options)
{
	bool differs = options->past && was_open(known) != (known->past != NULL);
	struct compare_item item = {.id = known->id,
				    .state = state_of(known, options),
				    .matrix_changed = differs && options->files_changed,
				    .since_day = options->day,
				    .finding = known->today ? known->today : known->before,
				    .past = known->past};

	if (item.state != COMPARE_NEW)
		item.since_day = known->past ? known->past->since_day : options->day_before;
	return item;
}

static struct known_id *find_known(const struct known_ids *ids, const char *id)
{
	const struct known_id key = {.id = id};

	return bsearch(&key, ids->items, ids->count, sizeof(*ids->items), known_compare);
}

/* Either may be NULL. */
static const struct audit_finding *more_severe(const struct audit_finding *a, const struct audit_finding *b)
{
	return !a || (b && b->severity > a->severity) ? b : a;
}

/* What is folded on one of the days only is neither new nor fixed; it goes on since the first of it. */
static int tie_folds(struct known_ids *ids, struct arena *arena, const struct audit_result *today,
		     const struct audit_result *before, const struct compare_options *options)
{
	struct fold_ties ties;

	if (fold_ties_find(&ties, arena, today, before) != 0)
		return -1;
	for (size_t i = 0; i < ties.count; i++) {
		struct known_id *now = find_known(ids, ties.items[i].today->id);
		struct known_id *past = find_known(ids, ties.items[i].before->id);

		if (!now || !past) /* every id was put in; analyzers cannot know */
			continue;
		int32_t since = past->past ? past->past->since_day : options->day_before;
		if (!now->tied || since < now->tied_since)
			now->tied_since = since;
		now->tied_to = more_severe(now->tied_to, ties.items[i].before);
		now->tied = past->tied = true;
	}
	return 0;
}

/* What is gone goes on in what it is tied to, and is no item of its own. */
static bool goes_on_elsewhere(const struct known_id *known)
{
	return known->tied && !known->today;
}

static void settle_tie(struct compare_item *item, const struct known_id *known)
{
	if (!known->tied || !known->today)
		return;
	if (item->state == COMPARE_NEW || known->tied_since < item->since_day)
		item->since_day = known->tied_since;
	item->state = COMPARE_CONTINUING;
}

/* A refused attempt that became an open door goes on as the same finding; that it did is told. */
static void compare_severities(struct comparison *out, struct compare_item *item, struct known_id *known)
{
	const struct audit_finding *before = more_severe(known->before, known->tied_to);

	if (item->state != COMPARE_CONTINUING || !before)
		return;
	item->severity_known = true;
	item->severity_before = before->severity;
	if (item->finding->severity <= before->severity)
		return;
	out->worse += !known->worse;
	known->worse = true;
}

/* An id counts once, whichever of its findings has the new peer. */
static int add_new_peers(struct comparison *out, struct compare_item *findings, struct known_ids *ids,
			 const struct audit_result *before)
{
	struct past_findings past;

	if (past_findings_list(&past, &out->arena, before) != 0)
		return -1;
	for (size_t i = 0; i < out->finding_count; i++) {
		struct known_id *known = find_known(ids, findings[i].id);

		if (findings[i].state != COMPARE_CONTINUING)
			continue;
		if (compare_peers(&findings[i], &out->arena, &past) != 0)
			return -1;
		if (!known || findings[i].new_peer_count == 0)
			continue;
		out->joined += !known->joined;
		known->joined = true;
	}
	return 0;
}

static void fill(struct comparison *out, struct compare_item *findings, struct compare_item *fixed,
		 struct compare_item *unseen, const struct known_ids *ids, const struct audit_result *today,
		 const struct compare_options *options)
{
	for (size_t i = 0; i < ids->count; i++) {
		struct compare_item item = item_of(&ids->items[i], options);

		if (goes_on_elsewhere(&ids->items[i]))
			continue;
		settle_tie(&item, &ids->items[i]);
		if (item.state == COMPARE_FIXED)
			fixed[out->fixed_count++] = item;
		if (item.state == COMPARE_UNSEEN)
			unseen[out->unseen_count++] = item;
		out->fresh += item.state == COMPARE_NEW;
		out->continuing += item.state == COMPARE_CONTINUING;
	}
	for (size_t i = 0; i < today->finding_count; i++) {
		struct known_id *known = find_known(ids, today->findings[i].id);

		if (!known) /* every id was put in; analyzers cannot know */
			continue;
		findings[i] = item_of(known, options);
		settle_tie(&findings[i], known);
		findings[i].finding = &today->findings[i];
		compare_severities(out, &findings[i], known);
	}
	out->findings = findings;
	out->finding_count = today->finding_count;
	out->fixed = fixed;
	out->unseen = unseen;
}

struct comparison *audit_compare(const struct audit_result *today, const struct audit_result *before,
				 const struct compare_options *options, struct err *err)
{
	struct comparison *out = mem_calloc(1, sizeof(*out));
	struct known_ids ids = {0};
	struct compare_item *findings = NULL, *fixed = NULL, *unseen = NULL;

	if (out && ids_gather(&ids, &out->arena, today, before, options) == 0 &&
	    tie_folds(&ids, &out->arena, today, before, options) == 0) {
		findings = arena_calloc(&out->arena, today->finding_count + 1, sizeof(*findings));
		fixed = arena_calloc(&out->arena, ids.count + 1, sizeof(*fixed));
		unseen = arena_calloc(&out->arena, ids.count + 1, sizeof(*unseen));
	}
	if (findings && fixed && unseen) {
		fill(out, findings, fixed, unseen, &ids, today, options);
		if (add_new_peers(out, findings, &ids, before) == 0)
			return out;
	}
	comparison_free(out);
	(void)err_no_memory(err);
	return NULL;
}

void comparison_free(struct comparison *comparison)
{
	if (!comparison)
		return;
	arena_clear(&comparison->arena);
	mem_free(comparison);
}
