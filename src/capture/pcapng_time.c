/* Times of pcapng: any power of 10 or 2 a second, in 64 bits, to nanoseconds. */
#include "pcapng.h"

enum { RESOLUTION_IS_BINARY = 0x80, DIGITS_NS = 9, DIGITS_U64 = 19, SHIFT_MAX = 94 };

static uint64_t power_of_ten(unsigned digits)
{
	uint64_t power = 1;

	while (digits-- > 0)
		power *= 10;
	return power;
}

void pcapng_set_resolution(struct capture_interface *interface, uint8_t resolution)
{
	unsigned exponent = resolution & 0x7f;

	interface->multiplier = 1;
	interface->divisor = 1;
	interface->shift = 0;
	if (resolution & RESOLUTION_IS_BINARY) {
		/* 2^64 units * 10^9 have 94 bits: beyond that all times are 0. */
		interface->multiplier = (uint64_t)NSEC_PER_SEC;
		interface->shift = exponent < SHIFT_MAX ? exponent : SHIFT_MAX;
	} else if (exponent <= DIGITS_NS) {
		interface->multiplier = power_of_ten(DIGITS_NS - exponent);
	} else if (exponent <= DIGITS_NS + DIGITS_U64) {
		interface->divisor = power_of_ten(exponent - DIGITS_NS);
	} else {
		interface->multiplier = 0; /* 10^20 and more units a nanosecond do not fit in 64 bits */
	}
}

int64_t pcapng_time(const struct capture_interface *interface, uint64_t units)
{
	unsigned __int128 ns = (unsigned __int128)units * interface->multiplier;
	__int128 time;

	if (interface->divisor != 1)
		ns /= interface->divisor;
	time = (__int128)(ns >> interface->shift) + (__int128)interface->offset_sec * NSEC_PER_SEC;
	return time > INT64_MAX || time <= INT64_MIN ? TIME_UNKNOWN : (int64_t)time;
}
