/*
 * For tests of flow/: packets written as lines, what the table says of them as lines again, so that a test
 *compares whole results. A line of a script is one packet,
 *
 *	TIME SRC:PORT>DST:PORT KIND [option ..]
 *
 * or one call: "start T", "gap T T", "step SECONDS", "expire T", "finish T". Times are seconds after the
 *begin of a bucket. Hosts: A-F 10.0.0.1-6, a-f fd00::1-6, G 255.255.255.255, M 224.0.0.251, N 10.0.0.255, Z
 *0.0.0.0. KIND: TCP flags as tcpdump writes them ("S" "S." "." "P." "F." "R"; "-" none), U for UDP, Q and Y
 *for ICMP echo and reply, E for an ICMP error, I4 and the like for IP protocols. Options:
 *
 *	seq= ack= len= data= (\r \n \xHH) dns= boot= cap= id= win= depth= (of tunnels) vlan= mac= (last byte) group (sent to a
 *link-layer group) frag= (offset of a later fragment, with more: not the last) first (a first fragment) quote=A:1>B:2 proto= type=
 *code= input=
 *
 * Frames count from 1; an IPv4 packet without id= has one of its own.
 */
#ifndef TESTS_UNIT_FLOW_TESTKIT_H
#define TESTS_UNIT_FLOW_TESTKIT_H

#include "base/addr.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "flow/flow.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KIT_UNUSED __attribute__((unused))

enum { KIT_LINES_MAX = 4096, KIT_PAYLOAD_MAX = 1600, KIT_BASE_BUCKET = 1900000 };

struct kit {
	struct flow_table *table;
	bool records_too;
	char *lines[KIT_LINES_MAX]; /* what the sink was told */
	size_t line_count;
	uint64_t frame, packets[ACCOUNT_COUNT];
	uint64_t told[2], settled[ACCOUNT_COUNT]; /* packets in deltas, by side; packets settled later */
	uint64_t forgotten, forgotten_trains;
	uint32_t next_id;
	uint8_t tcp_header[20]; /* window alone matters */
	uint8_t payload[KIT_PAYLOAD_MAX];
};

KIT_UNUSED static int64_t kit_time(double seconds)
{
	return bucket_start_ns(KIT_BASE_BUCKET) + (int64_t)(seconds * 1e9 + (seconds < 0 ? -0.5 : 0.5));
}

static struct addr kit_host(char letter)
{
	uint8_t four[4] = {10, 0, 0, (uint8_t)(letter - 'A' + 1)};
	uint8_t sixteen[16] = {0xfd, [15] = (uint8_t)(letter - 'a' + 1)};

	switch (letter) {
	case 'G': memset(four, 255, 4); break;
	case 'M': memcpy(four, (const uint8_t[]){224, 0, 0, 251}, 4); break;
	case 'N': four[3] = 255; break;
	case 'Z': memset(four, 0, 4); break;
	default: break;
	}
	return letter >= 'a' ? addr_ipv6(sixteen) : addr_ipv4(four);
}

static void kit_say(struct kit *kit, const char *text)
{
	cr_assert_lt(kit->line_count, KIT_LINES_MAX);
	kit->lines[kit->line_count++] = mem_strdup(text);
}

static void kit_add_end(struct strbuf *out, const struct addr *address, unsigned port)
{
	static const char letters[] = "ABCDEFabcdefGMNZ";
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; letters[i]; i++) {
		struct addr host = kit_host(letters[i]);

		if (addr_equal(&host, address)) {
			strbuf_addf(out, "%c:%u", letters[i], port);
			return;
		}
	}
	strbuf_addf(out, "%s:%u", addr_format(address, text), port);
}

static void kit_add_events(struct strbuf *out, const uint32_t *events)
{
	bool any = false;

	for (unsigned i = 0; i < FLOW_EVENT_COUNT; i++) {
		if (!events[i])
			continue;
		cr_assert_eq(events[i], 1);
		strbuf_addf(out, "%s%s", any ? "," : " ", flow_event_name((enum flow_event)i));
		any = true;
	}
	if (!any)
		strbuf_add(out, " -");
}

/* Only what is not at its usual value is said, but for identity, events and counters. */
static void kit_delta(void *context, const struct flow_delta *d)
{
	struct kit *kit = context;
	struct strbuf out = {0};

	strbuf_addf(&out, "b%d ", d->bucket - KIT_BASE_BUCKET);
	kit_add_end(&out, &d->initiator, d->initiator_port);
	strbuf_add(&out, ">");
	kit_add_end(&out, &d->responder, d->responder_port);
	strbuf_addf(&out, " %u %s/%s", d->protocol, direction_name((enum direction_basis)d->basis),
		    confidence_name((enum confidence)d->confidence));
	if (d->delivery != DELIVERY_UNICAST)
		strbuf_addf(&out, " %s", d->delivery == DELIVERY_BROADCAST ? "broadcast" : "multicast");
	kit_add_events(&out, d->events);
	strbuf_addf(&out, " %llu/%llu %llu/%llu", (unsigned long long)d->packets[0],
		    (unsigned long long)d->packets[1], (unsigned long long)d->bytes[0],
		    (unsigned long long)d->bytes[1]);
	for (unsigned i = 0; i < FLOW_OPENINGS; i++) {
		if (d->openings[i].frame)
			strbuf_addf(&out, " o%llu", (unsigned long long)d->openings[i].frame);
	}
	if (d->answer.frame)
		strbuf_addf(&out, " a%llu", (unsigned long long)d->answer.frame);
	if (d->answered_from)
		strbuf_addf(&out, " from=%u", d->answered_from);
	if (d->parent)
		strbuf_addf(&out, " parent=%u%s", d->parent, d->parent_assumed ? "?" : "");
	if (d->contradictions)
		strbuf_addf(&out, " contradictions=%llu@%llu", (unsigned long long)d->contradictions,
			    (unsigned long long)d->contradiction.frame);
	if (d->duplicates)
		strbuf_addf(&out, " duplicates=%llu", (unsigned long long)d->duplicates);
	if (d->syn_retransmitted)
		strbuf_add(&out, " repeated");
	for (unsigned i = 0; i < d->vlan_count; i++)
		strbuf_addf(&out, "%s%u", i ? "," : " vlan=", d->vlans[i]);
	if (d->health.acked_unseen_bytes)
		strbuf_addf(&out, " unseen=%llu", (unsigned long long)d->health.acked_unseen_bytes);
	if (d->health.evidence_cut)
		strbuf_addf(&out, " cut=%llu", (unsigned long long)d->health.evidence_cut);
	if (d->health.evicted)
		strbuf_add(&out, " evicted");
	if (d->health.sided_flows)
		strbuf_addf(&out, " %s", d->health.onesided_flows ? "onesided" : "twosided");
	kit->told[0] += d->packets[0];
	kit->told[1] += d->packets[1];
	kit_say(kit, strbuf_text(&out));
	strbuf_clear(&out);
}

static void kit_record(void *context, const struct flow_record *r)
{
	struct kit *kit = context;
	struct strbuf out = {0};

	if (!kit->records_too)
		return;
	strbuf_add(&out, "flow ");
	kit_add_end(&out, &r->initiator, r->initiator_port);
	strbuf_add(&out, ">");
	kit_add_end(&out, &r->responder, r->responder_port);
	strbuf_addf(&out, " %s/%s %s %llu/%llu %llu/%llu o%llu %.3f-%.3f",
		    direction_name((enum direction_basis)r->basis),
		    confidence_name((enum confidence)r->confidence), r->outcome,
		    (unsigned long long)r->packets[0], (unsigned long long)r->packets[1],
		    (unsigned long long)r->bytes[0], (unsigned long long)r->bytes[1],
		    (unsigned long long)r->start.frame, (double)(r->first_ns - kit_time(0)) / 1e9,
		    (double)(r->last_ns - kit_time(0)) / 1e9);
	if (r->answered_from)
		strbuf_addf(&out, " from=%u", r->answered_from);
	if (r->parent)
		strbuf_addf(&out, " parent=%u", r->parent);
	kit_say(kit, strbuf_text(&out));
	strbuf_clear(&out);
}

static void kit_anomaly(void *context, const struct flow_anomaly *a)
{
	struct kit *kit = context;
	struct strbuf out = {0};

	strbuf_addf(&out, "anomaly %s ", flow_anomaly_name(a->kind));
	kit_add_end(&out, &a->initiator, 0);
	strbuf_add(&out, ">");
	kit_add_end(&out, &a->responder, a->responder_port);
	if (a->third.family != ADDR_NONE) {
		strbuf_add(&out, " third ");
		kit_add_end(&out, &a->third, 0);
	}
	strbuf_addf(&out, " @%llu", (unsigned long long)a->evidence.frame);
	kit_say(kit, strbuf_text(&out));
	strbuf_clear(&out);
}

static void kit_forgotten(void *context, int64_t time_ns, bool is_train)
{
	struct kit *kit = context;

	cr_expect_geq(time_ns, kit_time(0));
	kit->forgotten++;
	kit->forgotten_trains += is_train;
}

static void kit_settled(void *context, uint32_t input, int64_t time_ns, uint64_t packets,
			enum accounting bucket)
{
	struct kit *kit = context;
	struct strbuf out = {0};

	kit->settled[bucket] += packets;
	strbuf_addf(&out, "settled %u %.3f %llu %s", input, (double)(time_ns - kit_time(0)) / 1e9,
		    (unsigned long long)packets,
		    bucket == ACCOUNT_AUDITED    ? "audited"
		    : bucket == ACCOUNT_FRAGMENT ? "fragment"
						 : "icmp_error");
	kit_say(kit, strbuf_text(&out));
	strbuf_clear(&out);
}

KIT_UNUSED static struct kit *kit_new(const struct flow_options *options, bool records_too)
{
	struct kit *kit = mem_calloc(1, sizeof(*kit));
	struct flow_options small = options ? *options : (struct flow_options){.memory_bytes = 8 << 20};
	struct flow_sink sink = {.context = kit,
				 .delta = kit_delta,
				 .record = records_too ? kit_record : NULL,
				 .anomaly = kit_anomaly,
				 .settled = kit_settled,
				 .forgotten = kit_forgotten};
	struct err err;

	cr_assert_not_null(kit);
	kit->records_too = records_too;
	kit->next_id = 1000;
	kit->table = flow_table_new(&small, &sink, &err);
	cr_assert_not_null(kit->table, "%s", err.text);
	return kit;
}

KIT_UNUSED static void kit_free(struct kit *kit)
{
	flow_table_free(kit->table);
	for (size_t i = 0; i < kit->line_count; i++)
		mem_free(kit->lines[i]);
	mem_free(kit);
}

static const char *kit_end(const char *text, struct addr *address, uint16_t *port)
{
	char *end;

	*address = kit_host(*text);
	*port = 0;
	if (text[1] != ':')
		return text + 1;
	*port = (uint16_t)strtoul(text + 2, &end, 10);
	return end;
}

static uint32_t kit_number(const char *options, const char *name, uint32_t otherwise)
{
	const char *at = strstr(options, name);

	return at ? (uint32_t)strtoul(at + strlen(name), NULL, 0) : otherwise;
}

static bool kit_has(const char *options, const char *word)
{
	return strstr(options, word) != NULL;
}

/* " dns=q:7": a DNS question with id 7; " dns=r:7": its answer. */
static uint32_t kit_dns(uint8_t *out, const char *option)
{
	static const uint8_t question[] = {0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1};

	memcpy(out, question, sizeof(question));
	out[1] = (uint8_t)strtoul(option + 2, NULL, 10);
	if (*option == 'r') {
		out[2] = 0x81;
		out[3] = 0x80;
	}
	return sizeof(question);
}

/* " boot=1:7:C": a BOOTREQUEST (2: BOOTREPLY) of transaction 7 and the MAC of host C. */
static uint32_t kit_boot(uint8_t *out, const char *option)
{
	char *at;

	out[0] = (uint8_t)strtoul(option, &at, 10);
	out[1] = 1;
	out[2] = MAC_BYTES;
	out[7] = (uint8_t)strtoul(at + 1, &at, 10);
	memcpy(out + 28, (const uint8_t[]){2, 0, 0, 0, 0, (uint8_t)at[1]}, MAC_BYTES);
	memcpy(out + 236, (const uint8_t[]){0x63, 0x82, 0x53, 0x63, 0xff}, 5);
	return 300;
}

/* The text after data=, to the end of the line. */
static uint32_t kit_data(struct kit *kit, const char *options)
{
	const char *at = strstr(options, " data=");
	uint32_t length = 0;

	memset(kit->payload, 0, sizeof(kit->payload));
	if (strstr(options, " dns="))
		return kit_dns(kit->payload, strstr(options, " dns=") + 5);
	if (strstr(options, " boot="))
		return kit_boot(kit->payload, strstr(options, " boot=") + 6);
	for (at = at ? at + 6 : ""; *at && length < KIT_PAYLOAD_MAX; at++) {
		if (at[0] == '\\' && at[1] == 'x') {
			char digits[3] = {at[2], at[3], 0};

			kit->payload[length++] = (uint8_t)strtoul(digits, NULL, 16);
			at += 3;
		} else if (at[0] == '\\') {
			kit->payload[length++] = at[1] == 'r' ? '\r' : '\n';
			at++;
		} else {
			kit->payload[length++] = (uint8_t)*at;
		}
	}
	return length;
}

static void kit_transport(struct packet_facts *facts, const char *kind, const char *options)
{
	uint16_t identifier = facts->src_port ? facts->src_port : facts->dst_port;

	facts->protocol = PROTO_TCP;
	switch (kind[0]) {
	case 'U': facts->protocol = PROTO_UDP; break;
	case 'I': facts->protocol = (uint8_t)strtoul(kind + 1, NULL, 10); break;
	case 'Q':
	case 'Y':
	case 'E':
		facts->protocol = facts->ip_version == 4 ? PROTO_ICMP : PROTO_ICMP6;
		facts->icmp_type = (uint8_t)kit_number(options, " type=",
						       kind[0] == 'Q'   ? 8
						       : kind[0] == 'Y' ? 0
									: 3);
		facts->icmp_code = (uint8_t)kit_number(options, " code=", kind[0] == 'E' ? 3 : 0);
		facts->icmp_asks = kind[0] == 'Q';
		facts->icmp_answers = kind[0] == 'Y';
		facts->src_port = kind[0] == 'Q' ? identifier : 8 * 256;
		facts->dst_port = kind[0] == 'Q' ? 8 * 256 : identifier;
		break;
	default:
		for (; *kind && *kind != ' '; kind++) {
			static const char letters[] = "FSRP.";
			const char *at = strchr(letters, *kind);

			if (*kind == '-') /* none */
				continue;

			cr_assert_not_null(at, "flag %c", *kind);
			facts->tcp_flags = (uint8_t)(facts->tcp_flags | 1U << (at - letters));
		}
		facts->tcp_seq = kit_number(options, " seq=", 0);
		facts->tcp_ack = kit_number(options, " ack=", 0);
	}
}

static uint8_t kit_delivery(const struct addr *dst, const char *options)
{
	if (addr_is_multicast(dst))
		return DELIVERY_MULTICAST;
	return addr_is_group(dst) || kit_has(options, " group") ? DELIVERY_BROADCAST : DELIVERY_UNICAST;
}

static void kit_macs(struct packet_facts *facts, char from, char to, const char *options)
{
	facts->has_macs = true;
	memcpy(facts->src_mac, (const uint8_t[]){2, 0, 0, 0, 0, (uint8_t)from}, MAC_BYTES);
	memcpy(facts->dst_mac, (const uint8_t[]){2, 0, 0, 0, 0, (uint8_t)to}, MAC_BYTES);
	facts->src_mac[5] = (uint8_t)kit_number(options, " mac=", facts->src_mac[5]);
	if (facts->delivery != DELIVERY_UNICAST)
		memset(facts->dst_mac, 255, MAC_BYTES);
}

/* " outer=C>D:9": inside the first fragment of a tunnel's UDP packet from C to D with id 9. */
static void kit_outer(struct packet_facts *facts, const char *option)
{
	uint16_t port;

	if (!option)
		return;
	facts->has_outer_fragment = true;
	facts->outer_fragment.protocol = PROTO_UDP;
	option = kit_end(option + 7, &facts->outer_fragment.src, &port) + 1;
	(void)kit_end(option, &facts->outer_fragment.dst, &port);
	facts->outer_fragment.ip_id = port;
}

/* The packet of "A:1>B:2 KIND options"; its payload lies in KIT. */
static enum decode_result kit_facts(struct kit *kit, const char *text, struct packet_facts *facts)
{
	char line[KIT_PAYLOAD_MAX], *kind, *options, empty[1] = "";
	const char *dst, *quote;

	memset(facts, 0, sizeof(*facts));
	cr_assert_lt(strlen(text), sizeof(line));
	memcpy(line, text, strlen(text) + 1);
	kind = strchr(line, ' ');
	cr_assert_not_null(kind, "%s", text);
	*kind++ = 0;
	options = strchr(kind, ' ');
	if (!options)
		options = empty;
	dst = kit_end(line, &facts->src, &facts->src_port) + 1;
	(void)kit_end(dst, &facts->dst, &facts->dst_port);
	facts->ip_version = facts->src.family;
	facts->payload_length = kit_data(kit, options);
	facts->payload_length = kit_number(options, " len=", facts->payload_length);
	facts->payload_caplen = kit_number(options, " cap=", facts->payload_length);
	facts->payload = kit->payload;
	kit_transport(facts, kind, options);
	facts->ip_length = (facts->protocol == PROTO_TCP ? 40 : 28) + facts->payload_length;
	facts->has_ip_id = facts->ip_version == 4;
	facts->ip_id = facts->has_ip_id ? kit_number(options, " id=", kit->next_id++) : 0;
	facts->has_ip_id = facts->ip_id != 0;
	facts->delivery = kit_delivery(&facts->dst, options);
	kit_macs(facts, line[0], *dst, options);
	facts->vlans[0] = (uint16_t)kit_number(options, " vlan=", 0);
	facts->vlan_count = facts->vlans[0] != 0;
	facts->is_fragment = kit_has(options, " first");
	facts->more_fragments = facts->is_fragment;
	facts->fragment_protocol = facts->protocol;
	if (facts->protocol == PROTO_TCP && facts->tcp_flags != 0)
		facts->tcp_header = sizeof(kit->tcp_header);
	kit->tcp_header[15] = (uint8_t)kit_number(options, " win=", 0);
	facts->tunnel_depth = (uint8_t)kit_number(options, " depth=", 0);
	facts->fragment_length = facts->payload_length + (facts->protocol == PROTO_TCP ? 20 : 8);
	kit_outer(facts, strstr(options, " outer="));
	if (facts->is_fragment && facts->ip_version == 6)
		facts->ip_id = kit_number(options, " id=", 0);
	if (kit_has(options, " frag=")) {
		facts->fragment_offset = kit_number(options, " frag=", 0);
		facts->is_fragment = true;
		facts->more_fragments = kit_has(options, " more");
		facts->fragment_length = facts->payload_length;
		facts->src_port = facts->dst_port = 0;
		facts->ip_id = kit_number(options, " id=", 0);
		facts->tcp_flags = 0;
		return DECODE_LATER_FRAGMENT;
	}
	if (kind[0] != 'E')
		return DECODE_OK;
	quote = strstr(options, " quote=");
	facts->src_port = facts->dst_port = 0;
	if (quote) {
		dst = kit_end(quote + 7, &facts->quoted.src, &facts->quoted.src_port) + 1;
		(void)kit_end(dst, &facts->quoted.dst, &facts->quoted.dst_port);
		facts->quoted.protocol = (uint8_t)kit_number(options, " proto=", PROTO_UDP);
		facts->quoted.has_ports = true;
	}
	return DECODE_ICMP_ERROR;
}

static bool kit_call(struct kit *kit, const char *line)
{
	char word[16];
	double a = 0, b = 0;

	if (sscanf(line, "%15s %lf %lf", word, &a, &b) < 2 || (word[0] >= '0' && word[0] <= '9'))
		return false;
	if (strcmp(word, "start") == 0)
		flow_table_start(kit->table, kit_time(a));
	else if (strcmp(word, "gap") == 0)
		flow_table_gap(kit->table, kit_time(a), kit_time(b));
	else if (strcmp(word, "step") == 0)
		flow_table_step(kit->table, (int64_t)(a * 1e9));
	else if (strcmp(word, "expire") == 0)
		flow_table_expire(kit->table, kit_time(a));
	else if (strcmp(word, "finish") == 0)
		flow_table_finish(kit->table, kit_time(a));
	else
		cr_assert_fail("%s", line);
	return true;
}

KIT_UNUSED static enum accounting kit_line(struct kit *kit, const char *line)
{
	struct packet_facts facts;
	enum decode_result result;
	enum accounting account;
	uint32_t input;
	char *end;
	double seconds;

	if (kit_call(kit, line))
		return ACCOUNT_COUNT;
	seconds = strtod(line, &end);
	result = kit_facts(kit, end + strspn(end, " "), &facts);
	input = kit_number(line, " input=", 0);
	account = flow_table_add(kit->table, result, &facts, kit_time(seconds), input, ++kit->frame);
	kit->packets[account]++;
	return account;
}

/* SCRIPT: lines. */
KIT_UNUSED static void kit_run(struct kit *kit, const char *script)
{
	char *copy = mem_strdup(script), *rest = copy;

	cr_assert_not_null(copy);
	for (char *line; (line = strsep(&rest, "\n"));) {
		if (*line)
			(void)kit_line(kit, line);
	}
	mem_free(copy);
}

static int kit_compare_lines(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* What was told, as sorted lines: deltas add up, so their order means nothing. */
static struct strbuf kit_told(struct kit *kit)
{
	struct strbuf out = {0};

	qsort(kit->lines, kit->line_count, sizeof(char *), kit_compare_lines);
	for (size_t i = 0; i < kit->line_count; i++)
		strbuf_addf(&out, "%s\n", kit->lines[i]);
	return out;
}

/* Every packet that was said to be audited is in exactly one delta. */
KIT_UNUSED static void kit_check_sums(const struct kit *kit)
{
	cr_expect_eq(kit->told[0] + kit->told[1],
		     kit->packets[ACCOUNT_AUDITED] + kit->settled[ACCOUNT_AUDITED]);
	cr_expect_eq(kit->packets[ACCOUNT_FRAGMENT], kit->settled[ACCOUNT_AUDITED] +
							 kit->settled[ACCOUNT_FRAGMENT] +
							 kit->settled[ACCOUNT_ICMP_ERROR]);
}

struct kit_case {
	const char *name, *script, *expected;
};

/* Runs each script; the whole of what is told must be EXPECTED, lines sorted. */
KIT_UNUSED static void kit_check(const struct kit_case *cases, size_t count, bool records_too)
{
	for (size_t i = 0; i < count; i++) {
		struct kit *kit = kit_new(NULL, records_too);
		struct strbuf told;

		kit_run(kit, cases[i].script);
		told = kit_told(kit);
		cr_expect_str_eq(strbuf_text(&told), cases[i].expected, "%s:\n%s--- expected\n%s",
				 cases[i].name, strbuf_text(&told), cases[i].expected);
		kit_check_sums(kit);
		strbuf_clear(&told);
		kit_free(kit);
	}
}

#define KIT_CHECK(cases)         kit_check(cases, sizeof(cases) / sizeof(*(cases)), false)
#define KIT_CHECK_RECORDS(cases) kit_check(cases, sizeof(cases) / sizeof(*(cases)), true)

#endif
