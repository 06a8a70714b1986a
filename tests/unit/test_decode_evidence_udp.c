#include "evidence_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_evidence_udp, .timeout = 10);

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
    {"too short for BOOTP, cut before the cookie", DATAGRAM_ROW, 68, 67, BOOTP("01", "0000"),
     "dhcp asks id 3735928559 mac 020000000001", 36},
    {"cut, too short for a cookie", DATAGRAM_ROW, 68, 67, BOOTP("01", "0000"), NOTHING, 3},
    {"cut before the cookie, on other ports", DATAGRAM_ROW, 68, 4011, BOOTP("01", "0000"), NOTHING, 36},
    {"without cookie", DATAGRAM_ROW, 68, 67, BOOTP("01", "0000") ZERO64,
     "dhcp asks id 3735928559 mac 020000000001", 0},
    {"without cookie, on other ports", DATAGRAM_ROW, 68, 4011, BOOTP("01", "0000") ZERO64, NOTHING, 0},
    {"without cookie, too short for BOOTP", DATAGRAM_ROW, 68, 67, BOOTP("01", "0000") ZERO16, NOTHING, 0},
    {"third operation", DATAGRAM_ROW, 68, 67, BOOTP("03", "0000") COOKIE, NOTHING, 0},
    {"reserved flags", DATAGRAM_ROW, 68, 67, BOOTP("01", "0001") COOKIE, NOTHING, 0},
    {"Ethernet with a long address", DATAGRAM_ROW, 68, 67,
     "01010800 deadbeef 00000000" ZERO16 ZERO16 ZERO64 ZERO64 ZERO64 COOKIE, NOTHING, 0},
};

Test(decode_evidence_udp, dhcp)
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
    {"not of four bytes", DATAGRAM_ROW, 40000, 123, NTP("1b", "ee") "00", NOTHING, 0},
    {"stratum 17", DATAGRAM_ROW, 40000, 123,
     "1b110aee 00000100 00000100 7f000001" STAMP("1") STAMP("2") STAMP("3") STAMP("4"), NOTHING, 0},
    {"too short", DATAGRAM_ROW, 40000, 123, "1b010aee 00000100", NOTHING, 0},
};

Test(decode_evidence_udp, ntp)
{
	CHECK(ntp_rows);
}
