/* Walking what may be new, to know its time and fingerprint: several captures at once, because decompressing
 * takes as long as auditing. What comes of it does not depend on who walked what. */
#include "nightly.h"
#include <pthread.h>
#include <stdatomic.h>

struct scanning {
	struct spool *spool;
	const struct nightly *nightly;
	atomic_size_t next;
};

static void *scan_some(void *argument)
{
	struct scanning *scanning = argument;
	struct capture_options options = reading_capture_options(scanning->nightly->options);
	size_t i;

	while ((i = atomic_fetch_add(&scanning->next, 1)) < scanning->spool->candidate_count) {
		struct spool_candidate *candidate = &scanning->spool->candidates[i];

		candidate->opened =
		    beginning_read(candidate->input, &options, 0, &candidate->beginning, &candidate->summary);
	}
	return NULL;
}

size_t nightly_threads(const struct run_options *options)
{
	uint64_t threads = options->threads ? options->threads : 1;

	return threads > NIGHTLY_THREADS_MAX ? NIGHTLY_THREADS_MAX : (size_t)threads;
}

void spool_scan(struct spool *spool, const struct nightly *nightly)
{
	struct scanning scanning = {.spool = spool, .nightly = nightly};
	size_t wanted = nightly_threads(nightly->options), started = 0;
	pthread_t threads[NIGHTLY_THREADS_MAX];

	if (wanted > spool->candidate_count)
		wanted = spool->candidate_count;
	while (started + 1 < wanted && pthread_create(&threads[started], NULL, scan_some, &scanning) == 0)
		started++;
	(void)scan_some(&scanning);
	for (size_t i = 0; i < started; i++)
		(void)pthread_join(threads[i], NULL);
}
