/*
 * What datagrams carry, by the asked port. TICKET ties an answer to its question: DNS and NetBIOS id, SNMP
 * request id, NTP transmit time.
 */
#ifndef SAMPLES_UDP_PAYLOAD_H
#define SAMPLES_UDP_PAYLOAD_H

#include "netbios_payload.h"
#include "tcp_payload.h"

struct udp_talk {
	uint16_t port;
	void (*question)(struct bytes *out, uint16_t ticket);
	void (*answer)(struct bytes *out, uint16_t ticket);
};

static void put_plain_question(struct bytes *out, uint16_t ticket)
{
	(void)ticket;
	put_plain_out(out);
}

static void put_plain_answer(struct bytes *out, uint16_t ticket)
{
	(void)ticket;
	put_plain_in(out);
}

/* A of kvm.example (RFC 1035 section 4.1). */
static void put_dns_question(struct bytes *out, uint16_t ticket)
{
	static const uint8_t rest[] = {1, 0, 0, 1, 0, 0, 0, 0, 0, 0};

	put_u16(out, ticket);
	put_block(out, rest, sizeof rest);
	put_block(out, "\3kvm\7example\0\0\1\0\1", 17);
}

static void put_dns_answer(struct bytes *out, uint16_t ticket)
{
	static const uint8_t rest[] = {0x85, 0x80, 0, 1, 0, 1, 0, 0, 0, 0};
	static const uint8_t record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 14, 16, 0, 4, 192, 0, 2, 10};

	put_u16(out, ticket);
	put_block(out, rest, sizeof rest);
	put_block(out, "\3kvm\7example\0\0\1\0\1", 17);
	put_block(out, record, sizeof record);
}

/* PTR of _http._tcp.local, asked of the group (RFC 6762). */
static void put_mdns_question(struct bytes *out, uint16_t ticket)
{
	static const uint8_t header[] = {0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0};

	(void)ticket;
	put_block(out, header, sizeof header);
	put_block(out, "\5_http\4_tcp\5local\0\0\14\0\1", 22);
}

/* NTP counts seconds since 1900; the ticket is the fraction of a second (RFC 5905 section 6). */
static void put_ntp_time(struct bytes *out, uint16_t ticket)
{
	put_u32(out, UINT32_C(4003977600) + ticket);
	put_u32(out, (uint32_t)ticket << 16);
}

static void put_ntp_question(struct bytes *out, uint16_t ticket)
{
	static const uint8_t header[] = {0x23, 0, 6, 0xec};

	put_block(out, header, sizeof header);
	put_repeated(out, 0, 36);
	put_ntp_time(out, ticket);
}

static void put_ntp_answer(struct bytes *out, uint16_t ticket)
{
	static const uint8_t header[] = {0x24, 2, 6, 0xec, 0, 0, 1, 0, 0, 0, 1, 0, 192, 0, 2, 123};

	put_block(out, header, sizeof header);
	for (int stamp = 0; stamp < 4; stamp++) /* reference, originate, receive, transmit */
		put_ntp_time(out, ticket);
}

/* SNMP version 1, community public (RFC 1157): sysUpTime asked and told. */
static void put_snmp_get(struct bytes *out, uint16_t ticket)
{
	static const uint8_t rest[] = {2, 1,    0, 2, 1, 0, 0x30, 14, 0x30, 12, 6,
				       8, 0x2b, 6, 1, 2, 1, 1,    3,  0,    5,  0};

	put_block(out, "\x30\x27\2\1\0\4\6public\xa0\x1a\2\2", 17);
	put_u16(out, ticket);
	put_block(out, rest, sizeof rest);
}

static void put_snmp_response(struct bytes *out, uint16_t ticket)
{
	static const uint8_t rest[] = {2, 1, 0, 2, 1, 0, 0x30, 18,   0x30, 16, 6,    8,    0x2b,
				       6, 1, 2, 1, 1, 3, 0,    0x43, 4,    0,  0x01, 0xe2, 0x40};

	put_block(out, "\x30\x2b\2\1\0\4\6public\xa2\x1e\2\2", 17);
	put_u16(out, ticket);
	put_block(out, rest, sizeof rest);
}

static void put_snmp_trap(struct bytes *out, uint16_t ticket)
{
	static const uint8_t rest[] = {6,  7, 0x2b, 6, 1, 4, 1, 0xbf, 8, 0x40, 4,    10,   60, 1,
				       11, 2, 1,    6, 2, 1, 1, 0x43, 2, 0x12, 0x34, 0x30, 0};

	(void)ticket;
	put_block(out, "\x30\x28\2\1\0\4\6public\xa4\x1b", 15);
	put_block(out, rest, sizeof rest);
}

/* SQL Server Resolution Protocol: which instances are there? */
static void put_sql_browser_question(struct bytes *out, uint16_t ticket)
{
	(void)ticket;
	put_u8(out, 3);
}

static void put_sql_browser_answer(struct bytes *out, uint16_t ticket)
{
	static const char instance[] =
	    "ServerName;WDMDB;InstanceName;RAPPORT;IsClustered;No;Version;9.00.1399.06;tcp;51433;;";

	(void)ticket;
	put_u8(out, 5);
	put_u8(out, sizeof instance - 1);
	put_u8(out, 0);
	put_text(out, instance);
}

static void put_ssdp_search(struct bytes *out, uint16_t ticket)
{
	(void)ticket;
	put_text(out, "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\n"
		      "MX: 2\r\nST: ssdp:all\r\n\r\n");
}

static void put_syslog_datagram(struct bytes *out, uint16_t ticket)
{
	(void)ticket;
	put_syslog_line(out);
}

/* RFC 1350: read request, and the one block of the file. */
static void put_tftp_request(struct bytes *out, uint16_t ticket)
{
	(void)ticket;
	put_block(out, "\0\1image.ini\0octet\0", 18);
}

static void put_tftp_data(struct bytes *out, uint16_t ticket)
{
	(void)ticket;
	put_u16(out, 3);
	put_u16(out, 1);
	put_repeated(out, 'A', 100);
}

static const struct udp_talk *udp_talk_of(uint16_t port)
{
	static const struct udp_talk talks[] = {
	    {53, put_dns_question, put_dns_answer},
	    {69, put_tftp_request, put_tftp_data},
	    {123, put_ntp_question, put_ntp_answer},
	    {137, put_netbios_question, put_netbios_answer},
	    {138, put_netbios_datagram, put_netbios_datagram},
	    {161, put_snmp_get, put_snmp_response},
	    {162, put_snmp_trap, put_plain_answer},
	    {1434, put_sql_browser_question, put_sql_browser_answer},
	    {1900, put_ssdp_search, put_plain_answer},
	    {4154, put_syslog_datagram, put_plain_answer},
	    {4514, put_syslog_datagram, put_plain_answer},
	    {5353, put_mdns_question, put_plain_answer},
	};
	static const struct udp_talk plain = {0, put_plain_question, put_plain_answer};

	for (size_t i = 0; i < sizeof talks / sizeof *talks; i++)
		if (talks[i].port == port)
			return &talks[i];
	return &plain;
}

#endif
