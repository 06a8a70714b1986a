#include "system/notify.h"
#include "base/timestamp.h"
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE_MAX = 1024 };

static const char *const event_lines[] = {
    [NOTIFY_READY] = "READY=1\n",
    [NOTIFY_RELOADING] = "RELOADING=1\n",
    [NOTIFY_STOPPING] = "STOPPING=1\n",
    [NOTIFY_WATCHDOG] = "WATCHDOG=1\n",
    [NOTIFY_STATUS] = "",
};

/* A decimal number alone, above 0; else 0. */
static uint64_t parse_number(const char *text)
{
	if (!text || text[0] == '\0' || text[strspn(text, "0123456789")] != '\0')
		return 0;
	errno = 0;
	uint64_t value = strtoull(text, NULL, 10);
	return errno ? 0 : value;
}

/* The watchdog may be meant for another process of the same environment. */
static int64_t watchdog_ns(const char *usec_text, const char *pid_text)
{
	const uint64_t usec_max = (uint64_t)INT64_MAX / 1000;
	uint64_t usec = parse_number(usec_text);

	if (pid_text && parse_number(pid_text) != (uint64_t)getpid())
		return 0;
	return usec > usec_max ? 0 : (int64_t)usec * 1000;
}

static int fill_address(struct sockaddr_un *address, socklen_t *length, const char *socket_name)
{
	size_t name_length = strlen(socket_name);

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if ((socket_name[0] != '/' && socket_name[0] != '@') || name_length < 2 ||
	    name_length >= sizeof address->sun_path)
		return -1;
	memcpy(address->sun_path, socket_name, name_length);
	*length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + name_length);
	if (socket_name[0] == '@')
		address->sun_path[0] = '\0';
	else
		*length += 1;
	return 0;
}

int notify_open(struct notify *notify, const char *socket_name, const char *watchdog_usec,
		const char *watchdog_pid, struct err *err)
{
	struct sockaddr_un address;
	socklen_t length;

	*notify = (struct notify){.fd = -1};
	if (!socket_name || socket_name[0] == '\0')
		return 0;
	if (fill_address(&address, &length, socket_name) != 0)
		return err_set(err, "NOTIFY_SOCKET: \"%s\" is neither a path nor an abstract name",
			       socket_name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, length) != 0) {
		int cause = errno;

		if (fd >= 0)
			close(fd);
		return err_set(err, "NOTIFY_SOCKET: %s: %s", socket_name, strerror(cause));
	}
	notify->fd = fd;
	notify->watchdog_ns = watchdog_ns(watchdog_usec, watchdog_pid);
	return 0;
}

static size_t add_monotonic(char *out, size_t size)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (size_t)snprintf(out, size, "MONOTONIC_USEC=%" PRId64 "\n",
				(int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
}

bool notify_send(const struct notify *notify, enum notify_event event, const char *status)
{
	char message[MESSAGE_MAX];
	size_t length;

	if (notify->fd < 0)
		return true;
	length = (size_t)snprintf(message, sizeof message, "%s", event_lines[event]);
	if (event == NOTIFY_RELOADING)
		length += add_monotonic(message + length, sizeof message - length);
	if (status) {
		size_t start = length;

		length += (size_t)snprintf(message + length, sizeof message - length, "STATUS=%s", status);
		if (length >= sizeof message)
			length = sizeof message - 1;
		for (size_t i = start; i < length; i++) {
			if ((unsigned char)message[i] < ' ' || message[i] == 0x7f)
				message[i] = '?';
		}
	}
	return length == 0 ||
	       send(notify->fd, message, length, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)length;
}

void notify_close(struct notify *notify)
{
	if (notify->fd >= 0)
		close(notify->fd);
	notify->fd = -1;
}
