#include "capture/filter.h"
#include <criterion/criterion.h>

TestSuite(capture_filter_probe, .timeout = 10);

static struct addr address(const char *text)
{
	struct addr a;

	cr_assert_eq(addr_parse(&a, text), 0, "%s", text);
	return a;
}

static const struct {
	const char *expression, *from, *to;
	uint8_t protocol;
	uint16_t from_port, to_port;
	bool admitted;
	bool answers;
} rows[] = {
    {"tcp port 443", "10.0.0.1", "10.0.0.2", 6, 50000, 443, true, false},
    {"tcp port 443", "10.0.0.1", "10.0.0.2", 6, 50000, 444, false, false},
    {"tcp port 443", "10.0.0.1", "10.0.0.2", 17, 50000, 443, false, false},
    {"udp port 3080", "fd00::1", "fd00::2", 17, 3080, 3080, true, false},
    {"udp port 3080", "fd00::1", "fd00::2", 17, 5000, 3081, false, false},
    {"host 10.0.0.2", "10.0.0.1", "10.0.0.2", 6, 1, 2, true, false},
    {"host 10.0.0.3", "10.0.0.1", "10.0.0.2", 6, 1, 2, false, false},
    {"src host 10.0.0.2", "10.0.0.1", "10.0.0.2", 6, 1, 2, false, false},
    {"icmp[icmptype] == icmp-echo", "10.0.0.1", "10.0.0.2", 1, 0, 8 * 256, true, false},
    {"icmp[icmptype] == icmp-echo", "10.0.0.1", "10.0.0.2", 1, 0, 13 * 256, false, false},
    {"icmp6", "fd00::1", "fd00::2", 58, 0, 128 * 256, true, false},
    {"tcp[tcpflags] & tcp-syn != 0", "10.0.0.1", "10.0.0.2", 6, 1, 2, true, false},
    {"tcp[tcpflags] & tcp-push != 0", "10.0.0.1", "10.0.0.2", 6, 1, 2, true, false},
    {"tcp[tcpflags] & tcp-rst != 0", "10.0.0.1", "10.0.0.2", 6, 1, 2, false, false},
    {"udp src port 68", "mac:02:00:00:00:00:01", "255.255.255.255", 17, 68, 67, true, false},
    {"src host 0.0.0.0", "mac:02:00:00:00:00:01", "255.255.255.255", 17, 68, 67, true, false},
    {"ether src 02:00:00:00:00:01", "mac:02:00:00:00:00:01", "255.255.255.255", 17, 68, 67, true, false},
    {"sctp port 36412", "10.0.0.1", "10.0.0.2", 132, 5000, 36412, true, false},
    {"tcp[13] == 2", "10.0.0.1", "10.0.0.2", 6, 50000, 443, true, false},
    {"tcp[13] == 2", "10.0.0.2", "10.0.0.1", 6, 443, 50000, false, true},
    {"tcp[tcpflags] & tcp-syn != 0", "10.0.0.2", "10.0.0.1", 6, 443, 50000, true, true},
    {"udp port 53", "10.0.0.2", "10.0.0.1", 17, 53, 50000, true, true},
    {"vlan 7 and tcp port 443", "10.0.0.1", "10.0.0.2", 6, 50000, 443, false, false},
};

Test(capture_filter_probe, admits_what_the_expression_says)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct err err;
		struct capture_filter *filter = capture_filter_new(rows[i].expression, &err);
		struct capture_probe probe = {address(rows[i].from), address(rows[i].to), rows[i].protocol,
					      rows[i].from_port,     rows[i].to_port,     rows[i].answers};

		cr_assert(filter, "%s: %s", rows[i].expression, err.text);
		cr_expect_eq(capture_filter_admits(filter, &probe), rows[i].admitted, "%s, %s > %s, %u:%u",
			     rows[i].expression, rows[i].from, rows[i].to, rows[i].protocol, rows[i].to_port);
		capture_filter_free(filter);
	}
}
