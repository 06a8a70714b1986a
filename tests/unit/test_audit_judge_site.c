/* What stands when several systems, or the site's own rules, have something to say. */
#include "audit_testkit.h"
#include <criterion/criterion.h>

TestSuite(audit_judge_site, .timeout = 10);

struct judge_line {
	const char *row, *said;
};

static void judge_lines(const char *site, const struct judge_line *lines, size_t count)
{
	struct judge_result result;
	char text[KIT_TEXT_MAX];
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, site);
	for (size_t i = 0; i < count; i++) {
		kit_clear_ledger(&kit);
		kit_add(&kit, lines[i].row);
		kit_judge(&kit, &result);
		cr_expect_eq(result.edge_count, 1);
		kit_describe(&kit, &result, 0, text);
		cr_expect_str_eq(text, lines[i].said, "%s:\n  said \"%s\"\n  not  \"%s\"", lines[i].row, text,
				 lines[i].said);
		judge_clear(&result);
	}
	kit_close(&kit);
}

#define JUDGE(site, lines) judge_lines(site, lines, sizeof(lines) / sizeof(lines[0]))

#define SITE_HEAD "{'schema': 'tapaudit.site/1', 'name': 'Kit', 'local_networks': ['10.0.0.0/8'],\n"

Test(audit_judge_site, site_rules)
{
	static const char site[] = SITE_HEAD
	    "'systems': [{'name': 'one', 'signature': 'kit', 'roles': {'manager': ['10.0.0.1'], 'device': "
	    "['10.0.1.0/24'],\n"
	    " 'ldap': ['10.0.5.1']}}],\n"
	    "'site_rules': [\n"
	    " {'id': 'backup', 'proto': ['tcp'], 'from': ['10.0.9.9'], 'to': ['10.0.0.1'], 'ports': [10000], "
	    "'owner': 'o',\n"
	    "  'reason': 'r'},\n"
	    " {'id': 'again', 'proto': ['tcp'], 'from': 'any', 'to': ['10.0.0.1'], 'ports': [10000], "
	    "'owner': 'o',\n"
	    "  'reason': 'r'},\n"
	    " {'id': 'same', 'proto': ['tcp'], 'from': ['10.0.1.1'], 'to': ['10.0.0.1'], 'ports': [443], "
	    "'owner': 'o',\n"
	    "  'reason': 'r'},\n"
	    " {'id': 'anything',  'proto': ['udp'], 'from': ['10.0.9.9'], 'to': ['10.0.1.0/24'], 'opens': "
	    "'either',\n"
	    "  'owner': 'o', 'reason': 'r'},\n"
	    " {'id': 'wake', 'proto': ['udp'], 'from': ['10.0.0.1'], 'to': ['10.0.1.0/24'], 'ports': [9],\n"
	    "  'delivery': ['broadcast'], 'owner': 'o', 'reason': 'r'},\n"
	    " {'id': 'ptp', 'proto': ['udp'], 'from': ['10.0.0.1'], 'to': ['224.0.1.129'], 'ports': [319],\n"
	    "  'delivery': ['multicast'], 'owner': 'o', 'reason': 'r'},\n"
	    " {'id': 'files', 'proto': ['tcp'], 'from': ['10.0.9.9'], 'to': ['10.0.0.1'], 'ports': [21], "
	    "'owner': 'o',\n"
	    "  'reason': 'r'},\n"
	    " {'id': 'strangers', 'proto': ['tcp'], 'from': ['203.0.113.9'], 'to': ['10.0.7.7'], 'ports': "
	    "[25], 'owner': 'o',\n"
	    "  'reason': 'r'},\n"
	    " {'id': 'look', 'proto': ['icmp'], 'from': ['10.0.0.1'], 'to': ['10.0.9.9'], 'owner': 'o', "
	    "'reason': 'r'},\n"
	    " {'id': 'home', 'proto': ['tcp'], 'from': ['10.0.1.1'], 'to': ['10.0.9.9'], 'ports': [2000], "
	    "'owner': 'o',\n"
	    "  'reason': 'r'}]}";
	static const struct judge_line lines[] = {
	    {"tcp unbound:50000 > manager:10000", "site-documented - backup"},
	    {"tcp device:50000 > manager:10000", "site-documented - again"},

	    {"tcp unbound:50000 > manager:10001", "unexpected no-rule"},
	    {"tcp manager:50000 > unbound:10000", "unexpected no-rule"},
	    {"tcp unbound:50000 > manager:10000 basis=none", "inconclusive"},
	    {"tcp manager:10000 > unbound:50000 basis=none", "inconclusive"},
	    {"udp unbound:50000 > device:1", "site-documented - anything"},
	    {"udp device:50000 > unbound:2", "site-documented - anything"},
	    {"udp device:7000 > unbound:8000 basis=none", "site-documented - anything"},
	    {"udp/broadcast unbound:50000 > all:2", "out-of-scope -"},
	    {"udp/broadcast manager:50000 > all:9", "site-documented - wake"},
	    {"udp manager:50000 > device:9", "unexpected no-rule"},
	    {"udp/multicast manager:50000 > 224.0.1.129:319", "site-documented - ptp"},
	    {"udp/multicast manager:50000 > 224.0.1.130:319", "unexpected group-noise"},
	    {"udp/broadcast manager:50000 > device:9 basis=answer ev=answer out=0 in=1",
	     "site-documented - wake"},
	    {"tcp unbound:50001 > manager:51000 basis=child parent=21", "site-documented - files"},
	    {"tcp manager:20 > unbound:51000 basis=child parent=21", "site-documented - files"},
	    {"tcp manager:20 > unbound:51000 basis=child conf=unknown parent=21", "inconclusive"},
	    {"tcp stranger:50000 > 10.0.7.7:25", "site-documented - strangers"},
	    {"icmp manager > unbound:13/0", "site-documented - look"},
	    /* What a product documents comes first, and beats what may be either. */
	    {"tcp device:50000 > manager:443", "documented https turned | https turned"},
	    /* The one way round a session, the other way round the site's own rule: nothing left to doubt. */
	    {"tcp unbound:2000 > device:900 basis=none", "site-documented - home"},
	    {"tcp unbound:50000 > device:900 basis=none",
	     "inconclusive session initiator? | session from? uncertain"},
	};

	JUDGE(site, lines);
}

Test(audit_judge_site, a_sender_without_address_is_in_no_range)
{
	static const char site[] =
	    SITE_HEAD "'systems': [{'name': 'one', 'signature': 'kit', 'roles': {'manager': ['10.0.0.1'],\n"
		      "  'client': ['10.0.0.0/8'], 'device': ['0.0.0.0/8']}}]}";
	static const struct judge_line lines[] = {
	    {"udp/broadcast nobody:68 > all:67", "out-of-scope -"},
	    {"udp/broadcast 0.0.0.1:68 > all:67", "documented dhcp | dhcp"},
	    {"udp/broadcast unbound:68 > all:3487", "documented hello | hello"},
	};

	JUDGE(site, lines);
}

/* `icmp` stands for ICMPv6 too. */
Test(audit_judge_site, site_rules_over_ipv6)
{
	static const char site[] =
	    "{'schema': 'tapaudit.site/1', 'name': 'Kit', 'systems': [{'name': 'one', 'signature': 'kit',\n"
	    " 'roles': {'manager': ['fd00::1']}}], 'site_rules': [{'id': 'look', 'proto': ['icmp'], 'from': "
	    "['fd00::1'],\n"
	    " 'to': ['2001:db8::/32'], 'owner': 'o', 'reason': 'r'}]}";
	struct judge_result result;
	char text[KIT_TEXT_MAX];
	struct kit kit;

	kit_open(&kit, ADDR_IPV6, NULL, site);
	kit_add(&kit, "icmp manager > stranger:128/0");
	kit_judge(&kit, &result);
	cr_expect_str_eq(kit_describe(&kit, &result, 0, text), "site-documented - look");
	judge_clear(&result);
	kit_close(&kit);
}

/* The manager of the first system is a device of the second; 10.0.5.1 is known to the second alone. */
static const char two_systems[] =
    SITE_HEAD "'systems': [{'name': 'one', 'signature': 'kit', 'roles': {'manager': ['10.0.0.1'],\n"
	      "  'device': ['10.0.1.1'], 'agent': ['10.0.2.1'], 'box': ['10.0.3.3', '10.0.5.2']}},\n"
	      " {'name': 'two', 'signature': 'kit', 'modes': {'link': 'proxied'}, 'roles': {'device': "
	      "['10.0.0.1', '10.0.1.1'],\n"
	      "  'manager': ['10.0.5.1', '10.0.1.2'], 'box': ['10.0.2.1'], 'client': ['10.0.8.8'], "
	      "'primary': ['10.0.3.3'], 'ldap': "
	      "['10.0.5.2']}}]}";

Test(audit_judge_site, systems)
{
	static const struct judge_line lines[] = {
	    /* Verdict first: documented in one system is documented. */
	    {"tcp manager:50000 > device:443", "documented https | https"},
	    {"tcp ldap:50000 > manager:443", "documented 1/https | 1/https"},
	    /* Both systems document it: the first binds more ends, so it stands; it counts for both. */
	    {"udp manager:50000 > stranger:53", "documented dns responder? | dns to? + 1/dns to?"},
	    /* Mode-off in the second, documented with an assumed client in the first. */
	    {"tcp unbound:50000 > device:900", "documented session initiator? | session from?"},
	    /* A bound client sent round the proxy, in the second system only; in the first anybody may be a
	       client. */
	    {"tcp 10.0.8.8:50000 > manager:900", "unexpected mode-off 1/session"},
	    /* The first says no-rule, the second not-covered, which stands above it. */
	    {"tcp 10.0.2.1:50000 > stranger:80", "not-covered 1/"},
	    /* Equal verdicts: the second binds both ends. */
	    {"tcp manager:50000 > ldap:80", "unexpected no-rule 1/"},
	    /* Equal verdicts, equal ends: site-file order. */
	    {"tcp manager:50000 > stranger:80", "unexpected no-rule"},
	    {"tcp stranger:50000 > 10.0.5.1:80", "unexpected no-rule 1/"},
	    /* Mode-off in the second stands above not-covered in the first; so does wrong direction. */
	    {"tcp 10.0.3.3:50000 > ldap:3306", "unexpected mode-off 1/sync"},
	    {"tcp 10.0.5.2:50000 > 10.0.1.2:389", "wrong-direction opened-by-responder 1/ldap"},
	    /* The one way round in the first system, the other way round in the second. */
	    {"tcp manager:900 > 10.0.8.8:22 basis=none", "unexpected mode-off 1/session turned"},
	    {"tcp 10.0.1.1:50000 > stranger:80 ev=continued,stray in=0", "inconclusive stray"},
	    {"tcp ldap:50000 > stranger:80 ev=continued,stray in=0", "inconclusive 1/ stray"},
	};

	JUDGE(two_systems, lines);
}

Test(audit_judge_site, two_ways_in_two_systems)
{
	/* The tunnel goes from device to manager: in system one the one way, in system two the other. */
	static const char crossed[] =
	    SITE_HEAD "'systems': [{'name': 'one', 'signature': 'kit', 'roles': {'manager': ['10.0.0.1'],\n"
		      "  'device': ['10.0.1.1']}},\n"
		      " {'name': 'two', 'signature': 'kit', 'roles': {'device': ['10.0.0.1'], 'manager': "
		      "['10.0.1.1']}}]}";
	static const struct judge_line lines[] = {
	    {"47 device > manager basis=none",
	     "documented tunnel | tunnel uncertain + 1/tunnel turned uncertain"},
	    {"47 device > manager", "documented tunnel | tunnel"},
	    {"47 manager > device", "documented 1/tunnel | 1/tunnel"},
	};

	JUDGE(crossed, lines);
}

Test(audit_judge_site, parameters_and_bound_people)
{
	static const char site[] = SITE_HEAD
	    "'systems': [{'name': 'one', 'signature': 'kit', 'parameters': {'session': [[910, 911]], 'log': "
	    "[4154]},\n"
	    " 'roles': {'manager': ['10.0.0.1'], 'device': ['10.0.1.1'], 'client': ['10.0.8.0/24'],\n"
	    "  'dns': ['10.0.5.1']}}]}";
	static const struct judge_line lines[] = {
	    {"tcp 10.0.8.1:50000 > device:911", "documented session | session"},
	    {"tcp 10.0.8.1:50000 > device:900", "unexpected no-rule"},
	    {"tcp unbound:50000 > device:911", "unexpected unknown-peer session"},
	    {"udp device:50000 > manager:4154 in=0", "documented log | log"},
	    {"udp device:50000 > manager:4514", "unexpected no-rule"},
	    {"udp device:50000 > ldap:53", "documented dns | dns"},
	    {"udp device:50000 > stranger:53", "unexpected unknown-listener dns"},
	    {"tcp device:50000 > 10.0.8.1:911", "wrong-direction opened-by-responder session"},
	    {"tcp device:911 > 10.0.8.1:50000", "wrong-direction opened-from-service-port session"},
	    /* Neither end is a product's, yet the product documents it. */
	    {"tcp 10.0.8.1:50000 > ldap:5353", "documented people | people"},
	    {"tcp ldap:50000 > 10.0.8.1:5353", "wrong-direction opened-by-responder people"},
	    {"tcp unbound:50000 > ldap:5353", "out-of-scope -"},
	    {"udp/broadcast 10.0.8.1:3487 > all:3487", "documented hello | hello"},
	};

	JUDGE(site, lines);
}

Test(audit_judge_site, rows_keep_their_order_and_matches_theirs)
{
	struct judge_result result;
	char text[KIT_TEXT_MAX];
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, NULL);
	kit_add(&kit, "tcp manager:50000 > ldap:389");
	kit_add(&kit, "tcp device:50000 > manager:443");
	kit_add(&kit, "tcp manager:50000 > device:443");
	kit_judge(&kit, &result);
	cr_assert_eq(result.edge_count, 3);
	for (size_t i = 0; i < 3; i++)
		cr_expect_eq(result.edges[i].row, i);
	cr_assert_eq(result.match_count, 3);
	cr_expect_str_eq(kit_describe(&kit, &result, 0, text), "documented https | https");
	cr_expect_str_eq(kit_describe(&kit, &result, 1, text), "documented ldap | ldap");
	cr_expect_str_eq(kit_describe(&kit, &result, 2, text), "documented https turned | https turned");
	cr_expect_eq(result.matches[0].rule, 2);
	cr_expect_eq(result.matches[0].row, 0);
	cr_expect_eq(result.matches[1].rule, 2);
	cr_expect_eq(result.matches[1].row, 2);
	cr_expect_eq(result.matches[2].rule, 5);
	judge_clear(&result);
	kit_close(&kit);
}

/* A stray that ends a bucket after it was taken up is one all the same. */
Test(audit_judge_site, a_stray_over_a_bucket_end)
{
	struct judge_result result;
	char text[KIT_TEXT_MAX];
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, NULL);
	kit_add(&kit, "tcp stranger:50000 > device:80 ev=continued in=0");
	kit.time_ns += BUCKET_SEC * NSEC_PER_SEC;
	kit_add(&kit, "tcp stranger:50000 > device:80 ev=stray in=0 out=0");
	kit_judge(&kit, &result);
	cr_assert_eq(result.edge_count, 2);
	cr_expect_str_eq(kit_describe(&kit, &result, 0, text), "inconclusive stray");
	cr_expect_str_eq(kit_describe(&kit, &result, 1, text), "inconclusive stray");
	judge_clear(&result);

	kit_clear_ledger(&kit);
	kit_add(&kit, "tcp stranger:50000 > device:80 ev=continued,continued in=0");
	kit.time_ns += BUCKET_SEC * NSEC_PER_SEC;
	kit_add(&kit, "tcp stranger:50000 > device:80 ev=stray in=0 out=0");
	kit_judge(&kit, &result);
	cr_expect_str_eq(kit_describe(&kit, &result, 0, text), "unexpected no-rule");
	judge_clear(&result);
	kit_close(&kit);
}
