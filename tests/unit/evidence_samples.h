/*
 * Payloads made by hand and what each must say, as one line: protocol, side, weak, id, MAC.
 */
#ifndef TESTS_EVIDENCE_SAMPLES_H
#define TESTS_EVIDENCE_SAMPLES_H

#include "decode/evidence.h"
#include "decode_samples.h"

enum { DATAGRAM_ROW, SEGMENT_ROW, EVIDENCE_TEXT_MAX = 128 };

struct evidence_row {
	const char *name;
	int kind;
	uint16_t src_port, dst_port;
	const char *hex;
	const char *expect; /* as evidence_text says it */
	uint32_t cut;       /* bytes stated, not at hand */
};

char *evidence_text(const struct evidence *e, char out[EVIDENCE_TEXT_MAX]);
/* What LENGTH bytes, taken from a heap block of exactly that size, say as a payload of STATED bytes. */
struct evidence evidence_of(const struct evidence_row *row, const uint8_t *bytes, size_t length,
			    size_t stated);
/* Asserts each row's line; and that no cut of a payload says something else than the whole. */
void check_evidence(const struct evidence_row *rows, size_t count);

#define CHECK(rows) check_evidence(rows, sizeof(rows) / sizeof((rows)[0]))
#define NOTHING     "none none"

/* A client's and a server's first words; databases wrap them in their own packets. */
#define RANDOM32     "000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f "
#define CLIENT_HELLO "16 0301 002d 01 000029 0303" RANDOM32 "00 0002 002f 01 00"
#define SERVER_HELLO "16 0303 002a 02 000026 0303" RANDOM32 "00 002f 00"

#endif
