/*
 * What the process gives up before it reads the first hostile byte: another user, capabilities, new
 * privileges, files (Landlock), system calls (seccomp), core dumps and other limits. One call shuts all
 * doors, once; there is no way back.
 *
 * The caller opens what it needs first (captures' ports, outputs, the store, sockets) and names the paths
 * that it will open later. Files that are open already stay usable. Threads started afterwards inherit
 * everything; enter before starting any if you can. Threads that run already are covered too, if they do not
 * block CONFINE_SIGNAL; the call fails, naming the thread, if one cannot be reached within a second.
 *
 * What this kernel cannot do is said as data (struct confinement), and is an error only if `strict`. What it
 * can do and refuses is always an error, and then the process may be half confined: end it.
 *
 * A forbidden system call fails with EPERM, so that a library that tries something needless goes on. Those
 * that no honest road of this program reaches and that are what an intruder is after (exec, ptrace, mount,
 * modules, ..) end the process at once by SIGSYS: a service manager logs that as "killed, status=31/SYS".
 *
 * Not shut by any of this: reading the metadata (stat) of any file; connecting to a unix socket by its path
 * where CONFINE_UNIX is given, for Landlock has no right for that yet; using what was opened before.
 */
#ifndef SYSTEM_CONFINE_H
#define SYSTEM_CONFINE_H

#include "base/err.h"
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFINE_SIGNAL (SIGRTMIN + 6)

/* What is done besides computing, threads, time, and reading and writing files. Bits of confine_options.uses.
 */
enum confine_use {
	/* Makes and connects unix sockets: events, syslog, notification. Sockets that are open already need
	   nothing. */
	CONFINE_UNIX = 1 << 0,
	/* Makes and connects internet sockets and looks names up (a fleet's store). Also lets libraries be
	 * loaded from the system's folders and its configuration be read, because name services do so. */
	CONFINE_INTERNET = 1 << 1,
	/* Goes on using capture sockets that were opened before: binds them again to a port that came back,
	 * asks for statistics, sets their options, asks for interfaces' states. Makes none, unless
	 * CAP_NET_RAW is kept. */
	CONFINE_CAPTURE = 1 << 2,
	/* Changes the terminal's mode (a live page that takes keys). */
	CONFINE_TERMINAL = 1 << 3,
};

/* What may be opened later: a file, or a folder with all that is below it. A symbolic link stands for what it
 * leads to at the time of the call; links inside a folder that lead out of it do not work, name their ends as
 * well. A path that does not exist is passed over. */
struct confine_path {
	const char *path;
	bool write; /* create, write, rename, remove as well as read */
};

struct confine_options {
	const char *user; /* a name, "UID" or "UID:GID"; NULL: stay. Supplementary groups are dropped */
	uint64_t
	    keep_capabilities; /* bit N: capability N of <linux/capability.h>; all others go from every set */
	unsigned uses;         /* enum confine_use */
	const struct confine_path *paths;
	size_t path_count;
	uint64_t data_bytes; /* RLIMIT_DATA: heap, private writable maps, stacks of threads; rings are not
				counted. 0: as is */
	uint64_t open_files; /* RLIMIT_NOFILE, 0: as is */
	uint64_t processes;  /* RLIMIT_NPROC: threads and processes of the *user*, 0: as is. For a user of its
				own only */
	bool strict;         /* a door that this kernel cannot shut is an error */
};

enum confine_door {
	DOOR_USER,         /* runs as nobody else's user */
	DOOR_CAPABILITIES, /* effective, permitted, inheritable, ambient, bounding */
	DOOR_PRIVILEGES,   /* no_new_privs: nothing executed could gain any */
	DOOR_FILES,        /* Landlock: other files are neither read nor written */
	DOOR_TRUNCATE,     /* Landlock 3: nor cut */
	DOOR_TCP,          /* Landlock 4: no TCP connection, no listening */
	DOOR_DEVICES,      /* Landlock 5: no ioctl on devices that are opened later */
	DOOR_SCOPE,        /* Landlock 6: no signals to others, no abstract unix sockets of others */
	DOOR_CALLS,        /* seccomp: system calls that are not on the list */
	DOOR_CORE,         /* no core dumps */
	DOOR_MEMORY,       /* RLIMIT_DATA */
	DOOR_DESCRIPTORS,  /* RLIMIT_NOFILE */
	DOOR_PROCESSES,    /* RLIMIT_NPROC */
	DOOR_COUNT,
};

enum door_state {
	DOOR_OPEN,    /* not asked for, or needed by what was asked for */
	DOOR_SHUT,    /* in force, read back from the kernel where that can be asked */
	DOOR_MISSING, /* this kernel, or what the process may do, has no means of it */
};

enum { DOOR_TEXT_MAX = 120 };

/* What is in force. */
struct confinement {
	bool entered;     /* false: --no-sandbox, or not yet */
	int landlock_abi; /* 0: none */
	struct {
		enum door_state state;
		char detail[DOOR_TEXT_MAX]; /* "tapaudit (994:994)", "only CAP_NET_RAW", why it is open or
					       missing; "" */
	} doors[DOOR_COUNT];
};

/* Gives up everything that OPTIONS do not name, for good, and fills OUT. 0, or -1 and a line that says which
 * door and what to do (no such user, not permitted to change the user, a thread that does not answer, out of
 * descriptors). */
int confine_enter(const struct confine_options *options, struct confinement *out, struct err *err) MUST_CHECK;

/* "files", "calls": stable words for reports and health. */
const char *confine_door_name(enum confine_door door);
/* "open", "shut", "missing". */
const char *door_state_name(enum door_state state);
/* "shut: user capabilities .. calls; open: tcp (..); missing: .." in one line, for -v and a status. Returns
 * OUT. */
enum { CONFINE_TEXT_MAX = 1024 };
char *confine_describe(const struct confinement *confinement, char out[CONFINE_TEXT_MAX]);
/* True if every door that could matter is shut: none is missing. */
bool confine_is_whole(const struct confinement *confinement);

/* Whether this process could open a capture port now: CAP_NET_RAW in its effective set. For the line that
 * says how to get it when it cannot. */
bool confine_may_capture(void);

#endif
