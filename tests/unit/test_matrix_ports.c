#include "audit_testkit.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(matrix_ports, .timeout = 10);

/* "discovery tftp": the candidates' ids. */
static void check(struct kit *kit, uint8_t protocol, uint16_t port, const char *wanted)
{
	char text[256] = "";
	size_t count, length = 0;
	const size_t *rules = matrix_candidates(kit->matrix, 0, protocol, port, &count);

	for (size_t i = 0; i < count; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s", i > 0 ? " " : "",
					   matrix_system(kit->matrix, 0)->rules[rules[i]].rule->id);
	cr_expect_str_eq(text, wanted, "%u/%u: %s, not %s", protocol, port, text, wanted);
}

Test(matrix_ports, candidates)
{
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, NULL);
	check(&kit, PROTO_TCP, 389, "ldap");
	check(&kit, PROTO_TCP, 388, "");
	check(&kit, PROTO_TCP, 390, "");
	check(&kit, PROTO_TCP, 0, "");
	check(&kit, PROTO_TCP, 65535, "dynamic");
	check(&kit, PROTO_TCP, 899, "");
	check(&kit, PROTO_TCP, 900, "session proxy");
	check(&kit, PROTO_TCP, 902, "session proxy");
	check(&kit, PROTO_TCP, 903, "");
	check(&kit, PROTO_TCP, 4514, "log");
	/* Disputed and reply ports count, and rules over all ports. */
	check(&kit, PROTO_TCP, 4154, "log");
	check(&kit, PROTO_TCP, 4515, "log");

	check(&kit, PROTO_UDP, 4154, "log notify");
	check(&kit, PROTO_UDP, 3080, "discovery fallback notify");
	check(&kit, PROTO_UDP, 3081, "fallback notify");
	check(&kit, PROTO_UDP, 0, "notify");
	check(&kit, PROTO_UDP, 65535, "notify");
	check(&kit, 47, 0, "tunnel");
	check(&kit, PROTO_ICMP, 8 * 256, "ping");
	check(&kit, PROTO_ICMP, 8 * 256 + 1, "");
	check(&kit, PROTO_ICMP6, 128 * 256, "ping");
	check(&kit, PROTO_ICMP6, 128 * 256 + 255, "ping");
	check(&kit, PROTO_ICMP6, 129 * 256, "");
	check(&kit, PROTO_ICMP6, 8 * 256, "");
	check(&kit, PROTO_SCTP, 443, "");
	kit_close(&kit);
}

/* The index against the plain meaning, for every port. */
Test(matrix_ports, the_index_misses_nothing)
{
	static const uint8_t protocols[] = {PROTO_TCP, PROTO_UDP};
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, NULL);
	for (size_t p = 0; p < sizeof(protocols); p++) {
		const struct matrix_system *system = matrix_system(kit.matrix, 0);

		for (uint32_t port = 0; port <= 65535; port++) {
			size_t count, at = 0;
			const size_t *found =
			    matrix_candidates(kit.matrix, 0, protocols[p], (uint16_t)port, &count);

			for (size_t i = 0; i < system->rule_count; i++) {
				const struct matrix_rule *rule = &system->rules[i];
				uint16_t number = (uint16_t)port;
				bool speaks =
				    rule->port_count == 0 ||
				    port_in_ranges(number, rule->ports, rule->port_count) ||
				    port_in_ranges(number, rule->reply_ports, rule->reply_port_count) ||
				    port_in_ranges(number, rule->disputed, rule->disputed_count);

				if (rule_names_protocol(rule->rule, protocols[p]) && speaks)
					cr_assert(at < count && found[at++] == i, "rule %zu at port %u", i,
						  port);
			}
			cr_assert_eq(at, count);
		}
	}
	kit_close(&kit);
}

Test(matrix_ports, words_about_protocols)
{
	const struct matrix_system *system;
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, NULL);
	system = matrix_system(kit.matrix, 0);
	cr_expect(protocol_has_ports(PROTO_TCP) && protocol_has_ports(PROTO_UDP) &&
		  protocol_has_ports(PROTO_SCTP));
	cr_expect_not(protocol_has_ports(PROTO_ICMP) || protocol_has_ports(PROTO_ICMP6) ||
		      protocol_has_ports(47));
	cr_expect(rule_names_protocol(system->rules[11].rule, PROTO_ICMP));
	cr_expect(rule_names_protocol(system->rules[11].rule, PROTO_ICMP6));
	cr_expect_not(rule_names_protocol(system->rules[11].rule, PROTO_TCP));
	cr_expect(rule_names_icmp(system->rules[11].rule, PROTO_ICMP, 2048));
	cr_expect_not(rule_names_icmp(system->rules[11].rule, PROTO_ICMP, 2049));
	cr_expect_not(rule_names_icmp(system->rules[11].rule, PROTO_ICMP6, 2048));
	cr_expect(rule_names_icmp(system->rules[11].rule, PROTO_ICMP6, 128 * 256 + 9));
	kit_close(&kit);
}
