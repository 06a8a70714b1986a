/* Where messages go: a datagram socket behind a writer's queue. */
#include "base/mem.h"
#include "base/timestamp.h"
#include "syslog_parts.h"
#include "writer_parts.h"
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { QUEUE_BYTES = 1 << 20, PORT = 514, HOST_TEXT_MAX = 64 };

static const char *const facilities[] = {
    "kern",   "user",   "mail",     "daemon", "auth",   "syslog",   "lpr",     "news",
    "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "security", "console", "clock",
    "local0", "local1", "local2",   "local3", "local4", "local5",   "local6",  "local7",
};

struct syslog {
	struct syslog_header header;
	struct writer *writer;
};

static int find_facility(const char *name, unsigned *out, struct err *err)
{
	for (unsigned i = 0; i < sizeof facilities / sizeof facilities[0]; i++) {
		if (strcmp(facilities[i], name) == 0) {
			*out = i;
			return 0;
		}
	}
	return err_set(
	    err,
	    "syslog facility \"%s\": none of kern, user, daemon, auth, local0 to local7 and the others of "
	    "RFC 5424",
	    name);
}

int syslog_header_fill(struct syslog_header *header, const struct syslog_options *options, struct err *err)
{
	*header = (struct syslog_header){.process = options->process};
	snprintf(header->host, sizeof header->host, "%s", options->host ? options->host : "");
	snprintf(header->program, sizeof header->program, "%s",
		 options->program ? options->program : "tapaudit");
	return find_facility(options->facility ? options->facility : "daemon", &header->facility, err);
}

size_t syslog_format(const struct syslog_options *options, const struct syslog_message *message,
		     char out[SYSLOG_MESSAGE_MAX + 1])
{
	struct syslog_header header;

	out[0] = '\0';
	if (syslog_header_fill(&header, options, NULL) != 0)
		return 0;
	return syslog_format_with(&header, message, out);
}

/* "ADDRESS", "ADDRESS:PORT" for IPv4; "ADDRESS", "[ADDRESS]", "[ADDRESS]:PORT" for IPv6. */
static bool split_target(const char *target, char host[HOST_TEXT_MAX], const char **port)
{
	const char *start = target, *end = strchr(target, ':');

	*port = NULL;
	if (target[0] == '[') {
		start++;
		end = strchr(start, ']');
		if (!end || (end[1] != '\0' && end[1] != ':'))
			return false;
		*port = end[1] ? end + 2 : NULL;
	} else if (end && !strchr(end + 1, ':')) {
		*port = end + 1;
	} else {
		end = target + strlen(target);
	}
	return snprintf(host, HOST_TEXT_MAX, "%.*s", (int)(end - start), start) < HOST_TEXT_MAX;
}

static bool parse_port(const char *text, uint16_t *out)
{
	unsigned long value = PORT;

	if (text && (text[0] == '\0' || strlen(text) > 5 || text[strspn(text, "0123456789")] != '\0'))
		return false;
	if (text)
		value = strtoul(text, NULL, 10);
	*out = (uint16_t)value;
	return value >= 1 && value <= UINT16_MAX;
}

static bool fill_udp(struct sink *sink, const char *target)
{
	struct sockaddr_in *four = (struct sockaddr_in *)&sink->address;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&sink->address;
	char host[HOST_TEXT_MAX];
	const char *port_text;
	uint16_t port;

	if (!split_target(target, host, &port_text) || !parse_port(port_text, &port))
		return false;
	if (target[0] != '[' && inet_pton(AF_INET, host, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons(port);
		sink->address_length = sizeof *four;
		return true;
	}
	if (inet_pton(AF_INET6, host, &six->sin6_addr) != 1)
		return false;
	six->sin6_family = AF_INET6;
	six->sin6_port = htons(port);
	sink->address_length = sizeof *six;
	return true;
}

static int fill_sink(struct sink *sink, const char *target, struct err *err)
{
	*sink = (struct sink){.kind = SINK_LOCAL, .fd = -1};
	if (!target || strcmp(target, "local") == 0)
		return sink_set_path(sink, "/dev/log", err);
	if (target[0] == '/')
		return sink_set_path(sink, target, err);
	sink->kind = SINK_UDP;
	if (fill_udp(sink, target))
		return 0;
	return err_set(
	    err,
	    "syslog \"%s\": neither local, a socket's path, nor a numeric address such as 10.0.0.1:514 or "
	    "[fd00::1]:514",
	    target);
}

static size_t tell_loss(void *context, uint64_t lines, char out[WRITER_LOST_LINE_MAX])
{
	const struct syslog *syslog = context;
	struct timespec now;
	char text[64], line[SYSLOG_MESSAGE_MAX + 1];

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(text, sizeof text, "%" PRIu64 " messages were lost before this one", lines);
	const struct syslog_message message = {
	    .time_ns = (int64_t)now.tv_sec * NSEC_PER_SEC + now.tv_nsec,
	    .severity = SYSLOG_WARNING,
	    .id = "lost",
	    .text = text,
	};
	size_t length = syslog_format_with(&syslog->header, &message, line);
	if (length > WRITER_LOST_LINE_MAX)
		return 0;
	memcpy(out, line, length);
	return length;
}

struct syslog *syslog_open(const struct syslog_options *options, struct err *err)
{
	struct sink sink;
	struct syslog *syslog = mem_calloc(1, sizeof *syslog);
	struct writer_options writer = {.queue_bytes =
					    options->queue_bytes ? options->queue_bytes : QUEUE_BYTES,
					.lost_line = tell_loss,
					.context = syslog};

	if (!syslog) {
		(void)err_no_memory(err);
		return NULL;
	}
	if (syslog_header_fill(&syslog->header, options, err) == 0 &&
	    fill_sink(&sink, options->target, err) == 0)
		syslog->writer = writer_start(&sink, &writer, err);
	if (syslog->writer)
		return syslog;
	mem_free(syslog);
	return NULL;
}

bool syslog_put(struct syslog *syslog, const struct syslog_message *message)
{
	char line[SYSLOG_MESSAGE_MAX + 1];
	size_t length = syslog_format_with(&syslog->header, message, line);

	return length > 0 && writer_put(syslog->writer, line, length);
}

struct writer_counts syslog_counts(struct syslog *syslog)
{
	return writer_counts(syslog->writer);
}

uint64_t syslog_close(struct syslog *syslog, unsigned deadline_msec)
{
	if (!syslog)
		return 0;
	uint64_t lost = writer_close(syslog->writer, deadline_msec);
	mem_free(syslog);
	return lost;
}
