#include "base/mem.h"
#include "writer_parts.h"
#include <string.h>

int line_queue_init(struct line_queue *queue, size_t size)
{
	*queue = (struct line_queue){.size = size, .bytes = mem_calloc(size, 1)};
	return queue->bytes ? 0 : -1;
}

void line_queue_clear(struct line_queue *queue)
{
	mem_free(queue->bytes);
	*queue = (struct line_queue){.size = 0};
}

bool line_queue_fits(const struct line_queue *queue, size_t length)
{
	return length < queue->size - queue->used;
}

static void put_bytes(struct line_queue *queue, const char *bytes, size_t length)
{
	size_t at = (queue->start + queue->used) % queue->size;
	size_t first = queue->size - at < length ? queue->size - at : length;

	memcpy(queue->bytes + at, bytes, first);
	memcpy(queue->bytes, bytes + first, length - first);
	queue->used += length;
}

void line_queue_add(struct line_queue *queue, const char *line, size_t length)
{
	while (length > 0) {
		size_t clean = 0;

		while (clean < length && line[clean] != '\n' && line[clean] != '\0')
			clean++;
		put_bytes(queue, line, clean);
		line += clean;
		length -= clean;
		if (length > 0) {
			put_bytes(queue, "?", 1);
			line++;
			length--;
		}
	}
	put_bytes(queue, "\n", 1);
	queue->lines++;
}

size_t line_queue_copy(const struct line_queue *queue, size_t offset, char *out, size_t max)
{
	size_t left = offset < queue->used ? queue->used - offset : 0;
	size_t length = left < max ? left : max;
	size_t at = (queue->start + offset) % queue->size;
	size_t first = queue->size - at < length ? queue->size - at : length;

	memcpy(out, queue->bytes + at, first);
	memcpy(out + first, queue->bytes, length - first);
	return length;
}

void line_queue_drop(struct line_queue *queue, size_t bytes, uint64_t lines)
{
	queue->start = (queue->start + bytes) % queue->size;
	queue->used -= bytes;
	queue->lines -= lines;
}
