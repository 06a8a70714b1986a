/*
 * Members of one archive are mostly read in the order in which they lie, first to be ordered by time, then
 * for their packets. Whoever opens one goes on from where another was left, so that a compressed archive is
 * unpacked once for each such pass and not once for each member. What lies in another order is kept in a file
 * when it is passed over.
 */
#include "archives.h"
#include "base/mem.h"
#include "spill.h"
#include <string.h>

/* Each costs the memory of its decompressor. */
enum { PLACES = 4 };

struct capture_archives {
	struct chain *idle[PLACES]; /* the one that was left first in front */
	char *paths[PLACES];
	size_t count;
	struct spill *spill;
};

struct capture_archives *capture_archives_new(void)
{
	struct capture_archives *archives = mem_calloc(1, sizeof(*archives));

	if (!archives)
		return NULL;
	archives->spill = spill_new();
	if (archives->spill)
		return archives;
	mem_free(archives);
	return NULL;
}

int capture_archives_expect(struct capture_archives *archives, const struct capture_input *const *inputs,
			    size_t count)
{
	return spill_expect(archives->spill, inputs, count);
}

struct chain *archives_take_kept(struct capture_archives *archives, const char *path, uint32_t index)
{
	return spill_take(archives->spill, path, index);
}

void archives_pass(struct capture_archives *archives, struct chain *chain, uint32_t index)
{
	spill_keep(archives->spill, chain, chain->path, index);
}

/* Takes place AT out of the pool. */
static struct chain *remove_place(struct capture_archives *archives, size_t at)
{
	struct chain *chain = archives->idle[at];

	mem_free(archives->paths[at]);
	archives->count--;
	for (; at < archives->count; at++) {
		archives->idle[at] = archives->idle[at + 1];
		archives->paths[at] = archives->paths[at + 1];
	}
	return chain;
}

static void close_first(struct capture_archives *archives)
{
	struct chain *chain = remove_place(archives, 0);

	chain_close(chain);
	mem_free(chain);
}

void capture_archives_free(struct capture_archives *archives)
{
	if (!archives)
		return;
	while (archives->count > 0)
		close_first(archives);
	spill_free(archives->spill);
	mem_free(archives);
}

struct chain *archives_take(struct capture_archives *archives, const char *path, uint32_t index)
{
	struct chain *chain = NULL;
	size_t best = PLACES;

	for (size_t i = 0; archives && i < archives->count; i++) {
		if (archives->idle[i]->leaves > index || strcmp(archives->paths[i], path) != 0)
			continue;
		if (best == PLACES || archives->idle[i]->leaves > archives->idle[best]->leaves)
			best = i;
	}
	if (best < PLACES) {
		chain = remove_place(archives, best);
		chain->path = path;
	}
	return chain;
}

void archives_give(struct capture_archives *archives, struct chain *chain)
{
	char *path = mem_strdup(chain->path);

	if (!path) {
		chain_close(chain);
		mem_free(chain);
		return;
	}
	if (archives->count == PLACES)
		close_first(archives);
	chain->path = path;
	archives->paths[archives->count] = path;
	archives->idle[archives->count++] = chain;
}
