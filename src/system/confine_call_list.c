/* The one list of system calls, each with its reason. */
#include "confine_call_list.h"
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

/* Calls of one machine or of newer kernels: where the header has no number, there is nothing to allow or
 * forbid. */
#define NO_CALL (-1)
#ifndef SYS_open
#define SYS_open       NO_CALL
#define SYS_stat       NO_CALL
#define SYS_lstat      NO_CALL
#define SYS_access     NO_CALL
#define SYS_readlink   NO_CALL
#define SYS_rename     NO_CALL
#define SYS_unlink     NO_CALL
#define SYS_mkdir      NO_CALL
#define SYS_rmdir      NO_CALL
#define SYS_getdents   NO_CALL
#define SYS_dup2       NO_CALL
#define SYS_pipe       NO_CALL
#define SYS_poll       NO_CALL
#define SYS_select     NO_CALL
#define SYS_epoll_wait NO_CALL
#define SYS_time       NO_CALL
#endif
#ifndef SYS_getrlimit
#define SYS_getrlimit NO_CALL
#endif
#ifndef SYS_renameat
#define SYS_renameat NO_CALL
#endif
#ifndef SYS_arch_prctl
#define SYS_arch_prctl NO_CALL
#endif
#ifndef SYS_modify_ldt
#define SYS_modify_ldt NO_CALL
#define SYS_iopl       NO_CALL
#define SYS_ioperm     NO_CALL
#endif

#define ALLOW(call, uses, reason)                                                                            \
	{                                                                                                    \
#call, SYS_##call, uses, CHECK_NONE, reason                                                  \
	}
#define WHERE(call, uses, check, reason)                                                                     \
	{                                                                                                    \
#call, SYS_##call, uses, check, reason                                                       \
	}
#define NEVER(call, reason)                                                                                  \
	{                                                                                                    \
#call, SYS_##call, USE_ALWAYS, CHECK_KILL, reason                                            \
	}

const struct call_rule call_rules[] = {
    /* Bytes of what is open */
    ALLOW(read, USE_ALWAYS, "captures from a pipe, files, events of the loop"),
    ALLOW(write, USE_ALWAYS, "reports, events, messages"),
    ALLOW(pread64, USE_ALWAYS, "windows of captures, SQLite"),
    ALLOW(pwrite64, USE_ALWAYS, "SQLite"),
    ALLOW(readv, USE_ALWAYS, "the C library"),
    ALLOW(writev, USE_ALWAYS, "the C library"),
    ALLOW(lseek, USE_ALWAYS, "libarchive, the C library"),
    ALLOW(fsync, USE_ALWAYS, "reports and stores that outlive a power cut"),
    ALLOW(fdatasync, USE_ALWAYS, "SQLite"),
    ALLOW(ftruncate, USE_ALWAYS, "SQLite, a half written event line on a full disk"),
    ALLOW(fallocate, USE_ALWAYS, "SQLite"),
    ALLOW(fadvise64, USE_ALWAYS, "captures are read once, in order"),
    ALLOW(fcntl, USE_ALWAYS, "SQLite's locks, O_NONBLOCK"),
    ALLOW(flock, USE_ALWAYS, "one nightly run at a time"),
    WHERE(ioctl, USE_ALWAYS, CHECK_REQUEST, "the terminal's size, a port's state"),
    ALLOW(dup, USE_ALWAYS, "the C library"),
    ALLOW(dup2, USE_ALWAYS, "standard streams"),
    ALLOW(dup3, USE_ALWAYS, "standard streams"),
    ALLOW(close, USE_ALWAYS, "what was open"),
    ALLOW(close_range, USE_ALWAYS, "what was open"),
    ALLOW(pipe, USE_ALWAYS, "waking threads"),
    ALLOW(pipe2, USE_ALWAYS, "waking threads"),
    ALLOW(eventfd2, USE_ALWAYS, "waking threads"),

    /* Names; which ones is Landlock's business */
    ALLOW(open, USE_ALWAYS, "files"),
    ALLOW(openat, USE_ALWAYS, "files"),
    ALLOW(stat, USE_ALWAYS, "what a path is"),
    ALLOW(lstat, USE_ALWAYS, "what a path is"),
    ALLOW(fstat, USE_ALWAYS, "sizes"),
    ALLOW(newfstatat, USE_ALWAYS, "sizes"),
    ALLOW(statx, USE_ALWAYS, "newer C libraries"),
    ALLOW(statfs, USE_ALWAYS, "libarchive: how to read a file system"),
    ALLOW(fstatfs, USE_ALWAYS, "libarchive, SQLite; room that is left"),
    ALLOW(access, USE_ALWAYS, "SQLite"),
    ALLOW(faccessat, USE_ALWAYS, "the C library"),
    ALLOW(faccessat2, USE_ALWAYS, "the C library"),
    ALLOW(readlink, USE_ALWAYS, "where the program is, SQLite's paths"),
    ALLOW(readlinkat, USE_ALWAYS, "the same"),
    ALLOW(getdents64, USE_ALWAYS, "folders of captures"),
    ALLOW(getcwd, USE_ALWAYS, "SQLite's full path"),
    ALLOW(rename, USE_ALWAYS, "files appear whole"),
    ALLOW(renameat, USE_ALWAYS, "files appear whole"),
    ALLOW(renameat2, USE_ALWAYS, "a night's folder changes places with the new one"),
    ALLOW(unlink, USE_ALWAYS, "what was left aside, SQLite's journals"),
    ALLOW(unlinkat, USE_ALWAYS, "the same"),
    ALLOW(mkdir, USE_ALWAYS, "output folders"),
    ALLOW(mkdirat, USE_ALWAYS, "output folders"),
    ALLOW(rmdir, USE_ALWAYS, "a folder that a new one replaced"),
    ALLOW(umask, USE_ALWAYS, "the C library's and SQLite's file modes"),
    ALLOW(fchmod, USE_ALWAYS, "SQLite: a journal with its store's mode"),
    ALLOW(fchown, USE_ALWAYS, "SQLite as root: a journal with its store's owner"),

    /* Memory */
    ALLOW(brk, USE_ALWAYS, "the heap"),
    WHERE(mmap, USE_ALWAYS, CHECK_NO_EXEC, "captures, the heap; nothing to run"),
    WHERE(mprotect, USE_ALWAYS, CHECK_NO_EXEC, "stacks and heaps of threads; nothing to run"),
    ALLOW(munmap, USE_ALWAYS, "windows of captures"),
    ALLOW(mremap, USE_ALWAYS, "large blocks of the heap that grow"),
    ALLOW(madvise, USE_ALWAYS, "huge pages for flow tables, read-ahead"),
    ALLOW(msync, USE_ALWAYS, "SQLite"),
    ALLOW(mincore, USE_ALWAYS, "what of a capture is in memory already"),

    /* Threads and signals of this process */
    WHERE(clone, USE_ALWAYS, CHECK_THREAD, "threads; never a process"),
    WHERE(clone3, USE_ALWAYS, CHECK_ABSENT, "its flags cannot be looked at; the C library takes clone"),
    ALLOW(set_robust_list, USE_ALWAYS, "each new thread"),
    ALLOW(rseq, USE_ALWAYS, "each new thread"),
    WHERE(prctl, USE_ALWAYS, CHECK_THREAD_NAME, "names of threads"),
    ALLOW(futex, USE_ALWAYS, "locks"),
    ALLOW(membarrier, USE_ALWAYS, "the C library"),
    ALLOW(sched_yield, USE_ALWAYS, "locks"),
    ALLOW(sched_getaffinity, USE_ALWAYS, "how many processors there are"),
    ALLOW(getcpu, USE_ALWAYS, "the same"),
    ALLOW(exit, USE_ALWAYS, "a thread ends"),
    ALLOW(exit_group, USE_ALWAYS, "the process ends"),
    ALLOW(rt_sigaction, USE_ALWAYS, "what Ctrl-C does"),
    ALLOW(rt_sigprocmask, USE_ALWAYS, "which thread takes signals"),
    ALLOW(rt_sigreturn, USE_ALWAYS, "the end of a handler"),
    ALLOW(rt_sigpending, USE_ALWAYS, "signals that wait"),
    ALLOW(rt_sigtimedwait, USE_ALWAYS, "signals taken one by one"),
    ALLOW(rt_sigsuspend, USE_ALWAYS, "signals waited for"),
    ALLOW(sigaltstack, USE_ALWAYS, "the C library"),
    ALLOW(signalfd4, USE_ALWAYS, "signals in the loop"),
    WHERE(tgkill, USE_ALWAYS, CHECK_SELF, "abort, a thread of ours is woken"),
    WHERE(kill, USE_ALWAYS, CHECK_SELF, "raise, on older C libraries"),
    ALLOW(restart_syscall, USE_ALWAYS, "the kernel's own, after a stop"),

    /* Waiting and time */
    ALLOW(poll, USE_ALWAYS, "slow readers, ports"),
    ALLOW(ppoll, USE_ALWAYS, "the same"),
    ALLOW(select, USE_ALWAYS, "libraries"),
    ALLOW(pselect6, USE_ALWAYS, "libraries"),
    ALLOW(epoll_create1, USE_ALWAYS, "the live loop"),
    ALLOW(epoll_ctl, USE_ALWAYS, "the live loop"),
    ALLOW(epoll_wait, USE_ALWAYS, "the live loop"),
    ALLOW(epoll_pwait, USE_ALWAYS, "the live loop"),
    ALLOW(timerfd_create, USE_ALWAYS, "the live loop's timing"),
    ALLOW(timerfd_settime, USE_ALWAYS, "the live loop's timing"),
    ALLOW(timerfd_gettime, USE_ALWAYS, "the live loop's timing"),
    ALLOW(time, USE_ALWAYS, "where the kernel's page has no clock"),
    ALLOW(gettimeofday, USE_ALWAYS, "the same"),
    ALLOW(clock_gettime, USE_ALWAYS, "the same"),
    ALLOW(clock_getres, USE_ALWAYS, "the same"),
    ALLOW(nanosleep, USE_ALWAYS, "pauses before trying again, SQLite's busy store"),
    ALLOW(clock_nanosleep, USE_ALWAYS, "the same"),
    ALLOW(setitimer, USE_ALWAYS, "alarms"),

    /* Who and where we are */
    ALLOW(getpid, USE_ALWAYS, "names of files aside"),
    ALLOW(gettid, USE_ALWAYS, "threads"),
    ALLOW(getppid, USE_ALWAYS, "the C library"),
    ALLOW(getuid, USE_ALWAYS, "SQLite"),
    ALLOW(geteuid, USE_ALWAYS, "SQLite"),
    ALLOW(getgid, USE_ALWAYS, "the C library"),
    ALLOW(getegid, USE_ALWAYS, "the C library"),
    ALLOW(getresuid, USE_ALWAYS, "what is in force is read back"),
    ALLOW(getresgid, USE_ALWAYS, "what is in force is read back"),
    ALLOW(getgroups, USE_ALWAYS, "what is in force is read back"),
    ALLOW(capget, USE_ALWAYS, "what is in force is read back"),
    ALLOW(getrandom, USE_ALWAYS, "seeds of hash tables"),
    ALLOW(uname, USE_ALWAYS, "the host's name in a log line"),
    ALLOW(sysinfo, USE_ALWAYS, "memory of the machine"),
    ALLOW(getrusage, USE_ALWAYS, "processor time in metrics"),
    ALLOW(times, USE_ALWAYS, "processor time"),
    WHERE(prlimit64, USE_ALWAYS, CHECK_LIMIT_READ, "limits are asked for"),
    ALLOW(getrlimit, USE_ALWAYS, "limits are asked for"),

    /* Sockets; those that were open before need the middle ones */
    WHERE(socket, USE_SOCKETS, CHECK_SOCKET, "a connection anew: events, the log, a store"),
    ALLOW(connect, CONFINE_UNIX | CONFINE_INTERNET, "the same"),
    ALLOW(sendto, USE_SOCKETS, "events, the log, notification"),
    ALLOW(sendmsg, USE_SOCKETS, "the same"),
    ALLOW(sendmmsg, CONFINE_INTERNET, "name look-ups"),
    ALLOW(recvfrom, USE_SOCKETS, "answers; changes of ports"),
    ALLOW(recvmsg, USE_SOCKETS, "the same"),
    ALLOW(recvmmsg, CONFINE_CAPTURE | CONFINE_INTERNET, "the same"),
    ALLOW(getsockopt, USE_SOCKETS, "errors of a socket, drops of a ring"),
    ALLOW(setsockopt, USE_SOCKETS, "filters and rings of a port, time-outs"),
    ALLOW(getsockname, USE_SOCKETS, "libraries"),
    ALLOW(getpeername, USE_SOCKETS, "libraries"),
    ALLOW(shutdown, USE_SOCKETS, "the end of a connection"),
    ALLOW(bind, CONFINE_CAPTURE | CONFINE_INTERNET, "a port that came back; libcurl's netlink"),
    ALLOW(socketpair, CONFINE_INTERNET, "libcurl wakes itself"),

    /* Sanitizers stop threads and look for leaks from a process of their own */
    ALLOW(ptrace, USE_SANITIZER, "the leak search"),
    ALLOW(getdents, USE_SANITIZER, "the leak search"),
    ALLOW(clone, USE_SANITIZER, "the leak search"),
    ALLOW(prctl, USE_SANITIZER, "the leak search"),
    ALLOW(wait4, USE_SANITIZER, "the leak search"),
    ALLOW(prlimit64, USE_SANITIZER, "the leak search"),
    ALLOW(arch_prctl, USE_SANITIZER, "the leak search"),

    /* What an intruder would want next and no honest road reaches */
    NEVER(execve, "runs a program"),
    NEVER(execveat, "runs a program"),
    NEVER(ptrace, "takes over a process"),
    NEVER(process_vm_readv, "reads another process"),
    NEVER(process_vm_writev, "writes into another process"),
    NEVER(pidfd_getfd, "takes another process's files"),
    NEVER(mount, "changes what names mean"),
    NEVER(umount2, "changes what names mean"),
    NEVER(pivot_root, "changes what names mean"),
    NEVER(chroot, "changes what names mean"),
    NEVER(unshare, "namespaces: a larger way into the kernel"),
    NEVER(setns, "namespaces"),
    NEVER(bpf, "programs in the kernel"),
    NEVER(perf_event_open, "looks into the kernel"),
    NEVER(userfaultfd, "helps to break the kernel"),
    NEVER(io_uring_setup, "calls that no filter sees"),
    NEVER(keyctl, "keys"),
    NEVER(add_key, "keys"),
    NEVER(request_key, "keys"),
    NEVER(init_module, "code in the kernel"),
    NEVER(finit_module, "code in the kernel"),
    NEVER(delete_module, "code in the kernel"),
    NEVER(kexec_load, "another kernel"),
    NEVER(reboot, "another kernel"),
    NEVER(swapon, "the machine's memory"),
    NEVER(swapoff, "the machine's memory"),
    NEVER(setuid, "another user"),
    NEVER(setgid, "another group"),
    NEVER(setreuid, "another user"),
    NEVER(setregid, "another group"),
    NEVER(setresuid, "another user"),
    NEVER(setresgid, "another group"),
    NEVER(setgroups, "other groups"),
    NEVER(setfsuid, "another user"),
    NEVER(setfsgid, "another group"),
    NEVER(capset, "other capabilities"),
    NEVER(clock_settime, "the clock that findings are dated by"),
    NEVER(settimeofday, "the clock"),
    NEVER(adjtimex, "the clock"),
    NEVER(sethostname, "the host"),
    NEVER(setdomainname, "the host"),
    NEVER(mknodat, "devices"),
    NEVER(open_by_handle_at, "files past their folders"),
    NEVER(name_to_handle_at, "files past their folders"),
    NEVER(acct, "the machine's records"),
    NEVER(syslog, "the kernel's log"),
    NEVER(quotactl, "file systems"),
    NEVER(personality, "switches protections off"),
    NEVER(modify_ldt, "the processor's tables"),
    NEVER(iopl, "the machine's ports"),
    NEVER(ioperm, "the machine's ports"),
};
const size_t call_rule_count = sizeof call_rules / sizeof call_rules[0];

#define REQUEST(name, uses, reason)                                                                          \
	{                                                                                                    \
#name, name, uses, reason                                                                    \
	}

const struct request_rule ioctl_requests[] = {
    REQUEST(TCGETS, USE_ALWAYS, "whether it is a terminal"),
    REQUEST(TIOCGWINSZ, USE_ALWAYS, "its size"),
    REQUEST(FIONREAD, USE_ALWAYS, "how much there is to read"),
    REQUEST(TCSETS, CONFINE_TERMINAL, "keys one by one, and back"),
    REQUEST(TCSETSW, CONFINE_TERMINAL, "the same"),
    REQUEST(TCSETSF, CONFINE_TERMINAL, "the same"),
    REQUEST(TIOCOUTQ, USE_ALWAYS, "what a slow reader has not taken"),
    REQUEST(FIONBIO, USE_SOCKETS, "sockets that do not wait"),
    REQUEST(SIOCGIFINDEX, CONFINE_CAPTURE, "which port has this name now"),
    REQUEST(SIOCGIFNAME, CONFINE_CAPTURE | CONFINE_INTERNET, "its name"),
    REQUEST(SIOCGIFFLAGS, CONFINE_CAPTURE | CONFINE_INTERNET, "whether it is up"),
    REQUEST(SIOCGIFMTU, CONFINE_CAPTURE, "its largest packet"),
    REQUEST(SIOCGIFHWADDR, CONFINE_CAPTURE, "its link type"),
    REQUEST(SIOCETHTOOL, CONFINE_CAPTURE, "its link, and what its hardware merges"),
};
const size_t ioctl_request_count = sizeof ioctl_requests / sizeof ioctl_requests[0];
