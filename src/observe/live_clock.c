#include "live.h"

enum { STEP_SEC = 1 };

enum live_clock_step live_clock_tick(struct live_clock *clock, int64_t real_ns, int64_t monotonic_ns,
				     int64_t *size_ns)
{
	int64_t moved_ns = (real_ns - clock->real_ns) - (monotonic_ns - clock->monotonic_ns);

	*clock = (struct live_clock){.real_ns = real_ns, .monotonic_ns = monotonic_ns};
	*size_ns = moved_ns < 0 ? -moved_ns : moved_ns;
	if (*size_ns <= STEP_SEC * NSEC_PER_SEC)
		return CLOCK_STEADY;
	return moved_ns > 0 ? CLOCK_FORWARDS : CLOCK_BACKWARDS;
}
