/* Every verdict, reason and condition of design section 5's table, one row a line, under IPv4 and IPv6. */
#include "audit_testkit.h"
#include <criterion/criterion.h>

TestSuite(audit_judge, .timeout = 10);

enum { BOTH, ONLY_IPV4, ONLY_IPV6 };

struct judge_line {
	const char *row, *said;
	int families;
};

static void judge_line(struct kit *kit, const struct judge_line *line)
{
	struct judge_result result;
	char text[KIT_TEXT_MAX];

	kit_clear_ledger(kit);
	kit_add(kit, line->row);
	kit_judge(kit, &result);
	cr_expect_eq(result.edge_count, 1);
	kit_describe(kit, &result, 0, text);
	cr_expect_str_eq(text, line->said, "IPv%d %s:\n  said \"%s\"\n  not  \"%s\"", kit->family, line->row,
			 text, line->said);
	judge_clear(&result);
}

static void judge_lines(const char *site, const struct judge_line *lines, size_t count)
{
	static const uint8_t families[] = {ADDR_IPV4, ADDR_IPV6};

	for (size_t family = 0; family < 2; family++) {
		struct kit kit;

		kit_open(&kit, families[family], NULL, site);
		for (size_t i = 0; i < count; i++)
			if (lines[i].families == BOTH ||
			    lines[i].families == (family == 0 ? ONLY_IPV4 : ONLY_IPV6))
				judge_line(&kit, &lines[i]);
		kit_close(&kit);
	}
}

#define JUDGE(site, lines) judge_lines(site, lines, sizeof(lines) / sizeof(lines[0]))

Test(audit_judge, documented)
{
	static const struct judge_line lines[] = {
	    {"tcp manager:50000 > ldap:389", "documented ldap | ldap", BOTH},
	    {"tcp primary:50000 > ldap:389", "documented ldap | ldap", BOTH},
	    {"tcp manager:50000 > ldap:389 basis=ports", "documented ldap | ldap", BOTH},
	    {"tcp manager:50000 > ldap:389 ev=opened,expired in=0", "documented ldap | ldap", BOTH},
	    {"tcp manager:50000 > device:443", "documented https | https", BOTH},
	    {"tcp device:50000 > manager:443", "documented https turned | https turned", BOTH},
	    {"tcp device:50000 > primary:443", "documented https turned | https turned", BOTH},
	    {"tcp unbound:50000 > device:900", "documented session initiator? | session from?", BOTH},
	    {"tcp stranger:50000 > device:902", "documented session initiator? | session from?", BOTH},
	    {"tcp ldap:50000 > device:901", "documented session initiator? | session from?", BOTH},
	    {"tcp admin:50000 > manager:22", "documented ssh | ssh", BOTH},
	    {"udp device:50000 > unbound:53", "documented dns responder? | dns to?", BOTH},
	    {"udp device:50000 > stranger:53", "documented dns responder? | dns to?", BOTH},
	    {"icmp stranger > manager:8/0", "documented ping | ping", ONLY_IPV4},
	    {"icmp ldap > device:128/7", "documented ping | ping", ONLY_IPV6},
	    {"47 device > manager", "documented tunnel | tunnel", BOTH},
	    {"udp device:68 > unbound:67", "documented dhcp responder? | dhcp to?", BOTH},
	    {"udp device:3487 > unbound:60000", "documented notify responder? | notify to?", BOTH},
	    {"tcp device:50000 > ldap:50001", "documented dynamic | dynamic", BOTH},
	    {"tcp device:39000 > ldap:50001", "documented dynamic | dynamic", BOTH},
	    {"tcp device:1000 > ldap:50001", "unexpected no-rule", BOTH},
	    {"tcp device:50000 > unbound:7777", "documented mirror responder? | mirror to?", BOTH},
	    {"tcp unbound:50000 > device:7777", "documented mirror turned initiator? | mirror turned to?",
	     BOTH},
	    {"tcp device:50000 > manager:4514", "documented log | log", BOTH},

	};

	JUDGE(NULL, lines);
}

Test(audit_judge, groups_stand_for_roles_of_documented_rules)
{
	static const struct judge_line lines[] = {
	    {"udp/broadcast manager:3080 > all:3080", "documented discovery | discovery", BOTH},
	    {"udp/broadcast manager:3080 > all:3080 basis=none", "documented discovery | discovery", BOTH},
	    {"udp/broadcast manager:50000 > all:3081 basis=none", "documented fallback | fallback", BOTH},

	    {"udp/broadcast device:7090 > all:7090", "documented announce turned | announce turned", BOTH},
	    {"udp device:50000 > manager:7090", "unexpected no-rule", BOTH},

	    {"udp/broadcast device:3080 > all:3080", "documented discovery turned | discovery turned", BOTH},
	    {"udp/broadcast device:68 > net:67", "documented dhcp | dhcp", BOTH},
	    {"udp/broadcast unbound:3487 > all:3487", "out-of-scope -", BOTH},
	    {"udp/broadcast unbound:3080 > all:3080", "out-of-scope -", BOTH},
	    {"udp/broadcast unbound:3080 > net:3080", "out-of-scope -", BOTH},
	    {"udp/multicast ldap:5353 > all:5353", "out-of-scope -", BOTH},
	    {"udp/multicast manager:3080 > all:3080", "unexpected group-noise", BOTH},
	    {"udp/multicast manager:5353 > all:5353", "unexpected group-noise", BOTH},
	    {"udp/broadcast device:138 > net:138", "unexpected group-noise", BOTH},
	    {"udp/broadcast device:50000 > all:3081", "unexpected group-noise", BOTH},
	    {"udp/multicast box:5353 > all:5353", "not-covered", BOTH},
	    /* A cluster's link-layer group address is one host's to TCP. */
	    {"tcp/multicast device:50000 > manager:443 basis=handshake",
	     "documented https turned | https turned", BOTH},
	    {"tcp/multicast unbound:50000 > manager:8080 basis=handshake", "unexpected no-rule", BOTH},
	    {"tcp/broadcast device:50000 > all:443 basis=handshake", "unexpected group-noise", BOTH},
	};

	JUDGE(NULL, lines);
}

Test(audit_judge, answers_take_the_verdict_of_their_question)
{
	static const struct judge_line lines[] = {
	    {"udp manager:3080 > device:3080 basis=answer ev=answer out=0 in=1",
	     "documented discovery | discovery", BOTH},
	    {"udp manager:50000 > device:3081 basis=answer ev=answer from=3080 out=0 in=1",
	     "documented fallback | fallback", BOTH},
	    {"udp device:50000 > manager:69 basis=answer ev=answer from=2048 out=0 in=1",
	     "documented tftp | tftp", BOTH},
	    {"udp/broadcast manager:3080 > device:3080 basis=answer ev=answer out=0 in=1",
	     "documented discovery | discovery", BOTH},
	    {"udp unbound:3487 > device:3487 basis=answer ev=answer out=0 in=1",
	     "documented hello initiator? | hello from?", BOTH},
	    {"udp manager:3080 > unbound:3080 basis=answer ev=answer out=0 in=1",
	     "unexpected unknown-listener discovery", BOTH},
	    {"udp/broadcast manager:3080 > unbound:3080 basis=answer ev=answer out=0 in=1",
	     "unexpected unknown-listener discovery", BOTH},
	    {"udp/multicast manager:5353 > unbound:5353 basis=answer ev=answer out=0 in=1",
	     "unexpected group-noise", BOTH},
	    {"udp/broadcast manager:50000 > unbound:7070 basis=answer ev=answer out=0 in=1",
	     "unexpected unknown-listener query", BOTH},

	    {"udp stranger:3080 > device:3080 basis=answer ev=answer out=0 in=1",
	     "unexpected unknown-peer discovery", BOTH},
	    {"udp/multicast stranger:1900 > device:1900 basis=answer ev=answer out=0 in=1",
	     "unexpected no-rule", BOTH},
	    {"udp manager:50000 > device:3081 basis=answer conf=likely ev=answer from=3080 out=0 in=1",
	     "documented fallback | fallback", BOTH},
	};

	JUDGE(NULL, lines);
}

Test(audit_judge, reply_ports)
{
	static const struct judge_line lines[] = {
	    {"udp manager:50000 > device:3081 in=0", "documented fallback | fallback", BOTH},
	    {"udp manager:50000 > device:3081 ev=opened,expired in=0", "documented fallback | fallback",
	     BOTH},
	    {"udp manager:50000 > device:3081", "unexpected undocumented-reply fallback | fallback bad-reply",
	     BOTH},
	    {"udp manager:50000 > device:3081 basis=answer ev=answer from=4000 out=0 in=1",
	     "unexpected undocumented-reply fallback | fallback bad-reply", BOTH},
	    {"udp device:3080 > manager:3080 basis=answer ev=answer from=4000 out=0 in=1",
	     "unexpected undocumented-reply discovery turned | discovery turned bad-reply", BOTH},
	    {"udp device:50000 > stranger:53 basis=answer ev=answer from=5353 out=0 in=1",
	     "unexpected undocumented-reply dns responder? | dns to? bad-reply", BOTH},
	    {"udp device:50000 > manager:69", "documented tftp | tftp", BOTH},
	    {"udp device:50000 > manager:69 in=0", "documented tftp | tftp + tftp-odd", BOTH},
	    {"udp manager:50000 > device:7070 in=0", "documented query-odd | query-odd", BOTH},
	    {"udp manager:50000 > device:7070", "unexpected mode-off query", BOTH},
	    {"udp manager:50000 > device:7070 basis=answer ev=answer from=7072 out=0 in=1",
	     "documented query-odd | query-odd", BOTH},

	};

	JUDGE(NULL, lines);
}

Test(audit_judge, children_follow_their_control_connection)
{
	static const struct judge_line lines[] = {
	    {"tcp agent:50000 > store:21", "documented ftp | ftp", BOTH},
	    {"tcp agent:50001 > store:51000 basis=child parent=21", "documented ftp | ftp child", BOTH},
	    {"tcp agent:50001 > store:51000 basis=child parent=2121", "documented ftp | ftp child", BOTH},
	    {"tcp agent:50001 > store:51000 basis=child parent=2122", "unexpected no-rule", BOTH},
	    {"tcp agent:50001 > store:21 parent=21 assumed", "documented ftp | ftp", BOTH},

	    {"tcp store:20 > agent:51000 basis=child parent=21", "documented ftp turned | ftp turned child",
	     BOTH},
	    {"tcp store:2000 > agent:3000 parent=21 assumed", "documented ftp turned | ftp turned child",
	     BOTH},
	    {"tcp agent:50001 > store:51000 basis=child conf=unknown parent=21",
	     "inconclusive ftp | ftp child uncertain", BOTH},
	    {"tcp manager:50000 > agent:8443 parent=21 assumed", "documented guess | guess", BOTH},
	    {"tcp agent:50000 > unbound:51000 basis=child parent=21", "unexpected no-rule", BOTH},
	    {"tcp device:50000 > manager:31000 basis=child parent=443", "unexpected no-rule", BOTH},
	    {"tcp store:50000 > agent:51000", "unexpected no-rule", BOTH},
	};

	JUDGE(NULL, lines);
}

Test(audit_judge, unknown_orientation_is_tried_both_ways)
{
	static const struct judge_line lines[] = {
	    {"tcp manager:50000 > ldap:389 basis=none", "inconclusive ldap | ldap uncertain", BOTH},
	    {"tcp ldap:389 > manager:50000 basis=none", "inconclusive ldap turned | ldap turned uncertain",
	     BOTH},
	    {"tcp manager:443 > device:443 basis=none", "documented https | https", BOTH},
	    {"udp manager:3080 > device:3080 basis=none", "documented discovery | discovery", BOTH},
	    {"icmp device > manager:8/0 basis=none", "documented ping | ping", ONLY_IPV4},
	    {"tcp ldap:50000 > device:40000 basis=none",
	     "inconclusive dynamic turned | dynamic turned uncertain", BOTH},

	    {"tcp ldap:50000 > manager:389 basis=none", "unexpected no-rule", BOTH},
	    {"tcp manager:389 > ldap:50000 basis=none", "unexpected no-rule", BOTH},
	    {"tcp stranger:50000 > manager:3306 basis=none", "unexpected unknown-peer sync", BOTH},
	    {"tcp manager:3306 > stranger:50000 basis=none", "unexpected unknown-peer sync turned", BOTH},
	    {"tcp primary:3306 > manager:3306 basis=none", "unexpected mode-off sync", BOTH},
	    {"tcp manager:3306 > primary:50000 basis=none", "unexpected mode-off sync turned", BOTH},
	    {"udp unbound:60000 > device:3487 basis=none",
	     "documented notify turned initiator? | notify turned to? + hello from?", BOTH},
	    {"tcp box:50000 > stranger:60000 basis=none", "not-covered", BOTH},
	    {"tcp stranger:50000 > unbound:60000 basis=none", "out-of-scope -", BOTH},
	    {"udp manager:3081 > device:3081 basis=none in=0", "inconclusive fallback | fallback uncertain",
	     BOTH},
	};

	JUDGE(NULL, lines);
}

Test(audit_judge, modes)
{
	static const char proxied[] =
	    "{'schema': 'tapaudit.site/1', 'name': 'Kit', 'local_networks': ['10.0.0.0/8', 'fd00::/8'],\n"
	    "'systems': [{'name': 'one', 'signature': 'kit', 'modes': {'link': 'proxied', 'extra': 'on'}, "
	    "'roles': {\n"
	    " 'manager': ['10.0.0.1', 'fd00::1'], 'primary': ['10.0.0.2', 'fd00::2'],\n"
	    " 'device': ['10.0.1.0/24', 'fd00:1::/64'], 'agent': ['10.0.2.1', 'fd00:2::1']}}]}";
	static const struct judge_line direct_lines[] = {
	    {"tcp primary:50000 > manager:3306", "unexpected mode-off sync", BOTH},
	    {"tcp manager:50000 > device:900", "unexpected unknown-peer session capped", BOTH},
	};
	static const struct judge_line proxied_lines[] = {
	    {"tcp unbound:50000 > device:900", "unexpected mode-off session initiator?", BOTH},
	    {"tcp manager:50000 > device:900", "documented proxy | proxy", BOTH},
	    {"tcp primary:50000 > manager:3306", "documented sync | sync", BOTH},
	};

	JUDGE(NULL, direct_lines);
	JUDGE(proxied, proxied_lines);
}

Test(audit_judge, wrong_direction)
{
	static const struct judge_line lines[] = {
	    {"tcp ldap:40000 > manager:389", "wrong-direction opened-by-responder ldap", BOTH},
	    {"tcp ldap:40000 > primary:389 basis=ports", "wrong-direction opened-by-responder ldap", BOTH},
	    {"tcp ldap:40000 > manager:389 ev=opened,expired in=0",
	     "wrong-direction opened-by-responder ldap", BOTH},
	    {"tcp ldap:389 > manager:40000", "wrong-direction opened-from-service-port ldap", BOTH},
	    {"tcp ldap:389 > manager:389", "wrong-direction opened-by-responder ldap", BOTH},
	    {"tcp ldap:50000 > device:50001", "wrong-direction opened-by-responder dynamic", BOTH},
	    {"tcp ldap:50000 > device:1000", "unexpected no-rule", BOTH},
	    {"udp device:50000 > manager:7091", "wrong-direction opened-by-responder beacon", BOTH},
	    {"udp manager:50000 > device:7091", "unexpected no-rule", BOTH},

	    {"udp manager:50000 > device:69", "wrong-direction opened-by-responder tftp", BOTH},
	    {"udp device:50000 > manager:3081", "wrong-direction opened-by-responder fallback", BOTH},
	    {"47 manager > device", "wrong-direction opened-by-responder tunnel", BOTH},
	    {"tcp manager:50000 > admin:22", "wrong-direction opened-by-responder ssh", BOTH},
	    {"tcp manager:50000 > primary:3306", "wrong-direction opened-by-responder sync", BOTH},
	    /* Nobody is bound to `client`, so nobody runs in its wrong direction. */
	    {"tcp device:50000 > unbound:900", "unexpected no-rule", BOTH},
	    /* Of another basis: at most medium. */
	    {"tcp agent:50000 > manager:8443", "unexpected no-rule capped", BOTH},
	    {"tcp agent:8443 > manager:50000", "unexpected no-rule capped", BOTH},
	    {"icmp device > ldap:8/0", "unexpected unknown-listener ping capped", ONLY_IPV4},
	    /* Unknown orientation never is wrong. */
	    {"tcp ldap:40000 > manager:389 basis=none", "unexpected no-rule", BOTH},
	};

	JUDGE(NULL, lines);
}

Test(audit_judge, not_covered)
{
	static const struct judge_line lines[] = {
	    {"tcp box:50000 > stranger:80", "not-covered", BOTH},
	    {"tcp stranger:50000 > box:80", "not-covered", BOTH},
	    {"tcp device:50000 > box:80", "not-covered", BOTH},
	    {"udp box:68 > device:4000", "not-covered", BOTH},
	    {"icmp box > device:8/0", "documented ping | ping", ONLY_IPV4},
	};

	JUDGE(NULL, lines);
}

Test(audit_judge, reasons_of_unexpected)
{
	static const struct judge_line lines[] = {
	    {"udp device:50000 > manager:4154", "unexpected disputed-port log", BOTH},
	    {"tcp device:50000 > primary:4154", "unexpected disputed-port log", BOTH},
	    {"udp stranger:50000 > manager:4154", "unexpected no-rule", BOTH},
	    {"tcp device:50000 > ldap:389", "unexpected unknown-peer ldap", BOTH},
	    {"tcp stranger:50000 > manager:443", "unexpected unknown-peer https", BOTH},
	    {"tcp stranger:50000 > device:443", "unexpected unknown-peer https", BOTH},
	    {"udp unbound:50000 > device:3081", "unexpected unknown-peer fallback", BOTH},
	    {"tcp stranger:50000 > manager:22", "unexpected unknown-peer ssh", BOTH},
	    {"udp stranger:50000 > device:7091", "unexpected unknown-peer beacon", BOTH},
	    {"tcp agent:50000 > unbound:7777", "unexpected no-rule", BOTH},
	    {"tcp unbound:50000 > manager:900", "unexpected no-rule", BOTH},
	    {"udp device:50000 > manager:4515", "unexpected disputed-port log", BOTH},

	    {"tcp manager:50000 > stranger:389", "unexpected unknown-listener ldap", BOTH},
	    {"tcp manager:50000 > unbound:443", "unexpected unknown-listener https", BOTH},
	    {"tcp device:50000 > unbound:443", "unexpected unknown-listener https", BOTH},
	    {"tcp admin:50000 > device:22", "unexpected unknown-listener ssh", BOTH},
	    {"udp manager:68 > device:67", "unexpected no-rule", BOTH},
	    {"udp device:50000 > unbound:67", "unexpected no-rule", BOTH},
	    {"tcp manager:50000 > stranger:8080", "unexpected no-rule", BOTH},
	    {"tcp stranger:50000 > agent:23 ev=opened,refused", "unexpected no-rule", BOTH},
	    {"132 manager:50000 > device:443", "unexpected no-rule", BOTH},
	    {"icmp device > stranger:13/0", "unexpected no-rule", ONLY_IPV4},
	    {"icmp stranger > device:8/1", "unexpected no-rule", ONLY_IPV4},
	    {"icmp stranger > device:8/0", "unexpected no-rule", ONLY_IPV6},
	    {"tcp device:50000 > device2:443", "unexpected unknown-peer https", BOTH},
	};

	JUDGE(NULL, lines);
}

Test(audit_judge, out_of_scope)
{
	static const struct judge_line lines[] = {
	    {"tcp unbound:50000 > stranger:443", "out-of-scope -", BOTH},
	    {"tcp ldap:50000 > store:445", "out-of-scope -", BOTH},
	    {"tcp unbound:50000 > stranger:5353", "out-of-scope -", BOTH},
	    {"tcp unbound:50000 > ldap:389", "out-of-scope -", BOTH},
	    {"tcp admin:50000 > stranger:22", "out-of-scope -", BOTH},
	};

	JUDGE(NULL, lines);
}

Test(audit_judge, a_sender_without_address_is_known_by_its_mac)
{
	static const struct judge_line lines[] = {
	    {"udp/broadcast [mac:02:00:00:00:00:0d]:68 > all:67", "documented dhcp | dhcp", BOTH},
	    {"udp [mac:02:00:00:00:00:0d]:68 > unbound:67 basis=answer ev=answer out=0 in=1",
	     "documented dhcp responder? | dhcp to?", BOTH},
	    {"udp/broadcast [mac:02:00:00:00:00:0e]:68 > all:67", "out-of-scope -", BOTH},
	    {"udp [mac:02:00:00:00:00:0e]:68 > manager:67", "out-of-scope -", BOTH},
	    {"udp/broadcast [mac:02:00:00:00:00:0d]:3080 > all:3080", "unexpected group-noise", BOTH},
	    {"udp/broadcast nobody:68 > all:67", "out-of-scope -", BOTH},
	    {"tcp nobody:50000 > manager:443", "out-of-scope -", BOTH},
	};

	JUDGE(NULL, lines);
}

Test(audit_judge, strays_raise_nothing)
{
	static const struct judge_line lines[] = {
	    {"tcp manager:50000 > ldap:389 ev=continued,stray in=0", "inconclusive stray", BOTH},
	    {"tcp stranger:50000 > device:80 ev=continued,stray in=0", "inconclusive stray", BOTH},
	    {"tcp ldap:50000 > unbound:80 ev=continued,stray in=0", "out-of-scope - stray", BOTH},
	    {"tcp ldap:40000 > manager:389 ev=stray basis=none", "inconclusive stray", BOTH},
	    {"tcp stranger:50000 > device:80 ev=continued,stray,succeeded", "unexpected no-rule", BOTH},
	    {"tcp stranger:50000 > device:80 ev=", "unexpected no-rule", BOTH},

	    {"tcp stranger:50000 > device:80 ev=continued,continued,stray in=0", "unexpected no-rule", BOTH},
	    {"tcp stranger:50000 > device:80 ev=continued,continued,stray,succeeded", "unexpected no-rule",
	     BOTH},
	};

	JUDGE(NULL, lines);
}
