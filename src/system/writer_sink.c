/* What lines are written to. Nothing here waits longer than a moment. */
#include "writer_parts.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A pipe that has room takes this much without waiting (PIPE_BUF); a terminal that has, this much. */
enum { MOMENT_MSEC = 100, PIPE_PIECE = 4096, TERMINAL_PIECE = 256 };

int sink_set_path(struct sink *sink, const char *path, struct err *err)
{
	struct sockaddr_un *address = (struct sockaddr_un *)&sink->address;
	size_t length = strlen(path);

	if (length == 0 || length >= sizeof address->sun_path)
		return err_set(err, "%s: a socket's path has 1 to %zu bytes", path,
			       sizeof address->sun_path - 1);
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, path, length + 1);
	sink->address_length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
	return 0;
}

int sink_parse(struct sink *sink, const char *target, struct err *err)
{
	static const char prefix[] = "unix:";
	struct stat state;

	*sink = (struct sink){.kind = SINK_FILE, .fd = -1};
	if (snprintf(sink->path, sizeof sink->path, "%s", target) >= (int)sizeof sink->path)
		return err_set(err, "%s: name too long", target);
	if (strcmp(target, "-") == 0) {
		sink->kind = SINK_OUTPUT;
		return 0;
	}
	if (strncmp(target, prefix, strlen(prefix)) == 0) {
		sink->kind = SINK_STREAM;
		return sink_set_path(sink, target + strlen(prefix), err);
	}
	if (stat(target, &state) == 0 && S_ISSOCK(state.st_mode)) {
		sink->kind = SINK_STREAM;
		return sink_set_path(sink, target, err);
	}
	return target[0] ? 0 : err_set(err, "an empty name cannot be written to");
}

/* A line that a crash left half written must not swallow the next one. */
static void end_last_line(int fd)
{
	off_t end = lseek(fd, 0, SEEK_END);
	char last = '\n';

	if (end > 0 && pread(fd, &last, 1, end - 1) == 1 && last != '\n' && write(fd, "\n", 1) != 1)
		return;
}

/* Without waiting for the other end of a named pipe, and to be read back only where that opens nothing else.
 */
static int open_file(struct sink *sink)
{
	const int flags = O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	struct stat state;
	bool plain = stat(sink->path, &state) != 0 || S_ISREG(state.st_mode);
	int fd = open(sink->path, flags | (plain ? O_RDWR : O_WRONLY), 0640);

	if (fd < 0 && plain && errno == EACCES)
		fd = open(sink->path, flags | O_WRONLY, 0640);
	if (fd < 0)
		return -1;
	plain = fstat(fd, &state) == 0 && S_ISREG(state.st_mode);
	sink_close(sink);
	sink->fd = fd;
	sink->regular = plain;
	if (plain)
		end_last_line(fd);
	return 0;
}

static int open_output(struct sink *sink)
{
	struct stat state;

	if (fstat(STDOUT_FILENO, &state) != 0)
		return -1;
	sink->fd = STDOUT_FILENO;
	sink->regular = false;
	sink->is_socket = S_ISSOCK(state.st_mode);
	return 0;
}

static int open_socket(struct sink *sink)
{
	int type = sink->kind == SINK_STREAM ? SOCK_STREAM : SOCK_DGRAM;
	int fd = socket(sink->address.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&sink->address, sink->address_length) != 0) {
		int cause = errno;

		close(fd);
		errno = cause;
		return -1;
	}
	sink_close(sink);
	sink->fd = fd;
	sink->is_socket = true;
	return 0;
}

int sink_open(struct sink *sink)
{
	switch (sink->kind) {
	case SINK_FILE: return open_file(sink);
	case SINK_OUTPUT: return open_output(sink);
	case SINK_STREAM:
	case SINK_LOCAL:
	case SINK_UDP: return open_socket(sink);
	}
	return -1;
}

void sink_close(struct sink *sink)
{
	if (sink->fd >= 0 && sink->kind != SINK_OUTPUT)
		close(sink->fd);
	sink->fd = -1;
}

/* True if it can be written to, or has failed: then writing says how. */
static bool is_ready(int fd)
{
	struct pollfd ready = {.fd = fd, .events = POLLOUT};

	return poll(&ready, 1, MOMENT_MSEC) > 0;
}

static size_t piece_of(const struct sink *sink, const char *bytes, size_t length)
{
	const char *end = NULL;

	if (sink->kind == SINK_LOCAL || sink->kind == SINK_UDP) {
		end = memchr(bytes, '\n', length);
		return end ? (size_t)(end - bytes) : length;
	}
	if (sink->regular || sink->is_socket)
		return length;
	size_t most = isatty(sink->fd) ? TERMINAL_PIECE : PIPE_PIECE;
	return length < most ? length : most;
}

static ssize_t hand_over(const struct sink *sink, const char *bytes, size_t length)
{
	ssize_t count = sink->is_socket ? send(sink->fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT)
					: write(sink->fd, bytes, length);

	/* UDP tells a second time what became of an earlier datagram; this one has not been tried yet. */
	if (count < 0 && errno == ECONNREFUSED && sink->kind == SINK_UDP)
		count = send(sink->fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
	return count;
}

/* The disk is full, or another kind of file failed: what went of the line is taken back. */
static enum sink_result file_failed(const struct sink *sink, size_t in_line)
{
	int cause = errno;

	if (sink->regular && in_line > 0) {
		off_t end = lseek(sink->fd, 0, SEEK_END);

		if (end < (off_t)in_line || ftruncate(sink->fd, end - (off_t)in_line) != 0) {
			errno = cause;
			return SINK_BROKEN;
		}
	}
	errno = cause;
	return SINK_FULL;
}

static enum sink_result failed(struct sink *sink, size_t in_line)
{
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
		return SINK_BUSY;
	switch (sink->kind) {
	case SINK_OUTPUT: return errno == ENOSPC || errno == EDQUOT ? SINK_FULL : SINK_GONE;
	case SINK_FILE: return sink->regular ? file_failed(sink, in_line) : SINK_BROKEN;
	case SINK_STREAM: return SINK_BROKEN;
	case SINK_LOCAL:
		if (errno == EMSGSIZE)
			return SINK_UNFIT;
		return errno == ENOBUFS ? SINK_FULL : SINK_BROKEN;
	case SINK_UDP: return errno == EMSGSIZE ? SINK_UNFIT : SINK_FULL;
	}
	return SINK_BROKEN;
}

enum sink_result sink_write(struct sink *sink, const char *bytes, size_t length, size_t in_line,
			    size_t *taken)
{
	bool datagrams = sink->kind == SINK_LOCAL || sink->kind == SINK_UDP;

	*taken = 0;
	if (!sink->regular && !is_ready(sink->fd))
		return SINK_BUSY;
	size_t piece = piece_of(sink, bytes, length);
	ssize_t count = hand_over(sink, bytes, piece);
	if (count < 0)
		return failed(sink, in_line);
	*taken = datagrams ? piece + 1 : (size_t)count;
	return SINK_TOOK;
}
