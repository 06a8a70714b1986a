/*
 * The list of system calls as a seccomp filter (seccomp(2), BPF): seventy lines that need no library, and
 * what it says is what the list says. Each test ends in a verdict, so no jump is longer than a few steps.
 */
#include "base/mem.h"
#include "confine_call_list.h"
#include "confine_parts.h"
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#else
#define MACHINE 0
#endif

/* x86-64 takes calls of another table with this bit, past a filter that does not ask. */
enum { OTHER_TABLE = 0x40000000 };
/* Calls after Linux 6.0's: a newer C library asks whether they are there, and must hear "no", not "you may
 * not". */
enum { NEWEST_CALL = 450, ERRNO_MASK = SECCOMP_RET_DATA };

#define CALL_OFFSET          ((uint32_t)offsetof(struct seccomp_data, nr))
#define MACHINE_OFFSET       ((uint32_t)offsetof(struct seccomp_data, arch))
#define ARGUMENT_LOW(index)  ((uint32_t)(offsetof(struct seccomp_data, args) + 8 * (index)))
#define ARGUMENT_HIGH(index) (ARGUMENT_LOW(index) + 4)

struct filter {
	struct sock_filter steps[BPF_MAXINSNS];
	size_t count;
};

static void add(struct filter *filter, uint16_t code, uint32_t value, uint8_t if_true, uint8_t if_false)
{
	if (filter->count < BPF_MAXINSNS)
		filter->steps[filter->count] = (struct sock_filter){code, if_true, if_false, value};
	filter->count++;
}

static void add_load(struct filter *filter, uint32_t offset)
{
	add(filter, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

/* Skips so many steps where the loaded value is not VALUE. */
static void add_unless(struct filter *filter, uint32_t value, uint8_t steps)
{
	add(filter, BPF_JMP | BPF_JEQ | BPF_K, value, 0, steps);
}

static void add_verdict(struct filter *filter, uint32_t verdict)
{
	add(filter, BPF_RET | BPF_K, verdict, 0, 0);
}

static void add_refusal(struct filter *filter, int cause)
{
	add_verdict(filter, SECCOMP_RET_ERRNO | ((uint32_t)cause & ERRNO_MASK));
}

/* The argument's low half is one of VALUES: allowed. The kernel itself looks at no more of these arguments.
 */
static void add_choice(struct filter *filter, unsigned argument, const uint32_t *values, size_t count)
{
	add_load(filter, ARGUMENT_LOW(argument));
	for (size_t i = 0; i < count; i++) {
		add_unless(filter, values[i], 1);
		add_verdict(filter, SECCOMP_RET_ALLOW);
	}
	add_refusal(filter, EPERM);
}

/* Any of BITS in the argument's low half decides: WITH or WITHOUT. */
static void add_bits(struct filter *filter, unsigned argument, uint32_t bits, bool allowed_with)
{
	add_load(filter, ARGUMENT_LOW(argument));
	add(filter, BPF_JMP | BPF_JSET | BPF_K, bits, allowed_with, !allowed_with);
	add_refusal(filter, EPERM);
	add_verdict(filter, SECCOMP_RET_ALLOW);
}

static void add_null(struct filter *filter, unsigned argument)
{
	add_load(filter, ARGUMENT_LOW(argument));
	add_unless(filter, 0, 3);
	add_load(filter, ARGUMENT_HIGH(argument));
	add_unless(filter, 0, 1);
	add_verdict(filter, SECCOMP_RET_ALLOW);
	add_refusal(filter, EPERM);
}

static void add_sockets(struct filter *filter, unsigned uses)
{
	uint32_t families[6];
	size_t count = 0;

	if (uses & (CONFINE_UNIX | CONFINE_INTERNET | CONFINE_CAPTURE))
		families[count++] = AF_UNIX;
	if (uses & CONFINE_INTERNET) {
		families[count++] = AF_INET;
		families[count++] = AF_INET6;
	}
	if (uses & (CONFINE_INTERNET | CONFINE_CAPTURE))
		families[count++] = AF_NETLINK;
	if (uses & CONFINE_CAPTURE)
		families[count++] = AF_PACKET;
	add_choice(filter, 0, families, count);
}

static void add_requests(struct filter *filter, unsigned uses)
{
	uint32_t requests[64];
	size_t count = 0;

	for (size_t i = 0; i < ioctl_request_count && count < sizeof requests / sizeof requests[0]; i++) {
		if (ioctl_requests[i].uses & uses)
			requests[count++] = (uint32_t)ioctl_requests[i].number;
	}
	add_choice(filter, 1, requests, count);
}

/* What follows where the call's number is this rule's. */
static void add_check(struct filter *filter, enum call_check check, unsigned uses)
{
	const uint32_t self = (uint32_t)getpid(), name = PR_SET_NAME;

	switch (check) {
	case CHECK_NONE: add_verdict(filter, SECCOMP_RET_ALLOW); return;
	case CHECK_NO_EXEC:
		if (uses & (CONFINE_INTERNET | USE_SANITIZER))
			add_verdict(filter, SECCOMP_RET_ALLOW);
		else
			add_bits(filter, 2, PROT_EXEC, false);
		return;
	case CHECK_THREAD: add_bits(filter, 0, CLONE_THREAD, true); return;
	case CHECK_SELF: add_choice(filter, 0, &self, 1); return;
	case CHECK_LIMIT_READ: add_null(filter, 2); return;
	case CHECK_THREAD_NAME: add_choice(filter, 0, &name, 1); return;
	case CHECK_SOCKET: add_sockets(filter, uses); return;
	case CHECK_REQUEST: add_requests(filter, uses); return;
	case CHECK_ABSENT: add_refusal(filter, ENOSYS); return;
	case CHECK_KILL: add_verdict(filter, SECCOMP_RET_KILL_PROCESS); return;
	}
}

static void add_rule(struct filter *filter, const struct call_rule *rule, unsigned uses)
{
	size_t test = filter->count;

	add_unless(filter, (uint32_t)rule->number, 0);
	add_check(filter, rule->check, uses);
	if (test < BPF_MAXINSNS)
		filter->steps[test].jf = (uint8_t)(filter->count - test - 1);
}

/* The first rule of a call decides, so those of the sanitizers, which are wider, go first. */
static void add_rules(struct filter *filter, unsigned uses, bool sanitizers)
{
	for (size_t i = 0; i < call_rule_count; i++) {
		const struct call_rule *rule = &call_rules[i];

		if (rule->number >= 0 && (rule->uses & uses) != 0 &&
		    (rule->uses == USE_SANITIZER) == sanitizers)
			add_rule(filter, rule, uses);
	}
}

static void build(struct filter *filter, unsigned uses)
{
	add_load(filter, MACHINE_OFFSET);
	add_unless(filter, MACHINE, 1);
	add(filter, BPF_JMP | BPF_JA, 1, 0, 0);
	add_verdict(filter, SECCOMP_RET_KILL_PROCESS);
	add_load(filter, CALL_OFFSET);
	add(filter, BPF_JMP | BPF_JGE | BPF_K, OTHER_TABLE, 0, 1);
	add_verdict(filter, SECCOMP_RET_KILL_PROCESS);
	add_rules(filter, uses, true);
	add_rules(filter, uses, false);
	add(filter, BPF_JMP | BPF_JGT | BPF_K, NEWEST_CALL, 0, 1);
	add_refusal(filter, ENOSYS);
	add_refusal(filter, EPERM);
}

static int install(struct filter *filter, bool *available, struct err *err)
{
	struct sock_fprog program = {(unsigned short)filter->count, filter->steps};
	long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);

	if (result == 0) {
		*available = true;
		return 0;
	}
	if (result > 0)
		return err_set(err, "thread %ld has a filter of its own", result);
	/* EPERM: with no_new_privs the kernel has no reason to refuse; a filter around us has. */
	if (errno == ENOSYS || errno == EINVAL || errno == EPERM)
		return 0;
	return err_set(err, "seccomp: %s", strerror(errno));
}

int calls_filter(unsigned uses, bool *available, struct err *err)
{
	*available = false;
	if (MACHINE == 0)
		return 0;
	struct filter *filter = mem_calloc(1, sizeof *filter);
	if (!filter)
		return err_no_memory(err);
	/* Without sanitizers the last part is 0. */
	// cppcheck-suppress badBitmaskCheck
	build(filter, uses | USE_ALWAYS | (CONFINE_SANITIZED ? USE_SANITIZER : 0));
	int result = filter->count > BPF_MAXINSNS ? err_set(err, "the filter has become too long")
						  : install(filter, available, err);
	mem_free(filter);
	return result;
}
