/* What a host is called, in lists, in findings and in ids. */
#include "work.h"
#include <stdlib.h>

int host_ref_compare(const struct host_ref *a, const struct host_ref *b)
{
	if (a->host != b->host)
		return a->host < b->host ? -1 : 1;
	return a->host == NO_INDEX ? addr_compare(&a->address, &b->address) : 0;
}

static int compare_refs(const void *a, const void *b)
{
	return host_ref_compare(a, b);
}

size_t host_refs_sort(struct host_ref *refs, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(refs, count, sizeof(*refs), compare_refs);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || host_ref_compare(&refs[kept - 1], &refs[i]) != 0)
			refs[kept++] = refs[i];
	return kept;
}

const struct audit_host *host_of(const struct audit_work *work, size_t system, const struct host_ref *ref)
{
	return ref->host == NO_INDEX ? NULL : &work->systems[system].hosts.items[ref->host];
}

const char *binding_identity(struct audit_work *work, const struct site_binding *binding)
{
	char text[ADDR_TEXT_MAX];

	if (binding->kind == BINDING_HOST && binding->name)
		return binding->name;
	if (binding->mac.family == ADDR_MAC)
		return work_text(work, "%s", addr_format(&binding->mac, text));
	return binding->text ? binding->text : "";
}

/* The smallest of a host's addresses stands for it, in whatever order the file has them. */
const char *binding_place(struct audit_work *work, const struct site_binding *binding)
{
	const struct addr *first = binding->mac.family == ADDR_MAC ? &binding->mac : NULL;
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; binding->mac.family != ADDR_MAC && i < binding->range_count; i++)
		if (!first || addr_compare(&binding->ranges[i].low, first) < 0)
			first = &binding->ranges[i].low;
	return first ? work_text(work, "%s", addr_format(first, text)) : "";
}

static const char *address_text(struct audit_work *work, const struct addr *address)
{
	char text[ADDR_TEXT_MAX];

	return work_text(work, "%s", addr_format(address, text));
}

const char *host_ref_text(struct audit_work *work, size_t system, const struct host_ref *ref)
{
	const struct audit_host *host = host_of(work, system, ref);
	const char *name = host ? NULL : matrix_name(work->matrix, &ref->address);

	if (host)
		return host->text;
	return name ? name : address_text(work, &ref->address);
}

const char *host_ref_identity(struct audit_work *work, size_t system, const struct host_ref *ref)
{
	const struct audit_host *host = host_of(work, system, ref);

	return host ? host->identity : address_text(work, &ref->address);
}

const char *host_ref_place(struct audit_work *work, size_t system, const struct host_ref *ref)
{
	const struct audit_host *host = host_of(work, system, ref);

	return host ? host->place : address_text(work, &ref->address);
}

uint64_t host_ref_roles(const struct audit_work *work, size_t system, const struct host_ref *ref)
{
	const struct audit_host *host = system == NO_INDEX ? NULL : host_of(work, system, ref);

	if (host || system == NO_INDEX)
		return host ? host->roles : 0;
	/* A host of a range that was never seen to send, or a folded one. */
	return addr_is_group(&ref->address) ? 0
					    : matrix_holder(work->matrix, system, &ref->address, NULL).roles;
}

struct name_list role_names(struct audit_work *work, const struct signature *signature, uint64_t roles)
{
	const char **items = work_alloc(work, (size_t)__builtin_popcountll(roles), sizeof(*items));
	struct name_list list = {items, 0};

	for (size_t i = 0; items && i < signature->role_count; i++)
		if (roles >> i & 1)
			items[list.count++] = signature->roles[i].id;
	return list;
}

struct audit_end host_ref_end(struct audit_work *work, size_t system, const struct host_ref *ref,
			      const struct addr *address)
{
	const struct audit_host *host = system == NO_INDEX ? NULL : host_of(work, system, ref);
	struct audit_end end = {.address = *address, .name = matrix_name(work->matrix, address)};

	if (!end.name && host && host->binding != NO_INDEX)
		end.name = work->systems[system].plain->site->bindings[host->binding].name;
	if (system != NO_INDEX)
		end.roles = role_names(work, work->systems[system].plain->signature,
				       host_ref_roles(work, system, ref));
	return end;
}
