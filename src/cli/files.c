#include "base/mem.h"
#include "cli.h"
#include "system/replace.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_STEP = 1 << 16 };
static const size_t read_max = (size_t)1 << 30;

static bool is_plain_target(const char *path)
{
	struct stat state;

	return stat(path, &state) != 0 || S_ISREG(state.st_mode);
}

int write_output(const char *path, const char *text, size_t length)
{
	struct err err;
	int result;

	if (!path || strcmp(path, "-") == 0) {
		fflush(stdout);
		result = descriptor_write(STDOUT_FILENO, text, length);
		path = "standard output";
	} else if (is_plain_target(path)) {
		result = file_replace(path, text, length, 0644, false, &err);
	} else {
		/* Devices and pipes are written in place; a file appears whole or not at all. */
		int fd = open(path, O_WRONLY | O_CLOEXEC);

		result = fd < 0 ? -1 : descriptor_write(fd, text, length);
		if (fd >= 0 && close(fd) != 0)
			result = -1;
	}
	if (result != 0)
		say_error("%s: cannot write: %s", path, strerror(errno));
	return result;
}

static char *read_descriptor(int fd, const char *path, size_t *length)
{
	char *text = NULL;
	size_t capacity = 0;

	*length = 0;
	for (;;) {
		if (*length + READ_STEP > read_max ||
		    mem_grow((void **)&text, &capacity, *length + READ_STEP, 1) != 0) {
			say_error("%s: too large to read whole", path);
			mem_free(text);
			return NULL;
		}
		ssize_t got = read(fd, text + *length, READ_STEP - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			say_error("%s: cannot read: %s", path, strerror(errno));
			mem_free(text);
			return NULL;
		}
		if (got == 0)
			break;
		*length += (size_t)got;
	}
	text[*length] = '\0';
	return text;
}

char *read_whole(const char *path, size_t *length)
{
	if (strcmp(path, "-") == 0)
		return read_descriptor(STDIN_FILENO, "standard input", length);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		say_error("%s: cannot open: %s", path, strerror(errno));
		return NULL;
	}
	char *text = read_descriptor(fd, path, length);
	close(fd);
	return text;
}
