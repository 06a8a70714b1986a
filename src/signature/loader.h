/*
 * What reading one file needs: where memory comes from, where messages go, and what ids there are. Mistakes
 * are collected, never thrown: a reader that meets one says so, leaves its default in place and goes on, and
 * at the end a file with one mistake or more is refused as a whole.
 */
#ifndef SIGNATURE_LOADER_H
#define SIGNATURE_LOADER_H

#include "doc.h"
#include "signature/signature.h"

enum { LOADER_MAX_MESSAGES = 100, ID_MAX_LENGTH = 64, TEXT_MAX_LENGTH = 4096 };

struct loader {
	struct arena *arena;
	struct message_list *messages;
	const struct doc_file *file; /* the one that is asked for */
	size_t errors, warnings;
	bool no_memory;
	struct signature_library *library;
	const struct signature *signature; /* whose roles, modes, parameters and rules are meant now */
};

/* "FILE: $.rules[3].ports[0]: what", or "FILE: $.rules[3].ports[0] of minicom-kvmnet2: what" where the value
 * was inherited; "FILE: what" when AT is NULL. At most LOADER_MAX_MESSAGES a file, then "FILE: and more". */
void loader_error(struct loader *loader, const struct doc_value *at, const char *format, ...)
    PRINTF_LIKE(3, 4);
void loader_warn(struct loader *loader, const struct doc_value *at, const char *format, ...)
    PRINTF_LIKE(3, 4);
/* "PATH:LINE:COLUMN: what"; SYNTAX is what follows the path. */
void loader_syntax_error(struct loader *loader, const char *path, const char *syntax);
/* "$.rules[3].ports[0]", with " of minicom-kvmnet2" where it was inherited. */
void loader_place(const struct loader *loader, const struct doc_value *at, struct strbuf *out);
/* The one way to tell that memory ran out; said once. */
void loader_no_memory(struct loader *loader);
/* Arena memory or NULL, told by loader_no_memory. COUNT 0 gives NULL and no error. */
void *loader_calloc(struct loader *loader, size_t count, size_t size);
/* Whether nothing was wrong so far. */
bool loader_ok(const struct loader *loader);

/* Adds one line to the errors or the warnings, unless it is there already. 0, or -1 without memory. */
int message_add(struct message_list *list, bool warning, const char *text) MUST_CHECK;

/* The content of a file in the loader's arena, *LENGTH bytes; NULL and ERR when it cannot be read. */
char *file_read(struct loader *loader, const char *path, size_t *length, struct err *err) MUST_CHECK;

#endif
