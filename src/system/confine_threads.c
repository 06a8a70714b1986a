/*
 * What a thread gives up, and how all threads of the process come to do it: Landlock, capabilities and, below
 * the C library, user and groups belong to a thread. A signal makes each run the same plan, which travels
 * with the signal, so there is no global. Only system calls may be made in there.
 */
#include "confine_parts.h"
#include <dirent.h>
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_landlock_restrict_self
#define SYS_landlock_restrict_self 446
#endif

enum { THREADS_MAX = 1024, WAIT_STEPS = 1000, ROUNDS_MAX = 64, LAST_CAPABILITY = 63 };
static const struct timespec wait_step = {.tv_nsec = 1000000};

/* The bounding set can only be cut down with CAP_SETPCAP; without, no_new_privs makes it mean nothing. */
static const char *drop_bounding(uint64_t keep)
{
	for (unsigned number = 0; number <= LAST_CAPABILITY; number++) {
		if ((keep >> number & 1) == 0 && prctl(PR_CAPBSET_READ, number, 0, 0, 0) == 1 &&
		    prctl(PR_CAPBSET_DROP, number, 0, 0, 0) != 0 && errno != EPERM)
			return "the bounding set";
	}
	return NULL;
}

static const char *change_identity(const struct identity *identity, bool keep)
{
	if (!identity->change)
		return NULL;
	if (keep && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0)
		return "keeping capabilities";
	/* Without the right to set groups there may be none to drop, when we are that user already. */
	if (syscall(SYS_setgroups, 0, NULL) != 0 && (errno != EPERM || geteuid() != identity->uid))
		return "dropping groups";
	if (syscall(SYS_setresgid, identity->gid, identity->gid, identity->gid) != 0)
		return "changing the group";
	if (syscall(SYS_setresuid, identity->uid, identity->uid, identity->uid) != 0)
		return "changing the user";
	return NULL;
}

/* What is so already is not asked for: a sandbox around us may forbid even that. */
static const char *set_capabilities(uint64_t keep)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0}};
	bool changed = false;

	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
		return "the ambient set";
	if (syscall(SYS_capget, &header, data) != 0)
		return "reading capabilities";
	for (unsigned half = 0; half < _LINUX_CAPABILITY_U32S_3; half++) {
		uint32_t permitted = data[half].permitted & (uint32_t)(keep >> 32 * half);

		changed |= permitted != data[half].permitted || permitted != data[half].effective ||
			   data[half].inheritable != 0;
		data[half].permitted = data[half].effective = permitted;
		data[half].inheritable = 0;
	}
	return !changed || syscall(SYS_capset, &header, data) == 0 ? NULL : "capabilities";
}

const char *thread_confine(const struct thread_plan *plan)
{
	const char *failed = NULL;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return "no_new_privs";
	failed = drop_bounding(plan->keep_capabilities);
	if (!failed)
		failed = change_identity(plan->identity, plan->keep_capabilities != 0);
	if (!failed)
		failed = set_capabilities(plan->keep_capabilities);
	if (!failed && plan->ruleset >= 0 && syscall(SYS_landlock_restrict_self, plan->ruleset, 0) != 0)
		failed = "Landlock";
	return failed;
}

/* Shared between the thread that asks and those that answer. */
struct round {
	const struct thread_plan *plan;
	atomic_int answered;
	_Atomic(const char *) failed;
	atomic_int cause;
};

static void answer(int signal_number, siginfo_t *info, void *context)
{
	int saved = errno;

	(void)signal_number;
	(void)context;
	if (info->si_code == SI_QUEUE && info->si_pid == getpid()) {
		struct round *round = info->si_value.sival_ptr;
		const char *failed = thread_confine(round->plan);

		if (failed) {
			atomic_store(&round->cause, errno);
			atomic_store(&round->failed, failed);
		}
		atomic_fetch_add(&round->answered, 1);
	}
	errno = saved;
}

/* True if the thread is there and was asked. */
static bool ask_thread(struct round *round, pid_t thread)
{
	siginfo_t info = {.si_code = SI_QUEUE};

	info.si_pid = getpid();
	info.si_uid = getuid();
	info.si_value.sival_ptr = round;
	return syscall(SYS_rt_tgsigqueueinfo, getpid(), thread, CONFINE_SIGNAL, &info) == 0;
}

static int wait_answer(struct round *round, pid_t thread, int before, struct err *err)
{
	for (unsigned step = 0; atomic_load(&round->answered) == before; step++) {
		if (step == WAIT_STEPS)
			return err_set(err, "thread %d cannot be confined: it does not take signal %d",
				       (int)thread, CONFINE_SIGNAL);
		nanosleep(&wait_step, NULL);
		if (syscall(SYS_tgkill, getpid(), thread, 0) != 0)
			return 0;
	}
	const char *failed = atomic_load(&round->failed);
	return failed ? err_set(err, "thread %d cannot be confined: %s: %s", (int)thread, failed,
				strerror(atomic_load(&round->cause)))
		      : 0;
}

struct known_threads {
	pid_t ids[THREADS_MAX];
	size_t count;
};

static bool is_known(const struct known_threads *known, pid_t thread)
{
	for (size_t i = 0; i < known->count; i++) {
		if (known->ids[i] == thread)
			return true;
	}
	return false;
}

/* Asks each thread that is new since the last look. 1 if there was one, 0 if none, -1 on error. */
static int ask_new(DIR *tasks, struct round *round, struct known_threads *known, struct err *err)
{
	int found = 0;

	rewinddir(tasks);
	for (struct dirent *entry = readdir(tasks); entry; entry = readdir(tasks)) {
		pid_t thread = (pid_t)strtol(entry->d_name, NULL, 10);
		int before = atomic_load(&round->answered);

		if (thread <= 0 || is_known(known, thread))
			continue;
		if (known->count == THREADS_MAX)
			return err_set(err, "more than %d threads are running already", THREADS_MAX);
		known->ids[known->count++] = thread;
		found = 1;
		if (ask_thread(round, thread) && wait_answer(round, thread, before, err) != 0)
			return -1;
	}
	return found;
}

/* The kernel does nothing when asked to part with threads that do not exist, and refuses where there are any.
 */
static bool is_alone(void)
{
	return unshare(CLONE_THREAD) == 0;
}

/* After an error a thread that wakes up late ends the process: the signal has no handler any more. */
static int confine_others(const struct thread_plan *plan, struct err *err)
{
	struct round round = {.plan = plan};
	struct known_threads known = {.ids = {(pid_t)syscall(SYS_gettid)}, .count = 1};
	struct sigaction action = {.sa_flags = SA_SIGINFO | SA_RESTART}, before;
	DIR *tasks = opendir("/proc/self/task");
	int found = 1;

	if (!tasks)
		return err_set(err, "/proc/self/task: %s", strerror(errno));
	action.sa_sigaction = answer;
	sigfillset(&action.sa_mask);
	if (sigaction(CONFINE_SIGNAL, &action, &before) != 0)
		found = err_set(err, "signal %d: %s", CONFINE_SIGNAL, strerror(errno));
	/* Threads may start threads while we look. */
	for (unsigned i = 0; found == 1; i++)
		found = i < ROUNDS_MAX ? ask_new(tasks, &round, &known, err)
				       : err_set(err, "threads start faster than they can be confined");
	(void)sigaction(CONFINE_SIGNAL, &before, NULL);
	closedir(tasks);
	return found;
}

int threads_confine(const struct thread_plan *plan, struct err *err)
{
	return is_alone() ? 0 : confine_others(plan, err);
}
