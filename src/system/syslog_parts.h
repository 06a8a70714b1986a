/* Private to system/: a log's options as they are kept. */
#ifndef SYSTEM_SYSLOG_PARTS_H
#define SYSTEM_SYSLOG_PARTS_H

#include "system/syslog.h"

struct syslog_header {
	unsigned facility;
	uint32_t process;
	char host[256];
	char program[49];
};

/* A wrong facility is an error. */
int syslog_header_fill(struct syslog_header *header, const struct syslog_options *options,
		       struct err *err) MUST_CHECK;
size_t syslog_format_with(const struct syslog_header *header, const struct syslog_message *message,
			  char out[SYSLOG_MESSAGE_MAX + 1]);

#endif
