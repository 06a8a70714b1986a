/* Roles from behaviour: each product is recognised by a good day of its own, none by ordinary traffic. */
#include "audit_run_testkit.h"
#include "base/strbuf.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(audit_infer, .timeout = 20);

enum { PRODUCTS = 5 };

static const char *const products[PRODUCTS] = {"avocent-dsview", "clearone-converge-pro", "minicom-cam",
					       "minicom-kvmnet2", "wyse-wdm"};

struct infer_case {
	const char *name, *rows, *expected;
};

static char *describe(const struct inference *inference)
{
	struct strbuf buf = {0};
	char address[ADDR_TEXT_MAX], *copy;

	for (size_t i = 0; i < inference->system_count; i++) {
		const struct inferred_system *system = &inference->systems[i];

		strbuf_addf(&buf, "%s %g\n", system->signature->id, system->score);
		for (size_t j = 0; j < system->binding_count; j++)
			strbuf_addf(&buf, "%s %s %g: %s\n", system->bindings[j].role,
				    addr_format(&system->bindings[j].address, address),
				    system->bindings[j].score, system->bindings[j].why);
	}
	copy = strdup(strbuf_text(&buf));
	strbuf_clear(&buf);
	return copy;
}

static char *infer(struct kit *kit, bool backwards)
{
	const struct signature *signatures[PRODUCTS];
	struct message_list messages = {0};
	struct err err = {""};
	struct signature_library *library = signature_library_open("signatures", &err);
	struct inference *inference;
	char *said;

	cr_assert_not_null(library, "%s", err.text);
	for (size_t i = 0; i < PRODUCTS; i++) {
		signatures[backwards ? PRODUCTS - 1 - i : i] = signature_get(library, products[i], &messages);
		cr_assert_not_null(signatures[backwards ? PRODUCTS - 1 - i : i], "%s", messages.errors[0]);
	}
	ledger_sort(kit->ledger);
	inference = audit_infer(kit->ledger, signatures, PRODUCTS, &err);
	cr_assert_not_null(inference, "%s", err.text);
	said = describe(inference);
	inference_free(inference);
	signature_library_close(library);
	message_list_clear(&messages);
	return said;
}

static void check(const struct infer_case *one)
{
	for (int backwards = 0; backwards < 2; backwards++) {
		struct kit kit = {.family = ADDR_IPV4};
		char *said;

		kit_clear_ledger(&kit);
		run_add(&kit, one->rows);
		said = infer(&kit, backwards != 0);
		cr_expect_str_eq(said, one->expected, "%s said:\n%s", one->name, said);
		free(said);
		ledger_free(kit.ledger);
	}
}

static const char dsview_day[] = "100 established tcp 10.20.5.17:50000 > 10.10.0.5:443\n"
				 "101 established tcp 10.20.5.17:50000 > 10.10.0.5:1078\n"
				 "102 established tcp 10.20.5.17:50000 > 10.10.1.20:2068\n"
				 "103 established tcp 10.20.5.17:50000 > 10.10.1.20:8192\n"
				 "104 established tcp 10.20.5.17:50000 > 10.10.1.20:3871\n"
				 "105 established tcp 10.10.0.5:50000 > 10.10.1.20:3871\n"
				 "106 established tcp 10.20.5.17:50000 > 10.10.2.11:22\n"
				 "107 answered udp 10.10.0.5:50000 > 10.10.1.20:3211\n"
				 "108 established tcp 10.10.0.5:50000 > 10.10.1.20:3211\n"
				 "109 asked udp/broadcast 10.10.0.5:50000 > 255.255.255.255:3211\n"
				 "109 answer udp 10.10.0.5:50000 > 10.10.1.22:3211 basis=answer\n"
				 "110 established tcp 10.10.0.5:50000 > 10.10.1.22:3211\n"
				 "111 established tcp 10.10.2.11:50000 > 10.10.0.5:4122\n"
				 "112 established tcp 10.10.3.5:50000 > 10.10.0.5:4122\n"
				 "113 established tcp 10.10.1.20:50000 > 10.10.0.5:4514\n"
				 "114 established tcp 10.10.0.5:50000 > 10.10.1.20:2068\n"
				 "115 established tcp 10.10.0.5:50000 > 10.10.1.20:8192\n"
				 "116 established tcp 10.10.0.5:50000 > 10.10.2.11:22";

static const char kvmnet2_day[] = "100 asked udp/broadcast 10.30.0.5:3080 > 10.30.255.255:3080\n"
				  "100 answer udp 10.30.0.5:3080 > 10.30.1.7:3080 basis=answer\n"
				  "100 answer udp 10.30.0.5:3080 > 10.30.1.31:3080 basis=answer\n"
				  "110 answered udp 10.30.1.7:3080 > 10.30.0.5:3080\n"
				  "120 established tcp 10.30.0.5:50000 > 10.30.1.7:443\n"
				  "121 established tcp 10.30.0.5:50000 > 10.30.1.31:443\n"
				  "122 established tcp 10.30.1.7:50000 > 10.30.0.5:443\n"
				  "123 established tcp 10.30.1.7:50000 > 10.30.0.6:443\n"
				  "130 established tcp 10.31.4.4:50000 > 10.30.0.5:443\n"
				  "131 established tcp 10.30.0.5:50000 > 10.30.0.20:389\n"
				  "132 established tcp 10.30.9.9:50000 > 10.30.1.7:443\n"
				  "133 established tcp 10.31.4.4:50000 > 10.30.1.7:90{0-2}\n"
				  "134 established tcp 10.30.0.5:50000 > 10.30.0.6:3306\n"
				  "135 established tcp 10.30.0.6:50000 > 10.30.0.5:3306\n"
				  "136 established tcp 10.30.9.9:50000 > 10.30.0.5:22\n"
				  "137 answered udp 10.30.1.7:50000 > 10.30.0.21:53";

static const char cam_day[] = "100 asked udp/broadcast 10.50.0.5:3080 > 10.50.255.255:3080\n"
			      "100 answer udp 10.50.0.5:3080 > 10.50.1.20:3080 basis=answer\n"
			      "110 answered udp 10.50.0.7:3080 > 10.50.1.20:3080\n"
			      "111 answered udp 10.50.1.20:3080 > 10.50.0.7:3080\n"
			      "120 established tcp 10.50.0.5:50000 > 10.50.1.20:443\n"
			      "121 established tcp 10.50.0.7:50000 > 10.50.1.20:443\n"
			      "122 established tcp 10.50.1.20:50000 > 10.50.0.7:443\n"
			      "123 established tcp 10.50.1.20:50000 > 10.50.0.5:443\n"
			      "130 established tcp 10.51.2.30:50000 > 10.50.0.5:443\n"
			      "131 established tcp 10.51.2.30:50000 > 10.50.0.7:443\n"
			      "132 established tcp 10.50.0.5:50000 > 10.50.0.20:389\n"
			      "133 established tcp 10.51.2.30:50000 > 10.50.1.20:900\n"
			      "134 established tcp 10.50.9.9:50000 > 10.50.0.5:22\n"
			      "135 established tcp 10.50.0.7:50000 > 10.50.7.1:3389";

static const char converge_day[] = "100 established tcp 10.60.1.200:50000 > 10.60.1.11:23\n"
				   "101 established tcp 10.60.2.20:50000 > 10.60.1.11:23\n"
				   "102 established tcp 10.60.1.11:50000 > 10.60.3.6:25\n"
				   "103 established tcp 10.61.7.7:50000 > 10.60.1.11:80\n"
				   "104 answered udp 10.60.1.11:123 > 10.60.3.7:123\n"
				   "105 answered udp 10.60.3.5:50000 > 10.60.1.11:161\n"
				   "106 answered udp 10.60.1.12:123 > 10.60.3.7:123\n"
				   "107 answered udp 10.60.3.5:50000 > 10.60.1.12:161\n"
				   "108 oneway udp 10.60.1.11:50000 > 10.60.3.5:162\n"
				   "109 asked udp/broadcast 10.60.1.200:50000 > 255.255.255.255:3487\n"
				   "109 answer udp 10.60.1.200:50000 > 10.60.1.11:3487 basis=answer\n"
				   "109 answer udp 10.60.1.200:50000 > 10.60.1.12:3487 basis=answer\n"
				   "110 answered udp 10.60.1.11:137 > 10.60.3.9:137";

static const char wdm_day[] = "100 established tcp 10.71.0.15:50000 > 10.70.0.10:80\n"
			      "101 established tcp 10.71.0.15:50000 > 10.70.0.10:280\n"
			      "102 established tcp 10.71.0.15:50000 > 10.70.8.31:5900\n"
			      "103 established tcp 10.71.0.15:50000 > 10.70.8.31:5800\n"
			      "104 established tcp 10.70.0.10:50000 > 10.70.8.31:80\n"
			      "105 established tcp 10.70.8.31:50000 > 10.70.0.10:80\n"
			      "106 established tcp 10.70.8.31:50000 > 10.70.0.10:443\n"
			      "107 established tcp 10.70.0.10:50000 > 10.70.8.31:8443\n"
			      "108 established tcp 10.71.0.15:50000 > 10.70.0.10:443\n"
			      "109 established tcp 10.71.0.15:50000 > 10.70.0.12:21\n"
			      "110 established tcp 10.70.8.31:50000 > 10.70.0.12:21\n"
			      "111 established tcp 10.71.0.15:50000 > 10.70.0.11:80\n"
			      "112 established tcp 10.70.0.10:50000 > 10.70.0.11:80\n"
			      "113 established tcp 10.70.0.11:50000 > 10.70.0.10:280\n"
			      "114 established tcp 10.70.0.11:50000 > 10.70.0.10:8443\n"
			      "115 established tcp 10.71.0.15:50000 > 10.70.0.20:1433\n"
			      "116 established tcp 10.70.0.10:50000 > 10.70.0.20:1433\n"
			      "117 established tcp 10.70.0.10:50000 > 10.70.8.40:80\n"
			      "118 established tcp 10.70.8.40:50000 > 10.70.0.10:80\n"
			      "119 established tcp 10.70.8.40:50000 > 10.70.0.12:21\n"
			      "120 established tcp 10.70.8.40:50000 > 10.70.4.12:21";

Test(audit_infer, good_days)
{
	static const struct infer_case cases[] = {
	    {"dsview", dsview_day,
	     "avocent-dsview 42\n"
	     "server 10.10.0.5 29: listens on tcp 1078, 4122, 4514, 443; opens tcp 2068, 3211, 3871, 8192, "
	     "udp 3211, tcp 22\n"
	     "kvm-switch 10.10.1.20 32: listens on tcp 2068, 3211, 3871, 8192, udp 3211; opens tcp 4514\n"
	     "kvm-switch 10.10.1.22 8: listens on tcp 3211, udp 3211\n"
	     "serial-appliance 10.10.2.11 6: listens on tcp 22; opens tcp 4122\n"},
	    {"kvmnet2", kvmnet2_day,
	     "minicom-kvmnet2 15\n"
	     "primary 10.30.0.5 9: listens on udp 3080, tcp 22, 443, 3306; opens udp 3080, tcp 389, 443, "
	     "3306\n"
	     "secondary 10.30.0.6 2: listens on tcp 443, 3306; opens tcp 3306\n"
	     "device 10.30.1.7 11: listens on tcp 900, 901, 902, udp 3080, tcp 443; opens udp 3080, tcp 443, "
	     "udp 53\n"
	     "device 10.30.1.31 5: listens on udp 3080, tcp 443\n"},
	    {"cam", cam_day,
	     "minicom-cam 12\n"
	     "manager 10.50.0.5 8: listens on tcp 22, 443; opens udp 3080, tcp 389, 443\n"
	     "device 10.50.1.20 9: listens on tcp 900, udp 3080, tcp 443; opens udp 3080, tcp 443\n"
	     "accessit 10.50.0.7 6: listens on udp 3080, tcp 443; opens udp 3080, tcp 443\n"},
	    {"converge", converge_day,
	     "clearone-converge-pro 10\n"
	     "unit 10.60.1.11 10: listens on udp 3487, tcp 23, 80, udp 161; opens tcp 25, udp 123, 137\n"
	     "unit 10.60.1.12 6: listens on udp 3487, 161; opens udp 123\n"},
	    {"wdm", wdm_day,
	     "wyse-wdm 17\n"
	     "web-service 10.70.0.10 12: listens on tcp 280, 80, 443, 8443; opens tcp 80, 1433, 8443\n"
	     "agent 10.70.8.31 6: listens on tcp 80, 5800, 5900, 8443; opens tcp 21, 80, 443\n"
	     "agent 10.70.8.40 3: listens on tcp 80; opens tcp 21, 80\n"
	     "standard-service 10.70.0.11 6: listens on tcp 80; opens tcp 280, 8443\n"
	     "master-repo 10.70.0.12 2: listens on tcp 21\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(&cases[i]);
}

/* The second half of WDM's day, over IPv6, is too little to tell roles by. */
#define WDM_IPV6                                                                                             \
	"\n200 established tcp [fd00:70:8::31]:50000 > [fd00:70::10]:80\n"                                   \
	"201 established tcp [fd00:70:8::31]:50000 > [fd00:70::10]:280\n"                                    \
	"202 established tcp [fd00:70::10]:50000 > [fd00:70:8::31]:80\n"                                     \
	"203 established tcp [fd00:70:8::31]:50000 > [fd00:70::12]:21\n"                                     \
	"204 established tcp [fd00:70:8::31]:50000 > [fd00:70::13]:8080\n"                                   \
	"205 established tcp [fd00:70:8::31]:50000 > [2001:db8::12]:21\n"                                    \
	"206 established tcp [fd00:70::10]:50000 > [fd00:70:8::50]:443\n"

/* Another address of a host that has a role: by what it does, if it serves on a private network and nothing
 * else. */
Test(audit_infer, twins_by_behaviour)
{
	struct kit kit = {.family = ADDR_IPV4};
	char *said;

	kit_clear_ledger(&kit);
	run_add(&kit, wdm_day);
	run_add(&kit, WDM_IPV6);
	said = infer(&kit, false);
	cr_expect_str_eq(
	    said,
	    "wyse-wdm 20\n"
	    "web-service 10.70.0.10 12: listens on tcp 280, 80, 443, 8443; opens tcp 80, 1433, 8443\n"
	    "web-service fd00:70::10 6: listens on tcp 280, 80; opens tcp 80, 443\n"
	    "agent 10.70.8.31 6: listens on tcp 80, 5800, 5900, 8443; opens tcp 21, 80, 443\n"
	    "agent fd00:70:8::31 6: listens on tcp 80; opens tcp 280, 21, 80\n"
	    "agent 10.70.8.40 3: listens on tcp 80; opens tcp 21, 80\n"
	    "standard-service 10.70.0.11 6: listens on tcp 80; opens tcp 280, 8443\n"
	    "master-repo 10.70.0.12 2: listens on tcp 21\n"
	    "master-repo fd00:70::12 1: listens on tcp 21\n",
	    "%s", said);
	free(said);
	ledger_free(kit.ledger);
}

static void add_with_macs(struct kit *kit, const char *row, uint8_t initiator, uint8_t responder)
{
	struct flow_delta delta = kit_delta(kit, row);

	delta.has_mac[0] = delta.has_mac[1] = true;
	memcpy(delta.mac[0], (const uint8_t[]){2, 0, 0, 0, 0, initiator}, MAC_BYTES);
	memcpy(delta.mac[1], (const uint8_t[]){2, 0, 0, 0, 0, responder}, MAC_BYTES);
	ledger_add_delta(kit->ledger, kit->sensor, &delta);
}

/* By its MAC also one that only opens; not when another bucket knows another MAC, nor without any part in the
 * product. */
Test(audit_infer, twins_by_mac)
{
	struct kit kit = {.family = ADDR_IPV4};
	char *said;

	kit_clear_ledger(&kit);
	run_add(&kit, wdm_day);
	add_with_macs(&kit, "tcp 10.70.8.40:50000 > 10.70.0.10:80", 0x40, 0x10);
	add_with_macs(&kit, "tcp 10.70.8.31:50000 > 10.70.0.10:80", 0x31, 0x10);
	add_with_macs(&kit, "tcp [fd00:70:8::40]:50000 > [fd00:70::10]:280", 0x40, 0x10);
	add_with_macs(&kit, "tcp [fd00:70:8::31]:50000 > [fd00:70::10]:280", 0x32, 0x10);
	add_with_macs(&kit, "tcp [fd00:70:8::41]:50000 > [fd00:70::10]:280", 0x41, 0x10);
	add_with_macs(&kit, "tcp [fd00:70:8::42]:50000 > [fd00:99::1]:22", 0x40, 0x99);
	kit.time_ns += 900 * NSEC_PER_SEC;
	add_with_macs(&kit, "tcp [fd00:70:8::31]:50000 > [fd00:70::10]:280", 0x31, 0x10);
	said = infer(&kit, false);
	cr_expect_str_eq(
	    said,
	    "wyse-wdm 20\n"
	    "web-service 10.70.0.10 12: listens on tcp 280, 80, 443, 8443; opens tcp 80, 1433, 8443\n"
	    "web-service fd00:70::10 8: listens on tcp 280\n"
	    "agent 10.70.8.31 6: listens on tcp 80, 5800, 5900, 8443; opens tcp 21, 80, 443\n"
	    "agent fd00:70:8::40 4: opens tcp 280\n"
	    "agent 10.70.8.40 3: listens on tcp 80; opens tcp 21, 80\n"
	    "standard-service 10.70.0.11 6: listens on tcp 80; opens tcp 280, 8443\n"
	    "master-repo 10.70.0.12 2: listens on tcp 21\n",
	    "%s", said);
	free(said);
	ledger_free(kit.ledger);
}

/* What many networks carry. */
Test(audit_infer, ordinary)
{
	static const struct infer_case cases[] = {
	    {"web, mail, names, directory",
	     "100 established tcp 10.1.1.{1-9}:50000 > 93.184.216.34:443\n"
	     "101 established tcp 10.1.1.{1-9}:50000 > 10.1.0.5:80\n"
	     "102 established tcp 10.1.1.{1-9}:50000 > 10.1.0.5:443\n"
	     "103 answered udp 10.1.1.{1-9}:50000 > 10.1.0.53:53\n"
	     "104 established tcp 10.1.0.5:50000 > 10.1.0.20:389\n"
	     "105 established tcp 10.1.0.5:50000 > 10.1.0.30:3306\n"
	     "106 established tcp 10.1.1.1:50000 > 10.1.0.5:22",
	     ""},
	    {"a printer: telnet, web, SNMP, time, mail",
	     "100 established tcp 10.1.1.1:50000 > 10.1.0.9:23\n"
	     "101 established tcp 10.1.1.1:50000 > 10.1.0.9:80\n"
	     "102 answered udp 10.1.1.2:50000 > 10.1.0.9:161\n"
	     "103 answered udp 10.1.0.9:123 > 10.1.0.1:123\n"
	     "104 established tcp 10.1.0.9:50000 > 10.1.0.25:25\n"
	     "105 oneway udp 10.1.0.9:50000 > 10.1.1.2:162",
	     ""},
	    {"file transfer, databases, screens",
	     "100 established tcp 10.1.1.1:50000 > 10.1.0.9:21\n"
	     "101 established tcp 10.1.1.1:50000 > 10.1.0.9:80\n"
	     "102 established tcp 10.1.1.1:50000 > 10.1.0.9:5900\n"
	     "103 established tcp 10.1.0.9:50000 > 10.1.0.8:1433\n"
	     "104 established tcp 10.1.0.8:50000 > 10.1.0.9:8443",
	     ""},
	    {"one rare port, however often, and one common one",
	     "100 established tcp 10.1.1.{1-9}:50000 > 10.1.0.9:3871\n"
	     "200 established tcp 10.1.1.{1-9}:50000 > 10.1.0.9:443",
	     ""},
	    {"one rare port and one common one of the same host, both documented",
	     "100 established tcp 10.1.1.{1-9}:50000 > 10.1.0.9:1078\n"
	     "200 established tcp 10.1.1.{1-9}:50000 > 10.1.0.9:443",
	     ""},
	    {"rare ports, each at another host",
	     "100 established tcp 10.1.1.1:50000 > 81.2.3.1:2068\n"
	     "101 established tcp 10.1.1.1:50000 > 81.2.3.2:8192\n"
	     "102 established tcp 10.1.1.1:50000 > 81.2.3.3:3211\n"
	     "103 answered udp 10.1.1.1:50000 > 81.2.3.4:3080\n"
	     "104 answered udp 10.1.1.1:50000 > 81.2.3.5:3487",
	     ""},
	    {"a scan of all of them",
	     "100 refused tcp 10.1.1.1:50000 > 10.1.0.9:2068\n"
	     "100 refused tcp 10.1.1.1:50000 > 10.1.0.9:8192\n"
	     "100 probed tcp 10.1.1.1:50000 > 10.1.0.9:3871\n"
	     "100 unanswered udp 10.1.1.1:50000 > 10.1.0.9:3211\n"
	     "100 unanswered tcp 10.1.1.1:50000 > 10.1.0.9:3211",
	     ""},
	    {"nobody saw who opened it",
	     "100 carried tcp 10.1.1.1:3000 > 10.1.0.9:2068 basis=none\n"
	     "100 carried tcp 10.1.1.1:3000 > 10.1.0.9:8192 basis=none\n"
	     "100 carried tcp 10.1.1.1:3000 > 10.1.0.9:3871 basis=none",
	     ""},
	    {"the ports are there, and the directions are not",
	     "100 established tcp 10.1.0.9:50000 > 10.1.1.1:2068\n"
	     "101 established tcp 10.1.0.9:50000 > 10.1.1.2:8192\n"
	     "102 established tcp 10.1.0.9:50000 > 10.1.1.3:1078\n"
	     "103 established tcp 10.1.0.9:50000 > 10.1.1.4:4122",
	     ""},
	    {"nothing at all", "", ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(&cases[i]);
}

/* Two that share their rows: the base, unless something beside its Managers behaves like an AccessIT. */
Test(audit_infer, shared_rows)
{
	static const struct infer_case cases[] = {
	    {"one manager that shows little",
	     "100 answered udp 10.30.0.5:3080 > 10.30.1.7:3080\n"
	     "120 established tcp 10.30.0.5:50000 > 10.30.1.7:443\n"
	     "130 established tcp 10.31.4.4:50000 > 10.30.0.5:443\n"
	     "133 established tcp 10.31.4.4:50000 > 10.30.1.7:901",
	     "minicom-kvmnet2 10\n"
	     "manager 10.30.0.5 6: listens on tcp 443; opens udp 3080, tcp 443\n"
	     "device 10.30.1.7 9: listens on tcp 901, udp 3080, tcp 443\n"},
	};

	check(&cases[0]);
}

/* Hosts in another order, rows in another order: the same. */
Test(audit_infer, order_does_not_matter)
{
	struct kit kits[2] = {{.family = ADDR_IPV4}, {.family = ADDR_IPV4}};
	char *said[2];

	for (int i = 0; i < 2; i++)
		kit_clear_ledger(&kits[i]);
	run_add(&kits[0], dsview_day);
	run_add(&kits[0], wdm_day);
	run_add(&kits[1], wdm_day);
	run_add(&kits[1], dsview_day);
	for (int i = 0; i < 2; i++) {
		said[i] = infer(&kits[i], i != 0);
		ledger_free(kits[i].ledger);
	}
	cr_expect_str_eq(said[0], said[1]);
	cr_expect(strncmp(said[0], "avocent-dsview 42\n", 18) == 0, "%s", said[0]);
	cr_expect_not_null(strstr(said[0], "\nwyse-wdm 17\n"));
	free(said[0]);
	free(said[1]);
}
