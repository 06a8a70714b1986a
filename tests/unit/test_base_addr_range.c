#include "base/addr.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(base_addr_range, .timeout = 10);

static struct addr parsed(const char *text)
{
	struct addr a;

	cr_assert_eq(addr_parse(&a, text), 0, "%s", text);
	return a;
}

static struct addr_range parsed_range(const char *text)
{
	struct addr_range range;
	struct err err;

	memset(&range, 0xAA, sizeof(range));
	cr_assert_eq(addr_range_parse(&range, text, &err), 0, "%s", text);
	return range;
}

static const struct {
	const char *given, *low, *high;
	bool single;
} ranges[] = {
    {"10.0.0.7", "10.0.0.7", "10.0.0.7", true},
    {"10.0.0.7/32", "10.0.0.7", "10.0.0.7", true},
    {"10.0.0.7-10.0.0.7", "10.0.0.7", "10.0.0.7", true},
    {"10.0.0.0/8", "10.0.0.0", "10.255.255.255", false},
    {"10.0.0.128/25", "10.0.0.128", "10.0.0.255", false},
    {"10.0.0.6/31", "10.0.0.6", "10.0.0.7", false},
    {"0.0.0.0/0", "0.0.0.0", "255.255.255.255", false},
    {"10.0.0.7-10.0.0.20", "10.0.0.7", "10.0.0.20", false},
    {"10.0.0.255-10.0.1.0", "10.0.0.255", "10.0.1.0", false},
    {"fd00::/64", "fd00::", "fd00::ffff:ffff:ffff:ffff", false},
    {"fd00::8/125", "fd00::8", "fd00::f", false},
    {"::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false},
    {"fd00::1/128", "fd00::1", "fd00::1", true},
    {"fd00::9-fd00::a:1", "fd00::9", "fd00::a:1", false},
    {"mac:00:11:22:33:44:55", "mac:00:11:22:33:44:55", "mac:00:11:22:33:44:55", true},
};

Test(base_addr_range, parse)
{
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		struct addr_range range = parsed_range(ranges[i].given);
		struct addr low = parsed(ranges[i].low), high = parsed(ranges[i].high);

		cr_expect(addr_equal(&range.low, &low), "%s", ranges[i].given);
		cr_expect(addr_equal(&range.high, &high), "%s", ranges[i].given);
		cr_expect_eq(addr_range_is_single(&range), ranges[i].single, "%s", ranges[i].given);
	}
}

#define NO_RANGE                                                                                             \
	" is no address, prefix or range; write 10.0.0.7, 10.0.0.0/8, fd00::/64 or 10.0.0.7-10.0.0.20"
#define BAD_BITS(max) ": the prefix length must be a number from 0 to " #max

static const struct {
	const char *given, *error; /* error: what follows the quoted text */
} mistakes[] = {
    {"", NO_RANGE},
    {"kvm-manager", NO_RANGE},
    {"10.0.0.01", NO_RANGE},
    {"10.0.0.7 - 10.0.0.9", NO_RANGE},
    {"-10.0.0.1", NO_RANGE},
    {"/24", NO_RANGE},
    {"10.0.0.0/", BAD_BITS(32)},
    {"10.0.0.0/33", BAD_BITS(32)},
    {"10.0.0.0/08", BAD_BITS(32)},
    {"10.0.0.0/-1", BAD_BITS(32)},
    {"10.0.0.0/+8", BAD_BITS(32)},
    {"10.0.0.0/8 ", BAD_BITS(32)},
    {"10.0.0.0/8/8", BAD_BITS(32)},
    {"10.0.0.0/255.0.0.0", BAD_BITS(32)},
    {"10.0.0.0/4294967304", BAD_BITS(32)},
    {"fd00::/129", BAD_BITS(128)},
    {"10.0.0.1/8", ": host bits are set; 10.0.0.0/8 would be the prefix"},
    {"10.0.0.1/0", ": host bits are set; 0.0.0.0/0 would be the prefix"},
    {"10.0.0.1/31", ": host bits are set; 10.0.0.0/31 would be the prefix"},
    {"fd00::1/64", ": host bits are set; fd00::/64 would be the prefix"},
    {"fd00::1/0", ": host bits are set; ::/0 would be the prefix"},
    {"10.0.0.7-", ": what follows \"-\" is no IPv4 or IPv6 address"},
    {"10.0.0.7-20", ": what follows \"-\" is no IPv4 or IPv6 address"},
    {"10.0.0.7-10.0.0.20-10.0.0.30", ": what follows \"-\" is no IPv4 or IPv6 address"},
    {"10.0.0.7-10.0.0.0/24", ": what follows \"-\" is no IPv4 or IPv6 address"},
    {"10.0.0.7-::ffff:10.0.0.9", ": both ends of a range must be of one family"},
    {"10.0.0.7-mac:00:11:22:33:44:55", ": both ends of a range must be of one family"},
    {"10.0.0.20-10.0.0.7", ": the range runs backwards; give the lower address first"},
    {"mac:00:11:22:33:44:55/24", ": a MAC address has no prefix; give one address"},
    {"mac:00:11:22:33:44:55-mac:00:11:22:33:44:56", ": MAC addresses have no ranges; give one address"},
};

Test(base_addr_range, mistakes_are_named)
{
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct addr_range range;
		struct err err = {.text = "unset"}, wanted;

		err_set(&wanted, "\"%s\"%s", mistakes[i].given, mistakes[i].error);
		cr_expect_eq(addr_range_parse(&range, mistakes[i].given, &err), -1, "%s", mistakes[i].given);
		cr_expect_str_eq(err.text, wanted.text);
		cr_expect_eq(addr_range_parse(&range, mistakes[i].given, NULL), -1);
	}
}

Test(base_addr_range, text_of_any_length)
{
	char text[300];
	struct addr_range range;
	struct err err;

	memset(text, '1', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	/* What an earlier call left on the stack must not be taken for the address. */
	cr_expect_eq(addr_range_parse(&range, "10.0.0.7", &err), 0);
	cr_expect_eq(addr_range_parse(&range, text, &err), -1);
}

static void expect_in(const char *address, const char *range_text, bool wanted)
{
	struct addr a = parsed(address);
	struct addr_range range = parsed_range(range_text);

	cr_expect_eq(addr_in_range(&a, &range), wanted, "%s in %s", address, range_text);
}

Test(base_addr_range, both_ends_belong_to_it)
{
	expect_in("10.0.0.6", "10.0.0.7-10.0.1.20", false);
	expect_in("10.0.0.7", "10.0.0.7-10.0.1.20", true);
	expect_in("10.0.0.200", "10.0.0.7-10.0.1.20", true);
	expect_in("10.0.1.20", "10.0.0.7-10.0.1.20", true);
	expect_in("10.0.1.21", "10.0.0.7-10.0.1.20", false);
	expect_in("0.0.0.0", "0.0.0.0/0", true);
	expect_in("255.255.255.255", "0.0.0.0/0", true);
	expect_in("::", "0.0.0.0/0", false);
	expect_in("::ffff:10.0.0.7", "10.0.0.0/8", false);
	expect_in("10.0.0.7", "::/0", false);
	expect_in("mac:00:11:22:33:44:55", "0.0.0.0/0", false);
	expect_in("mac:00:11:22:33:44:55", "mac:00:11:22:33:44:55", true);
	expect_in("mac:00:11:22:33:44:56", "mac:00:11:22:33:44:55", false);
	expect_in("fdff::1", "fd00::/8", true);
	expect_in("fe00::", "fd00::/8", false);
}

Test(base_addr_range, scope_does_not_matter)
{
	struct addr a = parsed("fe80::1");
	struct addr_range range = parsed_range("fe80::/10");

	a.scope_kind = ADDR_SCOPE_VLAN;
	a.scope = 7;
	cr_expect(addr_in_range(&a, &range));
}

Test(base_addr_range, folded_row_must_lie_in_it_wholly)
{
	struct addr a = parsed("10.0.0.0");
	struct addr_range network = parsed_range("10.0.0.0/23"), half = parsed_range("10.0.0.0/25"),
			  same = parsed_range("10.0.0.0/24"), upper = parsed_range("10.0.0.1-10.0.0.255");

	a = addr_fold(&a, 24);
	cr_expect(addr_in_range(&a, &network));
	cr_expect(addr_in_range(&a, &same));
	cr_expect_not(addr_in_range(&a, &half));
	cr_expect_not(addr_in_range(&a, &upper));
}
