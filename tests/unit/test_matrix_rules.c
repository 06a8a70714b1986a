#include "audit_testkit.h"
#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(matrix_rules, .timeout = 10);

static const char signature[] =
    "{'schema': 'tapaudit.signature/1', 'id': 'kit', 'vendor': 'v', 'product': 'p', 'revision': 1,\n"
    "'sources': [{'id': 's', 'title': 'S'}],\n"
    "'roles': [{'id': 'a', 'kind': 'product'}, {'id': 'b', 'kind': 'product'}],\n"
    "'modes': [{'id': 'm', 'values': ['on', 'off', 'auto'], 'default': 'auto'},\n"
    " {'id': 'n', 'values': ['x', 'y'], 'default': 'x'}],\n"
    "'parameters': [{'id': 'p', 'default': [10, [20, 29]], 'disputed': [15]}],\n"
    "'rules': [\n"
    "{'id': 'plain', 'proto': ['tcp'], 'from': ['a'], 'to': ['b'], 'ports': [1, '$p', [5, 6]], "
    "'disputed_ports': [7],\n"
    " 'source_ports': ['$p'], 'basis': 'implied', 'presence': {'level': 'required', 'when': {'m': "
    "['on']}}},\n"
    "{'id': 'moded', 'proto': ['udp'], 'from': ['a'], 'to': ['b'], 'ports': [1], 'reply': {'ports': [8, "
    "'$p']},\n"
    " 'when': {'m': ['on', 'auto'], 'n': ['x']}, 'basis': 'implied', 'presence': {'level': 'required'}},\n"
    "{'id': 'open', 'proto': ['udp'], 'from': ['a'], 'to': ['b'], 'ports': [[0, 65535]], 'basis': "
    "'implied'}]}";

static void check_ranges(const struct port_range *ranges, size_t count, const char *wanted)
{
	char text[128] = "";
	size_t length = 0;

	for (size_t i = 0; i < count; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%u-%u", i > 0 ? " " : "",
					   ranges[i].low, ranges[i].high);
	cr_expect_str_eq(text, wanted, "%s, not %s", text, wanted);
}

static const struct matrix_rule *open_rules(struct kit *kit, const char *settings)
{
	char site[512];

	(void)snprintf(
	    site, sizeof(site),
	    "{'schema': 'tapaudit.site/1', 'name': 'K', 'systems': [{'name': 'o', 'signature': 'kit',\n"
	    "'roles': {'a': ['10.0.0.1'], 'b': ['10.0.0.2']}%s}]}",
	    settings);
	kit_open(kit, ADDR_IPV4, signature, site);
	cr_assert_eq(matrix_system(kit->matrix, 0)->rule_count, 3);
	return matrix_system(kit->matrix, 0)->rules;
}

Test(matrix_rules, defaults)
{
	struct kit kit;
	const struct matrix_rule *rules = open_rules(&kit, "");

	for (size_t i = 0; i < 3; i++)
		cr_expect_eq(rules[i].index, i);
	check_ranges(rules[0].ports, rules[0].port_count, "1-1 10-10 20-29 5-6");
	check_ranges(rules[0].source_ports, rules[0].source_port_count, "10-10 20-29");
	check_ranges(rules[0].disputed, rules[0].disputed_count, "7-7 15-15");
	check_ranges(rules[0].reply_ports, rules[0].reply_port_count, "");
	check_ranges(rules[1].reply_ports, rules[1].reply_port_count, "8-8 10-10 20-29");
	check_ranges(rules[2].ports, rules[2].port_count, "0-65535");
	cr_expect(rules[0].allowed && rules[1].allowed && rules[2].allowed);
	cr_expect(!rules[0].required && rules[1].required && !rules[2].required);
	kit_close(&kit);
}

Test(matrix_rules, the_site_sets_parameters_and_modes)
{
	struct kit kit;
	const struct matrix_rule *rules =
	    open_rules(&kit, ", 'modes': {'m': 'on', 'n': 'y'}, 'parameters': {'p': [15, [40, 41]]}");

	check_ranges(rules[0].ports, rules[0].port_count, "1-1 15-15 40-41 5-6");
	check_ranges(rules[1].reply_ports, rules[1].reply_port_count, "8-8 15-15 40-41");
	cr_expect(rules[0].allowed && rules[0].required);
	cr_expect(!rules[1].allowed && !rules[1].required);
	kit_close(&kit);
}

Test(matrix_rules, what_the_site_expects)
{
	struct kit kit;
	const struct matrix_rule *rules = open_rules(
	    &kit, ", 'modes': {'m': 'off'}, 'expect': {'open': {'within': 7200}, 'moded': {'each': 'from'}}");

	cr_expect(rules[2].required && rules[2].presence->by_site);
	cr_expect_eq(rules[2].presence->within_sec, 7200);
	cr_expect(!rules[1].allowed && !rules[1].required);
	cr_expect(!rules[0].required);
	kit_close(&kit);
}
