/* The order of giving up: what has to be read is read first, what needs a right goes before that right. */
#include "confine_parts.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

void door_set(struct confinement *confinement, enum confine_door door, enum door_state state,
	      const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(confinement->doors[door].detail, sizeof confinement->doors[door].detail, format, args);
	va_end(args);
	confinement->doors[door].state = state;
}

/* Both limits, so that nothing can raise them again. A limit that is lower already stays. */
static int set_limit(struct confinement *out, enum confine_door door, int resource, uint64_t wanted,
		     struct err *err)
{
	struct rlimit limit;

	if (getrlimit((__rlimit_resource_t)resource, &limit) != 0)
		return err_set(err, "limit of %s: %s", confine_door_name(door), strerror(errno));
	bool is_so = limit.rlim_max <= wanted && limit.rlim_cur == limit.rlim_max;
	if (limit.rlim_max > wanted)
		limit.rlim_max = wanted;
	/* The soft limit goes up to the hard one: what was asked for is what is wanted. */
	limit.rlim_cur = limit.rlim_max;
	if (!is_so && setrlimit((__rlimit_resource_t)resource, &limit) != 0)
		return err_set(err, "limit of %s: %s", confine_door_name(door), strerror(errno));
	door_set(out, door, DOOR_SHUT, "at most %llu", (unsigned long long)limit.rlim_cur);
	return 0;
}

static int set_limits(const struct confine_options *options, struct confinement *out, struct err *err)
{
	const struct {
		enum confine_door door;
		int resource;
		uint64_t wanted;
	} limits[] = {
	    {DOOR_MEMORY, RLIMIT_DATA, CONFINE_SANITIZED ? 0 : options->data_bytes},
	    {DOOR_DESCRIPTORS, RLIMIT_NOFILE, options->open_files},
	    {DOOR_PROCESSES, RLIMIT_NPROC, options->processes},
	};

	if (set_limit(out, DOOR_CORE, RLIMIT_CORE, 0, err) != 0)
		return -1;
	door_set(out, DOOR_CORE, DOOR_SHUT, "%s", "");
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		door_set(out, limits[i].door, DOOR_OPEN, "no limit asked for");
		if (limits[i].wanted > 0 &&
		    set_limit(out, limits[i].door, limits[i].resource, limits[i].wanted, err) != 0)
			return -1;
	}
	return 0;
}

static int find_identity(const struct confine_options *options, struct identity *identity, struct err *err)
{
	*identity = (struct identity){.change = false};
	if (!options->user)
		return 0;
	if (identity_find(options->user, identity, err) != 0)
		return -1;
	if (identity->uid == 0)
		return err_set(err, "user \"%s\" is root: dropping to it drops nothing", options->user);
	if (geteuid() != 0 && (geteuid() != identity->uid || getegid() != identity->gid))
		return err_set(err, "changing to user \"%s\" takes root; start as root, or as that user",
			       identity->name);
	return 0;
}

static void mark_user(struct confinement *out, const struct identity *identity)
{
	uid_t real, effective, saved;

	if (getresuid(&real, &effective, &saved) != 0)
		return;
	if (identity->change)
		door_set(out, DOOR_USER, DOOR_SHUT, "%s (%u:%u)", identity->name, (unsigned)effective,
			 (unsigned)getegid());
	else
		door_set(out, DOOR_USER, DOOR_OPEN, "%u:%u, as started", (unsigned)effective,
			 (unsigned)getegid());
}

static void name_capabilities(uint64_t mask, char *out, size_t size)
{
	size_t length = 0;

	for (unsigned number = 0; number < 64 && length < size; number++) {
		const char *name = capability_name(number);
		int added = 0;

		if ((mask >> number & 1) == 0)
			continue;
		if (name)
			added = snprintf(out + length, size - length, " %s", name);
		else
			added = snprintf(out + length, size - length, " %u", number);
		length += added > 0 ? (size_t)added : 0;
	}
}

/* -1 if the kernel says that something stayed that was to go. */
static int mark_capabilities(struct confinement *out, uint64_t keep, struct err *err)
{
	struct capability_sets sets;
	char kept[DOOR_TEXT_MAX] = "";

	if (capabilities_read(&sets) != 0)
		return err_set(err, "capabilities: %s", strerror(errno));
	if (((sets.effective | sets.permitted) & ~keep) != 0 || sets.inheritable != 0 || sets.ambient != 0)
		return err_set(err, "capabilities stayed that were to go");
	name_capabilities(sets.effective, kept, sizeof kept);
	if ((sets.bounding & ~keep) != 0)
		door_set(out, DOOR_CAPABILITIES, DOOR_SHUT,
			 "%.60s; bounding set stays, and no_new_privs makes it void",
			 kept[0] ? kept + 1 : "none");
	else
		door_set(out, DOOR_CAPABILITIES, DOOR_SHUT, "%s", kept[0] ? kept + 1 : "none");
	return 0;
}

static void mark_calls(struct confinement *out, bool available)
{
	if (available)
		door_set(out, DOOR_CALLS, DOOR_SHUT, "%s",
			 CONFINE_SANITIZED ? "wider, for a sanitizer" : "seccomp");
	else
		door_set(out, DOOR_CALLS, DOOR_MISSING,
			 "no seccomp in this kernel, no list for this machine, or refused from outside");
}

/* Threads that are running first, then this one: what it starts afterwards inherits all. */
static int give_up(const struct thread_plan *plan, struct confinement *out, struct err *err)
{
	if (threads_confine(plan, err) != 0)
		return -1;
	const char *failed = thread_confine(plan);
	if (failed)
		return err_set(err, "%s: %s", failed, strerror(errno));
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return err_set(err, "no_new_privs is not in force");
	mark_user(out, plan->identity);
	door_set(out, DOOR_PRIVILEGES, DOOR_SHUT, "no_new_privs");
	return mark_capabilities(out, plan->keep_capabilities, err);
}

static int check_strict(const struct confine_options *options, const struct confinement *out, struct err *err)
{
	for (int i = 0; options->strict && i < DOOR_COUNT; i++) {
		if (out->doors[i].state == DOOR_MISSING)
			return err_set(err, "%s cannot be shut: %s", confine_door_name((enum confine_door)i),
				       out->doors[i].detail);
	}
	return 0;
}

int confine_enter(const struct confine_options *options, struct confinement *out, struct err *err)
{
	struct identity identity;
	int ruleset;
	bool available = false;

	*out = (struct confinement){.entered = false};
	/* Within the filter even this question is refused. */
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) < 0)
		return err_set(err, "sandbox: entered already");
	if (find_identity(options, &identity, err) != 0 || landlock_prepare(options, &ruleset, out, err) != 0)
		return err_prefix(err, "sandbox");
	struct thread_plan plan = {&identity, options->keep_capabilities, ruleset};
	int result = set_limits(options, out, err);
	if (result == 0)
		result = give_up(&plan, out, err);
	if (ruleset >= 0)
		close(ruleset);
	if (result == 0)
		result = calls_filter(options->uses, &available, err);
	mark_calls(out, available);
	if (result == 0)
		result = check_strict(options, out, err);
	if (result != 0)
		return err_prefix(err, "sandbox");
	out->entered = true;
	return 0;
}
