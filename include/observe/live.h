/*
 * Runs live ports through decode and flow into a ledger, for months: a thread for each worker of the capture,
 * with a ring, a flow table and a ledger of its own; once a second, or when asked, what they saw is collected
 * without stopping them. The same packets give the same ledger as observe_run gives of a capture file of
 * them.
 *
 * Two kinds of news. What flows said for good (settled) is added up. What open flows would say if coverage
 * ended now (open) is asked anew each time and never added up, so that nothing that a later packet changes is
 * ever written down: a view is both together.
 *
 * Memory. Quarter hours that the rules' periods still need are kept in `recent`; older ones, up to a day, in
 * `older`; what is older than that, or finds no room, leaves: it is in the store if there is one, and counts
 * in the totals.
 *
 * Coverage is declared: time in which every interface was up and read. The system's clock may be set:
 * forwards leaves a gap, backwards by more than a minute begins anew (flows go on as carried), less stands
 * still until it is passed.
 *
 * Ownership: ledgers handed out are the caller's. All calls from one thread.
 */
#ifndef OBSERVE_LIVE_H
#define OBSERVE_LIVE_H

#include "capture/live.h"
#include "ledger/ledger.h"

/* Words for machines and for people about the sensor's own affairs; SEVERITY as in RFC 5424. */
struct observe_live_notice {
	const char *what; /* "interface-down", "interface-up", "interface-gone", "interface-back",
			     "clock-step", "gap" */
	const char *text;
	unsigned severity;
};

struct observe_live_options {
	struct capture_live *capture; /* stays the caller's */
	struct decode_options decode;
	const char *sensor;  /* NULL: "local" */
	size_t memory_bytes; /* for everything but rings; 0: 1 GiB */
	uint64_t hash_seed;
	const struct addr_range *fold_last;
	size_t fold_last_count;
	const struct flow_open *carried; /* flows that were open when this sensor last stopped */
	size_t carried_count;
	int64_t window_ns;   /* what the rules' periods need; 0: an hour */
	const char *session; /* tells this run from all others; hexadecimal */
	void *context;
	void (*notice)(void *context,
		       const struct observe_live_notice *notice); /* or NULL; from the calling thread */
};

struct observe_live;

/* Starts the threads. REAL and MONOTONIC: what the two clocks say now. */
struct observe_live *observe_live_start(const struct observe_live_options *options, int64_t real_ns,
					int64_t monotonic_ns, struct err *err) MUST_CHECK;
/* What was stored of this sensor before: LEDGER's rows join `recent`; a gap up to the start is declared. 0/-1
 * (memory). */
int observe_live_resume(struct observe_live *live, const struct ledger *ledger, struct err *err) MUST_CHECK;

/* Once a second: which interfaces are up, what the clock did, what was dropped. */
void observe_live_tick(struct observe_live *live, int64_t real_ns, int64_t monotonic_ns);
/* Collects from all workers. 0, or -1 and ERR for want of memory; what was collected stays. */
int observe_live_collect(struct observe_live *live, struct err *err) MUST_CHECK;
/* Packets were taken since the last view, or so much time went by that outcomes may have settled. */
bool observe_live_changed(const struct observe_live *live);
/* A sorted ledger of the recent window, or (WHOLE) of all that is kept, with what is open now. *FROM: packets
 * before it are not in it; TIME_UNKNOWN: all are. NULL and ERR for want of memory. */
struct ledger *observe_live_view(struct observe_live *live, bool whole, int64_t *from_ns,
				 struct err *err) MUST_CHECK;

/* What was settled since the last time, and what is open now, both sorted, for the store; *OPEN_FLOWS,
 * *COUNT: flows that would be carried on (mem_free). 0, or -1 and ERR. */
struct observe_live_segment {
	struct ledger *settled, *open;
	struct flow_open *flows;
	size_t flow_count;
	int64_t end_ns;
};
int observe_live_segment(struct observe_live *live, struct observe_live_segment *out,
			 struct err *err) MUST_CHECK;
/* It could not be stored: its settled part is part of the next one. Takes what it needs; clear it all the
 * same. */
void observe_live_give_back(struct observe_live *live, const struct observe_live_segment *segment);
void observe_live_segment_clear(struct observe_live_segment *segment);

struct observe_live_totals {
	uint64_t packets, bytes, dropped;
	uint64_t accounting[ACCOUNT_COUNT];
	uint64_t flows, open_flows, evicted;
	size_t memory_bytes;
	int64_t last_ns; /* of the latest packet taken; TIME_UNKNOWN: none */
	bool covering;   /* every interface is up and read */
};
void observe_live_totals(const struct observe_live *live, struct observe_live_totals *out);

/* Ends all flows at REAL, stops the threads and collects for the last time. Views and a segment may be asked
 * for after it. */
int observe_live_finish(struct observe_live *live, int64_t real_ns, struct err *err) MUST_CHECK;
void observe_live_free(struct observe_live *live);

/* Hands all packets that are kept (capture_live_options.recent_bytes) to GATHER, in the workers' threads, one after the other.
 * 0, or -1 and ERR for want of memory. */
struct evidence_gather;
int observe_live_gather(struct observe_live *live, struct evidence_gather *gather, struct err *err) MUST_CHECK;
/* The rules' periods changed: what is to be kept from now on. */
void observe_live_set_window(struct observe_live *live, int64_t window_ns);

/* How the two clocks moved against each other; pure. */
struct live_clock {
	int64_t real_ns, monotonic_ns;
};
enum live_clock_step { CLOCK_STEADY, CLOCK_FORWARDS, CLOCK_BACKWARDS };
/* What happened since the last call; *SIZE: how far the clock was set. Steps of up to a second are none. */
enum live_clock_step live_clock_tick(struct live_clock *clock, int64_t real_ns, int64_t monotonic_ns,
				     int64_t *size_ns);

#endif
