/* The writer's thread: takes lines from the queue to the target, and waits for targets that fail. */
#include "writer_parts.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const int64_t pause_first_ns = 100 * NSEC_PER_MSEC;
static const int64_t pause_file_ns = 2 * NSEC_PER_SEC, pause_socket_ns = 30 * NSEC_PER_SEC;

void writer_note_trouble(struct writer *writer, int cause)
{
	writer->counts.failures++;
	writer->counts.connected = false;
	snprintf(writer->counts.trouble, sizeof writer->counts.trouble, "%s", strerror(cause));
}

void writer_note_success(struct writer *writer)
{
	writer->counts.connected = true;
	writer->counts.trouble[0] = '\0';
	writer->pause_ns = 0;
}

/* Waits until it is time to try again, or at most till the end. Each wait is twice as long as the one before.
 */
static void pause_before_retry(struct writer *writer)
{
	int64_t longest = writer->sink.kind == SINK_STREAM || writer->sink.kind == SINK_LOCAL
			      ? pause_socket_ns
			      : pause_file_ns;
	bool was_stopping = writer->stopping;
	int64_t until;

	writer->pause_ns = writer->pause_ns == 0 ? pause_first_ns : 2 * writer->pause_ns;
	if (writer->pause_ns > longest)
		writer->pause_ns = longest;
	until = writer_now_ns() + writer->pause_ns;
	if (writer->stopping && until > writer->deadline_ns)
		until = writer->deadline_ns;
	const struct timespec end = writer_timespec(until);
	while (writer_now_ns() < until && writer->stopping == was_stopping && !writer->reopen)
		pthread_cond_clockwait(&writer->work, &writer->lock, CLOCK_MONOTONIC, &end);
}

/* The lock is held, and let go while the target is opened: that may take as long as the file system likes. */
static void open_sink(struct writer *writer)
{
	pthread_mutex_unlock(&writer->lock);
	int result = sink_open(&writer->sink);
	int cause = errno;
	pthread_mutex_lock(&writer->lock);
	if (result == 0) {
		writer->in_line = 0;
		writer_note_success(writer);
		return;
	}
	writer_note_trouble(writer, cause);
	if (writer->sink.fd < 0)
		pause_before_retry(writer);
}

static uint64_t count_lines(const char *bytes, size_t length, size_t *last_end)
{
	uint64_t lines = 0;
	const char *at = bytes;

	*last_end = 0;
	while (length > 0 && (at = memchr(at, '\n', length - (size_t)(at - bytes)))) {
		at++;
		lines++;
		*last_end = (size_t)(at - bytes);
		if (*last_end == length)
			break;
	}
	return lines;
}

/* TAKEN bytes of the batch are with the target: lines that are whole leave the queue. */
static void take_off(struct writer *writer, size_t taken)
{
	size_t last_end;
	uint64_t lines = count_lines(writer->batch, taken, &last_end);

	if (lines > 0) {
		line_queue_drop(&writer->queue, writer->in_line + last_end, lines);
		writer->in_line = 0;
	}
	writer->in_line += taken - last_end;
	writer->counts.written += lines;
}

static void drop_first_line(struct writer *writer)
{
	size_t last_end, length = line_queue_copy(&writer->queue, 0, writer->batch, sizeof writer->batch);
	const char *end = memchr(writer->batch, '\n', length);

	if (!end)
		return;
	last_end = (size_t)(end - writer->batch) + 1;
	line_queue_drop(&writer->queue, last_end, 1);
	writer->counts.lost++;
	writer->untold++;
}

static void handle(struct writer *writer, enum sink_result result, size_t taken, int cause)
{
	switch (result) {
	case SINK_TOOK:
		take_off(writer, taken);
		writer_note_success(writer);
		break;
	case SINK_BUSY: break;
	case SINK_UNFIT:
		writer_note_trouble(writer, cause);
		drop_first_line(writer);
		break;
	case SINK_FULL:
		writer_note_trouble(writer, cause);
		if (writer->sink.regular)
			writer->in_line = 0;
		pause_before_retry(writer);
		break;
	case SINK_BROKEN:
		writer_note_trouble(writer, cause);
		sink_close(&writer->sink);
		writer->in_line = 0;
		break;
	case SINK_GONE:
		writer_note_trouble(writer, cause);
		writer->gone = true;
		break;
	}
	pthread_cond_broadcast(&writer->done);
}

static void write_some(struct writer *writer)
{
	size_t taken = 0;
	size_t length = line_queue_copy(&writer->queue, writer->in_line, writer->batch, sizeof writer->batch);
	const char *end = memrchr(writer->batch, '\n', length);

	/* Whole lines where that is possible: the fewer stand half written, the sooner a file can be changed.
	 */
	if (end)
		length = (size_t)(end - writer->batch) + 1;
	pthread_mutex_unlock(&writer->lock);
	enum sink_result result = sink_write(&writer->sink, writer->batch, length, writer->in_line, &taken);
	int cause = errno;
	pthread_mutex_lock(&writer->lock);
	handle(writer, result, taken, cause);
}

static bool is_over(const struct writer *writer)
{
	return writer->stopping &&
	       (writer->queue.used == 0 || writer->gone || writer_now_ns() >= writer->deadline_ns);
}

void *writer_run(void *context)
{
	struct writer *writer = context;

	pthread_mutex_lock(&writer->lock);
	while (!is_over(writer)) {
		if (writer->reopen && (writer->in_line == 0 || writer->sink.fd < 0)) {
			writer->reopen = false;
			open_sink(writer);
		} else if (writer->queue.used == 0 || writer->gone) {
			pthread_cond_wait(&writer->work, &writer->lock);
		} else if (writer->sink.fd < 0) {
			open_sink(writer);
		} else {
			write_some(writer);
		}
	}
	writer->finished = true;
	pthread_cond_broadcast(&writer->done);
	pthread_mutex_unlock(&writer->lock);
	return NULL;
}
