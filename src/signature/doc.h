/*
 * A JSON file as a tree that knows where each of its values stands. The text is checked by our own strict
 * scanner (RFC 8259) before cJSON sees it, because cJSON takes what is no JSON, keeps the first of two equal
 * keys and cuts 3080.5 to 3080. After doc_parse nobody needs cJSON any more. Trees live in the loader's
 * arena.
 */
#ifndef SIGNATURE_DOC_H
#define SIGNATURE_DOC_H

#include "base/err.h"
#include "base/strbuf.h"
#include <stdbool.h>
#include <stddef.h>

enum {
	DOC_MAX_DEPTH = 64,
	DOC_MAX_VALUES = 1000000,
	DOC_MAX_BYTES = 16 * 1024 * 1024,
	DOC_MAX_FRACTIONS = 128
};

enum doc_kind { DOC_NULL, DOC_FLAG, DOC_NUMBER, DOC_TEXT, DOC_LIST, DOC_OBJECT };

struct doc_file {
	const char *path;
	const char *label; /* "the file of" this signature id, for values that another file inherits */
};

struct doc_value {
	enum doc_kind kind;
	bool flag;
	bool reported;               /* a message about it exists already: readers pass over it */
	const char *key;             /* within an object, else NULL */
	size_t index;                /* within a list */
	const struct doc_value *up;  /* where it was written, also after a merge; NULL for the whole file */
	const struct doc_file *file; /* where it was written */
	const char *text;
	double number; /* whole unless `reported` */
	struct doc_value *items;
	size_t count;
};

/* A number that is written with a fraction or an exponent: the how manieth number, and its text. */
struct doc_fraction {
	size_t ordinal, offset, length;
};

struct doc_scan {
	const char *text;
	size_t length, at;
	size_t values, numbers;
	size_t depth;
	char open[DOC_MAX_DEPTH];
	struct doc_fraction fractions[DOC_MAX_FRACTIONS];
	size_t fraction_count;
	struct err *err;
};

/* 0 when TEXT is JSON by RFC 8259, within our limits; else -1 and ERR holds "LINE:COLUMN: what is wrong".
 * Lines and columns count from 1, columns in characters. Numbers that are not whole are listed, not refused.
 */
int doc_scan(struct doc_scan *scan, const char *text, size_t length, struct err *err) MUST_CHECK;
/* Sets ERR to "LINE:COLUMN: .." for the byte at OFFSET. Always -1. */
int doc_scan_fail(struct doc_scan *scan, size_t offset, const char *format, ...) PRINTF_LIKE(3, 4);
/* Reads one string (at its opening quote) or one number. */
int doc_scan_string(struct doc_scan *scan) MUST_CHECK;
int doc_scan_number(struct doc_scan *scan) MUST_CHECK;

struct loader;
/* The tree of TEXT, or NULL with an error in the loader's messages. */
struct doc_value *doc_parse(struct loader *loader, const struct doc_file *file, const char *text,
			    size_t length) MUST_CHECK;

/* The field of an object, NULL when it is not there (or VALUE is no object). */
struct doc_value *doc_find(const struct doc_value *value, const char *key);
/* The same if it is text: its text, else NULL. */
const char *doc_find_text(const struct doc_value *value, const char *key);
/* "text", "a list", .. */
const char *doc_kind_name(enum doc_kind kind);
/* "$.rules[3].ports[0]" */
void doc_path(const struct doc_value *value, struct strbuf *out);

/* How many bytes of TEXT to show in a message: at most 64, whole characters. */
int doc_show_length(const char *text);
#define SHOW(text) doc_show_length(text), (text)

#endif
