#include "base/timestamp.h"
#include "observe/live.h"
#include <criterion/criterion.h>

TestSuite(observe_live_clock, .timeout = 10);

Test(observe_live_clock, steps)
{
	static const struct {
		const char *name;
		int64_t real_ms, monotonic_ms; /* since the tick before */
		enum live_clock_step step;
		int64_t size_ms;
	} ticks[] = {
	    {"a second", 1000, 1000, CLOCK_STEADY, 0},
	    {"slewed", 1400, 1000, CLOCK_STEADY, 400},
	    {"slewed back", 600, 1000, CLOCK_STEADY, 400},
	    {"just no step", 2000, 1000, CLOCK_STEADY, 1000},
	    {"an hour forwards", 3601000, 1000, CLOCK_FORWARDS, 3600000},
	    {"steady after it", 1000, 1000, CLOCK_STEADY, 0},
	    {"an hour back", -3599000, 1000, CLOCK_BACKWARDS, 3600000},
	    {"two seconds back", -1000, 1000, CLOCK_BACKWARDS, 2000},
	    {"a late tick", 45000, 45000, CLOCK_STEADY, 0},
	    {"the machine slept: only real time went on", 9000000, 1000, CLOCK_FORWARDS, 8999000},
	    {"years back, to a clock that was never set", -INT64_C(1700000000000), 1000, CLOCK_BACKWARDS,
	     INT64_C(1700000001000)},
	};
	int64_t real_ns = INT64_C(1700000000) * NSEC_PER_SEC, monotonic_ns = 5 * NSEC_PER_SEC;
	struct live_clock clock = {real_ns, monotonic_ns};

	for (size_t i = 0; i < sizeof(ticks) / sizeof(ticks[0]); i++) {
		int64_t size_ns;

		real_ns += ticks[i].real_ms * NSEC_PER_MSEC;
		monotonic_ns += ticks[i].monotonic_ms * NSEC_PER_MSEC;
		cr_expect_eq(live_clock_tick(&clock, real_ns, monotonic_ns, &size_ns), ticks[i].step, "%s",
			     ticks[i].name);
		cr_expect_eq(size_ns, ticks[i].size_ms * NSEC_PER_MSEC, "%s", ticks[i].name);
	}
}
