/* Waits for signals and the second's beat. */
#include "live.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

struct live_loop {
	struct live_run *run;
	int signal_fd, timer_fd;
	bool ending;
};

/* Signals that say something. */
static sigset_t heard_signals(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGWINCH};
	sigset_t signals;

	sigemptyset(&signals);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		sigaddset(&signals, numbers[i]);
	return signals;
}

void live_block_signals(void)
{
	sigset_t signals = heard_signals();

	sigaddset(&signals, SIGPIPE);
	sigprocmask(SIG_BLOCK, &signals, NULL);
}

static int open_signals(void)
{
	const sigset_t signals = heard_signals();

	return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int open_timer(void)
{
	const struct itimerspec second = {.it_interval = {.tv_sec = 1}, .it_value = {.tv_sec = 1}};
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd >= 0 && timerfd_settime(fd, 0, &second, NULL) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void take_signal(struct live_loop *loop, int number)
{
	switch (number) {
	case SIGUSR1:
		if (live_report(loop->run) != 0)
			loop->run->trouble = true;
		return;
	case SIGHUP: live_reload(loop->run); return;
	case SIGWINCH: live_page_show(loop->run, NULL); return;
	default: loop->ending = true; return;
	}
}

static void take_signals(struct live_loop *loop)
{
	struct signalfd_siginfo info;

	while (read(loop->signal_fd, &info, sizeof info) == (ssize_t)sizeof info)
		take_signal(loop, (int)info.ssi_signo);
}

/* A sign of life twice as often as the service manager asks for it, at most once a second. */
static void beat_notify(struct live_run *run)
{
	char status[160];

	snprintf(status, sizeof status, "%llu packets, %llu dropped, %zu findings stand, lag %lld ms",
		 (unsigned long long)run->out.last_packets, (unsigned long long)run->dropped,
		 event_tracker_counts(run->out.tracker).standing, (long long)(run->judge_ns / NSEC_PER_MSEC));
	notify_send(&run->notify, NOTIFY_WATCHDOG, status);
}

static void take_beat(struct live_loop *loop)
{
	struct live_run *run = loop->run;
	uint64_t beats;

	if (read(loop->timer_fd, &beats, sizeof beats) != (ssize_t)sizeof beats)
		return;
	observe_live_tick(run->observe, live_real_ns(), live_monotonic_ns());
	if (live_judge_due(run) != 0)
		run->trouble = true;
	live_evidence_beat(run);
	live_out_beat(run);
	beat_notify(run);
	if (run->options->duration > 0 &&
	    live_monotonic_ns() - run->started_monotonic_ns >= (int64_t)run->options->duration * NSEC_PER_SEC)
		loop->ending = true;
}

static int turn(struct live_loop *loop)
{
	while (!loop->ending) {
		struct pollfd polled[] = {{.fd = loop->signal_fd, .events = POLLIN},
					  {.fd = loop->timer_fd, .events = POLLIN},
					  {.fd = loop->run->out.page ? STDIN_FILENO : -1, .events = POLLIN}};

		if (poll(polled, 3, live_store_wait_msec(loop->run)) < 0 && errno != EINTR) {
			say_error("cannot wait for the clock: %s", strerror(errno));
			return -1;
		}
		take_signals(loop);
		take_beat(loop);
		live_store_beat(loop->run);
		if (loop->run->out.page && polled[2].revents && live_page_key(loop->run))
			loop->ending = true;
	}
	return 0;
}

int live_loop(struct live_run *run)
{
	struct live_loop loop = {.run = run, .signal_fd = open_signals(), .timer_fd = open_timer()};
	int result = -1;

	if (loop.signal_fd < 0 || loop.timer_fd < 0)
		say_error("cannot wait for signals and the clock: %s", strerror(errno));
	else
		result = turn(&loop);
	if (loop.signal_fd >= 0)
		close(loop.signal_fd);
	if (loop.timer_fd >= 0)
		close(loop.timer_fd);
	return result;
}
