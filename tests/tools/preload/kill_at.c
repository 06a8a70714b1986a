/*
 * Loaded before a program's libraries (LD_PRELOAD), it counts the calls that change files and, at the one that is asked
 * for, kills the program as a power cut would: nothing it still meant to do is done.
 *
 *   KILL_AT=N       before the Nth call; 0 or unset: never
 *   KILL_HALF=1     where that call writes: after half of its bytes
 *   KILL_LOG=FILE   a line for each call: what it was, and the file
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static atomic_long calls;

static void tell(const char *what, const char *path)
{
	static int log = -2;
	char line[PATH_MAX + 64];

	if (log == -2) {
		const char *name = getenv("KILL_LOG");

		log = name ? open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
	}
	if (log >= 0) {
		int length = snprintf(line, sizeof line, "%s %s\n", what, path);
		ssize_t written = REAL(write)(log, line, (size_t)length);

		(void)written;
	}
}

static void die(void)
{
	kill(getpid(), SIGKILL);
	__builtin_trap();
}

/* True when the call that comes is the one. */
static int is_due(const char *what, const char *path)
{
	const char *wanted = getenv("KILL_AT");
	long number = wanted ? strtol(wanted, NULL, 10) : 0;

	tell(what, path);
	return atomic_fetch_add(&calls, 1) + 1 == number;
}

static const char *path_of(int fd, char path[PATH_MAX])
{
	char link[64];
	ssize_t length;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	length = readlink(link, path, PATH_MAX - 1);
	path[length > 0 ? length : 0] = '\0';
	return path;
}

static void before(const char *what, const char *path)
{
	if (is_due(what, path))
		die();
}

/* How much of a write is done: all, or at its turn half. */
static size_t before_write(const char *what, int fd, size_t length)
{
	char path[PATH_MAX];

	if (fd <= STDERR_FILENO || !is_due(what, path_of(fd, path)))
		return length;
	if (!getenv("KILL_HALF"))
		die();
	return length / 2;
}

ssize_t write(int fd, const void *bytes, size_t length)
{
	size_t part = before_write("write", fd, length);
	ssize_t result = REAL(write)(fd, bytes, part);

	if (part < length)
		die();
	return result;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at)
{
	size_t part = before_write("pwrite", fd, length);
	ssize_t result = REAL(pwrite)(fd, bytes, part, at);

	if (part < length)
		die();
	return result;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at)
{
	size_t part = before_write("pwrite", fd, length);
	ssize_t result = REAL(pwrite64)(fd, bytes, part, at);

	if (part < length)
		die();
	return result;
}

int fsync(int fd)
{
	char path[PATH_MAX];

	before("fsync", path_of(fd, path));
	return REAL(fsync)(fd);
}

int fdatasync(int fd)
{
	char path[PATH_MAX];

	before("fsync", path_of(fd, path));
	return REAL(fdatasync)(fd);
}

int ftruncate(int fd, off_t length)
{
	char path[PATH_MAX];

	before("ftruncate", path_of(fd, path));
	return REAL(ftruncate)(fd, length);
}

int ftruncate64(int fd, off64_t length)
{
	char path[PATH_MAX];

	before("ftruncate", path_of(fd, path));
	return REAL(ftruncate64)(fd, length);
}

int rename(const char *from, const char *to)
{
	before("rename", to);
	return REAL(rename)(from, to);
}

int renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags)
{
	before("rename", to);
	return REAL(renameat2)(from_fd, from, to_fd, to, flags);
}

int unlink(const char *path)
{
	before("unlink", path);
	return REAL(unlink)(path);
}

int rmdir(const char *path)
{
	before("rmdir", path);
	return REAL(rmdir)(path);
}

int mkdir(const char *path, mode_t mode)
{
	before("mkdir", path);
	return REAL(mkdir)(path, mode);
}
