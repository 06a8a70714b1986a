#include "parts.h"
#include "site_parts.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static int compare_address(const void *key, const void *item)
{
	const struct site_name *name = item;

	return addr_compare(key, &name->address);
}

static const char *name_of(struct loader *loader, const struct addr *address)
{
	const struct site *site = site_loader_of(loader)->site;
	const struct site_name *found =
	    site->name_count == 0
		? NULL
		: bsearch(address, site->names, site->name_count, sizeof(*site->names), compare_address);

	return found ? found->name : NULL;
}

static bool is_mac(const char *text)
{
	return strncmp(text, "mac:", 4) == 0;
}

static bool mac_read(struct loader *loader, const struct doc_value *value, struct addr *out)
{
	if (addr_parse(out, value->text) == 0)
		return true;
	loader_error(loader, value, "\"%.*s\" is no MAC address; write mac:00:11:22:33:44:55",
		     SHOW(value->text));
	return false;
}

static void text_binding_read(struct loader *loader, const struct doc_value *value,
			      struct site_binding *binding)
{
	struct addr_range *range;
	struct err err;

	binding->text = value->text;
	if (is_mac(value->text)) {
		binding->kind = BINDING_MAC;
		binding->single = true;
		if (mac_read(loader, value, &binding->mac))
			binding->name = name_of(loader, &binding->mac);
		return;
	}
	range = loader_calloc(loader, 1, sizeof(*range));
	if (!range)
		return;
	if (addr_range_parse(range, value->text, &err) != 0) {
		loader_error(loader, value, "%s", err.text);
		return;
	}
	binding->kind = BINDING_RANGE;
	binding->ranges = range;
	binding->range_count = 1;
	binding->single = addr_range_is_single(range);
	if (binding->single)
		binding->name = name_of(loader, &range->low);
}

static void host_name_field_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct site_binding *binding = object;

	binding->name = host_name_read(loader, value);
}

static void host_address_read(struct loader *loader, const struct doc_value *value,
			      struct site_binding *binding, struct addr_range *ranges)
{
	struct addr address;

	if (!value_is(loader, value, DOC_TEXT))
		return;
	if (is_mac(value->text)) {
		if (binding->mac.family != ADDR_NONE)
			loader_error(loader, value, "a host has one \"mac:\" entry at most");
		else
			(void)mac_read(loader, value, &binding->mac);
	} else if (addr_parse(&address, value->text) != 0) {
		loader_error(
		    loader, value,
		    "\"%.*s\" is no single address; write 10.0.0.7, fd00::7 or mac:00:11:22:33:44:55",
		    SHOW(value->text));
	} else {
		for (size_t i = 0; i < binding->range_count; i++)
			if (addr_equal(&ranges[i].low, &address))
				loader_error(loader, value, "address \"%.*s\" is given twice",
					     SHOW(value->text));
		ranges[binding->range_count++] = (struct addr_range){address, address};
	}
}

static void host_addresses_read(struct loader *loader, const struct doc_value *list, void *object)
{
	enum { HOST_MAX_ADDRESSES = 1024 };
	struct site_binding *binding = object;
	struct addr_range *ranges;

	if (list->count == 0 || list->count > HOST_MAX_ADDRESSES) {
		loader_error(loader, list, "a host has 1 to %d addresses", HOST_MAX_ADDRESSES);
		return;
	}
	ranges = loader_calloc(loader, list->count, sizeof(*ranges));
	if (!ranges)
		return;
	binding->ranges = ranges;
	for (size_t i = 0; i < list->count; i++)
		host_address_read(loader, &list->items[i], binding, ranges);
}

static const struct field host_rows[] = {
    {"name", FIELD_OTHER, true, 0, NULL, host_name_field_read},
    {"addresses", FIELD_LIST, true, 0, NULL, host_addresses_read},
};
const struct field_table host_fields = FIELD_TABLE("host", host_rows);

static void host_binding_read(struct loader *loader, const struct doc_value *value,
			      struct site_binding *binding)
{
	struct site_loader *reader = site_loader_of(loader);
	size_t host = reader->host_count++;

	binding->kind = BINDING_HOST;
	binding->single = true;
	fields_read(loader, value, &host_fields, binding);
	binding->text = binding->name;
	for (size_t i = 0; binding->name && i < binding->range_count; i++)
		claim_add(loader, binding->name, &binding->ranges[i].low, host, value);
	if (binding->name && binding->mac.family != ADDR_NONE)
		claim_add(loader, binding->name, &binding->mac, host, value);
}

static void role_read(struct loader *loader, const struct doc_value *list, size_t role,
		      struct site_binding *bindings)
{
	entries_check_unique(loader, list, NULL, "entry");
	for (size_t i = 0; i < list->count; i++) {
		const struct doc_value *value = &list->items[i];

		bindings[i].role = role;
		if (value->kind == DOC_TEXT)
			text_binding_read(loader, value, &bindings[i]);
		else if (value->kind == DOC_OBJECT)
			host_binding_read(loader, value, &bindings[i]);
		else if (!value->reported)
			loader_error(
			    loader, value,
			    "must be an address, prefix, range, \"mac:..\" or {\"name\", \"addresses\"}");
	}
}

void bindings_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct site_system *system = object;
	struct site_binding *bindings;
	size_t count = 0;

	for (size_t i = 0; i < value->count; i++)
		count += value->items[i].kind == DOC_LIST ? value->items[i].count : 0;
	bindings = loader_calloc(loader, count, sizeof(*bindings));
	system->bindings = bindings;
	for (size_t i = 0; i < value->count; i++) {
		const struct doc_value *list = &value->items[i];
		size_t role = NO_INDEX;

		/* The entries are read also where the role is unknown, for their own mistakes. */
		if (loader->signature && !list->reported) {
			struct id_list roles = signature_roles(loader->signature);

			role = name_find(loader, list, list->key, &roles);
		}
		if (!value_is(loader, list, DOC_LIST) || !bindings)
			continue;
		role_read(loader, list, role, bindings + system->binding_count);
		system->binding_count += list->count;
	}
}
