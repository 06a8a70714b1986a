/*
 * Required rules: which hosts do what they must, who does not, and of whom it cannot be told. Offline a host
 * is missing when the whole input holds nothing of it and is at least `within` long; live (options->live)
 * when any covered window of `within` does. With `after` a host is due only near what made it so.
 */
#include "rule_work.h"

enum { SEC_PER_MINUTE = 60 };

enum due_state { DUE_NOT, DUE_SEEN, DUE_MISSING, DUE_UNOBSERVABLE };

struct due_result {
	enum due_state state;
	enum unobservable why;
	bool success; /* not only attempts */
};

bool rule_is_required(const struct audit_work *work, const struct matrix_rule *rule)
{
	return rule->required ||
	       (work->options->expect_all && rule->allowed && rule->rule->basis == BASIS_DOCUMENTED);
}

static int64_t within_minutes(const struct rule_view *view)
{
	return (int64_t)view->rule->presence->within_sec / SEC_PER_MINUTE;
}

static size_t rule_number(const struct rule_view *view)
{
	return (size_t)(view->rule - view->system->plain->rules);
}

/* The rule itself, or the one numbered I - 1 of those that satisfy it as well. */
static struct sighting_list satisfying(const struct audit_work *work, const struct rule_view *view,
				       size_t host, size_t i)
{
	const struct rule_list *also = &view->rule->presence->or_rules;

	return sightings_of(work, view->system->index, i == 0 ? rule_number(view) : also->items[i - 1], host);
}

/* Sightings of the rule count on the side that must be seen; those of rules that satisfy it as well on
 * either. */
static bool counts(const struct sighting *sighting, size_t i, size_t host, enum rule_side side)
{
	return host == NO_INDEX || i > 0 || sighting->side == side;
}

static bool seen_at_all(const struct audit_work *work, const struct rule_view *view, size_t host,
			enum rule_side side, bool pending)
{
	for (size_t i = 0; i <= view->rule->presence->or_rules.count; i++) {
		struct sighting_list list = satisfying(work, view, host, i);

		for (size_t j = 0; j < list.count; j++) {
			struct sighting_list one = {&list.items[j], 1};

			if (counts(&list.items[j], i, host, side) && sightings_any(&one, pending))
				return true;
		}
	}
	return false;
}

static bool seen_between(const struct audit_work *work, const struct rule_view *view, size_t host,
			 int64_t first_minute, int64_t last_minute)
{
	for (size_t i = 0; i <= view->rule->presence->or_rules.count; i++) {
		struct sighting_list list = satisfying(work, view, host, i);

		if (sightings_within(&list, first_minute, last_minute))
			return true;
	}
	return false;
}

static struct due_result unseen(struct audit_work *work, const struct rule_view *view, size_t host,
				enum rule_side side)
{
	enum unobservable why = observe_host(work, view, host, side);

	if (why == OBSERVABLE && seen_at_all(work, view, host, side, true))
		why = UNOBSERVABLE_PENDING;
	return (struct due_result){why == OBSERVABLE ? DUE_MISSING : DUE_UNOBSERVABLE, why, false};
}

/* Somewhere in SPAN, WITHIN minutes pass without a sighting. */
static bool has_empty_window(const struct audit_work *work, const struct rule_view *view, size_t host,
			     const struct cover_span *span, int64_t within)
{
	int64_t at = span->first_minute;

	while (span->end_minute - at >= within) {
		int64_t low = at, high = at + within - 1;

		if (!seen_between(work, view, host, low, high))
			return true;
		/* The next window to look at begins behind the last sighting in this one. */
		while (low < high) {
			int64_t middle = high - (high - low) / 2;

			if (seen_between(work, view, host, middle, high))
				low = middle;
			else
				high = middle - 1;
		}
		at = low + 1;
	}
	return false;
}

/* The window that ends with coverage is empty, and so is the minute that has begun: what is seen again is known at once. */
static bool is_last_empty(const struct audit_work *work, const struct rule_view *view, size_t host, int64_t within)
{
	const struct cover_span *last = work->cover.count > 0 ? &work->cover.spans[work->cover.count - 1] : NULL;

	return last && last->end_minute - last->first_minute >= within &&
	       !seen_between(work, view, host, last->end_minute - within, last->end_minute);
}

static bool has_any_empty(const struct audit_work *work, const struct rule_view *view, size_t host, int64_t within)
{
	if (work->options->latest)
		return is_last_empty(work, view, host, within);
	for (size_t i = 0; i < work->cover.count; i++)
		if (has_empty_window(work, view, host, &work->cover.spans[i], within))
			return true;
	return false;
}

static struct due_result due_always(struct audit_work *work, const struct rule_view *view, size_t host,
				    enum rule_side side)
{
	int64_t within = within_minutes(view);

	if (!seen_at_all(work, view, host, side, false))
		return unseen(work, view, host, side);
	if (work->options->live && within > 0 && has_any_empty(work, view, host, within))
		return unseen(work, view, host, side);
	return (struct due_result){DUE_SEEN, OBSERVABLE, false};
}

/* A rule with what makes it due. */
struct due_rule {
	const struct rule_view *view;
	struct rule_view *triggers; /* where there is a filter to ask about them */
	size_t trigger_count;
};

static void view_triggers(struct audit_work *work, struct due_rule *due)
{
	const struct rule_list *after = &due->view->rule->presence->after;

	if (!work->options->admits)
		return;
	due->triggers = work_scratch(work, after->count + 1, sizeof(*due->triggers));
	for (size_t i = 0; due->triggers && i < after->count; i++) {
		struct rule_view *trigger = &due->triggers[due->trigger_count];

		rule_view_build(work, due->view->system->index, after->items[i], trigger);
		due->trigger_count += trigger->rule->allowed;
	}
}

/* What is known of the triggers of one host. */
struct trigger_sum {
	bool any, observable, satisfied;
};

static void weigh_trigger(const struct audit_work *work, const struct rule_view *view, size_t host,
			  int64_t minute, struct trigger_sum *sum)
{
	int64_t within = within_minutes(view);

	sum->any = true;
	sum->observable |= cover_holds(&work->cover, minute - within, minute + 1 + within);
	sum->satisfied |= seen_between(work, view, host, minute - within, minute + within);
}

static void weigh_sighting(const struct audit_work *work, const struct rule_view *view, size_t host,
			   const struct sighting *sighting, struct trigger_sum *sum)
{
	for (int bit = 0; bit < BUCKET_MINUTES && !sum->satisfied; bit++)
		if (sighting->triggers >> bit & 1)
			weigh_trigger(work, view, host, (int64_t)sighting->bucket * BUCKET_MINUTES + bit,
				      sum);
}

/* For a whole system any host of the rule's roles can make it due. */
static bool touches(const struct rule_view *view, size_t host, const struct sighting *sighting)
{
	uint64_t roles = view->ends[SIDE_FROM].roles | view->ends[SIDE_TO].roles;

	if (host != NO_INDEX)
		return sighting->host == host;
	return sighting->host != NO_INDEX && (view->system->hosts.items[sighting->host].roles & roles) != 0;
}

/* What would make HOST's part due may have happened: the filter keeps it away. */
static bool triggers_filtered(const struct audit_work *work, const struct due_rule *due, size_t host)
{
	for (size_t i = 0; i < due->trigger_count; i++) {
		const struct rule_view *trigger = &due->triggers[i];

		for (int side = SIDE_FROM; side <= SIDE_TO; side++)
			if ((host == NO_INDEX ||
			     (trigger->system->hosts.items[host].roles & trigger->ends[side].roles)) &&
			    rule_is_filtered(work, trigger, host, (enum rule_side)side))
				return true;
	}
	return false;
}

static struct due_result due_after(struct audit_work *work, const struct due_rule *due, size_t host,
				   enum rule_side side)
{
	const struct rule_view *view = due->view;
	const struct rule_list *after = &view->rule->presence->after;
	size_t system = view->system->index;
	struct trigger_sum sum = {0};

	for (size_t i = 0; i < after->count; i++) {
		struct sighting_list list = host == NO_INDEX
						? sightings_of_rule(work, system, after->items[i])
						: sightings_of(work, system, after->items[i], host);

		for (size_t j = 0; j < list.count && !sum.satisfied; j++)
			if (touches(view, host, &list.items[j]))
				weigh_sighting(work, view, host, &list.items[j], &sum);
	}
	if (sum.satisfied)
		return (struct due_result){DUE_SEEN, OBSERVABLE, false};
	if (!sum.any && triggers_filtered(work, due, host))
		return (struct due_result){DUE_UNOBSERVABLE, UNOBSERVABLE_NO_TRIGGER, false};
	if (!sum.any)
		return (struct due_result){DUE_NOT, OBSERVABLE, false};
	if (!sum.observable)
		return (struct due_result){DUE_UNOBSERVABLE, UNOBSERVABLE_EDGE, false};
	return unseen(work, view, host, side);
}

static bool succeeded(const struct audit_work *work, const struct rule_view *view, size_t host)
{
	for (size_t i = 0; i <= view->rule->presence->or_rules.count; i++) {
		struct sighting_list list = satisfying(work, view, host, i);

		for (size_t j = 0; j < list.count; j++)
			if (list.items[j].success)
				return true;
	}
	return false;
}

static struct due_result judge_host(struct audit_work *work, const struct due_rule *rule, size_t host,
				    enum rule_side side)
{
	bool after = rule->view->rule->presence->after.count > 0;
	struct due_result due =
	    after ? due_after(work, rule, host, side) : due_always(work, rule->view, host, side);

	due.success = due.state == DUE_SEEN && succeeded(work, rule->view, host);
	return due;
}

/* What a host says that was there tells more than that another was not; a filter stands before either. */
static bool tells_more(enum unobservable a, enum unobservable b)
{
	if (is_filters_doing(a) || is_filters_doing(b))
		return !is_filters_doing(b);
	return b == UNOBSERVABLE_SILENT && a != UNOBSERVABLE_SILENT;
}

static void note(struct presence_result *result, size_t host, struct due_result due)
{
	if (due.state == DUE_NOT)
		return;
	result->due = true;
	result->expected++;
	switch (due.state) {
	case DUE_SEEN: result->observed += due.success; break;
	case DUE_MISSING:
		if (host == NO_INDEX)
			result->system_missing = true;
		else
			result->missing[result->missing_count++] = host;
		break;
	case DUE_UNOBSERVABLE:
		if (result->why == OBSERVABLE || tells_more(due.why, result->why)) {
			result->why = due.why;
			result->why_host = host;
		}
		if (host == NO_INDEX)
			result->system_unobservable = true;
		else
			result->unobservable[result->unobservable_count++] = host;
		break;
	case DUE_NOT: break;
	}
}

/* Nobody holds the role of whom it is due, or none of its range was seen. */
static void judge_nobody(struct audit_work *work, const struct due_rule *rule, struct presence_result *result)
{
	const struct rule_view *view = rule->view;
	bool after = view->rule->presence->after.count > 0;

	if (after && !triggers_filtered(work, rule, NO_INDEX))
		return;
	result->due = true;
	if (after) {
		result->system_unobservable = true;
		result->why = UNOBSERVABLE_NO_TRIGGER;
		return;
	}
	if (seen_at_all(work, view, NO_INDEX, result->side, false))
		return;
	result->system_unobservable = true;
	result->why = observe_host(work, view, NO_INDEX, result->side);
	if (result->why != UNOBSERVABLE_FILTERED)
		result->why = view->ends[result->side].bound ? UNOBSERVABLE_SILENT : UNOBSERVABLE_UNBOUND;
}

void presence_judge(struct audit_work *work, const struct rule_view *view, struct presence_result *result)
{
	enum presence_each each = view->rule->presence->each;
	struct due_rule rule = {.view = view};
	const struct rule_end *end;

	*result =
	    (struct presence_result){.why_host = NO_INDEX, .side = each == EACH_TO ? SIDE_TO : SIDE_FROM};
	result->required = rule_is_required(work, view->rule);
	end = &view->ends[result->side];
	result->missing = work_scratch(work, end->count + 1, sizeof(*result->missing));
	result->unobservable = work_scratch(work, end->count + 1, sizeof(*result->unobservable));
	if (!result->required || !result->missing || !result->unobservable)
		return;
	view_triggers(work, &rule);
	if (each == EACH_SYSTEM || end->roles == 0) {
		note(result, NO_INDEX, judge_host(work, &rule, NO_INDEX, SIDE_FROM));
		return;
	}
	for (size_t i = 0; i < end->count; i++)
		note(result, end->hosts[i], judge_host(work, &rule, end->hosts[i], result->side));
	if (end->count == 0)
		judge_nobody(work, &rule, result);
}
