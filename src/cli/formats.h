/*
 * Private to cli/: what commands that judge have in common once they have judged: formats chosen with -f,
 * written where -o says, and the verdict as an exit status.
 */
#ifndef CLI_FORMATS_H
#define CLI_FORMATS_H

#include "judged.h"

enum { FORMATS_MAX = 8 };

struct format_choice {
	const struct report_format *items[FORMATS_MAX];
	size_t count;
};

/* Reads -f and -o; makes the folder that several formats need. 0, or -1 after saying what is wrong. */
int formats_choose(const struct run_options *options, struct format_choice *choice);
/* 0, or -1 after saying why. */
int formats_write(const struct format_choice *choice, const struct run_options *options,
		  const struct judged *judged, const struct ledger *ledger);
/* --expect takes all and nothing else. 0, or -1 after saying so. */
int parse_expect(const char *text);
int verdict_status(const struct audit_result *result);

#endif
