/*
 * Private to report/: a page of text of a fixed width. Words wrap with a hanging indent, tables shrink and
 * wrap their cells, and what comes from files or captures can never drive the terminal (see clean.h). A word
 * longer than a line stands whole on a line of its own, so that it can be copied; a table's cell cuts it.
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "base/strbuf.h"
#include "report/report.h"

enum page_style {
	STYLE_PLAIN,
	STYLE_BOLD,
	STYLE_DIM,
	STYLE_RED,
	STYLE_YELLOW,
	STYLE_GREEN,
	STYLE_CYAN,
	STYLE_COUNT
};

struct page {
	struct strbuf *out;
	unsigned width;
	bool colour;
};

/* A page of OPTIONS' width and colour that adds to OUT. */
struct page page_make(struct strbuf *out, const struct report_options *options);
/* TEXT in STYLE, on the current line, cleaned; no wrapping. */
void page_put(struct page *page, enum page_style style, const char *text);
/* The same for LENGTH bytes of it. */
void page_put_bytes(struct page *page, enum page_style style, const char *text, size_t length);
void page_newline(struct page *page);
/* The same, without the spaces that the line ends with. */
void page_end_line(struct page *page);
/* Ends a line that is filled to column USED: with TEXT where it fits, else TEXT stands below, wrapped from
 * column HANG. */
void page_put_rest(struct page *page, size_t used, unsigned hang, enum page_style style, const char *text);
/* An empty line, a heading, no indent. The page's first heading has no empty line before it. */
void page_heading(struct page *page, const char *text);
/* LABEL (or NULL) at column INDENT, TEXT from column HANG on, wrapped there. A label that reaches HANG has
 * its line to itself. */
void page_paragraph(struct page *page, unsigned indent, unsigned hang, const char *label, const char *text);
/* The same with a style for the text. */
void page_styled_paragraph(struct page *page, unsigned indent, unsigned hang, const char *label,
			   enum page_style style, const char *text);
/* The same for a text that was built up: it is emptied, its failure becomes the page's, and without text
 * nothing is printed. */
void page_built_paragraph(struct page *page, unsigned indent, unsigned hang, const char *label,
			  struct strbuf *text);

enum { TABLE_COLUMNS_MAX = 10 };

struct table_column {
	const char *title;
	unsigned minimum; /* shrunk below it only when all columns are at theirs */
	bool right;       /* numbers */
};

struct table_cell {
	char *text; /* owned by the table */
	enum page_style style;
};

/* A paragraph under a row. */
struct table_note {
	size_t row;
	struct table_cell cell;
};

struct table {
	const struct table_column *columns;
	size_t column_count;
	struct table_cell *cells; /* row by row */
	size_t cell_count, capacity;
	struct table_note *notes; /* by row, ascending */
	size_t note_count, note_capacity;
	bool failed;
};

/* Cells are added left to right; a row is full after column_count of them. */
void table_add(struct table *table, enum page_style style, const char *text);
/* A note under the last full row, wrapped to the page's width. */
void table_add_note(struct table *table, enum page_style style, const char *text);
/* Prints TABLE at INDENT and clears it. A failed allocation makes the page's text fail. */
void table_print(struct table *table, struct page *page, unsigned indent);

#endif
