/* Hosts, ports, roles and modes in words, for messages and reasons. */
#include "work.h"

enum { ICMP_CODES = 256 };

/* "kvm-manager (10.0.0.5, manager)", "10.0.0.9 (ldap)", "10.0.0.9" */
const char *end_text(struct audit_work *work, const struct audit_end *end)
{
	char address[ADDR_TEXT_MAX];
	struct strbuf buf = {0};
	bool inside = false;

	addr_format(&end->address, address);
	if (end->address.family == ADDR_NONE)
		return "many hosts";
	strbuf_add(&buf, end->name ? end->name : address);
	if (end->name) {
		strbuf_addf(&buf, " (%s", address);
		inside = true;
	}
	for (size_t i = 0; i < end->roles.count; i++) {
		strbuf_addf(&buf, "%s%s", inside ? ", " : " (", end->roles.items[i]);
		inside = true;
	}
	strbuf_add(&buf, inside ? ")" : "");
	return work_take(work, &buf);
}

const char *protocol_text(struct audit_work *work, int32_t protocol)
{
	switch (protocol) {
	case PROTO_TCP: return "TCP";
	case PROTO_UDP: return "UDP";
	case PROTO_SCTP: return "SCTP";
	case PROTO_ICMP: return "ICMP";
	case PROTO_ICMP6: return "ICMPv6";
	default: return work_text(work, "IP protocol %d", (int)protocol);
	}
}

/* "TCP port 389", "ICMP type 8 code 0", "several TCP ports" */
const char *port_text(struct audit_work *work, int32_t protocol, int32_t port)
{
	const char *name = protocol_text(work, protocol);

	if (protocol == PROTO_ICMP || protocol == PROTO_ICMP6)
		return port < 0 ? work_text(work, "%s messages", name)
				: work_text(work, "%s type %d code %d", name, port / ICMP_CODES,
					    port % ICMP_CODES);
	if (protocol < 0 || !protocol_has_ports((uint8_t)protocol))
		return name;
	if (port < 0)
		return work_text(work, "%s %s ports", port == PORT_MANY ? "many" : "several", name);
	return work_text(work, "%s port %d", name, (int)port);
}

const char *roles_text(struct audit_work *work, const struct signature *signature, uint64_t roles, bool any)
{
	size_t left = (size_t)__builtin_popcountll(roles), shown = 0;
	struct strbuf buf = {0};

	if (any)
		return "any host";
	for (size_t i = 0; i < signature->role_count; i++) {
		if (!(roles >> i & 1))
			continue;
		left--;
		strbuf_addf(&buf, "%s%s",
			    shown == 0  ? ""
			    : left == 0 ? " or "
					: ", ",
			    signature->roles[i].id);
		shown++;
	}
	return work_take(work, &buf);
}

/* "mode replication is off"; of the first condition that fails. */
const char *mode_text(struct audit_work *work, const struct matrix_system *system,
		      const struct matrix_rule *rule)
{
	const struct mode_condition_list *when = &rule->rule->when;

	for (size_t i = 0; i < when->count; i++) {
		size_t mode = when->items[i].mode, value = system->site->mode_values[mode];

		if (!(when->items[i].values >> value & 1))
			return work_text(work, "mode %s is %s", system->signature->modes[mode].id,
					 system->signature->modes[mode].values[value]);
	}
	return "its mode is off";
}

/* "TCP 443, 8443", "TCP and UDP 4514", "ICMP" */
const char *ports_text(struct audit_work *work, const struct matrix_rule *rule)
{
	struct strbuf buf = {0};

	for (size_t i = 0; i < rule->rule->protocol_count; i++)
		strbuf_addf(&buf, "%s%s", i > 0 ? " and " : "",
			    protocol_text(work, rule->rule->protocols[i]));
	for (size_t i = 0; i < rule->port_count; i++) {
		strbuf_add(&buf, i == 0 ? " " : ", ");
		if (rule->ports[i].low == rule->ports[i].high)
			strbuf_addf(&buf, "%u", rule->ports[i].low);
		else
			strbuf_addf(&buf, "%u-%u", rule->ports[i].low, rule->ports[i].high);
	}
	return work_take(work, &buf);
}

const char *count_text(struct audit_work *work, uint64_t count, const char *one, const char *many)
{
	return work_text(work, "%llu %s", (unsigned long long)count, count == 1 ? one : many);
}
