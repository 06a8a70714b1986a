#include "decode_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_wifi, .timeout = 10);

#define A                   "020000000001 "
#define B                   "020000000002 "
#define C                   "020000000003 "
#define D                   "020000000004 "
#define SNAP                "aaaa03 000000 0800 "
#define BODY                SNAP PLAIN_SYN
#define DATA(fc)            fc "0000" B A C "1000 "
#define SAID                SAID_SYN SAID_MACS TCP_TAIL
#define SAID_ENDS(src, dst) SAID_SYN " macs 02:00:00:00:00:0" src " > 02:00:00:00:00:0" dst TCP_TAIL
#define PRISM_ZERO          "00000000000000000000000000000000 00000000000000000000000000000000 "

static const struct decode_sample rows[] = {
    {"between stations", 105, DATA("0800") BODY, SAID, 0},
    {"checksum behind", 105, DATA("0800") BODY "12345678", SAID, 0},
    {"to the access point", 105, DATA("0801") BODY, SAID_ENDS("1", "3"), 0},
    {"from the access point", 105, DATA("0802") BODY, SAID_ENDS("3", "2"), 0},
    {"between access points", 105, "0803 0000" A B C "1000" D BODY, SAID_ENDS("4", "3"), 0},
    {"quality of service", 105, DATA("8800") "0000" BODY, SAID, 0},
    {"quality of service, throughput control", 105, DATA("8880") "0000 00000000" BODY, SAID, 0},
    {"aggregate: its first subframe", 105, DATA("8801") "8000" B A "0030" BODY "5a5a 0200000000ff", SAID, 0},
    {"to a group", 105, "0802 0000 ffffffffffff" C A "1000" BODY,
     "OK v4 10.0.0.1:1025 > 10.0.0.2:80 proto 6 broadcast len 40 id 7 macs 02:00:00:00:00:01 > "
     "ff:ff:ff:ff:ff:ff" TCP_TAIL,
     0},
    {"protected", 105, DATA("0841") "00112233 44556677" BODY, "ENCRYPTED", 0},
    {"no data", 105, DATA("4801"), "LINK_CONTROL", 0},
    {"quality of service, no data", 105, DATA("c801") "0000", "LINK_CONTROL", 0},
    {"beacon", 105, "8000 0000 ffffffffffff" A A "1000", "LINK_CONTROL", 0},
    {"acknowledgement", 105, "d400 0000" A, "LINK_CONTROL", 0},
    {"another version", 105, "0900 0000" A, "NOT_IP", 0},
    {"fragment after the first", 105, "0800 0000" B A C "1100" BODY, "NOT_IP", 0},
    {"cut", 105, "0800 0000" B A, "LINK_SHORT", 70},
    {"runt", 105, "0800 0000" B A, "RUNT", 0},
    {"service field cut", 105, DATA("8800") "00", "LINK_SHORT", 60},
    {"subframe cut", 105, DATA("8800") "8000" B, "LINK_SHORT", 60},
    {"control cut", 105, "08", "LINK_SHORT", 60},
    {"radiotap", 127, "0000 0800 00000000" DATA("0800") BODY, SAID, 0},
    {"radiotap, time and flags, header padded", 127,
     "0000 1100 03000000 0000000000000000 20" DATA("8800") "0000 0000" BODY, SAID, 0},
    {"radiotap, two words, time and flags", 127,
     "0000 1900 03000080 00000000 00000000 0000000000000000 20" DATA("8800") "0000 0000" BODY, SAID, 0},
    {"radiotap, flags first", 127, "0000 0900 02000000 20" DATA("8800") "0000 0000" BODY, SAID, 0},
    {"radiotap, check failed", 127, "0000 0900 02000000 50" DATA("0800") BODY, "CHECK_FAILED", 0},
    {"radiotap, checks at the end", 127, "0000 0900 02000000 10" DATA("0800") BODY, SAID, 0},
    {"radiotap cut", 127, "0000 08", "LINK_SHORT", 60},
    {"radiotap runt", 127, "0000 08", "RUNT", 0},
    {"radiotap, length 7", 127, "0000 0700 00000000", "NOT_IP", 0},
    {"radiotap longer than the frame", 127, "0000 ff00 00000000", "RUNT", 0},
    {"PPI", 192, "0000 0800 69000000" DATA("0800") BODY, SAID, 0},
    {"PPI with a field, Ethernet", 192, "0000 1000 01000000 0200040000000000" MACS "0800" PLAIN_SYN, SAID, 0},
    {"PPI, unknown inside", 192, "0000 0800 ff000000" DATA("0800") BODY, "LINK_UNSUPPORTED", 0},
    {"PPI, check failed", 192,
     "0000 2000 69000000 0200 1400 0000000000000000 0400 00000000 0000 0000 0000" DATA("0800") BODY,
     "CHECK_FAILED", 0},
    {"PPI, check held", 192,
     "0000 2000 69000000 0200 1400 0000000000000000 0100 00000000 0000 0000 0000" DATA("0800") BODY, SAID, 0},
    {"PPI, length 7", 192, "0000 0700 69000000" DATA("0800") BODY, "NOT_IP", 0},
    {"PPI cut", 192, "0000 0800", "LINK_SHORT", 60},
    {"AVS", 163, "80211001 0000000c 00000000" DATA("0800") BODY, SAID, 0},
    {"AVS, not", 163, "80210001 0000000c 00000000" DATA("0800") BODY, "NOT_IP", 0},
    {"AVS cut", 163, "80211001 00", "LINK_SHORT", 60},
    {"Prism", 119,
     "44000000 90000000" PRISM_ZERO PRISM_ZERO PRISM_ZERO PRISM_ZERO "0000000000000000" DATA("0800") BODY,
     SAID, 0},
    {"Prism that is AVS", 119, "80211001 0000000c 00000000" DATA("0800") BODY, SAID, 0},
    {"Prism cut", 119, "44000000 90000000", "LINK_SHORT", 200},
};

const struct decode_samples samples_wifi = SAMPLES(rows);

Test(decode_wifi, samples)
{
	check_samples(&samples_wifi);
}

/* Three subframes, the first two padded, and the frame's check behind them. */
#define PART_1 B A "0005 aaaa030000 00"
#define PART_2 "020000000005" A "0006 aaaa03000000"
#define PART_3 "020000000006" A "0004 aaaa0300"

static size_t next_of(const char *hex, uint32_t cut, size_t at, struct decode_subframe *out)
{
	static uint8_t bytes[SAMPLE_BYTES_MAX];
	uint32_t length = (uint32_t)hex_bytes(hex, bytes);

	return decode_next_subframe(105, bytes, length, length + cut, at, out);
}

Test(decode_wifi, subframes_follow_one_another)
{
	static const char frame[] = DATA("8801") "8000" PART_1 PART_2 PART_3 "12345678";
	struct decode_subframe part;
	size_t at = next_of(frame, 0, 0, &part);

	cr_assert_eq(at, 26 + 20, "%zu", at);
	cr_expect(part.caplen == 20 && part.wirelen == 20 && part.data[5] == 5);
	at = next_of(frame, 0, at, &part);
	cr_assert_eq(at, 26 + 40);
	cr_expect(part.caplen == 18 && part.wirelen == 18 && part.data[5] == 6);
	cr_expect_eq(next_of(frame, 0, at, &part), 0);
}

Test(decode_wifi, subframes_that_were_cut_are_told)
{
	struct decode_subframe part;
	size_t at = next_of(DATA("8801") "8000" PART_1 "0200", 60, 0, &part);

	cr_assert_eq(at, 26 + 20);
	cr_expect(part.caplen == 2 && part.wirelen == 62, "%u of %u", part.caplen, part.wirelen);
	at = next_of(DATA("8801") "8000" PART_1, 60, 0, &part);
	cr_expect(at == 26 + 20 && part.caplen == 0 && part.wirelen == 60, "%u of %u", part.caplen,
		  part.wirelen);
	cr_expect_eq(next_of(DATA("8801") "8000" PART_1, 0, 0, &part), 0);
	cr_expect_eq(next_of(DATA("8801") "8000" PART_1 "020000000005" A "0106 aaaa03000000", 0, 0, &part),
		     0);
}

Test(decode_wifi, other_frames_hold_one_packet)
{
	struct decode_subframe part;
	uint8_t bytes[SAMPLE_BYTES_MAX];
	uint32_t length = (uint32_t)hex_bytes(DATA("8801") "8000" PART_1 PART_2, bytes);

	cr_expect_eq(next_of(DATA("8801") "0000" PART_1 PART_2, 0, 0, &part), 0);
	cr_expect_eq(next_of(DATA("8841") "8000" PART_1 PART_2, 0, 0, &part), 0);
	cr_expect_eq(decode_next_subframe(1, bytes, length, length, 0, &part), 0);
}
