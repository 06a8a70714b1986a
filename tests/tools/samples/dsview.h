/*
 * Avocent DSView at the Harbour data centre: pcaps/dsview.site.json, pcaps/dsview-proxied.site.json.
 */
#ifndef SAMPLES_DSVIEW_H
#define SAMPLES_DSVIEW_H

#include "sample.h"

static const struct host dsview = {.ipv4 = "10.10.0.10", .ipv6 = "fd00:10::10"};
static const struct host dsview_gateway = {.ipv4 = "10.10.0.1"};
static const struct host kvm_a = {.ipv4 = "10.10.1.11", .ipv6 = "fd00:10:1::11"};
static const struct host kvm_21 = {.ipv4 = "10.10.1.21"}, kvm_22 = {.ipv4 = "10.10.1.22"};
static const struct host kvm_by_mac = {.ipv4 = "10.10.9.50", .mac_like = "10.10.1.18"};
static const struct host serial_1 = {.ipv4 = "10.10.2.11", .ipv6 = "fd00:10:2::11"};
static const struct host logger = {.ipv4 = "10.10.3.5", .ipv6 = "fd00:10:3::5"};
static const struct host operator_17 = {.ipv4 = "10.20.5.17", .ipv6 = "fd00:20::17"};
static const struct host dsview_monitor = {.ipv4 = "10.10.0.250"}, remote_support = {.ipv4 = "10.10.0.251"};
static const struct host backup_server = {.ipv4 = "10.10.0.200"};
static const struct host dsview_stranger = {.ipv4 = "10.99.0.9"}, other_stranger = {.ipv4 = "10.99.0.10"},
			 scanner = {.ipv4 = "10.99.6.6"};

static void dsview_base_without_web(struct script *script)
{
	for (int time = 0; time < BASE_TIMES; time++) {
		at_base(script, time);
		pass(script, PAUSE_USEC);
		tcp_session(script, &dsview, &kvm_a, 3211);
	}
	at(script, 8, 10, 0);
}

static void dsview_base(struct script *script)
{
	for (int time = 0; time < BASE_TIMES; time++) {
		at_base(script, time);
		tcp_session(script, &operator_17, &dsview, 443);
		tcp_session(script, &dsview, &kvm_a, 3211);
	}
	at(script, 8, 10, 0);
}

/* An operator works on a target behind kvm-a: the server authorizes the session, five seconds before it
 * opens. */
static void direct_session(struct script *script)
{
	tcp_session(script, &dsview, &kvm_a, 3871);
	pass(script, 5 * USEC_PER_SEC - PAUSE_USEC);
	tcp_session(script, &operator_17, &kvm_a, 2068);
	tcp_session(script, &operator_17, &kvm_a, 8192);
	tcp_session(script, &operator_17, &kvm_a, 3871);
}

static void proxied_session(struct script *script)
{
	tcp_session(script, &operator_17, &dsview, 1078);
	tcp_session(script, &dsview, &kvm_a, 3871);
	pass(script, 5 * USEC_PER_SEC - PAUSE_USEC);
	tcp_session(script, &dsview, &kvm_a, 2068);
	tcp_session(script, &dsview, &kvm_a, 8192);
}

static void dsview_good_day(struct script *script)
{
	dsview_base(script);
	while (on_ipv4_and_ipv6(script)) {
		tcp_session(script, &operator_17, &dsview, 443);
		direct_session(script);
		proxied_session(script);
		tcp_session(script, &operator_17, &serial_1, 22);
		udp_question(script, &dsview, &kvm_a, 3211);
		tcp_session(script, &dsview, &kvm_a, 3211);
		tcp_session(script, &serial_1, &dsview, 4122);
		tcp_session(script, &logger, &dsview, 4122);
		tcp_session(script, &kvm_a, &dsview, 4514);
		udp_oneway(script, &kvm_a, &dsview, 4514);
		udp_oneway(script, &logger, &dsview, 4514);
		tcp_session(script, &dsview, &serial_1, 22);
	}
	const uint16_t asked_from = opener_port(script);

	udp_to_group(script, &dsview, asked_from, everywhere, 3211);
	udp_answer(script, &kvm_22, 3211, &dsview, asked_from, 3211);
	tcp_session(script, &dsview, &kvm_22, 3211);
	tcp_session(script, &dsview, &kvm_by_mac, 3211);
}

static void dsview_wrong_direction(struct script *script)
{
	dsview_base(script);
	while (on_ipv4_and_ipv6(script)) {
		tcp_session(script, &dsview, &operator_17, 443);
		tcp_session(script, &dsview, &operator_17, 1078);
		tcp_session(script, &kvm_a, &operator_17, 2068);
		tcp_session(script, &kvm_a, &operator_17, 8192);
		tcp_session(script, &kvm_a, &dsview, 3871);
		udp_question(script, &kvm_a, &dsview, 3211);
		tcp_session(script, &kvm_a, &dsview, 3211);
	}
	tcp_session_from(script, &kvm_a, 8192, &operator_17, 50999);
}

/* The page leaves open who opens these, so none of them can be called the wrong way round. */
static void dsview_turned_ambiguous(struct script *script)
{
	dsview_base(script);
	tcp_session(script, &serial_1, &operator_17, 22);
	tcp_session(script, &kvm_a, &operator_17, 3871);
	tcp_session(script, &dsview, &serial_1, 4122);
	udp_oneway(script, &dsview, &kvm_a, 4514);
	tcp_session(script, &kvm_a, &dsview, 2068);
}

static void dsview_proxy_bypass(struct script *script)
{
	dsview_base(script);
	proxied_session(script);
	at(script, 8, 20, 0);
	tcp_session(script, &operator_17, &kvm_a, 2068);
	tcp_session(script, &operator_17, &kvm_a, 8192);
	tcp_refused(script, &operator_17, &kvm_21, 8192);
	tcp_session(script, &operator_17, &serial_1, 22);
}

static void dsview_missing_authorize(struct script *script)
{
	dsview_base(script);
	at(script, 8, 20, 0);
	tcp_session(script, &operator_17, &kvm_21, 2068);
	tcp_session(script, &operator_17, &kvm_21, 8192);
	at(script, 8, 30, 0);
	tcp_session(script, &operator_17, &kvm_a, 8192);
	at(script, 8, 30, 30);
	tcp_session(script, &dsview, &kvm_a, 3871);
}

static void dsview_unanswered(struct script *script)
{
	dsview_base_without_web(script);
	at(script, 8, 20, 0);
	for (int i = 0; i < 3; i++)
		tcp_refused(script, &operator_17, &dsview, 443);
	tcp_unanswered(script, &dsview, &kvm_a, 3871);
}

static void dsview_strangers(struct script *script)
{
	dsview_base(script);
	tcp_session(script, &dsview_stranger, &kvm_a, 3211);
	tcp_session(script, &dsview, &dsview_stranger, 3871);
	tcp_session(script, &dsview_stranger, &dsview, 3389);
	udp_oneway(script, &kvm_a, &dsview, 4154);
	udp_question_answered_from(script, &dsview, opener_port(script), &kvm_a, 3211, 40000);
	udp_to_group(script, &dsview, opener_port(script), "10.10.0.255", 1900);
	tcp_session(script, &dsview_stranger, &other_stranger, 443);
}

static void dsview_scan(struct script *script)
{
	dsview_base(script);
	at(script, 8, 21, 0);
	for (uint16_t port = 1; port <= 40; port++) {
		tcp_refused(script, &scanner, &kvm_a, port);
		at_once(script);
	}
}

static void dsview_exception_only(struct script *script)
{
	dsview_base(script);
	tcp_session(script, &dsview_monitor, &dsview, 9182);
}

static void dsview_exceptions(struct script *script)
{
	dsview_exception_only(script);
	tcp_session(script, &remote_support, &dsview, 3389);
}

static void dsview_site_rule(struct script *script)
{
	dsview_base(script);
	tcp_session(script, &backup_server, &dsview, 10000);
	ping(script, &dsview_monitor, &dsview);
	ping(script, &dsview_monitor, &kvm_a);
	tcp_session(script, &dsview, &backup_server, 10000);
}

static void dsview_one_sided(struct script *script)
{
	for (int minute = 5; minute < 66; minute += 5) {
		at(script, 8, minute, 0);
		tcp_session(script, &operator_17, &dsview, 443);
		tcp_session(script, &operator_17, &dsview, 1078);
		tcp_session(script, &operator_17, &kvm_a, 2068);
	}
}

/* The mirror copies only what leaves towards the data centre, 10.10.0.0/16. */
static bool towards_harbour(const struct packet *packet)
{
	static const uint8_t harbour[] = {2, 0, 10, 10};

	return packet->bytes[0] == 0xff || memcmp(packet->bytes, harbour, sizeof harbour) == 0;
}

static void dsview_mid_stream(struct script *script)
{
	at(script, 8, 20, 0);
	tcp_middle(script, &operator_17, 50001, &kvm_a, 8192);
	tcp_middle(script, &dsview, 50002, &kvm_a, 3871);
	tcp_middle(script, &kvm_a, 50003, &dsview, 3871);
	tcp_middle(script, &operator_17, 3000, &kvm_a, 2068);
}

/* Openings that fit no connection, sent in the names of those who were addressed: a SYN into one that was
 * seen from its opening, whose other end answers with a challenge, and a SYN-ACK into one that was not. */
static void dsview_forged(struct script *script)
{
	struct connection whole, middle;

	at(script, 8, 20, 0);
	whole = connection_of(script, &operator_17, 50001, &kvm_a, 2068);
	tcp_open(&whole);
	tcp_say_text(&whole, OPENER, "one");
	tcp_send_stale(&whole, LISTENER, TCP_SYN);
	tcp_send(&whole, OPENER, TCP_ACK, NULL);
	tcp_send(&whole, LISTENER, TCP_ACK, NULL);
	tcp_say_text(&whole, LISTENER, "two");
	tcp_close(&whole);
	middle = connection_of(script, &operator_17, 50002, &kvm_a, 8192);
	tcp_say_text(&middle, OPENER, "one");
	tcp_say_text(&middle, LISTENER, "two");
	tcp_send_stale(&middle, OPENER, TCP_SYN | TCP_ACK);
	tcp_send(&middle, LISTENER, TCP_ACK, NULL);
	tcp_say_text(&middle, LISTENER, "three");
}

static const struct sample dsview_samples[] = {
    {"dsview-good-day.pcapng", PCAPNG, .tell = dsview_good_day},
    {"dsview-wrong-direction.pcap", PCAP, .tell = dsview_wrong_direction},
    {"dsview-turned-ambiguous.pcap", PCAP, .tell = dsview_turned_ambiguous},
    {"dsview-proxy-bypass.pcap", PCAP, .tell = dsview_proxy_bypass},
    {"dsview-missing-authorize.pcap", PCAP, .tell = dsview_missing_authorize},
    {"dsview-unanswered.pcap", PCAP, .tell = dsview_unanswered},
    {"dsview-strangers.pcap", PCAP, .tell = dsview_strangers},
    {"dsview-scan.pcap", PCAP, .tell = dsview_scan},
    {"dsview-exceptions.pcap", PCAP, .tell = dsview_exceptions},
    {"dsview-exception-only.pcap", PCAP, .tell = dsview_exception_only},
    {"dsview-site-rule.pcap", PCAP, .tell = dsview_site_rule},
    {"dsview-one-sided.pcap", PCAP, .tell = dsview_one_sided, .keep = towards_harbour},
    {"dsview-mid-stream.pcap", PCAP_NANOSECONDS, .tell = dsview_mid_stream},
    {"dsview-forged.pcap", PCAP, .tell = dsview_forged},
    {"dsview-truncated-file.pcapng", PCAPNG, .tell = dsview_good_day, .cut = 30},
};

#endif
