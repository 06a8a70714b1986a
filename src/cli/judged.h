/*
 * Private to cli/: a ledger judged under a site file, or under roles inferred from it.
 */
#ifndef CLI_JUDGED_H
#define CLI_JUDGED_H

#include "capture/filter.h"
#include "cli.h"

/* Everything that one judging needs, freed together, in the right order, by judged_clear. */
struct judged {
	struct signature_library *library;
	struct message_list messages;
	struct site *site;
	struct inference *inference;
	struct matrix *matrix;
	struct audit_result *result;
	struct capture_filter *filter; /* what --filter admits, or NULL */
	int32_t last_day;              /* of the site's calendar, where has_last_day is set before judging */
	bool has_last_day;
	const struct report_history *history; /* what was compared, or NULL; as pcaps, another's */
	const char *unwatched; /* as audit_options; another's, or NULL */
	const char *remark, *more;            /* to be said first, or NULL */
	const char *const *pcaps; /* by finding, what --evidence wrote; owned by whoever set it; or NULL */
};

/* Loads signatures and, where OPTIONS names one, the site. -1 after saying why: nothing is read under a
 * half-read matrix. */
int judged_load(struct judged *judged, const struct run_options *options);
/* Judges LEDGER; without a site, roles are inferred first. -1 after saying why. */
int judged_run(struct judged *judged, const struct run_options *options, const struct ledger *ledger);
/* Infers roles over all signatures of the library into judged->inference. -1 after saying why. */
int judged_infer(struct judged *judged, const struct run_options *options, const struct ledger *ledger);
void judged_clear(struct judged *judged);

/* What audit_options.admits wants, of a filter (struct capture_filter) as context. */
bool filter_admits(void *filter, const struct audit_probe *probe);

int parse_severity(const char *name, enum severity *out);

#endif
