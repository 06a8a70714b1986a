#include "ahead.h"
#include "base/mem.h"
#include <pthread.h>
#include <signal.h>
#include <string.h>

/* Large enough that waiting costs nothing, few enough that little memory waits. */
enum { BLOCK_BYTES = 512 * 1024, BLOCKS = 8 };

struct block {
	uint8_t *bytes;
	size_t length;
};

struct ahead {
	struct chain *chain;
	struct block blocks[BLOCKS]; /* number N at N % BLOCKS */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint64_t filled, emptied; /* blocks so far */
	uint64_t consumed;
	size_t at;   /* in the block that is being emptied; the reader's */
	bool ended;  /* nothing comes after what is filled */
	bool failed; /* but a failure */
	bool stop;
};

/* A place for the next block; NULL: no more is wanted. */
static struct block *wait_for_room(struct ahead *ahead)
{
	struct block *block = NULL;

	(void)pthread_mutex_lock(&ahead->lock);
	while (!ahead->stop && ahead->filled - ahead->emptied == BLOCKS)
		(void)pthread_cond_wait(&ahead->changed, &ahead->lock);
	if (!ahead->stop)
		block = &ahead->blocks[ahead->filled % BLOCKS];
	(void)pthread_mutex_unlock(&ahead->lock);
	return block;
}

/* Hands over a block, the last one if N says that nothing more can be read. */
static void hand_over(struct ahead *ahead, const struct block *block, ssize_t n)
{
	(void)pthread_mutex_lock(&ahead->lock);
	ahead->filled += block->length > 0;
	ahead->consumed = ahead->chain->consumed;
	ahead->ended = n <= 0;
	ahead->failed = n < 0;
	(void)pthread_cond_signal(&ahead->changed);
	(void)pthread_mutex_unlock(&ahead->lock);
}

static void *unpack(void *context)
{
	struct ahead *ahead = context;
	struct block *block;
	ssize_t n = 1;

	while (n > 0 && (block = wait_for_room(ahead))) {
		block->length = 0;
		while (block->length < BLOCK_BYTES &&
		       (n = chain_read(ahead->chain, block->bytes + block->length,
				       BLOCK_BYTES - block->length)) > 0)
			block->length += (size_t)n;
		hand_over(ahead, block, n);
	}
	return NULL;
}

static void ahead_free(struct ahead *ahead)
{
	for (size_t i = 0; i < BLOCKS; i++)
		mem_free(ahead->blocks[i].bytes);
	(void)pthread_mutex_destroy(&ahead->lock);
	(void)pthread_cond_destroy(&ahead->changed);
	mem_free(ahead);
}

/* Signals are for the threads of whoever reads. */
static int start_thread(struct ahead *ahead)
{
	sigset_t all, before;
	int result;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	result = pthread_create(&ahead->thread, NULL, unpack, ahead);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return result;
}

struct ahead *ahead_start(struct chain *chain)
{
	struct ahead *ahead = mem_calloc(1, sizeof(*ahead));
	bool ready = ahead != NULL;

	if (!ahead)
		return NULL;
	ahead->chain = chain;
	ahead->consumed = chain->consumed;
	(void)pthread_mutex_init(&ahead->lock, NULL);
	(void)pthread_cond_init(&ahead->changed, NULL);
	for (size_t i = 0; i < BLOCKS && ready; i++) {
		ahead->blocks[i].bytes = mem_resize(NULL, BLOCK_BYTES, 1);
		ready = ahead->blocks[i].bytes != NULL;
	}
	if (ready && start_thread(ahead) == 0)
		return ahead;
	ahead_free(ahead);
	return NULL;
}

/* The block that is to be emptied; NULL: there are no more. */
static const struct block *wait_for_block(struct ahead *ahead)
{
	const struct block *block = NULL;

	(void)pthread_mutex_lock(&ahead->lock);
	while (!ahead->ended && ahead->filled == ahead->emptied)
		(void)pthread_cond_wait(&ahead->changed, &ahead->lock);
	if (ahead->filled > ahead->emptied)
		block = &ahead->blocks[ahead->emptied % BLOCKS];
	(void)pthread_mutex_unlock(&ahead->lock);
	return block;
}

ssize_t ahead_read(struct ahead *ahead, void *buffer, size_t size)
{
	const struct block *block = wait_for_block(ahead);
	size_t n;

	if (!block)
		return ahead->failed ? -1 : 0;
	n = block->length - ahead->at < size ? block->length - ahead->at : size;
	memcpy(buffer, block->bytes + ahead->at, n);
	ahead->at += n;
	if (ahead->at < block->length)
		return (ssize_t)n;
	ahead->at = 0;
	(void)pthread_mutex_lock(&ahead->lock);
	ahead->emptied++;
	(void)pthread_cond_signal(&ahead->changed);
	(void)pthread_mutex_unlock(&ahead->lock);
	return (ssize_t)n;
}

uint64_t ahead_consumed(struct ahead *ahead)
{
	uint64_t consumed;

	(void)pthread_mutex_lock(&ahead->lock);
	consumed = ahead->consumed;
	(void)pthread_mutex_unlock(&ahead->lock);
	return consumed;
}

void ahead_stop(struct ahead *ahead)
{
	if (!ahead)
		return;
	(void)pthread_mutex_lock(&ahead->lock);
	ahead->stop = true;
	(void)pthread_cond_signal(&ahead->changed);
	(void)pthread_mutex_unlock(&ahead->lock);
	(void)pthread_join(ahead->thread, NULL);
	ahead_free(ahead);
}
