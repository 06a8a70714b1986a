#include "fleet_parts.h"
#include "json_value.h"

static void json_site(struct json_page *page, cJSON *array, const struct fleet_site *site)
{
	cJSON *object = json_object_item(page, array);
	char grade[2] = {site->grade, '\0'};

	json_text(page, object, "name", site->name);
	json_text(page, object, "file", site->file);
	json_text(page, object, "report", site->link);
	json_text(page, object, "error", site->error);
	json_text(page, object, "incomplete", site->incomplete);
	json_text(page, object, "verdict", site->error ? NULL : run_verdict_name(site->verdict));
	json_text(page, object, "reason", site->reason);
	json_text_or_null(page, object, "grade", grade);
	json_text(page, object, "health", site->health);
	json_count(page, object, "packets", site->packets);
	json_count(page, object, "flows", site->flows);
	json_count(page, object, "edges", site->edges);
	cJSON *findings = json_object(page, object, "findings");
	for (int i = 0; i < SEVERITY_COUNT; i++)
		json_count(page, findings, severity_name((enum severity)i), site->findings[i]);
	json_count(page, object, "excepted", site->excepted);
	json_count(page, object, "sensors", site->sensors);
	json_count(page, object, "silent_sensors", site->silent);
	json_time(page, object, "last", site->last_ns, 0);
}

static void json_newest(struct json_page *page, cJSON *array, const struct fleet_finding *finding)
{
	cJSON *object = json_object_item(page, array);

	json_text(page, object, "site", finding->site);
	json_text(page, object, "id", finding->id);
	json_text(page, object, "kind", finding->kind);
	json_text(page, object, "severity", finding->severity);
	json_text(page, object, "system", finding->system);
	json_text(page, object, "rule", finding->rule);
	json_time(page, object, "first", finding->first_ns, 9);
	json_time(page, object, "last", finding->last_ns, 9);
	json_text(page, object, "message", finding->message);
}

static void json_rule(struct json_page *page, cJSON *array, const struct fleet_rule *rule)
{
	cJSON *object = json_object_item(page, array);

	json_text(page, object, "signature", rule->signature);
	json_text(page, object, "rule", rule->rule);
	json_text(page, object, "kind", rule->kind);
	json_count(page, object, "sites", rule->sites);
	json_count(page, object, "findings", rule->findings);
	cJSON *examples = json_array(page, object, "examples");
	for (size_t i = 0; i < sizeof rule->examples / sizeof rule->examples[0] && rule->examples[i]; i++)
		json_text_item(page, examples, rule->examples[i]);
}

static void json_sensor(struct json_page *page, cJSON *array, const struct fleet_sensor *sensor)
{
	cJSON *object = json_object_item(page, array);
	const char grade[2] = {sensor->grade, '\0'};

	json_text(page, object, "name", sensor->name);
	json_text(page, object, "site", sensor->site);
	json_time(page, object, "last", sensor->last_ns, 0);
	json_time(page, object, "written", sensor->written_ns, 0);
	json_text(page, object, "state", sensor_state_name(fleet_sensor_state(sensor)));
	json_text_or_null(page, object, "grade", grade);
	json_text(page, object, "health", sensor->health);
	json_bool(page, object, "silent", sensor->silent);
	json_bool(page, object, "astray", sensor->astray);
	json_bool(page, object, "away", sensor->away);
	json_bool(page, object, "retired", sensor->retired);
}

static void json_reasons(struct json_page *page, const struct fleet *fleet)
{
	cJSON *array = json_array(page, page->root, "reasons");
	struct strbuf reasons[FLEET_REASONS_MAX];
	size_t count = fleet_reasons(fleet, reasons);

	for (size_t i = 0; i < count; i++)
		json_text_item(page, array, strbuf_text(&reasons[i]));
	fleet_reasons_clear(reasons);
}

static void json_summary(struct json_page *page, const struct fleet *fleet)
{
	cJSON *summary = json_object(page, page->root, "summary"),
	      *counts = json_object(page, summary, "sites");

	json_count(page, counts, "fail", fleet_sites_of(fleet, RUN_FAIL));
	json_count(page, counts, "inconclusive", fleet_sites_of(fleet, RUN_INCONCLUSIVE));
	json_count(page, counts, "pass", fleet_sites_of(fleet, RUN_PASS));
	json_count(page, counts, "not_judged", fleet_sites_unread(fleet));
	json_count(page, counts, "without_sensor", fleet_sites_alone(fleet));
	counts = json_object(page, summary, "sensors");
	for (int i = 0; i < SENSOR_STATES; i++)
		json_count(page, counts, sensor_state_name((enum sensor_state)i),
			   fleet_sensors_in(fleet, (enum sensor_state)i));
}

int fleet_json(struct strbuf *out, const struct fleet *fleet, const struct fleet_options *options,
	       struct err *err)
{
	struct json_page page = {.root = cJSON_CreateObject()};

	json_text(&page, page.root, "schema", "tapaudit.fleet/1");
	cJSON *tool = json_object(&page, page.root, "tool");
	json_text(&page, tool, "name", "tapaudit");
	json_text(&page, tool, "version", options->version);
	json_time(&page, page.root, "generated", options->generated_ns, 0);
	json_time(&page, page.root, "since", options->from_ns, 0);
	json_time(&page, page.root, "until", options->until_ns, 0);
	json_text(&page, page.root, "verdict", run_verdict_name(fleet_verdict(fleet)));
	json_reasons(&page, fleet);
	json_summary(&page, fleet);
	cJSON *array = json_array(&page, page.root, "sites");
	for (size_t i = 0; i < fleet->site_count; i++)
		json_site(&page, array, &fleet->sites[i]);
	array = json_array(&page, page.root, "rules");
	for (size_t i = 0; i < fleet->rule_count; i++)
		json_rule(&page, array, &fleet->rules[i]);
	json_count(&page, page.root, "findings", fleet->finding_total);
	array = json_array(&page, page.root, "newest");
	for (size_t i = 0; i < fleet->finding_count; i++)
		json_newest(&page, array, &fleet->findings[i]);
	array = json_array(&page, page.root, "sensors");
	for (size_t i = 0; i < fleet->sensor_count; i++)
		json_sensor(&page, array, &fleet->sensors[i]);
	return json_finish(&page, out, err);
}
