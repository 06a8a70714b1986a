/*
 * Private to report/: a page of text of a fixed width. Words wrap with a hanging indent, tables shrink and
 * wrap their cells, and what comes from files or captures can never drive the terminal: control characters
 * become '?'. Width is counted in code points.
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "base/strbuf.h"

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

/* Code points of TEXT. */
size_t page_text_width(const char *text);
/* TEXT in STYLE, on the current line, cleaned; no wrapping. */
void page_put(struct page *page, enum page_style style, const char *text);
void page_newline(struct page *page);
/* A heading with a rule under it. */
void page_heading(struct page *page, const char *text);
/* LABEL at column INDENT, TEXT from column HANG on, wrapped there. LABEL may be "" or NULL. */
void page_paragraph(struct page *page, unsigned indent, unsigned hang, const char *label, const char *text);
/* The same with a style for the text. */
void page_styled_paragraph(struct page *page, unsigned indent, unsigned hang, const char *label,
			   enum page_style style, const char *text);

enum { TABLE_COLUMNS_MAX = 10 };

struct table_column {
	const char *title;
	unsigned minimum; /* it never gets narrower; its natural width if that is less */
	bool right;       /* numbers */
};

struct table_cell {
	char *text; /* owned by the table */
	enum page_style style;
};

struct table {
	const struct table_column *columns;
	size_t column_count;
	struct table_cell *cells; /* row by row */
	size_t cell_count, capacity;
	bool failed;
};

/* Cells are added left to right; a row is full after column_count of them. */
void table_add(struct table *table, enum page_style style, const char *text);
/* Prints TABLE at INDENT and clears it. A failed allocation makes the page's text fail. */
void table_print(struct table *table, struct page *page, unsigned indent);

#endif
