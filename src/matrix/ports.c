/* Which rules could speak about a protocol and a port: for each protocol, segments of ports with the rules'
 * indexes. */
#include "matrix_private.h"
#include <stdlib.h>
#include <string.h>

enum { PORT_MAX = 65535, PROTOCOLS = 256, ICMP_CODES = 256 };

bool protocol_has_ports(uint8_t protocol)
{
	return protocol == IP_TCP || protocol == IP_UDP || protocol == IP_SCTP || protocol == IP_DCCP ||
	       protocol == IP_UDP_LITE;
}

bool rule_names_protocol(const struct sig_rule *rule, uint8_t protocol)
{
	for (size_t i = 0; i < rule->protocol_count; i++)
		if (rule->protocols[i] == protocol || (rule->protocols[i] == IP_ICMP && protocol == IP_ICMP6))
			return true;
	return false;
}

bool rule_names_icmp(const struct sig_rule *rule, uint8_t protocol, uint16_t type_code)
{
	bool six = protocol == IP_ICMP6;
	const struct icmp_match *list = six ? rule->icmp6 : rule->icmp;
	size_t count = six ? rule->icmp6_count : rule->icmp_count;

	for (size_t i = 0; i < count; i++)
		if (list[i].type == type_code / ICMP_CODES &&
		    (list[i].code < 0 || list[i].code == type_code % ICMP_CODES))
			return true;
	return rule->icmp_count == 0 && rule->icmp6_count == 0;
}

/* What a rule says about the ports of one protocol: up to three lists, or the messages of an ICMP. */
struct spoken {
	const struct port_range *lists[3];
	size_t counts[3];
	const struct icmp_match *icmp;
	size_t icmp_count;
	bool all; /* leaves ports open */
};

static struct spoken spoken_of(const struct matrix_rule *rule, uint8_t protocol)
{
	struct spoken spoken = {0};

	if (protocol == IP_ICMP || protocol == IP_ICMP6) {
		spoken.icmp = protocol == IP_ICMP ? rule->rule->icmp : rule->rule->icmp6;
		spoken.icmp_count = protocol == IP_ICMP ? rule->rule->icmp_count : rule->rule->icmp6_count;
		spoken.all = rule->rule->icmp_count == 0 && rule->rule->icmp6_count == 0;
		return spoken;
	}
	spoken.all = rule->port_count == 0 || !protocol_has_ports(protocol);
	spoken.lists[0] = rule->ports;
	spoken.counts[0] = rule->port_count;
	spoken.lists[1] = rule->reply_ports;
	spoken.counts[1] = rule->reply_port_count;
	spoken.lists[2] = rule->disputed;
	spoken.counts[2] = rule->disputed_count;
	return spoken;
}

static struct port_range icmp_range(const struct icmp_match *match)
{
	uint16_t low = (uint16_t)(match->type * ICMP_CODES + (match->code < 0 ? 0 : match->code));

	return (struct port_range){low, match->code < 0 ? (uint16_t)(low + ICMP_CODES - 1) : low};
}

/* The ranges of SPOKEN in one list; OUT may be NULL. Returns how many. */
static size_t spoken_ranges(const struct spoken *spoken, struct port_range *out)
{
	size_t count = 0;

	if (spoken->all) {
		if (out)
			out[0] = (struct port_range){0, PORT_MAX};
		return 1;
	}
	for (size_t i = 0; i < spoken->icmp_count; i++, count++)
		if (out)
			out[count] = icmp_range(&spoken->icmp[i]);
	for (size_t list = 0; list < 3; list++)
		for (size_t i = 0; i < spoken->counts[list]; i++, count++)
			if (out)
				out[count] = spoken->lists[list][i];
	return count;
}

/* A range and the rule that it comes from. */
struct rule_range {
	struct port_range range;
	size_t rule;
};

struct rule_ranges {
	struct rule_range *items;
	size_t count;
};

/* All ranges of all rules that name PROTOCOL, in rule order. Freed by the caller. */
static int gather(const struct matrix_system *system, uint8_t protocol, struct rule_ranges *out)
{
	size_t capacity = 0;

	*out = (struct rule_ranges){0};
	for (size_t i = 0; i < system->rule_count; i++) {
		struct spoken spoken = spoken_of(&system->rules[i], protocol);
		size_t need = out->count + spoken_ranges(&spoken, NULL);
		struct port_range *ranges;
		size_t count;

		if (!rule_names_protocol(system->rules[i].rule, protocol))
			continue;
		if (mem_grow((void **)&out->items, &capacity, need, sizeof(*out->items)) < 0)
			return -1;
		ranges = mem_calloc(need - out->count + 1, sizeof(*ranges));
		if (!ranges)
			return -1;
		count = spoken_ranges(&spoken, ranges);
		for (size_t j = 0; j < count; j++)
			out->items[out->count++] = (struct rule_range){ranges[j], i};
		mem_free(ranges);
	}
	return 0;
}

static int compare_segments(const void *a, const void *b)
{
	const struct rule_segment *left = a, *right = b;

	return (left->low > right->low) - (left->low < right->low);
}

/* Where segments begin; without their rules yet. Returns how many. OUT holds two a range, and one. */
static size_t begin_segments(const struct rule_ranges *ranges, struct rule_segment *out)
{
	size_t count = 1, kept = 1;

	for (size_t i = 0; i < ranges->count; i++) {
		out[count++].low = ranges->items[i].range.low;
		if (ranges->items[i].range.high < PORT_MAX)
			out[count++].low = (uint16_t)(ranges->items[i].range.high + 1);
	}
	qsort(out, count, sizeof(*out), compare_segments);
	for (size_t i = 1; i < count; i++)
		if (out[i].low != out[kept - 1].low)
			out[kept++] = out[i];
	return kept;
}

/* The rules with a range over PORT, ascending, each once; OUT may be NULL. */
static size_t rules_over(const struct rule_ranges *ranges, uint16_t port, size_t *out)
{
	size_t count = 0, last = NO_INDEX;

	for (size_t i = 0; i < ranges->count; i++) {
		const struct rule_range *at = &ranges->items[i];

		if (at->rule == last || port < at->range.low || port > at->range.high)
			continue;
		last = at->rule;
		if (out)
			out[count] = last;
		count++;
	}
	return count;
}

static int fill_segment(struct arena *arena, const struct rule_ranges *ranges, struct rule_segment *segment)
{
	size_t *rules;

	segment->count = rules_over(ranges, segment->low, NULL);
	rules = arena_calloc(arena, segment->count + 1, sizeof(*rules));
	if (!rules)
		return -1;
	rules_over(ranges, segment->low, rules);
	segment->rules = rules;
	return 0;
}

static int index_protocol(struct arena *arena, const struct matrix_system *system, uint8_t protocol,
			  struct port_index *index)
{
	struct rule_segment *items = NULL;
	struct rule_ranges ranges;
	int status = gather(system, protocol, &ranges);

	if (status == 0) {
		items = arena_calloc(arena, 2 * ranges.count + 1, sizeof(*items));
		status = items ? 0 : -1;
	}
	if (status == 0) {
		index->protocol = protocol;
		index->items = items;
		index->count = begin_segments(&ranges, items);
	}
	for (size_t i = 0; status == 0 && i < index->count; i++)
		status = fill_segment(arena, &ranges, &items[i]);
	mem_free(ranges.items);
	return status;
}

static void mark_protocols(const struct matrix_system *system, bool named[PROTOCOLS])
{
	memset(named, 0, PROTOCOLS * sizeof(*named));
	for (size_t i = 0; i < system->rule_count; i++)
		for (size_t j = 0; j < system->rules[i].rule->protocol_count; j++)
			named[system->rules[i].rule->protocols[j]] = true;
	named[IP_ICMP6] |= named[IP_ICMP];
}

int compile_ports(struct arena *arena, struct compiled_system *system)
{
	struct port_index *ports;
	bool named[PROTOCOLS];
	size_t count = 0;

	mark_protocols(&system->plain, named);
	for (size_t i = 0; i < PROTOCOLS; i++)
		count += named[i];
	ports = arena_calloc(arena, count + 1, sizeof(*ports));
	if (!ports)
		return -1;
	for (size_t i = 0; i < PROTOCOLS; i++)
		if (named[i] &&
		    index_protocol(arena, &system->plain, (uint8_t)i, &ports[system->port_count++]) < 0)
			return -1;
	system->ports = ports;
	return 0;
}

const size_t *matrix_candidates(const struct matrix *matrix, size_t system, uint8_t protocol, uint16_t port,
				size_t *count)
{
	const struct compiled_system *at = &matrix->systems[system];
	const struct port_index *index = NULL;
	size_t low = 0, high;

	*count = 0;
	for (size_t i = 0; i < at->port_count && !index; i++)
		if (at->ports[i].protocol == protocol)
			index = &at->ports[i];
	if (!index)
		return NULL;
	for (high = index->count; high - low > 1;) {
		size_t middle = low + (high - low) / 2;

		if (index->items[middle].low <= port)
			low = middle;
		else
			high = middle;
	}
	*count = index->items[low].count;
	return index->items[low].rules;
}
