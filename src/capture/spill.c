#include "spill.h"
#include "base/mem.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const uint64_t MOST_BYTES = UINT64_C(2) << 30;
enum { COPY_BYTES = 256 * 1024 };

/* A member that will be asked for. */
struct expected {
	const char *path;
	uint32_t index;
	bool kept;
	bool asked; /* once, which was all */
	uint64_t offset, length;
	char *wrappings;
};

struct spill {
	struct expected *expected; /* by path and index */
	size_t count;
	int fd; /* -1: not needed yet */
	bool broken;
	uint64_t used;
	uint8_t *buffer;
};

struct spill *spill_new(void)
{
	struct spill *spill = mem_calloc(1, sizeof(*spill));

	if (spill)
		spill->fd = -1;
	return spill;
}

static void forget(struct spill *spill)
{
	for (size_t i = 0; i < spill->count; i++)
		mem_free(spill->expected[i].wrappings);
	mem_free(spill->expected);
	spill->expected = NULL;
	spill->count = 0;
}

void spill_free(struct spill *spill)
{
	if (!spill)
		return;
	forget(spill);
	if (spill->fd >= 0)
		(void)close(spill->fd);
	mem_free(spill->buffer);
	mem_free(spill);
}

static int compare(const void *a, const void *b)
{
	const struct expected *left = a, *right = b;
	int order = strcmp(left->path, right->path);

	return order != 0 ? order : (left->index > right->index) - (left->index < right->index);
}

int spill_expect(struct spill *spill, const struct capture_input *const *inputs, size_t count)
{
	forget(spill);
	spill->expected = mem_calloc(count + 1, sizeof(*spill->expected));
	if (!spill->expected)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (inputs[i]->member)
			spill->expected[spill->count++] =
			    (struct expected){.path = inputs[i]->path, .index = inputs[i]->member_index};
	if (spill->count > 1)
		qsort(spill->expected, spill->count, sizeof(*spill->expected), compare);
	return 0;
}

static struct expected *find(const struct spill *spill, const char *path, uint32_t index)
{
	const struct expected key = {.path = path, .index = index};

	if (spill->count == 0)
		return NULL;
	return bsearch(&key, spill->expected, spill->count, sizeof(key), compare);
}

/* Nobody but this process ever sees the file. Where there can be none, nothing is kept. */
static bool is_ready(struct spill *spill)
{
	if (spill->fd >= 0 || spill->broken)
		return !spill->broken;
	spill->fd = open(P_tmpdir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	spill->buffer = mem_resize(NULL, COPY_BYTES, 1);
	spill->broken = spill->fd < 0 || !spill->buffer;
	return !spill->broken;
}

static bool write_all(const struct spill *spill, size_t length, uint64_t offset)
{
	for (size_t at = 0; at < length;) {
		ssize_t n = pwrite(spill->fd, spill->buffer + at, length - at, (off_t)(offset + at));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return true;
}

/* Within a compression; other archives are passed through at no cost. */
static bool is_dear(const struct chain *chain)
{
	return chain->depth > 2 && chain->levels[1].magic->role == MAGIC_COMPRESSION;
}

/* Copies what is left of the leaf behind all that is kept. How much it was; 0: it cannot be kept. */
static uint64_t copy_leaf(struct spill *spill, struct chain *chain)
{
	uint64_t length = 0;
	ssize_t n;

	while ((n = chain_read(chain, spill->buffer, COPY_BYTES)) > 0) {
		if (spill->used + length + (uint64_t)n > MOST_BYTES)
			return 0;
		if (!write_all(spill, (size_t)n, spill->used + length)) {
			spill->broken = true;
			return 0;
		}
		length += (uint64_t)n;
	}
	/* Of one that is cut or damaged the chain itself has to tell. */
	return n == 0 && chain->status == CAPTURE_COMPLETE ? length : 0;
}

void spill_keep(struct spill *spill, struct chain *chain, const char *path, uint32_t index)
{
	struct expected *member = find(spill, path, index);
	struct strbuf wrappings = {0};
	uint64_t length;

	if (!member || member->kept || member->asked || !is_dear(chain) || !is_ready(spill))
		return;
	chain_wrappings(chain, &wrappings);
	length = strbuf_ok(&wrappings) ? copy_leaf(spill, chain) : 0;
	if (length == 0) {
		strbuf_clear(&wrappings);
		return;
	}
	member->wrappings = wrappings.text;
	member->kept = true;
	member->offset = spill->used;
	member->length = length;
	spill->used += length;
}

struct chain *spill_take(struct spill *spill, const char *path, uint32_t index)
{
	struct expected *member = find(spill, path, index);
	struct chain *chain;

	if (!member)
		return NULL;
	member->asked = true;
	if (!member->kept)
		return NULL;
	chain = mem_calloc(1, sizeof(*chain));
	if (chain &&
	    chain_open_part(chain, spill->fd, member->offset, member->length, member->wrappings) == 0)
		return chain;
	mem_free(chain);
	return NULL;
}
