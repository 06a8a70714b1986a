/*
 * A gzip file (RFC 1952) of stored blocks (RFC 1951 section 3.2.4): its bytes depend on no library's version.
 */
#ifndef SAMPLES_GZIP_H
#define SAMPLES_GZIP_H

#include <stdint.h>
#include <stdio.h>

enum { STORED_MAX = 65535 };

static uint32_t gzip_crc(const uint8_t *data, size_t length)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < length; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
	}
	return ~crc;
}

static void gzip_little_endian(FILE *file, uint32_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		fputc((int)(value >> 8 * i & 0xff), file);
}

static void gzip_write(FILE *file, const uint8_t *data, size_t length)
{
	/* Deflate, no name, no time, made on Unix. */
	static const uint8_t header[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
	size_t done = 0;

	fwrite(header, 1, sizeof header, file);
	do {
		const size_t block = length - done < STORED_MAX ? length - done : STORED_MAX;

		fputc(done + block == length, file);
		gzip_little_endian(file, (uint32_t)block, 2);
		gzip_little_endian(file, ~(uint32_t)block & 0xffff, 2);
		fwrite(data + done, 1, block, file);
		done += block;
	} while (done < length);
	gzip_little_endian(file, gzip_crc(data, length), 4);
	gzip_little_endian(file, (uint32_t)length, 4);
}

#endif
