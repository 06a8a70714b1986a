/* Capabilities of the calling thread, by system calls alone: capabilities(7). */
#include "confine_parts.h"
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CAPABILITY_BITS = 64 };

static const char *const names[] = {
    [CAP_CHOWN] = "CAP_CHOWN",
    [CAP_DAC_OVERRIDE] = "CAP_DAC_OVERRIDE",
    [CAP_DAC_READ_SEARCH] = "CAP_DAC_READ_SEARCH",
    [CAP_FOWNER] = "CAP_FOWNER",
    [CAP_NET_ADMIN] = "CAP_NET_ADMIN",
    [CAP_NET_RAW] = "CAP_NET_RAW",
    [CAP_IPC_LOCK] = "CAP_IPC_LOCK",
};

const char *capability_name(unsigned number)
{
	return number < sizeof names / sizeof names[0] ? names[number] : NULL;
}

uint64_t capabilities_known(void)
{
	uint64_t known = 0;

	for (unsigned number = 0; number < CAPABILITY_BITS; number++) {
		if (prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0)
			known |= UINT64_C(1) << number;
	}
	return known;
}

int capabilities_read(struct capability_sets *out)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0}};

	*out = (struct capability_sets){0};
	if (syscall(SYS_capget, &header, data) != 0)
		return -1;
	out->effective = (uint64_t)data[1].effective << 32 | data[0].effective;
	out->permitted = (uint64_t)data[1].permitted << 32 | data[0].permitted;
	out->inheritable = (uint64_t)data[1].inheritable << 32 | data[0].inheritable;
	for (unsigned number = 0; number < CAPABILITY_BITS; number++) {
		if (prctl(PR_CAPBSET_READ, number, 0, 0, 0) == 1)
			out->bounding |= UINT64_C(1) << number;
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, number, 0, 0) == 1)
			out->ambient |= UINT64_C(1) << number;
	}
	return 0;
}

bool confine_may_capture(void)
{
	struct capability_sets sets;

	return capabilities_read(&sets) == 0 && (sets.effective >> CAP_NET_RAW & 1) != 0;
}
