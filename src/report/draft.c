/* A site file drafted from what was inferred. Valid as it stands, but to be looked over by a person. */
#include "json_value.h"
#include "report/report.h"
#include <string.h>

/* The address as a site file writes it: without the link that it was seen on. NULL when it stands for
 * anybody. */
static const char *site_address(const struct addr *address, char out[ADDR_TEXT_MAX])
{
	struct addr plain = *address;

	plain.scope_kind = ADDR_SCOPE_NONE;
	return plain.family == ADDR_NONE ? NULL : addr_format(&plain, out);
}

/* The same address seen on two links is one entry. */
static bool is_listed(const struct inferred_system *system, size_t binding)
{
	const struct inferred_binding *new = &system->bindings[binding];

	if (new->address.scope_kind == ADDR_SCOPE_NONE && !addr_is_link_local(&new->address))
		return false;
	for (size_t i = 0; i < binding; i++) {
		const struct inferred_binding *old = &system->bindings[i];

		if (strcmp(old->role, new->role) == 0 && addr_same_host(&old->address, &new->address) &&
		    old->address.prefix == new->address.prefix)
			return true;
	}
	return false;
}

static void draft_system(struct json_page *page, cJSON *array, const struct inferred_system *system)
{
	cJSON *object = json_object_item(page, array);

	json_text(page, object, "name", system->signature->id);
	json_text(page, object, "signature", system->signature->id);
	cJSON *roles = json_object(page, object, "roles");
	for (size_t i = 0; i < system->binding_count; i++) {
		const struct inferred_binding *binding = &system->bindings[i];
		char buffer[ADDR_TEXT_MAX];
		const char *text = site_address(&binding->address, buffer);
		cJSON *hosts = cJSON_GetObjectItemCaseSensitive(roles, binding->role);

		if (!text || is_listed(system, i))
			continue;
		if (!hosts)
			hosts = json_array(page, roles, binding->role);
		json_text_item(page, hosts, text);
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
