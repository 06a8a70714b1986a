/*
 * Wyse WDM at the hospital: pcaps/wdm.site.json, pcaps/wdm-https.site.json.
 */
#ifndef SAMPLES_WDM_H
#define SAMPLES_WDM_H

#include "sample.h"

static const struct host wdm_web = {.ipv4 = "10.70.0.10", .ipv6 = "fd00:70::10"};
static const struct host wdm_gateway = {.ipv4 = "10.70.0.1"};
static const struct host wdm_standard = {.ipv4 = "10.70.0.11", .ipv6 = "fd00:70::11"};
static const struct host wdm_master = {.ipv4 = "10.70.0.12", .ipv6 = "fd00:70::12"};
static const struct host wdm_remote = {.ipv4 = "10.70.4.12", .ipv6 = "fd00:70:4::12"};
static const struct host wdm_database = {.ipv4 = "10.70.0.20", .ipv6 = "fd00:70::20"};
static const struct host ward_3_cart = {.ipv4 = "10.70.8.31", .ipv6 = "fd00:70:8::31"};
static const struct host agent_40 = {.ipv4 = "10.70.8.40"}, agent_41 = {.ipv4 = "10.70.8.41"};
static const struct host helpdesk_15 = {.ipv4 = "10.71.0.15", .ipv6 = "fd00:71::15"};
static const struct host rogue_97 = {.ipv4 = "10.70.0.97"}, scanner_98 = {.ipv4 = "10.70.0.98"};
static const struct host old_server = {.ipv4 = "10.70.0.99"}, desktop_8 = {.ipv4 = "10.72.0.8"};
static const struct host bounce_target = {.ipv4 = "10.99.1.1"};

/* Every ten minutes each agent checks in. */
static void wdm_check_ins(struct script *script, const struct host *const agents[], size_t count)
{
	for (int time = 0; time < BASE_TIMES; time++) {
		at_base(script, time);
		for (size_t i = 0; i < count; i++)
			tcp_session(script, agents[i], &wdm_web, 80);
	}
	at(script, 8, 10, 0);
}

static void wdm_database_work(struct script *script)
{
	for (int time = 0; time < BASE_TIMES; time++) {
		at_base(script, time);
		pass(script, 3 * PAUSE_USEC);
		tcp_session(script, &wdm_web, &wdm_database, 1433);
	}
	at(script, 8, 10, 0);
}

static void wdm_base(struct script *script)
{
	static const struct host *const agents[] = {&ward_3_cart, &agent_40};

	wdm_check_ins(script, agents, 2);
	wdm_database_work(script);
}

/* A push, the check-in that it asks for, and the package. */
static void wdm_push_chain(struct script *script)
{
	tcp_session(script, &wdm_web, &agent_40, 80);
	pass(script, 2 * USEC_PER_SEC - PAUSE_USEC);
	tcp_session(script, &agent_40, &wdm_web, 80);
	ftp_passive(script, &agent_40, &wdm_master, 40021);
	ftp_active(script, &agent_40, &wdm_remote);
}

static void wdm_good_day(struct script *script)
{
	wdm_base(script);
	at(script, 8, 17, 0);
	while (on_ipv4_and_ipv6(script)) {
		tcp_session(script, &helpdesk_15, &wdm_web, 80);
		tcp_session(script, &helpdesk_15, &wdm_web, 280);
		tcp_session(script, &helpdesk_15, &wdm_web, 443);
		tcp_session(script, &helpdesk_15, &wdm_standard, 80);
		tcp_session(script, &helpdesk_15, &wdm_master, 21);
		tcp_session(script, &helpdesk_15, &wdm_database, 1433);
		tcp_session(script, &helpdesk_15, &ward_3_cart, 5800);
		tcp_session(script, &helpdesk_15, &ward_3_cart, 5900);
		tcp_session(script, &wdm_web, &ward_3_cart, 80);
		tcp_session(script, &wdm_web, &ward_3_cart, 8443);
		tcp_session(script, &wdm_web, &wdm_standard, 80);
		tcp_session(script, &wdm_web, &wdm_database, 51433);
		udp_question(script, &wdm_web, &wdm_database, 1434);
		tcp_session(script, &ward_3_cart, &wdm_web, 80);
		tcp_session(script, &ward_3_cart, &wdm_web, 443);
		tcp_session(script, &ward_3_cart, &wdm_master, 21);
		ftp_passive(script, &ward_3_cart, &wdm_remote, 40022);
		tcp_session(script, &wdm_standard, &wdm_web, 280);
		tcp_session(script, &wdm_standard, &wdm_web, 8443);
	}
	wdm_push_chain(script);
	script->family = 6;
	ftp_passive(script, &ward_3_cart, &wdm_master, 40023);
	script->family = 4;
}

static void wdm_wrong_direction(struct script *script)
{
	wdm_base(script);
	while (on_ipv4_and_ipv6(script)) {
		tcp_session(script, &wdm_web, &helpdesk_15, 80);
		tcp_session(script, &wdm_master, &helpdesk_15, 21);
		tcp_session(script, &wdm_database, &helpdesk_15, 1433);
		tcp_session(script, &ward_3_cart, &helpdesk_15, 5900);
		tcp_session(script, &ward_3_cart, &helpdesk_15, 5800);
		tcp_session(script, &wdm_database, &wdm_web, 1433);
		tcp_session(script, &wdm_master, &ward_3_cart, 21);
		tcp_session(script, &wdm_remote, &ward_3_cart, 21);
	}
	tcp_session_from(script, &ward_3_cart, 5900, &helpdesk_15, 50999);
}

static void wdm_mode_off(struct script *script)
{
	for (int time = 0; time < BASE_TIMES; time++) {
		at_base(script, time);
		tcp_session(script, &agent_40, &wdm_web, 443);
		tcp_session(script, &wdm_web, &wdm_database, 1433);
	}
	at(script, 8, 10, 0);
	tcp_session(script, &agent_40, &wdm_web, 80);
	tcp_session(script, &wdm_web, &agent_40, 80);
	tcp_session(script, &helpdesk_15, &wdm_web, 80);
}

static void wdm_missing(struct script *script)
{
	static const struct host *const agents[] = {&ward_3_cart};

	wdm_check_ins(script, agents, 1);
	for (int time = 0; time < BASE_TIMES; time++) {
		at_base(script, time);
		pass(script, 4 * PAUSE_USEC);
		tcp_session(script, &helpdesk_15, &agent_40, 5900);
		tcp_session(script, &agent_41, &wdm_web, 443);
		udp_question(script, &wdm_web, &wdm_database, 1434);
	}
}

static void wdm_unanswered(struct script *script)
{
	wdm_base(script);
	at(script, 8, 20, 0);
	tcp_session(script, &helpdesk_15, &agent_41, 5900);
	tcp_refused(script, &wdm_web, &agent_40, 80);
	tcp_unanswered(script, &agent_41, &wdm_web, 280);
}

static void wdm_rogue_push(struct script *script)
{
	wdm_base(script);
	tcp_session(script, &rogue_97, &ward_3_cart, 80);
	pass(script, USEC_PER_SEC - PAUSE_USEC);
	tcp_session(script, &ward_3_cart, &rogue_97, 80);
	tcp_session(script, &old_server, &agent_40, 80);
}

static void wdm_not_covered(struct script *script)
{
	wdm_base(script);
	tcp_session(script, &ward_3_cart, &wdm_standard, 8008);
	udp_question(script, &wdm_standard, &ward_3_cart, 69);
	tcp_session(script, &wdm_standard, &ward_3_cart, 80);
}

static void wdm_ftp_bounce(struct script *script)
{
	wdm_base(script);
	ftp_bounce(script, &ward_3_cart, &wdm_master, &bounce_target);
}

/* The control connection began before the capture, and nothing in it can be read. */
static void wdm_ftp_unread(struct script *script)
{
	wdm_base(script);
	tcp_middle(script, &ward_3_cart, opener_port(script), &wdm_master, 21);
	tcp_session(script, &ward_3_cart, &wdm_master, 40021);
}

static void wdm_ftp_lost(struct script *script)
{
	wdm_base(script);
	ftp_active(script, &ward_3_cart, &wdm_master);
}

/* The mirror lost the command that announces the data connection. */
static bool is_no_port_command(const struct packet *packet)
{
	return !memmem(packet->bytes, packet->length, "PORT ", 5);
}

static void wdm_scan(struct script *script)
{
	wdm_base(script);
	at(script, 8, 21, 0);
	for (unsigned last = 1; last <= 60; last++) {
		char address[INET_ADDRSTRLEN];
		const struct host target = {.ipv4 = address};

		snprintf(address, sizeof address, "10.70.8.%u", last);
		tcp_unanswered(script, &scanner_98, &target, 80);
		at_once(script);
	}
}

static void wdm_site_rule(struct script *script)
{
	wdm_base(script);
	tcp_session(script, &agent_40, &desktop_8, 3389);
}

static void wdm_mid_stream(struct script *script)
{
	wdm_base(script);
	tcp_middle(script, &agent_40, opener_port(script), &wdm_web, 80);
	tcp_middle(script, &wdm_database, opener_port(script), &wdm_web, 1433);
	tcp_middle(script, &ward_3_cart, 3000, &helpdesk_15, 5900);
	tcp_middle(script, &ward_3_cart, 5900, &helpdesk_15, 3001);
}

/* A tap writes one file a direction. Here: what the end with the lower MAC sends, and the rest. */
static bool sent_by_lower_end(const struct packet *packet)
{
	return memcmp(packet->bytes + MAC_LENGTH, packet->bytes, MAC_LENGTH) < 0;
}

static bool sent_by_higher_end(const struct packet *packet)
{
	return !sent_by_lower_end(packet);
}

static const struct sample wdm_samples[] = {
    {"wdm-good-day.pcapng", PCAPNG, .tell = wdm_good_day},
    {"wdm-wrong-direction.pcap", PCAP, .tell = wdm_wrong_direction},
    {"wdm-mode-off.pcap", PCAP_TAGGED, .tell = wdm_mode_off},
    {"wdm-missing.pcap", PCAP, .tell = wdm_missing},
    {"wdm-unanswered.pcap", PCAP, .tell = wdm_unanswered},
    {"wdm-rogue-push.pcap", PCAP, .tell = wdm_rogue_push},
    {"wdm-not-covered.pcap", PCAP, .tell = wdm_not_covered},
    {"wdm-ftp-bounce.pcap", PCAP, .tell = wdm_ftp_bounce},
    {"wdm-ftp-unread.pcap", PCAP, .tell = wdm_ftp_unread},
    {"wdm-ftp-lost.pcap", PCAP, .tell = wdm_ftp_lost, .keep = is_no_port_command},
    {"wdm-scan.pcap", PCAP, .tell = wdm_scan},
    {"wdm-site-rule.pcap", PCAP, .tell = wdm_site_rule},
    {"wdm-mid-stream.pcap", PCAP, .tell = wdm_mid_stream},
    {"wdm-split-tap-out.pcap", PCAP, .tell = wdm_good_day, .keep = sent_by_lower_end},
    {"wdm-split-tap-in.pcap", PCAP, .tell = wdm_good_day, .keep = sent_by_higher_end},
};

#endif
