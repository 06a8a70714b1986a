/* The documented matrix for programs: as a signature file has it, with names resolved and the site's view
 * beside it. */
#include "json_value.h"
#include "matrix_cells.h"

static void put_range_items(struct json_page *page, cJSON *array, const struct port_range *ranges,
			    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		cJSON *range = json_array(page, array, NULL);

		json_count_item(page, range, ranges[i].low);
		json_count_item(page, range, ranges[i].high);
	}
}

static void put_ranges(struct json_page *page, cJSON *parent, const char *name,
		       const struct port_range *ranges, size_t count)
{
	put_range_items(page, json_array(page, parent, name), ranges, count);
}

static void put_port_list(struct json_page *page, cJSON *parent, const char *name,
			  const struct matrix_view *view, const struct port_list *list)
{
	cJSON *array = json_array(page, parent, name);

	for (size_t i = 0; i < list->count; i++) {
		const struct port_range *ranges = &list->items[i].range;
		size_t count = 1;

		if (list->items[i].parameter != NO_INDEX)
			count = matrix_parameter(view, list->items[i].parameter, &ranges);
		put_range_items(page, array, ranges, count);
	}
}

static void put_icmp(struct json_page *page, cJSON *parent, const char *name, const struct icmp_match *items,
		     size_t count)
{
	cJSON *array = json_array(page, parent, name);

	for (size_t i = 0; i < count; i++) {
		cJSON *pair = json_array(page, array, NULL);

		json_count_item(page, pair, items[i].type);
		if (items[i].code < 0)
			json_null(page, pair, NULL);
		else
			json_count_item(page, pair, (uint64_t)items[i].code);
	}
}

static void put_role_names(struct json_page *page, cJSON *parent, const char *name,
			   const struct signature *signature, uint64_t roles, bool any)
{
	cJSON *array = json_array(page, parent, name);

	if (any)
		json_text_item(page, array, "any");
	for (size_t r = 0; r < signature->role_count; r++) {
		if (roles >> r & 1)
			json_text_item(page, array, signature->roles[r].id);
	}
}

static void put_conditions(struct json_page *page, cJSON *parent, const char *name,
			   const struct signature *signature, const struct mode_condition_list *list)
{
	cJSON *object = json_object(page, parent, name);

	for (size_t i = 0; i < list->count; i++) {
		const struct sig_mode *mode = &signature->modes[list->items[i].mode];
		cJSON *values = json_array(page, object, mode->id);

		for (size_t v = 0; v < mode->value_count; v++) {
			if (list->items[i].values >> v & 1)
				json_text_item(page, values, mode->values[v]);
		}
	}
}

static void put_rule_ids(struct json_page *page, cJSON *parent, const char *name,
			 const struct signature *signature, const struct rule_list *list)
{
	cJSON *array = json_array(page, parent, name);

	for (size_t i = 0; i < list->count; i++)
		json_text_item(page, array, signature->rules[list->items[i]].id);
}

static void put_presence(struct json_page *page, cJSON *parent, const struct matrix_view *view, size_t rule)
{
	const struct presence *presence = matrix_presence(view, rule);
	cJSON *object = json_object(page, parent, "presence");

	json_text(page, object, "level", presence->required ? "required" : "optional");
	put_conditions(page, object, "when", view->signature, &presence->when);
	json_text(page, object, "each", presence_each_name(presence->each));
	put_rule_ids(page, object, "after", view->signature, &presence->after);
	json_count(page, object, "within", presence->within_sec);
	put_rule_ids(page, object, "or", view->signature, &presence->or_rules);
	json_bool(page, object, "by_site", presence->by_site);
}

static void put_reply(struct json_page *page, cJSON *parent, const struct matrix_view *view,
		      const struct sig_rule *rule)
{
	cJSON *object = json_object(page, parent, "reply");

	json_text(page, object, "expect", reply_expect_name(rule->reply));
	json_bool(page, object, "any_port", rule->reply_any_port);
	put_port_list(page, object, "ports", view, &rule->reply_ports);
}

static void put_cite(struct json_page *page, cJSON *parent, const struct signature *signature,
		     const struct sig_cite *cite)
{
	if (cite->source == NO_INDEX) {
		json_null(page, parent, "cite");
		return;
	}
	cJSON *object = json_object(page, parent, "cite");
	json_text(page, object, "source", signature->sources[cite->source].id);
	json_text(page, object, "where", cite->where);
}

/* Who, which way, by what. */
static void put_rule_match(struct json_page *page, cJSON *object, const struct matrix_view *view,
			   const struct sig_rule *rule)
{
	cJSON *protocols = json_array(page, object, "proto");

	for (size_t i = 0; i < rule->protocol_count; i++) {
		char name[16];

		json_text_item(page, protocols, protocol_name(rule->protocols[i], name));
	}
	put_role_names(page, object, "from", view->signature, rule->from, rule->from_any);
	put_role_names(page, object, "to", view->signature, rule->to, rule->to_any);
	json_text(page, object, "opens", rule->either ? "either" : "from");
	put_port_list(page, object, "ports", view, &rule->ports);
	put_icmp(page, object, "icmp", rule->icmp, rule->icmp_count);
	put_icmp(page, object, "icmp6", rule->icmp6, rule->icmp6_count);
	put_port_list(page, object, "source_ports", view, &rule->source_ports);
	cJSON *deliveries = json_array(page, object, "delivery");
	for (int d = 0; d < DELIVERY_COUNT; d++) {
		if (rule->deliveries >> d & 1)
			json_text_item(page, deliveries, delivery_name((enum delivery)d));
	}
	json_bool(page, object, "unconfigured", rule->unconfigured);
	put_reply(page, object, view, rule);
}

/* What the site makes of it; null without one. */
static void put_here(struct json_page *page, cJSON *parent, const struct matrix_view *view, size_t rule)
{
	if (!view->system) {
		json_null(page, parent, "here");
		return;
	}
	const struct matrix_rule *resolved = &view->system->rules[rule];
	cJSON *object = json_object(page, parent, "here");
	json_bool(page, object, "allowed", resolved->allowed);
	json_bool(page, object, "required", resolved->required);
}

static void put_rule(struct json_page *page, cJSON *array, const struct matrix_view *view, size_t index)
{
	const struct sig_rule *rule = &view->signature->rules[index];
	cJSON *object = json_object_item(page, array);

	json_text(page, object, "id", rule->id);
	json_text(page, object, "title", rule->title);
	put_rule_match(page, object, view, rule);
	put_port_list(page, object, "disputed_ports", view, &rule->disputed_ports);
	put_conditions(page, object, "when", view->signature, &rule->when);
	put_presence(page, object, view, index);
	json_text(page, object, "fallback_for",
		  rule->fallback_for == NO_INDEX ? NULL : view->signature->rules[rule->fallback_for].id);
	cJSON *children = json_array(page, object, "children");
	if (rule->ftp_data)
		json_text_item(page, children, "ftp-data");
	json_text(page, object, "basis", rule_basis_name(rule->basis));
	json_text(page, object, "impact", rule->impact);
	put_cite(page, object, view->signature, &rule->cite);
	put_here(page, object, view, index);
}

static void put_role(struct json_page *page, cJSON *array, const struct matrix_view *view, size_t index)
{
	const struct sig_role *role = &view->signature->roles[index];
	cJSON *object = json_object_item(page, array);

	json_text(page, object, "id", role->id);
	json_text(page, object, "title", role->title);
	json_text(page, object, "kind", role_kind_name(role->kind));
	json_text(page, object, "is_a",
		  role->is_a == NO_INDEX ? NULL : view->signature->roles[role->is_a].id);
	json_bool(page, object, "external", role->external);
	json_text(page, object, "coverage", role_coverage_name(role->coverage));
	cJSON *hosts = json_array(page, object, "hosts");
	for (size_t i = 0; view->system && i < view->system->site->binding_count; i++) {
		const struct site_binding *binding = &view->system->site->bindings[i];

		if (view->signature->roles[binding->role].implies >> index & 1)
			json_text_item(page, hosts, binding->name ? binding->name : binding->text);
	}
}

static void put_settings(struct json_page *page, const struct matrix_view *view)
{
	const struct signature *signature = view->signature;
	cJSON *modes = json_array(page, page->root, "modes");

	for (size_t m = 0; m < signature->mode_count; m++) {
		const struct sig_mode *mode = &signature->modes[m];
		cJSON *object = json_object_item(page, modes);
		cJSON *values;

		json_text(page, object, "id", mode->id);
		values = json_array(page, object, "values");
		for (size_t v = 0; v < mode->value_count; v++)
			json_text_item(page, values, mode->values[v]);
		json_text(page, object, "default", mode->values[mode->default_value]);
		json_text(page, object, "here",
			  view->system ? mode->values[view->system->site->mode_values[m]] : NULL);
	}
	cJSON *parameters = json_array(page, page->root, "parameters");
	for (size_t p = 0; p < signature->parameter_count; p++) {
		const struct sig_parameter *parameter = &signature->parameters[p];
		cJSON *object = json_object_item(page, parameters);
		const struct port_range *ranges;
		size_t count = matrix_parameter(view, p, &ranges);

		json_text(page, object, "id", parameter->id);
		put_ranges(page, object, "default", parameter->defaults, parameter->default_count);
		put_ranges(page, object, "allowed", parameter->allowed, parameter->allowed_count);
		json_bool(page, object, "suspect", parameter->suspect);
		put_ranges(page, object, "disputed", parameter->disputed, parameter->disputed_count);
		if (view->system)
			put_ranges(page, object, "here", ranges, count);
		else
			json_null(page, object, "here");
	}
}

static void put_head(struct json_page *page, const struct matrix_view *view)
{
	const struct signature *signature = view->signature;

	json_text(page, page->root, "signature", signature->id);
	json_text(page, page->root, "vendor", signature->vendor);
	json_text(page, page->root, "product", signature->product);
	json_count(page, page->root, "revision", signature->revision);
	json_bool(page, page->root, "open_ended", signature->open_ended);
	json_text(page, page->root, "system", view->system ? view->system->site->name : NULL);
	cJSON *sources = json_array(page, page->root, "sources");
	for (size_t i = 0; i < signature->source_count; i++) {
		cJSON *object = json_object_item(page, sources);

		json_text(page, object, "id", signature->sources[i].id);
		json_text(page, object, "title", signature->sources[i].title);
		json_text(page, object, "date", signature->sources[i].date);
	}
}

int matrix_json(struct strbuf *out, const struct matrix_view *view, struct err *err)
{
	struct json_page page = {.root = cJSON_CreateObject()};

	put_head(&page, view);
	cJSON *roles = json_array(&page, page.root, "roles");
	for (size_t r = 0; r < view->signature->role_count; r++)
		put_role(&page, roles, view, r);
	put_settings(&page, view);
	cJSON *rules = json_array(&page, page.root, "rules");
	for (size_t r = 0; r < view->signature->rule_count; r++)
		put_rule(&page, rules, view, r);
	cJSON *notes = json_array(&page, page.root, "notes");
	for (size_t i = 0; i < view->signature->note_count; i++) {
		cJSON *object = json_object_item(&page, notes);

		json_text(&page, object, "kind", view->signature->notes[i].kind);
		json_text(&page, object, "about", view->signature->notes[i].about);
		json_text(&page, object, "treatment", view->signature->notes[i].treatment);
	}
	return json_finish(&page, out, err);
}
