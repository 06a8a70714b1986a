/*
 * Traffic of a site's own rules, some of it turned round, as a ledger; and a ledger's way through audit and
 * report: text, JSON, and every finding explained from that JSON.
 */
#ifndef TESTS_FUZZ_JUDGE_ROAD_H
#define TESTS_FUZZ_JUDGE_ROAD_H

#include "audit/audit.h"
#include "fuzz.h"
#include "report/report.h"

enum { RULES_MAX = 40, RANDOM_PORT = 40000 };

/* Some address bound to one of ROLES, or a stranger's. */
static inline struct addr some_end(const struct matrix_system *system, const uint64_t roles)
{
	static const uint8_t stranger[4] = {10, 99, 0, 1};

	for (size_t i = 0; i < system->site->binding_count; i++) {
		const struct site_binding *binding = &system->site->bindings[i];

		if (binding->range_count > 0 && binding->role < SIGNATURE_MAX_ROLES &&
		    (roles >> binding->role & 1))
			return binding->ranges[0].low;
	}
	return addr_ipv4(stranger);
}

static inline void add_flow(struct ledger *ledger, struct addr from, struct addr to, uint8_t protocol,
			    uint16_t port, unsigned number)
{
	struct flow_delta delta = {.bucket = 1900000 + (int32_t)(number % 3),
				   .initiator = from,
				   .responder = to,
				   .initiator_port = (uint16_t)(RANDOM_PORT + number),
				   .responder_port = port,
				   .protocol = protocol,
				   .basis = DIRECTION_HANDSHAKE,
				   .confidence = CONFIDENCE_PROVEN,
				   .packets = {3, number % 4},
				   .bytes = {300, 200},
				   .opened_minutes = 1,
				   .active_minutes = 1};

	delta.first_ns = bucket_start_ns(delta.bucket);
	delta.last_ns = delta.first_ns + NSEC_PER_SEC;
	delta.openings[0] = (struct frame_ref){.time_ns = delta.first_ns, .frame = number + 1};
	delta.events[FLOW_OPENED] = 1;
	delta.events[number % 4 ? FLOW_SUCCEEDED : FLOW_EXPIRED] = 1;
	ledger_add_delta(ledger, 0, &delta);
}

static inline void add_traffic(struct ledger *ledger, const struct matrix_system *system)
{
	for (size_t i = 0; i < system->rule_count && i < RULES_MAX; i++) {
		const struct sig_rule *rule = system->rules[i].rule;
		struct addr from = some_end(system, rule->from), to = some_end(system, rule->to);
		uint16_t port = system->rules[i].port_count > 0 ? system->rules[i].ports[0].low : 9;
		bool turned = i % 5 == 4;

		add_flow(ledger, turned ? to : from, turned ? from : to, rule->protocols[0], port,
			 (unsigned)i);
	}
}

static inline struct ledger *make_ledger(const struct matrix *matrix)
{
	const struct ledger_options options = {.hash_seed = 1};
	const struct input_record input = {.name = "a.pcap",
					   .fingerprint = "00112233445566778899aabbccddeeff",
					   .sha256 = "",
					   .format = "pcap",
					   .status = "complete",
					   .error = "",
					   .unsupported = "",
					   .link_types = "EN10MB",
					   .first_ns = bucket_start_ns(1900000),
					   .last_ns = bucket_start_ns(1900004)};
	struct err err;
	struct ledger *ledger = ledger_new(&options, &err);

	FUZZ_CHECK(ledger && ledger_sensor(ledger, "local") == 0);
	FUZZ_CHECK(ledger_add_input(ledger, &input) == 0);
	for (size_t i = 0; i < matrix_system_count(matrix); i++)
		add_traffic(ledger, matrix_system(matrix, i));
	FUZZ_CHECK(ledger_cover(ledger, 0, bucket_start_ns(1900000), bucket_start_ns(1900004)) == 0);
	ledger_sort(ledger);
	return ledger;
}

static inline void explain_all(const struct audit_result *result, const struct strbuf *json)
{
	const struct report_options options = {.version = "fuzz"};

	for (size_t i = 0; i < result->finding_count && i < RULES_MAX; i++) {
		struct strbuf out = {0};
		struct err err;

		FUZZ_CHECK(report_explain(&out, json->text, json->length, result->findings[i].id, &options,
					  &err) == 0);
		strbuf_clear(&out);
	}
}

/* LEDGER must be sorted. */
static inline void judge_ledger_under(const struct site *site, const struct matrix *matrix,
				      const struct ledger *ledger)
{
	const struct audit_options audit = {
	    .now_ns = bucket_start_ns(1900010), .fail_on = SEVERITY_MEDIUM, .expect_all = true};
	const struct report_options options = {.version = "fuzz", .site_name = site->name, .verbose = true};
	struct strbuf text = {0}, json = {0};
	struct err err;
	struct audit_result *result = audit_run(ledger, matrix, &audit, &err);

	FUZZ_CHECK(result);
	FUZZ_CHECK(report_text(&text, result, ledger, &options, &err) == 0);
	FUZZ_CHECK(report_json(&json, result, ledger, &options, &err) == 0);
	explain_all(result, &json);
	strbuf_clear(&text);
	strbuf_clear(&json);
	audit_free(result);
}

#endif
