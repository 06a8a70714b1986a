#include "base/mem.h"
#include "live.h"
#include <string.h>

enum { RECORD_ALIGN = 16 };
_Static_assert(sizeof(struct live_record) % 8 == 0, "records follow each other aligned");

int live_buffer_init(struct live_buffer *buffer, size_t bytes)
{
	size_t size = RECORD_ALIGN;

	while (size < bytes && size <= SIZE_MAX / 4)
		size *= 2;
	*buffer = (struct live_buffer){.size = size, .bytes = mem_calloc(size, 1)};
	/* Touched now, so that it does not seem to grow. */
	if (buffer->bytes)
		memset(buffer->bytes, 0, size);
	return buffer->bytes ? 0 : -1;
}

void live_buffer_clear(struct live_buffer *buffer)
{
	mem_free(buffer->bytes);
	*buffer = (struct live_buffer){0};
}

static struct live_record *record_at(const struct live_buffer *buffer, uint64_t at)
{
	return (struct live_record *)(void *)(buffer->bytes + (at & (buffer->size - 1)));
}

/* What is left up to the buffer's end, where AT lies. */
static uint64_t rest_at(const struct live_buffer *buffer, uint64_t at)
{
	return buffer->size - (at & (buffer->size - 1));
}

/* A header that does not fit before the end was never written. */
static bool is_skip(const struct live_buffer *buffer, uint64_t at)
{
	return rest_at(buffer, at) < sizeof(struct live_record) || record_at(buffer, at)->size == 0;
}

const struct live_record *live_buffer_step(const struct live_buffer *buffer, uint64_t *at, uint64_t end)
{
	const struct live_record *record;

	if (*at < end && is_skip(buffer, *at))
		*at += rest_at(buffer, *at);
	if (*at >= end)
		return NULL;
	record = record_at(buffer, *at);
	*at += record->size;
	return record;
}

/* Gives up the oldest until NEED bytes are free. */
static bool make_room(struct live_buffer *buffer, uint64_t need)
{
	while (buffer->size - (buffer->head - buffer->oldest) < need) {
		if (buffer->oldest >= buffer->next)
			return false;
		(void)live_buffer_step(buffer, &buffer->oldest, buffer->next);
	}
	return true;
}

struct live_record *live_buffer_add(struct live_buffer *buffer, uint32_t caplen)
{
	uint64_t size =
	    (sizeof(struct live_record) + caplen + RECORD_ALIGN - 1) / RECORD_ALIGN * RECORD_ALIGN;
	uint64_t rest = rest_at(buffer, buffer->head);
	struct live_record *record;

	if (size > rest) {
		if (!make_room(buffer, rest))
			return NULL;
		if (rest >= sizeof(struct live_record))
			record_at(buffer, buffer->head)->size = 0;
		buffer->head += rest;
	}
	if (!make_room(buffer, size))
		return NULL;
	record = record_at(buffer, buffer->head);
	record->size = (uint32_t)size;
	record->caplen = caplen;
	buffer->head += size;
	return record;
}
