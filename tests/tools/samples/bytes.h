/*
 * A short row of bytes under construction, big-endian as on the wire. Overrunning it is a mistake in a
 * sample, and ends the generator.
 */
#ifndef SAMPLES_BYTES_H
#define SAMPLES_BYTES_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 1500 };

struct bytes {
	uint8_t data[BYTES_MAX];
	size_t length;
};

static void put_block(struct bytes *to, const void *block, size_t length)
{
	if (length > BYTES_MAX - to->length) {
		fprintf(stderr, "make_samples: a frame is too long\n");
		exit(2);
	}
	if (length > 0)
		memcpy(to->data + to->length, block, length);
	to->length += length;
}

static void put_u8(struct bytes *to, unsigned value)
{
	const uint8_t byte = (uint8_t)value;

	put_block(to, &byte, 1);
}

static void put_u16(struct bytes *to, unsigned value)
{
	put_u8(to, value >> 8 & 0xff);
	put_u8(to, value & 0xff);
}

static void put_u32(struct bytes *to, uint32_t value)
{
	put_u16(to, value >> 16);
	put_u16(to, value & 0xffff);
}

static void put_text(struct bytes *to, const char *text)
{
	put_block(to, text, strlen(text));
}

static void put_repeated(struct bytes *to, unsigned value, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put_u8(to, value);
}

static void put_bytes(struct bytes *to, const struct bytes *more)
{
	put_block(to, more->data, more->length);
}

/* Writes VALUE over two bytes that were left open. */
static void set_u16(struct bytes *in, size_t at, unsigned value)
{
	in->data[at] = (uint8_t)(value >> 8);
	in->data[at + 1] = (uint8_t)value;
}

#endif
