/*
 * Private to report/: the parts of the page for a browser, one file each. What they add as markup is
 * constant; every value goes through html_text_add or one of the helpers here.
 */
#ifndef REPORT_HTML_PARTS_H
#define REPORT_HTML_PARTS_H

#include "html_escape.h"
#include "html_places.h"
#include "words.h"

struct html {
	struct strbuf *out;
	const struct audit_result *result;
	const struct ledger *ledger;
	const struct report_options *options;
	const struct finding_place *places;
	struct strbuf line; /* words under construction, unescaped */
};

/* Adds the words in html->line, escaped, and empties it. */
void html_line(struct html *html);
/* Adds "1,234" or "1,234 flows". */
void html_count(struct html *html, uint64_t count, const char *noun);
/* Adds " (name)" forms: "kvm-9 (10.0.1.9), device". */
void html_end(struct html *html, const struct audit_end *end);
/* Adds a time to the second as <time>; nothing for TIME_UNKNOWN. */
void html_time(struct html *html, int64_t time_ns);
/* Adds BEFORE and opens a link to a finding. Close with "</a>". */
void html_finding_link(struct html *html, const char *before, size_t finding);
/* Opens a section that is a landmark named by its heading. Close with "</section>\n". */
void html_section(struct html *html, const char *id, const char *heading);
/* A word with a mark in front, so that colour never stands alone: CLASS is one of style.css's marks. */
void html_mark(struct html *html, const char *class, const char *mark, const char *word);
void html_severity(struct html *html, enum severity severity);
void html_verdict(struct html *html, enum run_verdict verdict);

/* The finding's age, or NULL when nothing was compared. */
const struct finding_history *html_history(const struct html *html, size_t finding);
/* From the first covered moment to the last. False: no time is covered. */
bool html_period(const struct html *html, int64_t *first_ns, int64_t *last_ns);

void html_summary(struct html *html);
void html_systems(struct html *html);
void html_rules(struct html *html, size_t system);
void html_roles(struct html *html, size_t system);
void html_timeline(struct html *html);
void html_findings(struct html *html);
struct finding_texts;
void html_finding(struct html *html, const struct finding_texts *texts, enum severity severity);
/* Findings from FIRST on, for the script. */
void html_rows(struct html *html, size_t first);
void html_notes(struct html *html);
void html_capture(struct html *html);
void html_exceptions(struct html *html);

/* A display filter for Wireshark, of what the finding says of its ends; nothing when it says too little. */
void wireshark_filter_add(struct strbuf *out, const struct audit_finding *finding);
/* An exception for the finding, or one for each of its peers, to be filled in by a person, as JSON; and the
 * members that match the finding, with all that follows the first.
 */
void exception_stubs_add(struct strbuf *out, const struct audit_finding *finding);
void exception_names_add(struct strbuf *out, const char *kind, const char *system, const char *rule);
void exception_ends_add(struct strbuf *out, const struct audit_finding *finding);

#endif
