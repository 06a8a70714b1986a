/*
 * Shared by the observe floor's tests: captures made byte by byte in a folder of their own, and one call that
 * runs them.
 */
#ifndef TESTS_OBSERVE_SAMPLES_H
#define TESTS_OBSERVE_SAMPLES_H

#include "base/mem.h"
#include "observe/observe.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SAMPLE_FRAME = 54, SAMPLE_PATH = 128, SAMPLE_FILES = 80 };
enum { SAMPLE_ETHERNET = 1, SAMPLE_USER0 = 147 };

struct sample_folder {
	char path[SAMPLE_PATH];
};

static inline void folder_make(struct sample_folder *folder)
{
	(void)snprintf(folder->path, sizeof(folder->path), "/tmp/tapaudit-observe-XXXXXX");
	cr_assert_not_null(mkdtemp(folder->path));
}

static inline void folder_remove(const struct sample_folder *folder)
{
	char command[SAMPLE_PATH + 16];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", folder->path);
	cr_assert_eq(system(command), 0);
}

static inline void put32(FILE *file, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		(void)fputc((int)(value >> (8 * i) & 0xFF), file);
}

/* A nanosecond pcap, little-endian. */
static inline FILE *pcap_begin(const struct sample_folder *folder, const char *name, uint32_t link_type,
			       uint32_t snaplen)
{
	char path[SAMPLE_PATH * 2];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	file = fopen(path, "wb");
	cr_assert_not_null(file);
	put32(file, 0xA1B23C4D);
	put32(file, 4U << 16 | 2);
	put32(file, 0);
	put32(file, 0);
	put32(file, snaplen);
	put32(file, link_type);
	return file;
}

static inline void pcap_frame(FILE *file, int64_t time_ns, const uint8_t *bytes, uint32_t length)
{
	put32(file, (uint32_t)(time_ns / NSEC_PER_SEC));
	put32(file, (uint32_t)(time_ns % NSEC_PER_SEC));
	put32(file, length);
	put32(file, length);
	cr_assert_eq(fwrite(bytes, 1, length, file), length);
}

struct sample_segment {
	uint8_t src, dst; /* last byte of 10.0.0.0/24 */
	uint16_t src_port, dst_port;
	uint8_t flags;
	uint32_t seq, ack;
};

/* Ethernet, IPv4, TCP without payload. */
static inline void pcap_segment(FILE *file, int64_t time_ns, const struct sample_segment *s)
{
	static uint16_t ip_id;
	uint8_t b[SAMPLE_FRAME] = {2, 0, 0, 0, 0, s->dst, 2, 0, 0, 0, 0, s->src, 8, 0, 0x45, 0, 0, 40};
	const uint32_t words[] = {s->seq, s->ack};

	ip_id++;
	b[18] = (uint8_t)(ip_id >> 8);
	b[19] = (uint8_t)ip_id;
	b[22] = 64;
	b[23] = PROTO_TCP;
	b[26] = b[30] = 10;
	b[29] = s->src;
	b[33] = s->dst;
	b[34] = (uint8_t)(s->src_port >> 8);
	b[35] = (uint8_t)s->src_port;
	b[36] = (uint8_t)(s->dst_port >> 8);
	b[37] = (uint8_t)s->dst_port;
	for (size_t i = 0; i < 8; i++)
		b[38 + i] = (uint8_t)(words[i / 4] >> (24 - 8 * (i % 4)));
	b[46] = 0x50;
	b[47] = s->flags;
	pcap_frame(file, time_ns, b, sizeof(b));
}

/* An ACK in midstream, as filler. */
static inline void pcap_filler(FILE *file, int64_t time_ns)
{
	pcap_segment(file, time_ns, &(struct sample_segment){1, 2, 40000, 443, TCP_ACK, 1, 1});
}

/* Runs the files NAMES (of FOLDER, unless they begin with / or are "-"), in that order. */
static inline struct ledger *sample_observe(const struct sample_folder *folder, const char *const *names,
					    size_t count, const struct observe_options *options)
{
	const struct observe_options plain = {.hash_seed = 7};
	struct capture_list list = {0};
	struct ledger *ledger = NULL;
	char paths[SAMPLE_FILES][SAMPLE_PATH * 2];
	const char *pointers[SAMPLE_FILES];
	struct err err = {""};

	cr_assert_leq(count, SAMPLE_FILES);
	for (size_t i = 0; i < count; i++) {
		bool whole = names[i][0] == '/' || strcmp(names[i], "-") == 0;

		(void)snprintf(paths[i], sizeof(paths[i]), "%s%s%s", whole ? "" : folder->path,
			       whole ? "" : "/", names[i]);
		pointers[i] = paths[i];
	}
	cr_assert_eq(capture_list_expand(&list, pointers, count, &plain.capture, &err), 0, "%s", err.text);
	cr_assert_eq(observe_run(&list, options ? options : &plain, &ledger, &err), 0, "%s", err.text);
	capture_list_clear(&list);
	return ledger;
}

/* Every packet in exactly one place: for each input, each bucket and in total. Returns the packets. */
static inline uint64_t check_accounting(const struct ledger *ledger)
{
	size_t count;
	const struct input_record *inputs = ledger_inputs(ledger, &count);
	const struct coverage_row *rows;
	const struct edge_row *edges;
	uint64_t of_inputs[ACCOUNT_COUNT] = {0};
	uint64_t of_buckets[ACCOUNT_COUNT] = {0};
	uint64_t total = 0;
	uint64_t audited = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t sum = 0;

		for (size_t k = 0; k < ACCOUNT_COUNT; k++) {
			sum += inputs[i].accounting[k];
			of_inputs[k] += inputs[i].accounting[k];
		}
		cr_assert_eq(sum, inputs[i].packets, "%s: %zu of %zu packets", inputs[i].name, (size_t)sum,
			     (size_t)inputs[i].packets);
		total += sum;
	}
	rows = ledger_coverages(ledger, &count);
	for (size_t i = 0; i < count; i++) {
		uint64_t sum = 0;

		for (size_t k = 0; k < ACCOUNT_COUNT; k++) {
			sum += rows[i].accounting[k];
			of_buckets[k] += rows[i].accounting[k];
		}
		cr_assert_eq(sum, rows[i].packets, "bucket %d: %zu of %zu packets", rows[i].bucket,
			     (size_t)sum, (size_t)rows[i].packets);
	}
	cr_assert_arr_eq(of_inputs, of_buckets, sizeof(of_inputs));
	edges = ledger_edges(ledger, &count);
	for (size_t i = 0; i < count; i++)
		audited += edges[i].packets[0] + edges[i].packets[1];
	cr_assert_eq(audited, of_inputs[ACCOUNT_AUDITED]);
	return total;
}

#endif
