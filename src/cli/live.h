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
#include "report/live.h"
#include "system/confine.h"
#include "system/notify.h"
#include "system/syslog.h"
#include "system/writer.h"

enum { LIVE_SESSION_TEXT = 17 };

/* Judging is spaced out so that it takes at most this part of the time. */
enum { LIVE_JUDGE_SHARE = 10 };

enum { LIVE_NEWS = 64, LIVE_NEWS_TEXT = 240, LIVE_METRICS_SEC = 10, LIVE_RATE_SEC = 5 };

/* Where events go, and what the page and the metrics need to know. */
struct live_out {
	struct event_tracker *tracker;
	struct writer *events;      /* or NULL */
	struct syslog *syslog;      /* or NULL */
	struct writer *lines;       /* plain lines on standard output; or NULL */
	bool page;                  /* on the terminal */
	bool events_away, log_away; /* told that nobody takes them */
	struct live_interface interfaces[CAPTURE_LIVE_INTERFACES];
	struct live_door doors[DOOR_COUNT];
	float rates[LIVE_RATES_MAX];
	size_t rate_count;
	uint64_t last_packets, last_bytes; /* a second ago */
	double bytes_per_sec[LIVE_RATE_SEC], packets_per_sec[LIVE_RATE_SEC];
	struct live_news news[LIVE_NEWS]; /* newest first */
	char news_texts[LIVE_NEWS][LIVE_NEWS_TEXT];
	size_t news_count;
	int64_t metrics_ns; /* when they are due, monotonic */
	bool metrics_failed;
};

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
	int64_t judged_last_ns;          /* the latest packet that was judged */
	uint64_t judged, spaced; /* audits; seconds in which none was made, because the last took long */
	struct live_out out;
	struct live_store *store;       /* or NULL */
	struct live_evidence *evidence; /* or NULL */
	struct notify notify;
	struct confinement confinement;
	uint64_t dropped;
	uint64_t store_writes, store_failures, evidence_packets, evidence_dropped;
	int64_t stored_ns;
	bool trouble; /* something could not be done, which was said */
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
/* Standard output, where a report would go, is taken: it needs a file of its own. */
bool live_report_has_no_place(const struct live_run *run);
void live_judge_clear(struct live_run *run);

/* live_out.c: events, lines, metrics. */
/* Opens what --events and --syslog name. 0, or -1 after saying why. */
int live_out_open(struct live_run *run);
/* After judging: what changed is told. */
void live_out_findings(struct live_run *run);
/* Once a second: health, statistics, metrics, page. */
void live_out_beat(struct live_run *run);
/* The sensor's own affairs. */
void live_out_notice(struct live_run *run, unsigned severity, const char *what, const char *text);
/* What was said so far is out: standard output is somebody else's from now on. */
void live_out_end_lines(struct live_run *run);
void live_out_close(struct live_run *run);

/* live_state.c */
void live_state_fill(struct live_run *run, struct live_state *state);
/* Once a second, before it is asked for. */
void live_state_beat(struct live_run *run);

/* live_store.c: the record that outlives the process, written by a thread of its own once a minute. */
struct live_store;
/* Opens what --store names and takes up what is known of this sensor: *CARRIED and *BEFORE are the store's
 * until live_store_started. 0, or -1 after saying why. */
int live_store_open(struct live_run *run);
/* Flows that were open when the sensor last stopped. */
const struct flow_open *live_store_carried(const struct live_run *run, size_t *count);
/* The workers run: what was stored joins what they see. 0, or -1 after saying why. */
int live_store_started(struct live_run *run);
/* Writes when it is time, tells what became of it; once a second, and when it is due. */
void live_store_beat(struct live_run *run);
/* How long it may be until then; -1: as long as may be. */
int live_store_wait_msec(const struct live_run *run);
/* Writes what is left. 0, or -1 after saying why. */
int live_store_finish(struct live_run *run);
void live_store_close(struct live_run *run);

/* live_lock.c. Speaks for SENSOR from now on: a descriptor to be closed; -1: a lock cannot be had there, which
 * the store will tell; LIVE_LOCK_REFUSED after saying why. */
enum { LIVE_LOCK_REFUSED = -2 };
int live_lock(const struct live_run *run, const char *sensor);

/* live_evidence.c: packets of findings, while they are still at hand, into a bounded folder. */
enum { LIVE_EVIDENCE_RING_MIB = 32 };
struct live_evidence;
int live_evidence_open(struct live_run *run);
/* Finding ID was told: its packets are wanted. */
void live_evidence_want(struct live_run *run, const char *id);
/* After judging: writes what is wanted. */
void live_evidence_beat(struct live_run *run);
void live_evidence_close(struct live_run *run);

/* live_reload.c: reads site and signatures again; wrong ones are refused and the old ones stay. */
void live_reload(struct live_run *run);

/* live_page.c: the terminal. */
void live_page_open(struct live_run *run);
void live_page_show(struct live_run *run, const char *message);
/* A key was pressed: true to end. */
bool live_page_key(struct live_run *run);
void live_page_close(struct live_run *run);

/* live_loop.c. Signals are read from a descriptor; no thread is to be interrupted by them. Before any is
 * started. */
void live_block_signals(void);
/* Until it is to end. 0, or -1 after saying why. */
int live_loop(struct live_run *run);

#endif
