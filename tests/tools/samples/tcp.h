/*
 * TCP between two hosts: whole sessions, attempts, and what a capture shows that begins in the middle of one.
 */
#ifndef SAMPLES_TCP_H
#define SAMPLES_TCP_H

#include "script.h"
#include "tcp_payload.h"

enum side { OPENER, LISTENER };

struct connection {
	struct script *script;
	struct end end[2];
	uint16_t port[2];
	uint32_t seq[2]; /* what each side sends next */
};

static struct connection connection_of(struct script *script, const struct host *opener, uint16_t from_port,
				       const struct host *listener, uint16_t port)
{
	struct connection connection = {.script = script, .port = {from_port, port}};

	connection.end[OPENER] = end_of(opener, script->family);
	connection.end[LISTENER] = end_of(listener, script->family);
	connection.seq[OPENER] = from_port * UINT32_C(64007) + 11;
	connection.seq[LISTENER] = port * UINT32_C(48017) + from_port * UINT32_C(977) + 7;
	return connection;
}

static void tcp_send(struct connection *connection, enum side side, uint8_t flags,
		     const struct bytes *payload)
{
	const enum side other = side == OPENER ? LISTENER : OPENER;
	const struct segment segment = {.from_port = connection->port[side],
					.to_port = connection->port[other],
					.seq = connection->seq[side],
					.ack = connection->seq[other],
					.flags = flags};
	const struct bytes frame = frame_tcp(&connection->end[side], &connection->end[other], &segment,
					     payload, connection->script->next_ip_id++);

	transmit(connection->script, &frame);
	connection->seq[side] +=
	    (uint32_t)((payload ? payload->length : 0) + (flags & (TCP_SYN | TCP_FIN) ? 1 : 0));
}

static void tcp_open(struct connection *connection)
{
	tcp_send(connection, OPENER, TCP_SYN, NULL);
	tcp_send(connection, LISTENER, TCP_SYN | TCP_ACK, NULL);
	tcp_send(connection, OPENER, TCP_ACK, NULL);
}

/* Data of one side, acknowledged by the other. */
static void tcp_say(struct connection *connection, enum side side, const struct bytes *payload)
{
	tcp_send(connection, side, TCP_PSH | TCP_ACK, payload);
	tcp_send(connection, side == OPENER ? LISTENER : OPENER, TCP_ACK, NULL);
}

static void tcp_say_text(struct connection *connection, enum side side, const char *text)
{
	struct bytes payload = {.length = 0};

	put_text(&payload, text);
	tcp_say(connection, side, &payload);
}

static void tcp_close(struct connection *connection)
{
	tcp_send(connection, OPENER, TCP_FIN | TCP_ACK, NULL);
	tcp_send(connection, LISTENER, TCP_FIN | TCP_ACK, NULL);
	tcp_send(connection, OPENER, TCP_ACK, NULL);
}

static void tcp_session_from(struct script *script, const struct host *opener, uint16_t from_port,
			     const struct host *listener, uint16_t port)
{
	const int64_t began = script->clock_usec;
	struct connection connection = connection_of(script, opener, from_port, listener, port);
	const struct tcp_talk *talk = tcp_talk_of(port);
	const enum side first = talk->listener_first ? LISTENER : OPENER;

	tcp_open(&connection);
	for (int turn = 0; turn < 2; turn++) {
		const enum side side = turn == 0 ? first : first == OPENER ? LISTENER : OPENER;
		struct bytes payload = {.length = 0};

		(side == OPENER ? talk->opener : talk->listener)(&payload);
		tcp_say(&connection, side, &payload);
	}
	tcp_close(&connection);
	pause_after(script, began);
}

/* A whole session: opened, both sides speak, closed. */
static void tcp_session(struct script *script, const struct host *opener, const struct host *listener,
			uint16_t port)
{
	tcp_session_from(script, opener, opener_port(script), listener, port);
}

/* Three SYNs, nothing back. */
static void tcp_unanswered(struct script *script, const struct host *opener, const struct host *listener,
			   uint16_t port)
{
	const int64_t began = script->clock_usec;
	struct connection connection = connection_of(script, opener, opener_port(script), listener, port);

	for (int second = 0; second <= 3; second += second + 1) {
		script->clock_usec = began + second * USEC_PER_SEC;
		tcp_send(&connection, OPENER, TCP_SYN, NULL);
		connection.seq[OPENER]--;
	}
	pause_after(script, began);
}

static void tcp_refused(struct script *script, const struct host *opener, const struct host *listener,
			uint16_t port)
{
	const int64_t began = script->clock_usec;
	struct connection connection = connection_of(script, opener, opener_port(script), listener, port);

	tcp_send(&connection, OPENER, TCP_SYN, NULL);
	connection.seq[LISTENER] = 0;
	tcp_send(&connection, LISTENER, TCP_RST | TCP_ACK, NULL);
	pause_after(script, began);
}

/* A segment of SIDE with a number that fits nothing: forged, or of an older connection. */
static void tcp_send_stale(struct connection *connection, enum side side, uint8_t flags)
{
	const uint32_t seq = connection->seq[side];

	connection->seq[side] = seq ^ UINT32_C(0x5a5a5a5a);
	tcp_send(connection, side, flags, NULL);
	connection->seq[side] = seq;
}

/* Five times data each way of a connection whose opening and end lie outside the capture. */
static void tcp_middle(struct script *script, const struct host *one, uint16_t one_port,
		       const struct host *other, uint16_t other_port)
{
	const int64_t began = script->clock_usec;
	struct connection connection = connection_of(script, one, one_port, other, other_port);
	struct bytes out = {.length = 0}, in = {.length = 0};

	put_plain_out(&out);
	put_plain_in(&in);
	for (int i = 0; i < 5; i++) {
		tcp_say(&connection, OPENER, &out);
		tcp_say(&connection, LISTENER, &in);
	}
	pause_after(script, began);
}

#endif
