#include "evidence_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_evidence_text, .timeout = 10);

struct line_row {
	uint16_t src_port, dst_port;
	const char *text;
	const char *expect;
};

static const struct line_row line_rows[] = {
    {21, 40000, "331 ?\r\n", "ftp answers"},
    {21, 40000, "220 FTP server ready\r\n", "ftp answers"},
    {2121, 40000, "220-Welcome\r\n220 ready\r\n", "ftp answers"},
    {21, 40000, "331 Password required\r\n", "ftp answers"},
    {2121, 40000, "331 Password required\r\n", "ftp answers"},
    {2121, 40000, "421 bytes sent\r\n", NOTHING},
    {21, 40000, "230 Logged in\n", "ftp answers"},
    {25, 40000, "220 mail.example.org ready\r\n", "smtp answers"},
    {2525, 40000, "220 mail.example.org ESMTP\r\n", "smtp answers"},
    {21, 40000, "220", NOTHING},
    {21, 40000, "220 no end of line", NOTHING},
    {21, 40000, "2200 too long\r\n", NOTHING},
    {21, 40000, "200 Type set\r\n", NOTHING},
    {21, 40000, "220 with a \x01 in it\r\n", NOTHING},
    {40000, 80, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "http asks"},
    {40000, 8080, "CONNECT a.example.org:443 HTTP/1.0\r\n", "http asks"},
    {40000, 80, "POST http://a.example.org/x HTTP/1.1\r\n", "http asks"},
    {40000, 80, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "http asks"},
    {40000, 80, "GET /a/long/path/that/was/cut", "http asks"},
    {40000, 80, "GET relative/that/was/cut", NOTHING},
    {40000, 80, "GET /\r\n", NOTHING},
    {40000, 5060, "OPTIONS sip:a@example.org SIP/2.0\r\n", NOTHING},
    {40000, 80, "FETCH / HTTP/1.1\r\n", NOTHING},
    {80, 40000, "HTTP/1.1 200 OK\r\n", "http answers"},
    {80, 40000, "HTTP/1.0 404\r\n", "http answers"},
    {80, 40000, "HTTP/1.1 600 What\r\n", NOTHING},
    {80, 40000, "HTTP/1.1 2x0 OK\r\n", NOTHING},
    {80, 40000, "HTTP/1.1 2000 OK\r\n", NOTHING},
    {5900, 40000, "RFB 003.008\n", "rfb answers weak"},
    {40000, 5900, "RFB 003.003\n", "rfb answers weak"},
    {5900, 40000, "RFB 003.008\nx", NOTHING},
    {5900, 40000, "RFB 00a.008\n", NOTHING},
    {22, 40000, "SSH-2.0-OpenSSH_9.2\r\n", NOTHING},
};

Test(decode_evidence_text, lines)
{
	for (size_t i = 0; i < sizeof(line_rows) / sizeof(line_rows[0]); i++) {
		const struct line_row *l = &line_rows[i];
		const struct evidence_row row = {
		    .kind = SEGMENT_ROW, .src_port = l->src_port, .dst_port = l->dst_port};
		struct evidence e =
		    evidence_of(&row, (const uint8_t *)l->text, strlen(l->text), strlen(l->text));
		char text[128];

		cr_expect_str_eq(evidence_text(&e, text), l->expect, "%s", l->text);
	}
}
