#include "bytes.h"
#include "base/mem.h"
#include <stdatomic.h>

struct capture_bytes {
	atomic_size_t holders;
	uint8_t *start;
	size_t size;
};

struct capture_bytes *bytes_new(size_t size)
{
	struct capture_bytes *bytes = mem_calloc(1, sizeof(*bytes));
	uint8_t *start = mem_resize(NULL, size, 1);

	if (!bytes || !start) {
		mem_free(bytes);
		mem_free(start);
		return NULL;
	}
	atomic_init(&bytes->holders, 1);
	bytes->start = start;
	bytes->size = size;
	return bytes;
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
	return bytes->size;
}

void capture_release(struct capture_bytes *bytes)
{
	if (!bytes || atomic_fetch_sub_explicit(&bytes->holders, 1, memory_order_acq_rel) > 1)
		return;
	mem_free(bytes->start);
	mem_free(bytes);
}
