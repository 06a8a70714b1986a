/* What time is covered, and what the sensor says of itself. */
#include "live.h"
#include <stdarg.h>
#include <stdio.h>

enum { NOTICE_MAX = 512, WARNING = 4, NOTICE = 5, ERROR = 3 };

void live_say(struct observe_live *live, const char *what, unsigned severity, const char *format, ...)
{
	char text[NOTICE_MAX];
	const struct observe_live_notice notice = {.what = what, .text = text, .severity = severity};
	va_list args;

	if (!live->options.notice)
		return;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	live->options.notice(live->options.context, &notice);
}

void live_gap_note(struct observe_live *live, int64_t from_ns, int64_t to_ns, const char *why)
{
	struct live_unwatched *gaps = &live->unwatched;
	char from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];
	int64_t size_ns = to_ns - from_ns;

	if (size_ns <= 0)
		return;
	gaps->times++;
	gaps->total_ns += size_ns;
	if (size_ns > gaps->longest_ns) {
		gaps->longest_ns = size_ns;
		gaps->longest_from_ns = from_ns;
		gaps->longest_to_ns = to_ns;
		gaps->why = why;
	}
	/* Several before the next question are told as one. */
	if (live->gap_count < LIVE_GAPS)
		live->gaps[live->gap_count++] = (struct live_gap){from_ns, to_ns};
	else
		live->gaps[LIVE_GAPS - 1].to_ns = to_ns;
	live_say(live, "gap", WARNING, "not watched from %s to %s: %s", time_format(from_ns, 0, from),
		 time_format(to_ns, 0, to), why);
}

int live_cover_write(struct observe_live *live, int64_t from_ns, int64_t to_ns)
{
	if (to_ns < from_ns)
		return 0;
	return ledger_cover(live->recent, 0, from_ns, to_ns) || ledger_cover(live->unsaved, 0, from_ns, to_ns)
		   ? -1
		   : 0;
}

void live_cover_tick(struct observe_live *live, bool reading, int64_t real_ns)
{
	if (!reading && live->uncovered_ns == TIME_UNKNOWN) {
		live->uncovered_ns = live->covered_ns;
	} else if (reading && live->uncovered_ns != TIME_UNKNOWN) {
		live_gap_note(live, live->uncovered_ns, real_ns, "an interface was down or away");
		live->uncovered_ns = TIME_UNKNOWN;
		live->covered_ns = real_ns;
	}
}
