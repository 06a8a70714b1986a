#include "json_value.h"
#include "report/report.h"
#include <string.h>

static void draft_system(struct json_page *page, cJSON *array, const struct inferred_system *system)
{
	cJSON *object = json_object_item(page, array);

	json_text(page, object, "name", system->signature->id);
	json_text(page, object, "signature", system->signature->id);
	cJSON *roles = json_object(page, object, "roles");
	for (size_t i = 0; i < system->binding_count; i++) {
		const struct inferred_binding *binding = &system->bindings[i];
		cJSON *hosts = cJSON_GetObjectItemCaseSensitive(roles, binding->role);
		char text[ADDR_TEXT_MAX];

		if (!hosts)
			hosts = json_array(page, roles, binding->role);
		json_text_item(page, hosts, addr_format(&binding->address, text));
	}
}

int report_draft_site(struct strbuf *out, const struct inference *inference, const char *name,
		      struct err *err)
{
	struct json_page page = {.root = cJSON_CreateObject()};

	json_text(&page, page.root, "schema", "tapaudit.site/1");
	json_text(&page, page.root, "name", name);
	cJSON *systems = json_array(&page, page.root, "systems");
	for (size_t i = 0; i < inference->system_count; i++)
		draft_system(&page, systems, &inference->systems[i]);
	return json_finish(&page, out, err);
}
