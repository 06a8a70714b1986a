/* Private to cli/: which packets prove which finding. */
#ifndef CLI_EVIDENCE_WANTS_H
#define CLI_EVIDENCE_WANTS_H

#include "evidence.h"
#include "observe/evidence.h"

/* One run of --evidence: the wants of all findings, and which finding each is for. */
struct evidence_job {
	const struct run_options *options;
	const struct audit_result *result;
	const struct input_record *inputs;
	size_t input_count;
	struct evidence_files *files;
	struct evidence_want *wants;
	struct evidence_pair **pairs; /* where the pairs of each want lie */
	size_t *findings;
	size_t want_count;
};

/* Fills the job's wants, in the arena of its files; says when there are too many findings. 0, or -1 without
 * memory. */
int evidence_wants(struct evidence_job *job, const struct ledger *ledger) MUST_CHECK;

/* evidence.c. Writes the file of want WANT and notes its path. 0, or -1 after saying why. */
int evidence_write_file(struct evidence_job *job, size_t want, const struct evidence_found *found);

#endif
