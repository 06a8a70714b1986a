#include "loader.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { READ_STEP = 16384 };

static int fail_errno(struct err *err, int error)
{
	char text[128];

	return err_set(err, "cannot be read: %s", strerror_r(error, text, sizeof(text)));
}

/* Reads to the end of FD, at most DOC_MAX_BYTES. The block is the caller's also on failure. */
static int read_all(int fd, char **block, size_t *length, struct err *err)
{
	size_t capacity = 0;
	void *room = NULL;

	for (;;) {
		ssize_t got;

		if (mem_grow(&room, &capacity, *length + READ_STEP, 1) != 0)
			return err_no_memory(err);
		*block = room;
		got = read(fd, *block + *length, capacity - *length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_errno(err, errno);
		if (got == 0)
			return 0;
		*length += (size_t)got;
		if (*length > DOC_MAX_BYTES)
			return err_set(err, "larger than %d MiB", DOC_MAX_BYTES / (1024 * 1024));
	}
}

char *file_read(struct loader *loader, const char *path, size_t *length, struct err *err)
{
	char *block = NULL, *copy = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	*length = 0;
	if (fd < 0) {
		(void)fail_errno(err, errno);
		return NULL;
	}
	if (read_all(fd, &block, length, err) == 0) {
		copy = arena_calloc(loader->arena, *length + 1, 1);
		if (copy && block)
			memcpy(copy, block, *length);
		if (!copy)
			(void)err_no_memory(err);
	}
	mem_free(block);
	(void)close(fd);
	return copy;
}
