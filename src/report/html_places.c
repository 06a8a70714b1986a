#include "html_places.h"
#include <stdlib.h>
#include <string.h>

static size_t find_system(const struct audit_result *result, const char *name)
{
	for (size_t i = 0; name && i < result->system_count; i++)
		if (strcmp(result->systems[i].name, name) == 0)
			return i;
	return NO_INDEX;
}

static size_t find_rule(const struct audit_system *system, const char *id)
{
	for (size_t i = 0; id && i < system->rule_count; i++)
		if (strcmp(system->rules[i].rule->id, id) == 0)
			return i;
	return NO_INDEX;
}

struct id_place {
	const char *id;
	size_t finding;
};

static int compare_ids(const void *a, const void *b)
{
	const struct id_place *left = a, *right = b;
	int order = strcmp(left->id, right->id);

	return order ? order : (left->finding > right->finding) - (left->finding < right->finding);
}

/* A host's two addresses, or what an exception covers and what it does not, are findings of one id. */
static int count_same_ids(const struct audit_result *result, struct finding_place *places)
{
	struct id_place *ids = mem_calloc(result->finding_count + 1, sizeof(*ids));

	if (!ids)
		return -1;
	for (size_t i = 0; i < result->finding_count; i++)
		ids[i] = (struct id_place){result->findings[i].id, i};
	if (result->finding_count > 1)
		qsort(ids, result->finding_count, sizeof(*ids), compare_ids);
	for (size_t i = 1; i < result->finding_count; i++)
		if (strcmp(ids[i].id, ids[i - 1].id) == 0)
			places[ids[i].finding].same_id = places[ids[i - 1].finding].same_id + 1;
	mem_free(ids);
	return 0;
}

struct finding_place *finding_places(const struct audit_result *result)
{
	struct finding_place *places = mem_calloc(result->finding_count + 1, sizeof(*places));

	for (size_t i = 0; places && i < result->finding_count; i++) {
		const struct audit_finding *finding = &result->findings[i];

		places[i].system = find_system(result, finding->system);
		places[i].rule = places[i].system == NO_INDEX
				     ? NO_INDEX
				     : find_rule(&result->systems[places[i].system], finding->rule);
	}
	if (places && count_same_ids(result, places)) {
		mem_free(places);
		return NULL;
	}
	return places;
}
