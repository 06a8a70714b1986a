/* One rule against one view: which conditions fail. */
#include "judge_parts.h"

enum { PORT_HIGH_FIRST = 32768, PORT_LAST = 65535 };

bool view_port_fits(const struct view_port *port, const struct port_range *ranges, size_t count)
{
	if (count == 0)
		return true;
	if (port->knowledge == PORT_KNOWN)
		return port_in_ranges(port->port, ranges, count);
	for (size_t i = 0; i < count; i++) {
		if (port->knowledge == PORT_HIGH && ranges[i].high >= PORT_HIGH_FIRST)
			return true;
		if (ranges[i].low == 0 && ranges[i].high == PORT_LAST)
			return true;
	}
	return false;
}

static bool port_fits(const struct matrix_rule *rule, const struct judge_view *view)
{
	if (view->protocol == PROTO_ICMP || view->protocol == PROTO_ICMP6) {
		if (view->port.knowledge != PORT_KNOWN)
			return rule->rule->icmp_count == 0 && rule->rule->icmp6_count == 0;
		return rule_names_icmp(rule->rule, view->protocol, view->port.port);
	}
	if (!protocol_has_ports(view->protocol))
		return true;
	return view_port_fits(&view->port, rule->ports, rule->port_count);
}

/* What is known of a data connection says nothing about the port that its control connection was opened from.
 */
static bool source_fits(const struct matrix_rule *rule, const struct judge_view *view)
{
	if (view->child || !protocol_has_ports(view->protocol))
		return true;
	return view_port_fits(&view->source, rule->source_ports, rule->source_port_count);
}

static bool reply_fits(const struct matrix_rule *rule, const struct judge_view *view)
{
	if (!view->has_answer || rule->rule->reply_any_port || view->child)
		return true;
	if (rule->reply_port_count > 0)
		return view_port_fits(&view->answer, rule->reply_ports, rule->reply_port_count);
	return view->answer.knowledge == view->port.knowledge && view->answer.port == view->port.port;
}

/* END may act in one of ROLES. */
static bool end_fits(const struct judge_end *end, uint64_t roles, bool any, bool *bound, bool *assumed)
{
	if (end->group)
		return true;
	*bound = any ? end->roles != 0 : (end->roles & roles) != 0;
	*assumed = !any && !*bound && (end->assumable & roles) != 0;
	return any || *bound || *assumed;
}

static unsigned test_ends(const struct sig_rule *rule, const struct judge_view *view, bool swapped,
			  struct judge_fit *fit)
{
	uint64_t opens = swapped ? rule->to : rule->from, listens = swapped ? rule->from : rule->to;
	bool opens_any = swapped ? rule->to_any : rule->from_any;
	bool listens_any = swapped ? rule->from_any : rule->to_any;
	unsigned failed = 0;

	if (!end_fits(&view->opener, opens, opens_any, &fit->opener_bound, &fit->opener_assumed))
		failed |= FAIL_OPENER;
	if (!end_fits(&view->listener, listens, listens_any, &fit->listener_bound, &fit->listener_assumed))
		failed |= FAIL_LISTENER;
	if (!fit->opener_bound && !fit->listener_bound)
		failed |= FAIL_UNBOUND;
	return failed;
}

struct judge_fit judge_test(const struct matrix_rule *rule, const struct judge_view *view, bool swapped)
{
	struct judge_fit fit = {0};

	fit.failed = test_ends(rule->rule, view, swapped, &fit);
	if (!rule_names_protocol(rule->rule, view->protocol))
		fit.failed |= FAIL_PROTOCOL;
	if (!port_fits(rule, view))
		fit.failed |= FAIL_PORT;
	if (!rule->allowed)
		fit.failed |= FAIL_MODE;
	if (!(rule->rule->deliveries >> view->delivery & 1))
		fit.failed |= FAIL_DELIVERY;
	if (!source_fits(rule, view))
		fit.failed |= FAIL_SOURCE;
	if (!reply_fits(rule, view))
		fit.failed |= FAIL_REPLY;
	if (view->without_address && !rule->rule->unconfigured)
		fit.failed |= FAIL_UNCONFIGURED;
	if (view->child && !rule->rule->ftp_data)
		fit.failed |= FAIL_CHILDREN;
	return fit;
}
