#include "decode/walk.h"
#include "decode_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_decode, .timeout = 10);

Test(decode_decode, every_bucket_has_the_report_s_name)
{
	static const char *const names[ACCOUNT_COUNT] = {"filtered",   "unsupported", "housekeeping",
							 "non_ip",     "malformed",   "fragment",
							 "icmp_error", "truncated",   "audited"};

	for (int i = 0; i < ACCOUNT_COUNT; i++)
		cr_expect_str_eq(accounting_name((enum accounting)i), names[i]);
	cr_expect_str_eq(accounting_name(ACCOUNT_COUNT), "?");
}

Test(decode_decode, every_result_has_its_bucket_and_a_text)
{
	cr_expect_eq(decode_result_bucket(DECODE_OK), ACCOUNT_AUDITED);
	cr_expect_eq(decode_result_bucket(DECODE_LATER_FRAGMENT), ACCOUNT_FRAGMENT);
	cr_expect_eq(decode_result_bucket(DECODE_ICMP_ERROR), ACCOUNT_ICMP_ERROR);
	cr_expect_eq(decode_result_bucket(DECODE_TOO_DEEP), ACCOUNT_UNSUPPORTED);
	cr_expect_eq(decode_result_bucket(DECODE_NEIGHBOUR), ACCOUNT_HOUSEKEEPING);
	cr_expect_eq(decode_result_bucket(DECODE_ENCRYPTED), ACCOUNT_NON_IP);
	cr_expect_eq(decode_result_bucket(DECODE_PORTS_SHORT), ACCOUNT_TRUNCATED);
	cr_expect_eq(decode_result_bucket(DECODE_TRANSPORT_LENGTH), ACCOUNT_MALFORMED);
	cr_expect_eq(decode_result_bucket(DECODE_RESULT_COUNT), ACCOUNT_UNSUPPORTED);
	for (int i = 0; i < DECODE_RESULT_COUNT; i++)
		cr_expect_gt(strlen(decode_result_text((enum decode_result)i)), 2);
	cr_expect_str_eq(decode_result_text(DECODE_RUNT), "frame shorter on the wire than its headers");
	cr_expect_str_eq(decode_result_text(DECODE_RESULT_COUNT), "?");
}

Test(decode_decode, delivery_names)
{
	cr_expect_str_eq(delivery_name(DELIVERY_UNICAST), "unicast");
	cr_expect_str_eq(delivery_name(DELIVERY_BROADCAST), "broadcast");
	cr_expect_str_eq(delivery_name(DELIVERY_MULTICAST), "multicast");
	cr_expect_str_eq(delivery_name(DELIVERY_COUNT), "?");
}

Test(decode_decode, options_and_bytes_may_be_missing)
{
	uint8_t bytes[SAMPLE_BYTES_MAX];
	uint32_t length = (uint32_t)hex_bytes(MACS "0800" PLAIN_SYN, bytes);
	struct packet_facts facts;

	cr_expect_eq(decode_frame(NULL, 1, bytes, length, length, &facts), DECODE_OK);
	cr_expect_eq(decode_frame(NULL, 101, bytes + 14, length - 14, length - 14, &facts), DECODE_OK);
	cr_expect_eq(decode_frame(NULL, 1, NULL, 0, 0, &facts), DECODE_RUNT);
	cr_expect_eq(decode_frame(NULL, 1, NULL, 0, 60, &facts), DECODE_LINK_SHORT);
}

Test(decode_decode, a_wire_length_below_the_captured_one_counts_as_equal)
{
	uint8_t bytes[SAMPLE_BYTES_MAX];
	uint32_t length = (uint32_t)hex_bytes(MACS "0800" PLAIN_SYN, bytes);
	struct packet_facts facts;

	cr_expect_eq(decode_frame(NULL, 1, bytes, length, 14, &facts), DECODE_OK);
	cr_expect_eq(decode_general(NULL, 1, bytes, length, 14, &facts), DECODE_OK);
	cr_expect_eq(decode_frame(NULL, 1, bytes, 20, 14, &facts), DECODE_RUNT);
}
