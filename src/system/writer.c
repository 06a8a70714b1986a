/* The writer as its callers see it. */
#include "base/mem.h"
#include "system/confine.h"
#include "writer_parts.h"
#include <errno.h>
#include <signal.h>
#include <string.h>

enum { QUEUE_BYTES = 4 << 20, QUEUE_BYTES_MIN = 1 << 12, END_GRACE_MSEC = 500 };

/* Signals are for the program's own threads, save the one by which confinement reaches every thread. */
static int start_thread(struct writer *writer)
{
	sigset_t all, before;

	sigfillset(&all);
	sigdelset(&all, CONFINE_SIGNAL);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int result = pthread_create(&writer->thread, NULL, writer_run, writer);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return result;
}

static void free_writer(struct writer *writer)
{
	sink_close(&writer->sink);
	pthread_cond_destroy(&writer->work);
	pthread_cond_destroy(&writer->done);
	pthread_mutex_destroy(&writer->lock);
	line_queue_clear(&writer->queue);
	mem_free(writer);
}

struct writer *writer_start(const struct sink *sink, const struct writer_options *options, struct err *err)
{
	size_t size = options->queue_bytes ? options->queue_bytes : QUEUE_BYTES;
	struct writer *writer = mem_calloc(1, sizeof *writer);

	if (size < QUEUE_BYTES_MIN)
		size = QUEUE_BYTES_MIN;
	if (!writer || line_queue_init(&writer->queue, size) != 0) {
		mem_free(writer);
		(void)err_no_memory(err);
		return NULL;
	}
	writer->options = *options;
	writer->options.target = NULL;
	writer->sink = *sink;
	pthread_mutex_init(&writer->lock, NULL);
	pthread_cond_init(&writer->work, NULL);
	pthread_cond_init(&writer->done, NULL);
	if (writer->sink.fd >= 0 || sink_open(&writer->sink) == 0)
		writer_note_success(writer);
	else
		writer_note_trouble(writer, errno);
	int failed = start_thread(writer);
	if (failed) {
		(void)err_set(err, "a thread that writes cannot be started: %s", strerror(failed));
		free_writer(writer);
		return NULL;
	}
	return writer;
}

struct writer *writer_open(const struct writer_options *options, struct err *err)
{
	struct sink sink;

	if (sink_parse(&sink, options->target, err) != 0)
		return NULL;
	/* A named pipe that nobody reads yet is waited for like a socket. */
	if (sink.kind != SINK_STREAM && sink_open(&sink) != 0 && errno != ENXIO) {
		(void)err_set(err, "%s: cannot write: %s", options->target, strerror(errno));
		return NULL;
	}
	return writer_start(&sink, options, err);
}

enum writer_kind writer_kind(const struct writer *writer)
{
	switch (writer->sink.kind) {
	case SINK_FILE: return WRITER_FILE;
	case SINK_OUTPUT: return WRITER_OUTPUT;
	case SINK_STREAM:
	case SINK_LOCAL:
	case SINK_UDP: return WRITER_UNIX;
	}
	return WRITER_FILE;
}

/* The line that tells of a hole, in its place. Without room for it nothing else is taken either. */
static bool tell_of_loss(struct writer *writer, size_t need)
{
	char line[WRITER_LOST_LINE_MAX];
	size_t length = 0;

	if (writer->untold == 0)
		return line_queue_fits(&writer->queue, need);
	if (writer->options.lost_line)
		length = writer->options.lost_line(writer->options.context, writer->untold, line);
	if (length > sizeof line || !line_queue_fits(&writer->queue, need + length + 1))
		return false;
	if (length > 0) {
		line_queue_add(&writer->queue, line, length);
		writer->counts.put++;
	}
	writer->untold = 0;
	return true;
}

bool writer_put(struct writer *writer, const char *line, size_t length)
{
	bool taken = false;

	pthread_mutex_lock(&writer->lock);
	writer->counts.put++;
	if (length < writer->queue.size / 2 && !writer->stopping &&
	    (writer->untold == 0 || writer->queue.used <= writer->queue.size / 2))
		taken = tell_of_loss(writer, length);
	if (taken) {
		line_queue_add(&writer->queue, line, length);
		pthread_cond_signal(&writer->work);
	} else {
		writer->counts.lost++;
		writer->untold++;
	}
	pthread_mutex_unlock(&writer->lock);
	return taken;
}

void writer_reopen(struct writer *writer)
{
	pthread_mutex_lock(&writer->lock);
	writer->reopen = writer->sink.kind == SINK_FILE;
	pthread_cond_signal(&writer->work);
	pthread_mutex_unlock(&writer->lock);
}

struct writer_counts writer_counts(struct writer *writer)
{
	struct writer_counts counts;

	pthread_mutex_lock(&writer->lock);
	counts = writer->counts;
	counts.queued = writer->queue.lines;
	pthread_mutex_unlock(&writer->lock);
	return counts;
}

bool writer_flush(struct writer *writer, unsigned deadline_msec)
{
	const int64_t until_ns = writer_now_ns() + (int64_t)deadline_msec * NSEC_PER_MSEC;
	const struct timespec until = writer_timespec(until_ns);

	pthread_mutex_lock(&writer->lock);
	while (writer->queue.used > 0 && !writer->gone && writer_now_ns() < until_ns)
		pthread_cond_clockwait(&writer->done, &writer->lock, CLOCK_MONOTONIC, &until);
	bool result = writer->queue.used == 0;
	pthread_mutex_unlock(&writer->lock);
	return result;
}

uint64_t writer_close(struct writer *writer, unsigned deadline_msec)
{
	if (!writer)
		return 0;
	pthread_mutex_lock(&writer->lock);
	(void)tell_of_loss(writer, 0);
	writer->deadline_ns = writer_now_ns() + (int64_t)deadline_msec * NSEC_PER_MSEC;
	writer->stopping = true;
	pthread_cond_broadcast(&writer->work);
	const int64_t until_ns = writer->deadline_ns + END_GRACE_MSEC * NSEC_PER_MSEC;
	const struct timespec until = writer_timespec(until_ns);
	while (!writer->finished && writer_now_ns() < until_ns)
		pthread_cond_clockwait(&writer->done, &writer->lock, CLOCK_MONOTONIC, &until);
	bool finished = writer->finished;
	uint64_t lost = writer->counts.lost + writer->queue.lines;
	pthread_mutex_unlock(&writer->lock);
	if (finished) {
		pthread_join(writer->thread, NULL);
		free_writer(writer);
	} else {
		/* A disk that answers nobody holds the thread; what it works on must stay. */
		pthread_detach(writer->thread);
	}
	return lost;
}
