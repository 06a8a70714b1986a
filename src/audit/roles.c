/* Each role: who is bound, who of them was seen, who is silent, and which unbound hosts filled it. */
#include "work.h"
#include <stdlib.h>

struct assumed {
	size_t role;
	struct addr address;
};

struct assumed_list {
	struct assumed *items;
	size_t count;
};

static int compare_assumed(const void *a, const void *b)
{
	const struct assumed *left = a, *right = b;

	if (left->role != right->role)
		return left->role < right->role ? -1 : 1;
	return addr_compare(&left->address, &right->address);
}

/* The roles among ROLES that ADDRESS may fill without being bound. */
static void add_assumed(const struct audit_work *work, size_t system, const struct addr *address,
			uint64_t roles, struct assumed_list *list)
{
	struct matrix_holder holder = matrix_holder(work->matrix, system, address, NULL);
	uint64_t filled = roles & matrix_assumable(work->matrix, system, address, &holder);

	/* A rule that lists several of its roles is filled in one of them. */
	if (filled)
		list->items[list->count++] = (struct assumed){(size_t)__builtin_ctzll(filled), *address};
}

static void add_match(const struct audit_work *work, const struct judge_match *match,
		      struct assumed_list *list)
{
	const struct sig_rule *rule = work->systems[match->system].plain->rules[match->rule].rule;
	const struct edge_key whole = work_key(work, match->row), *key = &whole;

	if (match->uncertain || match->folded)
		return;
	if (match->assumed_from)
		add_assumed(work, match->system, match->turned ? &key->responder : &key->initiator,
			    rule->from, list);
	if (match->assumed_to)
		add_assumed(work, match->system, match->turned ? &key->initiator : &key->responder, rule->to,
			    list);
}

static void gather_assumed(struct audit_work *work, const struct system_work *system,
			   struct assumed_list *list)
{
	size_t capacity = 0, kept = 0;

	for (size_t i = 0; i < system->plain->rule_count; i++)
		capacity += 2 * system->slices[i].count;
	list->items = work_scratch(work, capacity + 1, sizeof(*list->items));
	for (size_t i = 0; list->items && i < system->plain->rule_count; i++)
		for (size_t j = 0; j < system->slices[i].count; j++)
			add_match(work, &system->slices[i].items[j], list);
	if (list->items && list->count > 1)
		qsort(list->items, list->count, sizeof(*list->items), compare_assumed);
	for (size_t i = 0; i < list->count; i++)
		if (kept == 0 || compare_assumed(&list->items[kept - 1], &list->items[i]) != 0)
			list->items[kept++] = list->items[i];
	list->count = kept;
}

static struct name_list assumed_names(struct audit_work *work, size_t system, const struct assumed_list *list,
				      size_t role)
{
	struct name_list names = {0};
	const char **items;
	size_t first = 0, end;

	while (first < list->count && list->items[first].role < role)
		first++;
	for (end = first; end < list->count && list->items[end].role == role;)
		end++;
	items = work_alloc(work, end - first, sizeof(*items));
	for (size_t i = first; items && i < end; i++) {
		struct host_ref ref = {NO_INDEX, list->items[i].address};

		items[names.count++] = host_ref_text(work, system, &ref);
	}
	names.items = items;
	return names;
}

static void count_bound(struct audit_work *work, const struct system_work *system, size_t role,
			struct audit_role *out)
{
	const char **silent = work_alloc(work, system->hosts.count, sizeof(*silent));

	for (size_t i = 0; silent && i < system->hosts.count; i++) {
		const struct audit_host *host = &system->hosts.items[i];

		if (!(host->roles >> role & 1))
			continue;
		out->bound++;
		out->seen += host->seen;
		if (!host->seen)
			silent[out->silent.count++] = host->text;
	}
	out->silent.items = silent;
}

void roles_build(struct audit_work *work, size_t system, struct audit_system *out)
{
	const struct system_work *at = &work->systems[system];
	const struct signature *signature = at->plain->signature;
	struct audit_role *roles = work_alloc(work, signature->role_count, sizeof(*roles));
	struct assumed_list assumed = {0};

	gather_assumed(work, at, &assumed);
	for (size_t i = 0; roles && i < signature->role_count; i++) {
		roles[i].id = signature->roles[i].id;
		roles[i].title = signature->roles[i].title;
		roles[i].kind = signature->roles[i].kind;
		count_bound(work, at, i, &roles[i]);
		roles[i].assumed = assumed_names(work, system, &assumed, i);
	}
	out->roles = roles;
	out->role_count = roles ? signature->role_count : 0;
}
