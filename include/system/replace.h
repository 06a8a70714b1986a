/*
 * A file that appears whole or not at all: written aside in the same folder, then renamed over the old one.
 * Readers see the old content or the new one.
 */
#ifndef SYSTEM_REPLACE_H
#define SYSTEM_REPLACE_H

#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* LASTING: both the content and the name are on the disk before it returns (fsync of file and folder). MODE
 * less the process's umask. 0, or -1 with the old file as it was, nothing left aside, errno set, and ERR
 * naming PATH. */
int file_replace(const char *path, const char *text, size_t length, mode_t mode, bool lasting,
		 struct err *err) MUST_CHECK;

/* All of TEXT to FD, however many writes that takes. 0, or -1 with errno set. */
int descriptor_write(int fd, const char *text, size_t length) MUST_CHECK;

#endif
