#include "batch.h"
#include "base/mem.h"

int batch_init(struct batch *batch)
{
	batch->packets = mem_calloc(BATCH_PACKETS, sizeof(*batch->packets));
	return batch->packets ? 0 : -1;
}

void batch_empty(struct batch *batch)
{
	for (size_t i = 0; i < batch->held_count; i++)
		capture_release(batch->held[i]);
	batch->held_count = batch->held_bytes = 0;
	batch->mark_count = batch->count = 0;
	batch->whole = true;
}

void batch_clear(struct batch *batch)
{
	batch_empty(batch);
	mem_free(batch->packets);
	batch->packets = NULL;
}

void batch_mark(struct batch *batch, struct batch_mark mark)
{
	mark.at = batch->count;
	batch->marks[batch->mark_count++] = mark;
}
