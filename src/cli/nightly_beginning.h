/*
 * Private to cli/: how a capture begins, to find out whether one begins with all that was taken of another:
 * of a copy that was cut short, or before it grew.
 */
#ifndef CLI_NIGHTLY_BEGINNING_H
#define CLI_NIGHTLY_BEGINNING_H

#include "capture/capture.h"

/* Hashes over the first packet, the first 4, 16, 64 and 256, one after the other: of two captures that begin
 * alike the text of the shorter one begins that of the longer one. */
enum { BEGINNING_STEPS = 5, BEGINNING_STEP_TEXT = 16, BEGINNING_PACKETS = 256 };

struct beginning {
	char text[BEGINNING_STEPS * BEGINNING_STEP_TEXT + 1]; /* "" nothing could be read */
	uint64_t packets, bytes;                              /* of what was read; bytes on the wire */
	int64_t first_ns;                                     /* of the first packet; TIME_UNKNOWN: none */
	int64_t last_ns;                                      /* the largest */
};

/* Reads up to PACKETS packets of INPUT (0: all). SUMMARY (or NULL): what is known of the input then; complete
 * when all was read, as capture_scan gives it. False: it could not be opened, and OUT is empty. */
bool beginning_read(const struct capture_input *input, const struct capture_options *options,
		    uint64_t packets, struct beginning *out, struct capture_summary *summary);
/* True when one may begin with the other. */
bool beginnings_agree(const char *a, const char *b);

#endif
