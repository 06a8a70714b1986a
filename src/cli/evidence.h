/* Private to cli/: --evidence DIR, one pcapng a finding with the packets that prove it. */
#ifndef CLI_EVIDENCE_H
#define CLI_EVIDENCE_H

#include "judged.h"

enum { EVIDENCE_FILES_MAX = 1000 };

struct evidence_files {
	struct arena arena;
	const char **paths; /* by finding; NULL: none was written for it */
	size_t count;       /* written */
	bool partial;       /* captures are gone: what earlier runs wrote stays */
	const char *remark; /* on what is missing, for the report; or NULL */
};

/* Makes the folder where it is absent. 0, or -1 after saying why. */
int evidence_folder(const struct run_options *options);
/* Reads the captures of LIST again, of which LEDGER was made, and writes a file for each finding that has
 * packets, the most severe first; says what is missing. 0, or -1 after saying why; to be cleared in both
 * cases. */
int evidence_write(struct evidence_files *files, const struct run_options *options,
		   const struct capture_list *list, const struct ledger *ledger,
		   const struct audit_result *result);
/* The same for what a store kept of captures that may lie in the spool still. */
int evidence_stored(struct evidence_files *files, const struct run_options *options,
		    const struct ledger *ledger, const struct audit_result *result);
/* Where they lie has to be told. 0, or -1 after saying so. */
int evidence_check(const struct run_options *options, const char *command);
/* The file of finding I, in ARENA; NULL without memory. */
char *evidence_path(struct arena *arena, const struct run_options *options, const struct audit_result *result,
		    size_t i);
/* Removes files that earlier runs wrote into the folder and this one did not; says how many. */
void evidence_sweep(const struct evidence_files *files, const struct run_options *options,
		    size_t finding_count);
/* Says that files are written into the folder, for as long as what it returns is open (-1: it cannot be
 * said); removes what a run that was killed left half written there, unless another writes now. */
int evidence_lock(const char *path);
void evidence_files_clear(struct evidence_files *files);

#endif
