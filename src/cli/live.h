/*
 * Private to cli/: `tapaudit live`. One thread, this one, judges and writes; workers of observe/ take
 * packets. What is judged each second is the recent window; reports are about all that is kept.
 */
#ifndef CLI_LIVE_H
#define CLI_LIVE_H

#include "capture/live.h"
#include "formats.h"
#include "judged.h"
#include "observe/live.h"

enum { LIVE_SESSION_TEXT = 17 };

/* Judging is spaced out so that it takes at most this part of the time. */
enum { LIVE_JUDGE_SHARE = 10 };

struct live_run {
	const struct run_options *options;
	struct format_choice formats;
	enum severity fail_on;
	struct judged files;   /* what is judged under; its result is the latest */
	struct ledger *ledger; /* of which that result was made */
	int64_t window_from_ns;
	struct decode_options decode;
	struct capture_live *capture;
	struct observe_live *observe;
	char session[LIVE_SESSION_TEXT];
	int64_t started_ns, started_monotonic_ns;
	int64_t next_judge_ns, judge_ns; /* monotonic; what the last one took */
	uint64_t judged, spaced; /* audits; seconds in which none was made, because the last took long */
	bool trouble;            /* something could not be done, which was said */
};

int64_t live_real_ns(void);
int64_t live_monotonic_ns(void);

/* live_judge.c */
/* Loads signatures and site, compiles the matrix. 0, or -1 after saying why. */
int live_files_load(struct live_run *run, struct judged *files);
/* What the rules' periods need. */
int64_t live_files_window_ns(const struct judged *files);
/* Judges what is known now; WHOLE: all that is kept. 0, or -1 after saying why. */
int live_judge(struct live_run *run, bool whole);
/* Collects and judges if it is time to. 0, or -1 after saying why. */
int live_judge_due(struct live_run *run);
/* Judges all that is kept and writes the report. 0, or -1 after saying why. */
int live_report(struct live_run *run);
void live_judge_clear(struct live_run *run);

/* live_loop.c: until it is to end. 0, or -1 after saying why. */
int live_loop(struct live_run *run);

#endif
