/*
 * Runs captures through decode and flow into a ledger: inputs ordered and merged by packet time, the same capture read
 * once, gaps and clock steps told to the flow table, every packet accounted for. It refuses to judge.
 */
#ifndef OBSERVE_OBSERVE_H
#define OBSERVE_OBSERVE_H

#include "capture/capture.h"
#include "ledger/ledger.h"

struct observe_progress {
	uint64_t done_bytes, total_bytes; /* of files as they lie on disk; total 0: unknown */
	uint64_t packets;
	const char *input;                /* being read */
};

struct observe_options {
	struct capture_options capture;
	struct decode_options decode;
	const char *filter;   /* BPF expression or NULL */
	const char *sensor;   /* NULL: "local" */
	size_t memory_bytes;  /* for everything; 0: 1 GiB */
	uint64_t hash_seed;
	unsigned threads;     /* 0 or 1: one */
	void *context;
	void (*record)(void *context, const struct flow_record *record); /* every flow as it ends, or NULL */
	/* Called every few thousand packets; returning false stops the run early (interrupted), the ledger so far stands. */
	bool (*progress)(void *context, const struct observe_progress *progress);
};

/* Reads all INPUTS; an input's number (frame_ref, ledger_inputs) is its position in the list. 0, with *OUT a sorted ledger whose inputs tell what became of each, also when some could not be read;
 * -1 and ERR only for a filter that does not compile or want of memory. The caller frees *OUT. */
int observe_run(const struct capture_list *inputs, const struct observe_options *options, struct ledger **out,
		struct err *err) MUST_CHECK;

#endif
