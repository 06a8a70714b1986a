/*
 * What makes a capture the same capture (design section 3): a hash over its decompressed size, packets,
 * times, first and last MiB and 4 KiB of each 16 MiB. Fed in one pass by whoever streams; a plain file is
 * sampled at its end without reading the rest. Both ways hash the same bytes in the same order.
 */
#ifndef SRC_CAPTURE_FINGERPRINT_H
#define SRC_CAPTURE_FINGERPRINT_H

#include "capture/capture.h"

struct fingerprint;

/* SHA256: hash all bytes as well. NULL for want of memory. */
struct fingerprint *fingerprint_new(bool sha256) MUST_CHECK;
/* The next LENGTH bytes of the stream. */
void fingerprint_add(struct fingerprint *print, const uint8_t *bytes, size_t length);
/* The first SIZE bytes of the file FD, instead of fingerprint_add. -1 when they cannot be read. */
int fingerprint_file(struct fingerprint *print, int fd, uint64_t size) MUST_CHECK;
/* Writes fingerprint, sha256 and file_bytes of SUMMARY from what was added and the counts already there. */
void fingerprint_finish(struct fingerprint *print, struct capture_summary *summary);
void fingerprint_free(struct fingerprint *print);

#endif
