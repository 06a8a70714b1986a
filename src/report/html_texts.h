/*
 * Private to report/: all that the page says of one finding, as plain texts without markup. The page writes
 * the first findings as elements, and all others as rows of these texts that its script makes the same
 * elements of: so both come from here.
 */
#ifndef REPORT_HTML_TEXTS_H
#define REPORT_HTML_TEXTS_H

#include "html_parts.h"

/* In the order in which script.js names them. */
enum text_slot {
	TEXT_ANCHOR, /* the id; "ID-2" where another finding has that id too */
	TEXT_SEVERITY,
	TEXT_KIND,
	TEXT_REASON,
	TEXT_SYSTEM,
	TEXT_AGE,  /* "new", "continuing", "open", "excused": what the filter by state asks for */
	TEXT_TAGS, /* shown beside the kind, one a line */
	TEXT_FIRST,
	TEXT_LAST, /* seconds since 1970 */
	TEXT_FLOWS,
	TEXT_MESSAGE,
	TEXT_FROM,
	TEXT_FROM_ADDRESS,
	TEXT_FROM_ROLES,
	TEXT_TO,
	TEXT_TO_ADDRESS,
	TEXT_TO_ROLES,
	TEXT_SERVICE,
	TEXT_PEERS,
	TEXT_WHEN,
	TEXT_LOCAL,
	TEXT_BREAKS,
	TEXT_RULE,
	TEXT_CITE,
	TEXT_EXCUSED,
	TEXT_PROOF,
	TEXT_PACKETS, /* the file's name */
	TEXT_LINK,    /* where it lies, seen from the page */
	TEXT_NEAREST, /* one a line: rule, tab, what failed */
	TEXT_TCPDUMP,
	TEXT_WIRESHARK,
	TEXT_ENDS, /* of an exception for it, as JSON; kind, system and rule come before */
	TEXT_COUNT
};

struct finding_texts {
	struct strbuf items[TEXT_COUNT];
};

void finding_texts_fill(struct finding_texts *texts, const struct html *html, size_t index);
void finding_texts_clear(struct finding_texts *texts);
static inline const char *finding_text(const struct finding_texts *texts, enum text_slot slot)
{
	return strbuf_text(&texts->items[slot]);
}
/* What stands before and after what an exception matches. */
extern const char exception_head[], exception_tail[];

#endif
