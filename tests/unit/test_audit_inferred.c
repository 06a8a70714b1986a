/* What is held against whom where the roles were inferred. */
#include "audit_run_testkit.h"
#include "base/strbuf.h"
#include <criterion/criterion.h>
#include <stdlib.h>

TestSuite(audit_inferred, .timeout = 20);

static const char rows[] = "100 established tcp 10.0.0.1:50000 > 10.0.1.1:443\n"
			   "200 answered udp 10.0.1.1:50000 > 10.0.0.1:700\n"
			   "201 answered udp 10.0.1.1:50000 > 10.0.0.1:800\n"
			   "202 answered udp 10.0.1.2:50000 > 10.0.0.2:800\n"
			   "203 answered udp 10.0.1.1:50000 > 10.0.0.1:2000\n"
			   "204 answered udp 10.99.0.1:50000 > 10.0.0.1:800\n"
			   "204 answered udp 10.0.6.1:50000 > 10.0.0.1:800\n"
			   "205 established tcp 10.0.1.1:50000 > 10.0.0.1:800\n"
			   "300 established tcp 10.0.0.1:50000 > 10.99.0.2:3871\n"
			   "301 established tcp 10.99.0.3:50000 > 10.0.1.1:3871";

/* "low no-rule udp 800 10.0.1.1 > 10.0.0.1: message"; of each finding. */
static char *severities(bool inferred)
{
	struct kit kit;
	struct strbuf buf = {0};
	struct inferred_system system = {.score = 9};
	struct inference inference = {.systems = &system, .system_count = 1};
	struct audit_options options = {.fail_on = SEVERITY_MEDIUM,
					.inference = inferred ? &inference : NULL};
	struct err err = {""};
	struct audit_result *result;
	char text[ADDR_TEXT_MAX], *copy;

	run_open(&kit,
		 &(struct run_case){.signature = {"'odd', 'proto': ['udp'], 'from': ['device']",
						  "'odd', 'proto': ['udp'], 'from': ['device', 'client']"},
				    .rows = rows});
	system.signature = matrix_system(kit.matrix, 0)->signature;
	options.now_ns = kit.time_ns;
	ledger_sort(kit.ledger);
	result = audit_run(kit.ledger, kit.matrix, &options, &err);
	cr_assert_not_null(result, "%s", err.text);
	cr_expect_eq(result->systems[0].inferred, inferred);
	cr_expect_eq(result->systems[0].score, inferred ? 9 : 0);
	for (size_t i = 0; i < result->finding_count; i++) {
		const struct audit_finding *finding = &result->findings[i];

		strbuf_addf(&buf, "%s %s %s %d", severity_name(finding->severity),
			    finding_reason_name(finding->reason),
			    finding->protocol == PROTO_TCP ? "tcp" : "udp", (int)finding->port);
		strbuf_addf(&buf, " %s: %s\n", addr_format(&finding->initiator.address, text),
			    finding->message);
	}
	copy = strdup(strbuf_text(&buf));
	strbuf_clear(&buf);
	audit_free(result);
	kit_close(&kit);
	return copy;
}

Test(audit_inferred, severity)
{
	char *told = severities(false), *inferred = severities(true);

	cr_expect_str_eq(
	    told,
	    "high unknown-listener tcp 3871 10.0.0.1: 10.0.0.1 (server) opened TCP port 3871 of 10.99.0.2. "
	    "Rule authorize documents this port at device alone, and the listener is not bound to that.\n"
	    "high unknown-peer tcp 3871 10.99.0.3: 10.99.0.3 opened TCP port 3871 of lab (10.0.1.1, device). "
	    "Rule authorize documents this port for server alone, and the opener is not bound to that.\n"
	    "high no-rule udp 800 10.0.1.1: lab (10.0.1.1, device) and 2 other hosts asked UDP port 800 of "
	    "10.0.0.1 (server) and got an answer. No rule of the Kit matrix documents it.\n"
	    "high no-rule tcp 800 10.0.1.1: lab (10.0.1.1, device) opened TCP port 800 of 10.0.0.1 (server). "
	    "No rule of the Kit matrix documents it.\n"
	    "high no-rule udp 2000 10.0.1.1: lab (10.0.1.1, device) asked UDP port 2000 of 10.0.0.1 (server) "
	    "and got an answer. No rule of the Kit matrix documents it.\n"
	    "high no-rule udp 800 10.0.1.2: 10.0.1.2 (device) asked UDP port 800 of first (10.0.0.2, server, "
	    "primary) and got an answer. No rule of the Kit matrix documents it.\n",
	    "%s", told);
	cr_expect_str_eq(
	    inferred,
	    "high no-rule udp 800 10.0.1.1: lab (10.0.1.1, device) and 2 other hosts asked UDP port 800 of "
	    "10.0.0.1 (server) and got an answer. No rule of the Kit matrix documents it.\n"
	    "high no-rule tcp 800 10.0.1.1: lab (10.0.1.1, device) opened TCP port 800 of 10.0.0.1 (server). "
	    "No rule of the Kit matrix documents it.\n"
	    "high no-rule udp 2000 10.0.1.1: lab (10.0.1.1, device) asked UDP port 2000 of 10.0.0.1 (server) "
	    "and got an answer. No rule of the Kit matrix documents it.\n"
	    "medium unknown-listener tcp 3871 10.0.0.1: 10.0.0.1 (server) opened TCP port 3871 of 10.99.0.2. "
	    "Rule authorize documents this port at device alone, and the listener is not bound to that.\n"
	    "medium unknown-peer tcp 3871 10.99.0.3: 10.99.0.3 opened TCP port 3871 of lab (10.0.1.1, "
	    "device). Rule authorize documents this port for server alone, and the opener is not bound to "
	    "that.\n"
	    "low no-rule udp 800 10.0.1.2: 10.0.1.2 (device) asked UDP port 800 of first (10.0.0.2, server, "
	    "primary) and got an answer. No rule of the Kit matrix documents it; but rule odd is used "
	    "here, and a site may set another port for that: say so in a site file.\n",
	    "%s", inferred);
	free(told);
	free(inferred);
}
