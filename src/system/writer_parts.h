/*
 * Private to system/: the queue between those who put and the thread that writes, and what the thread writes
 * to. The queue holds lines with their newlines, one behind the other; a line leaves it when all of it is
 * written.
 */
#ifndef SYSTEM_WRITER_PARTS_H
#define SYSTEM_WRITER_PARTS_H

#include "base/err.h"
#include "base/timestamp.h"
#include "system/writer.h"
#include <limits.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>

struct line_queue {
	char *bytes;
	size_t size;
	size_t start; /* of the first line */
	size_t used;
	uint64_t lines;
};

int line_queue_init(struct line_queue *queue, size_t size) MUST_CHECK;
void line_queue_clear(struct line_queue *queue);
bool line_queue_fits(const struct line_queue *queue, size_t length);
/* Newlines and zero bytes within the line become '?'. It must fit. */
void line_queue_add(struct line_queue *queue, const char *line, size_t length);
/* Up to MAX bytes from OFFSET on; returns how many. */
size_t line_queue_copy(const struct line_queue *queue, size_t offset, char *out, size_t max);
/* The first BYTES, which end with a line. */
void line_queue_drop(struct line_queue *queue, size_t bytes, uint64_t lines);

enum sink_kind { SINK_FILE, SINK_OUTPUT, SINK_STREAM, SINK_LOCAL, SINK_UDP };

struct sink {
	enum sink_kind kind;
	int fd; /* -1: not open */
	bool regular;
	bool is_socket;
	char path[PATH_MAX];
	struct sockaddr_storage address;
	socklen_t address_length;
};

enum sink_result {
	SINK_TOOK,   /* *TAKEN bytes */
	SINK_BUSY,   /* nothing within a moment; try again */
	SINK_FULL,   /* cannot take it now; wait, then the rest, or (regular files) the line from its start */
	SINK_BROKEN, /* closed; open it again, then the line again from its start */
	SINK_UNFIT,  /* this message never will go; leave it out */
	SINK_GONE,   /* nobody will ever read again */
};

/* TARGET as writer_options has it. */
int sink_parse(struct sink *sink, const char *target, struct err *err) MUST_CHECK;
int sink_set_path(struct sink *sink, const char *path, struct err *err) MUST_CHECK;
/* 0, or -1 with errno set and a sink that was open as it was. */
int sink_open(struct sink *sink) MUST_CHECK;
/* Waits a moment at most. IN_LINE: bytes of the current line that went before. Datagrams take one line a
 * call. */
enum sink_result sink_write(struct sink *sink, const char *bytes, size_t length, size_t in_line,
			    size_t *taken);
void sink_close(struct sink *sink);

enum { WRITER_BATCH_BYTES = 1 << 16 };

/* The queue, the counts and the flags are locked; the sink and what is below it are the thread's. */
struct writer {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t work; /* something to do for the thread */
	pthread_cond_t done; /* it has done something */
	struct line_queue queue;
	struct writer_counts counts;
	struct writer_options options;
	uint64_t untold; /* lines lost since the last line that told of any */
	bool reopen;
	bool stopping;
	bool finished; /* the thread ends */
	bool gone;     /* nobody will ever read again */
	int64_t deadline_ns;
	/* the thread's own */
	struct sink sink;
	size_t in_line; /* bytes of the queue's first line that are written */
	int64_t pause_ns;
	char batch[WRITER_BATCH_BYTES];
};

static inline int64_t writer_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

static inline struct timespec writer_timespec(int64_t time_ns)
{
	return (struct timespec){.tv_sec = (time_t)(time_ns / NSEC_PER_SEC),
				 .tv_nsec = (long)(time_ns % NSEC_PER_SEC)};
}

void writer_note_trouble(struct writer *writer, int cause);
void writer_note_success(struct writer *writer);
/* The thread; its argument is the writer. */
void *writer_run(void *context);

/* Takes over SINK; opens it unless it is open. */
struct writer *writer_start(const struct sink *sink, const struct writer_options *options,
			    struct err *err) MUST_CHECK;

#endif
