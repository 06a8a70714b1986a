/* A tcpdump filter that shows a finding's packets: paste and run. */
#include "work.h"

enum { HOSTS_MAX = 20, PORTS_MAX = 2 * PORTS_NAMED_MAX };

struct address_set {
	struct addr items[HOSTS_MAX];
	size_t count;
	bool open; /* too many, or anybody: the filter does not name this end */
};

struct port_set {
	struct {
		int32_t protocol, port; /* port -1: all of the protocol */
	} items[PORTS_MAX];
	size_t count;
	bool open;      /* too many */
	bool of_opener; /* the opener's ports, not the listener's */
};

/* What a finding's packets have in common. */
struct packet_set {
	struct address_set initiators, responders;
	struct port_set ports;
	struct port_set listeners; /* beside the opener's; none where they are many */
	bool tagged;
	bool icmp, icmp6; /* ICMP errors refused them */
	bool either_end;  /* one end is enough: the opener has no address yet, and its answers name it nowhere
			   */
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

/* WAY: "src ", "dst ", or "" for either. */
static void write_host(struct strbuf *buf, const struct addr *address, const char *way)
{
	struct addr plain = *address;
	char text[ADDR_TEXT_MAX];

	plain.scope_kind = ADDR_SCOPE_NONE;
	plain.scope = 0;
	addr_format(&plain, text);
	if (plain.family == ADDR_MAC)
		strbuf_addf(buf, "ether %s%s", *way ? way : "host ", text + sizeof("mac:") - 1);
	else
		strbuf_addf(buf, "%s%s %s", way, plain.prefix ? "net" : "host", text);
}

static void add_port(struct port_set *set, int32_t protocol, int32_t port)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->items[i].protocol == protocol && set->items[i].port == port)
			return;
	if (set->count == PORTS_MAX) {
		set->open = true;
		return;
	}
	set->items[set->count].protocol = protocol;
	set->items[set->count++].port = port;
}

/* Hosts in parentheses where there are several; nothing for an end that is not named. */
static void write_set(struct strbuf *buf, const struct address_set *set, bool alone, const char *way)
{
	strbuf_add(buf, set->count > 1 && alone ? "(" : "");
	for (size_t i = 0; i < set->count; i++) {
		strbuf_add(buf, i > 0 ? " or " : "");
		write_host(buf, &set->items[i], way);
	}
	strbuf_add(buf, set->count > 1 && alone ? ")" : "");
}

static bool is_named(const struct address_set *set)
{
	return !set->open && set->count > 0;
}

static void write_hosts(struct strbuf *buf, const struct address_set *set, const char *way)
{
	if (!is_named(set))
		return;
	write_set(buf, set, true, way);
	strbuf_add(buf, " and ");
}

static void write_ends(struct strbuf *buf, const struct packet_set *packets)
{
	if (!packets->either_end) {
		write_hosts(buf, &packets->initiators, "");
		write_hosts(buf, &packets->responders, "");
	} else if (is_named(&packets->initiators) && is_named(&packets->responders)) {
		strbuf_add(buf, "(");
		write_set(buf, &packets->initiators, false, "");
		strbuf_add(buf, " or ");
		write_set(buf, &packets->responders, false, "");
		strbuf_add(buf, ") and ");
	}
}

static bool has_ports(int32_t protocol)
{
	return protocol == PROTO_TCP || protocol == PROTO_UDP || protocol == PROTO_SCTP;
}

static void write_protocol(struct strbuf *buf, int32_t protocol, int32_t port, const char *way)
{
	char name[16];

	if (has_ports(protocol)) {
		strbuf_add(buf, protocol_name((uint8_t)protocol, name));
		if (port >= 0)
			strbuf_addf(buf, " %sport %d", way, (int)port);
	} else if (protocol == PROTO_ICMP || protocol == PROTO_ICMP6) {
		strbuf_add(buf, protocol == PROTO_ICMP ? "icmp" : "icmp6");
	} else if (protocol >= 0) {
		strbuf_addf(buf, "(ip proto %d or ip6 proto %d)", (int)protocol, (int)protocol);
	} else {
		strbuf_add(buf, "(ip or ip6)");
	}
}

static void write_ports(struct strbuf *buf, int32_t protocol, const struct port_set *set, const char *way)
{
	if (set->open || set->count == 0) {
		write_protocol(buf, protocol, -1, "");
		return;
	}
	strbuf_add(buf, set->count > 1 ? "(" : "");
	for (size_t i = 0; i < set->count; i++) {
		strbuf_add(buf, i > 0 ? " or " : "");
		write_protocol(buf, set->items[i].protocol, set->items[i].port, way);
	}
	strbuf_add(buf, set->count > 1 ? ")" : "");
}

/* The asked port, the ports that answers came from, and where it matters the opener's instead. */
static void add_ports(const struct audit_work *work, const struct audit_finding *finding,
		      const struct row_set *set, struct port_set *ports, struct port_set *listeners)
{
	uint16_t opener = set->count > 0 ? work_key(work, set->rows[0]).opener_port : 0;
	bool same_opener = opener != 0 && finding->reason == REASON_OPENED_FROM_SERVICE_PORT;
	struct port_names names = port_names_of(work, set);
	bool many = names.count < 2 && (finding->many_ports || (finding->protocol >= 0 && finding->port < 0));

	for (size_t i = 0; i < set->count; i++)
		same_opener &= work_key(work, set->rows[i]).opener_port == opener;
	ports->of_opener = same_opener;
	if (set->count == 0)
		add_port(ports, finding->protocol, finding->port);
	for (size_t i = 0; i < names.count; i++)
		add_port(same_opener ? listeners : ports, finding->protocol, names.ports[i]);
	for (size_t i = 0; i < set->count; i++) {
		const struct edge_key whole = work_key(work, set->rows[i]), *key = &whole;

		add_port(ports, key->protocol, same_opener ? opener : many ? -1 : key->responder_port);
	}
	for (size_t i = 0; i < set->count; i++) {
		const struct edge_key whole = work_key(work, set->rows[i]), *key = &whole;

		if (key->answered_from != 0 && !many)
			add_port(ports, key->protocol, key->answered_from);
	}
}

/* The groups that the opener of ROW, an answer, may have asked. */
static void add_asked_groups(const struct audit_work *work, const struct edge_row *row,
			     struct address_set *set)
{
	size_t at = rank_of_edge(work, &(struct edge_row){.key = {.initiator = row->key.initiator}});

	for (; at < work->row_count; at++) {
		const struct edge_row whole = work_row(work, work->order[at]), *asked = &whole;

		if (!addr_equal(&asked->key.initiator, &row->key.initiator))
			return;
		if (row_is_group(asked) && asked->key.protocol == row->key.protocol &&
		    asked->key.responder_port == row->key.responder_port)
			add_address(set, &asked->key.responder);
	}
}

static bool is_nameless(const struct addr *address)
{
	return address->family == ADDR_MAC || addr_is_unspecified(address);
}

/* Nothing but RST refuses TCP otherwise, and each is a packet. */
static bool is_refused_by_icmp(const struct edge_row *row)
{
	uint64_t refused = row->events[FLOW_REFUSED];

	return refused > 0 && (row->key.protocol != PROTO_TCP || row->packets[1] < refused);
}

static bool answers_group(const struct edge_row *row)
{
	return row->key.basis == DIRECTION_ANSWER && row->key.delivery != DELIVERY_UNICAST;
}

/* PREVIOUS, or NULL: the row before, whose groups are known already. */
static void add_row(const struct audit_work *work, const struct edge_row *row,
		    const struct edge_row *previous, struct packet_set *packets)
{
	add_address(&packets->initiators, &row->key.initiator);
	/* Who has no address yet is named by what it sends. */
	if (!row_is_group(row) || !is_nameless(&row->key.initiator))
		add_address(&packets->responders, &row->key.responder);
	packets->tagged |= row->vlan_count > 0;
	if (is_refused_by_icmp(row)) {
		packets->icmp |= row->key.initiator.family == ADDR_IPV4;
		packets->icmp6 |= row->key.initiator.family == ADDR_IPV6;
	}
	if (row->key.basis == DIRECTION_ANSWER && is_nameless(&row->key.initiator))
		packets->either_end = true;
	else if (answers_group(row) && !(previous && answers_group(previous) &&
					 addr_equal(&previous->key.initiator, &row->key.initiator)))
		add_asked_groups(work, row, &packets->responders);
}

/* Hosts on a tagged link need `vlan` before the rest applies. */
static const char *with_tags(struct audit_work *work, const char *plain, bool tagged)
{
	return tagged ? work_text(work, "(%s) or (vlan and (%s))", plain, plain) : plain;
}

/* ICMP errors are sent to the opener, by whoever is on the way. */
static const char *with_errors(struct audit_work *work, const char *plain, const struct packet_set *packets)
{
	struct strbuf buf = {0};

	if (!packets->icmp && !packets->icmp6)
		return plain;
	strbuf_addf(&buf, "(%s) or (", plain);
	write_hosts(&buf, &packets->initiators, "");
	strbuf_add(&buf, packets->icmp && packets->icmp6 ? "(icmp or icmp6))"
			 : packets->icmp                 ? "icmp)"
							 : "icmp6)");
	return work_take(work, &buf);
}

/* The same hosts may well talk the other way round as documented, which is not to be shown: who opened is
 * told by whose port it is. Not where a port or an end stays open. */
static bool tells_direction(const struct audit_finding *finding, const struct packet_set *packets)
{
	if (finding->kind != FINDING_WRONG_DIRECTION || packets->either_end || packets->ports.open ||
	    packets->ports.count == 0 || !is_named(&packets->initiators) || !is_named(&packets->responders))
		return false;
	for (size_t i = 0; i < packets->ports.count; i++)
		if (packets->ports.items[i].port < 0 || !has_ports(packets->ports.items[i].protocol))
			return false;
	return true;
}

static void write_listeners(struct strbuf *buf, int32_t protocol, const struct packet_set *packets,
			    const char *way)
{
	if (packets->listeners.count == 0)
		return;
	strbuf_add(buf, " and ");
	write_ports(buf, protocol, &packets->listeners, way);
}

/* From the opener to the listener, or back. */
static void write_directed(struct strbuf *buf, int32_t protocol, const struct packet_set *packets)
{
	const bool of_opener = packets->ports.of_opener;

	strbuf_add(buf, "(");
	write_hosts(buf, &packets->initiators, "src ");
	write_hosts(buf, &packets->responders, "dst ");
	write_ports(buf, protocol, &packets->ports, of_opener ? "src " : "dst ");
	write_listeners(buf, protocol, packets, "dst ");
	strbuf_add(buf, ") or (");
	write_hosts(buf, &packets->responders, "src ");
	write_hosts(buf, &packets->initiators, "dst ");
	write_ports(buf, protocol, &packets->ports, of_opener ? "dst " : "src ");
	write_listeners(buf, protocol, packets, "src ");
	strbuf_add(buf, ")");
}

const char *finding_filter(struct audit_work *work, const struct audit_finding *finding,
			   const struct row_set *set)
{
	struct packet_set packets = {0};
	struct edge_row previous = {0};
	struct strbuf buf = {0};

	if (set->count == 0) {
		add_address(&packets.initiators, &finding->initiator.address);
		add_address(&packets.responders, &finding->responder.address);
	}
	for (size_t i = 0; i < set->count; i++) {
		const struct edge_row row = work_row(work, set->rows[i]);

		add_row(work, &row, i > 0 ? &previous : NULL, &packets);
		previous = row;
	}
	add_ports(work, finding, set, &packets.ports, &packets.listeners);
	if (tells_direction(finding, &packets)) {
		write_directed(&buf, finding->protocol, &packets);
	} else {
		write_ends(&buf, &packets);
		write_ports(&buf, finding->protocol, &packets.ports, "");
	}
	return with_tags(work, with_errors(work, work_take(work, &buf), &packets), packets.tagged);
}

static void write_rule_ports(struct strbuf *buf, const struct matrix_rule *rule)
{
	char name[16];
	bool several = rule->port_count > 1 || rule->rule->protocol_count > 1, first = true;

	strbuf_add(buf, several ? "(" : "");
	for (size_t i = 0; i < rule->rule->protocol_count; i++) {
		uint8_t protocol = rule->rule->protocols[i];

		for (size_t j = 0; j < rule->port_count || j == 0; j++) {
			strbuf_add(buf, first ? "" : " or ");
			first = false;
			if (protocol == PROTO_ICMP) {
				strbuf_add(buf, "(icmp or icmp6)");
				break;
			}
			if (!has_ports(protocol) || rule->port_count == 0) {
				write_protocol(buf, protocol, -1, "");
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
	write_hosts(&buf, &hosts, "");
	write_rule_ports(&buf, rule);
	return work_take(work, &buf);
}
