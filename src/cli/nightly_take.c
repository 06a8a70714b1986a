/* Reading new captures into the store: several groups at once, stored in their order. */
#include "base/mem.h"
#include "nightly.h"
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>

enum { WORKERS_MAX = NIGHTLY_THREADS_MAX };
static const uint64_t default_memory = (uint64_t)1 << 30;
static const int64_t day_ns = 24 * 3600 * NSEC_PER_SEC;

struct taking {
	const struct spool *spool;
	struct nightly *nightly;
	struct run_options options; /* of one worker */
	pthread_mutex_t lock;
	pthread_cond_t turned;
	size_t next; /* group to read */
	size_t turn; /* group to store */
	bool failed;
};

/* As observe calls it too. */
const char *nightly_sensor(const struct run_options *options)
{
	return options->sensor ? options->sensor : "local";
}

static bool file_is_as_before(const struct spool_file *file)
{
	struct stat state;

	return stat(file->path, &state) == 0 && (uint64_t)state.st_size == file->bytes &&
	       (int64_t)state.st_mtim.tv_sec * NSEC_PER_SEC + state.st_mtim.tv_nsec == file->changed_ns;
}

static bool group_is_as_before(const struct spool *spool, const struct spool_group *group)
{
	for (size_t i = group->first; i < group->end; i++)
		if (!file_is_as_before(&spool->files[spool->items[i].file]))
			return false;
	return true;
}

/* What one group gave: a ledger, and the flows that were open at its end. */
struct taken {
	struct ledger *ledger;
	struct flow_open *open;
	size_t open_count, open_capacity;
	bool trouble, failed;
};

static void on_open(void *context, const struct flow_open *open)
{
	struct taken *taken = context;

	if (mem_grow((void **)&taken->open, &taken->open_capacity, taken->open_count + 1,
		     sizeof *taken->open) != 0)
		taken->failed = true;
	else
		taken->open[taken->open_count++] = *open;
}

static int group_read(const struct taking *taking, const struct spool_group *group,
		      const struct store_chain *before, struct taken *taken)
{
	const struct spool *spool = taking->spool;
	struct reading reading = {.options = &taking->options,
				  .site = taking->nightly->files.site,
				  .context = taken,
				  .carried = before->flows,
				  .carried_count = before->count,
				  .open = on_open};
	struct capture_list list = {.count = group->end - group->first};
	int result = -1;

	/* The list borrows its items: nothing in it is freed here. */
	list.items = mem_calloc(list.count, sizeof *list.items);
	if (!list.items) {
		say_error("out of memory");
		return -1;
	}
	for (size_t i = 0; i < list.count; i++)
		list.items[i] = spool->items[group->first + i].input;
	result = reading_run_list(&reading, &list, &taken->ledger, &taken->trouble);
	mem_free(list.items);
	if (!taken->failed)
		return result;
	say_error("out of memory");
	return -1;
}

static struct store_file remembered(const struct spool_file *file)
{
	return (struct store_file){.path = file->path,
				   .bytes = file->bytes,
				   .changed_ns = file->changed_ns,
				   .fingerprint = file->fingerprint,
				   .first_ns = file->first_ns,
				   .packets = file->packets};
}

/* Where LEDGER's coverage ends, and what was open then. */
static struct store_chain chain_of(const struct taking *taking, const struct taken *taken,
				   const struct ledger *ledger)
{
	struct store_chain chain = {.sensor = nightly_sensor(&taking->options),
				    .end_ns = INT64_MIN,
				    .flows = taken->open,
				    .count = taken->open_count};
	size_t count;
	const struct coverage_span *spans = ledger_spans(ledger, &count);

	for (size_t i = 0; i < count; i++)
		if (spans[i].last_ns > chain.end_ns)
			chain.end_ns = spans[i].last_ns;
	return chain;
}

static size_t group_files(const struct spool *spool, size_t group, struct store_file *files)
{
	size_t count = 0;

	for (size_t i = 0; i < spool->file_count; i++)
		if (!spool->files[i].skipped && spool->files[i].last_group == group)
			files[count++] = remembered(&spool->files[i]);
	return count;
}

/* LEDGER, what is open after it, and the files that end with GROUP (SIZE_MAX: those in which there was
 * nothing new), together. */
static int group_store(const struct taking *taking, size_t group, const struct ledger *ledger,
		       const struct store_chain *chain)
{
	struct store *store = taking->nightly->store;
	struct arena arena = {0};
	struct store_file *files = arena_calloc(&arena, taking->spool->file_count + 1, sizeof *files);
	struct store_change change = {.replaced_count = 0};
	struct err err;
	int result = -1;

	if (!files || (ledger && spool_change(taking->spool, group, ledger, &arena, &change) != 0)) {
		(void)err_no_memory(&err);
	} else {
		size_t count = group_files(taking->spool, group, files);

		result = store_can_replace(store)
			     ? store_put(store, ledger, files, count, chain, &change, &err)
			     : store_add(store, ledger, files, count, chain, &err);
	}
	if (result != 0)
		say_error("%s", err.text);
	else if (ledger)
		spool_say_days(taking->spool, group, taking->nightly);
	arena_clear(&arena);
	return result;
}

/* What a capture that was read unscanned turned out to be. Clears *LEDGER where there is nothing new in it.
 */
static int look_afterwards(const struct taking *taking, const struct spool_item *item,
			   const struct ledger **ledger)
{
	struct spool_file *file = &taking->spool->files[item->file];
	size_t count;
	const struct input_record *input = ledger_inputs(*ledger, &count);
	bool known = false;

	if (!item->unscanned || count != 1)
		return 0;
	/* Trouble without a packet is told again the next time. */
	file->skipped = input->packets == 0 && input->trouble;
	if (file->skipped)
		nightly_note(taking->nightly, input->name, input->status, input->error, true);
	snprintf(file->fingerprint, sizeof file->fingerprint, "%s", input->fingerprint);
	file->first_ns = input->first_ns;
	file->packets = input->packets;
	if (input->packets > 0 &&
	    nightly_look_known(taking->nightly, &item->input, input->fingerprint, &known) != 0)
		return -1;
	if (known || input->packets == 0)
		*ledger = NULL;
	return 0;
}

static int taken_store(const struct taking *taking, size_t group, const struct taken *taken)
{
	const struct spool_group *place = &taking->spool->groups[group];
	const struct ledger *ledger = taken->ledger;

	if (look_afterwards(taking, &taking->spool->items[place->first], &ledger) != 0)
		return -1;
	if (!ledger)
		return group_store(taking, group, NULL, NULL);
	const struct store_chain chain = chain_of(taking, taken, ledger);
	return group_store(taking, group, ledger, &chain);
}

static void note_changing(const struct taking *taking, size_t group)
{
	const char *path = taking->spool->items[taking->spool->groups[group].first].input.path;
	struct err err;

	(void)err_set(&err, "%s: changes while it is read; left for the next time", path);
	say_error("%s", err.text);
	nightly_note(taking->nightly, path, "growing", err.text, true);
}

/* Called with the lock held: waits for the group's turn, stores, gives the turn on. */
static void take_turn(struct taking *taking, size_t group, int result, const struct taken *taken)
{
	while (taking->turn != group && !taking->failed)
		pthread_cond_wait(&taking->turned, &taking->lock);
	if (result == 0 && !taking->failed &&
	    !group_is_as_before(taking->spool, &taking->spool->groups[group])) {
		note_changing(taking, group);
	} else if (result != 0 || taking->failed || taken_store(taking, group, taken) != 0) {
		taking->failed = true;
	}
	taking->nightly->trouble |= taken->trouble;
	taking->turn++;
	pthread_cond_broadcast(&taking->turned);
}

/* True when a flow of an earlier group may go on in GROUP: nothing is open longer than a day. */
static bool follows_on(const struct spool *spool, size_t group)
{
	int64_t first_ns = spool->items[spool->groups[group].first].first_ns;

	for (size_t i = 0; i < spool->groups[group].first; i++)
		if (spool->items[i].last_ns > first_ns - day_ns)
			return true;
	return false;
}

static int64_t group_first_ns(const struct spool *spool, size_t group)
{
	const struct spool_item *item = &spool->items[spool->groups[group].first];
	int64_t first_ns = item->unscanned ? item->beginning.first_ns : item->first_ns;

	return first_ns == TIME_UNKNOWN ? INT64_MAX : first_ns;
}

/* Called with the lock held: what was open before GROUP, once the groups that it follows are stored. */
static int wait_for_chain(struct taking *taking, size_t group, struct arena *arena, struct store_chain *out)
{
	struct err err;

	if (follows_on(taking->spool, group))
		while (taking->turn != group && !taking->failed)
			pthread_cond_wait(&taking->turned, &taking->lock);
	if (taking->failed)
		return -1;
	if (store_open_flows_before(taking->nightly->store, nightly_sensor(&taking->options),
				    group_first_ns(taking->spool, group), arena, out, &err) == 0)
		return 0;
	say_error("%s", err.text);
	return -1;
}

/* Called with the lock held, which is free while the group is read. */
static void take_group(struct taking *taking, size_t group)
{
	struct taken taken = {.ledger = NULL};
	struct arena arena = {0};
	struct store_chain before;
	int result = wait_for_chain(taking, group, &arena, &before);

	if (result == 0) {
		pthread_mutex_unlock(&taking->lock);
		result = group_read(taking, &taking->spool->groups[group], &before, &taken);
		pthread_mutex_lock(&taking->lock);
	}
	take_turn(taking, group, result, &taken);
	ledger_free(taken.ledger);
	mem_free(taken.open);
	arena_clear(&arena);
}

static void *worker(void *argument)
{
	struct taking *taking = argument;

	pthread_mutex_lock(&taking->lock);
	while (taking->next < taking->spool->group_count && !taking->failed)
		take_group(taking, taking->next++);
	pthread_mutex_unlock(&taking->lock);
	return NULL;
}

static void run_workers(struct taking *taking, size_t count)
{
	pthread_t threads[WORKERS_MAX];
	size_t started = 0;

	while (started + 1 < count && pthread_create(&threads[started], NULL, worker, taking) == 0)
		started++;
	(void)worker(taking);
	for (size_t i = 0; i < started; i++)
		(void)pthread_join(threads[i], NULL);
}

/* How many groups can be read at the same time at most: those that nothing before them goes on in. */
static size_t count_chains(const struct spool *spool)
{
	size_t count = 0;

	for (size_t i = 0; i < spool->group_count; i++)
		count += !follows_on(spool, i);
	return count ? count : 1;
}

/* What no earlier night goes on in is read at once, as far as there are threads; those that are left share in
 * reading each of them. */
int spool_take(struct spool *spool, struct nightly *nightly)
{
	struct taking taking = {.spool = spool, .nightly = nightly, .options = *nightly->options};
	uint64_t memory = taking.options.memory_bytes ? taking.options.memory_bytes : default_memory;
	size_t threads = nightly_threads(nightly->options);
	size_t workers = count_chains(spool);

	if (workers > threads)
		workers = threads;
	if (workers == 0)
		workers = 1;
	taking.options.memory_bytes = memory / workers;
	taking.options.threads = threads / workers;
	taking.options.quiet |= workers > 1;
	pthread_mutex_init(&taking.lock, NULL);
	pthread_cond_init(&taking.turned, NULL);
	run_workers(&taking, workers);
	if (!taking.failed && group_store(&taking, SIZE_MAX, NULL, NULL) != 0)
		taking.failed = true;
	pthread_cond_destroy(&taking.turned);
	pthread_mutex_destroy(&taking.lock);
	return taking.failed ? -1 : 0;
}
