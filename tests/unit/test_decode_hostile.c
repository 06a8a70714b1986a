/*
 * Hostile bytes. Every prefix of every frame lies in a heap block of exactly its size, so that the sanitizer
 * sees the first byte read beyond it; then what came out is held against the bytes that were there.
 */
#include "decode/evidence.h"
#include "decode/walk.h"
#include "decode_samples.h"
#include <criterion/criterion.h>
#include <stdlib.h>

TestSuite(decode_hostile, .timeout = 10);

/* What must hold of any result, whatever the bytes. */
static void check_facts(enum decode_result result, const struct packet_facts *f, const uint8_t *data,
			uint32_t caplen, uint32_t wirelen)
{
	cr_assert_lt((unsigned)result, DECODE_RESULT_COUNT);
	if (wirelen == caplen) /* nothing was cut, so nothing may be called cut */
		cr_assert_neq(decode_result_bucket(result), ACCOUNT_TRUNCATED);
	if (result != DECODE_OK && result != DECODE_LATER_FRAGMENT && result != DECODE_ICMP_ERROR)
		return;
	cr_assert(f->ip_version == 4 || f->ip_version == 6);
	cr_assert_eq(f->src.family, f->ip_version == 4 ? ADDR_IPV4 : ADDR_IPV6);
	cr_assert_lt(f->delivery, DELIVERY_COUNT);
	cr_assert_lt(f->tunnel_depth, DECODE_MAX_LAYERS);
	cr_assert_not_null(f->payload);
	cr_assert(f->payload >= data && f->payload + f->payload_caplen <= data + caplen);
	if (result == DECODE_OK && (f->protocol == PROTO_TCP || f->protocol == PROTO_UDP))
		cr_assert_geq(f->payload - data, 24, "ports that lie beyond the bytes");
	if (result == DECODE_LATER_FRAGMENT)
		cr_assert(f->is_fragment && f->src_port == 0 && f->dst_port == 0);
}

static void decode_block(uint16_t link_type, const uint8_t *data, size_t caplen, size_t wirelen)
{
	static const struct decode_options options = {0};
	uint8_t *block = malloc(caplen ? caplen : 1);
	struct packet_facts facts;
	enum decode_result result;

	cr_assert_not_null(block);
	if (caplen == 0) { /* not even one byte may be read */
		free(block);
		block = NULL;
	} else {
		memcpy(block, data, caplen);
	}
	result = decode_frame(&options, link_type, block, (uint32_t)caplen, (uint32_t)wirelen, &facts);
	if (block) {
		check_facts(result, &facts, block, (uint32_t)caplen, (uint32_t)wirelen);
		if (result == DECODE_OK) {
			(void)evidence_datagram(&facts);
			(void)evidence_segment(&facts);
		}
	}
	free(block);
}

/* All prefixes of the headers, then some of the rest: as cut by a snap length, and as all there ever was. */
static void walk_prefixes(void *context, const char *file, uint16_t link_type, const uint8_t *data,
			  uint32_t caplen, uint32_t wirelen)
{
	unsigned long *count = context;

	(void)file;
	for (uint32_t n = 0; n <= caplen; n += n < 128 ? 1 : 97) {
		decode_block(link_type, data, n, wirelen);
		if (n % 2)
			decode_block(link_type, data, n, n);
		++*count;
	}
}

Test(decode_hostile, every_prefix_of_own_frames)
{
	uint8_t bytes[SAMPLE_BYTES_MAX];
	unsigned long count = 0;

	for (size_t t = 0; all_samples[t]; t++) {
		for (size_t i = 0; i < all_samples[t]->count; i++) {
			const struct decode_sample *row = &all_samples[t]->rows[i];
			size_t length = hex_bytes(row->hex, bytes);

			walk_prefixes(&count, row->name, row->link_type, bytes, (uint32_t)length,
				      (uint32_t)length + row->cut);
		}
	}
	cr_expect_gt(count, 20000);
}

Test(decode_hostile, every_prefix_of_real_frames)
{
	unsigned long count = 0;

	if (each_shared_frame(walk_prefixes, &count, 40) == 0)
		cr_skip_test("no captures in ../shared/pcaps");
	cr_expect_gt(count, 100000);
}

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void mutate(void *context, const char *file, uint16_t link_type, const uint8_t *data, uint32_t caplen,
		   uint32_t wirelen)
{
	uint64_t *state = context;
	uint8_t mutant[512];
	size_t length = caplen < sizeof(mutant) ? caplen : sizeof(mutant);

	(void)file;
	if (length == 0)
		return;
	for (unsigned i = 0; i < 24; i++) {
		memcpy(mutant, data, length);
		for (unsigned k = 0; k <= i % 6; k++)
			mutant[next_random(state) % length] = (uint8_t)next_random(state);
		decode_block(link_type, mutant, length, i % 2 ? wirelen : length);
	}
}

Test(decode_hostile, mutated_frames)
{
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
	uint8_t bytes[SAMPLE_BYTES_MAX];

	for (size_t t = 0; all_samples[t]; t++) {
		for (size_t i = 0; i < all_samples[t]->count; i++) {
			const struct decode_sample *row = &all_samples[t]->rows[i];
			size_t length = hex_bytes(row->hex, bytes);

			for (unsigned k = 0; k < 8; k++)
				mutate(&state, row->name, row->link_type, bytes, (uint32_t)length,
				       (uint32_t)length + row->cut);
		}
	}
	(void)each_shared_frame(mutate, &state, 100);
}

Test(decode_hostile, random_bytes_under_every_link_type)
{
	uint64_t state = 20261120;
	uint8_t bytes[96];

	for (uint32_t link_type = 0; link_type < 320; link_type++) {
		for (unsigned i = 0; i < 200; i++) {
			for (size_t k = 0; k < sizeof(bytes); k++)
				bytes[k] = (uint8_t)next_random(&state);
			decode_block((uint16_t)link_type, bytes, next_random(&state) % sizeof(bytes),
				     sizeof(bytes));
		}
	}
}
