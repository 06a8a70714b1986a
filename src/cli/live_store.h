/* Private to cli/: the record that outlives a live sensor, as live_store.c and live_store_beat.c share it. */
#ifndef CLI_LIVE_STORE_H
#define CLI_LIVE_STORE_H

#include "live.h"
#include "store/store.h"
#include <pthread.h>

enum job_state { JOB_NONE, JOB_WAITING, JOB_STORED, JOB_FAILED };

struct live_store {
	struct store *store;
	char *sensor;
	int lock_fd; /* -1 */
	struct arena arena;
	struct store_chain chain; /* what was open when the sensor last stopped */
	pthread_t thread;
	bool running;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	enum job_state state; /* under the lock */
	bool ending;
	struct observe_live_segment job; /* the thread's while it waits */
	struct err error;
	int64_t done_ns; /* when it was done; under the lock */
	bool is_away;    /* the server did not take it: it waits in the spool; under the lock */
	struct err away;
	bool said_away;
	int64_t began_ns; /* what follows: monotonic, the calling thread's */
	int64_t due_ns;
	int64_t took_ns; /* to collect and write, lately */
	int64_t hour;
	bool failing;
};

/* live_store_beat.c */
void live_store_say_away(struct live_run *run, const char *why);
void live_store_set_due(struct live_store *store, int64_t after_ns);
/* From the begin of one writing to that of the next. */
int64_t live_store_spacing_ns(const struct live_run *run);
/* What became of the last job; the thread has nothing to do with it any more. */
void live_store_settle(struct live_run *run);

#endif
