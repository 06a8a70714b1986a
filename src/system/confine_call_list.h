/*
 * Private to system/: the system calls that the program makes, each with its reason, and those that end it. A
 * call that stands in neither table fails with EPERM. Order: by topic; the kernel keeps what is allowed
 * without a condition in a bitmap, so order costs nothing.
 */
#ifndef SYSTEM_CONFINE_CALL_LIST_H
#define SYSTEM_CONFINE_CALL_LIST_H

#include "system/confine.h"

/* What else must hold of a call that is on the list. */
enum call_check {
	CHECK_NONE,
	CHECK_NO_EXEC,     /* third argument without PROT_EXEC */
	CHECK_THREAD,      /* first argument has CLONE_THREAD: no process */
	CHECK_SELF,        /* first argument is this process */
	CHECK_LIMIT_READ,  /* third argument is NULL: limits are asked for, not set */
	CHECK_THREAD_NAME, /* first argument is PR_SET_NAME */
	CHECK_SOCKET,      /* first argument is a family that is used */
	CHECK_REQUEST,     /* second argument is one of ioctl_requests */
	CHECK_ABSENT,      /* fails with ENOSYS: the C library then does it by a call that can be checked */
	CHECK_KILL,        /* ends the process */
};

enum { USE_ALWAYS = 1 << 8, USE_SANITIZER = 1 << 9 };
#define USE_SOCKETS (CONFINE_UNIX | CONFINE_INTERNET | CONFINE_CAPTURE)

struct call_rule {
	const char *name;
	long number;   /* -1: not on this machine */
	unsigned uses; /* listed if any of these is in force */
	enum call_check check;
	const char *reason;
};

struct request_rule {
	const char *name;
	unsigned long number;
	unsigned uses;
	const char *reason;
};

extern const struct call_rule call_rules[];
extern const size_t call_rule_count;
extern const struct request_rule ioctl_requests[];
extern const size_t ioctl_request_count;

#endif
