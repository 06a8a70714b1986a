#include "base/mem.h"
#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { FIRST_CAPACITY = 8 };

/* The only state of this program that is not handed around: tests count and break allocations of any thread.
 */
static atomic_size_t live_blocks;
static atomic_uint_least64_t until_failure; /* 0: never fail */
static atomic_bool failure_reached;

/* True for the one allocation that the test asked to fail. */
static bool must_fail(void)
{
	uint_least64_t left = atomic_load_explicit(&until_failure, memory_order_relaxed);

	while (left > 0) {
		if (atomic_compare_exchange_weak(&until_failure, &left, left - 1)) {
			if (left > 1)
				return false;
			atomic_store(&failure_reached, true);
			return true;
		}
	}
	return false;
}

static void *counted(void *block)
{
	if (block)
		atomic_fetch_add_explicit(&live_blocks, 1, memory_order_relaxed);
	return block;
}

/* COUNT * SIZE, at least 1 so that NULL always means no memory. False on overflow. */
static bool total_size(size_t count, size_t size, size_t *total)
{
	if (__builtin_mul_overflow(count, size, total) || *total > PTRDIFF_MAX)
		return false;
	if (*total == 0)
		*total = 1;
	return true;
}

void *mem_calloc(size_t count, size_t size)
{
	size_t total;

	if (!total_size(count, size, &total) || must_fail())
		return NULL;
	return counted(calloc(1, total));
}

void *mem_resize(void *block, size_t count, size_t size)
{
	size_t total;

	if (!total_size(count, size, &total) || must_fail())
		return NULL;
	return block ? realloc(block, total) : counted(malloc(total));
}

static size_t large_align(size_t bytes)
{
	return bytes >= MEM_LARGE_PAGE_BYTES ? MEM_LARGE_PAGE_BYTES : MEM_LINE_BYTES;
}

/* Where BYTES begin in BLOCK, which is longer by the alignment. */
static void *large_start(void *block, size_t bytes)
{
	size_t align = large_align(bytes);
	char *start = (char *)(((uintptr_t)block + align - 1) / align * align);

	/* Only a wish: the result is the same. */
	if (align == MEM_LARGE_PAGE_BYTES)
		(void)madvise(start, bytes, MADV_HUGEPAGE);
	return start;
}

void *mem_calloc_large(size_t bytes, void **block)
{
	size_t align = large_align(bytes);

	*block = bytes <= SIZE_MAX - align ? mem_calloc(1, bytes + align) : NULL;
	return *block ? large_start(*block, bytes) : NULL;
}

void *mem_large(size_t bytes, void **block)
{
	size_t align = large_align(bytes);

	*block = bytes <= SIZE_MAX - align ? mem_resize(NULL, 1, bytes + align) : NULL;
	return *block ? large_start(*block, bytes) : NULL;
}

char *mem_strdup(const char *text)
{
	return mem_strndup(text, strlen(text));
}

char *mem_strndup(const char *text, size_t length)
{
	size_t kept = strnlen(text, length);
	char *copy = kept < SIZE_MAX ? mem_resize(NULL, kept + 1, 1) : NULL;

	if (!copy)
		return NULL;
	memcpy(copy, text, kept);
	copy[kept] = '\0';
	return copy;
}

void mem_free(void *block)
{
	if (!block)
		return;
	atomic_fetch_sub_explicit(&live_blocks, 1, memory_order_relaxed);
	free(block);
}

void mem_keep_freed(size_t bytes)
{
	int most = bytes < INT32_MAX ? (int)bytes : INT32_MAX;

	(void)mallopt(M_TRIM_THRESHOLD, most);
	(void)mallopt(M_MMAP_THRESHOLD, most / 8);
}

void *mem_hook_alloc(size_t size)
{
	return mem_resize(NULL, size, 1);
}

void mem_hook_free(void *block)
{
	mem_free(block);
}

int mem_grow(void **array, size_t *capacity, size_t need, size_t item_size)
{
	size_t wanted = *capacity ? *capacity : FIRST_CAPACITY;
	void *block;

	if (need <= *capacity)
		return 0;
	while (wanted < need)
		wanted = wanted > SIZE_MAX / 2 ? need : wanted * 2;
	/* memcpy, because the pointer behind ARRAY is of the caller's type, not void *. */
	memcpy(&block, array, sizeof(block));
	block = mem_resize(block, wanted, item_size);
	if (!block)
		return -1;
	memcpy(array, &block, sizeof(block));
	*capacity = wanted;
	return 0;
}

size_t mem_live(void)
{
	return atomic_load(&live_blocks);
}

void mem_fail_at(uint64_t nth)
{
	atomic_store(&failure_reached, false);
	atomic_store(&until_failure, nth);
}

_Bool mem_fail_reached(void)
{
	return atomic_load(&failure_reached);
}
