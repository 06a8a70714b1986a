/*
 * Lines out of the program that never hold it up: a bounded queue and a thread of its own behind it. The
 * target is a file (appended to, opened again on request after a log rotation), standard output, or a unix
 * stream socket (to which it connects, and again with growing pauses, up to 30 s).
 *
 * A slow or dead reader never stalls the caller: writer_put copies the line into the queue or counts it as
 * lost. After a loss nothing is taken until half of the queue is free, and then first a line that tells of
 * it: the hole stands where the lost lines would have stood. A full disk is waited for; a half written line
 * is taken back (file) or sent again from its start (new connection, new file), so a reader finds whole lines
 * only, save that a connection may break within one. Lines that the reader's kernel had already taken when a
 * connection broke are not known to be lost.
 *
 * Any number of threads may put. No signal is raised (SIGPIPE) in any thread of the caller.
 */
#ifndef SYSTEM_WRITER_H
#define SYSTEM_WRITER_H

#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer;

enum writer_kind { WRITER_FILE, WRITER_OUTPUT, WRITER_UNIX };
enum { WRITER_LOST_LINE_MAX = 1024 };

struct writer_options {
	/* "-": standard output. "unix:PATH", or a path at which a socket is now: a unix stream socket. Else a
	 * file, made with mode 0640 if it is not there, or a named pipe. */
	const char *target;
	size_t queue_bytes; /* 0: 4 MiB */
	/* Words the line that tells of LINES lost ones, without its newline, into OUT; returns its length.
	 * Called with the queue locked, by a thread that puts. NULL: no such line. */
	size_t (*lost_line)(void *context, uint64_t lines, char out[WRITER_LOST_LINE_MAX]);
	void *context;
};

/* All since writer_open. put = written + lost + queued, in lines. */
struct writer_counts {
	uint64_t put;
	uint64_t written;  /* handed to the kernel */
	uint64_t lost;     /* did not fit, or were left when it closed */
	uint64_t queued;   /* lines now waiting */
	uint64_t failures; /* times that the target failed: disk full, connection refused or broken, .. */
	bool connected;    /* the target is open and did not fail the last thing given */
	char trouble[160]; /* what the last failure said; "" while connected */
};

/* Opens the target and starts the thread. A file that cannot be opened is an error; a socket where nobody
 * listens yet is not (it is tried again). Files are opened here, so call it before confinement; what is
 * opened again later needs its folder among the confinement's paths, and sockets CONFINE_UNIX. */
struct writer *writer_open(const struct writer_options *options, struct err *err) MUST_CHECK;
enum writer_kind writer_kind(const struct writer *writer);
/* Takes a copy of LINE (LENGTH bytes without a newline; one is added). Never waits for the target. False:
 * lost. */
bool writer_put(struct writer *writer, const char *line, size_t length);
/* Opens a file by its name again once the line that is being written is done; lines after this call go to the
 * new one. Nothing for other targets. */
void writer_reopen(struct writer *writer);
struct writer_counts writer_counts(struct writer *writer);
/* Waits until all that was put is written, at most DEADLINE_MSEC. True if all of it is. */
bool writer_flush(struct writer *writer, unsigned deadline_msec);
/* Writes what is queued, at most DEADLINE_MSEC long, ends the thread and frees all. Returns the number of
 * lines lost in all its life. NULL is fine. */
uint64_t writer_close(struct writer *writer, unsigned deadline_msec);

#endif
