#include "report_testkit.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* Names live as long as the program, so that lists can be made in passing. */
static const char *const list_client[] = {"client"}, *const list_manager[] = {"manager"},
			 *const list_any[] = {"any"};
static const char *const list_device[] = {"device"}, *const list_kvm9[] = {"kvm-9"},
			 *const list_ldap[] = {"ldap"};
static const char *const list_assumed[] = {"10.2.0.7", "10.2.0.9"};
static const char *const list_unseen[] = {"10.0.1.1", "10.0.1.2", "10.0.1.3", "10.0.1.4",
					  "10.0.1.5", "10.0.1.6", "10.0.1.7", "10.0.1.8"};
static const char *const list_reasons[] = {"2 findings at or above medium"};
static const char *const list_warnings[] = {"hq-kvm: parameter trap lies outside 1-255"};
#define NAMES(list) ((struct name_list){list, sizeof list / sizeof list[0]})

static const struct port_range https[] = {{443, 443}}, authorize[] = {{3871, 3871}, {8192, 8193}},
			       ldap[] = {{389, 389}};
static const struct port_range discovery[] = {{3080, 3080}}, bypass[] = {{2068, 2068}};
static const uint8_t tcp[] = {PROTO_TCP}, udp[] = {PROTO_UDP}, icmp[] = {PROTO_ICMP};
static const struct icmp_match echo[] = {{8, 0}};

static struct addr address_of(const char *text)
{
	struct addr address;

	cr_assert_eq(addr_parse(&address, text), 0, "%s", text);
	return address;
}

static struct audit_end end_of(const char *address, const char *name, struct name_list roles)
{
	return (struct audit_end){.address = address_of(address), .name = name, .roles = roles};
}

static void make_signature(struct sample *sample)
{
	static const struct {
		const char *id, *title;
		const uint8_t *protocols;
		bool either;
	} rules[SAMPLE_RULES] = {
	    {"client-manager-https", "operator's web interface", tcp, false},
	    {"manager-device-authorize", "a session is allowed", tcp, false},
	    {"manager-ldap", NULL, tcp, false},
	    {"ping", NULL, icmp, false},
	    {"discovery", NULL, udp, true},
	    {"client-device-bypass", NULL, tcp, false},
	};

	for (size_t i = 0; i < SAMPLE_RULES; i++)
		sample->said[i] = (struct sig_rule){.id = rules[i].id,
						    .title = rules[i].title,
						    .protocols = rules[i].protocols,
						    .protocol_count = 1,
						    .either = rules[i].either,
						    .basis = BASIS_DOCUMENTED};
	sample->said[3].icmp = echo;
	sample->said[3].icmp_count = 1;
	sample->said[3].basis = BASIS_AMBIGUOUS;
	sample->signature = (struct signature){.id = "example-kvm",
					       .vendor = "Example",
					       .product = "KVM",
					       .rules = sample->said,
					       .rule_count = SAMPLE_RULES};
}

static void make_roles(struct sample *sample)
{
	sample->roles[0] = (struct audit_role){
	    .id = "manager", .title = "KVM manager", .kind = ROLE_PRODUCT, .bound = 1, .seen = 1};
	sample->roles[1] = (struct audit_role){.id = "device",
					       .title = "KVM device",
					       .kind = ROLE_PRODUCT,
					       .bound = 1203,
					       .seen = 1202,
					       .silent = NAMES(list_kvm9)};
	sample->roles[2] = (struct audit_role){
	    .id = "client", .title = "client", .kind = ROLE_PERSON, .assumed = NAMES(list_assumed)};
	sample->roles[3] =
	    (struct audit_role){.id = "ldap", .title = "directory", .kind = ROLE_INFRASTRUCTURE};
}

static void make_rules(struct sample *sample)
{
	const int64_t unknown = TIME_UNKNOWN;

	for (size_t i = 0; i < SAMPLE_RULES; i++)
		sample->rules[i] =
		    (struct audit_rule){.rule = &sample->said[i], .first_ns = unknown, .last_ns = unknown};
	struct audit_rule *rules = sample->rules;
	rules[0].from = NAMES(list_client), rules[0].to = NAMES(list_manager);
	rules[0].ports = https, rules[0].port_count = 1, rules[0].state = STATE_OBSERVED;
	rules[0].flows = 1234, rules[0].packets = UINT64_MAX, rules[0].bytes = UINT64_C(9007199254740993);
	rules[0].observed_hosts = 2, rules[0].attempts = 1240;
	rules[0].first_ns = SAMPLE_TIME_NS, rules[0].last_ns = SAMPLE_TIME_NS + 3600 * NSEC_PER_SEC + 1;
	rules[0].cite_source = "KVM guide", rules[0].cite_where = "table 1, row 1";
	rules[1].from = NAMES(list_manager), rules[1].to = NAMES(list_device);
	rules[1].ports = authorize, rules[1].port_count = 2, rules[1].state = STATE_MISSING;
	rules[1].reason = "required, and not seen of 1 host", rules[1].missing_hosts = NAMES(list_kvm9);
	rules[1].expected_hosts = 3, rules[1].observed_hosts = 2, rules[1].flows = 2;
	rules[1].first_ns = SAMPLE_TIME_NS + NSEC_PER_SEC,
	rules[1].last_ns = SAMPLE_TIME_NS + 61 * NSEC_PER_SEC;
	rules[1].cite_where = "table 1, row 2";
	rules[2].from = NAMES(list_manager), rules[2].to = NAMES(list_ldap);
	rules[2].ports = ldap, rules[2].port_count = 1, rules[2].state = STATE_UNANSWERED;
	rules[2].attempts = 5, rules[2].flows = 5, rules[2].unanswered_hosts = NAMES(list_ldap);
	rules[3].from = NAMES(list_any), rules[3].to = NAMES(list_device);
	rules[3].state = STATE_NOT_OBSERVABLE,
	rules[3].reason = "both ends lie behind one switch: mirror the link of kvm-9";
	rules[3].unobservable_hosts = NAMES(list_unseen), rules[3].expected_hosts = 8;
	rules[4].from = NAMES(list_manager), rules[4].to = NAMES(list_device);
	rules[4].ports = discovery, rules[4].port_count = 1, rules[4].state = STATE_IDLE;
	rules[5].from = NAMES(list_client), rules[5].to = NAMES(list_device);
	rules[5].ports = bypass, rules[5].port_count = 1, rules[5].state = STATE_OFF;
	rules[5].reason = "connection is proxied";
}

static struct audit_finding finding_of(const char *id, enum finding_kind kind, enum finding_reason reason,
				       enum severity severity)
{
	return (struct audit_finding){.id = "",
				      .kind = kind,
				      .reason = reason,
				      .severity = severity,
				      .system = "hq-kvm",
				      .protocol = -1,
				      .port = -1,
				      .peer_count = 1,
				      .basis = DIRECTION_COUNT,
				      .first_ns = TIME_UNKNOWN,
				      .last_ns = TIME_UNKNOWN,
				      .message = id};
}

static void make_turned(struct sample *sample, struct audit_finding *finding)
{
	finding->initiator = end_of("10.0.1.9", "kvm-9", NAMES(list_device));
	finding->responder = end_of("10.0.0.5", "kvm-manager", NAMES(list_manager));
	finding->rule = "manager-device-authorize";
	finding->protocol = PROTO_TCP, finding->port = 3871;
	finding->basis = DIRECTION_HANDSHAKE, finding->confidence = CONFIDENCE_PROVEN;
	finding->outcome = "established";
	finding->flows = 2, finding->packets = 1234, finding->bytes = 98765;
	finding->first_ns = SAMPLE_TIME_NS, finding->last_ns = SAMPLE_TIME_NS + 90 * NSEC_PER_SEC;
	finding->message =
	    "kvm-9 opened TCP port 3871 of kvm-manager. Rule manager-device-authorize has it the other "
	    "way round.";
	finding->impact = "Sessions are refused.";
	finding->cite = "KVM guide, table 1, row 2";
	finding->evidence.openings[0] = (struct frame_ref){SAMPLE_TIME_NS, 17, 0};
	finding->evidence.openings[1] = (struct frame_ref){SAMPLE_TIME_NS, 4, 1};
	finding->evidence.answer = (struct frame_ref){SAMPLE_TIME_NS, 18, 0};
	finding->evidence.contradiction = (struct frame_ref){SAMPLE_TIME_NS, 17, 0};
	finding->filter = "host 10.0.1.9 and host 10.0.0.5 and tcp port 3871";
	finding->nearest = sample->nearest, finding->nearest_count = 2;
}

static void make_scan(struct sample *sample, struct audit_finding *finding)
{
	for (size_t i = 0; i < SAMPLE_PEERS; i++) {
		char text[32];

		(void)snprintf(text, sizeof text, "10.0.1.%zu", i + 1);
		sample->peers[i] = end_of(text, NULL, i % 2 ? NAMES(list_device) : (struct name_list){0});
	}
	finding->initiator = end_of("10.9.0.4", NULL, (struct name_list){0});
	finding->responder = sample->peers[0];
	finding->peers = sample->peers, finding->peers_listed = SAMPLE_PEERS, finding->peer_count = 200;
	finding->protocol = PROTO_TCP, finding->many_ports = true;
	finding->basis = DIRECTION_SYNACK, finding->confidence = CONFIDENCE_LIKELY;
	finding->outcome = "refused";
	finding->flows = 3200, finding->packets = 6400, finding->bytes = 384000;
	finding->first_ns = finding->last_ns = SAMPLE_TIME_NS + 600 * NSEC_PER_SEC;
	finding->message = "10.9.0.4 tried many ports of 200 hosts.";
	finding->evidence.openings[0] = (struct frame_ref){SAMPLE_TIME_NS, 900, 0};
	finding->filter = "host 10.9.0.4 and tcp";
}

static void make_others(struct sample *sample)
{
	struct audit_finding *missing = &sample->findings[2], *unanswered = &sample->findings[3];
	struct audit_finding *fallback = &sample->findings[4], *noise = &sample->findings[5];

	missing->rule = "manager-device-authorize", missing->host = "kvm-9";
	missing->message = "kvm-9 takes no part in manager-device-authorize.";
	missing->filter = "host 10.0.1.9 and tcp port 3871";
	missing->cite = "KVM guide, table 1, row 2";
	unanswered->initiator = end_of("fd00:10::5", "kvm-manager", NAMES(list_manager));
	unanswered->responder = end_of("2001:db8:85a3:1234:5678:8a2e:370:7334", NULL, NAMES(list_ldap));
	unanswered->rule = "manager-ldap", unanswered->protocol = PROTO_TCP, unanswered->port = 389;
	unanswered->outcome = "unanswered", unanswered->flows = 5, unanswered->packets = 15,
	unanswered->bytes = 900;
	unanswered->basis = DIRECTION_HANDSHAKE, unanswered->confidence = CONFIDENCE_PROVEN;
	unanswered->first_ns = SAMPLE_TIME_NS, unanswered->last_ns = SAMPLE_TIME_NS + 86400 * NSEC_PER_SEC;
	unanswered->message = "The directory never answers.";
	fallback->initiator = end_of("10.0.0.5", "kvm-manager", NAMES(list_manager));
	fallback->responder = end_of("10.0.1.9", "kvm-9", NAMES(list_device));
	fallback->protocol = PROTO_ICMP6, fallback->port = 128 * 256 + 3;
	fallback->basis = DIRECTION_PROTOCOL, fallback->confidence = CONFIDENCE_PROVEN;
	fallback->packets = 1, fallback->bytes = 1, fallback->outcome = "answered";
	fallback->first_ns = fallback->last_ns = SAMPLE_TIME_NS;
	fallback->message = "The second way was taken.";
	noise->initiator = end_of("10.0.0.5", "kvm-manager", NAMES(list_manager));
	noise->responder = end_of("10.0.0.255", NULL, (struct name_list){0});
	noise->protocol = PROTO_UDP, noise->port = 1900, noise->outcome = "oneway", noise->flows = 1,
	noise->packets = 1;
	noise->basis = DIRECTION_GROUP, noise->confidence = CONFIDENCE_PROVEN, noise->bytes = 122;
	noise->first_ns = noise->last_ns = SAMPLE_TIME_NS;
	noise->message = "kvm-manager sent to UDP port 1900 of 10.0.0.255.";
}

static void make_findings(struct sample *sample)
{
	static const char *const ids[SAMPLE_FINDINGS] = {
	    "aaaa0000111122223333444455556666", "aaab0000111122223333444455556666",
	    "bbbb0000111122223333444455556666", "cccc0000111122223333444455556666",
	    "dddd0000111122223333444455556666", "eeee0000111122223333444455556666",
	    "ffff0000111122223333444455556666"};
	struct audit_finding *findings = sample->findings;

	findings[0] = finding_of("", FINDING_WRONG_DIRECTION, REASON_OPENED_BY_RESPONDER, SEVERITY_HIGH);
	findings[1] = finding_of("", FINDING_UNEXPECTED, REASON_SCAN, SEVERITY_MEDIUM);
	findings[2] = finding_of("", FINDING_MISSING, REASON_NONE, SEVERITY_MEDIUM);
	findings[3] = finding_of("", FINDING_UNANSWERED, REASON_NONE, SEVERITY_LOW);
	findings[4] = finding_of("", FINDING_FALLBACK, REASON_NONE, SEVERITY_LOW);
	findings[5] = finding_of("", FINDING_UNEXPECTED, REASON_GROUP_NOISE, SEVERITY_INFO);
	findings[6] = finding_of("", FINDING_UNEXPECTED, REASON_NO_RULE, SEVERITY_HIGH);
	make_turned(sample, &findings[0]);
	make_scan(sample, &findings[1]);
	make_others(sample);
	findings[6].initiator = end_of("10.9.0.4", NULL, (struct name_list){0});
	findings[6].responder = end_of("10.0.0.5", "kvm-manager", NAMES(list_manager));
	findings[6].protocol = PROTO_TCP, findings[6].port = 9100, findings[6].exception = "EX-7";
	findings[6].outcome = "established", findings[6].flows = 1, findings[6].packets = 10,
	findings[6].bytes = 462;
	findings[6].basis = DIRECTION_HANDSHAKE, findings[6].confidence = CONFIDENCE_PROVEN;
	findings[6].first_ns = findings[6].last_ns = SAMPLE_TIME_NS;
	findings[6].message = "10.9.0.4 opened TCP port 9100 of kvm-manager.";
	findings[6].filter = "host 10.9.0.4 and host 10.0.0.5 and tcp port 9100";
	findings[6].evidence.openings[0] = (struct frame_ref){SAMPLE_TIME_NS, 40, 0};
	for (size_t i = 0; i < SAMPLE_FINDINGS; i++)
		memcpy(findings[i].id, ids[i], sizeof findings[i].id);
	sample->nearest[0] = (struct audit_near){"manager-device-authorize",
						 "kvm-9 opened it, the rule lets only manager open"};
	sample->nearest[1] = (struct audit_near){"discovery", "protocol tcp is not udp"};
}

static void make_capture(struct sample *sample)
{
	struct audit_result *result = &sample->result;

	sample->inputs[0] =
	    (struct input_record){.name = "a.pcap",
				  .fingerprint = "0123456789abcdef0123456789abcdef",
				  .sha256 = "",
				  .format = "pcap",
				  .status = "complete",
				  .error = "",
				  .packets = 1000,
				  .bytes = 81234,
				  .first_ns = SAMPLE_TIME_NS,
				  .last_ns = SAMPLE_TIME_NS + 4200 * NSEC_PER_SEC,
				  .accounting = {[ACCOUNT_AUDITED] = 990, [ACCOUNT_NON_IP] = 10},
				  .unsupported = "",
				  .link_types = "ethernet"};
	sample->inputs[1] = sample->inputs[0];
	sample->inputs[1].name = "night shift/b.pcap.gz", sample->inputs[1].format = "pcap gzip";
	sample->inputs[1].fingerprint = "", sample->inputs[1].status = "cut",
	sample->inputs[1].trouble = true;
	sample->inputs[1].error = "cut short: 62 of 92 bytes of a record at byte 63000, after frame 471";
	sample->inputs[1].sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
	sample->inputs[2] = sample->inputs[0];
	sample->inputs[2].name = "c.pcapng", sample->inputs[2].format = "pcapng";
	sample->inputs[2].unsupported = "ieee802_15_4", sample->inputs[2].first_ns = TIME_UNKNOWN;
	sample->inputs[2].last_ns = TIME_UNKNOWN, sample->inputs[2].packets = 0;
	result->health = (struct ledger_health){.grade = 'C',
						.packets = 2000,
						.reason_count = 2,
						.reasons = {"0.4% of packets dropped", "12 duplicates"},
						.dropped = 8,
						.duplicates = 12,
						.clock_steps = 1,
						.folded = 3,
						.forgotten = 8,
						.snaplen_min = 96,
						.flows = {1, 2, 3, 4, 5, 6}};
	result->packets = 2000;
	result->accounting[ACCOUNT_AUDITED] = 1980;
	result->accounting[ACCOUNT_NON_IP] = 20;
	sample->filter = "not port 22";
}

static void make_result(struct sample *sample)
{
	sample->system = (struct audit_system){.name = "hq-kvm",
					       .signature = &sample->signature,
					       .verdict = RUN_FAIL,
					       .roles = sample->roles,
					       .role_count = SAMPLE_ROLES,
					       .rules = sample->rules,
					       .rule_count = SAMPLE_RULES};
	sample->exceptions[0] = (struct audit_exception){
	    "EX-7", "used", "2027-01-31", true, "netops", "metrics scrape until the agent is replaced"};
	sample->exceptions[1] =
	    (struct audit_exception){"EX-8", "expired", "2026-10-31", false, "datacentre", "remote support"};
	sample->result = (struct audit_result){
	    .verdict = RUN_FAIL,
	    .reasons = NAMES(list_reasons),
	    .warnings = NAMES(list_warnings),
	    .systems = &sample->system,
	    .system_count = 1,
	    .flows = 77,
	    .edge_count = 31,
	    .edges = {[VERDICT_DOCUMENTED] = 25, [VERDICT_UNEXPECTED] = 1234, [VERDICT_OUT_OF_SCOPE] = 3},
	    .findings = sample->findings,
	    .finding_count = SAMPLE_FINDINGS,
	    .exceptions = sample->exceptions,
	    .exception_count = 2,
	};
	sample->options = (struct report_options){.generated_ns = SAMPLE_TIME_NS + 86400 * NSEC_PER_SEC,
						  .version = "0.1.0",
						  .site_name = "Example HQ",
						  .width = 100};
}

void sample_read(struct sample *sample)
{
	struct err err;

	ledger_free(sample->ledger);
	sample->ledger = ledger_new(&(struct ledger_options){.memory_bytes = 1 << 22}, &err);
	cr_assert_not_null(sample->ledger);
	cr_assert_eq(ledger_sensor(sample->ledger, "-"), 0);
	for (size_t i = 0; i < SAMPLE_INPUTS; i++) {
		const struct input_record *input = &sample->inputs[i];

		cr_assert_eq(ledger_add_input(sample->ledger, input), (int64_t)i);
		if (input->first_ns != TIME_UNKNOWN)
			cr_assert_eq(ledger_cover(sample->ledger, 0, input->first_ns, input->last_ns), 0);
	}
	cr_assert_eq(ledger_set_filter(sample->ledger, sample->filter), 0);
	ledger_sort(sample->ledger);
}

void sample_open(struct sample *sample)
{
	*sample = (struct sample){.ledger = NULL};
	make_signature(sample);
	make_roles(sample);
	make_rules(sample);
	make_result(sample);
	make_findings(sample);
	make_capture(sample);
	sample_read(sample);
}

void sample_close(struct sample *sample)
{
	ledger_free(sample->ledger);
	sample->ledger = NULL;
	arena_clear(&sample->lists);
}

void sample_make_clean(struct sample *sample)
{
	struct audit_result *result = &sample->result;

	result->verdict = sample->system.verdict = RUN_PASS;
	result->reasons.count = result->warnings.count = 0;
	result->finding_count = result->exception_count = 0;
	result->edges[VERDICT_UNEXPECTED] = result->edges[VERDICT_OUT_OF_SCOPE] = 0;
	result->edge_count = 25;
	result->health = (struct ledger_health){.grade = 'A', .packets = 2000};
	sample->system.rule_count = 1;
	sample->system.role_count = 1;
	for (size_t i = 1; i < SAMPLE_INPUTS; i++)
		sample->inputs[i] = sample->inputs[0];
	sample->inputs[1].name = "b.pcap", sample->inputs[2].name = "c.pcap";
	sample->filter = "";
	sample_read(sample);
}
