/*
 * The service manager's notification protocol, sd_notify(3), without its library: one datagram of NAME=VALUE
 * lines to the socket that NOTIFY_SOCKET names. Without that variable every call does nothing and succeeds.
 * The environment is read by the caller. Open before confinement: the socket stays connected.
 *
 * No call ever waits: a manager whose queue is full misses a message, which the next one makes up for.
 */
#ifndef SYSTEM_NOTIFY_H
#define SYSTEM_NOTIFY_H

#include "base/err.h"
#include <stdbool.h>
#include <stdint.h>

struct notify {
	int fd;              /* -1: nobody listens */
	int64_t watchdog_ns; /* the manager's patience; 0: no watchdog. Send a sign of life twice as often */
};

enum notify_event {
	NOTIFY_READY,     /* start-up or reloading is over */
	NOTIFY_RELOADING, /* with MONOTONIC_USEC, as Type=notify-reload wants; NOTIFY_READY ends it */
	NOTIFY_STOPPING,
	NOTIFY_WATCHDOG, /* the sign of life */
	NOTIFY_STATUS,   /* only the status text */
};

/* SOCKET, WATCHDOG_USEC, WATCHDOG_PID: those variables' values or NULL. A path, or "@name" for an abstract
 * socket; any other address is refused. 0, or -1 with NOTIFY usable all the same (nobody listens). */
int notify_open(struct notify *notify, const char *socket, const char *watchdog_usec,
		const char *watchdog_pid, struct err *err) MUST_CHECK;
/* STATUS: one line for people, or NULL; its control characters become '?'. True if it was sent or nobody
 * listens. */
bool notify_send(const struct notify *notify, enum notify_event event, const char *status);
void notify_close(struct notify *notify);

#endif
