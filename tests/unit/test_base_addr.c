#include "base/addr.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(base_addr, .timeout = 10);

static struct addr parsed(const char *text)
{
	struct addr a;

	memset(&a, 0xAA, sizeof(a));
	cr_assert_eq(addr_parse(&a, text), 0, "%s", text);
	return a;
}

static void expect_format(const struct addr *a, const char *wanted)
{
	char out[ADDR_TEXT_MAX];

	cr_expect_eq(addr_format(a, out), out);
	cr_expect_str_eq(out, wanted);
}

Test(base_addr, is_bytes_and_nothing_else)
{
	static const uint8_t v4[4] = {10, 1, 2, 3};
	static const uint8_t v6[16] = {0xfd, [15] = 9};
	static const uint8_t mac[6] = {0, 0x11, 0x22, 0x33, 0x44, 0x55};
	struct addr a = addr_ipv4(v4), b = addr_ipv6(v6), c = addr_mac(mac), none = {0};
	struct addr wanted_a = {.family = 4, .bytes = {10, 1, 2, 3}};
	struct addr wanted_b = {.family = 6, .bytes = {0xfd, [15] = 9}};
	struct addr wanted_c = {.family = 8, .bytes = {0, 0x11, 0x22, 0x33, 0x44, 0x55}};

	cr_expect_eq(memcmp(&a, &wanted_a, sizeof(a)), 0);
	cr_expect_eq(memcmp(&b, &wanted_b, sizeof(b)), 0);
	cr_expect_eq(memcmp(&c, &wanted_c, sizeof(c)), 0);
	cr_expect_eq(sizeof(struct addr), 24);
	cr_expect_eq(addr_size(&a), 4);
	cr_expect_eq(addr_size(&b), 16);
	cr_expect_eq(addr_size(&c), 6);
	cr_expect_eq(addr_size(&none), 0);
}

Test(base_addr, order_is_family_bytes_scope_prefix)
{
	struct addr sorted[10] = {{0}};

	sorted[1] = parsed("10.0.0.1");
	sorted[2] = sorted[1];
	sorted[2].prefix = 32;
	sorted[3] = sorted[1];
	sorted[3].scope_kind = ADDR_SCOPE_VLAN;
	sorted[3].scope = 7;
	sorted[4] = sorted[3];
	sorted[4].scope = 300;
	sorted[5] = sorted[1];
	sorted[5].scope_kind = ADDR_SCOPE_VNI;
	sorted[5].scope = 1;
	sorted[6] = parsed("10.0.0.2");
	sorted[7] = parsed("200.0.0.1");
	sorted[8] = parsed("::1");
	sorted[9] = parsed("mac:00:00:00:00:00:00");
	for (int i = 0; i < 10; i++)
		for (int k = 0; k < 10; k++) {
			cr_expect_eq(addr_compare(&sorted[i], &sorted[k]), (i > k) - (i < k), "%d %d", i, k);
			cr_expect_eq(addr_equal(&sorted[i], &sorted[k]), i == k, "%d %d", i, k);
		}
	cr_expect(addr_same_host(&sorted[1], &sorted[5]));
	cr_expect(addr_same_host(&sorted[1], &sorted[2]));
	cr_expect_not(addr_same_host(&sorted[1], &sorted[6]));
}

Test(base_addr, ipv4_is_never_its_mapped_form)
{
	struct addr a = parsed("10.0.0.1"), b = parsed("::ffff:10.0.0.1");
	struct addr zero = parsed("0.0.0.0"), zero6 = parsed("::"), none = {0};

	cr_expect_eq(b.family, ADDR_IPV6);
	cr_expect_not(addr_same_host(&zero, &zero6));
	cr_expect_not(addr_same_host(&zero, &none));
	cr_expect_not(addr_equal(&a, &b));
	cr_expect_not(addr_same_host(&a, &b));
}

static const struct {
	const char *text;
	bool multicast, group, link_local, unspecified;
} kinds[] = {
    {"10.0.0.255", false, false, false, false},
    {"223.255.255.255", false, false, false, false},
    {"224.0.0.0", true, true, false, false},
    {"239.255.255.255", true, true, false, false},
    {"240.0.0.0", false, false, false, false},
    {"255.255.255.255", false, true, false, false},
    {"255.255.255.254", false, false, false, false},
    {"169.254.0.0", false, false, true, false},
    {"169.254.255.255", false, false, true, false},
    {"169.253.255.255", false, false, false, false},
    {"0.0.0.0", false, false, false, true},
    {"0.0.0.1", false, false, false, false},
    {"::", false, false, false, true},
    {"::1", false, false, false, false},
    {"fe7f:ffff::", false, false, false, false},
    {"fe80::1", false, false, true, false},
    {"febf:ffff::", false, false, true, false},
    {"fec0::1", false, false, false, false},
    {"ff02::1", true, true, false, false},
    {"feff::1", false, false, false, false},
    {"::ffff:169.254.0.1", false, false, false, false},
    {"::ffff:255.255.255.255", false, false, false, false},
    {"mac:00:11:22:33:44:55", false, false, false, false},
    {"mac:01:00:5e:00:00:01", true, true, false, false},
    {"mac:ff:ff:ff:ff:ff:ff", true, true, false, false},
    {"mac:00:00:00:00:00:00", false, false, false, false},
};

Test(base_addr, kinds)
{
	struct addr none = {0};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct addr a = parsed(kinds[i].text);

		cr_expect_eq(addr_is_multicast(&a), kinds[i].multicast, "%s", kinds[i].text);
		cr_expect_eq(addr_is_group(&a), kinds[i].group, "%s", kinds[i].text);
		cr_expect_eq(addr_is_link_local(&a), kinds[i].link_local, "%s", kinds[i].text);
		cr_expect_eq(addr_is_unspecified(&a), kinds[i].unspecified, "%s", kinds[i].text);
	}
	cr_expect_not(addr_is_group(&none));
	cr_expect_not(addr_is_link_local(&none));
	cr_expect_not(addr_is_unspecified(&none));
}

static const struct {
	const char *given;
	unsigned bits;
	const char *wanted;
} folds[] = {
    {"10.1.2.255", 24, "10.1.2.0/24"},
    {"10.1.2.255", 25, "10.1.2.128/25"},
    {"10.1.2.255", 31, "10.1.2.254/31"},
    {"10.1.2.255", 32, "10.1.2.255/32"},
    {"10.1.2.255", 99, "10.1.2.255/32"},
    {"255.1.2.255", 1, "128.0.0.0/1"},
    {"10.1.2.255", 0, "any"},
    {"2001:db8:1:2:3:4:5:6", 48, "2001:db8:1::/48"},
    {"2001:db8:1:ffff:3:4:5:6", 49, "2001:db8:1:8000::/49"},
    {"2001:db8::1", 128, "2001:db8::1/128"},
    {"mac:00:11:22:33:44:55", 24, "mac:00:11:22:00:00:00/24"},
};

Test(base_addr, fold)
{
	struct addr a, folded;

	for (size_t i = 0; i < sizeof(folds) / sizeof(folds[0]); i++) {
		a = parsed(folds[i].given);
		folded = addr_fold(&a, folds[i].bits);
		expect_format(&folded, folds[i].wanted);
	}
	a = parsed("fe80::1:2");
	a.scope_kind = ADDR_SCOPE_VLAN;
	a.scope = 7;
	folded = addr_fold(&a, 64);
	expect_format(&folded, "fe80::%vlan7/64");
	a = addr_fold(&folded, 80);
	expect_format(&a, "fe80::%vlan7/64");
	a = addr_fold(&folded, 9);
	expect_format(&a, "fe80::%vlan7/9");
	cr_expect_not(addr_is_unspecified(&a));
	a = parsed("0.1.2.3");
	folded = addr_fold(&a, 8);
	cr_expect_not(addr_is_unspecified(&folded));
	a = (struct addr){0};
	folded = addr_fold(&a, 24);
	cr_expect(addr_equal(&a, &folded));
}
