/*
 * Datagrams: questions with and without their answers, broadcasts, echo, and refusals by ICMP.
 */
#ifndef SAMPLES_UDP_H
#define SAMPLES_UDP_H

#include "script.h"
#include "udp_payload.h"

enum { ANSWER_USEC = 20000, ECHO_BYTES = 32 };

static const char everywhere[] = "255.255.255.255";

static void datagram(struct script *script, const struct end *from, uint16_t from_port, const struct end *to,
		     uint16_t to_port, const struct bytes *payload)
{
	const struct bytes frame = frame_udp(from, from_port, to, to_port, payload, script->next_ip_id++);

	transmit(script, &frame);
}

static struct bytes question_for(struct script *script, uint16_t port)
{
	struct bytes payload = {.length = 0};

	udp_talk_of(port)->question(&payload, ++script->ticket);
	return payload;
}

/* To the question that was asked last. */
static struct bytes answer_for(const struct script *script, uint16_t port)
{
	struct bytes payload = {.length = 0};

	udp_talk_of(port)->answer(&payload, script->ticket);
	return payload;
}

/* A datagram with nothing back. */
static void udp_oneway_from(struct script *script, const struct host *from, uint16_t from_port,
			    const struct host *to, uint16_t port)
{
	const int64_t began = script->clock_usec;
	const struct end asker = end_of(from, script->family), asked = end_of(to, script->family);
	const struct bytes question = question_for(script, port);

	datagram(script, &asker, from_port, &asked, port, &question);
	pause_after(script, began);
}

static void udp_oneway(struct script *script, const struct host *from, const struct host *to, uint16_t port)
{
	udp_oneway_from(script, from, opener_port(script), to, port);
}

/* An answer to what was asked of PORT last, from ANSWERER's ANSWER_PORT to ASKER's ASKER_PORT. */
static void udp_answer(struct script *script, const struct host *answerer, uint16_t answer_port,
		       const struct host *asker, uint16_t asker_port, uint16_t port)
{
	const struct end from = end_of(answerer, script->family), to = end_of(asker, script->family);
	const struct bytes answer = answer_for(script, port);

	datagram(script, &from, answer_port, &to, asker_port, &answer);
}

/* A question and, 20 ms later, its answer, which comes from ANSWER_PORT. */
static void udp_question_answered_from(struct script *script, const struct host *from, uint16_t from_port,
				       const struct host *to, uint16_t port, uint16_t answer_port)
{
	const int64_t began = script->clock_usec;

	udp_oneway_from(script, from, from_port, to, port);
	script->clock_usec = began + ANSWER_USEC;
	udp_answer(script, to, answer_port, from, from_port, port);
	pause_after(script, began);
}

static void udp_question_from(struct script *script, const struct host *from, uint16_t from_port,
			      const struct host *to, uint16_t port)
{
	udp_question_answered_from(script, from, from_port, to, port, port);
}

static void udp_question(struct script *script, const struct host *from, const struct host *to, uint16_t port)
{
	udp_question_from(script, from, opener_port(script), to, port);
}

/* A datagram to a group address; answers are further lines of the script, from 20 ms later on. */
static void udp_to_group(struct script *script, const struct host *from, uint16_t from_port,
			 const char *group, uint16_t port)
{
	const struct end to = end_of_group(group), asker = end_of(from, to.family);
	const struct bytes question = question_for(script, port);

	datagram(script, &asker, from_port, &to, port, &question);
	pass(script, ANSWER_USEC);
}

/* Echo request and reply (RFC 792, RFC 4443 section 4). */
static void ping(struct script *script, const struct host *from, const struct host *to)
{
	const int64_t began = script->clock_usec;
	const struct end asker = end_of(from, script->family), asked = end_of(to, script->family);
	const unsigned types[2] = {script->family == 4 ? 8 : 128, script->family == 4 ? 0 : 129};

	script->ticket++;
	for (int i = 0; i < 2; i++) {
		struct bytes message = {.length = 0}, frame;

		put_u16(&message, types[i] << 8);
		put_u16(&message, 0);
		put_u16(&message, script->ticket);
		put_u16(&message, 1);
		put_repeated(&message, 'a', ECHO_BYTES);
		frame = frame_icmp(i == 0 ? &asker : &asked, i == 0 ? &asked : &asker, &message,
				   script->next_ip_id++);
		transmit(script, &frame);
	}
	pause_after(script, began);
}

/* A datagram that the asked host refuses: port unreachable, quoting the datagram's first bytes. */
static void udp_refused(struct script *script, const struct host *from, const struct host *to, uint16_t port)
{
	enum { QUOTED = 28, ETHERNET = 14 };
	const int64_t began = script->clock_usec;
	const struct end asker = end_of(from, 4), asked = end_of(to, 4);
	struct bytes refusal = {.length = 0}, frame;
	const struct packet *sent;

	udp_oneway(script, from, to, port);
	sent = &script->packets[script->count - 1];
	put_u16(&refusal, 0x0303);
	put_u16(&refusal, 0);
	put_u32(&refusal, 0);
	put_block(&refusal, sent->bytes + ETHERNET, QUOTED);
	frame = frame_icmp(&asked, &asker, &refusal, script->next_ip_id++);
	script->clock_usec = began + ANSWER_USEC;
	transmit(script, &frame);
	pause_after(script, began);
}

#endif
