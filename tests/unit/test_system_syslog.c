#include "base/timestamp.h"
#include "system/syslog.h"
#include "system_temp.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

TestSuite(system_syslog, .timeout = 10, .init = temp_make, .fini = temp_remove);

static const int64_t time_ns = INT64_C(1795140000) * NSEC_PER_SEC + 123456789;

static const char *formatted(const struct syslog_options *options, const struct syslog_message *message)
{
	static char text[SYSLOG_MESSAGE_MAX + 1];
	size_t length = syslog_format(options, message, text);

	cr_expect_eq(length, strlen(text));
	return text;
}

Test(system_syslog, a_message_with_everything)
{
	const struct syslog_options options = {
	    .facility = "local3", .host = "sensor-1", .program = "tapaudit", .process = 4711};
	const struct syslog_item items[] = {
	    {"kind", "unexpected"}, {"absent", NULL}, {"text", "a \"quote\", a \\ and a ]"}, {"empty", ""}};
	const struct syslog_message message = {.time_ns = time_ns,
					       .severity = SYSLOG_WARNING,
					       .id = "finding",
					       .data_id = "finding@32473",
					       .items = items,
					       .item_count = 4,
					       .text = "10.0.0.9 opened 10.0.0.5:389"};

	cr_expect_str_eq(
	    formatted(&options, &message),
	    "<156>1 2026-11-20T02:00:00.123456Z sensor-1 tapaudit 4711 finding [finding@32473 "
	    "kind=\"unexpected\" text=\"a \\\"quote\\\", a \\\\ and a \\]\" empty=\"\"] 10.0.0.9 opened "
	    "10.0.0.5:389");
}

Test(system_syslog, a_message_with_nothing)
{
	const struct syslog_options options = {.facility = NULL};
	const struct syslog_message message = {.time_ns = TIME_UNKNOWN, .severity = SYSLOG_EMERGENCY};

	cr_expect_str_eq(formatted(&options, &message), "<24>1 - - tapaudit - - -");
}

Test(system_syslog, data_without_parameters)
{
	const struct syslog_options options = {.facility = "kern"};
	const struct syslog_message message = {
	    .time_ns = TIME_UNKNOWN, .severity = SYSLOG_DEBUG, .data_id = "a@1", .text = "x"};

	cr_expect_str_eq(formatted(&options, &message), "<7>1 - - tapaudit - - [a@1] x");
}

Test(system_syslog, texts_stay_one_line_and_utf_8)
{
	const struct syslog_options options = {.host = "a b\x01\xff"};
	const struct syslog_item items[] = {{"v", "\xc3\xa4\n\xff\xed\xa0\x80]"}};
	const struct syslog_message message = {.time_ns = TIME_UNKNOWN,
					       .severity = SYSLOG_ERROR,
					       .data_id = "d@1",
					       .items = items,
					       .item_count = 1,
					       .text = "T\xc3\xbcr\r\n\xc3(\xf4\x90\x80\x80"};

	cr_expect_str_eq(formatted(&options, &message),
			 "<27>1 - a?b?? tapaudit - - [d@1 v=\"\xc3\xa4?????\\]\"] \xef\xbb\xbfT\xc3\xbcr???"
			 "(????");
}

Test(system_syslog, names_that_are_not_allowed)
{
	static const char *const wrong[] = {"",     "a b",      "a=b", "a]b",
					    "a\"b", "\xc3\xa4", "a\n", "012345678901234567890123456789012"};
	const struct syslog_options options = {.facility = NULL};
	char text[SYSLOG_MESSAGE_MAX + 1];

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		const struct syslog_item item = {wrong[i], "x"};
		const struct syslog_message by_item = {.data_id = "d@1", .items = &item, .item_count = 1};
		const struct syslog_message by_id = {.data_id = wrong[i]};

		cr_expect_eq(syslog_format(&options, &by_item, text), 0, "item %zu", i);
		cr_expect_eq(syslog_format(&options, &by_id, text), 0, "id %zu", i);
	}
}

Test(system_syslog, a_long_message_is_cut_between_characters)
{
	const struct syslog_options options = {.facility = NULL};
	char long_text[6001], text[SYSLOG_MESSAGE_MAX + 1];
	const struct syslog_item item = {"v", long_text};
	const struct syslog_message by_text = {.time_ns = TIME_UNKNOWN, .text = long_text};
	const struct syslog_message by_item = {
	    .time_ns = TIME_UNKNOWN, .data_id = "d@1", .items = &item, .item_count = 1, .text = "gone"};

	for (size_t i = 0; i < 2000; i++)
		memcpy(long_text + 3 * i, "\xe2\x82\xac", 3);
	long_text[6000] = '\0';
	size_t length = syslog_format(&options, &by_text, text);
	/* "<24>1 - - tapaudit - - - " and the mark are 28 bytes; 673 characters follow. */
	cr_expect_eq(length, 28 + 673 * 3);
	cr_expect_eq(strcmp(text + length - 3, "\xe2\x82\xac"), 0);
	length = syslog_format(&options, &by_item, text);
	cr_expect_leq(length, SYSLOG_MESSAGE_MAX);
	cr_expect_geq(length, SYSLOG_MESSAGE_MAX - 4);
	cr_expect_eq(strncmp(text + length - 5, "\xe2\x82\xac\"]", 5), 0);
}

static int local_log(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	unlink(path);
	cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

static void expect_message(int fd, const char *wanted)
{
	char text[SYSLOG_MESSAGE_MAX + 1];
	ssize_t length = recv(fd, text, sizeof text - 1, 0);

	text[length > 0 ? length : 0] = '\0';
	cr_expect_str_eq(text, wanted);
}

Test(system_syslog, a_local_log_that_is_started_again_is_found)
{
	char path[TEMP_PATH_MAX];
	struct err err;
	const struct syslog_options options = {.target = temp_path("log", path)};
	const struct syslog_message message = {
	    .time_ns = TIME_UNKNOWN, .severity = SYSLOG_NOTICE, .text = "hello"};
	int fd = local_log(path);
	struct syslog *syslog = syslog_open(&options, &err);

	cr_assert(syslog, "%s", err.text);
	cr_expect(syslog_put(syslog, &message));
	expect_message(fd, "<29>1 - - tapaudit - - - hello");
	close(fd);
	cr_expect(syslog_put(syslog, &message));
	pause_msec(50);
	fd = local_log(path);
	expect_message(fd, "<29>1 - - tapaudit - - - hello");
	cr_expect_gt(syslog_counts(syslog).failures, 0);
	cr_expect_eq(syslog_close(syslog, 1000), 0);
	close(fd);
}

Test(system_syslog, a_log_that_is_not_there_yet_is_waited_for_and_then_given_up)
{
	char path[TEMP_PATH_MAX];
	struct err err;
	const struct syslog_options options = {.target = temp_path("log", path)};
	const struct syslog_message message = {.text = "hello"};
	struct syslog *syslog = syslog_open(&options, &err);

	cr_assert(syslog);
	cr_expect(syslog_put(syslog, &message));
	cr_expect(syslog_put(syslog, &message));
	struct writer_counts counts = syslog_counts(syslog);
	cr_expect_eq(counts.queued, 2);
	cr_expect_not(counts.connected);
	cr_expect_str_eq(counts.trouble, "No such file or directory");
	cr_expect_eq(syslog_close(syslog, 50), 2);
	cr_expect_eq(syslog_close(NULL, 50), 0);
}

static int udp_log(uint16_t *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	cr_assert_eq(bind(fd, (struct sockaddr *)&address, length), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

Test(system_syslog, by_udp)
{
	char target[64];
	struct err err;
	struct syslog_options options = {.target = target, .facility = "auth", .host = "h"};
	struct syslog_message message = {
	    .time_ns = TIME_UNKNOWN, .severity = SYSLOG_INFORMATIONAL, .text = "one"};
	uint16_t port;
	int fd = udp_log(&port);

	snprintf(target, sizeof target, "127.0.0.1:%u", port);
	struct syslog *syslog = syslog_open(&options, &err);
	cr_assert(syslog, "%s", err.text);
	cr_expect(syslog_put(syslog, &message));
	message.text = "two";
	cr_expect(syslog_put(syslog, &message));
	expect_message(fd, "<38>1 - h tapaudit - - - one");
	expect_message(fd, "<38>1 - h tapaudit - - - two");
	cr_expect_eq(syslog_close(syslog, 1000), 0);
	close(fd);
}

Test(system_syslog, wrong_names_are_refused)
{
	static const struct {
		const char *target, *facility, *wanted;
	} cases[] = {
	    {"loghost:514", NULL, "syslog \"loghost:514\": neither"},
	    {"10.0.0.1:", NULL, "syslog \"10.0.0.1:\": neither"},
	    {"10.0.0.1:0", NULL, "syslog \"10.0.0.1:0\": neither"},
	    {"10.0.0.1:65536", NULL, "syslog \"10.0.0.1:65536\": neither"},
	    {"10.0.0.1:5x", NULL, "syslog \"10.0.0.1:5x\": neither"},
	    {"[::1", NULL, "syslog \"[::1\": neither"},
	    {"[::1]514", NULL, "syslog \"[::1]514\": neither"},
	    {"[10.0.0.1]:514", NULL, "syslog \"[10.0.0.1]:514\": neither"},
	    {"", NULL, "syslog \"\": neither"},
	    {"local", "nothing", "syslog facility \"nothing\": none of kern,"},
	};
	struct err err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct syslog_options options = {.target = cases[i].target,
						       .facility = cases[i].facility};

		cr_expect_null(syslog_open(&options, &err), "case %zu", i);
		cr_expect_eq(strncmp(err.text, cases[i].wanted, strlen(cases[i].wanted)), 0, "case %zu: %s",
			     i, err.text);
	}
}

Test(system_syslog, addresses_with_and_without_port)
{
	static const char *const right[] = {"10.0.0.1", "10.0.0.1:1514", "::1", "[::1]", "[fd00::1]:1514"};
	struct err err;

	for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
		const struct syslog_options options = {.target = right[i]};
		struct syslog *syslog = syslog_open(&options, &err);

		cr_expect(syslog, "%s: %s", right[i], err.text);
		(void)syslog_close(syslog, 0);
	}
}
