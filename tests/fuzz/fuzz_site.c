/*
 * Door: a site file. Checked: refused with a reason, or whole; under a whole one traffic of its own rules is
 * judged, some of it turned round, reported as text and JSON, and every finding is explained from that JSON.
 */
#include "audit/audit.h"
#include "fuzz.h"
#include "report/report.h"

enum { RULES_MAX = 40, RANDOM_PORT = 40000 };

/* Some address bound to one of ROLES, or a stranger's. */
static struct addr some_end(const struct matrix_system *system, const uint64_t roles)
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

static void add_flow(struct ledger *ledger, struct addr from, struct addr to, uint8_t protocol, uint16_t port,
		     unsigned number)
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

static void add_traffic(struct ledger *ledger, const struct matrix_system *system)
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

static struct ledger *make_ledger(const struct matrix *matrix)
{
	const struct ledger_options options = {.hash_seed = 1};
	struct err err;
	struct ledger *ledger = ledger_new(&options, &err);

	FUZZ_CHECK(ledger && ledger_sensor(ledger, "local") == 0);
	for (size_t i = 0; i < matrix_system_count(matrix); i++)
		add_traffic(ledger, matrix_system(matrix, i));
	FUZZ_CHECK(ledger_cover(ledger, 0, bucket_start_ns(1900000), bucket_start_ns(1900004)) == 0);
	ledger_sort(ledger);
	return ledger;
}

static void explain_all(const struct audit_result *result, const struct strbuf *json)
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

static void judge(const struct site *site)
{
	const struct audit_options audit = {
	    .now_ns = bucket_start_ns(1900010), .fail_on = SEVERITY_MEDIUM, .expect_all = true};
	const struct report_options options = {.version = "fuzz", .site_name = site->name, .verbose = true};
	struct strbuf text = {0}, json = {0};
	struct err err;
	struct matrix *matrix = matrix_compile(site, &err);
	struct ledger *ledger;
	struct audit_result *result;

	FUZZ_CHECK(matrix);
	ledger = make_ledger(matrix);
	result = audit_run(ledger, matrix, &audit, &err);
	FUZZ_CHECK(result);
	FUZZ_CHECK(report_text(&text, result, ledger, &options, &err) == 0);
	FUZZ_CHECK(report_json(&json, result, ledger, &options, &err) == 0);
	explain_all(result, &json);
	strbuf_clear(&text);
	strbuf_clear(&json);
	audit_free(result);
	ledger_free(ledger);
	matrix_free(matrix);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t live = mem_live();
	struct message_list messages = {.error_count = 0};
	struct err err;
	struct signature_library *library = signature_library_open("signatures", &err);
	struct site *site;

	FUZZ_CHECK(library);
	site = site_parse((const char *)data, size, "fuzz.site.json", library, &messages);
	FUZZ_CHECK((site != NULL) == (messages.error_count == 0));
	if (site) {
		judge(site);
		site_free(site);
	}
	message_list_clear(&messages);
	signature_library_close(library);
	FUZZ_CHECK(mem_live() == live);
	return 0;
}
