/* Landlock: what may be opened from now on. Kernel numbers that Debian 12's header is too old for stand here.
 */
#include "confine_parts.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* struct landlock_ruleset_attr as of ABI 6; an older kernel takes it as long as what it does not know is 0.
 */
struct ruleset {
	uint64_t files;
	uint64_t network;
	uint64_t scopes;
};

#define ACCESS_TRUNCATE     (UINT64_C(1) << 14)
#define ACCESS_IOCTL_DEVICE (UINT64_C(1) << 15)
#define NETWORK_BIND        (UINT64_C(1) << 0)
#define NETWORK_CONNECT     (UINT64_C(1) << 1)
#define SCOPE_ABSTRACT      (UINT64_C(1) << 0)
#define SCOPE_SIGNAL        (UINT64_C(1) << 1)

enum { ABI_REFER = 2, ABI_TRUNCATE = 3, ABI_NETWORK = 4, ABI_DEVICES = 5, ABI_SCOPES = 6 };

/* What each ABI can forbid. What is forbidden and never given: running, and making sockets, pipes and
 * devices. */
static const struct {
	int abi;
	uint64_t access;
} forbidden[] = {
    {1, LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
	    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
	    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
	    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
	    LANDLOCK_ACCESS_FS_MAKE_SYM},
    {ABI_REFER, LANDLOCK_ACCESS_FS_REFER},
    {ABI_TRUNCATE, ACCESS_TRUNCATE},
    {ABI_DEVICES, ACCESS_IOCTL_DEVICE},
};

static const uint64_t to_read = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t to_write = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
				 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
				 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REFER | ACCESS_TRUNCATE;
/* What makes sense of something that is no folder; the kernel refuses the rest. */
static const uint64_t of_files =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE;

/* Name services load libraries and read their configuration. */
static const struct confine_path internet_paths[] = {
    {.path = "/etc"},
    {.path = "/usr"},
    {.path = "/lib"},
    {.path = "/lib64"},
    {.path = "/run/systemd/resolve"},
};
static const struct confine_path sanitizer_paths[] = {{.path = "/proc"}};

int landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	return abi > 0 && abi < INT32_MAX ? (int)abi : 0;
}

static uint64_t forbidden_files(int abi)
{
	uint64_t access = 0;

	for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
		access |= forbidden[i].abi <= abi ? forbidden[i].access : 0;
	return access;
}

static struct ruleset ruleset_for(int abi, unsigned uses)
{
	struct ruleset ruleset = {.files = forbidden_files(abi)};

	if (abi >= ABI_NETWORK)
		ruleset.network = uses & CONFINE_INTERNET ? NETWORK_BIND : NETWORK_BIND | NETWORK_CONNECT;
	if (abi >= ABI_SCOPES)
		ruleset.scopes = SCOPE_ABSTRACT | SCOPE_SIGNAL;
	return ruleset;
}

/* A path that is not there, or that nobody may look at, is left out: whoever opens it later says so. */
static int add_path(int ruleset, uint64_t handled, const struct confine_path *path, struct err *err)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = to_read | (path->write ? to_write : 0)};
	struct stat state;
	int result = 0;
	int fd = open(path->path, O_PATH | O_CLOEXEC);

	if (fd < 0)
		return errno == EMFILE || errno == ENFILE || errno == ENOMEM
			   ? err_set(err, "%s: %s", path->path, strerror(errno))
			   : 0;
	rule.parent_fd = fd;
	if (fstat(fd, &state) != 0 || !S_ISDIR(state.st_mode))
		rule.allowed_access &= of_files;
	rule.allowed_access &= handled;
	/* EBADFD: a pipe or socket, which Landlock does not hold against anybody. */
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0 &&
	    errno != EBADFD)
		result = err_set(err, "%s: Landlock: %s", path->path, strerror(errno));
	close(fd);
	return result;
}

static int add_paths(int ruleset, uint64_t handled, const struct confine_path *paths, size_t count,
		     struct err *err)
{
	int result = 0;

	for (size_t i = 0; i < count && result == 0; i++)
		result = add_path(ruleset, handled, &paths[i], err);
	return result;
}

static int add_all(int ruleset, uint64_t handled, const struct confine_options *options, struct err *err)
{
	int result = add_paths(ruleset, handled, options->paths, options->path_count, err);

	if (result == 0 && options->uses & CONFINE_INTERNET)
		result = add_paths(ruleset, handled, internet_paths,
				   sizeof internet_paths / sizeof internet_paths[0], err);
	if (result == 0 && CONFINE_SANITIZED)
		result = add_paths(ruleset, handled, sanitizer_paths,
				   sizeof sanitizer_paths / sizeof sanitizer_paths[0], err);
	return result;
}

static void mark_door(struct confinement *out, enum confine_door door, int since)
{
	if (out->landlock_abi >= since)
		door_set(out, door, DOOR_SHUT, "Landlock");
	else if (out->landlock_abi == 0)
		door_set(out, door, DOOR_MISSING, "no Landlock in this kernel, or refused from outside");
	else
		door_set(out, door, DOOR_MISSING, "Landlock %d, would need %d", out->landlock_abi, since);
}

static void mark_doors(struct confinement *out, const struct confine_options *options)
{
	mark_door(out, DOOR_FILES, 1);
	mark_door(out, DOOR_TRUNCATE, ABI_TRUNCATE);
	mark_door(out, DOOR_TCP, ABI_NETWORK);
	mark_door(out, DOOR_DEVICES, ABI_DEVICES);
	mark_door(out, DOOR_SCOPE, ABI_SCOPES);
	if (options->uses & CONFINE_INTERNET)
		door_set(out, DOOR_TCP, DOOR_OPEN, "a store on the network is used");
}

int landlock_prepare(const struct confine_options *options, int *ruleset, struct confinement *out,
		     struct err *err)
{
	out->landlock_abi = landlock_abi();
	mark_doors(out, options);
	*ruleset = -1;
	if (out->landlock_abi == 0)
		return 0;
	struct ruleset handled = ruleset_for(out->landlock_abi, options->uses);
	long fd = syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
	if (fd < 0)
		return err_set(err, "Landlock: %s", strerror(errno));
	if (add_all((int)fd, handled.files, options, err) != 0) {
		close((int)fd);
		return -1;
	}
	*ruleset = (int)fd;
	return 0;
}
