#include "fifo.h"
#include "base/mem.h"
#include <stdbool.h>
#include <string.h>

enum { LEAST_RECORDS = 16 };

static struct fifo_link *link_at(const struct fifo *fifo, uint32_t number)
{
	/* Records are allocated as such and their sizes are multiples of the link's alignment. */
	return (struct fifo_link *)(void *)(fifo->records + (size_t)number * fifo->record_size);
}

static uint32_t number_of(const struct fifo *fifo, const void *record)
{
	return (uint32_t)((size_t)((const char *)record - fifo->records) / fifo->record_size);
}

int fifo_init(struct fifo *fifo, size_t record_size, size_t bytes)
{
	size_t capacity = LEAST_RECORDS;

	while (capacity * 2 * (record_size + sizeof(uint32_t)) <= bytes && capacity < UINT32_MAX / 4)
		capacity *= 2;
	*fifo = (struct fifo){.record_size = record_size, .capacity = (uint32_t)capacity};
	fifo->records = mem_calloc(capacity, record_size);
	fifo->heads = mem_calloc(capacity, sizeof(uint32_t));
	return fifo->records && fifo->heads ? 0 : -1;
}

void fifo_clear(struct fifo *fifo)
{
	mem_free(fifo->records);
	mem_free(fifo->heads);
	*fifo = (struct fifo){0};
}

static uint32_t *head_of(const struct fifo *fifo, uint32_t hash)
{
	return &fifo->heads[hash & (fifo->capacity - 1)];
}

static void advance(struct fifo *fifo)
{
	fifo->first = (fifo->first + 1) & (fifo->capacity - 1);
	fifo->span--;
}

void *fifo_oldest(struct fifo *fifo)
{
	while (fifo->span > 0 && !link_at(fifo, fifo->first)->in_use)
		advance(fifo);
	return fifo->span > 0 ? link_at(fifo, fifo->first) : NULL;
}

bool fifo_is_full(struct fifo *fifo)
{
	return fifo_oldest(fifo) && fifo->span == fifo->capacity;
}

void fifo_remove(struct fifo *fifo, void *record)
{
	struct fifo_link *gone = record;

	if (!gone->in_use)
		return;
	if (gone->previous)
		link_at(fifo, gone->previous - 1)->next = gone->next;
	else
		*head_of(fifo, gone->hash) = gone->next;
	if (gone->next)
		link_at(fifo, gone->next - 1)->previous = gone->previous;
	gone->in_use = false;
}

void *fifo_add(struct fifo *fifo, uint32_t hash, int64_t time_ns)
{
	uint32_t *head = head_of(fifo, hash);
	struct fifo_link *fresh;
	uint32_t number;

	if (fifo_is_full(fifo)) {
		fifo_remove(fifo, link_at(fifo, fifo->first));
		advance(fifo);
	}
	number = (fifo->first + fifo->span++) & (fifo->capacity - 1);
	fresh = link_at(fifo, number);
	memset(fresh, 0, fifo->record_size);
	*fresh = (struct fifo_link){.time_ns = time_ns, .hash = hash, .next = *head, .in_use = true};
	if (*head)
		link_at(fifo, *head - 1)->previous = number + 1;
	*head = number + 1;
	if (fifo->used <= number)
		fifo->used = number + 1;
	return fresh;
}

void *fifo_first(const struct fifo *fifo, uint32_t hash)
{
	uint32_t first = *head_of(fifo, hash);

	return first ? link_at(fifo, first - 1) : NULL;
}

void *fifo_following(const struct fifo *fifo, const void *record)
{
	uint32_t next = link_at(fifo, number_of(fifo, record))->next;

	return next ? link_at(fifo, next - 1) : NULL;
}

size_t fifo_memory(const struct fifo *fifo)
{
	return (size_t)fifo->used * fifo->record_size + fifo->capacity * sizeof(uint32_t);
}
