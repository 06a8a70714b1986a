#include "json_parts.h"

static void json_role(struct json_page *page, cJSON *array, const struct audit_role *role)
{
	cJSON *object = json_object_item(page, array);

	json_text(page, object, "id", role->id);
	json_count(page, object, "bound", role->bound);
	json_count(page, object, "seen", role->seen);
	json_names(page, object, "silent", role->silent);
	json_names(page, object, "assumed", role->assumed);
	json_text(page, object, "title", role->title);
	json_text(page, object, "kind", role_kind_name(role->kind));
}

static void json_rule_match(struct json_page *page, cJSON *object, const struct audit_rule *rule)
{
	json_text(page, object, "id", rule->rule->id);
	json_names(page, object, "from", rule->from);
	json_names(page, object, "to", rule->to);
	cJSON *protocols = json_array(page, object, "proto");
	for (size_t i = 0; i < rule->rule->protocol_count; i++) {
		char name[16];

		json_text_item(page, protocols, protocol_name(rule->rule->protocols[i], name));
	}
	cJSON *ports = json_array(page, object, "ports");
	for (size_t i = 0; i < rule->port_count; i++) {
		cJSON *range = json_array(page, ports, NULL);

		json_count_item(page, range, rule->ports[i].low);
		json_count_item(page, range, rule->ports[i].high);
	}
}

static void json_rule_cite(struct json_page *page, cJSON *object, const struct audit_rule *rule)
{
	if (!rule->cite_source && !rule->cite_where) {
		json_null(page, object, "cite");
		return;
	}
	cJSON *cite = json_object(page, object, "cite");
	json_text(page, cite, "source", rule->cite_source);
	json_text(page, cite, "where", rule->cite_where);
}

static void json_rule(struct json_page *page, cJSON *array, const struct audit_rule *rule)
{
	cJSON *object = json_object_item(page, array);

	json_rule_match(page, object, rule);
	json_text(page, object, "state", rule_state_name(rule->state));
	json_text(page, object, "reason", rule->reason);
	json_count(page, object, "flows", rule->flows);
	json_count(page, object, "packets", rule->packets);
	json_count(page, object, "bytes", rule->bytes);
	json_count(page, object, "expected_hosts", rule->expected_hosts);
	json_count(page, object, "observed_hosts", rule->observed_hosts);
	json_names(page, object, "missing_hosts", rule->missing_hosts);
	json_names(page, object, "unanswered_hosts", rule->unanswered_hosts);
	json_names(page, object, "unobservable_hosts", rule->unobservable_hosts);
	json_time(page, object, "first", rule->first_ns, 9);
	json_time(page, object, "last", rule->last_ns, 9);
	json_rule_cite(page, object, rule);
	json_text(page, object, "title", rule->rule->title);
	json_text(page, object, "basis", rule_basis_name(rule->rule->basis));
	json_bool(page, object, "either", rule->rule->either);
	json_count(page, object, "attempts", rule->attempts);
}

void json_systems(struct json_page *page, const struct audit_result *result)
{
	cJSON *array = json_array(page, page->root, "systems");

	for (size_t i = 0; i < result->system_count; i++) {
		const struct audit_system *system = &result->systems[i];
		cJSON *object = json_object_item(page, array);

		json_text(page, object, "name", system->name);
		json_text(page, object, "signature", system->signature->id);
		json_bool(page, object, "inferred", system->inferred);
		json_text(page, object, "verdict", run_verdict_name(system->verdict));
		cJSON *roles = json_array(page, object, "roles");
		for (size_t k = 0; k < system->role_count; k++)
			json_role(page, roles, &system->roles[k]);
		cJSON *rules = json_array(page, object, "rules");
		for (size_t k = 0; k < system->rule_count; k++)
			json_rule(page, rules, &system->rules[k]);
		if (system->inferred)
			json_real(page, object, "score", system->score);
		else
			json_null(page, object, "score");
	}
}
