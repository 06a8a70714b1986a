#include "base/addr.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(base_addr_text, .timeout = 10);

/* Text -> address -> text. RFC 5952 sections 4 and 5. */
static const struct {
	const char *given, *wanted;
} round_trips[] = {
    {"0.0.0.0", "0.0.0.0"},
    {"10.0.0.1", "10.0.0.1"},
    {"255.255.255.255", "255.255.255.255"},
    {"192.168.100.9", "192.168.100.9"},
    {"::", "::"},
    {"0:0:0:0:0:0:0:0", "::"},
    {"::1", "::1"},
    {"1::", "1::"},
    {"2001:0DB8::0001", "2001:db8::1"},
    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
    {"0:0:1:0:0:0:1:1", "0:0:1::1:1"},
    {"0:0:0:1:0:0:0:1", "::1:0:0:0:1"},
    {"0:1:2:3:4:5:6:0", "0:1:2:3:4:5:6:0"},
    {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
    {"0:0:3:4:5:6:7:8", "::3:4:5:6:7:8"},
    {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
    {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    {"100:20:3:abcd:0fff:f000:0a0b:c0d0", "100:20:3:abcd:fff:f000:a0b:c0d0"},
    {"::ffff:1.2.3.4", "::ffff:1.2.3.4"},
    {"::ffff:102:304", "::ffff:1.2.3.4"},
    {"::ffff:0:0", "::ffff:0.0.0.0"},
    {"::1.2.3.4", "::102:304"},
    {"::2:1", "::2:1"},
    {"::ffff:0:1.2.3.4", "::ffff:0:102:304"},
    {"64:ff9b::1.2.3.4", "64:ff9b::102:304"},
    {"mac:00:11:22:aa:BB:0c", "mac:00:11:22:aa:bb:0c"},
    {"mac:ff:ff:ff:ff:ff:ff", "mac:ff:ff:ff:ff:ff:ff"},
};

Test(base_addr_text, round_trips)
{
	for (size_t i = 0; i < sizeof(round_trips) / sizeof(round_trips[0]); i++) {
		char out[ADDR_TEXT_MAX];
		struct addr a, again;

		memset(&a, 0xAA, sizeof(a));
		cr_assert_eq(addr_parse(&a, round_trips[i].given), 0, "%s", round_trips[i].given);
		cr_expect_eq(addr_format(&a, out), out);
		cr_expect_str_eq(out, round_trips[i].wanted);
		cr_assert_eq(addr_parse(&again, out), 0);
		cr_expect(addr_equal(&a, &again), "%s", out);
	}
}

static const char *const refused[] = {
    "",
    " ",
    "any",
    "10",
    "10.0.0",
    "10.0.0.1.2",
    "10.0.0.256",
    "10.0.0.01",
    "010.0.0.1",
    "10.0.0.1 ",
    " 10.0.0.1",
    "10.0.0.-1",
    "10.0.0.+1",
    "0x0a.0.0.1",
    "10..0.1",
    ".10.0.0.1",
    "10.0.0.1.",
    "10.0.0.1/32",
    "1e1.0.0.1",
    "10.0.0.4294967297",
    ":",
    ":::",
    "1",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    "12345::",
    "00001::",
    "::g",
    ":1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:",
    "::1%eth0",
    "fe80::1%vlan7",
    "[::1]",
    "::1 ",
    "::ffff:1.2.3",
    "::ffff:1.2.3.256",
    "::ffff:01.2.3.4",
    "1:2:3:4:5:6:7:1.2.3.4",
    "1.2.3.4::",
    "::1/64",
    "mac:",
    "mac:00:11:22:33:44",
    "mac:00:11:22:33:44:5",
    "mac:00:11:22:33:44:555",
    "mac:00:11:22:33:44:55:",
    "mac:00:11:22:33:44:55:66",
    "mac:00-11-22-33-44-55",
    "mac:0:11:22:33:44:55",
    "mac:g0:11:22:33:44:55",
    "mac:0g:11:22:33:44:55",
    "mac:0G:11:22:33:44:55",
    "MAC:00:11:22:33:44:55",
    "00:11:22:33:44:55",
    "mac:001122334455",
    "mac: 0:11:22:33:44:55",
    "localhost",
};

Test(base_addr_text, strict)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct addr a;

		cr_expect_eq(addr_parse(&a, refused[i]), -1, "\"%s\"", refused[i]);
	}
}

static void expect_format(struct addr a, const char *wanted)
{
	char out[ADDR_TEXT_MAX];

	addr_format(&a, out);
	cr_expect_str_eq(out, wanted);
}

Test(base_addr_text, scope_prefix_and_none)
{
	struct addr all_ones = {
	    .family = ADDR_IPV6, .scope_kind = ADDR_SCOPE_VLAN, .scope = UINT32_MAX, .prefix = 128};

	memset(all_ones.bytes, 0xFF, 16);
	expect_format(all_ones, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%vlan4294967295/128");
	expect_format((struct addr){.family = ADDR_IPV6,
				    .scope_kind = ADDR_SCOPE_VLAN,
				    .scope = 7,
				    .bytes = {0xfe, 0x80, [15] = 1}},
		      "fe80::1%vlan7");
	expect_format(
	    (struct addr){
		.family = ADDR_IPV4, .scope_kind = ADDR_SCOPE_VNI, .scope = 16777215, .bytes = {10, 0, 0, 1}},
	    "10.0.0.1%vni16777215");
	expect_format(
	    (struct addr){.family = ADDR_IPV4, .scope_kind = ADDR_SCOPE_VLAN, .bytes = {169, 254, 0, 1}},
	    "169.254.0.1%vlan0");
	expect_format((struct addr){.family = ADDR_IPV4, .prefix = 24, .bytes = {10}}, "10.0.0.0/24");
	expect_format((struct addr){.family = ADDR_NONE}, "any");
}
