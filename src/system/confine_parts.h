/*
 * Private to system/: what confine.c puts together. Everything that one thread does to itself is in struct
 * thread_plan, prepared beforehand, so that each thread can do it within a signal handler.
 */
#ifndef SYSTEM_CONFINE_PARTS_H
#define SYSTEM_CONFINE_PARTS_H

#include "system/confine.h"
#include <sys/types.h>

/* The sanitizers' own threads, files and processes need room that the program itself does not. */
#if defined(__SANITIZE_ADDRESS__)
#define CONFINE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CONFINE_SANITIZED 1
#endif
#endif
#ifndef CONFINE_SANITIZED
#define CONFINE_SANITIZED 0
#endif

struct identity {
	bool change; /* false: stay who we are */
	uid_t uid;
	gid_t gid;
	char name[64];
};

/* NAME, UID or UID:GID. A number without a group takes that user's own, or the same number. */
int identity_find(const char *text, struct identity *out, struct err *err) MUST_CHECK;

struct thread_plan {
	const struct identity *identity;
	uint64_t keep_capabilities;
	int ruleset; /* Landlock's, or -1 */
};

/* Confines the calling thread as PLAN says, by system calls alone. NULL, or what failed, with errno set. */
const char *thread_confine(const struct thread_plan *plan);
/* The same in all other threads of the process. */
int threads_confine(const struct thread_plan *plan, struct err *err) MUST_CHECK;

/* Capabilities that the kernel knows, as a mask. */
uint64_t capabilities_known(void);
/* The calling thread's sets. */
struct capability_sets {
	uint64_t effective, permitted, inheritable, bounding, ambient;
};
int capabilities_read(struct capability_sets *out) MUST_CHECK;
/* "CAP_NET_RAW", or NULL. */
const char *capability_name(unsigned number);

/* 0: this kernel has none, or it is switched off. */
int landlock_abi(void);
/* A ruleset's descriptor in *RULESET, -1 where there is no Landlock; marks its doors in OUT. */
int landlock_prepare(const struct confine_options *options, int *ruleset, struct confinement *out,
		     struct err *err) MUST_CHECK;

/* Fails what is not on the list for USES, in all threads. *AVAILABLE: whether this kernel and machine can. */
int calls_filter(unsigned uses, bool *available, struct err *err) MUST_CHECK;

void door_set(struct confinement *confinement, enum confine_door door, enum door_state state,
	      const char *format, ...) PRINTF_LIKE(4, 5);

#endif
