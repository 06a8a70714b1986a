/* The finished file onto the disk. */
#include "capture/pcapng_write.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, bytes, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		bytes += written;
		length -= (size_t)written;
	}
	return 0;
}

static int write_aside(const char *aside, const char *path, const struct strbuf *bytes)
{
	int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	int result;

	if (fd < 0)
		return -1;
	result = write_all(fd, bytes->text, bytes->length);
	if (close(fd) != 0)
		result = -1;
	if (result == 0)
		result = rename(aside, path);
	if (result != 0) {
		int cause = errno;

		(void)unlink(aside);
		errno = cause;
	}
	return result;
}

int pcapng_write_file(const struct pcapng_writer *writer, const char *path, struct err *err)
{
	char aside[PATH_MAX];

	if (!strbuf_ok(&writer->bytes))
		return err_no_memory(err);
	if (writer->crowded)
		return err_set(err, "%s: packets of more than %d interfaces", path, PCAPNG_WRITE_INTERFACES);
	if (snprintf(aside, sizeof(aside), "%s.%ld.tmp", path, (long)getpid()) >= (int)sizeof(aside))
		return err_set(err, "%s: cannot write: %s", path, strerror(ENAMETOOLONG));
	if (write_aside(aside, path, &writer->bytes) != 0)
		return err_set(err, "%s: cannot write: %s", path, strerror(errno));
	return 0;
}
