#include "site_parts.h"
#include <stdlib.h>
#include <string.h>

const char *host_name_read(struct loader *loader, const struct doc_value *value)
{
	const char *name = value_text(loader, value);
	struct addr_range range;

	if (name && (addr_range_parse(&range, name, NULL) == 0 || strcmp(name, "any") == 0)) {
		loader_error(loader, value, "\"%.*s\" cannot be a name", SHOW(name));
		return NULL;
	}
	return name;
}

void claim_add(struct loader *loader, const char *name, const struct addr *address, size_t host,
	       const struct doc_value *at)
{
	struct site_loader *reader = site_loader_of(loader);
	void *claims = reader->claims;

	if (mem_grow(&claims, &reader->claim_capacity, reader->claim_count + 1, sizeof(*reader->claims)) !=
	    0) {
		loader_no_memory(loader);
		return;
	}
	reader->claims = claims;
	reader->claims[reader->claim_count++] = (struct name_claim){name, *address, host, at};
}

static int compare_names(const void *a, const void *b)
{
	const struct site_name *x = a, *y = b;

	return addr_compare(&x->address, &y->address);
}

void names_read(struct loader *loader, const struct doc_value *value, void *object)
{
	struct site *site = object;
	struct site_name *names = loader_calloc(loader, value->count, sizeof(*names));
	size_t used = 0;

	for (size_t i = 0; names && i < value->count; i++) {
		const struct doc_value *entry = &value->items[i];
		struct addr address;
		const char *name;

		if (entry->reported)
			continue;
		if (addr_parse(&address, entry->key) != 0) {
			loader_error(
			    loader, entry,
			    "\"%.*s\" is no address; write 10.0.0.7, fd00::7 or mac:00:11:22:33:44:55",
			    SHOW(entry->key));
			continue;
		}
		name = host_name_read(loader, entry);
		if (!name)
			continue;
		names[used++] = (struct site_name){address, name};
		claim_add(loader, name, &address, NO_INDEX, entry);
	}
	if (used > 0)
		qsort(names, used, sizeof(*names), compare_names);
	site->names = names;
	site->name_count = used;
}

void local_networks_read(struct loader *loader, const struct doc_value *list, void *object)
{
	struct site *site = object;
	struct addr_range *ranges = loader_calloc(loader, list->count, sizeof(*ranges));
	struct err err;

	if (list->count == 0)
		loader_error(loader, list, "must not be empty; without it the private networks are local");
	entries_check_unique(loader, list, NULL, "network");
	for (size_t i = 0; ranges && i < list->count; i++)
		if (value_is(loader, &list->items[i], DOC_TEXT) &&
		    addr_range_parse(&ranges[i], list->items[i].text, &err) != 0)
			loader_error(loader, &list->items[i], "%s", err.text);
	site->local_networks = ranges;
	site->local_network_count = ranges ? list->count : 0;
}

void local_networks_default(struct loader *loader, struct site *site)
{
	static const char *const networks[] = {"10.0.0.0/8",     "172.16.0.0/12", "192.168.0.0/16",
					       "169.254.0.0/16", "fc00::/7",      "fe80::/10"};
	size_t count = sizeof(networks) / sizeof(networks[0]);
	struct addr_range *ranges = loader_calloc(loader, count, sizeof(*ranges));
	struct err err;

	for (size_t i = 0; ranges && i < count; i++)
		if (addr_range_parse(&ranges[i], networks[i], &err) != 0)
			loader_error(loader, NULL, "%s", err.text);
	site->local_networks = ranges;
	site->local_network_count = ranges ? count : 0;
}

static int compare_by_address(const void *a, const void *b)
{
	const struct name_claim *x = a, *y = b;
	int order = addr_compare(&x->address, &y->address);

	if (order != 0)
		return order;
	/* `names` first, then hosts in file order: the later one is told. */
	if (x->host != y->host)
		return x->host == NO_INDEX || (y->host != NO_INDEX && x->host < y->host) ? -1 : 1;
	return strcmp(x->at->key ? x->at->key : "", y->at->key ? y->at->key : "");
}

static int compare_by_name(const void *a, const void *b)
{
	const struct name_claim *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order != 0)
		return order;
	if (x->host != y->host)
		return x->host < y->host ? -1 : 1; /* `names` last */
	return addr_compare(&x->address, &y->address);
}

/* One address has one name; each other one is told once, where it comes first. */
static void check_addresses(struct loader *loader, const struct name_claim *claims, size_t count)
{
	const struct name_claim *first = claims;
	char text[ADDR_TEXT_MAX];

	for (size_t i = 1; i < count; i++) {
		const struct name_claim *claim = &claims[i];

		if (!addr_equal(&first->address, &claim->address)) {
			first = claim;
			continue;
		}
		if (first->host == NO_INDEX && claim->host == NO_INDEX)
			loader_error(loader, claim->at, "address %s is given twice",
				     addr_format(&claim->address, text));
		else if (strcmp(first->name, claim->name) != 0 &&
			 strcmp(claims[i - 1].name, claim->name) != 0)
			loader_error(loader, claim->at, "address %s is named \"%.*s\" already",
				     addr_format(&claim->address, text), SHOW(first->name));
	}
}

static bool same_addresses(const struct name_claim *a, const struct name_claim *b, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!addr_equal(&a[i].address, &b[i].address))
			return false;
	return true;
}

/* How many claims from CLAIMS on are of the same host and name. */
static size_t host_length(const struct name_claim *claims, size_t count)
{
	size_t length = 1;

	while (length < count && claims[length].host == claims[0].host &&
	       strcmp(claims[length].name, claims[0].name) == 0)
		length++;
	return length;
}

static bool host_has(const struct name_claim *host, size_t length, const struct addr *address)
{
	for (size_t i = 0; i < length; i++)
		if (addr_equal(&host[i].address, address))
			return true;
	return false;
}

/* One name of a host means the same addresses wherever it is bound. */
static void check_hosts(struct loader *loader, const struct name_claim *claims, size_t count)
{
	const struct name_claim *first = NULL;
	size_t first_length = 0, length;
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < count; i += length) {
		const struct name_claim *host = &claims[i];

		length = host_length(host, count - i);
		if (!first || strcmp(first->name, host->name) != 0) {
			first = host;
			first_length = length;
		} else if (host->host == NO_INDEX) {
			for (size_t k = 0; first->host != NO_INDEX && k < length; k++)
				if (!host_has(first, first_length, &host[k].address))
					loader_error(loader, host[k].at,
						     "\"%.*s\" is a host without the address %s",
						     SHOW(host->name), addr_format(&host[k].address, text));
		} else if (length != first_length || !same_addresses(first, host, length)) {
			loader_error(loader, host->at,
				     "host \"%.*s\" is bound elsewhere with other addresses",
				     SHOW(host->name));
		}
	}
}

void claims_check(struct loader *loader)
{
	struct site_loader *reader = site_loader_of(loader);

	if (reader->claim_count == 0)
		return;
	qsort(reader->claims, reader->claim_count, sizeof(*reader->claims), compare_by_address);
	check_addresses(loader, reader->claims, reader->claim_count);
	qsort(reader->claims, reader->claim_count, sizeof(*reader->claims), compare_by_name);
	check_hosts(loader, reader->claims, reader->claim_count);
}
