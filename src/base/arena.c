#include "base/mem.h"
#include <stdalign.h>
#include <stdio.h>
#include <string.h>

/* Under AddressSanitizer the bytes not handed out are poisoned and a gap follows each item, so that a read
 * past one is caught although its neighbour lies in the same block. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISON 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISON 1
#endif
#ifdef ARENA_POISON
#include <sanitizer/asan_interface.h>
enum { ARENA_GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(p, n)   ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
enum { ARENA_GAP = 0 };
#endif

enum { ARENA_BLOCK_BYTES = 4096, ARENA_ALIGN = alignof(max_align_t) };

struct arena_block {
	struct arena_block *next;
	size_t used;
	size_t capacity;
	alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *block_new(size_t capacity)
{
	struct arena_block *block = mem_calloc(1, sizeof(*block) + capacity);

	if (!block)
		return NULL;
	block->capacity = capacity;
	ASAN_POISON_MEMORY_REGION(block->bytes, capacity);
	return block;
}

void *arena_calloc(struct arena *arena, size_t count, size_t size)
{
	struct arena_block *block = arena->blocks;
	size_t bytes, room;
	void *item;

	if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX - ARENA_BLOCK_BYTES)
		return NULL;
	room = (bytes + (bytes == 0) + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN + ARENA_GAP;
	if (!block || block->capacity - block->used < room) {
		block = block_new(room > ARENA_BLOCK_BYTES ? room : ARENA_BLOCK_BYTES);
		if (!block)
			return NULL;
		block->next = arena->blocks;
		arena->blocks = block;
	}
	item = block->bytes + block->used;
	block->used += room;
	ASAN_UNPOISON_MEMORY_REGION(item, bytes);
	return item;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	size_t bytes = strlen(text) + 1;
	char *copy = arena_calloc(arena, bytes, 1);

	return copy ? memcpy(copy, text, bytes) : NULL;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	char *text;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = length < 0 ? NULL : arena_calloc(arena, (size_t)length + 1, 1);
	if (!text)
		return NULL;
	va_start(args, format);
	(void)vsnprintf(text, (size_t)length + 1, format, args);
	va_end(args);
	return text;
}

void arena_clear(struct arena *arena)
{
	while (arena->blocks) {
		struct arena_block *block = arena->blocks;

		arena->blocks = block->next;
		ASAN_UNPOISON_MEMORY_REGION(block->bytes, block->capacity);
		mem_free(block);
	}
}
