#include "bytes.h"
#include "base/mem.h"
#include <stdatomic.h>
#include <sys/mman.h>

struct capture_bytes {
	atomic_size_t holders;
	uint8_t *start;
	size_t size;
	bool mapped;
};

static struct capture_bytes *make(uint8_t *start, size_t size, bool mapped)
{
	struct capture_bytes *bytes = mem_calloc(1, sizeof(*bytes));

	if (!bytes)
		return NULL;
	atomic_init(&bytes->holders, 1);
	bytes->start = start;
	bytes->size = size;
	bytes->mapped = mapped;
	return bytes;
}

struct capture_bytes *bytes_new(size_t size)
{
	uint8_t *start = mem_resize(NULL, size, 1);
	struct capture_bytes *bytes = start ? make(start, size, false) : NULL;

	if (!bytes)
		mem_free(start);
	return bytes;
}

struct capture_bytes *bytes_of_map(void *map, size_t length)
{
	return make(map, length, true);
}

struct capture_bytes *bytes_hold(struct capture_bytes *bytes)
{
	(void)atomic_fetch_add_explicit(&bytes->holders, 1, memory_order_relaxed);
	return bytes;
}

/* Acquires, so that what the last holder read was read before the bytes are written again. */
bool bytes_are_free(const struct capture_bytes *bytes)
{
	return atomic_load_explicit(&bytes->holders, memory_order_acquire) == 1;
}

uint8_t *bytes_start(const struct capture_bytes *bytes)
{
	return bytes->start;
}

size_t bytes_size(const struct capture_bytes *bytes)
{
	return bytes->size;
}

size_t capture_held_memory(const struct capture_bytes *bytes)
{
	return bytes->mapped ? 0 : bytes->size;
}

void capture_release(struct capture_bytes *bytes)
{
	if (!bytes || atomic_fetch_sub_explicit(&bytes->holders, 1, memory_order_acq_rel) > 1)
		return;
	if (bytes->mapped)
		(void)munmap(bytes->start, bytes->size);
	else
		mem_free(bytes->start);
	mem_free(bytes);
}
