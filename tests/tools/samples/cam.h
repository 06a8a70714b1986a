/*
 * Minicom Centralized Access Management on the North campus: pcaps/cam.site.json. AccessIT stands beside the
 * Manager.
 */
#ifndef SAMPLES_CAM_H
#define SAMPLES_CAM_H

#include "kvmnet2.h"

static const struct host cam_manager = {.ipv4 = "10.50.0.5", .ipv6 = "fd00:50::5"};
static const struct host cam_gateway = {.ipv4 = "10.50.0.1"};
static const struct host accessit = {.ipv4 = "10.50.0.7", .ipv6 = "fd00:50::7"};
static const struct host cam_device = {.ipv4 = "10.50.1.20", .ipv6 = "fd00:50:1::20"},
			 cam_device_21 = {.ipv4 = "10.50.1.21"};
static const struct host cam_device_new = {.ipv4 = "10.50.1.99"};
static const struct host cam_client = {.ipv4 = "10.51.2.30", .ipv6 = "fd00:51::30"};
static const struct host cam_admin = {.ipv4 = "10.50.9.9", .ipv6 = "fd00:50:9::9"};
static const struct host cam_ldap = {.ipv4 = "10.50.0.20", .ipv6 = "fd00:50::20"};
static const struct host cam_dns = {.ipv4 = "10.50.0.21", .ipv6 = "fd00:50::21"};
static const struct host cam_dhcp = {.ipv4 = "10.50.0.22"}, cam_time = {.ipv4 = "10.50.0.23"};
static const struct host cam_standby = {.ipv4 = "10.50.0.8", .ipv6 = "fd00:50::8"};
static const struct host second_manager = {.ipv4 = "10.50.0.6"};
static const struct host cam_target_1 = {.ipv4 = "10.50.7.1"}, cam_target_2 = {.ipv4 = "10.50.7.2"};
static const struct host cam_stranger = {.ipv4 = "10.99.0.9"};

static void cam_base(struct script *script, const struct host *const devices[], size_t count)
{
	for (int time = 0; time < BASE_TIMES; time++) {
		at_base(script, time);
		for (size_t i = 0; i < count; i++)
			tcp_session(script, &cam_manager, devices[i], 443);
	}
	at(script, 8, 10, 0);
}

static void cam_base_with_device(struct script *script)
{
	static const struct host *const devices[] = {&cam_device};

	cam_base(script, devices, 1);
}

/* Both ways round share a tuple: minutes lie between. */
static void cam_discovery_day(struct script *script)
{
	at(script, 8, 10, 0);
	udp_to_group(script, &cam_manager, DISCOVERY, "10.50.255.255", DISCOVERY);
	udp_answer(script, &cam_device, DISCOVERY, &cam_manager, DISCOVERY, DISCOVERY);
	udp_answer(script, &cam_device_21, DISCOVERY, &cam_manager, DISCOVERY, DISCOVERY);
	at(script, 8, 14, 0);
	udp_to_group(script, &cam_device_21, DISCOVERY, everywhere, DISCOVERY);
	udp_answer(script, &cam_manager, DISCOVERY, &cam_device_21, DISCOVERY, DISCOVERY);
	at(script, 8, 18, 0);
	while (on_ipv4_and_ipv6(script)) {
		udp_question_from(script, &cam_manager, DISCOVERY, &cam_device, DISCOVERY);
		udp_question_from(script, &accessit, DISCOVERY, &cam_device, DISCOVERY);
	}
	at(script, 8, 22, 0);
	while (on_ipv4_and_ipv6(script)) {
		udp_question_from(script, &cam_device, DISCOVERY, &cam_manager, DISCOVERY);
		udp_question_from(script, &cam_device, DISCOVERY, &accessit, DISCOVERY);
	}
}

static void cam_good_day(struct script *script)
{
	static const struct host *const devices[] = {&cam_device, &cam_device_21, &cam_device_new};

	cam_base(script, devices, 3);
	cam_discovery_day(script);
	at(script, 8, 27, 0);
	while (on_ipv4_and_ipv6(script)) {
		tcp_session(script, &cam_manager, &cam_device, 443);
		tcp_session(script, &cam_device, &cam_manager, 443);
		tcp_session(script, &accessit, &cam_device, 443);
		tcp_session(script, &cam_device, &accessit, 443);
		tcp_session(script, &cam_client, &accessit, 443);
		tcp_session(script, &cam_client, &cam_manager, 443);
		pass(script, 5 * USEC_PER_SEC - PAUSE_USEC);
		tcp_session(script, &cam_manager, &cam_ldap, 389);
		tcp_session(script, &cam_admin, &cam_device, 443);
		tcp_session(script, &cam_client, &cam_device, 900);
		tcp_session(script, &cam_client, &cam_device, 910);
		tcp_session(script, &cam_admin, &cam_manager, 22);
		tcp_session(script, &cam_manager, &cam_dns, 53);
		udp_question(script, &cam_device, &cam_dns, 53);
		ping(script, &cam_admin, &cam_device);
		ping(script, &cam_manager, &cam_ldap);
	}
	udp_question(script, &cam_device, &cam_time, 123);
	at(script, 8, 4, 0);
	dhcp_lease(script, &cam_device_new, &cam_dhcp);
	at(script, 8, 44, 0);
	dhcp_renewal(script, &cam_device_new, &cam_dhcp);
}

/* Three times the Manager looks for a device on 3080 in vain, then on 3081: the answer comes from 3080. */
static void cam_fallback(struct script *script)
{
	cam_base_with_device(script);
	while (on_ipv4_and_ipv6(script)) {
		const uint16_t port = opener_port(script);

		tcp_session(script, &cam_manager, &cam_device, 443);
		for (int i = 0; i < 3; i++)
			udp_oneway_from(script, &cam_manager, port, &cam_device, DISCOVERY);
		udp_question_answered_from(script, &cam_manager, opener_port(script), &cam_device,
					   DISCOVERY_FALLBACK, DISCOVERY);
	}
}

/* A second Manager stands by: either opens. */
static void cam_replicated(struct script *script)
{
	cam_base_with_device(script);
	while (on_ipv4_and_ipv6(script)) {
		tcp_session(script, &cam_manager, &cam_standby, 3306);
		tcp_session(script, &cam_standby, &cam_manager, 3306);
	}
}

static void cam_not_covered(struct script *script)
{
	cam_base_with_device(script);
	tcp_session(script, &accessit, &cam_target_1, 3389);
	tcp_session(script, &accessit, &cam_target_2, 22);
	tcp_session(script, &cam_stranger, &accessit, 8080);
}

static void cam_wrong_direction(struct script *script)
{
	cam_base_with_device(script);
	while (on_ipv4_and_ipv6(script)) {
		tcp_session(script, &cam_manager, &cam_device, 443);
		udp_question(script, &cam_device, &cam_manager, DISCOVERY_FALLBACK);
		tcp_session(script, &cam_manager, &cam_client, 443);
		tcp_session(script, &accessit, &cam_client, 443);
		tcp_session(script, &cam_device, &cam_admin, 443);
		tcp_session(script, &cam_device, &cam_client, 910);
		tcp_session(script, &cam_ldap, &cam_manager, 389);
		tcp_session(script, &cam_manager, &cam_admin, 22);
	}
	dhcp_renewal(script, &cam_dhcp, &cam_device);
}

static void cam_mode_off(struct script *script)
{
	cam_base_with_device(script);
	tcp_session(script, &cam_manager, &second_manager, 3306);
}

static const struct sample cam_samples[] = {
    {"cam-good-day.pcapng", PCAPNG, .tell = cam_good_day},
    {"cam-fallback.pcap", PCAP, .tell = cam_fallback},
    {"cam-replicated.pcap", PCAP, .tell = cam_replicated},
    {"cam-not-covered.pcap", PCAP, .tell = cam_not_covered},
    {"cam-wrong-direction.pcap", PCAP, .tell = cam_wrong_direction},
    {"cam-mode-off.pcap", PCAP, .tell = cam_mode_off},
};

#endif
