/*
 * Pages for the test in a browser: browser_pages FOLDER writes busy.html (10,000 findings of 300 systems,
 * compared with the day before), turned.html (the same, the first findings last, so that they are rows of
 * texts instead of elements) and hostile.html (markup in every text). What stands in them is made by count,
 * so that the test can know it.
 */
#include "base/strbuf.h"
#include "report/report.h"
#include <stdio.h>
#include <string.h>

enum {
	SYSTEMS = 300,
	RULES = 12,
	ROLES = 5,
	FINDINGS = 10000,
	FIXED = 7,
	BUCKETS = 96,
	TEXT = 200,
	TURN = 400
};

/* All that a page points into. */
struct made {
	struct arena arena;
	bool hostile;
	struct signature signature;
	struct sig_rule said[RULES];
	struct audit_role roles[ROLES];
	struct audit_rule rules[RULES];
	struct audit_system systems[SYSTEMS];
	struct audit_finding findings[FINDINGS];
	struct finding_history ages[FINDINGS];
	struct fixed_finding fixed[FIXED];
	const char *pcaps[FINDINGS];
	struct audit_near near[2];
	struct audit_bucket timeline[BUCKETS];
	struct audit_exception exception;
	struct audit_result result;
	struct report_history history;
	struct report_options options;
};

static const int64_t day_ns = INT64_C(1794960000) * NSEC_PER_SEC; /* 2026-11-18 */
static const uint8_t tcp[] = {PROTO_TCP};
static const char *const role_ids[ROLES] = {"manager", "device", "client", "ldap", "dns"};

/* TEXT, and in a hostile page what would run if it were not escaped. */
static const char *say(struct made *made, const char *text)
{
	const char *copy =
	    arena_printf(&made->arena, "%s%s", text,
			 made->hostile ? "\"'><img src=x onerror=alert(1)><script>alert(2)</script>"
					 "</style></title><a href=\"http://example.invalid/\">&amp;"
				       : "");

	return copy ? copy : "";
}

static const char *say_number(struct made *made, const char *prefix, size_t number)
{
	char text[TEXT];

	(void)snprintf(text, sizeof text, "%s%zu", prefix, number);
	return say(made, text);
}

static struct name_list list_of(struct made *made, const char *text)
{
	const char **items = arena_calloc(&made->arena, 1, sizeof *items);

	if (!items)
		return (struct name_list){0};
	items[0] = text;
	return (struct name_list){items, 1};
}

static struct addr host(size_t number)
{
	return addr_ipv4(
	    (const uint8_t[]){10, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number});
}

static void make_rules(struct made *made)
{
	static const struct port_range https[] = {{443, 443}};

	for (size_t i = 0; i < ROLES; i++)
		made->roles[i] = (struct audit_role){.id = say(made, role_ids[i]),
						     .title = say(made, role_ids[i]),
						     .kind = i < 2   ? ROLE_PRODUCT
							     : i < 3 ? ROLE_PERSON
								     : ROLE_INFRASTRUCTURE,
						     .bound = i,
						     .seen = i};
	for (size_t i = 0; i < RULES; i++) {
		made->said[i] = (struct sig_rule){.id = say_number(made, "rule-", i),
						  .title = say(made, "what it is for"),
						  .protocols = tcp,
						  .protocol_count = 1,
						  .either = i % 5 == 0};
		made->rules[i] =
		    (struct audit_rule){.rule = &made->said[i],
					.from = list_of(made, made->roles[i % ROLES].id),
					.to = list_of(made, made->roles[(i + 1 + i / ROLES) % ROLES].id),
					.ports = https,
					.port_count = 1,
					.state = (enum rule_state)(i % STATE_COUNT),
					.reason = say(made, "for this reason"),
					.flows = i * 1000,
					.observed_hosts = i,
					.missing_hosts = list_of(made, say(made, "kvm-9")),
					.first_ns = day_ns,
					.last_ns = day_ns + (int64_t)i * NSEC_PER_SEC,
					.cite_source = say(made, "A guide"),
					.cite_where = say(made, "table 1")};
	}
	made->signature = (struct signature){.id = "example",
					     .vendor = say(made, "Example"),
					     .product = say(made, "KVM"),
					     .rules = made->said,
					     .rule_count = RULES};
}

static void make_systems(struct made *made, size_t count)
{
	for (size_t i = 0; i < count; i++)
		made->systems[i] = (struct audit_system){.name = say_number(made, "system-", i),
							 .signature = &made->signature,
							 .verdict = i % 3 ? RUN_PASS : RUN_FAIL,
							 .roles = made->roles,
							 .role_count = ROLES,
							 .rules = made->rules,
							 .rule_count = RULES};
}

static int64_t one_hour(int64_t time_ns)
{
	(void)time_ns;
	return 3600;
}

/* Number I of them: its severity, kind, system, port and times follow from I alone. */
static void make_finding(struct made *made, size_t place, size_t i, size_t systems)
{
	struct audit_finding *finding = &made->findings[place];

	*finding = (struct audit_finding){.kind = (enum finding_kind)(i % 2),
					  .reason = i % 2 ? REASON_OPENED_BY_RESPONDER : REASON_NO_RULE,
					  .severity = (enum severity)(3 - i * 4 / FINDINGS),
					  .system = made->systems[i % systems].name,
					  .rule = i % 2 ? made->said[i % RULES].id : NULL,
					  .peer_count = 1,
					  .protocol = PROTO_TCP,
					  .port = (int32_t)(i % 60000),
					  .outcome = "established",
					  .flows = (i * 7919) % 10007,
					  .packets = 10,
					  .bytes = 1000,
					  .first_ns = day_ns + (int64_t)(i % 86400) * NSEC_PER_SEC,
					  .last_ns = day_ns + (int64_t)((i * 31) % 86400) * NSEC_PER_SEC,
					  .impact = say(made, "Something stops."),
					  .cite = say(made, "A guide, table 1"),
					  .exception = i % 100 == 99 ? made->exception.id : NULL};
	/* Some have the id of the one before. */
	(void)snprintf(finding->id, sizeof finding->id, "%032zx", (size_t)0xabc00000 + i - (i % 1000 == 8));
	finding->initiator =
	    (struct audit_end){host(i + 1), say_number(made, "host-", i), list_of(made, made->roles[1].id)};
	finding->responder =
	    (struct audit_end){host(0x20000), say(made, "kvm-manager"), list_of(made, made->roles[0].id)};
	finding->message = say_number(made, "This is finding number ", i);
	finding->filter = say(made, "host 10.0.0.1 and tcp port 443");
	finding->evidence.openings[0] = (struct frame_ref){day_ns, i + 1, 0};
	if (i % 10 == 0) {
		made->pcaps[place] = arena_printf(&made->arena, "evidence/%s.pcapng", say(made, finding->id));
		finding->nearest = made->near;
		finding->nearest_count = 2;
	}
	made->ages[place] = (struct finding_history){.age = i % 4 ? AGE_CONTINUING : AGE_NEW,
						     .since = say(made, "2026-11-01"),
						     .matrix_changed = i % 40 == 0,
						     .new_peers = &finding->initiator,
						     .new_peers_listed = i % 6 == 1,
						     .new_peer_count = i % 6 == 1 ? i : 0};
}

static void make_rest(struct made *made, size_t systems, size_t findings)
{
	struct audit_result *result = &made->result;

	for (size_t i = 0; i < FIXED; i++)
		made->fixed[i] = (struct fixed_finding){say_number(made, "feed", i),
							"missing",
							"medium",
							say(made, "system-1"),
							say(made, "rule-1"),
							say_number(made, "Fixed finding ", i),
							say(made, "2026-11-01"),
							i == 0};
	for (size_t i = 0; i < BUCKETS; i++) {
		made->timeline[i].bucket = time_bucket(day_ns) + (int32_t)i;
		made->timeline[i].flows[VERDICT_DOCUMENTED] = 100 + i * i % 97;
		made->timeline[i].flows[VERDICT_UNEXPECTED] = i % 7 ? 0 : i / 7;
		made->timeline[i].flows[VERDICT_WRONG_DIRECTION] = i % 31 ? 0 : 2;
	}
	*result =
	    (struct audit_result){.verdict = RUN_FAIL,
				  .fail_on = SEVERITY_MEDIUM,
				  .reasons = list_of(made, say(made, "findings at or above medium")),
				  .warnings = list_of(made, say(made, "a parameter is unusual")),
				  .systems = made->systems,
				  .system_count = systems,
				  .flows = 123456,
				  .edge_count = 4567,
				  .edges = {[VERDICT_DOCUMENTED] = 4000, [VERDICT_UNEXPECTED] = 567},
				  .timeline = made->timeline,
				  .timeline_count = BUCKETS,
				  .findings = made->findings,
				  .finding_count = findings,
				  .exceptions = &made->exception,
				  .exception_count = 1,
				  .health = {.grade = 'B', .reason_count = 1, .reasons = {"12 duplicates"}},
				  .packets = 1234567};
	result->accounting[ACCOUNT_AUDITED] = 1234567;
	made->history = (struct report_history){.compared_with = say(made, "2026-11-17"),
						.findings = made->ages,
						.fixed = made->fixed,
						.fixed_count = FIXED};
	made->options = (struct report_options){.generated_ns = day_ns,
						.version = "0.1.0",
						.site_name = say(made, "Example HQ"),
						.history = &made->history,
						.pcaps = made->pcaps,
						.pcap_folder = say(made, "../evi dence"),
						.zone = say(made, "Europe/Berlin"),
						.zone_offset_sec = one_hour};
}

/* A ledger of one input. NULL after saying why. */
static struct ledger *make_ledger(struct made *made, struct err *err)
{
	struct ledger *ledger = ledger_new(&(struct ledger_options){.memory_bytes = 1 << 22}, err);
	const char *name = say(made, "night.pcap");
	struct input_record input = {.name = name,
				     .fingerprint = "",
				     .sha256 = "",
				     .format = say(made, "pcap"),
				     .status = "complete",
				     .error = say(made, ""),
				     .unsupported = say(made, ""),
				     .link_types = "ethernet",
				     .packets = 1234567,
				     .first_ns = day_ns,
				     .last_ns = day_ns + 86399 * NSEC_PER_SEC};

	if (!ledger)
		return NULL;
	if (ledger_sensor(ledger, "-") < 0 || ledger_add_input(ledger, &input) < 0 ||
	    ledger_cover(ledger, 0, input.first_ns, input.last_ns) < 0 ||
	    ledger_set_filter(ledger, say(made, "ip")) < 0) {
		(void)err_no_memory(err);
		ledger_free(ledger);
		return NULL;
	}
	ledger_sort(ledger);
	return ledger;
}

static int write_page(const struct made *made, const struct ledger *ledger, const char *folder,
		      const char *name, struct err *err)
{
	struct strbuf text = {0};
	char path[4096];
	int status = report_html(&text, &made->result, ledger, &made->options, err);

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = status == 0 ? fopen(path, "w") : NULL;
	if (status == 0 && (!file || fwrite(text.text, 1, text.length, file) != text.length))
		status = err_set(err, "%s: cannot be written", path);
	if (file && fclose(file) != 0)
		status = err_set(err, "%s: cannot be written", path);
	strbuf_clear(&text);
	return status;
}

static int make_page(const char *folder, const char *name, bool hostile, size_t systems, size_t findings,
		     size_t turn, struct err *err)
{
	struct made *made = mem_calloc(1, sizeof *made);

	if (!made)
		return err_no_memory(err);
	made->hostile = hostile;
	made->exception = (struct audit_exception){say(made, "EX-7"),       "used",
						   say(made, "2027-01-31"), true,
						   say(made, "netops"),     say(made, "until replaced")};
	make_rules(made);
	make_systems(made, systems);
	for (size_t i = 0; i < 2; i++)
		made->near[i] =
		    (struct audit_near){.rule = say(made, "rule-1"), .failed = say(made, "another port")};
	for (size_t i = 0; i < findings; i++)
		make_finding(made, i, (i + turn) % findings, systems);
	make_rest(made, systems, findings);
	struct ledger *ledger = make_ledger(made, err);
	int status = ledger ? write_page(made, ledger, folder, name, err) : -1;

	ledger_free(ledger);
	arena_clear(&made->arena);
	mem_free(made);
	return status;
}

int main(int argc, char **argv)
{
	struct err err = {""};

	if (argc != 2) {
		fprintf(stderr, "usage: browser_pages FOLDER\n");
		return 2;
	}
	if (make_page(argv[1], "busy.html", false, SYSTEMS, FINDINGS, 0, &err) != 0 ||
	    make_page(argv[1], "turned.html", false, SYSTEMS, FINDINGS, TURN, &err) != 0 ||
	    make_page(argv[1], "hostile.html", true, 3, 520, 0, &err) != 0) {
		fprintf(stderr, "browser_pages: %s\n", err.text);
		return 2;
	}
	return 0;
}
