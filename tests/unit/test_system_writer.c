#include "base/mem.h"
#include "system/writer.h"
#include "system_temp.h"
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

TestSuite(system_writer, .timeout = 20, .init = temp_make, .fini = temp_remove);

static size_t word_loss(void *context, uint64_t lines, char out[WRITER_LOST_LINE_MAX])
{
	(*(unsigned *)context)++;
	return (size_t)snprintf(out, WRITER_LOST_LINE_MAX, "lost %" PRIu64, lines);
}

static struct writer *opened(const char *target, size_t queue_bytes, unsigned *told)
{
	const struct writer_options options = {.target = target,
					       .queue_bytes = queue_bytes,
					       .lost_line = told ? word_loss : NULL,
					       .context = told};
	struct err err;
	struct writer *writer = writer_open(&options, &err);

	cr_assert(writer, "%s", err.text);
	return writer;
}

static bool put(struct writer *writer, const char *line)
{
	return writer_put(writer, line, strlen(line));
}

Test(system_writer, a_file_is_appended_to_and_made_for_its_group)
{
	char path[TEMP_PATH_MAX];
	struct stat state;

	umask(0);
	struct writer *writer = opened(temp_path("out", path), 0, NULL);
	cr_expect_eq(writer_kind(writer), WRITER_FILE);
	cr_expect(put(writer, "one"));
	cr_expect(put(writer, ""));
	cr_expect(put(writer, "three"));
	cr_expect(writer_flush(writer, 2000));
	cr_expect_str_eq(temp_read("out"), "one\n\nthree\n");
	struct writer_counts counts = writer_counts(writer);
	cr_expect_eq(counts.put, 3);
	cr_expect_eq(counts.written, 3);
	cr_expect_eq(counts.lost, 0);
	cr_expect_eq(counts.queued, 0);
	cr_expect_eq(counts.failures, 0);
	cr_expect(counts.connected);
	cr_expect_eq(writer_close(writer, 1000), 0);
	cr_assert_eq(stat(path, &state), 0);
	cr_expect_eq(state.st_mode & 07777, 0640);
	writer = opened(path, 0, NULL);
	cr_expect(put(writer, "four"));
	cr_expect_eq(writer_close(writer, 1000), 0);
	cr_expect_str_eq(temp_read("out"), "one\n\nthree\nfour\n");
	cr_expect_eq(mem_live(), 0);
}

Test(system_writer, a_line_that_a_crash_cut_does_not_swallow_the_next)
{
	char path[TEMP_PATH_MAX];

	temp_write("out", "whole\nhal");
	struct writer *writer = opened(temp_path("out", path), 0, NULL);
	cr_expect(put(writer, "next"));
	cr_expect_eq(writer_close(writer, 1000), 0);
	cr_expect_str_eq(temp_read("out"), "whole\nhal\nnext\n");
}

Test(system_writer, rotation)
{
	char path[TEMP_PATH_MAX], old[TEMP_PATH_MAX];
	struct writer *writer = opened(temp_path("out", path), 0, NULL);

	cr_expect(put(writer, "before"));
	cr_expect(writer_flush(writer, 2000));
	cr_assert_eq(rename(path, temp_path("out.1", old)), 0);
	cr_expect(put(writer, "still the old one"));
	cr_expect(writer_flush(writer, 2000));
	writer_reopen(writer);
	cr_expect(put(writer, "after"));
	cr_expect_eq(writer_close(writer, 1000), 0);
	cr_expect_str_eq(temp_read("out.1"), "before\nstill the old one\n");
	cr_expect_str_eq(temp_read("out"), "after\n");
}

Test(system_writer, a_rotation_that_fails_keeps_the_old_file)
{
	char path[TEMP_PATH_MAX], old[TEMP_PATH_MAX];
	struct writer *writer = opened(temp_path("out", path), 0, NULL);

	cr_assert_eq(rename(path, temp_path("out.1", old)), 0);
	cr_assert_eq(mkdir(path, 0700), 0);
	writer_reopen(writer);
	while (writer_counts(writer).failures == 0)
		pause_msec(5);
	cr_expect_str_eq(writer_counts(writer).trouble, "Is a directory");
	cr_expect(put(writer, "kept"));
	cr_expect_eq(writer_close(writer, 1000), 0);
	cr_expect_str_eq(temp_read("out.1"), "kept\n");
	rmdir(path);
}

Test(system_writer, a_file_that_cannot_be_made_is_an_error)
{
	const struct writer_options options = {.target = "/tmp/no-such-folder-here/out"};
	const struct writer_options nameless = {.target = ""};
	struct err err;

	cr_expect_null(writer_open(&options, &err));
	cr_expect_str_eq(err.text, "/tmp/no-such-folder-here/out: cannot write: No such file or directory");
	cr_expect_null(writer_open(&nameless, &err));
	cr_expect_eq(mem_live(), 0);
	cr_expect_eq(writer_close(NULL, 0), 0);
}

/* A disk that fills up within a line: nothing of that line stays, and all is written once there is room. The
 * limit's signal may not end the process, and does not: it comes in the writer's thread. */
Test(system_writer, a_full_disk_is_waited_for)
{
	char path[TEMP_PATH_MAX];
	struct rlimit limit = {10, RLIM_INFINITY};
	struct writer *writer = opened(temp_path("out", path), 0, NULL);

	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	cr_expect(put(writer, "12345"));
	cr_expect(put(writer, "67890"));
	while (writer_counts(writer).failures == 0)
		pause_msec(5);
	cr_expect_str_eq(temp_read("out"), "12345\n");
	struct writer_counts counts = writer_counts(writer);
	cr_expect_str_eq(counts.trouble, "File too large");
	cr_expect_not(counts.connected);
	cr_expect_eq(counts.written, 1);
	cr_expect_eq(counts.queued, 1);
	limit.rlim_cur = RLIM_INFINITY;
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	cr_expect(writer_flush(writer, 5000));
	cr_expect_str_eq(temp_read("out"), "12345\n67890\n");
	cr_expect(writer_counts(writer).connected);
	cr_expect_eq(writer_close(writer, 1000), 0);
}

Test(system_writer, what_a_full_disk_never_took_is_lost_and_counted)
{
	char path[TEMP_PATH_MAX];
	struct rlimit limit = {3, RLIM_INFINITY};
	struct writer *writer = opened(temp_path("out", path), 0, NULL);

	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	cr_expect(put(writer, "12345"));
	cr_expect(put(writer, "67890"));
	cr_expect_eq(writer_close(writer, 300), 2);
	cr_expect_str_eq(temp_read("out"), "");
}

static int listening(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	unlink(path);
	cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	cr_assert_eq(listen(fd, 4), 0);
	return fd;
}

/* Up to and with the line WANTED; what came before it, zero-terminated, good until the next call. */
static const char *read_until(int fd, const char *wanted)
{
	static char text[TEMP_TEXT_MAX];
	size_t length = 0, wanted_length = strlen(wanted);
	struct pollfd ready = {.fd = fd, .events = POLLIN};

	while (length < sizeof text - 1 && poll(&ready, 1, 5000) == 1) {
		ssize_t got = read(fd, text + length, sizeof text - 1 - length);

		if (got <= 0)
			break;
		length += (size_t)got;
		text[length] = '\0';
		if (length >= wanted_length && strcmp(text + length - wanted_length, wanted) == 0)
			break;
	}
	text[length] = '\0';
	return text;
}

Test(system_writer, a_socket_that_is_not_there_yet)
{
	char path[TEMP_PATH_MAX], target[TEMP_PATH_MAX + 8];

	snprintf(target, sizeof target, "unix:%s", temp_path("socket", path));
	struct writer *writer = opened(target, 0, NULL);
	cr_expect_eq(writer_kind(writer), WRITER_UNIX);
	cr_expect(put(writer, "early"));
	cr_expect_not(writer_flush(writer, 50));
	cr_expect_not(writer_counts(writer).connected);
	int listener = listening(path);
	int reader = accept(listener, NULL, NULL);
	cr_expect_str_eq(read_until(reader, "early\n"), "early\n");
	cr_expect(writer_counts(writer).connected);
	cr_expect_eq(writer_close(writer, 1000), 0);
	close(reader);
	close(listener);
}

Test(system_writer, a_reader_that_comes_back_gets_whole_lines)
{
	char path[TEMP_PATH_MAX];
	int listener = listening(temp_path("socket", path));
	struct writer *writer = opened(path, 0, NULL);
	int reader = accept(listener, NULL, NULL);

	cr_expect_eq(writer_kind(writer), WRITER_UNIX);
	cr_expect(put(writer, "one"));
	cr_expect_str_eq(read_until(reader, "one\n"), "one\n");
	close(reader);
	cr_expect(put(writer, "two"));
	cr_expect(put(writer, "three"));
	reader = accept(listener, NULL, NULL);
	cr_expect_str_eq(read_until(reader, "three\n"), "two\nthree\n");
	cr_expect_eq(writer_counts(writer).lost, 0);
	cr_expect_gt(writer_counts(writer).failures, 0);
	cr_expect_eq(writer_close(writer, 1000), 0);
	close(reader);
	close(listener);
}

static int64_t clock_msec(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum { SLOW_LINES = 20000 };

/* Lines are "NUMBER" and a filling; the reader's holes must be exactly what "lost N" says. */
static void expect_all_accounted(const char *text, uint64_t *read_lines, uint64_t *lost_lines)
{
	uint64_t next = 0;

	*read_lines = *lost_lines = 0;
	while (*text) {
		uint64_t number;

		if (sscanf(text, "lost %" SCNu64, &number) == 1) {
			next += number;
			*lost_lines += number;
		} else {
			cr_assert_eq(sscanf(text, "%" SCNu64 " filling", &number), 1);
			cr_assert_eq(number, next, "line %" PRIu64 " where %" PRIu64 " was due", number,
				     next);
			next++;
			(*read_lines)++;
		}
		text = strchr(text, '\n');
		cr_assert(text);
		text++;
	}
}

Test(system_writer, a_reader_that_sleeps_never_stalls_and_hears_what_it_missed)
{
	char path[TEMP_PATH_MAX], line[64];
	unsigned told = 0;
	uint64_t read_lines, lost_lines;
	int listener = listening(temp_path("socket", path));
	struct writer *writer = opened(path, 8192, &told);
	int reader = accept(listener, NULL, NULL);
	int64_t start = clock_msec(), slowest = 0;

	for (unsigned i = 0; i < SLOW_LINES; i++) {
		int64_t before = clock_msec();

		snprintf(line, sizeof line, "%u filling filling filling filling", i);
		(void)put(writer, line);
		if (clock_msec() - before > slowest)
			slowest = clock_msec() - before;
	}
	cr_expect_lt(clock_msec() - start, 5000);
	cr_expect_lt(slowest, 1000);
	struct writer_counts counts = writer_counts(writer);
	cr_expect_eq(counts.put, SLOW_LINES + told);
	cr_expect_gt(counts.lost, 0);
	cr_expect_eq(counts.written + counts.lost + counts.queued, counts.put);
	/* The reader wakes up; room is made, and the next line finds it. */
	char *all = mem_calloc(TEMP_TEXT_MAX, 1);
	size_t length = 0;
	const struct timeval patience = {.tv_usec = 300000};
	setsockopt(reader, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	for (ssize_t got = 1; got > 0; length += got > 0 ? (size_t)got : 0)
		got = read(reader, all + length, TEMP_TEXT_MAX - 1 - length);
	snprintf(line, sizeof line, "%u filling", SLOW_LINES);
	cr_expect(put(writer, line));
	snprintf(line, sizeof line, "%u filling", SLOW_LINES + 1);
	cr_expect(put(writer, line));
	(void)snprintf(all + length, TEMP_TEXT_MAX - length, "%s", read_until(reader, "20001 filling\n"));
	expect_all_accounted(all, &read_lines, &lost_lines);
	cr_expect_eq(read_lines + lost_lines, SLOW_LINES + 2);
	cr_expect_eq(lost_lines, writer_counts(writer).lost);
	cr_expect_gt(told, 0);
	cr_expect_eq(writer_close(writer, 1000), lost_lines);
	mem_free(all);
	close(reader);
	close(listener);
}

Test(system_writer, a_line_that_never_fits_is_lost_at_once)
{
	static char huge[8192];
	char path[TEMP_PATH_MAX];
	unsigned told = 0;
	struct writer *writer = opened(temp_path("out", path), 8192, &told);

	memset(huge, 'x', sizeof huge);
	cr_expect(put(writer, "one"));
	cr_expect_not(writer_put(writer, huge, sizeof huge));
	cr_expect_eq(writer_close(writer, 1000), 1);
	cr_expect_str_eq(temp_read("out"), "one\nlost 1\n");
	cr_expect_eq(told, 1);
}

static void use_as_output(int fd)
{
	fflush(stdout);
	cr_assert_eq(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
}

Test(system_writer, standard_output_whose_reader_has_gone)
{
	int ends[2], before = dup(STDOUT_FILENO);

	cr_assert_eq(pipe(ends), 0);
	use_as_output(ends[1]);
	struct writer *writer = opened("-", 0, NULL);
	cr_expect_eq(writer_kind(writer), WRITER_OUTPUT);
	cr_expect(put(writer, "seen"));
	cr_expect_str_eq(read_until(ends[0], "seen\n"), "seen\n");
	close(ends[0]);
	cr_expect(put(writer, "not seen"));
	while (writer_counts(writer).connected)
		pause_msec(5);
	cr_expect_str_eq(writer_counts(writer).trouble, "Broken pipe");
	int64_t start = clock_msec();
	cr_expect_not(writer_flush(writer, 5000));
	cr_expect_eq(writer_close(writer, 5000), 1);
	cr_expect_lt(clock_msec() - start, 3000);
	use_as_output(before);
	close(ends[1]);
}

Test(system_writer, standard_output_that_is_full_does_not_hold_the_end_up)
{
	int ends[2], before = dup(STDOUT_FILENO);
	static char line[1000];
	uint64_t taken = 0;

	memset(line, 'y', sizeof line);
	cr_assert_eq(pipe(ends), 0);
	use_as_output(ends[1]);
	struct writer *writer = opened("-", 0, NULL);
	for (unsigned i = 0; i < 200; i++)
		taken += writer_put(writer, line, sizeof line);
	cr_expect_eq(taken, 200);
	int64_t start = clock_msec();
	uint64_t lost = writer_close(writer, 300);
	cr_expect_lt(clock_msec() - start, 3000);
	cr_expect_gt(lost, 100);
	cr_expect_lt(lost, 200);
	use_as_output(before);
	close(ends[1]);
	size_t length = strlen(read_until(ends[0], "nothing"));
	/* 65536 bytes are what a pipe holds. */
	cr_expect_eq((length + sizeof line) / (sizeof line + 1),
		     200 - lost + (length % (sizeof line + 1) != 0));
	close(ends[0]);
}

Test(system_writer, a_named_pipe_is_waited_for)
{
	char path[TEMP_PATH_MAX];

	cr_assert_eq(mkfifo(temp_path("pipe", path), 0600), 0);
	struct writer *writer = opened(path, 0, NULL);
	cr_expect(put(writer, "line"));
	pause_msec(50);
	int reader = open(path, O_RDONLY);
	cr_expect_str_eq(read_until(reader, "line\n"), "line\n");
	cr_expect_eq(writer_close(writer, 1000), 0);
	close(reader);
}

Test(system_writer, no_memory_no_writer)
{
	char path[TEMP_PATH_MAX];
	const struct writer_options options = {.target = temp_path("out", path)};
	struct err err;

	for (uint64_t nth = 1; nth < 100; nth++) {
		mem_fail_at(nth);
		struct writer *writer = writer_open(&options, &err);
		bool failed = mem_fail_reached();

		mem_fail_at(0);
		cr_assert_eq(writer == NULL, failed);
		(void)writer_close(writer, 1000);
		cr_assert_eq(mem_live(), 0);
		if (!failed)
			return;
	}
}
