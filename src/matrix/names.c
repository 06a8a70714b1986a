#include "matrix_private.h"
#include <stdlib.h>

static int compare_names(const void *a, const void *b)
{
	const struct name_entry *left = a, *right = b;
	int order = addr_compare(&left->address, &right->address);

	return order != 0 ? order : (left->order > right->order) - (left->order < right->order);
}

static size_t count_names(const struct site *site)
{
	size_t count = site->name_count;

	for (size_t i = 0; i < site->system_count; i++)
		for (size_t j = 0; j < site->systems[i].binding_count; j++)
			count += site->systems[i].bindings[j].range_count + 1;
	return count;
}

static void add_name(struct matrix *matrix, struct name_entry *entries, const struct addr *address,
		     const char *name)
{
	entries[matrix->name_count].address = *address;
	entries[matrix->name_count].name = name;
	entries[matrix->name_count].order = matrix->name_count;
	matrix->name_count++;
}

/* A named host's addresses, and its MAC. Ranges take their names from `names`. */
static void add_host(struct matrix *matrix, struct name_entry *entries, const struct site_binding *binding)
{
	if (!binding->name)
		return;
	for (size_t i = 0; i < binding->range_count; i++)
		if (addr_range_is_single(&binding->ranges[i]))
			add_name(matrix, entries, &binding->ranges[i].low, binding->name);
	if (binding->mac.family == ADDR_MAC)
		add_name(matrix, entries, &binding->mac, binding->name);
}

/* The site's own `names` go first and so win. */
int compile_names(struct arena *arena, struct matrix *matrix)
{
	const struct site *site = matrix->site;
	struct name_entry *entries = arena_calloc(arena, count_names(site) + 1, sizeof(*entries));

	if (!entries)
		return -1;
	for (size_t i = 0; i < site->name_count; i++)
		add_name(matrix, entries, &site->names[i].address, site->names[i].name);
	for (size_t i = 0; i < site->system_count; i++)
		for (size_t j = 0; j < site->systems[i].binding_count; j++)
			add_host(matrix, entries, &site->systems[i].bindings[j]);
	qsort(entries, matrix->name_count, sizeof(*entries), compare_names);
	matrix->names = entries;
	return 0;
}

const char *matrix_name(const struct matrix *matrix, const struct addr *address)
{
	struct addr plain = *address;
	size_t low = 0, high = matrix->name_count;

	/* Names are written without VLAN or VNI. */
	plain.scope_kind = ADDR_SCOPE_NONE;
	plain.scope = 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (addr_compare(&matrix->names[middle].address, &plain) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < matrix->name_count && addr_equal(&matrix->names[low].address, &plain))
		return matrix->names[low].name;
	return NULL;
}
