#include "system/confine_call_list.h"
#include "system/confine_parts.h"
#include "system_temp.h"
#include <errno.h>
#include <linux/capability.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

TestSuite(system_confine, .timeout = 20, .init = temp_make, .fini = temp_remove);

/* What a process says that enters OPTIONS and then does RUN, or why it did not enter; good until the next
 * call. */
static const char *confined(const struct confine_options *options,
			    void (*run)(const struct confinement *state, char *out, size_t size))
{
	static char text[2048];
	int ends[2], status;

	cr_assert_eq(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		struct confinement state;
		struct err err;

		text[0] = '\0';
		if (confine_enter(options, &state, &err) != 0)
			snprintf(text, sizeof text, "not entered: %s", err.text);
		else if (run)
			run(&state, text, sizeof text);
		_exit(write(ends[1], text, strlen(text)) < 0);
	}
	close(ends[1]);
	ssize_t length = read(ends[0], text, sizeof text - 1);
	text[length > 0 ? length : 0] = '\0';
	close(ends[0]);
	cr_assert_eq(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status))
		snprintf(text, sizeof text, "killed by signal %d", WTERMSIG(status));
	return text;
}

/* Only root can become somebody else; for others there is nobody to become. */
static bool is_root(void)
{
	return geteuid() == 0;
}

Test(system_confine, users)
{
	static const struct {
		const char *text;
		uid_t uid;
		gid_t gid;
		const char *name;
	} right[] = {
	    {"root", 0, 0, "root"},
	    {"0", 0, 0, "root"},
	    {"nobody", 65534, 65534, "nobody"},
	    {"65534", 65534, 65534, "nobody"},
	    {"12345:54321", 12345, 54321, "12345:54321"},
	    {"54321", 54321, 54321, "54321"},
	};
	static const struct {
		const char *text, *wanted;
	} wrong[] = {
	    {"no-such-user-here", "user \"no-such-user-here\": there is no such user"},
	    {"", "user \"\": there is no such user"},
	    {"4294967295", "user \"4294967295\": no such number can be a user"},
	    {"99999999999", "user \"99999999999\": no such number can be a user"},
	    {"1:", "user \"1:\": neither a name, UID nor UID:GID"},
	    {":1", "user \":1\": neither a name, UID nor UID:GID"},
	    {"1:2:3", "user \"1:2:3\": neither a name, UID nor UID:GID"},
	    {"nobody:nogroup", "user \"nobody:nogroup\": neither a name, UID nor UID:GID"},
	    {"-1:0", "user \"-1:0\": neither a name, UID nor UID:GID"},
	    {"0:4294967295", "user \"0:4294967295\": neither a name, UID nor UID:GID"},
	};
	struct identity identity;
	struct err err;

	for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
		cr_assert_eq(identity_find(right[i].text, &identity, &err), 0, "%s", right[i].text);
		cr_expect(identity.change);
		cr_expect_eq(identity.uid, right[i].uid);
		cr_expect_eq(identity.gid, right[i].gid);
		cr_expect_str_eq(identity.name, right[i].name);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		cr_expect_eq(identity_find(wrong[i].text, &identity, &err), -1, "%s", wrong[i].text);
		cr_expect_str_eq(err.text, wrong[i].wanted);
	}
}

Test(system_confine, dropping_to_root_or_from_another_user_is_refused)
{
	struct confine_options options = {.user = "root"};

	cr_expect_str_eq(confined(&options, NULL),
			 "not entered: sandbox: user \"root\" is root: dropping to it drops nothing");
	if (is_root() && (setresgid(1, 1, 1) != 0 || setresuid(1, 1, 1) != 0))
		cr_assert_fail("cannot become another user");
	options.user = "54321";
	cr_expect_str_eq(confined(&options, NULL),
			 "not entered: sandbox: changing to user \"54321\" takes root; "
			 "start as root, or as that user");
}

static void tell_identity(const struct confinement *state, char *out, size_t size)
{
	uid_t real, effective, saved;
	gid_t real_group, effective_group, saved_group;
	gid_t groups[64];

	if (getresuid(&real, &effective, &saved) != 0 ||
	    getresgid(&real_group, &effective_group, &saved_group) != 0)
		return;
	snprintf(out, size, "%u %u %u, %u %u %u, %d groups; %s; may capture %d", real, effective, saved,
		 real_group, effective_group, saved_group, getgroups(64, groups),
		 state->doors[DOOR_CAPABILITIES].detail, confine_may_capture());
}

Test(system_confine, nothing_of_root_stays)
{
	struct confine_options options = {.user = "1234:4321"};
	const gid_t groups[] = {0, 4, 24};

	if (!is_root())
		cr_skip_test("takes root");
	cr_assert_eq(syscall(SYS_setgroups, 3, groups), 0);
	cr_expect(confine_may_capture());
	cr_expect_str_eq(confined(&options, tell_identity),
			 "1234 1234 1234, 4321 4321 4321, 0 groups; none; may capture 0");
	options.keep_capabilities = UINT64_C(1) << CAP_NET_RAW;
	cr_expect_str_eq(confined(&options, tell_identity),
			 "1234 1234 1234, 4321 4321 4321, 0 groups; CAP_NET_RAW; may capture 1");
	options.user = NULL;
	options.keep_capabilities |= UINT64_C(1) << CAP_SYS_TIME;
	cr_expect_str_eq(confined(&options, tell_identity),
			 "0 0 0, 0 0 0, 3 groups; CAP_NET_RAW 25; may capture 1");
}

static void try_paths(const struct confinement *state, char *out, size_t size)
{
	static const char *const names[] = {"file", "other", "new"};
	static const int flags[] = {O_RDONLY, O_WRONLY, O_WRONLY | O_CREAT};
	char path[TEMP_PATH_MAX];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 3; k++) {
			int fd = open(temp_path(names[i], path), flags[k], 0600);

			snprintf(out + strlen(out), size - strlen(out), "%s", fd >= 0 ? "+" : "-");
			if (fd >= 0)
				close(fd);
		}
	}
	snprintf(out + strlen(out), size - strlen(out), " %s", opendir(temp_folder) ? "listed" : "hidden");
}

/* Each of file, other, new is opened to read, to write, and to make. */
Test(system_confine, paths_are_files_folders_links_and_nothing)
{
	char file[TEMP_PATH_MAX], link[TEMP_PATH_MAX];
	struct confine_path path = {.path = temp_path("file", file)};
	const struct confine_options options = {.paths = &path, .path_count = 1};

	if (landlock_abi() == 0)
		cr_skip_test("no Landlock in this kernel");
	temp_write("file", "x");
	temp_write("other", "x");
	cr_expect_str_eq(confined(&options, try_paths), "+-------- hidden");
	path.write = true;
	cr_expect_str_eq(confined(&options, try_paths), "+++------ hidden");
	cr_assert_eq(symlink(file, temp_path("link", link)), 0);
	path.path = link;
	cr_expect_str_eq(confined(&options, try_paths), "+++------ hidden");
	path.path = "/tmp/no-such-file-here";
	cr_expect_str_eq(confined(&options, try_paths), "--------- hidden");
	path.path = temp_folder;
	path.write = false;
	cr_expect_str_eq(confined(&options, try_paths), "+--+----- listed");
	path.write = true;
	cr_expect_str_eq(confined(&options, try_paths), "++++++--+ listed");
}

static void tell_limits(const struct confinement *state, char *out, size_t size)
{
	struct rlimit files, processes, data, core;
	void *block = mmap(NULL, 64U << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	getrlimit(RLIMIT_NOFILE, &files);
	getrlimit(RLIMIT_NPROC, &processes);
	getrlimit(RLIMIT_DATA, &data);
	getrlimit(RLIMIT_CORE, &core);
	snprintf(out, size, "%d %d %d %d, %s; %s %s %s", (int)files.rlim_max, (int)processes.rlim_max,
		 (int)(data.rlim_max >> 20), (int)core.rlim_max, block == MAP_FAILED ? "refused" : "given",
		 state->doors[DOOR_MEMORY].detail, state->doors[DOOR_DESCRIPTORS].detail,
		 door_state_name(state->doors[DOOR_CORE].state));
}

Test(system_confine, limits)
{
	const struct confine_options options = {.data_bytes = 32U << 20, .open_files = 40, .processes = 7};

	if (CONFINE_SANITIZED)
		cr_skip_test("sanitizers need their memory");
	cr_expect_str_eq(confined(&options, tell_limits),
			 "40 7 32 0, refused; at most 33554432 at most 40 shut");
}

static void enter_again(const struct confinement *state, char *out, size_t size)
{
	const struct confine_options options = {.user = NULL};
	struct confinement again;
	struct err err;

	(void)state;
	snprintf(out, size, "%s", confine_enter(&options, &again, &err) == 0 ? "entered" : err.text);
}

Test(system_confine, once_is_for_good)
{
	const struct confine_options options = {.user = NULL};

	if (CONFINE_SANITIZED)
		cr_skip_test("sanitizers may ask more");
	cr_expect_str_eq(confined(&options, enter_again), "sandbox: entered already");
}

/* Threads that ran before are in it too. */
enum { THREAD_COUNT = 20 };
static atomic_int refused;
static atomic_bool go;

static void *open_when_told(void *context)
{
	while (!atomic_load(&go))
		pause_msec(1);
	int fd = open(context, O_RDONLY);
	if (fd < 0 && errno == EACCES)
		atomic_fetch_add(&refused, 1);
	if (fd >= 0)
		close(fd);
	return NULL;
}

static int enter_with_threads(void)
{
	const struct confine_options options = {.user = is_root() ? "1234:1234" : NULL};
	pthread_t threads[THREAD_COUNT];
	struct confinement state;
	struct err err;
	char name[] = "/etc/passwd";

	for (int i = 0; i < THREAD_COUNT; i++) {
		if (pthread_create(&threads[i], NULL, open_when_told, name) != 0)
			return -1;
	}
	if (confine_enter(&options, &state, &err) != 0)
		return -2;
	atomic_store(&go, true);
	for (int i = 0; i < THREAD_COUNT; i++)
		pthread_join(threads[i], NULL);
	return atomic_load(&refused);
}

Test(system_confine, threads_that_ran_before)
{
	int status;

	if (landlock_abi() == 0)
		cr_skip_test("no Landlock in this kernel");
	pid_t child = fork();
	if (child == 0)
		_exit(enter_with_threads());
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect(WIFEXITED(status));
	cr_expect_eq(WEXITSTATUS(status), THREAD_COUNT);
}

static void *sleep_deaf(void *context)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	atomic_store((atomic_bool *)context, true);
	pause_msec(10000);
	return NULL;
}

Test(system_confine, a_thread_that_cannot_be_reached_is_an_error)
{
	const struct confine_options options = {.user = NULL};
	atomic_bool deaf = false;
	pthread_t thread;
	struct confinement state;
	struct err err;

	cr_assert_eq(pthread_create(&thread, NULL, sleep_deaf, &deaf), 0);
	while (!atomic_load(&deaf))
		pause_msec(1);
	cr_expect_eq(confine_enter(&options, &state, &err), -1);
	cr_expect_not(state.entered);
	cr_expect_eq(strncmp(err.text, "sandbox: thread ", 16), 0);
	cr_expect(strstr(err.text, " cannot be confined: it does not take signal 40"), "%s", err.text);
}

/* Of one call there is one rule, or a wider one for sanitizers before it; every rule and request has its
 * reason. */
Test(system_confine, the_list_of_calls)
{
	for (size_t i = 0; i < call_rule_count; i++) {
		const struct call_rule *rule = &call_rules[i];

		cr_expect_gt(strlen(rule->reason), 3, "%s", rule->name);
		cr_expect_neq(rule->uses, 0, "%s", rule->name);
		for (size_t k = 0; k < i; k++) {
			const struct call_rule *other = &call_rules[k];

			cr_expect(rule->number < 0 || rule->number != other->number ||
				      (rule->uses == USE_SANITIZER) != (other->uses == USE_SANITIZER),
				  "%s stands twice", rule->name);
		}
	}
	for (size_t i = 0; i < ioctl_request_count; i++)
		cr_expect_gt(strlen(ioctl_requests[i].reason), 2, "%s", ioctl_requests[i].name);
}

Test(system_confine, words)
{
	struct confinement state = {.entered = false};
	char text[CONFINE_TEXT_MAX];

	cr_expect_str_eq(confine_describe(&state, text), "none in force");
	cr_expect_not(confine_is_whole(&state));
	for (int i = 0; i < DOOR_COUNT; i++) {
		door_set(&state, (enum confine_door)i, DOOR_SHUT, "detail %d", i);
		for (int k = 0; k < i; k++)
			cr_expect_str_neq(confine_door_name((enum confine_door)i),
					  confine_door_name((enum confine_door)k));
	}
	state.entered = true;
	cr_expect(confine_is_whole(&state));
	door_set(&state, DOOR_TCP, DOOR_OPEN, "a store");
	door_set(&state, DOOR_MEMORY, DOOR_OPEN, "no limit asked for");
	cr_expect(confine_is_whole(&state));
	door_set(&state, DOOR_SCOPE, DOOR_MISSING, "Landlock %d, would need %d", 4, 6);
	door_set(&state, DOOR_CALLS, DOOR_MISSING, "%s", "");
	cr_expect_not(confine_is_whole(&state));
	cr_expect_str_eq(
	    confine_describe(&state, text),
	    "shut: user (detail 0), capabilities (detail 1), privileges, files, truncation, devices, core, "
	    "descriptors, processes; open: tcp (a store); missing: scope (Landlock 4, would need 6), calls");
	cr_expect_str_eq(confine_door_name((enum confine_door)99), "?");
	cr_expect_str_eq(door_state_name((enum door_state)99), "?");
	cr_expect_str_eq(door_state_name(DOOR_MISSING), "missing");
}
