#include "evidence_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_evidence_ber, .timeout = 10);

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

Test(decode_evidence_ber, snmp)
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
    {"delete, answer", SEGMENT_ROW, 389, 40000, "300c 0201 05 6b07 0a01 00 0400 0400", "ldap answers id 5",
     0},
    {"modify name, answer", SEGMENT_ROW, 389, 40000, "300c 0201 05 6d07 0a01 00 0400 0400",
     "ldap answers id 5", 0},
    {"over UDP", DATAGRAM_ROW, 40000, 389,
     "3019 0201 02 6314 0400 0a01 00 0a01 00 0201 00 0201 00 0101 00 8700", "ldap asks id 2", 0},
    {"bind to no version", SEGMENT_ROW, 40000, 389, "300d 0201 01 6008 0202 0003 0400 8000", NOTHING, 0},
    {"unknown operation", SEGMENT_ROW, 40000, 389, "300c 0201 01 7f07 0201 03 0400 8000", NOTHING, 0},
    {"operation longer than the message", SEGMENT_ROW, 40000, 389, "300c 0201 01 6008 0201 03 0400 8000",
     NOTHING, 0},
    {"something behind the operation", SEGMENT_ROW, 40000, 389, "300e 0201 01 6007 0201 03 0400 8000 0400",
     NOTHING, 0},
};

Test(decode_evidence_ber, ldap)
{
	CHECK(ldap_rows);
}
