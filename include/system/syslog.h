/*
 * Messages as RFC 5424 has them, to the machine's own log (/dev/log) or by UDP (RFC 5426) to a numeric
 * address: no name is ever looked up. Through a bounded queue and a thread of its own, as system/writer.h: a
 * log that is slow, full or gone never holds the caller up; what does not fit is counted, and a message tells
 * of it afterwards. By UDP what gets lost on the way is unknown to anybody.
 */
#ifndef SYSTEM_SYSLOG_H
#define SYSTEM_SYSLOG_H

#include "base/err.h"
#include "system/writer.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct syslog;

/* RFC 5424 section 6.2.1 */
enum syslog_severity {
	SYSLOG_EMERGENCY,
	SYSLOG_ALERT,
	SYSLOG_CRITICAL,
	SYSLOG_ERROR,
	SYSLOG_WARNING,
	SYSLOG_NOTICE,
	SYSLOG_INFORMATIONAL,
	SYSLOG_DEBUG,
};

/* A message is cut to this many bytes, at a character's border: what every receiver should take
 * (section 6.1). */
enum { SYSLOG_MESSAGE_MAX = 2048 };

struct syslog_options {
	const char *target;   /* "local" or NULL: /dev/log; "/PATH": that socket; "10.0.0.1", "10.0.0.1:514",
				 "[fd00::1]:514" */
	const char *facility; /* "daemon", "local0", ..; NULL: daemon */
	const char *host;     /* HOSTNAME of every message; NULL: none ("-") */
	const char *program;  /* APP-NAME; NULL: "tapaudit" */
	uint32_t process;     /* PROCID; 0: none */
	size_t queue_bytes;   /* 0: 1 MiB */
};

/* One parameter of structured data. NAME: 1 to 32 printable ASCII characters without = ] " and space,
 * checked; VALUE: any UTF-8, escaped here. A NULL value leaves the parameter out. */
struct syslog_item {
	const char *name;
	const char *value;
};

struct syslog_message {
	int64_t time_ns; /* TIME_UNKNOWN: none */
	enum syslog_severity severity;
	const char *id;      /* MSGID, such as "finding"; NULL: none */
	const char *data_id; /* SD-ID, such as "finding@32473"; NULL: no structured data */
	const struct syslog_item *items;
	size_t item_count;
	const char *text; /* for people */
};

/* A wrong target or facility is an error that says what is allowed; a log that is not there yet is none. The
 * socket is made here, so call it before confinement; a local log that was restarted needs CONFINE_UNIX to be
 * found again. */
struct syslog *syslog_open(const struct syslog_options *options, struct err *err) MUST_CHECK;
/* Never waits. False: lost (counted), or a name that the RFC does not allow. */
bool syslog_put(struct syslog *syslog, const struct syslog_message *message);
struct writer_counts syslog_counts(struct syslog *syslog);
/* As writer_close. */
uint64_t syslog_close(struct syslog *syslog, unsigned deadline_msec);

/* The message alone, as it would be sent; for tests and for those who send otherwise. OUT is zero-terminated;
 * returns its length, 0 if a name is not allowed. */
size_t syslog_format(const struct syslog_options *options, const struct syslog_message *message,
		     char out[SYSLOG_MESSAGE_MAX + 1]);

#endif
