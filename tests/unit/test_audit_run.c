/* What a run says beside states and findings, and what must not change it: order, memory, unrelated traffic.
 */
#include "audit_run_testkit.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(audit_run, .timeout = 30);

static const struct audit_finding *find(const struct audit_result *result, enum finding_kind kind,
					int32_t port, const char *exception)
{
	for (size_t i = 0; i < result->finding_count; i++) {
		const struct audit_finding *finding = &result->findings[i];

		if (finding->kind == kind && finding->port == port &&
		    (exception != NULL) == (finding->exception != NULL))
			return finding;
	}
	cr_assert_fail("no such finding on port %d", (int)port);
	return NULL;
}

static void write_role(struct strbuf *buf, const struct audit_role *role)
{
	strbuf_addf(buf, "%s %llu/%llu", role->id, (unsigned long long)role->seen,
		    (unsigned long long)role->bound);
	for (size_t i = 0; i < role->silent.count; i++)
		strbuf_addf(buf, " -%s", role->silent.items[i]);
	for (size_t i = 0; i < role->assumed.count; i++)
		strbuf_addf(buf, " ?%s", role->assumed.items[i]);
	strbuf_add_char(buf, '\n');
}

Test(audit_run, roles)
{
	struct kit kit;
	struct audit_result *result = run_rows(&kit, run_traffic);
	struct strbuf buf = {0};

	for (size_t i = 0; i < result->systems[0].role_count; i++)
		write_role(&buf, &result->systems[0].roles[i]);
	cr_expect_str_eq(strbuf_text(&buf), "server 1/2 -first\n"
					    "primary 0/1 -first\n"
					    "device 1/2 -mac:02:00:00:00:00:0d\n"
					    "part 0/1 -10.0.2.1\n"
					    "client 0/0 ?10.9.0.1\n"
					    "admin 0/1 -10.0.6.1\n"
					    "ldap 1/1\n"
					    "time 0/0 ?198.51.100.1\n");
	cr_expect_eq(result->systems[0].roles[2].kind, ROLE_PRODUCT);
	strbuf_clear(&buf);
	audit_free(result);
	kit_close(&kit);
}

Test(audit_run, totals)
{
	struct kit kit;
	struct audit_result *result = run_rows(&kit, run_traffic);

	/* Of what two sensors saw, the larger count; each edge once, whatever its rows. */
	cr_expect_eq(result->flows, 39, "%llu", (unsigned long long)result->flows);
	cr_expect_eq(result->edge_count, 39, "%llu", (unsigned long long)result->edge_count);
	cr_expect_eq(result->edges[VERDICT_WRONG_DIRECTION], 1);
	cr_expect_eq(result->edges[VERDICT_UNEXPECTED], 31);
	cr_expect_eq(result->exception_count, 2);
	cr_expect_str_eq(result->exceptions[0].id, "EX-1");
	cr_expect_str_eq(result->exceptions[0].state, "expiring");
	cr_expect_str_eq(result->exceptions[0].expires, "2026-01-07");
	cr_expect_str_eq(result->exceptions[1].state, "expired");
	cr_expect_eq(result->health.grade, 'A');
	audit_free(result);
	kit_close(&kit);
}

Test(audit_run, a_finding_has_all_its_fields)
{
	struct kit kit;
	struct audit_result *result = run_rows(&kit, "200 established tcp 10.0.5.1:40000 > 10.0.0.1:389\n"
						     "190 refused tcp 10.0.5.1:40001 > 10.0.0.1:389\n"
						     "210 established tcp 10.0.5.1:40002 > 10.0.0.1:389\n"
						     "100 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n");
	const struct audit_finding *finding = find(result, FINDING_WRONG_DIRECTION, 389, NULL);

	cr_expect_eq(strlen(finding->id), 32);
	cr_expect_str_eq(finding->rule, "ldap");
	cr_expect_str_eq(finding->cite, "Guide, row 5");
	cr_expect_null(finding->impact);
	cr_expect_null(finding->host);
	cr_expect_eq(finding->bytes, 2200);
	cr_expect_eq(finding->first_ns, kit.time_ns + 190 * NSEC_PER_SEC);
	cr_expect_eq(finding->last_ns, kit.time_ns + 211 * NSEC_PER_SEC);
	/* The two smallest openings of all. */
	cr_expect_eq(finding->evidence.openings[0].frame, 191);
	cr_expect_eq(finding->evidence.openings[1].frame, 201);
	cr_assert_gt(finding->nearest_count, 0);
	cr_expect_str_eq(finding->nearest[0].rule, "ldap");
	audit_free(result);
	kit_close(&kit);
}

/* Findings and states do not depend on the order in which deltas came, nor on the sensors' numbers. */
Test(audit_run, any_order_says_the_same)
{
	struct kit kit;
	struct audit_result *result = run_rows(&kit, run_traffic);
	char *said = run_describe(result);
	char id[33];

	memcpy(id, result->findings[0].id, sizeof(id));
	audit_free(result);
	kit_close(&kit);
	for (unsigned shift = 1; shift < 15; shift += 3) {
		const char *cut = run_traffic;
		struct strbuf shuffled = {0};
		char *again;

		for (unsigned i = 0; i < shift; i++)
			cut = strchr(cut, '\n') + 1;
		strbuf_add(&shuffled, cut);
		strbuf_add_bytes(&shuffled, run_traffic, (size_t)(cut - run_traffic));
		result = run_rows(&kit, strbuf_text(&shuffled));
		again = run_describe(result);
		cr_expect_str_eq(again, said, "shifted by %u:\n%s", shift, again);
		cr_expect_str_eq(result->findings[0].id, id);
		free(again);
		audit_free(result);
		kit_close(&kit);
		strbuf_clear(&shuffled);
	}
	free(said);
}

static void add_bounce(struct kit *kit, const char *initiator, const char *responder, const char *third,
		       uint64_t frame)
{
	struct flow_anomaly anomaly = {.bucket = time_bucket(kit->time_ns),
				       .kind = ANOMALY_FTP_BOUNCE,
				       .initiator = kit_host(kit, initiator),
				       .responder = kit_host(kit, responder),
				       .third = kit_host(kit, third),
				       .protocol = PROTO_TCP,
				       .responder_port = 21};

	anomaly.evidence = (struct frame_ref){.time_ns = kit->time_ns + 950 * NSEC_PER_SEC, .frame = frame};
	ledger_add_anomaly(kit->ledger, kit->sensor, &anomaly);
}

Test(audit_run, ftp_bounces)
{
	struct kit kit;
	struct run_case run = {.rows = "100 established tcp 10.0.2.1:50000 > 10.99.0.1:21\n"
				       "910 established tcp 10.0.2.1:50001 > 10.99.0.1:21\n"
				       "1900 established tcp 10.0.2.1:50002 > 10.99.0.1:21\n"};
	struct audit_result *result;
	const struct audit_finding *finding;

	run_open(&kit, &run);
	add_bounce(&kit, "10.0.2.1", "10.99.0.1", "10.99.0.3", 7);
	add_bounce(&kit, "10.0.2.1", "10.99.0.1", "10.99.0.2", 9);
	add_bounce(&kit, "10.99.0.8", "10.99.0.1", "10.0.1.1", 8);
	add_bounce(&kit, "10.99.0.8", "10.99.0.1", "10.99.0.2", 8);
	result = run_audit(&kit, &run);
	cr_assert_eq(result->finding_count, 3);
	finding = &result->findings[0];
	cr_expect_eq(finding->reason, REASON_FTP_BOUNCE);
	cr_expect_eq(finding->severity, SEVERITY_HIGH);
	cr_expect_null(finding->rule);
	cr_expect_eq(finding->peer_count, 2);
	cr_assert_eq(finding->peers_listed, 2);
	cr_expect_eq(finding->peers[0].address.bytes[3], 2);
	cr_expect_eq(finding->flows, 3);
	/* The last opening before the command, and the command. */
	cr_expect_eq(finding->evidence.openings[0].frame, 911);
	cr_expect_eq(finding->evidence.openings[1].frame, 7);
	cr_expect_eq(finding->evidence.answer.frame, 0);
	cr_expect_eq(finding->basis, DIRECTION_HANDSHAKE);
	cr_expect_str_eq(finding->filter, "host 10.0.2.1 and host 10.99.0.1 and tcp port 21");
	cr_expect_str_eq(
	    finding->message,
	    "A PORT or PASV in the FTP session of 10.0.2.1 (part) with 10.99.0.1 named a third host, "
	    "10.99.0.2 and 1 more, which the session does not belong to. No rule of the matrix allows that: "
	    "it is how FTP is misused to reach other hosts.");
	/* The third host alone is bound: a finding as well. */
	finding = &result->findings[1];
	cr_expect_eq(finding->reason, REASON_FTP_BOUNCE);
	cr_expect_eq(finding->initiator.address.bytes[3], 8);
	cr_expect_eq(finding->flows, 0);
	cr_expect_eq(finding->evidence.openings[0].frame, 8);
	cr_expect_eq(result->findings[2].reason, REASON_NO_RULE);
	audit_free(result);
	kit_close(&kit);
}

Test(audit_run, suspect_parameters_warn)
{
	struct kit kit;
	struct run_case run = {
	    .site = {"'modes': {'must'", "'parameters': {'odd': [4000]}, 'modes': {'must'"}};
	struct audit_result *result;

	run_open(&kit, &run);
	result = run_audit(&kit, &run);
	cr_assert_eq(result->warnings.count, 2);
	cr_expect_str_eq(result->warnings.items[0],
			 "one: parameter odd is 4000-4000, which the source does not allow (its own "
			 "limits are doubtful)");
	cr_expect_str_eq(result->warnings.items[1],
			 "one: no bound product host was seen both sending and receiving unicast");
	cr_expect_eq(result->verdict, RUN_INCONCLUSIVE);
	audit_free(result);
	kit_close(&kit);
}

Test(audit_run, a_bad_capture_passes_nothing)
{
	struct kit kit;
	struct run_case run = {.rows = "120 established tcp 10.9.0.1:50000 > 10.0.1.1:900\n"
				       "130 established tcp 10.9.0.1:50000 > 10.0.0.1:443\n",
			       .expect_all = true};
	struct audit_result *result;

	run_open(&kit, &run);
	ledger_coverage(kit.ledger, kit.sensor, time_bucket(kit.time_ns))->packets = 10;
	ledger_coverage(kit.ledger, kit.sensor, time_bucket(kit.time_ns))->dropped = 10;
	result = run_audit(&kit, &run);
	cr_expect_eq(result->health.grade, 'D');
	cr_expect_eq(result->verdict, RUN_INCONCLUSIVE);
	cr_expect_eq(result->systems[0].verdict, RUN_INCONCLUSIVE);
	cr_assert_geq(result->reasons.count, 2);
	cr_expect_str_eq(result->reasons.items[0],
			 "health is D: the capture misses too much to pass anything");
	audit_free(result);
	kit_close(&kit);
}

/* A site file that binds no system is another matter than traffic in which nothing was found. */
Test(audit_run, no_system_is_inconclusive)
{
	static const char *const reasons[] = {
	    "the site file binds no system: there is no matrix to hold the traffic against",
	    "no product was recognised: nothing in the traffic behaves like one of the known products; a "
	    "site file can bind the hosts"};
	const struct inference nothing = {.system_count = 0};
	struct kit kit;
	struct run_case run = {.site = {NULL, NULL}};
	struct site site;
	struct err err = {""};

	run_open(&kit, &run);
	site = *kit.site;
	site.system_count = 0;
	matrix_free(kit.matrix);
	kit.matrix = matrix_compile(&site, &err);
	cr_assert_not_null(kit.matrix);
	ledger_sort(kit.ledger);
	for (int inferred = 0; inferred < 2; inferred++) {
		struct audit_options options = {.fail_on = SEVERITY_MEDIUM,
						.inference = inferred ? &nothing : NULL};
		struct audit_result *result = audit_run(kit.ledger, kit.matrix, &options, &err);

		cr_assert_not_null(result);
		cr_expect_eq(result->verdict, RUN_INCONCLUSIVE);
		cr_assert_eq(result->reasons.count, 1);
		cr_expect_str_eq(result->reasons.items[0], reasons[inferred]);
		audit_free(result);
	}
	kit_close(&kit);
}

/* Wherever memory runs out, nothing is left behind. The nearest rules are a help that a finding can do
 * without. */
Test(audit_run, out_of_memory)
{
	struct kit kit;
	struct run_case run = {.rows = run_traffic};
	struct audit_options options = {.fail_on = SEVERITY_MEDIUM};
	uint64_t refused = 0;
	bool reached = true;
	size_t before;

	run_open(&kit, &run);
	ledger_sort(kit.ledger);
	before = mem_live();
	for (uint64_t nth = 1; reached; nth++) {
		struct err err = {""};
		struct audit_result *result;

		mem_fail_at(nth);
		result = audit_run(kit.ledger, kit.matrix, &options, &err);
		reached = mem_fail_reached();
		mem_fail_at(0);
		refused += !result;
		cr_expect_eq(!result, err.text[0] != '\0');
		audit_free(result);
		cr_expect_eq(mem_live(), before, "%llu", (unsigned long long)nth);
	}
	cr_expect_gt(refused, 50);
	kit_close(&kit);
}
