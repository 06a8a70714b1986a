/*
 * Every heap call of the program goes through here, so that a test can fail the Nth one and see that nothing
 * leaks. Nothing here ever exits: each caller handles NULL. Sizes are checked for overflow.
 *
 * An arena is many small blocks freed by one call: a signature, a site, a result each live in one.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

/* Zeroed memory for COUNT items of SIZE bytes; NULL when there is none or COUNT * SIZE overflows. */
void *mem_calloc(size_t count, size_t size) MUST_CHECK;
/* As realloc for COUNT items of SIZE bytes; on NULL the old block stands. New bytes are not zeroed. */
void *mem_resize(void *block, size_t count, size_t size) MUST_CHECK;
/* Zeroed memory for BYTES bytes that are looked at in no order: begins on a line of the cache, and where it is that large on a
 * page of MEM_LARGE_PAGE_BYTES, asking the system for such pages, because a look-up that misses the page tables costs as much again
 * as one that misses the cache. *BLOCK is what mem_free takes. NULL when there is none. */
enum { MEM_LINE_BYTES = 64, MEM_LARGE_PAGE_BYTES = 2 * 1024 * 1024 };
void *mem_calloc_large(size_t bytes, void **block) MUST_CHECK;
/* The same, not zeroed: what nobody writes to takes no memory. */
void *mem_large(size_t bytes, void **block) MUST_CHECK;
char *mem_strdup(const char *text) MUST_CHECK;
char *mem_strndup(const char *text, size_t length) MUST_CHECK;
void mem_free(void *block);
/* For a program that frees much and soon needs it again: up to BYTES stay with the process. Before threads start. */
void mem_keep_freed(size_t bytes);

/* malloc and free of this module for libraries that take hooks (cJSON). */
void *mem_hook_alloc(size_t size);
void mem_hook_free(void *block);

/* Makes room for NEED items in a growing array: doubles *CAPACITY. 0, or -1 and the array as it was. */
int mem_grow(void **array, size_t *capacity, size_t need, size_t item_size) MUST_CHECK;

/* For tests: blocks alive now; fail the Nth allocation from now on (0 = never) and, when it was reached, true. */
size_t mem_live(void);
void mem_fail_at(uint64_t nth);
_Bool mem_fail_reached(void);

struct arena_block;
struct arena {
	struct arena_block *blocks;
};

/* Zeroed, aligned for any type; NULL when there is no memory. Freed with the arena. */
void *arena_calloc(struct arena *arena, size_t count, size_t size) MUST_CHECK;
char *arena_strdup(struct arena *arena, const char *text) MUST_CHECK;
char *arena_printf(struct arena *arena, const char *format, ...) MUST_CHECK PRINTF_LIKE(2, 3);
void arena_clear(struct arena *arena);

#endif
