#include "decode/evidence.h"
#include "decode_samples.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

TestSuite(decode_evidence, .timeout = 10);

enum { DATAGRAM_ROW, SEGMENT_ROW };

struct evidence_row {
	const char *name;
	int kind;
	uint16_t src_port, dst_port;
	const char *hex;
	const char *expect; /* as evidence_text says it */
	uint32_t cut;       /* bytes stated, not at hand */
};

static char *evidence_text(const struct evidence *e, char out[128])
{
	static const char *const sides[] = {"none", "asks", "answers"};
	const uint8_t *m = e->client_mac;
	int n = snprintf(out, 128, "%s %s%s", evidence_protocol_name((enum evidence_protocol)e->protocol),
			 sides[e->side], e->weak ? " weak" : "");

	if (e->has_id)
		n += snprintf(out + n, 128 - (size_t)n, " id %llu", (unsigned long long)e->id);
	if (m[0] | m[1] | m[2] | m[3] | m[4] | m[5])
		snprintf(out + n, 128 - (size_t)n, " mac %02x%02x%02x%02x%02x%02x", m[0], m[1], m[2], m[3],
			 m[4], m[5]);
	return out;
}

/* From a heap block of exactly that size. */
static struct evidence ask(const struct evidence_row *row, const uint8_t *bytes, size_t length, size_t stated)
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

static void check_rows(const struct evidence_row *rows, size_t count)
{
	uint8_t bytes[SAMPLE_BYTES_MAX];
	char text[128];

	for (size_t i = 0; i < count; i++) {
		size_t length = hex_bytes(rows[i].hex, bytes);
		struct evidence e = ask(&rows[i], bytes, length, length + rows[i].cut);

		evidence_text(&e, text);
		cr_expect_str_eq(text, rows[i].expect, "%s:\n  is     %s\n  should %s", rows[i].name, text,
				 rows[i].expect);
		/* Any cut of what is evidence: the same or nothing, never another side. */
		for (size_t n = 0; n < length && e.side != EVIDENCE_NONE; n++) {
			struct evidence cut = ask(&rows[i], bytes, n, length + rows[i].cut);

			if (cut.side != EVIDENCE_NONE)
				cr_expect(cut.side == e.side && cut.protocol == e.protocol && cut.id == e.id,
					  "%s cut at %zu", rows[i].name, n);
		}
	}
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))
#define NOTHING     "none none"

/* example.org, type A */
#define ORG   "07 6578616d706c65 03 6f7267 00 "
#define QUERY "1234 0100 0001 0000 0000 0000" ORG "0001 0001"
#define REPLY "1234 8180 0001 0001 0000 0000" ORG "0001 0001 c00c 0001 0001 00000e10 0004 0a000001"
#define OPT   "00 0029 1000 00000000 0000"

static const struct evidence_row dns_rows[] = {
    {"query", DATAGRAM_ROW, 40000, 53, QUERY, "dns asks id 4660", 0},
    {"query on any port", DATAGRAM_ROW, 40000, 40001, QUERY, "dns asks id 4660", 0},
    {"query with options", DATAGRAM_ROW, 40000, 53, "1234 0120 0001 0000 0000 0001" ORG "0001 0001" OPT,
     "dns asks id 4660", 0},
    {"answer", DATAGRAM_ROW, 53, 40000, REPLY, "dns answers id 4660", 0},
    {"no such name", DATAGRAM_ROW, 53, 40000, "1234 8183 0001 0000 0000 0000" ORG "0001 0001",
     "dns answers id 4660", 0},
    {"answer, cut", DATAGRAM_ROW, 53, 40000, "1234 8180 0001 0001 0000 0000" ORG "0001 0001 c00c 00",
     "dns answers id 4660", 100},
    {"query, cut in its name", DATAGRAM_ROW, 40000, 53, "1234 0100 0001 0000 0000 0000 07 6578616d706c65 03",
     "dns asks id 4660", 9},
    {"update", DATAGRAM_ROW, 40000, 53,
     "1234 2800 0001 0000 0001 0000" ORG "0006 0001 c00c 0001 0001 00000e10 0004 0a000001",
     "dns asks id 4660", 0},
    {"multicast query", DATAGRAM_ROW, 5353, 5353, "0000 0000 0001 0000 0000 0000" ORG "000c 8001", "dns asks",
     0},
    {"multicast answer", DATAGRAM_ROW, 5353, 5353,
     "0000 8400 0000 0001 0000 0000" ORG "0001 8001 00000078 0004 0a000001", "dns answers", 0},
    {"LLMNR", DATAGRAM_ROW, 50000, 5355, QUERY, "dns asks id 4660", 0},
    {"over TCP", SEGMENT_ROW, 40000, 53, "001d" QUERY, "dns asks id 4660", 0},
    {"over TCP, answer", SEGMENT_ROW, 53, 40000, "002d" REPLY, "dns answers id 4660", 0},
    {"over TCP, two", SEGMENT_ROW, 40000, 53, "001d" QUERY "001d" QUERY, "dns asks id 4660", 0},
    {"over TCP, goes on", SEGMENT_ROW, 53, 40000, "0200" REPLY, "dns answers id 4660", 0},
    {"over TCP, length wrong", SEGMENT_ROW, 40000, 53, "001c" QUERY, NOTHING, 0},
    {"bytes behind", DATAGRAM_ROW, 40000, 53, QUERY "00", NOTHING, 0},
    {"reserved bit", DATAGRAM_ROW, 40000, 53, "1234 0140 0001 0000 0000 0000" ORG "0001 0001", NOTHING, 0},
    {"query with a response code", DATAGRAM_ROW, 40000, 53, "1234 0103 0001 0000 0000 0000" ORG "0001 0001",
     NOTHING, 0},
    {"unknown operation", DATAGRAM_ROW, 40000, 53, "1234 1800 0001 0000 0000 0000" ORG "0001 0001", NOTHING,
     0},
    {"no question", DATAGRAM_ROW, 40000, 53, "1234 0100 0000 0000 0000 0000", NOTHING, 0},
    {"header alone answers nothing", DATAGRAM_ROW, 53, 40000, "1234 8181 0000 0000 0000 0000", NOTHING, 0},
    {"class unknown", DATAGRAM_ROW, 40000, 53, "1234 0100 0001 0000 0000 0000" ORG "0001 0009", NOTHING, 0},
    {"pointer to itself", DATAGRAM_ROW, 40000, 53, "1234 0100 0001 0000 0000 0000 c00c 0001 0001", NOTHING,
     0},
    {"pointer forwards", DATAGRAM_ROW, 40000, 53, "1234 0100 0001 0000 0000 0000 c012 0001 0001 00", NOTHING,
     0},
    {"label of 64", DATAGRAM_ROW, 40000, 53, "1234 0100 0001 0000 0000 0000 40 6578616d706c65 00 0001 0001",
     NOTHING, 0},
    {"control bytes in a name", DATAGRAM_ROW, 40000, 53, "1234 0100 0001 0000 0000 0000 02 0102 00 0001 0001",
     NOTHING, 0},
};

Test(decode_evidence, dns)
{
	CHECK(dns_rows);
}

/* WORKGROUP and its padding, encoded */
#define NB_NAME "20 464845504643454c4548464345504646464143414341434143414341434141 41 00 "

static const struct evidence_row netbios_rows[] = {
    {"query", DATAGRAM_ROW, 137, 137, "8001 0110 0001 0000 0000 0000" NB_NAME "0020 0001",
     "netbios asks id 32769", 0},
    {"status query", DATAGRAM_ROW, 1025, 137, "8001 0000 0001 0000 0000 0000" NB_NAME "0021 0001",
     "netbios asks id 32769", 0},
    {"registration", DATAGRAM_ROW, 137, 137,
     "8001 2910 0001 0000 0000 0001" NB_NAME "0020 0001 c00c 0020 0001 00000000 0006 0000 0a000001",
     "netbios asks id 32769", 0},
    {"answer", DATAGRAM_ROW, 137, 137,
     "8001 8500 0000 0001 0000 0000" NB_NAME "0020 0001 00000000 0006 0000 0a000001",
     "netbios answers id 32769", 0},
    {"name not encoded", DATAGRAM_ROW, 137, 137,
     "8001 0010 0001 0000 0000 0000 20"
     "6162636465666768696a6b6c6d6e6f707172737475767778797a303132333435 00 0020 0009",
     NOTHING, 0},
    {"reserved bit", DATAGRAM_ROW, 137, 137, "8001 0150 0001 0000 0000 0000" NB_NAME "0020 0009", NOTHING, 0},
    {"two questions", DATAGRAM_ROW, 137, 137, "8001 0110 0002 0000 0000 0000" NB_NAME "0020 0001", NOTHING,
     0},
};

Test(decode_evidence, netbios)
{
	CHECK(netbios_rows);
}

#define ZERO16 "00000000000000000000000000000000"
#define ZERO64 ZERO16 ZERO16 ZERO16 ZERO16
/* Up to the client's address, then names: 236 bytes */
#define BOOTP(op, flags)                                                                                     \
	op "010600 deadbeef 0000" flags ZERO16 "020000000001 00000000000000000000" ZERO64 ZERO64 ZERO64
#define COOKIE "63825363 350101 ff"

static const struct evidence_row dhcp_rows[] = {
    {"request", DATAGRAM_ROW, 68, 67, BOOTP("01", "8000") COOKIE, "dhcp asks id 3735928559 mac 020000000001",
     0},
    {"reply", DATAGRAM_ROW, 67, 68, BOOTP("02", "0000") COOKIE, "dhcp answers id 3735928559 mac 020000000001",
     0},
    {"request on other ports", DATAGRAM_ROW, 4011, 40000, BOOTP("01", "0000") COOKIE,
     "dhcp asks id 3735928559 mac 020000000001", 0},
    {"relayed, cut before the cookie", DATAGRAM_ROW, 67, 67, BOOTP("01", "0000"),
     "dhcp asks id 3735928559 mac 020000000001", 100},
    {"without cookie", DATAGRAM_ROW, 68, 67, BOOTP("01", "0000") ZERO64,
     "dhcp asks id 3735928559 mac 020000000001", 0},
    {"without cookie, on other ports", DATAGRAM_ROW, 68, 4011, BOOTP("01", "0000") ZERO64, NOTHING, 0},
    {"without cookie, too short for BOOTP", DATAGRAM_ROW, 68, 67, BOOTP("01", "0000") ZERO16, NOTHING, 0},
    {"third operation", DATAGRAM_ROW, 68, 67, BOOTP("03", "0000") COOKIE, NOTHING, 0},
    {"reserved flags", DATAGRAM_ROW, 68, 67, BOOTP("01", "0001") COOKIE, NOTHING, 0},
    {"Ethernet with a long address", DATAGRAM_ROW, 68, 67,
     "01010800 deadbeef 00000000" ZERO16 ZERO16 ZERO64 ZERO64 ZERO64 COOKIE, NOTHING, 0},
};

Test(decode_evidence, dhcp)
{
	CHECK(dhcp_rows);
}

#define STAMP(n) "dc644524 0000000" n
#define NTP(first, precision)                                                                                \
	first "010a" precision "00000100 00000100 7f000001" STAMP("1") STAMP("2") STAMP("3") STAMP("4")

static const struct evidence_row ntp_rows[] = {
    {"client", DATAGRAM_ROW, 40000, 123, NTP("1b", "ee"), "ntp asks id 15880894206936350724", 0},
    {"server", DATAGRAM_ROW, 123, 40000, NTP("24", "ee"), "ntp answers id 15880894206936350722", 0},
    {"client that tells nothing", DATAGRAM_ROW, 40000, 123, NTP("23", "20"),
     "ntp asks id 15880894206936350724", 0},
    {"with a digest", DATAGRAM_ROW, 123, 123, NTP("1b", "ee") "00000001" ZERO16,
     "ntp asks id 15880894206936350724", 0},
    {"client without a time", DATAGRAM_ROW, 40000, 123, "1b000000" ZERO16 ZERO16 "000000000000000000000000",
     "ntp asks", 0},
    {"symmetric says nothing", DATAGRAM_ROW, 123, 123, NTP("19", "ee"), NOTHING, 0},
    {"broadcast says nothing", DATAGRAM_ROW, 123, 123, NTP("1d", "ee"), NOTHING, 0},
    {"on other ports", DATAGRAM_ROW, 40000, 40001, NTP("1b", "ee"), NOTHING, 0},
    {"version 5", DATAGRAM_ROW, 40000, 123, NTP("2b", "ee"), NOTHING, 0},
    {"impossible precision", DATAGRAM_ROW, 40000, 123, NTP("1b", "10"), NOTHING, 0},
    {"too short", DATAGRAM_ROW, 40000, 123, "1b010aee 00000100", NOTHING, 0},
};

Test(decode_evidence, ntp)
{
	CHECK(ntp_rows);
}

#define VARBINDS           "300e 300c 0608 2b06010201010100 0500"
#define SNMP(version, tag) "3026 0201" version "0406 7075626c6963" tag "19 0201 07 0201 00 0201 00" VARBINDS
#define V3_HEAD            "0201 03 300d 0201 63 0202 05c0 0401 04 0201 03 0400 "

static const struct evidence_row snmp_rows[] = {
    {"get", DATAGRAM_ROW, 40000, 161, SNMP("00", "a0"), "snmp asks id 7", 0},
    {"get next", DATAGRAM_ROW, 40000, 161, SNMP("01", "a1"), "snmp asks id 7", 0},
    {"set", DATAGRAM_ROW, 40000, 161, SNMP("01", "a3"), "snmp asks id 7", 0},
    {"bulk on any port", DATAGRAM_ROW, 40000, 40161, SNMP("01", "a5"), "snmp asks id 7", 0},
    {"response", DATAGRAM_ROW, 161, 40000, SNMP("01", "a2"), "snmp answers id 7", 0},
    {"inform", DATAGRAM_ROW, 40000, 162, SNMP("01", "a6"), "snmp asks id 7", 0},
    {"trap", DATAGRAM_ROW, 40000, 162, SNMP("01", "a7"), "snmp asks", 0},
    {"long form of length", DATAGRAM_ROW, 40000, 161,
     "308126 0201 00 0406 7075626c6963 a019 0201 07 0201 00 0201 00" VARBINDS, "snmp asks id 7", 0},
    {"cut in its variables", DATAGRAM_ROW, 40000, 161,
     "3026 0201 00 0406 7075626c6963 a019 0201 07 0201 00 0201 00 300e 300c", "snmp asks id 7", 12},
    {"version 1 trap", DATAGRAM_ROW, 40000, 162,
     "302c 0201 00 0406 7075626c6963 a41f 0606 2b0601040101 4004 0a000001 0201 02 0201 00 4301 05 3006 3004 "
     "0600 0500",
     "snmp asks", 0},
    {"version 3, plain", DATAGRAM_ROW, 40000, 161,
     "3032" V3_HEAD "301c 0400 0400 a016 0201 07 0201 00 0201 00 300b 3009 0605 2b06010201 0500",
     "snmp asks id 99", 0},
    {"version 3, encrypted", DATAGRAM_ROW, 40000, 161, "301e" V3_HEAD "0408 0102030405060708", NOTHING, 0},
    {"version 2", DATAGRAM_ROW, 40000, 161, SNMP("02", "a0"), NOTHING, 0},
    {"unknown PDU", DATAGRAM_ROW, 40000, 161, SNMP("01", "a9"), NOTHING, 0},
    {"bytes behind", DATAGRAM_ROW, 40000, 161, SNMP("01", "a0") "00", NOTHING, 0},
    {"lengths do not nest", DATAGRAM_ROW, 40000, 161,
     "3026 0201 00 0406 7075626c6963 a01a 0201 07 0201 00 0201 00" VARBINDS, NOTHING, 0},
    {"indefinite length", DATAGRAM_ROW, 40000, 161,
     "3080 0201 00 0406 7075626c6963 a019 0201 07 0201 00 0201 00" VARBINDS, NOTHING, 0},
};

Test(decode_evidence, snmp)
{
	CHECK(snmp_rows);
}

static const struct evidence_row ldap_rows[] = {
    {"bind", SEGMENT_ROW, 40000, 389, "300c 0201 01 6007 0201 03 0400 8000", "ldap asks id 1", 0},
    {"bind response", SEGMENT_ROW, 389, 40000, "300c 0201 01 6107 0a01 00 0400 0400", "ldap answers id 1", 0},
    {"search", SEGMENT_ROW, 40000, 389, "3019 0201 02 6314 0400 0a01 00 0a01 00 0201 00 0201 00 0101 00 8700",
     "ldap asks id 2", 0},
    {"entry and done", SEGMENT_ROW, 389, 40000,
     "3009 0201 02 6404 0400 3000 300c 0201 02 6507 0a01 00 0400 0400", "ldap answers id 2", 0},
    {"entry that goes on", SEGMENT_ROW, 389, 40000, "30820400 0201 02 648203f9 0403 646331 308203",
     "ldap answers id 2", 0},
    {"start of encryption", SEGMENT_ROW, 40000, 389,
     "301d 0201 01 7718 8016 312e332e362e312e342e312e313436362e3230303337", "ldap asks id 1", 0},
    {"with controls", SEGMENT_ROW, 40000, 389, "300e 0201 01 6007 0201 03 0400 8000 a000", "ldap asks id 1",
     0},
    {"over UDP", DATAGRAM_ROW, 40000, 389,
     "3019 0201 02 6314 0400 0a01 00 0a01 00 0201 00 0201 00 0101 00 8700", "ldap asks id 2", 0},
    {"bind to no version", SEGMENT_ROW, 40000, 389, "300d 0201 01 6008 0202 0003 0400 8000", NOTHING, 0},
    {"unknown operation", SEGMENT_ROW, 40000, 389, "300c 0201 01 7f07 0201 03 0400 8000", NOTHING, 0},
    {"operation longer than the message", SEGMENT_ROW, 40000, 389, "300c 0201 01 6008 0201 03 0400 8000",
     NOTHING, 0},
    {"something behind the operation", SEGMENT_ROW, 40000, 389, "300e 0201 01 6007 0201 03 0400 8000 0400",
     NOTHING, 0},
};

Test(decode_evidence, ldap)
{
	CHECK(ldap_rows);
}

struct line_row {
	uint16_t src_port, dst_port;
	const char *text;
	const char *expect;
};

static const struct line_row line_rows[] = {
    {21, 40000, "220 FTP server ready\r\n", "ftp answers"},
    {2121, 40000, "220-Welcome\r\n220 ready\r\n", "ftp answers"},
    {21, 40000, "331 Password required\r\n", "ftp answers"},
    {21, 40000, "230 Logged in\n", "ftp answers"},
    {25, 40000, "220 mail.example.org ready\r\n", "smtp answers"},
    {2525, 40000, "220 mail.example.org ESMTP\r\n", "smtp answers"},
    {21, 40000, "220", NOTHING},
    {21, 40000, "220 no end of line", NOTHING},
    {21, 40000, "2200 too long\r\n", NOTHING},
    {21, 40000, "200 Type set\r\n", NOTHING},
    {21, 40000, "220 with a \x01 in it\r\n", NOTHING},
    {40000, 80, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "http asks"},
    {40000, 8080, "CONNECT a.example.org:443 HTTP/1.0\r\n", "http asks"},
    {40000, 80, "POST http://a.example.org/x HTTP/1.1\r\n", "http asks"},
    {40000, 80, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "http asks"},
    {40000, 80, "GET /a/long/path/that/was/cut", "http asks"},
    {40000, 80, "GET relative/that/was/cut", NOTHING},
    {40000, 80, "GET /\r\n", NOTHING},
    {40000, 5060, "OPTIONS sip:a@example.org SIP/2.0\r\n", NOTHING},
    {40000, 80, "FETCH / HTTP/1.1\r\n", NOTHING},
    {80, 40000, "HTTP/1.1 200 OK\r\n", "http answers"},
    {80, 40000, "HTTP/1.0 404\r\n", "http answers"},
    {80, 40000, "HTTP/1.1 600 What\r\n", NOTHING},
    {80, 40000, "HTTP/1.1 2000 OK\r\n", NOTHING},
    {5900, 40000, "RFB 003.008\n", "rfb answers weak"},
    {40000, 5900, "RFB 003.003\n", "rfb answers weak"},
    {5900, 40000, "RFB 003.008\nx", NOTHING},
    {5900, 40000, "RFB 00a.008\n", NOTHING},
    {22, 40000, "SSH-2.0-OpenSSH_9.2\r\n", NOTHING},
};

Test(decode_evidence, lines)
{
	for (size_t i = 0; i < sizeof(line_rows) / sizeof(line_rows[0]); i++) {
		const struct line_row *l = &line_rows[i];
		const struct evidence_row row = {
		    .kind = SEGMENT_ROW, .src_port = l->src_port, .dst_port = l->dst_port};
		struct evidence e = ask(&row, (const uint8_t *)l->text, strlen(l->text), strlen(l->text));
		char text[128];

		cr_expect_str_eq(evidence_text(&e, text), l->expect, "%s", l->text);
	}
}

#define RANDOM32     "000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f "
#define CLIENT_HELLO "16 0301 002d 01 000029 0303" RANDOM32 "00 0002 002f 01 00"
#define SERVER_HELLO "16 0303 002a 02 000026 0303" RANDOM32 "00 002f 00"

static const struct evidence_row tls_rows[] = {
    {"client hello", SEGMENT_ROW, 40000, 443, CLIENT_HELLO, "tls asks", 0},
    {"client hello over two segments", SEGMENT_ROW, 40000, 443,
     "16 0301 0800 01 0007fc 0303" RANDOM32 "20" RANDOM32 "0020 1301", "tls asks", 0},
    {"server hello", SEGMENT_ROW, 443, 40000, SERVER_HELLO, "tls answers", 0},
    {"server hello, others in its record", SEGMENT_ROW, 443, 40000,
     "16 0301 0400 02 000026 0301" RANDOM32 "00 002f 00 0b0003d2", "tls answers", 0},
    {"SSL 2 hello", SEGMENT_ROW, 40000, 443,
     "801f 01 0301 0006 0000 0010 00002f 000035 000102030405060708090a0b0c0d0e0f", "tls asks", 0},
    {"SSL 2 hello, sum wrong", SEGMENT_ROW, 40000, 443,
     "8020 01 0301 0006 0000 0010 00002f 000035 000102030405060708090a0b0c0d0e0f", NOTHING, 0},
    {"certificate", SEGMENT_ROW, 443, 40000, "16 0303 0010 0b 00000c 000009 000006 000003", NOTHING, 0},
    {"application data", SEGMENT_ROW, 443, 40000, "17 0303 0010 00112233445566778899aabbccddeeff", NOTHING,
     0},
    {"unknown version", SEGMENT_ROW, 40000, 443, "16 0305 002d 01 000029 0303" RANDOM32 "00 0002 002f 01 00",
     NOTHING, 0},
    {"odd cipher list", SEGMENT_ROW, 40000, 443, "16 0301 002d 01 000029 0303" RANDOM32 "00 0003 002f 01 00",
     NOTHING, 0},
    {"record longer than its hello", SEGMENT_ROW, 40000, 443,
     "16 0301 002f 01 000029 0303" RANDOM32 "00 0002 002f 01 00", NOTHING, 0},
};

Test(decode_evidence, tls)
{
	CHECK(tls_rows);
}

#define GREETING "0a 352e302e353161 00 01000000 6162636465666768 00 2ca2 08 0200"

static const struct evidence_row db_rows[] = {
    {"greeting", SEGMENT_ROW, 3306, 40000, "1b0000 00" GREETING, "mysql answers", 0},
    {"greeting on any port", SEGMENT_ROW, 33060, 40000, "1b0000 00" GREETING, "mysql answers", 0},
    {"refusal", SEGMENT_ROW, 3306, 40000, "0800 00 00 ff 6a04 486f737420", "mysql answers", 0},
    {"not the first packet", SEGMENT_ROW, 3306, 40000, "1b0000 01" GREETING, NOTHING, 0},
    {"length wrong", SEGMENT_ROW, 3306, 40000, "1c0000 00" GREETING, NOTHING, 0},
    {"protocol 9", SEGMENT_ROW, 3306, 40000,
     "1b0000 00 09 352e302e353161 00 01000000 6162636465666768 00 2ca2 08 0200", NOTHING, 0},
    {"prelogin", SEGMENT_ROW, 40000, 1433, "12 01 0014 0000 01 00 00 0006 0006 ff 090000000000", "tds asks",
     0},
    {"prelogin's answer", SEGMENT_ROW, 1433, 40000, "04 01 0014 0000 01 00 00 0006 0006 ff 090000000000",
     "tds answers", 0},
    {"encryption, client", SEGMENT_ROW, 40000, 1433, "12 01 003a 0000 01 00" CLIENT_HELLO, "tds asks", 0},
    {"encryption, server", SEGMENT_ROW, 1433, 40000, "12 01 0037 0000 01 00" SERVER_HELLO, "tds answers", 0},
    {"prelogin of neither kind", SEGMENT_ROW, 40000, 1433, "12 01 0010 0000 01 00 1403030001010000", NOTHING,
     0},
    {"login", SEGMENT_ROW, 40000, 1433, "10 01 0010 0000 01 00 08000000 00000071", "tds asks", 0},
    {"login, length wrong", SEGMENT_ROW, 40000, 1433, "10 01 0010 0000 01 00 09000000 00000071", NOTHING, 0},
    {"batch", SEGMENT_ROW, 40000, 1433, "01 01 000c 0000 01 00 73006500", "tds asks", 0},
    {"call", SEGMENT_ROW, 40000, 1433, "03 01 000c 0000 01 00 ffff0a00", "tds asks", 0},
    {"rows", SEGMENT_ROW, 1433, 40000, "04 01 000c 0034 01 00 81010000", "tds answers", 0},
    {"no rows", SEGMENT_ROW, 1433, 40000, "04 01 000c 0034 01 00 01010000", NOTHING, 0},
    {"window", SEGMENT_ROW, 40000, 1433, "01 01 000c 0000 01 01 73006500", NOTHING, 0},
    {"type 5", SEGMENT_ROW, 40000, 1433, "05 01 000c 0000 01 00 73006500", NOTHING, 0},
    {"length wrong", SEGMENT_ROW, 40000, 1433, "01 01 000d 0000 01 00 73006500", NOTHING, 0},
};

Test(decode_evidence, databases)
{
	CHECK(db_rows);
}

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
