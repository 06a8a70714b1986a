/* Rows against what the site itself documents. */
#include "judge_parts.h"

static bool any_in_ends(const struct addr *address, const struct site_ends *ends)
{
	for (size_t i = 0; i < ends->count; i++)
		if (addr_in_range(address, &ends->ranges[i]))
			return true;
	return ends->count == 0;
}

static bool names_a_group(const struct site_ends *ends)
{
	for (size_t i = 0; i < ends->count; i++)
		if (addr_is_group(&ends->ranges[i].low))
			return true;
	return false;
}

/* A group that no rule names by its address stands for the hosts that the rule lets hear it. */
static bool listener_fits(const struct edge_row *row, const struct addr *listener,
			  const struct site_ends *ends)
{
	if (edge_is_group(&row->key) && !names_a_group(ends))
		return true;
	return any_in_ends(listener, ends);
}

static bool names_protocol(const struct site_rule *rule, uint8_t protocol)
{
	for (size_t i = 0; i < rule->protocol_count; i++)
		if (rule->protocols[i] == protocol ||
		    (rule->protocols[i] == PROTO_ICMP && protocol == PROTO_ICMP6))
			return true;
	return rule->protocol_count == 0;
}

static bool port_fits(const struct site_rule *rule, const struct edge_row *row, const struct view_port *port)
{
	return !protocol_has_ports(row->key.protocol) || view_port_fits(port, rule->ports, rule->port_count);
}

static bool ends_fit(const struct site_rule *rule, const struct edge_row *row, const struct addr *opener,
		     const struct addr *listener)
{
	if (any_in_ends(opener, &rule->from) && listener_fits(row, listener, &rule->to))
		return true;
	return rule->either && any_in_ends(opener, &rule->to) && listener_fits(row, listener, &rule->from);
}

static bool way_fits(const struct site_rule *rule, const struct edge_row *row, bool turned,
		     const struct view_port *port)
{
	const struct addr *opener = turned ? &row->key.responder : &row->key.initiator;
	const struct addr *listener = turned ? &row->key.initiator : &row->key.responder;

	return port_fits(rule, row, port) && ends_fit(rule, row, opener, listener);
}

static unsigned ways_of(const struct site_rule *rule, const struct edge_row *row,
			const struct view_port ports[2], bool orientation_known)
{
	struct view_port control = {PORT_KNOWN, row->key.parent};
	unsigned ways = 0;

	if (!names_protocol(rule, row->key.protocol) || !(rule->deliveries >> edge_delivery(&row->key) & 1))
		return 0;
	if (way_fits(rule, row, false, &ports[0]))
		ways |= orientation_known ? WAYS_BOTH : WAY_AS_IT_STANDS;
	if (!orientation_known && way_fits(rule, row, true, &ports[1]))
		ways |= WAY_TURNED;
	for (unsigned turned = 0; row->key.parent != 0 && turned < 2; turned++)
		if (way_fits(rule, row, turned != 0, &control))
			ways |= orientation_known ? WAYS_BOTH : turned ? WAY_TURNED : WAY_AS_IT_STANDS;
	return ways;
}

bool judge_site_names(const struct site *site, const struct addr *address)
{
	for (size_t i = 0; i < site->rule_count; i++)
		if (any_in_ends(address, &site->rules[i].from) || any_in_ends(address, &site->rules[i].to))
			return true;
	return false;
}

unsigned judge_site_rules(const struct site *site, const struct edge_row *row, bool orientation_known,
			  size_t *rule)
{
	struct view_port ports[2];
	unsigned ways = 0;

	*rule = NO_INDEX;
	if (site->rule_count == 0)
		return 0;
	judge_row_ports(&row->key, ports);
	for (size_t i = 0; i < site->rule_count; i++) {
		unsigned more = ways_of(&site->rules[i], row, ports, orientation_known);

		if (more != 0 && *rule == NO_INDEX)
			*rule = i;
		ways |= more;
	}
	return ways;
}
