#include "decode/walk.h"
#include "decode_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_icmp, .timeout = 10);

#define SAID4(src, dst)   " v4 10.0.0.1:" src " > 10.0.0.2:" dst " proto 1 unicast"
#define SAID6(src, dst)   " v6 2001:db8::1:" src " > 2001:db8::2:" dst " proto 58 unicast"
#define ERROR4(type_code) "ICMP_ERROR" SAID4("0", "0") " len 56 id 7 icmp " type_code " payload 36/36 quotes "
/* 28 bytes: what the receiver had sent */
#define QUOTE4(protocol, first8) "4500 0030 0001 0000 40" protocol "0000 0a000002 0a000001" first8
#define QUOTE6(next, rest)                                                                                   \
	"60000000 0100" next "40 20010db8000000000000000000000002 20010db8000000000000000000000001" rest

static const struct decode_sample rows[] = {
    {"echo", 228, IP4("001c", "01") "0800 0000 1234 0001",
     "OK" SAID4("4660", "2048") " len 28 id 7 icmp 8/0 asks payload 8/8", 0},
    {"echo reply", 228, IP4("001c", "01") "0000 0000 1234 0001",
     "OK" SAID4("2048", "4660") " len 28 id 7 icmp 0/0 answers payload 8/8", 0},
    {"echo with a code", 228, IP4("001c", "01") "0809 0000 1234 0001",
     "OK" SAID4("4660", "2057") " len 28 id 7 icmp 8/9 asks payload 8/8", 0},
    {"timestamp", 228, IP4("001c", "01") "0d00 0000 1234 0001",
     "OK" SAID4("4660", "3328") " len 28 id 7 icmp 13/0 asks payload 8/8", 0},
    {"timestamp reply", 228, IP4("001c", "01") "0e00 0000 1234 0001",
     "OK" SAID4("3328", "4660") " len 28 id 7 icmp 14/0 answers payload 8/8", 0},
    {"mask", 228, IP4("001c", "01") "1100 0000 1234 0001",
     "OK" SAID4("4660", "4352") " len 28 id 7 icmp 17/0 asks payload 8/8", 0},
    {"mask reply", 228, IP4("001c", "01") "1200 0000 1234 0001",
     "OK" SAID4("4352", "4660") " len 28 id 7 icmp 18/0 answers payload 8/8", 0},
    {"extended echo reply, whose code is a state", 228, IP4("001c", "01") "2b02 0000 1234 0001",
     "OK" SAID4("10752", "4660") " len 28 id 7 icmp 43/2 answers payload 8/8", 0},
    {"on its own", 228, IP4("001c", "01") "2803 0000 0000 0000",
     "OK" SAID4("0", "10243") " len 28 id 7 icmp 40/3 payload 8/8", 0},
    {"four bytes suffice", 228, IP4("0018", "01") "2803 0000",
     "OK" SAID4("0", "10243") " len 24 id 7 icmp 40/3 payload 4/4", 0},
    {"type cut", 228, IP4("001c", "01") "08", "PORTS_SHORT", 7},
    {"identifier cut", 228, IP4("001c", "01") "0800 0000 12", "PORTS_SHORT", 3},
    {"no room for an identifier", 228, IP4("0019", "01") "0800 0000 12", "TRANSPORT_LENGTH", 0},
    {"no room for a type", 228, IP4("0017", "01") "0800 00", "TRANSPORT_LENGTH", 0},
    {"identifier never there", 228, IP4("001c", "01") "0800 0000 12", "RUNT", 0},
    {"unreachable, quotes UDP", 228,
     IP4("0038", "01") "0303 0000 00000000" QUOTE4("11", "0045 0401 000c 0000"),
     ERROR4("3/3") "10.0.0.2:69 > 10.0.0.1:1025 proto 17", 0},
    {"time exceeded, quotes TCP", 228,
     IP4("0038", "01") "0b00 0000 00000000" QUOTE4("06", "0401 0050 00000001"),
     ERROR4("11/0") "10.0.0.2:1025 > 10.0.0.1:80 proto 6", 0},
    {"parameter problem, quotes echo", 228,
     IP4("0038", "01") "0c00 0000 00000000" QUOTE4("01", "0800 0000 1234 0001"),
     ERROR4("12/0") "10.0.0.2:4660 > 10.0.0.1:2048 proto 1", 0},
    {"source quench, quotes echo reply", 228,
     IP4("0038", "01") "0400 0000 00000000" QUOTE4("01", "0000 0000 1234 0001"),
     ERROR4("4/0") "10.0.0.2:2048 > 10.0.0.1:4660 proto 1", 0},
    {"quotes ESP", 228, IP4("0038", "01") "0301 0000 00000000" QUOTE4("32", "0000000100000001"),
     ERROR4("3/1") "10.0.0.2:0 > 10.0.0.1:0 proto 50 without ports", 0},
    {"quotes options", 228,
     IP4("003c", "01") "0303 0000 00000000 4600 0030 0001 0000 40 11 0000 0a000002 0a000001 01010101 0045 "
		       "0401 000c 0000",
     "ICMP_ERROR" SAID4(
	 "0", "0") " len 60 id 7 icmp 3/3 payload 40/40 quotes 10.0.0.2:69 > 10.0.0.1:1025 proto 17",
     0},
    {"quotes a later fragment", 228,
     IP4("0038",
	 "01") "0303 0000 00000000 4500 0030 0001 0001 40 11 0000 0a000002 0a000001 0045 0401 000c 0000",
     ERROR4("3/3") "10.0.0.2:0 > 10.0.0.1:0 proto 17 without ports", 0},
    {"quote cut before the ports", 228,
     IP4("0038", "01") "0303 0000 00000000 4500 0030 0001 0000 40 11 0000 0a000002 0a000001 00",
     "ICMP_ERROR" SAID4(
	 "0",
	 "0") " len 56 id 7 icmp 3/3 payload 29/36 quotes 10.0.0.2:0 > 10.0.0.1:0 proto 17 without ports",
     7},
    {"quoted header cut", 228, IP4("0038", "01") "0303 0000 00000000 4500 0030 0001 0000 40 11 0000 0a000002",
     "ICMP_ERROR" SAID4("0", "0") " len 56 id 7 icmp 3/3 payload 24/36 quotes nothing", 12},
    {"quotes another version", 228,
     IP4("0038", "01") "0303 0000 00000000 5500 0030 0001 0000 40 11 0000 0a000002 0a000001 0045 "
		       "0401 000c 0000",
     ERROR4("3/3") "nothing", 0},
    {"link-local ends quoted in a VLAN", 1,
     MACS "8100 0005 0800" IP4(
	 "0038", "01") "0303 0000 00000000 4500 0030 0001 0000 40 11 0000 a9fe0102 0a000001 0045 0401 000c "
		       "0000",
     "ICMP_ERROR" SAID4(
	 "0", "0") " len 56 id 7" SAID_MACS
		   " vlans 5 icmp 3/3 payload 36/36 quotes 169.254.1.2%vlan5:69 > 10.0.0.1:1025 proto 17",
     0},
    {"redirect", 228, IP4("0038", "01") "0501 0000 0a000003" QUOTE4("11", "0045 0401 000c 0000"), "NEIGHBOUR",
     0},
    {"router advertisement", 228, IP4("001c", "01") "0900 0000 0102 0708", "NEIGHBOUR", 0},
    {"router solicitation", 228, IP4("001c", "01") "0a00 0000 0000 0000", "NEIGHBOUR", 0},
    {"v6 echo", 229, IP6("0008", "3a") "8000 0000 1234 0001",
     "OK" SAID6("4660", "32768") " len 48 icmp 128/0 asks payload 8/8", 0},
    {"v6 echo reply", 229, IP6("0008", "3a") "8100 0000 1234 0001",
     "OK" SAID6("32768", "4660") " len 48 icmp 129/0 answers payload 8/8", 0},
    {"v6 node information", 229, IP6("0008", "3a") "8b02 0000 1234 0001",
     "OK" SAID6("4660", "35584") " len 48 icmp 139/2 asks payload 8/8", 0},
    {"v6 node information, answer", 229, IP6("0008", "3a") "8c00 0000 1234 0001",
     "OK" SAID6("35584", "4660") " len 48 icmp 140/0 answers payload 8/8", 0},
    {"v6 unreachable, quotes UDP", 229,
     IP6("0038", "3a") "0104 0000 00000000" QUOTE6("11", "0045 0401 000c 0000"),
     "ICMP_ERROR" SAID6(
	 "0", "0") " len 96 icmp 1/4 payload 56/56 quotes 2001:db8::2:69 > 2001:db8::1:1025 proto 17",
     0},
    {"v6 too big, quotes options and TCP", 229,
     IP6("0040", "3a") "0200 0000 00000500" QUOTE6("3c", "0600010400000000 0050 0401 00000001"),
     "ICMP_ERROR" SAID6(
	 "0", "0") " len 104 icmp 2/0 payload 64/64 quotes 2001:db8::2:80 > 2001:db8::1:1025 proto 6",
     0},
    {"v6 time exceeded, quotes AH and echo", 229,
     IP6("0048", "3a") "0300 0000 00000000" QUOTE6("33",
						   "3a020000 00000001 00000001 00000000 8000 0000 1234 0001"),
     "ICMP_ERROR" SAID6(
	 "0", "0") " len 112 icmp 3/0 payload 72/72 quotes 2001:db8::2:4660 > 2001:db8::1:32768 proto 58",
     0},
    {"v6 problem, quotes a later fragment", 229,
     IP6("0040", "3a") "0400 0000 00000000" QUOTE6("2c", "1100000800000001 0045 0401 000c 0000"),
     "ICMP_ERROR" SAID6(
	 "0",
	 "0") " len 104 icmp 4/0 payload 64/64 quotes 2001:db8::2:0 > 2001:db8::1:0 proto 17 without ports",
     0},
    {"v6 quote cut", 229, IP6("0038", "3a") "0104 0000 00000000 60000000 0100 11",
     "ICMP_ERROR" SAID6("0", "0") " len 96 icmp 1/4 payload 15/56 quotes nothing", 41},
    {"router solicitation v6", 229, IP6("0008", "3a") "8500 0000 0000 0000", "NEIGHBOUR", 0},
    {"redirect v6", 229, IP6("0008", "3a") "8900 0000 0000 0000", "NEIGHBOUR", 0},
    {"MLD query", 229, IP6("0008", "3a") "8200 0000 0000 0000", "MLD", 0},
    {"MLD version 2 behind hop-by-hop", 229,
     IP6("0010", "00") "3a00 0502 0000 0100"
		       "8f00 0000 0000 0000",
     "MLD", 0},
};

const struct decode_samples samples_icmp = SAMPLES(rows);

Test(decode_icmp, samples)
{
	check_samples(&samples_icmp);
}

Test(decode_icmp, every_question_has_its_answer)
{
	static const struct {
		bool ipv6;
		uint8_t question, answer;
	} pairs[] = {{false, 8, 0},    {false, 13, 14},  {false, 15, 16},  {false, 17, 18},
		     {false, 37, 38},  {false, 42, 43},  {true, 128, 129}, {true, 139, 140},
		     {true, 144, 145}, {true, 146, 147}, {true, 160, 161}};
	unsigned with_id = 0;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct icmp_ports asked = icmp_ports_of(pairs[i].ipv6, pairs[i].question, 0, 7);
		struct icmp_ports answered = icmp_ports_of(pairs[i].ipv6, pairs[i].answer, 0, 7);

		cr_expect(asked.asks && !asked.answers && answered.answers && !answered.asks);
		cr_expect_eq(asked.dst_port, pairs[i].question * 256);
		cr_expect_eq(asked.src_port, 7);
		cr_expect_eq(answered.src_port, pairs[i].question * 256);
		cr_expect_eq(answered.dst_port, 7);
	}
	for (unsigned type = 0; type < 256; type++)
		with_id += icmp_has_id(false, (uint8_t)type) + icmp_has_id(true, (uint8_t)type);
	cr_expect_eq(with_id, 22, "only these pairs carry an identifier");
}

/* The type's result, from a packet of 8 bytes. */
static enum decode_result result_of(const char *header, uint8_t type)
{
	uint8_t bytes[SAMPLE_BYTES_MAX];
	struct packet_facts facts;
	uint32_t length = (uint32_t)hex_bytes(header, bytes);

	bytes[length - 8] = type;
	return decode_frame(NULL, 101, bytes, length, length, &facts);
}

Test(decode_icmp, only_these_types_are_errors_or_housekeeping)
{
	static const uint8_t errors4[] = {3, 4, 11, 12}, neighbours4[] = {5, 9, 10}, errors6[] = {1, 2, 3, 4};
	static const uint8_t neighbours6[] = {133, 134, 135, 136, 137, 141, 142, 148, 149, 157, 158};
	static const uint8_t mld6[] = {130, 131, 132, 143, 151, 152, 153};

	for (unsigned type = 0; type < 256; type++) {
		enum decode_result four = DECODE_OK, six = DECODE_OK;

		if (memchr(errors4, (int)type, sizeof(errors4)))
			four = DECODE_ICMP_ERROR;
		if (memchr(neighbours4, (int)type, sizeof(neighbours4)))
			four = DECODE_NEIGHBOUR;
		if (memchr(errors6, (int)type, sizeof(errors6)))
			six = DECODE_ICMP_ERROR;
		if (memchr(neighbours6, (int)type, sizeof(neighbours6)))
			six = DECODE_NEIGHBOUR;
		if (memchr(mld6, (int)type, sizeof(mld6)))
			six = DECODE_MLD;
		cr_expect_eq(result_of(IP4("001c", "01") "0000000000000000", (uint8_t)type), four, "type %u",
			     type);
		cr_expect_eq(result_of(IP6("0008", "3a") "0000000000000000", (uint8_t)type), six,
			     "v6 type %u", type);
	}
}
