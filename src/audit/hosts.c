/*
 * Who is bound in each system, under which identity, and what was seen of each. A listed single host is
 * always there; of networks and ranges only the hosts that sent something.
 */
#include "work.h"
#include <stdlib.h>
#include <string.h>

static int compare_hosts(const void *a, const void *b)
{
	const struct audit_host *left = a, *right = b;

	if (left->binding != right->binding)
		return left->binding < right->binding ? -1 : 1;
	return addr_compare(&left->address, &right->address);
}

static bool same_host(const struct audit_host *a, const struct audit_host *b)
{
	return a->binding == b->binding && (a->binding != NO_INDEX || addr_equal(&a->address, &b->address));
}

static struct addr without_scope(const struct addr *address)
{
	struct addr plain = *address;

	plain.scope_kind = ADDR_SCOPE_NONE;
	plain.scope = 0;
	return plain;
}

static size_t binding_index(const struct system_work *system, const struct site_binding *binding)
{
	return binding ? (size_t)(binding - system->plain->site->bindings) : NO_INDEX;
}

/* Where the host named by BINDING, or else by ADDRESS, stands in the sorted TABLE; NO_INDEX: it does not. */
static size_t find_host(const struct host_table *table, size_t binding, const struct addr *address)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct audit_host *at = &table->items[middle];
		bool before = at->binding < binding || (at->binding == binding && binding == NO_INDEX &&
							addr_compare(&at->address, address) < 0);

		if (before)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == table->count || table->items[low].binding != binding)
		return NO_INDEX;
	if (binding == NO_INDEX && !addr_equal(&table->items[low].address, address))
		return NO_INDEX;
	return low;
}

static void add_listed_address(struct audit_work *work, struct system_work *system,
			       const struct addr *address)
{
	struct matrix_holder holder = matrix_holder(work->matrix, system->index, address, NULL);

	system->hosts.items[system->hosts.count++] =
	    (struct audit_host){.binding = binding_index(system, holder.binding),
				.address = *address,
				.roles = holder.roles,
				.listed = true};
}

static void add_listed(struct audit_work *work, struct system_work *system)
{
	const struct site_system *site = system->plain->site;

	for (size_t i = 0; i < site->binding_count; i++) {
		const struct site_binding *binding = &site->bindings[i];

		if (!binding->single)
			continue;
		for (size_t j = 0; j < binding->range_count; j++)
			add_listed_address(work, system, &binding->ranges[j].low);
		if (binding->mac.family == ADDR_MAC)
			add_listed_address(work, system, &binding->mac);
	}
}

static void merge_into(struct audit_host *kept, const struct audit_host *more)
{
	kept->roles |= more->roles;
	kept->listed |= more->listed;
	kept->seen |= more->seen;
	kept->sends |= more->sends;
	kept->receives |= more->receives;
	if (kept->other.family == ADDR_NONE && more->address.family != kept->address.family &&
	    more->address.family != ADDR_MAC)
		kept->other = more->address;
}

static void settle(struct host_table *table)
{
	size_t kept = 0;

	if (table->count > 1)
		qsort(table->items, table->count, sizeof(*table->items), compare_hosts);
	for (size_t i = 0; i < table->count; i++) {
		if (kept > 0 && same_host(&table->items[kept - 1], &table->items[i]))
			merge_into(&table->items[kept - 1], &table->items[i]);
		else
			table->items[kept++] = table->items[i];
	}
	table->count = kept;
}

/* A listed address stands for itself on every VLAN. */
static struct addr naming_address(const struct host_table *listed, const struct addr *address)
{
	struct addr plain = without_scope(address);

	return find_host(listed, NO_INDEX, &plain) != NO_INDEX ? plain : *address;
}

static void add_seen(struct audit_work *work, struct system_work *system, const struct host_table *listed,
		     const struct host_row *row)
{
	const uint8_t *mac = matrix_binds_macs(work->matrix)
				 ? host_macs_find(work->macs, row->sensor, row->bucket, &row->address)
				 : NULL;
	struct matrix_holder holder = matrix_holder(work->matrix, system->index, &row->address, mac);
	bool sent = row->unicast_sent + row->group_sent > 0;
	size_t binding = binding_index(system, holder.binding);

	if (holder.roles == 0 || row->address.prefix != 0 ||
	    (!sent && binding == NO_INDEX && row->unicast_received == 0))
		return;
	system->hosts.items[system->hosts.count++] =
	    (struct audit_host){.binding = binding,
				.address = naming_address(listed, &row->address),
				.roles = holder.roles,
				.seen = sent,
				.sends = row->unicast_sent > 0,
				.receives = row->unicast_received > 0};
}

static void name_host(struct audit_work *work, const struct system_work *system, struct audit_host *host)
{
	char text[ADDR_TEXT_MAX];
	const char *name = matrix_name(work->matrix, &host->address);
	const struct site_binding *binding =
	    host->binding == NO_INDEX ? NULL : &system->plain->site->bindings[host->binding];

	if (binding) {
		host->identity = binding_identity(work, binding);
		host->place = binding_place(work, binding);
		host->text = binding->name ? binding->name : host->identity;
		return;
	}
	host->identity = host->place = work_text(work, "%s", addr_format(&host->address, text));
	host->text = name ? name : host->identity;
}

/* Hosts of ranges that never sent were kept until their rows were joined. */
static void drop_unseen(struct host_table *table)
{
	size_t kept = 0;

	for (size_t i = 0; i < table->count; i++)
		if (table->items[i].listed || table->items[i].seen)
			table->items[kept++] = table->items[i];
	table->count = kept;
}

static void build_system(struct audit_work *work, struct system_work *system)
{
	const struct site_system *site = system->plain->site;
	struct host_table listed = {0};
	size_t count = ledger_host_count(work->ledger), capacity = count;

	for (size_t i = 0; i < site->binding_count; i++)
		capacity += site->bindings[i].range_count + 1;
	system->hosts.items = work_scratch(work, capacity + 1, sizeof(*system->hosts.items));
	if (!system->hosts.items)
		return;
	add_listed(work, system);
	settle(&system->hosts);
	listed.count = system->hosts.count;
	listed.items = work_scratch(work, listed.count + 1, sizeof(*listed.items));
	if (!listed.items)
		return;
	memcpy(listed.items, system->hosts.items, listed.count * sizeof(*listed.items));
	for (size_t i = 0; i < count; i++) {
		const struct host_row row = ledger_host(work->ledger, i);

		add_seen(work, system, &listed, &row);
	}
	settle(&system->hosts);
	drop_unseen(&system->hosts);
	for (size_t i = 0; i < system->hosts.count; i++) {
		name_host(work, system, &system->hosts.items[i]);
		if (host_talks(&system->hosts.items[i]) &&
		    (system->hosts.items[i].roles & system->plain->product_roles))
			system->observed = true;
	}
}

static int compare_receipts(const void *a, const void *b)
{
	const struct receipt *left = a, *right = b;

	if (left->bucket != right->bucket)
		return left->bucket < right->bucket ? -1 : 1;
	return addr_compare(&left->address, &right->address);
}

/* What one sensor saw comes in order. */
static void sort_receipts(struct receipt_list *list)
{
	size_t at = 1;

	while (at < list->count && compare_receipts(&list->items[at - 1], &list->items[at]) <= 0)
		at++;
	if (at < list->count)
		qsort(list->items, list->count, sizeof(*list->items), compare_receipts);
}

static void build_receipts(struct audit_work *work)
{
	struct receipt_list *list = &work->receipts;
	size_t count = ledger_host_count(work->ledger);

	list->items = work_scratch(work, count + 1, sizeof(*list->items));
	for (size_t i = 0; list->items && i < count; i++) {
		const struct host_row row = ledger_host(work->ledger, i);

		if (row.unicast_received > 0)
			list->items[list->count++] = (struct receipt){row.bucket, row.address};
	}
	if (list->items)
		sort_receipts(list);
}

bool host_received(const struct audit_work *work, int32_t bucket, const struct addr *address)
{
	struct receipt wanted = {bucket, *address};

	return work->receipts.count > 0 && bsearch(&wanted, work->receipts.items, work->receipts.count,
						   sizeof(wanted), compare_receipts) != NULL;
}

void hosts_build(struct audit_work *work)
{
	for (size_t i = 0; i < work->system_count; i++)
		build_system(work, &work->systems[i]);
	build_receipts(work);
}

struct host_ref host_ref_find(const struct audit_work *work, size_t system, uint32_t sensor, int32_t bucket,
			      const struct addr *address)
{
	const struct system_work *at = &work->systems[system];
	const uint8_t *mac =
	    matrix_binds_macs(work->matrix) ? host_macs_find(work->macs, sensor, bucket, address) : NULL;
	struct matrix_holder holder = matrix_holder(work->matrix, system, address, mac);
	struct host_ref ref = {NO_INDEX, *address};
	struct addr plain = without_scope(address);

	if (holder.roles == 0 || address->prefix != 0)
		return ref;
	ref.host = find_host(&at->hosts, binding_index(at, holder.binding), address);
	if (ref.host == NO_INDEX && !holder.binding && address->scope_kind != ADDR_SCOPE_NONE)
		ref.host = find_host(&at->hosts, NO_INDEX, &plain);
	return ref;
}

bool row_is_group(const struct edge_row *row)
{
	return row->key.delivery != DELIVERY_UNICAST && row->key.basis != DIRECTION_ANSWER;
}

struct host_ref row_end(const struct audit_work *work, size_t system, const struct edge_row *row,
			bool responder)
{
	if (system == NO_INDEX || (responder && row_is_group(row)))
		return (struct host_ref){NO_INDEX, responder ? row->key.responder : row->key.initiator};
	return host_ref_find(work, system, row->key.sensor, row->key.bucket,
			     responder ? &row->key.responder : &row->key.initiator);
}
