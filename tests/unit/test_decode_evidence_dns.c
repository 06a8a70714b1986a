#include "evidence_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_evidence_dns, .timeout = 10);

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

Test(decode_evidence_dns, dns)
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
    {"reserved bit", DATAGRAM_ROW, 137, 137, "8001 0150 0001 0000 0000 0000" NB_NAME "0020 0001", NOTHING, 0},
    {"unknown operation", DATAGRAM_ROW, 137, 137, "8001 1810 0001 0000 0000 0000" NB_NAME "0020 0001",
     NOTHING, 0},
    {"two questions", DATAGRAM_ROW, 137, 137, "8001 0110 0002 0000 0000 0000" NB_NAME "0020 0001", NOTHING,
     0},
};

Test(decode_evidence_dns, netbios)
{
	CHECK(netbios_rows);
}
