/*
 * What a file is, by its first bytes. One table for what is read here (captures, compressions, archives) and
 * one for what is not, so that a user who names the wrong file learns what it is and what to do.
 */
#ifndef SRC_CAPTURE_MAGIC_H
#define SRC_CAPTURE_MAGIC_H

#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct archive;

enum magic_role { MAGIC_FOREIGN, MAGIC_PCAP, MAGIC_PCAPNG, MAGIC_COMPRESSION, MAGIC_ARCHIVE };

enum { MAGIC_HEAD_BYTES = 512 }; /* enough for each kind here: a tar header is one block of 512 */

struct magic {
	enum magic_role role;
	const char *name;                /* "gzip", "zip" */
	int (*enable)(struct archive *); /* libarchive's reader of it; NULL for captures */
};

/* Never NULL: unknown bytes are of role MAGIC_FOREIGN. */
const struct magic *magic_identify(const uint8_t *head, size_t length);

bool magic_is_capture(const uint8_t *head, size_t length);

/* Says what a foreign input starts with and what to do: "starts with 'GMBU' (..); convert it with: editcap
 * .." */
void magic_describe_foreign(const char *path, const uint8_t *head, size_t length, struct err *err);

/* True when NAME ends as captures do, also compressed ones: ".pcap", ".pcap3", ".cap.gz". */
bool magic_named_like_capture(const char *name);

#endif
