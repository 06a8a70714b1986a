/* Private to report/: a terminal page of fixed rows and columns, filled line by line; what is too wide is cut
 * with "..", what comes from files or captures cannot drive the terminal. */
#ifndef REPORT_LIVE_LINES_H
#define REPORT_LIVE_LINES_H

#include "page.h"
#include "report/live.h"

struct live_lines {
	struct page page;
	unsigned columns, rows;
	unsigned used;   /* columns of the present line */
	unsigned filled; /* lines ended */
};

/* Lines that are still to be filled. */
static inline unsigned lines_left(const struct live_lines *lines)
{
	return lines->rows - lines->filled;
}

/* TEXT where the present line has room for it. */
void line_put(struct live_lines *lines, enum page_style style, const char *text);
/* The same for a text that was built up; it is cleared. */
void line_put_built(struct live_lines *lines, enum page_style style, struct strbuf *text);
/* Spaces up to COLUMN; one at least, where the line has room. */
void line_fill(struct live_lines *lines, unsigned column);
/* TEXT at the line's right end, where it fits beside what stands there. */
void line_put_right(struct live_lines *lines, enum page_style style, const char *text);
/* Ends the line; nothing happens when the page is full. */
void line_end(struct live_lines *lines);

/* Sections of the page; each ends its lines and takes at most ROWS of them. */
void live_page_head(struct live_lines *lines, const struct live_page *page);
void live_page_numbers(struct live_lines *lines, const struct live_page *page);
void live_page_rules(struct live_lines *lines, const struct live_page *page, unsigned rows);
void live_page_news(struct live_lines *lines, const struct live_page *page, unsigned rows);

#endif
