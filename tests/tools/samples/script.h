/*
 * A script is a day on a network: a clock, and the packets that were sent so far. Whatever happens begins at
 * the script's clock and leaves it ten seconds later, so lines of a script follow one another as they read;
 * at() sets the clock. Openers take the ports 50001, 50002, ..: none is used twice.
 */
#ifndef SAMPLES_SCRIPT_H
#define SAMPLES_SCRIPT_H

#include "frame.h"

/* Wednesday 2026-11-18, 00:00 UTC. */
#define DAY_SEC      INT64_C(1794960000)
#define USEC_PER_SEC INT64_C(1000000)

enum { STEP_USEC = 3000, PAUSE_USEC = 10000000, FIRST_OPENER_PORT = 50001 };

struct packet {
	int64_t time_usec;
	size_t order; /* of packets of the same time */
	uint8_t *bytes;
	size_t length;
};

struct script {
	struct packet *packets;
	size_t count, capacity;
	int64_t clock_usec;
	int family; /* what hosts speak just now: 4 or 6 */
	int round;  /* of on_ipv4_and_ipv6 */
	uint16_t next_port, next_ip_id;
	uint16_t ticket; /* of questions: id, request number, transaction */
};

static void need_memory(const void *block)
{
	if (block)
		return;
	fprintf(stderr, "make_samples: out of memory\n");
	exit(2);
}

static void script_start(struct script *script)
{
	*script =
	    (struct script){.family = 4, .next_port = FIRST_OPENER_PORT, .next_ip_id = 1, .ticket = 0x1001};
	script->clock_usec = DAY_SEC * USEC_PER_SEC;
}

static void script_clear(struct script *script)
{
	for (size_t i = 0; i < script->count; i++)
		free(script->packets[i].bytes);
	free(script->packets);
	*script = (struct script){.count = 0};
}

static void at(struct script *script, int hour, int minute, int second)
{
	script->clock_usec = (DAY_SEC + hour * 3600 + minute * 60 + second) * USEC_PER_SEC;
}

/* What follows in the loop happens twice: over IPv4, then over IPv6. */
static bool on_ipv4_and_ipv6(struct script *script)
{
	script->round = (script->round + 1) % 3;
	script->family = script->round == 2 ? 6 : 4;
	return script->round != 0;
}

static uint16_t opener_port(struct script *script)
{
	return script->next_port++;
}

static void pass(struct script *script, int64_t usec)
{
	script->clock_usec += usec;
}

static void pause_after(struct script *script, int64_t began_usec)
{
	script->clock_usec = began_usec + PAUSE_USEC;
}

/* Puts FRAME on the wire now; the next one follows three milliseconds later. */
static void transmit(struct script *script, const struct bytes *frame)
{
	struct packet *packet;

	if (script->count == script->capacity) {
		script->capacity = script->capacity ? 2 * script->capacity : 256;
		script->packets = realloc(script->packets, script->capacity * sizeof *script->packets);
		need_memory(script->packets);
	}
	packet = &script->packets[script->count];
	*packet =
	    (struct packet){.time_usec = script->clock_usec, .order = script->count, .length = frame->length};
	packet->bytes = malloc(frame->length);
	need_memory(packet->bytes);
	memcpy(packet->bytes, frame->data, frame->length);
	script->count++;
	pass(script, STEP_USEC);
}

static int compare_packets(const void *left, const void *right)
{
	const struct packet *a = left, *b = right;

	if (a->time_usec != b->time_usec)
		return a->time_usec < b->time_usec ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static void script_sort(struct script *script)
{
	qsort(script->packets, script->count, sizeof *script->packets, compare_packets);
}

static void who_has(struct script *script, const struct host *from, const struct host *target)
{
	const struct end asker = end_of(from, 4), asked = end_of(target, 4);
	const struct bytes frame = frame_arp(&asker, &asked);

	transmit(script, &frame);
}

#endif
