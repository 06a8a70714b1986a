#include "window.h"
#include "base/mem.h"
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { BLOCK_BYTES = 512 * 1024 };

/* A plain file is mapped: its packets are handed out where they lie. */
static bool map_file(struct window *w)
{
	struct chain *chain = w->chain;
	void *map;

	if (!chain->regular || chain->depth != 1 || chain->file_size == 0 || chain->file_size > SIZE_MAX / 2)
		return false;
	map = mmap(NULL, (size_t)chain->file_size, PROT_READ, MAP_PRIVATE, chain->fd, 0);
	if (map == MAP_FAILED)
		return false;
	(void)madvise(map, (size_t)chain->file_size, MADV_SEQUENTIAL);
	w->held = bytes_of_map(map, (size_t)chain->file_size);
	if (!w->held) {
		(void)munmap(map, (size_t)chain->file_size);
		return false;
	}
	w->mapped = true;
	w->bytes = map;
	w->length = (size_t)chain->file_size;
	w->ended = true;
	return true;
}

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

int window_init(struct window *w, struct chain *chain, struct fingerprint *print)
{
	*w = (struct window){.chain = chain, .print = print};
	if (map_file(w))
		return 0;
	w->held = take_block(w, BLOCK_BYTES);
	if (!w->held)
		return -1;
	w->bytes = bytes_start(w->held);
	return 0;
}

void window_clear(struct window *w)
{
	if (w->mapped)
		capture_release(w->held);
	for (size_t i = 0; i < w->block_count; i++)
		capture_release(w->blocks[i]);
	*w = (struct window){0};
}

struct capture_bytes *window_hold(struct window *w)
{
	return bytes_hold(w->held);
}

/* A page that lies wholly behind the file's end raises SIGBUS when touched. This look before each batch turns
 * a file that was cut off into an error; one that is cut off while a batch is being worked on, or a disk that
 * fails to read, still ends the program. Only copying every byte would prevent that. */
void window_check_file(struct window *w)
{
	struct stat st;

	if (!w->mapped || fstat(w->chain->fd, &st) != 0 || (uint64_t)st.st_size >= w->length)
		return;
	w->shrank = true;
	w->length = st.st_size > 0 && (size_t)st.st_size > w->position ? (size_t)st.st_size : w->position;
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

int window_fill(struct window *w, size_t need)
{
	while (window_left(w) < need && !w->ended) {
		uint8_t *to;
		ssize_t n;

		if (make_room(w, need) != 0)
			return -1;
		to = bytes_start(w->held) + w->length;
		n = chain_read(w->chain, to, bytes_size(w->held) - w->length);
		if (n < 0)
			return -1;
		w->ended = n == 0;
		if (w->print)
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
	if (!w->mapped)
		drain(w);
	else if (fingerprint_file(w->print, w->chain->fd, w->length) != 0)
		return;
	fingerprint_finish(w->print, summary);
}
