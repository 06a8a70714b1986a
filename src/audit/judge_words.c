/* What a rule wanted of a row and did not find, in words. */
#include "base/strbuf.h"
#include "judge_near.h"

/* How much each failed condition takes a rule away, and the words for it. */
struct condition_text {
	unsigned condition;
	unsigned distance;
	void (*write)(const struct judge_case *judged, const struct near_rule *near, struct strbuf *text);
};

static void write_ranges(struct strbuf *text, const struct port_range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		strbuf_add(text, i == 0 ? "" : i + 1 == count ? " and " : ", ");
		if (ranges[i].low == ranges[i].high)
			strbuf_addf(text, "%u", ranges[i].low);
		else
			strbuf_addf(text, "%u-%u", ranges[i].low, ranges[i].high);
	}
}

static void write_port(struct strbuf *text, const struct view_port *port)
{
	switch (port->knowledge) {
	case PORT_KNOWN: strbuf_addf(text, "%u", port->port); break;
	case PORT_HIGH: strbuf_add(text, "above 32767"); break;
	case PORT_ANY: strbuf_add(text, "unknown"); break;
	}
}

/* "manager", "client or admin", "no role" */
static void write_roles(struct strbuf *text, const struct signature *signature, uint64_t roles,
			const char *last_joint)
{
	size_t left = 0;

	for (size_t i = 0; i < signature->role_count; i++)
		left += roles >> i & 1;
	if (left == 0)
		strbuf_add(text, "no role");
	for (size_t i = 0, written = 0; i < signature->role_count; i++) {
		if (!(roles >> i & 1))
			continue;
		strbuf_add(text, written == 0 ? "" : left == 1 ? last_joint : ", ");
		strbuf_add(text, signature->roles[i].id);
		written++;
		left--;
	}
}

static void write_protocol(const struct judge_case *judged, const struct near_rule *near, struct strbuf *text)
{
	const struct sig_rule *rule = near->rule->rule;
	char name[16];

	(void)judged;
	strbuf_addf(text, "protocol %s is not", protocol_name(near->view.protocol, name));
	for (size_t i = 0; i < rule->protocol_count; i++)
		strbuf_addf(text, "%s%s", i == 0 ? " " : " or ", protocol_name(rule->protocols[i], name));
}

static void write_icmp(const struct near_rule *near, struct strbuf *text)
{
	bool six = near->view.protocol == PROTO_ICMP6;
	const struct icmp_match *list = six ? near->rule->rule->icmp6 : near->rule->rule->icmp;
	size_t count = six ? near->rule->rule->icmp6_count : near->rule->rule->icmp_count;

	strbuf_addf(text, "message %u/%u is not among", near->view.port.port / 256U,
		    near->view.port.port % 256U);
	for (size_t i = 0; i < count; i++) {
		strbuf_addf(text, "%s%u/", i == 0 ? " " : ", ", list[i].type);
		if (list[i].code < 0)
			strbuf_add(text, "any");
		else
			strbuf_addf(text, "%d", list[i].code);
	}
	if (count == 0)
		strbuf_add(text, six ? " any of ICMPv6" : " any of ICMP");
}

bool near_is_disputed(const struct near_rule *near)
{
	return near->view.port.knowledge == PORT_KNOWN && protocol_has_ports(near->view.protocol) &&
	       port_in_ranges(near->view.port.port, near->rule->disputed, near->rule->disputed_count);
}

static void write_listener_port(const struct judge_case *judged, const struct near_rule *near,
				struct strbuf *text)
{
	(void)judged;
	if (near->view.protocol == PROTO_ICMP || near->view.protocol == PROTO_ICMP6) {
		write_icmp(near, text);
		return;
	}
	strbuf_add(text, "port ");
	write_port(text, &near->view.port);
	strbuf_add(text, " is not among ");
	write_ranges(text, near->rule->ports, near->rule->port_count);
	if (near_is_disputed(near))
		strbuf_add(text, ", though other editions print it");
}

static void write_end(const struct judge_case *judged, const struct judge_end *end, const char *which,
		      uint64_t wanted, struct strbuf *text)
{
	const struct signature *signature = matrix_system(judged->matrix, judged->system)->signature;
	char address[ADDR_TEXT_MAX];

	strbuf_addf(text, "the %s %s holds ", which, addr_format(end->address, address));
	write_roles(text, signature, end->roles, " and ");
	strbuf_add(text, ", the rule wants ");
	write_roles(text, signature, wanted, " or ");
}

static void write_opener(const struct judge_case *judged, const struct near_rule *near, struct strbuf *text)
{
	const struct sig_rule *rule = near->rule->rule;

	write_end(judged, &near->view.opener, "opener", near->swapped ? rule->to : rule->from, text);
}

static void write_listener(const struct judge_case *judged, const struct near_rule *near, struct strbuf *text)
{
	const struct sig_rule *rule = near->rule->rule;

	write_end(judged, &near->view.listener, "listener", near->swapped ? rule->from : rule->to, text);
}

static void write_unbound(const struct judge_case *judged, const struct near_rule *near, struct strbuf *text)
{
	(void)judged;
	(void)near;
	strbuf_add(text, "neither end is bound to a role of the rule");
}

static void write_mode(const struct judge_case *judged, const struct near_rule *near, struct strbuf *text)
{
	const struct matrix_system *system = matrix_system(judged->matrix, judged->system);
	const struct mode_condition_list *when = &near->rule->rule->when;

	for (size_t i = 0; i < when->count; i++) {
		const struct sig_mode *mode = &system->signature->modes[when->items[i].mode];
		size_t value = system->site->mode_values[when->items[i].mode];

		if (when->items[i].values >> value & 1)
			continue;
		strbuf_addf(text, "mode %s=%s forbids it", mode->id, mode->values[value]);
		return;
	}
}

static void write_delivery(const struct judge_case *judged, const struct near_rule *near, struct strbuf *text)
{
	(void)judged;
	strbuf_addf(text, "delivery %s is not allowed", delivery_name((enum delivery)near->view.delivery));
}

static void write_source(const struct judge_case *judged, const struct near_rule *near, struct strbuf *text)
{
	(void)judged;
	strbuf_add(text, "source port ");
	write_port(text, &near->view.source);
	strbuf_add(text, " is not among ");
	write_ranges(text, near->rule->source_ports, near->rule->source_port_count);
}

static void write_reply(const struct judge_case *judged, const struct near_rule *near, struct strbuf *text)
{
	(void)judged;
	strbuf_add(text, "the answer came from port ");
	write_port(text, &near->view.answer);
	strbuf_add(text, ", not from ");
	if (near->rule->reply_port_count > 0)
		write_ranges(text, near->rule->reply_ports, near->rule->reply_port_count);
	else
		strbuf_add(text, "the asked one");
}

static void write_unconfigured(const struct judge_case *judged, const struct near_rule *near,
			       struct strbuf *text)
{
	(void)judged;
	(void)near;
	strbuf_add(text, "the opener has no address yet, which the rule does not allow");
}

static const struct condition_text conditions[] = {
    {FAIL_PROTOCOL, 6, write_protocol}, {FAIL_PORT, 4, write_listener_port},
    {FAIL_OPENER, 3, write_opener},     {FAIL_LISTENER, 3, write_listener},
    {FAIL_UNBOUND, 3, write_unbound},   {FAIL_MODE, 1, write_mode},
    {FAIL_DELIVERY, 1, write_delivery}, {FAIL_SOURCE, 1, write_source},
    {FAIL_REPLY, 1, write_reply},       {FAIL_UNCONFIGURED, 1, write_unconfigured},
};
enum { CONDITION_COUNT = sizeof(conditions) / sizeof(conditions[0]) };

unsigned near_distance(unsigned failed)
{
	unsigned distance = 0;

	for (size_t i = 0; i < CONDITION_COUNT; i++)
		if (failed & conditions[i].condition)
			distance += conditions[i].distance;
	return distance;
}

static void write_turned_round(const struct judge_case *judged, const struct near_rule *near,
			       struct strbuf *text)
{
	const struct signature *signature = matrix_system(judged->matrix, judged->system)->signature;
	char address[ADDR_TEXT_MAX];

	strbuf_addf(text, "%s opened it, the rule lets only ",
		    addr_format(near->view.opener.address, address));
	if (near->rule->rule->from_any)
		strbuf_add(text, "the other end");
	else
		write_roles(text, signature, near->rule->rule->from, " or ");
	strbuf_add(text, " open");
}

const char *near_explain(const struct judge_case *judged, const struct near_rule *near, struct arena *arena)
{
	char address[ADDR_TEXT_MAX];
	struct strbuf text = {0};
	const char *copy;

	if (near->turned_round)
		write_turned_round(judged, near, &text);
	for (size_t i = 0; i < CONDITION_COUNT; i++) {
		if (!(near->failed & conditions[i].condition))
			continue;
		strbuf_add(&text, text.length > 0 ? "; " : "");
		conditions[i].write(judged, near, &text);
	}
	if (text.length == 0)
		strbuf_addf(&text, "nobody saw who opened it; it fits only if %s did",
			    addr_format(near->view.opener.address, address));
	copy = strbuf_ok(&text) ? arena_strdup(arena, strbuf_text(&text)) : NULL;
	strbuf_clear(&text);
	return copy;
}
