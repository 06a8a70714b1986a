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
	w->map = map;
	w->map_length = (size_t)chain->file_size;
	w->bytes = map;
	w->length = w->map_length;
	w->ended = true;
	return true;
}

int window_init(struct window *w, struct chain *chain, struct fingerprint *print)
{
	*w = (struct window){.chain = chain, .print = print};
	if (map_file(w))
		return 0;
	w->buffer = mem_calloc(BLOCK_BYTES, 1);
	if (!w->buffer)
		return -1;
	w->capacity = BLOCK_BYTES;
	w->bytes = w->buffer;
	return 0;
}

void window_clear(struct window *w)
{
	if (w->map)
		(void)munmap(w->map, w->map_length);
	mem_free(w->buffer);
	*w = (struct window){0};
}

/* A page that lies wholly behind the file's end raises SIGBUS when touched. This look before each batch turns
 * a file that was cut off into an error; one that is cut off while a batch is being worked on, or a disk that
 * fails to read, still ends the program. Only copying every byte would prevent that. */
void window_check_file(struct window *w)
{
	struct stat st;

	if (!w->map || fstat(w->chain->fd, &st) != 0 || (uint64_t)st.st_size >= w->length)
		return;
	w->shrank = true;
	w->length = st.st_size > 0 && (size_t)st.st_size > w->position ? (size_t)st.st_size : w->position;
}

/* Room for one more read behind what is kept, growing only as data really comes. */
static int make_room(struct window *w, size_t need)
{
	size_t keep = window_left(w), capacity = w->capacity;
	uint8_t *buffer;

	if (w->position > 0)
		memmove(w->buffer, w->buffer + w->position, keep);
	w->offset += w->position;
	w->position = 0;
	w->length = keep;
	if (keep < capacity)
		return 0;
	capacity = capacity < need / 2 ? capacity * 2 : need + BLOCK_BYTES;
	buffer = mem_resize(w->buffer, capacity, 1);
	if (!buffer) {
		w->chain->status = CAPTURE_UNREADABLE;
		return err_no_memory(&w->chain->err);
	}
	w->buffer = buffer;
	w->bytes = buffer;
	w->capacity = capacity;
	return 0;
}

int window_fill(struct window *w, size_t need)
{
	while (window_left(w) < need && !w->ended) {
		ssize_t n;

		if (make_room(w, need) != 0)
			return -1;
		n = chain_read(w->chain, w->buffer + w->length, w->capacity - w->length);
		if (n < 0)
			return -1;
		w->ended = n == 0;
		if (w->print)
			fingerprint_add(w->print, w->buffer + w->length, (size_t)n);
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
	if (!w->map)
		drain(w);
	else if (fingerprint_file(w->print, w->chain->fd, w->length) != 0)
		return;
	fingerprint_finish(w->print, summary);
}
