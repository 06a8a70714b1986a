/* The rules that came nearest, and what each wanted, in words. */
#include "audit_testkit.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(audit_judge_nearest, .timeout = 10);

enum { NEAR_MAX = 3, NEAR_TEXT_MAX = 1024 };

/* "rule: what failed", a line each. */
static char *nearest_to(struct kit *kit, const char *row, char out[NEAR_TEXT_MAX])
{
	struct audit_near near[NEAR_MAX];
	struct judge_result result;
	struct host_macs *macs;
	struct arena arena = {0};
	size_t count, length = 0;

	kit_clear_ledger(kit);
	kit_add(kit, row);
	kit_judge(kit, &result);
	macs = host_macs_new(kit->ledger);
	cr_assert_not_null(macs);
	count = judge_nearest(kit->ledger, kit->matrix, macs, &result.edges[0], near, NEAR_MAX, &arena);
	out[0] = '\0';
	for (size_t i = 0; i < count; i++)
		length += (size_t)snprintf(out + length, NEAR_TEXT_MAX - length, "%s%s: %s",
					   i > 0 ? "\n" : "", near[i].rule, near[i].failed);
	host_macs_free(macs);
	arena_clear(&arena);
	judge_clear(&result);
	return out;
}

struct near_line {
	const char *row, *said;
};

static void check(const char *site, const struct near_line *lines, size_t count)
{
	char text[NEAR_TEXT_MAX];
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, site);
	for (size_t i = 0; i < count; i++) {
		nearest_to(&kit, lines[i].row, text);
		cr_expect_str_eq(text, lines[i].said, "%s:\n said\n%s\n not\n%s", lines[i].row, text,
				 lines[i].said);
	}
	kit_close(&kit);
}

Test(audit_judge_nearest, nearest_first_then_file_order)
{
	static const struct near_line lines[] = {
	    {"tcp ldap:40000 > manager:389",
	     "ldap: 10.0.5.1 opened it, the rule lets only manager open\n"
	     "https: port 389 is not among 443; the opener 10.0.5.1 holds ldap, the rule wants device\n"
	     "log: port 389 is not among 4514; the opener 10.0.5.1 holds ldap, the rule wants device"},
	    {"tcp primary:50000 > manager:3306",
	     "sync: mode extra=off forbids it\n"
	     "https: port 3306 is not among 443; the listener 10.0.0.1 holds manager, the rule wants device\n"
	     "ldap: port 3306 is not among 389; the listener 10.0.0.1 holds manager, the rule wants ldap"},
	    {"udp device:50000 > primary:4154 in=0",
	     "log: port 4154 is not among 4514, though other editions print it\n"
	     "discovery: port 4154 is not among 3080\n"
	     "tftp: port 4154 is not among 69"},
	    {"udp/multicast manager:3080 > all:3080",
	     "discovery: delivery multicast is not allowed\n"
	     "fallback: port 3080 is not among 3081; delivery multicast is not allowed\n"
	     "dns: port 3080 is not among 53; delivery multicast is not allowed"},
	    {"tcp primary:50000 > stranger:80",
	     "https: port 80 is not among 443; the listener 203.0.113.9 "
	     "holds no role, the rule wants device\n"
	     "ldap: port 80 is not among 389; the listener 203.0.113.9 holds no role, the rule wants ldap\n"
	     "guess: port 80 is not among 8443; the listener 203.0.113.9 "
	     "holds no role, the rule wants agent"},
	};

	check(NULL, lines, sizeof(lines) / sizeof(lines[0]));
}

/* Whether the first line says this. */
static void check_first(const char *site, const struct near_line *lines, size_t count)
{
	char text[NEAR_TEXT_MAX];
	struct kit kit;

	kit_open(&kit, ADDR_IPV4, NULL, site);
	for (size_t i = 0; i < count; i++) {
		nearest_to(&kit, lines[i].row, text);
		text[strcspn(text, "\n")] = '\0';
		cr_expect_str_eq(text, lines[i].said, "%s:\n said\n%s\n not\n%s", lines[i].row, text,
				 lines[i].said);
	}
	kit_close(&kit);
}

Test(audit_judge_nearest, every_condition_has_words)
{
	static const struct near_line lines[] = {
	    {"tcp stranger:50000 > manager:443",
	     "https: the opener 203.0.113.9 holds no role, the rule wants device"},
	    {"tcp manager:50000 > stranger:389",
	     "ldap: the listener 203.0.113.9 holds no role, the rule wants ldap"},
	    {"udp manager:50000 > device:3081 basis=answer ev=answer from=4000 out=0 in=1",
	     "fallback: the answer came from port 4000, not from 3080"},
	    {"udp device:3080 > manager:3080 basis=answer ev=answer from=4000 out=0 in=1",
	     "discovery: the answer came from port 4000, not from the asked one"},
	    {"udp device:50000 > unbound:67", "dhcp: source port above 32767 is not among 68"},
	    {"udp device:69 > unbound:67", "dhcp: source port 69 is not among 68"},
	    {"tcp manager:50000 > stranger:53", "dns: protocol tcp is not udp"},
	    {"132 device:50000 > manager:4514", "log: protocol sctp is not tcp or udp"},
	    {"icmp device > manager:13/0", "ping: message 13/0 is not among 8/0"},
	    {"udp/broadcast [mac:02:00:00:00:00:0d]:3080 > all:3080",
	     "discovery: the opener has no address yet, which the rule does not allow"},
	    {"tcp manager:50000 > ldap:389 basis=none",
	     "ldap: nobody saw who opened it; it fits only if 10.0.0.1 did"},
	    {"tcp ldap:389 > manager:50000 basis=none",
	     "ldap: nobody saw who opened it; it fits only if 10.0.0.1 did"},
	    {"tcp unbound:50000 > stranger:443", ""},
	};
	static const char proxied[] =
	    "{'schema': 'tapaudit.site/1', 'name': 'Kit', 'systems': [{'name': 'one', 'signature': 'kit',\n"
	    "'modes': {'link': 'proxied'}, 'roles': {'device': ['10.0.1.1'], 'client': ['10.0.8.8']}}]}";
	static const struct near_line proxied_lines[] = {
	    {"tcp 10.0.8.8:50000 > device:900", "session: mode link=proxied forbids it"},
	    {"tcp 10.0.8.8:50000 > device:904",
	     "session: port 904 is not among 900-902; mode link=proxied forbids it"},
	};

	check_first(NULL, lines, sizeof(lines) / sizeof(lines[0]));
	check_first(proxied, proxied_lines, sizeof(proxied_lines) / sizeof(proxied_lines[0]));
}
