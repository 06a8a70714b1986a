/*
 * FTP (RFC 959, RFC 2428): control connections whose data connections are announced in every way.
 */
#ifndef SAMPLES_FTP_H
#define SAMPLES_FTP_H

#include "tcp.h"

enum { FTP_CONTROL_PORT = 21, FTP_DATA_PORT = 20, FTP_TEXT_MAX = 96 };

static struct connection ftp_login(struct script *script, const struct host *client,
				   const struct host *server)
{
	struct connection control =
	    connection_of(script, client, opener_port(script), server, FTP_CONTROL_PORT);

	tcp_open(&control);
	tcp_say_text(&control, LISTENER, "220 repository ready\r\n");
	tcp_say_text(&control, OPENER, "USER rapport\r\n");
	tcp_say_text(&control, LISTENER, "331 password, please\r\n");
	tcp_say_text(&control, OPENER, "PASS rapport\r\n");
	tcp_say_text(&control, LISTENER, "230 logged in\r\n");
	return control;
}

static void ftp_goodbye(struct connection *control)
{
	tcp_say_text(control, LISTENER, "226 done\r\n");
	tcp_say_text(control, OPENER, "QUIT\r\n");
	tcp_say_text(control, LISTENER, "221 goodbye\r\n");
	tcp_close(control);
}

/* "10,70,0,12,156,85" of an IPv4 end and a port. */
static void ftp_name_end(char out[FTP_TEXT_MAX], const char *before, const struct end *end, uint16_t port,
			 const char *after)
{
	const uint8_t *a = end->address;

	snprintf(out, FTP_TEXT_MAX, "%s%u,%u,%u,%u,%u,%u%s", before, a[0], a[1], a[2], a[3],
		 (unsigned)port >> 8, (unsigned)port & 0xff, after);
}

/* The data connection: OPENER connects, SENDER's file goes through it. */
static void ftp_data(struct script *script, const struct host *opener, uint16_t from_port,
		     const struct host *listener, uint16_t port, enum side sender)
{
	struct connection data = connection_of(script, opener, from_port, listener, port);
	struct bytes file = {.length = 0};

	put_plain_in(&file);
	tcp_open(&data);
	tcp_say(&data, sender, &file);
	tcp_say(&data, sender, &file);
	tcp_close(&data);
}

/* The client connects to the port that the server names: PASV, or over IPv6 EPSV. */
static void ftp_passive(struct script *script, const struct host *client, const struct host *server,
			uint16_t data_port)
{
	const int64_t began = script->clock_usec;
	const struct end named = end_of(server, script->family);
	struct connection control = ftp_login(script, client, server);
	char line[FTP_TEXT_MAX];

	if (script->family == 4)
		ftp_name_end(line, "227 entering passive mode (", &named, data_port, ").\r\n");
	else
		snprintf(line, sizeof line, "229 entering extended passive mode (|||%u|)\r\n",
			 (unsigned)data_port);
	tcp_say_text(&control, OPENER, script->family == 4 ? "PASV\r\n" : "EPSV\r\n");
	tcp_say_text(&control, LISTENER, line);
	tcp_say_text(&control, OPENER, "RETR package.exe\r\n");
	tcp_say_text(&control, LISTENER, "150 opening\r\n");
	ftp_data(script, client, opener_port(script), server, data_port, LISTENER);
	ftp_goodbye(&control);
	pause_after(script, began);
}

/* The server connects, from port 20, to the port that the client names by PORT. */
static void ftp_active(struct script *script, const struct host *client, const struct host *server)
{
	const int64_t began = script->clock_usec;
	const struct end named = end_of(client, 4);
	struct connection control = ftp_login(script, client, server);
	const uint16_t data_port = opener_port(script);
	char line[FTP_TEXT_MAX];

	ftp_name_end(line, "PORT ", &named, data_port, "\r\n");
	tcp_say_text(&control, OPENER, line);
	tcp_say_text(&control, LISTENER, "200 port noted\r\n");
	tcp_say_text(&control, OPENER, "RETR package.exe\r\n");
	tcp_say_text(&control, LISTENER, "150 opening\r\n");
	ftp_data(script, server, FTP_DATA_PORT, client, data_port, OPENER);
	ftp_goodbye(&control);
	pause_after(script, began);
}

/* The client names a third host (RFC 2577 section 3). */
static void ftp_bounce(struct script *script, const struct host *client, const struct host *server,
		       const struct host *third)
{
	const int64_t began = script->clock_usec;
	const struct end named = end_of(third, 4);
	struct connection control = ftp_login(script, client, server);
	char line[FTP_TEXT_MAX];

	ftp_name_end(line, "PORT ", &named, 8080, "\r\n");
	tcp_say_text(&control, OPENER, line);
	tcp_say_text(&control, LISTENER, "200 port noted\r\n");
	tcp_say_text(&control, OPENER, "RETR package.exe\r\n");
	tcp_say_text(&control, LISTENER, "425 cannot open a connection\r\n");
	tcp_say_text(&control, OPENER, "QUIT\r\n");
	tcp_say_text(&control, LISTENER, "221 goodbye\r\n");
	tcp_close(&control);
	pause_after(script, began);
}

#endif
