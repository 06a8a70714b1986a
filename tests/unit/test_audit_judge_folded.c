/* Rows that memory pressure folded: certain of all hosts behind them, or nothing. */
#include "audit_testkit.h"
#include <criterion/criterion.h>

TestSuite(audit_judge_folded, .timeout = 10);

/* The ledger's only edge is folded so, as a flood would do it, its hosts left as they are. */
static void fold_by_hand(struct kit *kit, enum ledger_fold fold)
{
	struct edge_row edge = ledger_edge(kit->ledger, 0);
	struct host_row hosts[2];
	size_t count = ledger_host_count(kit->ledger);

	cr_assert_leq(count, 2);
	for (size_t i = 0; i < count; i++)
		hosts[i] = ledger_host(kit->ledger, i);
	kit_clear_ledger(kit);
	edge.key.fold = (uint8_t)fold;
	ledger_add_edge(kit->ledger, &edge);
	for (size_t i = 0; i < count; i++)
		ledger_add_host(kit->ledger, &hosts[i]);
	ledger_sort(kit->ledger);
}

/* What a folded row of the ledger looks like, without a flood: rows are made by hand and judged one by one.
 */
static char *judge_folded_row(struct kit *kit, const char *row, enum ledger_fold fold, char out[KIT_TEXT_MAX])
{
	struct flow_delta delta = kit_delta(kit, row);
	struct judge_result result;

	kit_clear_ledger(kit);
	if (fold == FOLD_PREFIX) {
		if (!addr_is_group(&delta.initiator))
			delta.initiator = addr_fold(&delta.initiator, kit->family == ADDR_IPV4 ? 24 : 64);
		if (!addr_is_group(&delta.responder))
			delta.responder = addr_fold(&delta.responder, kit->family == ADDR_IPV4 ? 24 : 64);
	}
	delta.initiator_port = 0;
	ledger_add_delta(kit->ledger, kit->sensor, &delta);
	fold_by_hand(kit, fold);
	kit_judge(kit, &result);
	cr_assert_eq(result.edge_count, 1);
	kit_describe(kit, &result, 0, out);
	judge_clear(&result);
	return out;
}

struct folded_line {
	enum ledger_fold fold;
	const char *row, *said;
};

static void judge_lines(const char *site, const struct folded_line *lines, size_t count)
{
	static const uint8_t families[] = {ADDR_IPV4, ADDR_IPV6};
	char text[KIT_TEXT_MAX];
	struct kit kit;

	for (size_t family = 0; family < 2; family++) {
		kit_open(&kit, families[family], NULL, site);
		for (size_t i = 0; i < count; i++) {
			judge_folded_row(&kit, lines[i].row, lines[i].fold, text);
			cr_expect_str_eq(text, lines[i].said, "IPv%d %s:\n  said \"%s\"\n  not  \"%s\"",
					 families[family], lines[i].row, text, lines[i].said);
		}
		kit_close(&kit);
	}
}

#define JUDGE(site, lines) judge_lines(site, lines, sizeof(lines) / sizeof(lines[0]))

/* Whole networks are bound, and no MAC, so that a prefix can be certain. */
static const char networks[] =
    "{'schema': 'tapaudit.site/1', 'name': 'Kit', 'local_networks': ['10.0.0.0/8', 'fd00::/8'],\n"
    "'systems': [{'name': 'one', 'signature': 'kit', 'roles': {\n"
    " 'manager': ['10.0.0.0/24', 'fd00::/64'], 'device': ['10.0.1.0/24', 'fd00:1::/64'],\n"
    " 'agent': ['10.0.2.1', 'fd00:2::1'], 'ldap': ['10.0.5.0/24', 'fd00:5::/64']}}]}";

Test(audit_judge_folded, prefixes)
{
	static const struct folded_line lines[] = {
	    {FOLD_PREFIX, "tcp manager > ldap:389", "documented ldap folded | ldap folded"},
	    {FOLD_PREFIX, "tcp device > manager:443", "documented https turned folded | https turned folded"},
	    {FOLD_PREFIX, "tcp unbound > device:900",
	     "documented session initiator? folded | session from? folded"},
	    {FOLD_PREFIX, "udp device > stranger:53", "documented dns responder? folded | dns to? folded"},

	    /* Nothing is ever held against a folded row. */
	    {FOLD_PREFIX, "tcp ldap > manager:389", "inconclusive folded"},
	    {FOLD_PREFIX, "tcp stranger > manager:8080", "inconclusive folded"},
	    {FOLD_PREFIX, "tcp stranger > unbound:443", "out-of-scope - folded"},
	    {FOLD_PREFIX, "udp/broadcast manager > all:9999", "inconclusive folded"},
	    {FOLD_PREFIX, "udp/broadcast unbound > all:9999", "out-of-scope - folded"},
	    /* The opener's port is gone, and where an answer came from. */
	    {FOLD_PREFIX, "udp manager > device:3080 basis=answer ev=answer out=0 in=1",
	     "inconclusive folded | discovery uncertain folded"},

	    {FOLD_PREFIX, "udp device > unbound:67",
	     "inconclusive folded | dhcp uncertain folded + notify uncertain folded"},
	    {FOLD_PREFIX, "udp manager > device:3081 basis=answer ev=answer out=0 in=1",
	     "inconclusive folded | fallback uncertain folded"},
	    /* One host of the network is an agent; the others may be anything. */
	    {FOLD_PREFIX, "tcp agent > stranger:80", "inconclusive folded"},
	    {FOLD_PREFIX, "tcp manager > agent:8443", "inconclusive folded | guess uncertain folded"},
	};

	JUDGE(networks, lines);
}

Test(audit_judge_folded, any_end)
{
	static const struct folded_line lines[] = {
	    {FOLD_RESPONDERS, "47 device > any", "inconclusive folded | tunnel uncertain folded"},
	    {FOLD_RESPONDERS, "47 manager > any", "inconclusive folded"},
	    {FOLD_RESPONDERS, "47 stranger > any", "out-of-scope - folded"},
	    {FOLD_RESPONDERS, "tcp manager > any",
	     "inconclusive folded | https uncertain folded + proxy uncertain folded + ldap uncertain folded "
	     "+ guess "
	     "uncertain folded"},
	    {FOLD_RESPONDERS, "tcp stranger > any",
	     "out-of-scope - folded | session uncertain folded + ssh uncertain folded + people uncertain "
	     "folded"},

	    {FOLD_INITIATORS, "tcp any > manager:22", "inconclusive folded | ssh uncertain folded"},
	    {FOLD_INITIATORS, "tcp any > ldap:389", "out-of-scope - folded | ldap uncertain folded"},
	    {FOLD_INITIATORS, "tcp any > stranger:25", "out-of-scope - folded"},
	    {FOLD_BOTH, "47 any > any", "out-of-scope - folded | tunnel uncertain folded"},
	};

	JUDGE(networks, lines);
}

/* Where a MAC is bound, any address may be its host. */
Test(audit_judge_folded, a_bound_mac_makes_prefixes_doubtful)
{
	static const struct folded_line lines[] = {
	    {FOLD_PREFIX, "47 stranger > manager", "inconclusive folded | tunnel uncertain folded"},
	};

	JUDGE(NULL, lines);
}

/* It is enough to say once that a rule may have rows behind a fold. */
Test(audit_judge_folded, each_rule_is_touched_once)
{
	struct judge_result result;
	struct flow_delta delta;
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, networks);
	for (unsigned i = 0; i < 3; i++) {
		delta = kit_delta(&kit, "47 device > any");
		delta.initiator.bytes[3] = (uint8_t)(10 + i);
		ledger_add_delta(kit.ledger, kit.sensor, &delta);
	}
	kit_judge(&kit, &result);
	cr_expect_eq(result.edge_count, 3);
	cr_assert_eq(result.match_count, 1);
	cr_expect(result.matches[0].folded && result.matches[0].uncertain);
	cr_expect_eq(result.matches[0].row, 0);
	cr_expect_eq(result.matches[0].rule, 12);
	judge_clear(&result);
	kit_close(&kit);
}
