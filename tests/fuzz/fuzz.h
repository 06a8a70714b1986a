/*
 * What the fuzz targets share. A target is one door of the program: it hands the bytes to the floor behind
 * that door and checks what the floor promises, so that a wrong answer is found as well as a crash. Every
 * target also checks that no block of memory is left over.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include "base/cursor.h"
#include "base/mem.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* DATA lies in a heap block of exactly SIZE bytes: the fuzzer sees to that. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void fuzz_fail(const char *file, int line, const char *condition)
{
	(void)fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
	abort();
}

#define FUZZ_CHECK(condition)                                                                                \
	do {                                                                                                 \
		if (!(condition))                                                                            \
			fuzz_fail(__FILE__, __LINE__, #condition);                                           \
	} while (0)

/* For texts and other things whose order of bytes matters: FNV-1a. */
static inline uint64_t fuzz_hash(uint64_t hash, const void *bytes, size_t length)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
	return hash;
}

#endif
