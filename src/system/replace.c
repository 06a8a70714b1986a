#include "system/replace.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int descriptor_write(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, text, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		text += written;
		length -= (size_t)written;
	}
	return 0;
}

/* The folder of PATH, so that the new name outlives a power cut. */
static int sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX] = ".";

	if (slash)
		snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = fd < 0 ? -1 : fsync(fd);
	if (fd >= 0)
		close(fd);
	return result;
}

/* What a process with our number left aside when it was killed is in nobody's way; a link that somebody else
 * put there is not followed. */
static int open_aside(const char *aside, mode_t mode)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(aside, flags, mode);

	if (fd < 0 && errno == EEXIST && unlink(aside) == 0)
		fd = open(aside, flags, mode);
	return fd;
}

static int write_aside(const char *aside, const char *text, size_t length, mode_t mode, bool lasting)
{
	int fd = open_aside(aside, mode);

	if (fd < 0)
		return -1;
	int result = descriptor_write(fd, text, length);
	if (result == 0 && lasting)
		result = fsync(fd);
	int cause = errno;
	if (close(fd) != 0 && result == 0)
		return -1;
	errno = cause;
	return result;
}

int file_replace(const char *path, const char *text, size_t length, mode_t mode, bool lasting,
		 struct err *err)
{
	char aside[PATH_MAX];

	if (snprintf(aside, sizeof aside, "%s.%ld.tmp", path, (long)getpid()) >= (int)sizeof aside) {
		errno = ENAMETOOLONG;
		return err_set(err, "%s: cannot write: %s", path, strerror(errno));
	}
	int result = write_aside(aside, text, length, mode, lasting);
	if (result == 0)
		result = rename(aside, path);
	if (result != 0) {
		int cause = errno;

		unlink(aside);
		errno = cause;
	} else if (lasting) {
		result = sync_folder(path);
	}
	return result == 0 ? 0 : err_set(err, "%s: cannot write: %s", path, strerror(errno));
}
