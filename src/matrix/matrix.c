#include "matrix_private.h"

static void sort_roles(struct matrix_system *system)
{
	for (size_t i = 0; i < system->signature->role_count; i++) {
		uint64_t bit = UINT64_C(1) << i;

		switch (system->signature->roles[i].kind) {
		case ROLE_PRODUCT: system->product_roles |= bit; break;
		case ROLE_INFRASTRUCTURE: system->infrastructure_roles |= bit; break;
		case ROLE_PERSON: system->person_roles |= bit; break;
		}
	}
}

static int compile_system(struct arena *arena, const struct site_system *site, struct compiled_system *system)
{
	system->plain.site = site;
	system->plain.signature = site->signature;
	sort_roles(&system->plain);
	if (compile_rules(arena, system) < 0 || compile_holders(arena, system) < 0)
		return -1;
	return compile_ports(arena, system);
}

static int compile_systems(struct matrix *matrix)
{
	const struct site *site = matrix->site;

	matrix->systems = arena_calloc(&matrix->arena, site->system_count, sizeof(*matrix->systems));
	if (!matrix->systems)
		return -1;
	matrix->system_count = site->system_count;
	for (size_t i = 0; i < site->system_count; i++) {
		if (compile_system(&matrix->arena, &site->systems[i], &matrix->systems[i]) < 0)
			return -1;
		matrix->binds_macs |= matrix->systems[i].holders.macs.count > 0;
	}
	return 0;
}

struct matrix *matrix_compile(const struct site *site, struct err *err)
{
	struct matrix *matrix = mem_calloc(1, sizeof(*matrix));

	if (!matrix) {
		err_no_memory(err);
		return NULL;
	}
	matrix->site = site;
	if (compile_systems(matrix) < 0 || compile_names(&matrix->arena, matrix) < 0) {
		matrix_free(matrix);
		err_no_memory(err);
		return NULL;
	}
	return matrix;
}

void matrix_free(struct matrix *matrix)
{
	if (!matrix)
		return;
	arena_clear(&matrix->arena);
	mem_free(matrix);
}

const struct site *matrix_site(const struct matrix *matrix)
{
	return matrix->site;
}

size_t matrix_system_count(const struct matrix *matrix)
{
	return matrix->system_count;
}

const struct matrix_system *matrix_system(const struct matrix *matrix, size_t system)
{
	return &matrix->systems[system].plain;
}

bool matrix_binds_macs(const struct matrix *matrix)
{
	return matrix->binds_macs;
}

bool matrix_is_local(const struct matrix *matrix, const struct addr *address)
{
	const struct site *site = matrix->site;

	for (size_t i = 0; i < site->local_network_count; i++)
		if (addr_in_range(address, &site->local_networks[i]))
			return true;
	return false;
}
