/*
 * Roles from behaviour: every signature in turn. Where one signature extends another the two share their
 * rows, so what fits one fits both: the base is named, unless a role that only the other has is filled,
 * beside hosts that fill the base's first role (an AccessIT beside a Manager).
 */
#include "infer.h"
#include <stdlib.h>
#include <string.h>

static int infer_one(const struct infer_facts *facts, const struct signature *signature,
		     struct inference *inference, struct inferred_system *systems)
{
	struct assignment assignment = {.signature = signature, .facts = facts};
	struct arena scratch = {0};
	int status = infer_hits_read(facts, signature, &scratch, &assignment.hits);

	if (status == 0)
		status = infer_assign(&assignment, &scratch);
	if (status == 0)
		status = infer_twins(&assignment, &scratch);
	if (status == 0 && infer_is_recognised(&assignment)) {
		status = infer_describe(&assignment, &inference->arena, &systems[inference->system_count]);
		inference->system_count += status == 0;
	}
	arena_clear(&scratch);
	return status;
}

static bool binds_role(const struct inferred_system *system, const char *role)
{
	for (size_t i = 0; i < system->binding_count; i++)
		if (strcmp(system->bindings[i].role, role) == 0)
			return true;
	return false;
}

static bool fills_first_role(const struct inferred_system *system, const struct signature *base)
{
	return base->role_count > 0 && binds_role(system, base->roles[0].id);
}

static bool fills_own_role(const struct inferred_system *system, const struct signature *base)
{
	for (size_t i = 0; i < system->binding_count; i++)
		if (signature_find_role(base, system->bindings[i].role) == NO_INDEX)
			return true;
	return false;
}

static bool extends(const struct inferred_system *system, const struct inferred_system *base)
{
	return system->signature->extends && strcmp(system->signature->extends, base->signature->id) == 0;
}

/* SYSTEM is not named, because OTHER shares its rows and fits better. */
static bool yields_to(const struct inferred_system *system, const struct inferred_system *other)
{
	if (extends(system, other))
		return !fills_own_role(system, other->signature) ||
		       !fills_first_role(system, other->signature);
	return extends(other, system) && fills_own_role(other, system->signature) &&
	       fills_first_role(other, system->signature);
}

static void drop_shared(struct inference *inference, struct inferred_system *systems, bool *dropped)
{
	size_t kept = 0;

	for (size_t i = 0; i < inference->system_count; i++)
		for (size_t j = 0; j < inference->system_count; j++)
			dropped[i] |= i != j && yields_to(&systems[i], &systems[j]);
	for (size_t i = 0; i < inference->system_count; i++)
		if (!dropped[i])
			systems[kept++] = systems[i];
	inference->system_count = kept;
}

static int compare_systems(const void *a, const void *b)
{
	const struct inferred_system *left = a, *right = b;

	if (left->score < right->score || left->score > right->score)
		return left->score > right->score ? -1 : 1;
	return strcmp(left->signature->id, right->signature->id);
}

static int infer_all(const struct ledger *ledger, const struct signature *const *signatures, size_t count,
		     struct inference *inference)
{
	struct inferred_system *systems = arena_calloc(&inference->arena, count + 1, sizeof(*systems));
	bool *dropped = arena_calloc(&inference->arena, count + 1, sizeof(*dropped));
	struct infer_facts facts = {0};
	int status = systems && dropped ? infer_facts_read(ledger, &facts) : -1;

	for (size_t i = 0; i < count && status == 0; i++)
		status = infer_one(&facts, signatures[i], inference, systems);
	arena_clear(&facts.arena);
	if (status != 0)
		return -1;
	drop_shared(inference, systems, dropped);
	if (inference->system_count > 1)
		qsort(systems, inference->system_count, sizeof(*systems), compare_systems);
	inference->systems = systems;
	return 0;
}

struct inference *audit_infer(const struct ledger *ledger, const struct signature *const *signatures,
			      size_t signature_count, struct err *err)
{
	struct inference *inference = mem_calloc(1, sizeof(*inference));

	if (!inference || infer_all(ledger, signatures, signature_count, inference) < 0) {
		inference_free(inference);
		err_no_memory(err);
		return NULL;
	}
	return inference;
}

void inference_free(struct inference *inference)
{
	if (!inference)
		return;
	arena_clear(&inference->arena);
	mem_free(inference);
}
