/*
 * Hashes. Table hashes take a random seed, because keys come from whoever sends packets; nothing that is written
 * out may depend on it. Fingerprints and finding ids use a fixed seed. The algorithm is xxHash (XXH3).
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* A seed from the kernel, new in each run. */
uint64_t hash_seed_random(void);
uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t length);

/* A 128-bit hash fed piece by piece. Opaque and allocated, as its state is large. */
struct hash128;
struct hash128 *hash128_new(void);
void hash128_reset(struct hash128 *h);
void hash128_add(struct hash128 *h, const void *bytes, size_t length);
/* 16 bytes, canonical (big-endian) order. */
void hash128_finish(const struct hash128 *h, uint8_t out[16]);
void hash128_free(struct hash128 *h);

/* One shot, 16 bytes, canonical order, seed 0. */
void hash128_bytes(const void *bytes, size_t length, uint8_t out[16]);
/* Lower-case hexadecimal of N bytes; OUT holds 2 * N + 1. */
void hash_hex(const uint8_t *bytes, size_t n, char *out);

#endif
