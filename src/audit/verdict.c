/* The verdict of each system and of the run, with its reasons, and what else should be said. */
#include "work.h"
#include <string.h>

enum { REASONS_MAX = HEALTH_REASONS_MAX + 6 };

/* Findings of SYSTEM (NULL: all) that count against it. */
static uint64_t count_failures(const struct audit_work *work, const char *system)
{
	const struct audit_result *result = work->result;
	uint64_t count = 0;

	for (size_t i = 0; i < result->finding_count; i++) {
		const struct audit_finding *finding = &result->findings[i];

		if (finding->severity >= work->options->fail_on && !finding->exception &&
		    (!system || finding->system == system))
			count++;
	}
	return count;
}

static enum run_verdict decide(const struct audit_work *work, uint64_t failures, bool observed)
{
	if (failures > 0)
		return RUN_FAIL;
	return work->health.grade == 'D' || !observed || work->options->unwatched ? RUN_INCONCLUSIVE
										  : RUN_PASS;
}

static void build_system(struct audit_work *work, size_t system, struct audit_system *out)
{
	const struct system_work *at = &work->systems[system];

	out->name = at->plain->site->name;
	out->signature = at->plain->signature;
	out->inferred = at->inferred != NULL;
	out->score = at->inferred ? at->inferred->score : 0;
	out->verdict = decide(work, count_failures(work, out->name), at->observed);
	out->rules = at->rules;
	out->rule_count = at->plain->rule_count;
	roles_build(work, system, out);
}

struct reason_list {
	const char *items[REASONS_MAX];
	size_t count;
};

static void add_reason(struct reason_list *list, const char *text)
{
	if (list->count < REASONS_MAX)
		list->items[list->count++] = text;
}

/* Nothing that is required could be told, and the filter had its part in that. */
static bool nothing_checked(const struct audit_work *work)
{
	bool checked = false, filtered = false;

	for (size_t i = 0; i < work->system_count; i++) {
		checked |= work->systems[i].checked;
		filtered |= work->systems[i].filtered;
	}
	return filtered && !checked;
}

static const char *no_system_text(const struct audit_work *work)
{
	if (!work->options->inference)
		return "the site file binds no system: there is no matrix to hold the traffic against";
	return "no product was recognised: nothing in the traffic behaves like one of the known products; "
	       "a site file can bind the hosts";
}

static void give_reasons(struct audit_work *work, uint64_t failures, bool observed, struct reason_list *list)
{
	if (failures > 0)
		add_reason(list, work_text(work, "%s at or above %s",
					   count_text(work, failures, "finding", "findings"),
					   severity_name(work->options->fail_on)));
	if (work->options->unwatched)
		add_reason(list, work_text(work, "%s", work->options->unwatched));
	if (failures > 0)
		return;
	if (work->system_count == 0) {
		add_reason(list, no_system_text(work));
		return;
	}
	if (work->health.grade == 'D')
		add_reason(list, "health is D: the capture misses too much to pass anything");
	for (size_t i = 0; work->health.grade == 'D' && i < work->health.reason_count; i++)
		add_reason(list, work_text(work, "%s", work->health.reasons[i]));
	if (!observed)
		add_reason(list, "no bound product host was seen both sending and receiving unicast");
	if (nothing_checked(work))
		add_reason(list, "no required rule could be checked: the filter keeps such packets away");
}

void verdicts_build(struct audit_work *work)
{
	struct audit_system *systems = work_alloc(work, work->system_count, sizeof(*systems));
	uint64_t failures = count_failures(work, NULL);
	struct reason_list reasons = {.count = 0};
	const char **items;
	bool observed = false;

	for (size_t i = 0; systems && i < work->system_count; i++) {
		build_system(work, i, &systems[i]);
		observed |= work->systems[i].observed;
	}
	work->result->systems = systems;
	work->result->system_count = systems ? work->system_count : 0;
	work->result->verdict = decide(work, failures, observed);
	give_reasons(work, failures, observed, &reasons);
	items = work_alloc(work, reasons.count, sizeof(*items));
	if (items && reasons.count > 0)
		memcpy(items, reasons.items, reasons.count * sizeof(*items));
	work->result->reasons = (struct name_list){items, items ? reasons.count : 0};
}

static bool is_allowed(const struct sig_parameter *parameter, const struct port_range *range)
{
	for (size_t i = 0; i < parameter->allowed_count; i++)
		if (range->low >= parameter->allowed[i].low && range->high <= parameter->allowed[i].high)
			return true;
	return parameter->allowed_count == 0;
}

/* A parameter set to what the source forbids but may be wrong to forbid. */
static const char *suspect_text(struct audit_work *work, const struct matrix_system *system, size_t parameter)
{
	const struct sig_parameter *at = &system->signature->parameters[parameter];
	const struct site_parameter *stated = &system->site->parameters[parameter];

	for (size_t i = 0; at->suspect && i < stated->count; i++)
		if (!is_allowed(at, &stated->ranges[i]))
			return work_text(
			    work,
			    "%s: parameter %s is %u-%u, which the source does not allow (its own limits are "
			    "doubtful)",
			    system->site->name, at->id, stated->ranges[i].low, stated->ranges[i].high);
	return NULL;
}

void warnings_build(struct audit_work *work)
{
	size_t most = 0, count = 0;
	const char **items;

	for (size_t i = 0; i < work->system_count; i++)
		most += work->systems[i].plain->signature->parameter_count + 1;
	items = work_alloc(work, most, sizeof(*items));
	for (size_t i = 0; items && i < work->system_count; i++) {
		const struct matrix_system *system = work->systems[i].plain;

		for (size_t j = 0; system->site->parameters && j < system->signature->parameter_count; j++) {
			const char *text = suspect_text(work, system, j);

			if (text)
				items[count++] = text;
		}
		if (!work->systems[i].observed)
			items[count++] = work_text(
			    work, "%s: no bound product host was seen both sending and receiving unicast",
			    system->site->name);
	}
	work->result->warnings = (struct name_list){items, count};
}
