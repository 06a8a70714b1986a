#include "system/notify.h"
#include "system_temp.h"
#include <inttypes.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

TestSuite(system_notify, .timeout = 10, .init = temp_make, .fini = temp_remove);

/* The manager's socket. NAME as NOTIFY_SOCKET has it. */
static int manager(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	bool abstract = name[0] == '@';

	snprintf(address.sun_path, sizeof address.sun_path, "%s", name);
	if (abstract)
		address.sun_path[0] = '\0';
	socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name) + !abstract);
	cr_assert_eq(bind(fd, (struct sockaddr *)&address, length), 0);
	return fd;
}

static const char *received(int fd)
{
	static char text[2048];
	ssize_t length = recv(fd, text, sizeof text - 1, 0);

	text[length > 0 ? length : 0] = '\0';
	return text;
}

Test(system_notify, nobody_listens)
{
	struct notify notify;
	struct err err;

	cr_assert_eq(notify_open(&notify, NULL, "5000000", NULL, &err), 0);
	cr_expect_eq(notify.fd, -1);
	cr_expect_eq(notify.watchdog_ns, 0);
	cr_expect(notify_send(&notify, NOTIFY_READY, "up"));
	notify_close(&notify);
	cr_assert_eq(notify_open(&notify, "", NULL, NULL, &err), 0);
	cr_expect_eq(notify.fd, -1);
}

Test(system_notify, events_by_path)
{
	struct notify notify;
	struct err err;
	char path[TEMP_PATH_MAX];
	int fd = manager(temp_path("manager", path));

	cr_assert_eq(notify_open(&notify, path, NULL, NULL, &err), 0);
	cr_expect(notify_send(&notify, NOTIFY_READY, "watching eth1"));
	cr_expect_str_eq(received(fd), "READY=1\nSTATUS=watching eth1");
	cr_expect(notify_send(&notify, NOTIFY_WATCHDOG, NULL));
	cr_expect_str_eq(received(fd), "WATCHDOG=1\n");
	cr_expect(notify_send(&notify, NOTIFY_STATUS, "a\nREADY=1\x7f"));
	cr_expect_str_eq(received(fd), "STATUS=a?READY=1?");
	cr_expect(notify_send(&notify, NOTIFY_STATUS, NULL));
	cr_expect_str_eq(received(fd), "");
	cr_expect(notify_send(&notify, NOTIFY_STOPPING, NULL));
	cr_expect_str_eq(received(fd), "STOPPING=1\n");
	notify_close(&notify);
	cr_expect_eq(notify.fd, -1);
	close(fd);
}

Test(system_notify, reloading_says_when)
{
	struct notify notify;
	struct err err;
	char path[TEMP_PATH_MAX], wanted[128];
	struct timespec before, after;
	int64_t usec = 0;
	int fd = manager(temp_path("manager", path));

	cr_assert_eq(notify_open(&notify, path, NULL, NULL, &err), 0);
	clock_gettime(CLOCK_MONOTONIC, &before);
	cr_expect(notify_send(&notify, NOTIFY_RELOADING, "new site"));
	clock_gettime(CLOCK_MONOTONIC, &after);
	const char *text = received(fd);
	cr_assert_eq(sscanf(text, "RELOADING=1\nMONOTONIC_USEC=%" SCNd64, &usec), 1);
	snprintf(wanted, sizeof wanted, "RELOADING=1\nMONOTONIC_USEC=%" PRId64 "\nSTATUS=new site", usec);
	cr_expect_str_eq(text, wanted);
	cr_expect_geq(usec, (int64_t)before.tv_sec * 1000000 + before.tv_nsec / 1000);
	cr_expect_leq(usec, (int64_t)after.tv_sec * 1000000 + after.tv_nsec / 1000);
	notify_close(&notify);
	close(fd);
}

Test(system_notify, an_abstract_name)
{
	struct notify notify;
	struct err err;
	char name[64];

	snprintf(name, sizeof name, "@tapaudit-notify-%ld", (long)getpid());
	int fd = manager(name);
	cr_assert_eq(notify_open(&notify, name, NULL, NULL, &err), 0);
	cr_expect(notify_send(&notify, NOTIFY_READY, NULL));
	cr_expect_str_eq(received(fd), "READY=1\n");
	notify_close(&notify);
	close(fd);
}

Test(system_notify, a_long_status_is_cut)
{
	struct notify notify;
	struct err err;
	char path[TEMP_PATH_MAX], status[4096];
	int fd = manager(temp_path("manager", path));

	memset(status, 'x', sizeof status - 1);
	status[sizeof status - 1] = '\0';
	cr_assert_eq(notify_open(&notify, path, NULL, NULL, &err), 0);
	cr_expect(notify_send(&notify, NOTIFY_READY, status));
	const char *text = received(fd);
	cr_expect_eq(strlen(text), 1023);
	cr_expect_eq(strncmp(text, "READY=1\nSTATUS=xxx", 18), 0);
	notify_close(&notify);
	close(fd);
}

Test(system_notify, a_manager_that_does_not_read_is_not_waited_for)
{
	struct notify notify;
	struct err err;
	char path[TEMP_PATH_MAX];
	int fd = manager(temp_path("manager", path)), sent = 0;

	cr_assert_eq(notify_open(&notify, path, NULL, NULL, &err), 0);
	while (sent < 100000 && notify_send(&notify, NOTIFY_WATCHDOG, NULL))
		sent++;
	cr_expect_lt(sent, 100000);
	close(fd);
	cr_expect_not(notify_send(&notify, NOTIFY_WATCHDOG, NULL));
	notify_close(&notify);
}

Test(system_notify, watchdog)
{
	static const struct {
		const char *usec, *pid;
		int64_t wanted;
	} cases[] = {
	    {"30000000", NULL, INT64_C(30000000000)},
	    {NULL, NULL, 0},
	    {"", NULL, 0},
	    {"0", NULL, 0},
	    {"12x", NULL, 0},
	    {"-5", NULL, 0},
	    {"99999999999999999999", NULL, 0},
	    {"9223372036854776", NULL, 0},
	    {"9223372036854775", NULL, INT64_C(9223372036854775000)},
	    {"30000000", "1", 0},
	    {"30000000", "nobody", 0},
	};
	char path[TEMP_PATH_MAX], own[16];
	struct notify notify;
	struct err err;
	int fd = manager(temp_path("manager", path));

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		cr_assert_eq(notify_open(&notify, path, cases[i].usec, cases[i].pid, &err), 0);
		cr_expect_eq(notify.watchdog_ns, cases[i].wanted, "case %zu", i);
		notify_close(&notify);
	}
	snprintf(own, sizeof own, "%ld", (long)getpid());
	cr_assert_eq(notify_open(&notify, path, "7", own, &err), 0);
	cr_expect_eq(notify.watchdog_ns, 7000);
	notify_close(&notify);
	close(fd);
}

Test(system_notify, wrong_addresses_are_refused)
{
	char too_long[128];
	const char *const wrong[] = {"vsock:2:1234", "relative", "/", "@", too_long};
	struct notify notify;
	struct err err;

	memset(too_long, 'x', sizeof too_long);
	too_long[0] = '/';
	too_long[sizeof too_long - 1] = '\0';
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		char wanted[256];

		snprintf(wanted, sizeof wanted,
			 "NOTIFY_SOCKET: \"%s\" is neither a path nor an abstract name", wrong[i]);
		cr_expect_eq(notify_open(&notify, wrong[i], NULL, NULL, &err), -1);
		cr_expect_str_eq(err.text, wanted);
		cr_expect_eq(notify.fd, -1);
		cr_expect(notify_send(&notify, NOTIFY_READY, NULL));
	}
	cr_expect_eq(notify_open(&notify, "/tmp/no-such-manager-here", NULL, NULL, &err), -1);
	cr_expect_str_eq(err.text, "NOTIFY_SOCKET: /tmp/no-such-manager-here: No such file or directory");
}
