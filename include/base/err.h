/*
 * Errors are data. A function that can fail returns 0/-1 or pointer/NULL, takes a struct err last, and fills it
 * with one line: what is wrong, where, what to do. Floors above may put context in front with err_prefix. Only
 * cli/ prints an error. One floor owns the path in a message: the one that was given it.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_index, first_arg) __attribute__((format(printf, format_index, first_arg)))

enum { ERR_TEXT_MAX = 1024 };

struct err {
	char text[ERR_TEXT_MAX];
};

/* Fills ERR with one line (control characters become '?', so that a hostile name cannot drive a terminal).
 * ERR may be NULL. Always returns -1, for `return err_set(...)`. */
int err_set(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* Puts context in front of what ERR says already: "context: text". Always returns -1. */
int err_prefix(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* The one wording for a failed allocation. Always returns -1. */
int err_no_memory(struct err *err);

#endif
