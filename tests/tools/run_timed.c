/*
 * Runs a command and says what it cost, in one line: wall seconds, processor seconds, peak of anonymous
 * memory in bytes (what it holds beyond the files that it maps), exit status. Its output goes to /dev/null.
 *
 *   run_timed COMMAND [ARGUMENT..]
 *
 * ru_maxrss counts mapped files too. So RssAnon is looked up every few milliseconds while the command runs; a
 * peak that is shorter than that can be missed.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_EVERY_NS = 5000000, LINE_BYTES = 256, PATH_BYTES = 64 };

static double now_sec(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double time_sec(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static uint64_t anonymous_bytes(pid_t child)
{
	char path[PATH_BYTES];
	char line[LINE_BYTES];
	uint64_t kibibytes = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)child);
	file = fopen(path, "r");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, "RssAnon:", 8) == 0)
			kibibytes = strtoull(line + 8, NULL, 10);
	(void)fclose(file);
	return kibibytes * 1024;
}

static void run_child(char **command)
{
	int nothing = open("/dev/null", O_WRONLY);

	if (nothing < 0 || dup2(nothing, STDOUT_FILENO) < 0 || dup2(nothing, STDERR_FILENO) < 0)
		_exit(127);
	(void)execvp(command[0], command);
	_exit(127);
}

/* Only its interrupting the sleep matters, so that the end is noticed at once. */
static void on_child(int signal)
{
	(void)signal;
}

int main(int argc, char **argv)
{
	const struct timespec pause = {.tv_nsec = LOOK_EVERY_NS};
	double start = now_sec();
	uint64_t peak = 0;
	struct rusage usage;
	int status;
	pid_t child;

	if (argc < 2) {
		fprintf(stderr, "usage: run_timed COMMAND [ARGUMENT..]\n");
		return 2;
	}
	(void)signal(SIGCHLD, on_child);
	child = fork();
	if (child < 0)
		return 2;
	if (child == 0)
		run_child(argv + 1);
	while (wait4(child, &status, WNOHANG, &usage) == 0) {
		uint64_t bytes = anonymous_bytes(child);

		if (bytes > peak)
			peak = bytes;
		(void)nanosleep(&pause, NULL);
	}
	printf("%.4f %.4f %llu %d\n", now_sec() - start, time_sec(usage.ru_utime) + time_sec(usage.ru_stime),
	       (unsigned long long)peak, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 0;
}
