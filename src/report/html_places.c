#include "html_places.h"
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
	return places;
}
