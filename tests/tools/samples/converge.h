/*
 * ClearOne Converge Pro at the conference centre: pcaps/converge.site.json, pcaps/converge-static.site.json.
 */
#ifndef SAMPLES_CONVERGE_H
#define SAMPLES_CONVERGE_H

#include "sample.h"

static const struct host boardroom = {.ipv4 = "10.60.1.11", .ipv6 = "fd00:60:1::11"},
			 auditorium = {.ipv4 = "10.60.1.12"};
static const struct host unit_21 = {.ipv4 = "10.60.1.21"}, unit_new = {.ipv4 = "10.60.1.99"};
static const struct host converge_gateway = {.ipv4 = "10.60.0.1"};
static const struct host console_pc = {.ipv4 = "10.60.1.200", .ipv6 = "fd00:60:1::200"};
static const struct host room_control = {.ipv4 = "10.60.2.20", .ipv6 = "fd00:60:2::20"};
static const struct host terminal = {.ipv4 = "10.60.2.30", .ipv6 = "fd00:60:2::30"};
static const struct host browser_7 = {.ipv4 = "10.61.7.7", .ipv6 = "fd00:61::7"},
			 browser_8 = {.ipv4 = "10.61.7.8", .ipv6 = "fd00:61::8"};
static const struct host snmp_station = {.ipv4 = "10.60.3.5", .ipv6 = "fd00:60:3::5"};
static const struct host mail_server = {.ipv4 = "10.60.3.6", .ipv6 = "fd00:60:3::6"};
static const struct host time_server = {.ipv4 = "10.60.3.7", .ipv6 = "fd00:60:3::7"};
static const struct host converge_dhcp = {.ipv4 = "10.60.3.8"}, wins = {.ipv4 = "10.60.3.9"};
static const struct host projector = {.ipv4 = "10.60.5.5"};
static const struct host front_panel = {.ipv4 = "10.60.2.40"}, rogue_dhcp = {.ipv4 = "10.60.2.66"};
static const struct host other_mail = {.ipv4 = "10.60.3.66"}, other_dns = {.ipv4 = "10.99.0.53"};
static const struct host converge_stranger = {.ipv4 = "10.99.0.9"};

static const char conference_broadcast[] = "10.60.255.255";
enum { NTP = 123, NETBIOS_NAME = 137, NETBIOS_DATAGRAM = 138, SNMP = 161, TRAP = 162, CONSOLE = 3487 };

/* Every ten minutes each unit asks the time and is polled. */
static void converge_units(struct script *script, const struct host *const units[], size_t count)
{
	for (int time = 0; time < BASE_TIMES; time++) {
		at_base(script, time);
		for (size_t i = 0; i < count; i++) {
			udp_question_from(script, units[i], NTP, &time_server, NTP);
			udp_question(script, &snmp_station, units[i], SNMP);
		}
	}
	at(script, 8, 10, 0);
}

static void converge_room_control(struct script *script)
{
	for (int time = 0; time < BASE_TIMES; time++) {
		at_base(script, time);
		pass(script, 8 * PAUSE_USEC);
		tcp_session(script, &room_control, &boardroom, 23);
	}
	at(script, 8, 10, 0);
}

static void converge_base(struct script *script)
{
	static const struct host *const units[] = {&boardroom, &auditorium};

	converge_units(script, units, 2);
	converge_room_control(script);
}

/* The new unit gets its address at 08:03:30 and is then as the others. */
static void converge_base_with_new(struct script *script)
{
	static const struct host *const units[] = {&boardroom, &auditorium, &unit_new};

	converge_units(script, units, 3);
	converge_room_control(script);
}

static void netbios_by_broadcast(struct script *script, const struct host *from, bool registration)
{
	const struct end asker = end_of(from, 4), group = end_of_group(conference_broadcast);
	struct bytes payload = {.length = 0};

	script->ticket++;
	if (registration)
		put_netbios_registration(&payload, script->ticket, NB_REGISTER | NB_BROADCAST);
	else
		put_netbios_query(&payload, script->ticket, NB_QUERY | NB_BROADCAST);
	datagram(script, &asker, NETBIOS_NAME, &group, NETBIOS_NAME, &payload);
	pass(script, ANSWER_USEC);
}

static void netbios_registration(struct script *script, const struct host *unit, const struct host *server)
{
	const int64_t began = script->clock_usec;
	const struct end asker = end_of(unit, 4), asked = end_of(server, 4);
	struct bytes question = {.length = 0}, answer = {.length = 0};

	put_netbios_registration(&question, ++script->ticket, NB_REGISTER);
	put_netbios_found(&answer, script->ticket, NB_REGISTERED);
	datagram(script, &asker, NETBIOS_NAME, &asked, NETBIOS_NAME, &question);
	pass(script, ANSWER_USEC);
	datagram(script, &asked, NETBIOS_NAME, &asker, NETBIOS_NAME, &answer);
	pause_after(script, began);
}

static void converge_search(struct script *script, const char *group, const struct host *const units[],
			    size_t count)
{
	const int64_t began = script->clock_usec;
	const uint16_t port = opener_port(script);

	udp_to_group(script, &console_pc, port, group, CONSOLE);
	for (size_t i = 0; i < count; i++)
		udp_answer(script, units[i], CONSOLE, &console_pc, port, CONSOLE);
	pause_after(script, began);
}

static void converge_names_day(struct script *script)
{
	netbios_registration(script, &boardroom, &wins);
	netbios_by_broadcast(script, &auditorium, true);
	pass(script, PAUSE_USEC);
	netbios_by_broadcast(script, &console_pc, false);
	udp_answer(script, &boardroom, NETBIOS_NAME, &console_pc, NETBIOS_NAME, NETBIOS_NAME);
	pass(script, PAUSE_USEC);
	udp_to_group(script, &boardroom, NETBIOS_DATAGRAM, conference_broadcast, NETBIOS_DATAGRAM);
}

static void converge_good_day(struct script *script)
{
	static const struct host *const units[] = {&boardroom, &auditorium, &unit_21, &unit_new};

	converge_units(script, units, 4);
	converge_room_control(script);
	at(script, 8, 17, 0);
	while (on_ipv4_and_ipv6(script)) {
		tcp_session(script, &console_pc, &boardroom, 23);
		tcp_session(script, &room_control, &boardroom, 23);
		tcp_session(script, &terminal, &boardroom, 23);
		tcp_session(script, &boardroom, &mail_server, 25);
		tcp_session(script, &browser_7, &boardroom, 80);
		udp_question(script, &boardroom, &time_server, NTP);
		udp_question(script, &snmp_station, &boardroom, SNMP);
		udp_oneway(script, &boardroom, &snmp_station, TRAP);
		udp_question(script, &console_pc, &boardroom, CONSOLE);
	}
	at(script, 8, 3, 30);
	dhcp_lease(script, &unit_new, &converge_dhcp);
	at(script, 8, 30, 0);
	dhcp_renewal(script, &auditorium, &converge_dhcp);
	converge_names_day(script);
	at(script, 8, 40, 0);
	converge_search(script, everywhere, units, 3);
	converge_search(script, "239.255.34.87", units, 1);
	at(script, 8, 44, 0);
	udp_oneway_from(script, &unit_21, CONSOLE, &console_pc, CONSOLE);
	script->family = 6;
	udp_oneway_from(script, &boardroom, CONSOLE, &console_pc, CONSOLE);
	script->family = 4;
}

static void converge_wrong_direction(struct script *script)
{
	converge_base(script);
	while (on_ipv4_and_ipv6(script)) {
		tcp_session(script, &boardroom, &console_pc, 23);
		tcp_session(script, &boardroom, &room_control, 23);
		tcp_session(script, &mail_server, &boardroom, 25);
		tcp_session(script, &boardroom, &browser_8, 80);
		udp_question(script, &time_server, &boardroom, NTP);
		udp_question(script, &boardroom, &snmp_station, SNMP);
		udp_oneway(script, &snmp_station, &boardroom, TRAP);
		udp_question(script, &boardroom, &console_pc, CONSOLE);
	}
	dhcp_renewal(script, &converge_dhcp, &boardroom);
	tcp_session(script, &boardroom, &browser_7, 80);
	tcp_session_from(script, &boardroom, 23, &room_control, 50999);
}

static void converge_turned_netbios(struct script *script)
{
	converge_base(script);
	udp_question_from(script, &wins, NETBIOS_NAME, &boardroom, NETBIOS_NAME);
}

static void converge_mode_off(struct script *script)
{
	converge_room_control(script);
	udp_question_from(script, &boardroom, NTP, &time_server, NTP);
	udp_question(script, &snmp_station, &boardroom, SNMP);
	udp_oneway(script, &boardroom, &snmp_station, TRAP);
	tcp_session(script, &boardroom, &mail_server, 25);
	netbios_registration(script, &boardroom, &wins);
	dhcp_renewal(script, &boardroom, &converge_dhcp);
}

/* The room control system is awake: it speaks to a projector, but to no unit. */
static void converge_missing(struct script *script)
{
	static const struct host *const units[] = {&boardroom};

	converge_units(script, units, 1);
	for (int time = 0; time < BASE_TIMES; time++) {
		at_base(script, time);
		pass(script, 3 * PAUSE_USEC);
		udp_question(script, &snmp_station, &auditorium, SNMP);
		tcp_session(script, &browser_7, &auditorium, 80);
		tcp_session(script, &room_control, &projector, 4352);
	}
}

static void converge_unanswered(struct script *script)
{
	static const struct host *const units[] = {&auditorium, &unit_21};

	converge_units(script, units, 2);
	converge_room_control(script);
	for (int minute = 5; minute < 66; minute++) {
		at(script, 8, minute, 50);
		udp_oneway_from(script, &boardroom, NTP, &time_server, NTP);
	}
	for (int time = 0; time < BASE_TIMES; time++) {
		at_base(script, time);
		pass(script, 9 * PAUSE_USEC);
		tcp_session(script, &browser_7, &boardroom, 80);
	}
	at(script, 8, 20, 0);
	udp_refused(script, &snmp_station, &boardroom, SNMP);
	udp_refused(script, &snmp_station, &boardroom, SNMP);
	udp_oneway(script, &boardroom, &snmp_station, TRAP);
	tcp_refused(script, &browser_7, &unit_21, 80);
}

static void converge_console_blocked(struct script *script)
{
	converge_base(script);
	for (int i = 0; i < 3; i++)
		converge_search(script, everywhere, NULL, 0);
}

static void converge_strangers(struct script *script)
{
	converge_base(script);
	udp_question(script, &converge_stranger, &boardroom, SNMP);
	tcp_session(script, &boardroom, &other_mail, 25);
	tcp_session(script, &converge_stranger, &boardroom, 443);
	udp_question(script, &boardroom, &other_dns, 53);
	udp_question_answered_from(script, &boardroom, NTP, &time_server, NTP, 5000);
	udp_to_group(script, &boardroom, 5353, "224.0.0.251", 5353);
}

/* A second server offers the new unit an address. */
static void converge_rogue_dhcp(struct script *script)
{
	converge_base_with_new(script);
	at(script, 8, 3, 30);
	script->ticket++;
	dhcp_ask_everyone(script, &unit_new, DHCP_DISCOVER);
	dhcp_answer_everyone(script, &converge_dhcp, &unit_new, DHCP_OFFER);
	dhcp_answer_everyone(script, &rogue_dhcp, &unit_new, DHCP_OFFER);
	dhcp_ask_everyone(script, &unit_new, DHCP_REQUEST);
	dhcp_answer_everyone(script, &converge_dhcp, &unit_new, DHCP_ACKNOWLEDGE);
}

static void converge_site_rule(struct script *script)
{
	converge_base(script);
	tcp_session(script, &front_panel, &boardroom, 8080);
}

static const struct sample converge_samples[] = {
    {"converge-good-day.pcapng", PCAPNG, .tell = converge_good_day},
    {"converge-wrong-direction.pcap", PCAP, .tell = converge_wrong_direction},
    {"converge-turned-netbios.pcap", PCAP, .tell = converge_turned_netbios},
    {"converge-mode-off.pcap", PCAP, .tell = converge_mode_off},
    {"converge-missing.pcap", PCAP, .tell = converge_missing},
    {"converge-unanswered.pcap", PCAP, .tell = converge_unanswered},
    {"converge-console-blocked.pcap", PCAP, .tell = converge_console_blocked},
    {"converge-strangers.pcap", PCAP_BIG_ENDIAN, .tell = converge_strangers},
    {"converge-rogue-dhcp.pcap", PCAP, .tell = converge_rogue_dhcp},
    {"converge-site-rule.pcap", PCAP, .tell = converge_site_rule},
};

#endif
