/* Files that an earlier run's --evidence left in the folder: findings that are gone have no proof there any
 * more. */
#include "base/mem.h"
#include "evidence.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ID_LENGTH = 32, HEAD_BYTES = 4096 };

/* What follows "ID.pcapng" or "ID-2.pcapng"; NULL: the name is no such. */
static const char *after_our_name(const char *name)
{
	static const char ending[] = ".pcapng";
	size_t digits;

	if (strspn(name, "0123456789abcdef") != ID_LENGTH)
		return NULL;
	name += ID_LENGTH;
	if (*name == '-') {
		digits = strspn(name + 1, "0123456789");
		name += digits ? 1 + digits : 0;
	}
	return strncmp(name, ending, strlen(ending)) == 0 ? name + strlen(ending) : NULL;
}

static bool is_our_name(const char *name)
{
	const char *rest = after_our_name(name);

	return rest && !*rest;
}

/* ".PID.tmp", as a file is called while it is written. */
static bool is_aside(int folder, const char *name)
{
	const char *rest = after_our_name(name);
	struct stat state;

	if (!rest || rest[0] != '.' || rest[1] < '1' || rest[1] > '9')
		return false;
	rest += 1 + strspn(rest + 1, "0123456789");
	return strcmp(rest, ".tmp") == 0 && fstatat(folder, name, &state, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(state.st_mode);
}

/* True when the file begins as we write them: a pcapng section, and what it says of itself. Somebody else's
 * file that has such a name stays, as does what is no plain file. */
static bool is_our_file(int folder, const char *name)
{
	static const unsigned char section[] = {0x0a, 0x0d, 0x0d, 0x0a};
	char head[HEAD_BYTES] = "", wanted[16 + ID_LENGTH];
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat state;
	ssize_t length = 0;

	if (fd < 0)
		return false;
	if (fstat(fd, &state) == 0 && S_ISREG(state.st_mode))
		length = read(fd, head, sizeof head);
	close(fd);
	(void)snprintf(wanted, sizeof wanted, "Finding %.*s\n", ID_LENGTH, name);
	return length > (ssize_t)sizeof section && memcmp(head, section, sizeof section) == 0 &&
	       memmem(head, (size_t)length, wanted, strlen(wanted)) &&
	       memmem(head, (size_t)length, "tapaudit ", strlen("tapaudit "));
}

static bool is_written(const struct evidence_files *files, size_t finding_count, const char *name)
{
	for (size_t i = 0; files->paths && i < finding_count; i++) {
		const char *slash = files->paths[i] ? strrchr(files->paths[i], '/') : NULL;

		if (slash && strcmp(slash + 1, name) == 0)
			return true;
	}
	return false;
}

void evidence_sweep(const struct evidence_files *files, const struct run_options *options,
		    size_t finding_count)
{
	DIR *folder = opendir(options->evidence);
	size_t removed = 0;

	for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder)) {
		const char *name = entry->d_name;

		if (is_our_name(name) && !is_written(files, finding_count, name) &&
		    is_our_file(dirfd(folder), name))
			removed += unlinkat(dirfd(folder), name, 0) == 0;
	}
	if (folder)
		closedir(folder);
	if (removed > 0)
		say_warning(options, "--evidence: %zu file%s of an earlier run removed from %s", removed,
			    removed > 1 ? "s" : "", options->evidence);
}

static void sweep_aside(int lock)
{
	DIR *folder = fdopendir(openat(lock, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));

	for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder))
		if (is_aside(lock, entry->d_name))
			(void)unlinkat(lock, entry->d_name, 0);
	if (folder)
		closedir(folder);
}

/* All that write share the lock. Who gets it alone knows that nobody writes: what lies aside then is of a run
 * that was killed. Where a file system has no locks nothing is removed. */
int evidence_lock(const char *path)
{
	int lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0)
		sweep_aside(lock);
	while (lock >= 0 && flock(lock, LOCK_SH) != 0 && errno == EINTR)
		;
	return lock;
}
