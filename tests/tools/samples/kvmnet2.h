/*
 * Minicom KVM.net II at the Lakeside laboratory: pcaps/kvmnet2.site.json, pcaps/kvmnet2-single.site.json.
 */
#ifndef SAMPLES_KVMNET2_H
#define SAMPLES_KVMNET2_H

#include "sample.h"

static const struct host kvm_primary = {.ipv4 = "10.30.0.5", .ipv6 = "fd00:30::5"};
static const struct host kvm_secondary = {.ipv4 = "10.30.0.6", .ipv6 = "fd00:30::6"};
static const struct host kvmnet2_gateway = {.ipv4 = "10.30.0.1"};
static const struct host kvm_dev_7 = {.ipv4 = "10.30.1.7", .ipv6 = "fd00:30:1::7"};
static const struct host kvm_dev_31 = {.ipv4 = "10.30.1.31", .ipv6 = "fd00:30:1::31"},
			 kvm_dev_410 = {.ipv4 = "10.30.4.10"};
static const struct host kvm_dev_new = {.ipv4 = "10.30.1.99"};
static const struct host bench_4 = {.ipv4 = "10.31.4.4", .ipv6 = "fd00:31::4"};
static const struct host kvm_admin = {.ipv4 = "10.30.9.9", .ipv6 = "fd00:30:9::9"};
static const struct host directory = {.ipv4 = "10.30.0.20", .ipv6 = "fd00:30::20"};
static const struct host name_server = {.ipv4 = "10.30.0.21", .ipv6 = "fd00:30::21"};
static const struct host dhcp_1 = {.ipv4 = "10.30.0.22"};
static const struct host update_mirror = {.ipv4 = "10.30.0.40"};
static const struct host kvm_stranger = {.ipv4 = "10.99.0.9"}, other_directory = {.ipv4 = "10.99.0.20"};
static const struct host kvm_unknown_device = {.ipv4 = "10.99.0.40"},
			 internet_host = {.ipv4 = "198.51.100.7"};
static const struct host unknown_mac = {.ipv4 = "10.30.7.7", .mac_like = "0.0.0.119"};

static const char lakeside_broadcast[] = "10.30.255.255";
enum { DISCOVERY = 3080, DISCOVERY_FALLBACK = 3081 };

/* Every ten minutes the primary Manager polls kvm-dev-7, kvm-dev-new and OTHERS, and looks for kvm-dev-7. */
static void kvmnet2_polls(struct script *script, const struct host *const others[], size_t count)
{
	for (int time = 0; time < BASE_TIMES; time++) {
		at_base(script, time);
		tcp_session(script, &kvm_primary, &kvm_dev_7, 443);
		tcp_session(script, &kvm_primary, &kvm_dev_new, 443);
		for (size_t i = 0; i < count; i++)
			tcp_session(script, &kvm_primary, others[i], 443);
		udp_question_from(script, &kvm_primary, DISCOVERY, &kvm_dev_7, DISCOVERY);
	}
	at(script, 8, 10, 0);
}

static void kvmnet2_replication(struct script *script)
{
	for (int time = 0; time < BASE_TIMES; time++) {
		at_base(script, time);
		pass(script, 6 * PAUSE_USEC);
		tcp_session(script, &kvm_primary, &kvm_secondary, 3306);
	}
	at(script, 8, 10, 0);
}

static void kvmnet2_base(struct script *script)
{
	kvmnet2_polls(script, NULL, 0);
	kvmnet2_replication(script);
}

static void kvmnet2_base_with_31(struct script *script)
{
	static const struct host *const others[] = {&kvm_dev_31};

	kvmnet2_polls(script, others, 1);
	kvmnet2_replication(script);
}

static void kvmnet2_base_with_all(struct script *script)
{
	static const struct host *const others[] = {&kvm_dev_31, &kvm_dev_410};

	kvmnet2_polls(script, others, 2);
	kvmnet2_replication(script);
}

/* An operator logs in, and the Manager asks the directory. */
static void kvmnet2_login(struct script *script)
{
	tcp_session(script, &bench_4, &kvm_primary, 443);
	pass(script, 5 * USEC_PER_SEC - PAUSE_USEC);
	tcp_session(script, &kvm_primary, &directory, 389);
}

/* Both ways round share a tuple: minutes lie between. */
static void kvmnet2_discovery_day(struct script *script)
{
	at(script, 8, 8, 30);
	udp_to_group(script, &kvm_primary, DISCOVERY, lakeside_broadcast, DISCOVERY);
	udp_answer(script, &kvm_dev_7, DISCOVERY, &kvm_primary, DISCOVERY, DISCOVERY);
	udp_answer(script, &kvm_dev_31, DISCOVERY, &kvm_primary, DISCOVERY, DISCOVERY);
	udp_answer(script, &kvm_dev_410, DISCOVERY, &kvm_primary, DISCOVERY, DISCOVERY);
	at(script, 8, 12, 0);
	udp_to_group(script, &kvm_dev_31, DISCOVERY, everywhere, DISCOVERY);
	udp_answer(script, &kvm_primary, DISCOVERY, &kvm_dev_31, DISCOVERY, DISCOVERY);
	at(script, 8, 20, 0);
	udp_question_from(script, &kvm_dev_7, DISCOVERY, &kvm_primary, DISCOVERY);
	script->family = 6;
	at(script, 8, 50, 0);
	udp_question_from(script, &kvm_primary, DISCOVERY, &kvm_dev_7, DISCOVERY);
	at(script, 8, 54, 0);
	udp_question_from(script, &kvm_dev_7, DISCOVERY, &kvm_primary, DISCOVERY);
	script->family = 4;
}

static void kvmnet2_good_day(struct script *script)
{
	kvmnet2_base_with_all(script);
	kvmnet2_discovery_day(script);
	at(script, 8, 27, 0);
	while (on_ipv4_and_ipv6(script)) {
		tcp_session(script, &kvm_primary, &kvm_dev_7, 443);
		tcp_session(script, &kvm_dev_7, &kvm_primary, 443);
		tcp_session(script, &kvm_dev_7, &kvm_secondary, 443);
		kvmnet2_login(script);
		tcp_session(script, &kvm_admin, &kvm_dev_7, 443);
		tcp_session(script, &bench_4, &kvm_dev_7, 900);
		tcp_session(script, &bench_4, &kvm_dev_7, 901);
		tcp_session(script, &bench_4, &kvm_dev_7, 902);
		tcp_session(script, &kvm_primary, &kvm_secondary, 3306);
		tcp_session(script, &kvm_secondary, &kvm_primary, 3306);
		tcp_session(script, &kvm_admin, &kvm_primary, 22);
		tcp_session(script, &kvm_primary, &name_server, 53);
		udp_question(script, &kvm_dev_7, &name_server, 53);
		ping(script, &kvm_admin, &kvm_dev_7);
		ping(script, &kvm_primary, &kvm_dev_7);
		ping(script, &kvm_primary, &directory);
	}
	at(script, 8, 4, 0);
	dhcp_lease(script, &kvm_dev_new, &dhcp_1);
	at(script, 8, 34, 0);
	dhcp_renewal(script, &kvm_dev_new, &dhcp_1);
}

static void kvmnet2_broadcast_discovery(struct script *script)
{
	kvmnet2_base_with_all(script);
	udp_to_group(script, &kvm_primary, DISCOVERY, everywhere, DISCOVERY);
	udp_answer(script, &kvm_dev_7, DISCOVERY, &kvm_primary, DISCOVERY, DISCOVERY);
	udp_answer(script, &kvm_dev_31, DISCOVERY, &kvm_primary, DISCOVERY, DISCOVERY);
	udp_answer(script, &kvm_dev_410, DISCOVERY, &kvm_primary, DISCOVERY, DISCOVERY);
	udp_answer(script, &kvm_unknown_device, DISCOVERY, &kvm_primary, DISCOVERY, DISCOVERY);
	at(script, 8, 20, 0);
	udp_to_group(script, &kvm_dev_new, DISCOVERY, everywhere, DISCOVERY);
	udp_answer(script, &kvm_primary, DISCOVERY, &kvm_dev_new, DISCOVERY, DISCOVERY);
	udp_answer(script, &kvm_secondary, DISCOVERY, &kvm_dev_new, DISCOVERY, DISCOVERY);
}

/* Three times the Manager looks for kvm-dev-31 on 3080, five seconds apart; nothing comes back. */
static void kvmnet2_primary_fails(struct script *script)
{
	const uint16_t port = opener_port(script);

	for (int second = 0; second <= 10; second += 5) {
		at(script, 8, 20, second);
		udp_oneway_from(script, &kvm_primary, port, &kvm_dev_31, DISCOVERY);
	}
}

/* The answer comes from 3080: there and only there the device answers. */
static void kvmnet2_fallback(struct script *script)
{
	kvmnet2_base_with_31(script);
	kvmnet2_primary_fails(script);
	udp_question_answered_from(script, &kvm_primary, opener_port(script), &kvm_dev_31, DISCOVERY_FALLBACK,
				   DISCOVERY);
}

/* The same over IPv6: to the site that is another device. */
static void kvmnet2_fallback_ipv6(struct script *script)
{
	kvmnet2_base(script);
	script->family = 6;
	tcp_session(script, &kvm_primary, &kvm_dev_31, 443);
	kvmnet2_primary_fails(script);
	udp_question_answered_from(script, &kvm_primary, opener_port(script), &kvm_dev_31, DISCOVERY_FALLBACK,
				   DISCOVERY);
	script->family = 4;
}

static void kvmnet2_fallback_dead(struct script *script)
{
	kvmnet2_base_with_31(script);
	kvmnet2_primary_fails(script);
	const uint16_t port = opener_port(script);

	for (int i = 0; i < 3; i++)
		udp_oneway_from(script, &kvm_primary, port, &kvm_dev_31, DISCOVERY_FALLBACK);
}

static void kvmnet2_wrong_direction(struct script *script)
{
	kvmnet2_base(script);
	while (on_ipv4_and_ipv6(script)) {
		udp_question(script, &kvm_dev_7, &kvm_primary, DISCOVERY_FALLBACK);
		tcp_session(script, &kvm_primary, &bench_4, 443);
		tcp_session(script, &kvm_dev_7, &kvm_admin, 443);
		tcp_session(script, &kvm_dev_7, &bench_4, 901);
		tcp_session(script, &kvm_primary, &kvm_admin, 22);
		tcp_session(script, &directory, &kvm_secondary, 389);
	}
	dhcp_renewal(script, &dhcp_1, &kvm_dev_7);
	tcp_session_from(script, &kvm_dev_7, 900, &bench_4, 50999);
}

static void kvmnet2_turned_ambiguous(struct script *script)
{
	kvmnet2_base(script);
	tcp_session(script, &name_server, &kvm_primary, 53);
	udp_question(script, &name_server, &kvm_dev_7, 53);
	ping(script, &kvm_dev_7, &internet_host);
}

static void kvmnet2_mode_off(struct script *script)
{
	for (int time = 0; time < BASE_TIMES; time++) {
		at_base(script, time);
		tcp_session(script, &kvm_primary, &kvm_dev_31, 443);
	}
	at(script, 8, 10, 0);
	tcp_session(script, &kvm_primary, &kvm_secondary, 3306);
	tcp_session(script, &kvm_secondary, &kvm_primary, 3306);
	tcp_session(script, &kvm_primary, &directory, 389);
}

static void kvmnet2_missing(struct script *script)
{
	kvmnet2_polls(script, NULL, 0);
	for (int time = 0; time < BASE_TIMES; time++) {
		at_base(script, time);
		pass(script, 7 * PAUSE_USEC);
		tcp_session(script, &bench_4, &kvm_dev_31, 900);
	}
	at(script, 8, 20, 0);
	tcp_session(script, &bench_4, &kvm_primary, 443);
	at(script, 8, 40, 0);
	tcp_session(script, &bench_4, &kvm_primary, 443);
	at(script, 8, 42, 0);
	ping(script, &kvm_primary, &directory);
	ping(script, &kvm_primary, &kvm_secondary);
}

static void kvmnet2_unanswered(struct script *script)
{
	kvmnet2_base_with_31(script);
	at(script, 8, 20, 0);
	tcp_session(script, &bench_4, &kvm_primary, 443);
	at(script, 8, 20, 5);
	tcp_unanswered(script, &kvm_primary, &directory, 389);
	at(script, 8, 25, 0);
	pass(script, 9 * PAUSE_USEC);
	tcp_unanswered(script, &kvm_primary, &kvm_secondary, 3306);
	tcp_refused(script, &bench_4, &kvm_dev_31, 900);
}

static void kvmnet2_strangers(struct script *script)
{
	kvmnet2_base(script);
	udp_question_answered_from(script, &kvm_primary, DISCOVERY, &kvm_dev_7, DISCOVERY, 4000);
	tcp_session(script, &kvm_stranger, &kvm_primary, 3306);
	tcp_session(script, &kvm_dev_7, &kvm_primary, 22);
	tcp_session(script, &kvm_primary, &other_directory, 389);
	tcp_session(script, &kvm_stranger, &kvm_dev_7, 23);
	tcp_session(script, &kvm_primary, &internet_host, 8080);
}

static void kvmnet2_site_rule(struct script *script)
{
	kvmnet2_base(script);
	tcp_session(script, &kvm_primary, &update_mirror, 8530);
}

/* The mirror stands at the operators' switch: no port of a device is mirrored, only their broadcasts come by.
 */
static void kvmnet2_mirror_gap(struct script *script)
{
	kvmnet2_replication(script);
	for (int time = 0; time < BASE_TIMES; time++) {
		at_base(script, time);
		kvmnet2_login(script);
		udp_to_group(script, &kvm_dev_7, DISCOVERY, everywhere, DISCOVERY);
	}
}

/* A host checks that its address is free: neighbour solicitation from :: (RFC 4862 section 5.4.2). */
static void neighbour_probe(struct script *script, const struct host *host)
{
	static const uint8_t solicitation[] = {135, 0, 0, 0, 0, 0, 0, 0};
	const struct end own = end_of(host, 6), to = end_of_group("ff02::1:ff00:7");
	struct end from = own;
	struct bytes message = {.length = 0}, frame;

	memset(from.address, 0, sizeof from.address);
	put_block(&message, solicitation, sizeof solicitation);
	put_block(&message, own.address, sizeof own.address);
	frame = frame_icmp(&from, &to, &message, 0);
	transmit(script, &frame);
}

static void kvmnet2_unconfigured(struct script *script)
{
	kvmnet2_base(script);
	at(script, 8, 3, 30);
	dhcp_lease(script, &kvm_dev_new, &dhcp_1);
	dhcp_lease(script, &unknown_mac, &dhcp_1);
	neighbour_probe(script, &kvm_dev_7);
}

/* From 08:25 to 08:45 nothing is captured: just then kvm-dev-31 is polled, and the directory is asked after a
 * login. */
static void kvmnet2_gap_day(struct script *script)
{
	kvmnet2_base(script);
	at(script, 8, 10, 0);
	tcp_session(script, &bench_4, &kvm_dev_31, 900);
	at(script, 8, 24, 30);
	tcp_session(script, &bench_4, &kvm_primary, 443);
	at(script, 8, 25, 2);
	tcp_session(script, &kvm_primary, &directory, 389);
	at(script, 8, 33, 0);
	tcp_session(script, &kvm_primary, &kvm_dev_31, 443);
	at(script, 8, 50, 0);
	tcp_session(script, &bench_4, &kvm_dev_31, 901);
}

static int64_t minute_of_day(const struct packet *packet)
{
	return (packet->time_usec / USEC_PER_SEC - DAY_SEC) / 60;
}

static bool until_0825(const struct packet *packet)
{
	return minute_of_day(packet) < 8 * 60 + 25;
}

static bool from_0845(const struct packet *packet)
{
	return minute_of_day(packet) >= 8 * 60 + 45;
}

static const struct sample kvmnet2_samples[] = {
    {"kvmnet2-good-day.pcapng", PCAPNG_TWO_PORTS, .tell = kvmnet2_good_day},
    {"kvmnet2-broadcast-discovery.pcap", PCAP, .tell = kvmnet2_broadcast_discovery},
    {"kvmnet2-fallback.pcap", PCAP, .tell = kvmnet2_fallback},
    {"kvmnet2-fallback-ipv6.pcap", PCAP, .tell = kvmnet2_fallback_ipv6},
    {"kvmnet2-fallback-dead.pcap", PCAP, .tell = kvmnet2_fallback_dead},
    {"kvmnet2-wrong-direction.pcap", PCAP, .tell = kvmnet2_wrong_direction},
    {"kvmnet2-turned-ambiguous.pcap", PCAP, .tell = kvmnet2_turned_ambiguous},
    {"kvmnet2-mode-off.pcap", PCAP_COOKED, .tell = kvmnet2_mode_off},
    {"kvmnet2-missing.pcap", PCAP, .tell = kvmnet2_missing},
    {"kvmnet2-unanswered.pcap", PCAP, .tell = kvmnet2_unanswered},
    {"kvmnet2-strangers.pcap.gz", PCAP_GZIP, .tell = kvmnet2_strangers},
    {"kvmnet2-site-rule.pcap", PCAP, .tell = kvmnet2_site_rule},
    {"kvmnet2-mirror-gap.pcap", PCAP, .tell = kvmnet2_mirror_gap},
    {"kvmnet2-unconfigured.pcap", PCAP, .tell = kvmnet2_unconfigured},
    {"kvmnet2-gap-1.pcap", PCAP, .tell = kvmnet2_gap_day, .keep = until_0825},
    {"kvmnet2-gap-2.pcap", PCAP, .tell = kvmnet2_gap_day, .keep = from_0845},
};

#endif
