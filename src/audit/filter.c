/* A tcpdump filter that shows a finding's packets: paste and run. */
#include "work.h"

enum { HOSTS_MAX = 20 };

struct address_set {
	struct addr items[HOSTS_MAX];
	size_t count;
	bool open; /* too many, or anybody: the filter does not name this end */
};

static void add_address(struct address_set *set, const struct addr *address)
{
	if (address->family == ADDR_NONE)
		set->open = true;
	for (size_t i = 0; i < set->count; i++)
		if (addr_same_host(&set->items[i], address) && set->items[i].prefix == address->prefix)
			return;
	if (set->count == HOSTS_MAX)
		set->open = true;
	if (!set->open)
		set->items[set->count++] = *address;
}

static void write_host(struct strbuf *buf, const struct addr *address)
{
	struct addr plain = *address;
	char text[ADDR_TEXT_MAX];

	plain.scope_kind = ADDR_SCOPE_NONE;
	plain.scope = 0;
	addr_format(&plain, text);
	if (plain.family == ADDR_MAC)
		strbuf_addf(buf, "ether host %s", text + sizeof("mac:") - 1);
	else
		strbuf_addf(buf, "%s %s", plain.prefix ? "net" : "host", text);
}

static void write_hosts(struct strbuf *buf, const struct address_set *set)
{
	if (set->open || set->count == 0)
		return;
	strbuf_add(buf, set->count > 1 ? "(" : "");
	for (size_t i = 0; i < set->count; i++) {
		strbuf_add(buf, i > 0 ? " or " : "");
		write_host(buf, &set->items[i]);
	}
	strbuf_add(buf, set->count > 1 ? ") and " : " and ");
}

static void write_protocol(struct strbuf *buf, int32_t protocol, int32_t port)
{
	char name[16];

	if (protocol == PROTO_TCP || protocol == PROTO_UDP || protocol == PROTO_SCTP) {
		strbuf_add(buf, protocol_name((uint8_t)protocol, name));
		if (port >= 0)
			strbuf_addf(buf, " port %d", (int)port);
	} else if (protocol == PROTO_ICMP || protocol == PROTO_ICMP6) {
		strbuf_add(buf, protocol == PROTO_ICMP ? "icmp" : "icmp6");
	} else {
		strbuf_addf(buf, "(ip proto %d or ip6 proto %d)", (int)protocol, (int)protocol);
	}
}

/* The port to look for: none where an answer came from another one. */
static int32_t port_to_show(const struct audit_work *work, const struct audit_finding *finding,
			    const struct row_set *set)
{
	uint16_t opener = set->count > 0 ? work->rows[set->rows[0]].key.opener_port : 0;
	bool same_opener = opener != 0;

	for (size_t i = 0; i < set->count; i++) {
		same_opener &= work->rows[set->rows[i]].key.opener_port == opener;
		if (work->rows[set->rows[i]].key.answered_from != 0)
			return -1;
	}
	return finding->reason == REASON_OPENED_FROM_SERVICE_PORT && same_opener ? opener : finding->port;
}

/* Hosts on a tagged link need `vlan` before the rest applies. */
static const char *with_tags(struct audit_work *work, const char *plain, bool tagged)
{
	return tagged ? work_text(work, "(%s) or (vlan and %s)", plain, plain) : plain;
}

const char *finding_filter(struct audit_work *work, const struct audit_finding *finding,
			   const struct row_set *set)
{
	struct address_set initiators = {0}, responders = {0};
	struct strbuf buf = {0};
	bool tagged = false;

	if (set->count == 0) {
		add_address(&initiators, &finding->initiator.address);
		add_address(&responders, &finding->responder.address);
	}
	for (size_t i = 0; i < set->count; i++) {
		const struct edge_row *row = &work->rows[set->rows[i]];

		add_address(&initiators, &row->key.initiator);
		add_address(&responders, &row->key.responder);
		tagged |= row->vlan_count > 0;
	}
	write_hosts(&buf, &initiators);
	write_hosts(&buf, &responders);
	write_protocol(&buf, finding->protocol, port_to_show(work, finding, set));
	return with_tags(work, work_take(work, &buf), tagged);
}

static void write_rule_ports(struct strbuf *buf, const struct matrix_rule *rule)
{
	char name[16];
	bool several = rule->port_count > 1 || rule->rule->protocol_count > 1, first = true;

	strbuf_add(buf, several ? "(" : "");
	for (size_t i = 0; i < rule->rule->protocol_count; i++) {
		uint8_t protocol = rule->rule->protocols[i];
		bool has_ports = protocol == PROTO_TCP || protocol == PROTO_UDP || protocol == PROTO_SCTP;

		for (size_t j = 0; j < rule->port_count || j == 0; j++) {
			strbuf_add(buf, first ? "" : " or ");
			first = false;
			if (!has_ports || rule->port_count == 0) {
				write_protocol(buf, protocol, -1);
				break;
			}
			strbuf_add(buf, protocol_name(protocol, name));
			if (rule->ports[j].low == rule->ports[j].high)
				strbuf_addf(buf, " port %u", rule->ports[j].low);
			else
				strbuf_addf(buf, " portrange %u-%u", rule->ports[j].low, rule->ports[j].high);
		}
	}
	strbuf_add(buf, several ? ")" : "");
}

const char *rule_filter(struct audit_work *work, const struct matrix_rule *rule,
			const struct audit_host *host)
{
	struct address_set hosts = {0};
	struct strbuf buf = {0};

	if (host) {
		add_address(&hosts, &host->address);
		if (host->other.family != ADDR_NONE)
			add_address(&hosts, &host->other);
	}
	write_hosts(&buf, &hosts);
	write_rule_ports(&buf, rule);
	return work_take(work, &buf);
}
