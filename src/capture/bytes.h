/*
 * Bytes that packets lie in: a block of a file or stream. They stay as long as somebody holds them.
 */
#ifndef SRC_CAPTURE_BYTES_H
#define SRC_CAPTURE_BYTES_H

#include "capture/capture.h"

/* SIZE bytes of memory, held once; NULL without memory. */
struct capture_bytes *bytes_new(size_t size) MUST_CHECK;
/* Holds BYTES once more. Returns them. */
struct capture_bytes *bytes_hold(struct capture_bytes *bytes);
/* True when nobody but the caller holds them. */
bool bytes_are_free(const struct capture_bytes *bytes);
uint8_t *bytes_start(const struct capture_bytes *bytes);
size_t bytes_size(const struct capture_bytes *bytes);

#endif
