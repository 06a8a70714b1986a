#include "window.h"
#include "base/mem.h"
#include <string.h>

/* So small that a block is still in the processor's cache when its packets are looked at. That makes copying
 * cheaper than mapping the file, whose pages have to be put in place one by one; and a mapping would raise
 * SIGBUS where somebody truncates the file, or where the disk fails. */
enum { BLOCK_BYTES = 128 * 1024 };
/* Of a compressed file. Less is read before a thread has begun. */
enum { AHEAD_LEAST_BYTES = 256 * 1024 };

/* Gives up block AT: whoever holds it still has it. */
static void drop_block(struct window *w, size_t at)
{
	capture_release(w->blocks[at]);
	w->block_count--;
	for (; at < w->block_count; at++)
		w->blocks[at] = w->blocks[at + 1];
}

/* A block of SIZE bytes or more that nobody reads any longer; NULL without memory. */
static struct capture_bytes *take_block(struct window *w, size_t size)
{
	struct capture_bytes *block;

	for (size_t i = 0; i < w->block_count; i++)
		if (bytes_are_free(w->blocks[i]) && bytes_size(w->blocks[i]) >= size)
			return w->blocks[i];
	block = bytes_new(size);
	if (!block)
		return NULL;
	if (w->block_count == WINDOW_BLOCKS)
		drop_block(w, w->blocks[0] == w->held);
	w->blocks[w->block_count++] = block;
	return block;
}

/* A stream that is no file cannot be left alone: a thread that waits for it could not be ended. */
static bool is_worth_a_thread(const struct chain *chain)
{
	return chain->regular && chain->depth > 1 && chain->file_size >= AHEAD_LEAST_BYTES;
}

int window_init(struct window *w, struct chain *chain, struct fingerprint *print, bool read_ahead)
{
	*w = (struct window){.chain = chain,
			     .print = print,
			     .plain = chain->regular && chain->depth == 1 && chain->file_size > 0};
	w->held = take_block(w, BLOCK_BYTES);
	if (!w->held)
		return -1;
	w->bytes = bytes_start(w->held);
	if (read_ahead && is_worth_a_thread(chain))
		w->ahead = ahead_start(chain);
	return 0;
}

void window_clear(struct window *w)
{
	ahead_stop(w->ahead);
	for (size_t i = 0; i < w->block_count; i++)
		capture_release(w->blocks[i]);
	*w = (struct window){0};
}

struct capture_bytes *window_hold(struct window *w)
{
	return bytes_hold(w->held);
}

/* Room for one more read behind what is kept, growing only as data really comes. What others hold stays as it
 * is. */
static int make_room(struct window *w, size_t need)
{
	size_t keep = window_left(w), size = keep < BLOCK_BYTES ? BLOCK_BYTES : bytes_size(w->held);
	struct capture_bytes *block = w->held, *small = NULL;

	if (keep >= size)
		size = size < need / 2 ? size * 2 : need + BLOCK_BYTES;
	if (size > bytes_size(w->held) || !bytes_are_free(w->held))
		block = take_block(w, size);
	if (!block) {
		ahead_stop(w->ahead);
		w->ahead = NULL;
		w->chain->status = CAPTURE_UNREADABLE;
		return err_no_memory(&w->chain->err);
	}
	if (block != w->held || w->position > 0)
		memmove(bytes_start(block), w->bytes + w->position, keep);
	if (bytes_size(block) > bytes_size(w->held))
		small = w->held;
	w->offset += w->position;
	w->position = 0;
	w->length = keep;
	w->held = block;
	w->bytes = bytes_start(block);
	for (size_t i = 0; i < w->block_count; i++)
		if (w->blocks[i] == small)
			drop_block(w, i);
	return 0;
}

/* A plain file is read as far as it reached when it was opened: so every reading of one that grows sees the
 * same. */
static ssize_t read_more(struct window *w, uint8_t *to, size_t room)
{
	uint64_t left = w->plain ? w->chain->file_size - w->offset - w->length : room;
	ssize_t n = 0;

	if (w->ahead)
		return ahead_read(w->ahead, to, room);
	if (left > 0)
		n = chain_read(w->chain, to, left < room ? (size_t)left : room);

	w->shrank = n == 0 && w->plain && left > 0;
	return n;
}

int window_fill(struct window *w, size_t need)
{
	while (window_left(w) < need && !w->ended) {
		uint8_t *to;
		ssize_t n;

		if (make_room(w, need) != 0)
			return -1;
		to = bytes_start(w->held) + w->length;
		n = read_more(w, to, bytes_size(w->held) - w->length);
		if (n < 0)
			return -1;
		w->ended = n == 0;
		if (w->print && !w->plain)
			fingerprint_add(w->print, to, (size_t)n);
		w->length += (size_t)n;
	}
	return 0;
}

/* A stream that stopped making sense is still read to its end: what it is does not depend on where it broke.
 */
static void drain(struct window *w)
{
	while (!w->ended) {
		w->position = w->length;
		if (window_fill(w, 1) != 0)
			break;
	}
}

void window_finish(struct window *w, struct capture_summary *summary)
{
	if (!w->plain)
		drain(w);
	else if (fingerprint_file(w->print, w->chain->fd,
				  w->shrank ? w->offset + w->length : w->chain->file_size) != 0)
		return;
	fingerprint_finish(w->print, summary);
}
