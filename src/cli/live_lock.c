/*
 * One process at a time speaks for a sensor: two would count everything twice. The lock is on a byte of the
 * file that a night's run locks as a whole by other means, so that neither keeps the other from working; it
 * ends with the process, however that ends.
 */
#include "base/hash.h"
#include "live.h"
#include "store/store.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOCK_MODE = 0644 };

/* The file that is locked: beside the store's file, or beside the spool of a fleet's. 0, or -1: there is
 * none.
 */
static int lock_path(const struct live_run *run, char out[PATH_MAX])
{
	struct place_parts place = {.sensor = NULL};
	struct arena arena = {0};
	const char *beside = run->options->store;
	struct err err;
	int length = -1;

	if (store_place_is_clickhouse(beside)) {
		beside = store_place_read(beside, &arena, &place, &err) == 0 && place.spool
			     ? place.spool
			     : getenv("TAPAUDIT_SPOOL");
	}
	if (beside)
		length = snprintf(out, PATH_MAX, "%s.lock", beside);
	arena_clear(&arena);
	return length > 0 && length < PATH_MAX ? 0 : -1;
}

int live_lock(const struct live_run *run, const char *sensor)
{
	struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
	char path[PATH_MAX];
	int fd;

	range.l_start = (off_t)(hash_bytes(1, sensor, strlen(sensor)) >> 2);
	if (lock_path(run, path) != 0)
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, LOCK_MODE);
	if (fd < 0 || fcntl(fd, F_OFD_SETLK, &range) == 0)
		return fd;
	if (errno == EAGAIN || errno == EACCES)
		say_error("%s: another process writes as sensor %s; give this one a name of its own by "
			  "--sensor",
			  run->options->store, sensor);
	else
		say_error("%s: cannot be locked: %s", path, strerror(errno));
	(void)close(fd);
	return LIVE_LOCK_REFUSED;
}
