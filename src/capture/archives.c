/*
 * Members of one archive are mostly read in the order in which they lie, first to be ordered by time, then
 * for their packets. Whoever opens one goes on from where another was left, so that a compressed archive is
 * unpacked once for each such pass and not once for each member. Those of a tap, all of one side behind all
 * of the other's, need two places.
 */
#include "archives.h"
#include "base/mem.h"
#include <string.h>

/* Each costs the memory of its decompressor. */
enum { PLACES = 4 };

struct capture_archives {
	struct chain *idle[PLACES]; /* the one that was left first in front */
	char *paths[PLACES];
	size_t count;
};

struct capture_archives *capture_archives_new(void)
{
	return mem_calloc(1, sizeof(struct capture_archives));
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
	while (archives && archives->count > 0)
		close_first(archives);
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
