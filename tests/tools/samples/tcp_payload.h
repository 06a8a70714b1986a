/*
 * What the two sides of a TCP session say first, by the listener's port. Protocols of the products themselves
 * have no public form: they are the letter A, 120 times out and 400 times in.
 */
#ifndef SAMPLES_TCP_PAYLOAD_H
#define SAMPLES_TCP_PAYLOAD_H

#include "bytes.h"
#include <stdbool.h>

struct tcp_talk {
	uint16_t port;
	bool listener_first;
	void (*opener)(struct bytes *out);
	void (*listener)(struct bytes *out);
};

enum { PLAIN_OUT = 120, PLAIN_IN = 400 };

static void put_plain_out(struct bytes *out)
{
	put_repeated(out, 'A', PLAIN_OUT);
}

static void put_plain_in(struct bytes *out)
{
	put_repeated(out, 'A', PLAIN_IN);
}

static void put_http_request(struct bytes *out)
{
	put_text(out, "GET / HTTP/1.1\r\nHost: service\r\nUser-Agent: sample\r\nAccept: */*\r\n\r\n");
}

static void put_http_answer(struct bytes *out)
{
	put_text(out, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 160\r\n\r\n");
	put_repeated(out, 'A', 160);
}

/* A TLS 1.2 record (RFC 5246 section 6.2.1) with a hello of TYPE: version, random, no session id, then REST.
 */
static void put_tls_hello(struct bytes *out, unsigned type, const uint8_t *rest, size_t length)
{
	put_u8(out, 22);
	put_u16(out, 0x0301);
	put_u16(out, (unsigned)(4 + 2 + 32 + 1 + length));
	put_u8(out, type);
	put_u8(out, 0);
	put_u16(out, (unsigned)(2 + 32 + 1 + length));
	put_u16(out, 0x0303);
	put_repeated(out, 0x5a, 32);
	put_u8(out, 0);
	put_block(out, rest, length);
}

static void put_tls_client_hello(struct bytes *out)
{
	/* Two cipher suites, no compression, one extension: supported groups secp256r1. */
	static const uint8_t rest[] = {0, 4, 0xc0, 0x2f, 0, 0x9c, 1, 0, 0, 8, 0, 10, 0, 4, 0, 2, 0, 23};

	put_tls_hello(out, 1, rest, sizeof rest);
}

static void put_tls_server_hello(struct bytes *out)
{
	static const uint8_t rest[] = {0xc0, 0x2f, 0};

	put_tls_hello(out, 2, rest, sizeof rest);
}

static void put_ssh_client(struct bytes *out)
{
	put_text(out, "SSH-2.0-OpenSSH_9.2\r\n");
}

static void put_ssh_server(struct bytes *out)
{
	put_text(out, "SSH-2.0-dropbear_2022.83\r\n");
}

static void put_telnet_client(struct bytes *out)
{
	put_text(out, "#** VER\r\n");
}

static void put_telnet_server(struct bytes *out)
{
	static const uint8_t negotiation[] = {0xff, 0xfb, 1, 0xff, 0xfb, 3};

	put_block(out, negotiation, sizeof negotiation);
	put_text(out, "Converge Pro\r\nuser: ");
}

static void put_smtp_client(struct bytes *out)
{
	put_text(out, "EHLO unit.example\r\n");
}

static void put_smtp_server(struct bytes *out)
{
	put_text(out, "220 mail.example ESMTP ready\r\n");
}

static void put_ftp_client(struct bytes *out)
{
	put_text(out, "USER rapport\r\n");
}

static void put_ftp_server(struct bytes *out)
{
	put_text(out, "220 repository ready\r\n");
}

/* Message 1, an anonymous simple bind of LDAP 3 (RFC 4511 section 4.2), and its success. */
static void put_ldap_bind(struct bytes *out)
{
	static const uint8_t bind[] = {0x30, 12, 2, 1, 1, 0x60, 7, 2, 1, 3, 4, 0, 0x80, 0};

	put_block(out, bind, sizeof bind);
}

static void put_ldap_bound(struct bytes *out)
{
	static const uint8_t bound[] = {0x30, 12, 2, 1, 1, 0x61, 7, 10, 1, 0, 4, 0, 4, 0};

	put_block(out, bound, sizeof bound);
}

/* DNS over TCP (RFC 7766 section 8): A of kvm.example. */
static void put_dns_tcp_question(struct bytes *out)
{
	static const uint8_t question[] = {0, 29, 0x11, 0x22, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};

	put_block(out, question, sizeof question);
	put_block(out, "\3kvm\7example\0\0\1\0\1", 17);
}

static void put_dns_tcp_answer(struct bytes *out)
{
	static const uint8_t header[] = {0, 45, 0x11, 0x22, 0x85, 0x80, 0, 1, 0, 1, 0, 0, 0, 0};
	static const uint8_t record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 14, 16, 0, 4, 192, 0, 2, 10};

	put_block(out, header, sizeof header);
	put_block(out, "\3kvm\7example\0\0\1\0\1", 17);
	put_block(out, record, sizeof record);
}

/* TDS 7 PRELOGIN: VERSION and ENCRYPTION, as question (0x12) and as tabular answer (4). */
static void put_tds(struct bytes *out, unsigned type)
{
	static const uint8_t options[] = {0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 15, 0, 7, 208, 0, 0, 2};

	put_u8(out, type);
	put_u8(out, 1);
	put_u16(out, 8 + sizeof options);
	put_u16(out, 0);
	put_u16(out, 0x0100);
	put_block(out, options, sizeof options);
}

static void put_tds_question(struct bytes *out)
{
	put_tds(out, 0x12);
}

static void put_tds_answer(struct bytes *out)
{
	put_tds(out, 4);
}

/* MySQL: initial handshake, protocol version 10, and the answer to it, protocol 4.1. */
static void put_mysql_greeting(struct bytes *out)
{
	static const uint8_t fixed[] = {0, 0xff, 0xf7, 8, 2, 0, 0, 0, 0};

	put_block(out,
		  "\x31\0\0\0\x0a"
		  "5.0.45\0\7\0\0\0ABCDEFGH",
		  24);
	put_block(out, fixed, sizeof fixed);
	put_repeated(out, 0, 7);
	put_block(out, "IJKLMNOPQRST", 13);
}

static void put_mysql_login(struct bytes *out)
{
	static const uint8_t fixed[] = {38, 0, 0, 1, 0x05, 0xa2, 0, 0, 0, 0, 0, 1, 8};

	put_block(out, fixed, sizeof fixed);
	put_repeated(out, 0, 23);
	put_block(out, "repl\0\0", 6);
}

static void put_rfb_version(struct bytes *out)
{
	put_text(out, "RFB 003.008\n");
}

/* RDP: X.224 connection request and confirm in TPKT (RFC 1006). */
static void put_rdp_request(struct bytes *out)
{
	static const uint8_t request[] = {3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0};

	put_block(out, request, sizeof request);
}

static void put_rdp_confirm(struct bytes *out)
{
	static const uint8_t confirm[] = {3, 0, 0, 19, 14, 0xd0, 0, 0, 18, 52, 0, 2, 15, 8, 0, 2, 0, 0, 0};

	put_block(out, confirm, sizeof confirm);
}

static void put_syslog_line(struct bytes *out)
{
	put_text(out, "<134>1 2026-11-18T08:00:00Z kvm-a session - - - target 3 closed\n");
}

static const struct tcp_talk *tcp_talk_of(uint16_t port)
{
	static const struct tcp_talk talks[] = {
	    {21, true, put_ftp_client, put_ftp_server},
	    {22, true, put_ssh_client, put_ssh_server},
	    {23, true, put_telnet_client, put_telnet_server},
	    {25, true, put_smtp_client, put_smtp_server},
	    {53, false, put_dns_tcp_question, put_dns_tcp_answer},
	    {80, false, put_http_request, put_http_answer},
	    {280, false, put_http_request, put_http_answer},
	    {389, false, put_ldap_bind, put_ldap_bound},
	    {443, false, put_tls_client_hello, put_tls_server_hello},
	    {1433, false, put_tds_question, put_tds_answer},
	    {3306, true, put_mysql_login, put_mysql_greeting},
	    {3389, false, put_rdp_request, put_rdp_confirm},
	    {4122, true, put_ssh_client, put_ssh_server},
	    {4514, false, put_syslog_line, put_syslog_line},
	    {5800, false, put_http_request, put_http_answer},
	    {5900, true, put_rfb_version, put_rfb_version},
	    {8008, false, put_http_request, put_http_answer},
	    {8080, false, put_http_request, put_http_answer},
	    {8443, false, put_tls_client_hello, put_tls_server_hello},
	    {8530, false, put_http_request, put_http_answer},
	    {9182, false, put_http_request, put_http_answer},
	    {51433, false, put_tds_question, put_tds_answer},
	};
	static const struct tcp_talk plain = {0, false, put_plain_out, put_plain_in};

	for (size_t i = 0; i < sizeof talks / sizeof *talks; i++)
		if (talks[i].port == port)
			return &talks[i];
	return &plain;
}

#endif
