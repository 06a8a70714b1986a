#include "evidence_samples.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

TestSuite(decode_evidence, .timeout = 10);

char *evidence_text(const struct evidence *e, char out[EVIDENCE_TEXT_MAX])
{
	static const char *const sides[] = {"none", "asks", "answers"};
	const uint8_t *m = e->client_mac;
	int n = snprintf(out, EVIDENCE_TEXT_MAX, "%s %s%s",
			 evidence_protocol_name((enum evidence_protocol)e->protocol), sides[e->side],
			 e->weak ? " weak" : "");

	if (e->has_id)
		n += snprintf(out + n, EVIDENCE_TEXT_MAX - (size_t)n, " id %llu", (unsigned long long)e->id);
	if (m[0] | m[1] | m[2] | m[3] | m[4] | m[5])
		snprintf(out + n, EVIDENCE_TEXT_MAX - (size_t)n, " mac %02x%02x%02x%02x%02x%02x", m[0], m[1],
			 m[2], m[3], m[4], m[5]);
	return out;
}

/* From a heap block of exactly that size. */
struct evidence evidence_of(const struct evidence_row *row, const uint8_t *bytes, size_t length,
			    size_t stated)
{
	uint8_t *block = malloc(length ? length : 1);
	struct packet_facts facts;
	struct evidence e;

	cr_assert_not_null(block);
	memset(&facts, 0, sizeof(facts));
	memcpy(block, bytes, length);
	facts.payload = block;
	facts.payload_caplen = (uint32_t)length;
	facts.payload_length = (uint32_t)stated;
	facts.src_port = row->src_port;
	facts.dst_port = row->dst_port;
	e = row->kind == DATAGRAM_ROW ? evidence_datagram(&facts) : evidence_segment(&facts);
	free(block);
	return e;
}

void check_evidence(const struct evidence_row *rows, size_t count)
{
	uint8_t bytes[SAMPLE_BYTES_MAX];
	char text[EVIDENCE_TEXT_MAX];

	for (size_t i = 0; i < count; i++) {
		size_t length = hex_bytes(rows[i].hex, bytes);
		struct evidence e = evidence_of(&rows[i], bytes, length, length + rows[i].cut);

		evidence_text(&e, text);
		cr_expect_str_eq(text, rows[i].expect, "%s:\n  is     %s\n  should %s", rows[i].name, text,
				 rows[i].expect);
		/* Any cut of what is evidence: the same or nothing, never another side. */
		for (size_t n = 0; n < length && e.side != EVIDENCE_NONE; n++) {
			struct evidence cut = evidence_of(&rows[i], bytes, n, length + rows[i].cut);

			if (cut.side != EVIDENCE_NONE)
				cr_expect(cut.side == e.side && cut.protocol == e.protocol && cut.id == e.id,
					  "%s cut at %zu", rows[i].name, n);
		}
	}
}

#define ORG   "07 6578616d706c65 03 6f7267 00 "
#define QUERY "1234 0100 0001 0000 0000 0000" ORG "0001 0001"

Test(decode_evidence, names)
{
	static const char *const names[] = {"none", "dns",   "netbios", "dhcp", "ntp", "snmp", "ftp",
					    "smtp", "mysql", "tls",     "http", "tds", "ldap", "rfb"};

	for (int i = 0; i < EVIDENCE_PROTOCOL_COUNT; i++)
		cr_expect_str_eq(evidence_protocol_name((enum evidence_protocol)i), names[i]);
	cr_expect_str_eq(evidence_protocol_name(EVIDENCE_PROTOCOL_COUNT), "?");
}

Test(decode_evidence, later_fragments_and_empty_payloads_say_nothing)
{
	uint8_t bytes[SAMPLE_BYTES_MAX];
	struct packet_facts facts = {.payload = bytes, .src_port = 40000, .dst_port = 53};

	facts.payload_caplen = facts.payload_length = (uint32_t)hex_bytes(QUERY, bytes);
	cr_expect_eq(evidence_datagram(&facts).side, EVIDENCE_ASKS);
	facts.fragment_offset = 1480;
	cr_expect_eq(evidence_datagram(&facts).side, EVIDENCE_NONE);
	facts.fragment_offset = 0;
	facts.payload_caplen = 0;
	cr_expect_eq(evidence_datagram(&facts).side, EVIDENCE_NONE);
	facts.payload = NULL;
	cr_expect_eq(evidence_segment(&facts).side, EVIDENCE_NONE);
}

/* Random bytes are nobody's question, also on the ports of the protocols and where the snap length cut them.
 */
Test(decode_evidence, a_million_random_payloads_are_none)
{
	static const uint32_t lengths[] = {4, 8, 12, 17, 24, 33, 48, 52, 64, 96, 240, 304};
	static const uint16_t ports[] = {53,   137,  161, 123, 67, 68,  5353, 389,
					 1433, 3306, 21,  25,  80, 443, 5900, 40000};
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15), words[38];
	unsigned long found = 0;

	for (unsigned i = 0; i < 1000000; i++) {
		uint32_t length = lengths[i % 12];
		struct packet_facts facts = {.payload_caplen = length,
					     .payload_length = length + (i % 7 == 0 ? 40 : 0)};

		for (unsigned k = 0; k < (length + 7) / 8; k++) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			words[k] = state;
		}
		facts.payload = (const uint8_t *)words;
		facts.src_port = ports[i % 16];
		facts.dst_port = ports[(i / 16) % 16];
		found += evidence_datagram(&facts).side != EVIDENCE_NONE;
		found += evidence_segment(&facts).side != EVIDENCE_NONE;
	}
	cr_expect_eq(found, 0, "%lu random payloads passed for evidence", found);
}
