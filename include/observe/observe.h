/*
 * Runs captures through decode and flow into a ledger: inputs ordered and merged by packet time, the same capture read
 * once, gaps and clock steps told to the flow table, every packet accounted for. It refuses to judge.
 *
 * Time. A single file, standard input and pipes are read at once; several files are scanned first, for their spans and
 * fingerprints. An input is opened when those before it have reached its first time and closed at its end, so only
 * what overlaps is open together, however many that are; one that the system then refuses to open is told as unreadable.
 * A pipe among several inputs is opened early, its first packet says when it is due; it cannot be told to be a duplicate.
 * A pause of up to a second between two files is no gap: rotated captures follow each other so.
 *
 * Input I of the list is input I of the ledger (ledger_inputs), of evidence and of flow records.
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
	unsigned threads;     /* at most; no more than there are cores, and one where there is little to read */
	bool eager;           /* that many, whatever there is: for tests */
	const struct addr_range *fold_last; /* networks that the site names: their edges fold last under pressure */
	size_t fold_last_count;
	void *context;
	void (*record)(void *context, const struct flow_record *record); /* every flow as it ends, or NULL */
	const struct flow_open *carried; /* flows that were open when earlier inputs ended */
	size_t carried_count;
	void (*open)(void *context, const struct flow_open *open); /* what is open when these inputs end, or NULL */
	/* Called every few thousand packets; returning false stops the run early (interrupted), the ledger so far stands. */
	bool (*progress)(void *context, const struct observe_progress *progress);
};

/* Reads all INPUTS. 0, with *OUT a sorted ledger whose inputs tell what became of each, also when some could not be read;
 * what a stop by `progress` left unread has status cut. -1 and ERR only for a filter that does not compile or want of
 * memory. The caller frees *OUT. */
int observe_run(const struct capture_list *inputs, const struct observe_options *options, struct ledger **out,
		struct err *err) MUST_CHECK;

#endif
