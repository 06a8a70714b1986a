/*
 * Batches lie in a ring of places. Whoever needs one that is not there fills and decodes the next one
 * himself: one fills at a time, and who is fastest does most of it, so that nobody need know how work is
 * distributed. All workers go over all batches in order; a place is free again when the last one is through.
 */
#include "crew.h"
#include <sched.h>
#include <signal.h>

/* STOCK: who has fewer batches before him fills more first, lest he stand without any while the other one
 * fills. */
enum { YIELDS = 40, IN_A_ROW = 4, STOCK = 9 };

/* With the lock held. */
static void say_changed(struct crew *crew)
{
	(void)atomic_fetch_add_explicit(&crew->changes, 1, memory_order_release);
	if (crew->waiting > 0)
		(void)pthread_cond_broadcast(&crew->changed);
}

/* Waits for a change, with the lock held. Most waits are short: sleeping would cost more than the wait. */
static void wait_for_change(struct crew *crew)
{
	unsigned before = atomic_load_explicit(&crew->changes, memory_order_relaxed);
	unsigned yields = 0;

	(void)pthread_mutex_unlock(&crew->lock);
	while (yields < YIELDS && atomic_load_explicit(&crew->changes, memory_order_acquire) == before) {
		(void)sched_yield();
		yields++;
	}
	(void)pthread_mutex_lock(&crew->lock);
	crew->waiting++;
	while (atomic_load_explicit(&crew->changes, memory_order_relaxed) == before)
		(void)pthread_cond_wait(&crew->changed, &crew->lock);
	crew->waiting--;
}

static bool can_fill(const struct crew *crew)
{
	size_t held_bytes = 0;

	if (crew->filling || crew->ended || crew->filled - crew->oldest == CREW_PLACES)
		return false;
	for (uint64_t i = crew->oldest; i < crew->filled; i++)
		held_bytes += place_of(crew, i)->batch.held_bytes;
	return held_bytes < CREW_HELD_BYTES;
}

/* Fills up to COUNT places in a row, without the lock; returns how many. *MORE: there may be more to fill. */
static unsigned fill_places(const struct crew *crew, uint64_t first, unsigned count, bool *more)
{
	size_t held_bytes = 0;
	unsigned n = 0;

	while (n < count && held_bytes < BATCH_HELD_BYTES) {
		struct place *place = place_of(crew, first + n);

		place->ready = false;
		*more = run_fill(crew->run, &place->batch);
		if (!*more)
			break;
		held_bytes += place->batch.held_bytes;
		n++;
	}
	return n;
}

static void decode_place(struct crew *crew, struct worker *worker, struct place *place)
{
	(void)pthread_mutex_unlock(&crew->lock);
	worker_look(worker, &place->batch, &place->decoded);
	(void)pthread_mutex_lock(&crew->lock);
	place->ready = true;
	say_changed(crew);
}

/* Fills and decodes the next batches; the lock is held before and after. Several at once, because what was
 * read lies in the cache of who read it. */
static void fill_some(struct crew *crew, struct worker *worker)
{
	uint64_t first = crew->filled, room = CREW_PLACES - (first - crew->oldest);
	unsigned count;
	bool more = true;

	crew->filling = true;
	(void)pthread_mutex_unlock(&crew->lock);
	count = fill_places(crew, first, room < IN_A_ROW ? (unsigned)room : IN_A_ROW, &more);
	(void)pthread_mutex_lock(&crew->lock);
	crew->filling = false;
	crew->filled += count;
	crew->ended = !more;
	say_changed(crew);
	for (unsigned i = 0; i < count; i++)
		decode_place(crew, worker, place_of(crew, first + i));
}

/* The batch that MEMBER takes next; NULL: there are no more. */
static struct place *next_place(struct member *member)
{
	struct crew *crew = member->crew;
	struct place *place = NULL;

	(void)pthread_mutex_lock(&crew->lock);
	for (;;) {
		if (crew->filled - member->next < STOCK && can_fill(crew)) {
			fill_some(crew, &member->worker);
			continue;
		}
		if (member->next < crew->filled && place_of(crew, member->next)->ready) {
			place = place_of(crew, member->next);
			break;
		}
		if (crew->ended && member->next == crew->filled)
			break;
		if (can_fill(crew))
			fill_some(crew, &member->worker);
		else
			wait_for_change(crew);
	}
	(void)pthread_mutex_unlock(&crew->lock);
	return place;
}

/* Who waits for room is woken when there is room for several batches: sleeping and waking cost as much as
 * one. */
static void leave_place(struct member *member)
{
	struct crew *crew = member->crew;
	uint64_t oldest = UINT64_MAX;

	(void)pthread_mutex_lock(&crew->lock);
	member->next++;
	for (unsigned i = 0; i < crew->count; i++)
		if (crew->members[i].next < oldest)
			oldest = crew->members[i].next;
	if (oldest != crew->oldest) {
		/* What is read next goes where these lay, as it is in a cache still. */
		for (; crew->oldest < oldest; crew->oldest++)
			batch_empty(&place_of(crew, crew->oldest)->batch);
		if (crew->filled - oldest <= CREW_PLACES / 2)
			say_changed(crew);
	}
	(void)pthread_mutex_unlock(&crew->lock);
}

static void work(struct member *member)
{
	struct place *place;

	while ((place = next_place(member))) {
		worker_take_share(&member->worker, &place->batch, &place->decoded);
		leave_place(member);
	}
	worker_finish(&member->worker, member->crew->run->now_ns);
}

static void *run_member(void *context)
{
	struct member *member = context;
	struct crew *crew = member->crew;
	bool made;

	(void)pthread_mutex_lock(&crew->lock);
	while (!crew->go)
		(void)pthread_cond_wait(&crew->changed, &crew->lock);
	made = crew->made;
	(void)pthread_mutex_unlock(&crew->lock);
	if (made)
		work(member);
	return NULL;
}

/* Signals are for the thread that called. */
void crew_start(struct crew *crew, unsigned threads)
{
	sigset_t all, before;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	crew->members[0].crew = crew;
	for (crew->count = 1; crew->count < threads; crew->count++) {
		struct member *member = &crew->members[crew->count];

		member->crew = crew;
		if (pthread_create(&member->thread, NULL, run_member, member) != 0)
			break;
	}
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void crew_go(struct crew *crew, bool made)
{
	(void)pthread_mutex_lock(&crew->lock);
	crew->made = made;
	crew->go = true;
	(void)pthread_cond_broadcast(&crew->changed);
	(void)pthread_mutex_unlock(&crew->lock);
	if (made)
		work(&crew->members[0]);
	for (unsigned i = 1; i < crew->count; i++)
		(void)pthread_join(crew->members[i].thread, NULL);
}
