#include "evidence_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_evidence_db, .timeout = 10);

#define GREETING    "0a 352e302e353161 00 01000000 6162636465666768 00 2ca2 08 0200"
#define TDS_HEADERS "16000000 12000000 0200 0000000000000000 01000000"

static const struct evidence_row db_rows[] = {
    {"greeting", SEGMENT_ROW, 3306, 40000, "1b0000 00" GREETING, "mysql answers", 0},
    {"greeting on any port", SEGMENT_ROW, 33060, 40000, "1b0000 00" GREETING, "mysql answers", 0},
    {"greeting whose length looks small the other way round", SEGMENT_ROW, 3306, 40000, "000100 00" GREETING,
     "mysql answers", 256 - 27},
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
    {"call by name", SEGMENT_ROW, 40000, 1433, "03 01 0010 0000 01 00 0300 730070005f00", "tds asks", 0},
    {"a call of no such number", SEGMENT_ROW, 40000, 1433, "03 01 000c 0000 01 00 ffff1000", NOTHING, 0},
    {"remote desktop's confirm", SEGMENT_ROW, 3389, 50000,
     "03 00 0013 0ed0 00 00 1234 00 02 0f 0800 02000000", NOTHING, 0},
    {"RADIUS over TCP", SEGMENT_ROW, 1812, 40000, "02 07 0014 0000 00 00 61626364616263646162 6364", NOTHING,
     0},
    {"OpenFlow's hello", SEGMENT_ROW, 6653, 40000, "01 00 000c 0000 00 00 00000000", NOTHING, 0},
    {"a token", SEGMENT_ROW, 40000, 1433, "11 01 0014 0000 01 00 4e544c4d53535000 03000000", "tds asks", 0},
    {"no token", SEGMENT_ROW, 40000, 1433, "11 01 0014 0000 01 00 4e544c4d53535030 03000000", NOTHING, 0},
    {"a transaction without its headers", SEGMENT_ROW, 40000, 1433, "0e 01 000c 0000 01 00 05000000", NOTHING,
     0},
    {"rows", SEGMENT_ROW, 1433, 40000, "04 01 000c 0034 01 00 81010000", "tds answers", 0},
    {"no rows", SEGMENT_ROW, 1433, 40000, "04 01 000c 0034 01 00 01010000", NOTHING, 0},
    {"window", SEGMENT_ROW, 40000, 1433, "01 01 000c 0000 01 01 73006500", NOTHING, 0},
    {"type 5", SEGMENT_ROW, 40000, 1433, "05 01 000c 0000 01 00 73006500", NOTHING, 0},
    {"length wrong", SEGMENT_ROW, 40000, 1433, "01 01 000d 0000 01 00 73006500", NOTHING, 0},
    {"goes on in the next segment", SEGMENT_ROW, 40000, 1433, "03 04 1f40 0000 01 00" TDS_HEADERS "73006500",
     "tds asks", 0},
    {"goes on, no request", SEGMENT_ROW, 1433, 40000, "04 04 1f40 0000 01 00" TDS_HEADERS "73006500", NOTHING,
     0},
    {"goes on, other headers", SEGMENT_ROW, 40000, 1433,
     "03 04 1f40 0000 01 00 16000000 12000000 0100 0000000000000000 01000000 73006500", NOTHING, 0},
    {"more than it says", SEGMENT_ROW, 40000, 1433, "03 04 0010 0000 01 00" TDS_HEADERS "73006500", NOTHING,
     0},
    {"status", SEGMENT_ROW, 40000, 1433, "01 21 000c 0000 01 00 73006500", NOTHING, 0},
};

Test(decode_evidence_db, databases)
{
	CHECK(db_rows);
}
