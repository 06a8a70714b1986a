#include "matrix_private.h"

bool port_in_ranges(uint16_t port, const struct port_range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (port >= ranges[i].low && port <= ranges[i].high)
			return true;
	return false;
}

struct ranges {
	const struct port_range *items;
	size_t count;
};

/* What SPEC stands for here: the site's value of its parameter, else the signature's default. */
static struct ranges spec_ranges(const struct matrix_system *system, const struct port_spec *spec)
{
	const struct sig_parameter *parameter;

	if (spec->parameter == NO_INDEX)
		return (struct ranges){&spec->range, 1};
	if (system->site->parameters && system->site->parameters[spec->parameter].count > 0) {
		const struct site_parameter *stated = &system->site->parameters[spec->parameter];

		return (struct ranges){stated->ranges, stated->count};
	}
	parameter = &system->signature->parameters[spec->parameter];
	return (struct ranges){parameter->defaults, parameter->default_count};
}

/* The disputed ports of a parameter that SPEC names. */
static struct ranges spec_disputed(const struct matrix_system *system, const struct port_spec *spec)
{
	const struct sig_parameter *parameter;

	if (spec->parameter == NO_INDEX)
		return (struct ranges){NULL, 0};
	parameter = &system->signature->parameters[spec->parameter];
	return (struct ranges){parameter->disputed, parameter->disputed_count};
}

typedef struct ranges spec_reader(const struct matrix_system *system, const struct port_spec *spec);

/* The ranges that READ finds in LIST, written to OUT when it is not NULL; returns how many. */
static size_t collect(const struct matrix_system *system, const struct port_list *list, spec_reader *read,
		      struct port_range *out)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++) {
		struct ranges found = read(system, &list->items[i]);

		for (size_t j = 0; j < found.count; j++) {
			if (out)
				out[count] = found.items[j];
			count++;
		}
	}
	return count;
}

static int resolve(struct arena *arena, const struct matrix_system *system, const struct port_list *list,
		   const struct port_range **out, size_t *out_count)
{
	size_t count = collect(system, list, spec_ranges, NULL);
	struct port_range *ranges = arena_calloc(arena, count + 1, sizeof(*ranges));

	if (!ranges)
		return -1;
	*out = ranges;
	*out_count = collect(system, list, spec_ranges, ranges);
	return 0;
}

/* A rule's own disputed ports, and those of the parameters that its ports name. */
static int resolve_disputed(struct arena *arena, const struct matrix_system *system,
			    const struct sig_rule *rule, struct matrix_rule *out)
{
	size_t own = collect(system, &rule->disputed_ports, spec_ranges, NULL);
	size_t inherited = collect(system, &rule->ports, spec_disputed, NULL);
	struct port_range *ranges = arena_calloc(arena, own + inherited + 1, sizeof(*ranges));

	if (!ranges)
		return -1;
	collect(system, &rule->disputed_ports, spec_ranges, ranges);
	collect(system, &rule->ports, spec_disputed, ranges + own);
	out->disputed = ranges;
	out->disputed_count = own + inherited;
	return 0;
}

static bool modes_hold(const struct matrix_system *system, const struct mode_condition_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		size_t value = system->site->mode_values[list->items[i].mode];

		if (!(list->items[i].values >> value & 1))
			return false;
	}
	return true;
}

static int compile_rule(struct arena *arena, const struct matrix_system *system, size_t index,
			struct matrix_rule *out)
{
	const struct sig_rule *rule = &system->signature->rules[index];

	out->rule = rule;
	out->index = index;
	out->presence = system->site->presence ? &system->site->presence[index] : &rule->presence;
	out->allowed = modes_hold(system, &rule->when);
	out->required = out->allowed && out->presence->required && modes_hold(system, &out->presence->when);
	if (resolve(arena, system, &rule->ports, &out->ports, &out->port_count) < 0 ||
	    resolve(arena, system, &rule->source_ports, &out->source_ports, &out->source_port_count) < 0 ||
	    resolve(arena, system, &rule->reply_ports, &out->reply_ports, &out->reply_port_count) < 0)
		return -1;
	return resolve_disputed(arena, system, rule, out);
}

int compile_rules(struct arena *arena, struct compiled_system *system)
{
	size_t count = system->plain.signature->rule_count;
	struct matrix_rule *rules = arena_calloc(arena, count + 1, sizeof(*rules));

	if (!rules)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (compile_rule(arena, &system->plain, i, &rules[i]) < 0)
			return -1;
	system->plain.rules = rules;
	system->plain.rule_count = count;
	return 0;
}
