/* What is kept of each site's result. */
#include "base/mem.h"
#include "fleet_parts.h"
#include <stdlib.h>
#include <string.h>

const struct fleet_format fleet_formats[] = {
    {"text", "fleet.txt", fleet_text},
    {"json", "fleet.json", fleet_json},
    {"html", "fleet.html", fleet_html},
    {"csv", "fleet.csv", fleet_csv},
};
const size_t fleet_format_count = sizeof fleet_formats / sizeof fleet_formats[0];

struct fleet *fleet_new(struct err *err)
{
	struct fleet *fleet = mem_calloc(1, sizeof *fleet);

	if (!fleet)
		(void)err_no_memory(err);
	return fleet;
}

void fleet_free(struct fleet *fleet)
{
	if (!fleet)
		return;
	mem_free(fleet->sites);
	mem_free(fleet->findings);
	mem_free(fleet->rules);
	mem_free(fleet->sensors);
	arena_clear(&fleet->arena);
	mem_free(fleet);
}

static const char *keep(struct fleet *fleet, const char *text, bool *failed)
{
	const char *copy = text ? arena_strdup(&fleet->arena, text) : NULL;

	*failed |= text && !copy;
	return copy;
}

static struct fleet_rule *rule_of(struct fleet *fleet, const char *signature, const char *rule,
				  const char *kind)
{
	for (size_t i = 0; i < fleet->rule_count; i++) {
		struct fleet_rule *known = &fleet->rules[i];

		if (strcmp(known->kind, kind) == 0 && strcmp(known->signature, signature) == 0 &&
		    strcmp(known->rule ? known->rule : "", rule ? rule : "") == 0)
			return known;
	}
	if (mem_grow((void **)&fleet->rules, &fleet->rule_capacity, fleet->rule_count + 1,
		     sizeof *fleet->rules))
		return NULL;
	bool failed = false;
	struct fleet_rule *added = &fleet->rules[fleet->rule_count];
	*added = (struct fleet_rule){
	    .signature = keep(fleet, signature, &failed), .rule = keep(fleet, rule, &failed), .kind = kind};
	if (failed)
		return NULL;
	fleet->rule_count++;
	return added;
}

static int count_rule(struct fleet *fleet, const char *site, const char *signature,
		      const struct audit_finding *finding)
{
	enum { EXAMPLES = sizeof((struct fleet_rule *)0)->examples / sizeof(char *) };
	struct fleet_rule *rule = rule_of(fleet, signature, finding->rule, finding_kind_name(finding->kind));

	if (!rule)
		return -1;
	rule->findings++;
	if (rule->latest == site)
		return 0;
	if (rule->sites < EXAMPLES)
		rule->examples[rule->sites] = site;
	rule->latest = site;
	rule->sites++;
	return 0;
}

static const char *signature_of(const struct audit_result *result, const char *system)
{
	for (size_t i = 0; i < result->system_count; i++)
		if (strcmp(result->systems[i].name, system) == 0)
			return result->systems[i].signature->id;
	return "";
}

static int keep_finding(struct fleet *fleet, const struct fleet_site *site,
			const struct audit_finding *finding)
{
	bool failed = false;

	fleet->finding_total++;
	if (finding->severity < SEVERITY_MEDIUM)
		return 0;
	if (mem_grow((void **)&fleet->findings, &fleet->finding_capacity, fleet->finding_count + 1,
		     sizeof *fleet->findings))
		return -1;
	fleet->findings[fleet->finding_count++] =
	    (struct fleet_finding){.site = site->name,
				   .link = site->link,
				   .id = keep(fleet, finding->id, &failed),
				   .kind = finding_kind_name(finding->kind),
				   .severity = severity_name(finding->severity),
				   .level = finding->severity,
				   .system = keep(fleet, finding->system, &failed),
				   .rule = keep(fleet, finding->rule, &failed),
				   .message = keep(fleet, finding->message, &failed),
				   .first_ns = finding->first_ns,
				   .last_ns = finding->last_ns};
	return failed ? -1 : 0;
}

static int keep_findings(struct fleet *fleet, struct fleet_site *site, const struct audit_result *result)
{
	for (size_t i = 0; i < result->finding_count; i++) {
		const struct audit_finding *finding = &result->findings[i];

		if (finding->exception) {
			site->excepted++;
			continue;
		}
		site->findings[finding->severity]++;
		if (keep_finding(fleet, site, finding) ||
		    count_rule(fleet, site->name, signature_of(result, finding->system), finding))
			return -1;
	}
	return 0;
}

static void keep_result(struct fleet_site *kept, const struct audit_result *result,
			const struct ledger *ledger)
{
	size_t count;
	const struct coverage_span *spans = ledger_spans(ledger, &count);

	kept->verdict = result->verdict;
	/* Where nothing was seen there is none. */
	kept->grade = result->packets > 0 ? result->health.grade : '\0';
	kept->packets = result->packets;
	kept->flows = result->flows;
	kept->edges = result->edge_count;
	for (size_t i = 0; i < count; i++)
		if (kept->last_ns == TIME_UNKNOWN || spans[i].last_ns > kept->last_ns)
			kept->last_ns = spans[i].last_ns;
}

int fleet_add_site(struct fleet *fleet, const struct fleet_site *site, const struct audit_result *result,
		   const struct ledger *ledger, struct err *err)
{
	bool failed = false;
	struct fleet_site kept = {.name = keep(fleet, site->name, &failed),
				  .file = keep(fleet, site->file, &failed),
				  .link = keep(fleet, site->link, &failed),
				  .error = keep(fleet, site->error, &failed),
				  .verdict = RUN_INCONCLUSIVE,
				  .sensors = site->sensors,
				  .silent = site->silent,
				  .last_ns = TIME_UNKNOWN};

	kept.incomplete = keep(fleet, site->incomplete, &failed);
	if (result) {
		keep_result(&kept, result, ledger);
		kept.reason =
		    site->sensors == 0 ? "no sensor writes for it"
		    : site->silent == site->sensors
			? "none of its sensors wrote anything of this time"
			: keep(fleet, result->reasons.count ? result->reasons.items[0] : NULL, &failed);
		kept.health =
		    result->health.reason_count ? keep(fleet, result->health.reasons[0], &failed) : NULL;
		failed |= keep_findings(fleet, &kept, result) != 0;
	}
	if (failed || mem_grow((void **)&fleet->sites, &fleet->site_capacity, fleet->site_count + 1,
			       sizeof *fleet->sites))
		return err_no_memory(err);
	fleet->sites[fleet->site_count++] = kept;
	return 0;
}

int fleet_add_sensor(struct fleet *fleet, const struct fleet_sensor *sensor, struct err *err)
{
	bool failed = false;
	struct fleet_sensor kept = *sensor;

	kept.name = keep(fleet, sensor->name, &failed);
	kept.site = keep(fleet, sensor->site, &failed);
	kept.health = keep(fleet, sensor->health, &failed);
	if (failed || mem_grow((void **)&fleet->sensors, &fleet->sensor_capacity, fleet->sensor_count + 1,
			       sizeof *fleet->sensors))
		return err_no_memory(err);
	fleet->sensors[fleet->sensor_count++] = kept;
	return 0;
}

static int verdict_rank(const struct fleet_site *site)
{
	static const int ranks[] = {[RUN_FAIL] = 1, [RUN_INCONCLUSIVE] = 2, [RUN_PASS] = 3};

	return site->error ? 0 : ranks[site->verdict];
}

static int site_compare(const void *a, const void *b)
{
	const struct fleet_site *left = a, *right = b;
	int order = verdict_rank(left) - verdict_rank(right);

	if (order == 0 && left->name && right->name)
		order = strcmp(left->name, right->name);
	return order != 0 ? order : strcmp(left->file ? left->file : "", right->file ? right->file : "");
}

/* What began last stands first; what has no time of its own (missing) behind. */
static int finding_compare(const void *a, const void *b)
{
	const struct fleet_finding *left = a, *right = b;
	int order;

	if (left->first_ns != right->first_ns)
		return left->first_ns > right->first_ns ? -1 : 1;
	if (left->level != right->level)
		return left->level > right->level ? -1 : 1;
	order = strcmp(left->site, right->site);
	return order != 0 ? order : strcmp(left->id, right->id);
}

static int rule_compare(const void *a, const void *b)
{
	const struct fleet_rule *left = a, *right = b;
	int order;

	if (left->sites != right->sites)
		return left->sites > right->sites ? -1 : 1;
	order = strcmp(left->signature, right->signature);
	if (order == 0)
		order = strcmp(left->rule ? left->rule : "", right->rule ? right->rule : "");
	return order != 0 ? order : strcmp(left->kind, right->kind);
}

static int sensor_compare(const void *a, const void *b)
{
	return strcmp(((const struct fleet_sensor *)a)->name, ((const struct fleet_sensor *)b)->name);
}

static void sort(void *items, size_t count, size_t size, int (*compare)(const void *a, const void *b))
{
	if (count > 1)
		qsort(items, count, size, compare);
}

void fleet_finish(struct fleet *fleet)
{
	sort(fleet->sites, fleet->site_count, sizeof *fleet->sites, site_compare);
	sort(fleet->findings, fleet->finding_count, sizeof *fleet->findings, finding_compare);
	sort(fleet->rules, fleet->rule_count, sizeof *fleet->rules, rule_compare);
	sort(fleet->sensors, fleet->sensor_count, sizeof *fleet->sensors, sensor_compare);
	if (fleet->finding_count > FLEET_NEWEST)
		fleet->finding_count = FLEET_NEWEST;
}
