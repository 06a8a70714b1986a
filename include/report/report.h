/*
 * Results -> what people and machines read: text, JSON (tapaudit.report/1), the vendor's table, flow lines, a
 * draft site file, the explanation of a finding. It writes into a text buffer and never decides anything:
 * what it shows was said by audit/. With signature/ it is the only place that knows cJSON.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "audit/audit.h"
#include "base/strbuf.h"

/* What comparing with the day before says of one finding. */
enum finding_age { AGE_NEW, AGE_CONTINUING };
struct finding_history {
	enum finding_age age;
	const char *since;   /* day, "2026-11-18"; or NULL */
	bool matrix_changed; /* it came only because a file changed */
	bool severity_known; /* it was there the day before, as severe as: */
	enum severity severity_before;
	const struct audit_end *new_peers; /* whom it did not name the day before, the first of them */
	size_t new_peers_listed;
	uint64_t new_peer_count;
};
/* A finding of the day before that is gone. */
struct fixed_finding {
	const char *id, *kind, *severity, *system, *rule, *message; /* system, rule, message: or NULL */
	const char *since;                                          /* or NULL */
	bool matrix_changed;
};
/* Texts and lists belong to whoever compared; they must outlive the report. */
struct report_history {
	const char *compared_with;              /* the day before, "2026-11-18"; NULL on the first day */
	const struct finding_history *findings; /* one for each of the result's, in its order */
	const struct fixed_finding *fixed;
	size_t fixed_count;
	const struct fixed_finding
	    *unseen; /* open before; nothing of this day could show what became of them */
	size_t unseen_count;
};

struct report_options {
	int64_t generated_ns;  /* the report's own time */
	const char *version;   /* of the program */
	const char *site_name; /* or NULL: roles were inferred */
	unsigned width;        /* columns of text; 0: 100 */
	bool colour;
	bool verbose; /* text: also idle and off rules, all peers, informational findings in full */
	const struct report_history *history; /* or NULL, nothing to compare with */
	const char *const *remarks; /* sentences that whoever asks for the report has to say first */
	size_t remark_count;
	const char *const *pcaps; /* one for each of the result's findings, in its order: the file that holds
				   * its packets, or NULL; NULL when none were written */
	const char
	    *pcap_folder; /* HTML: where they lie, seen from the page, to be linked; NULL: to be named */
	const char *zone; /* the site's, "Europe/Berlin"; NULL: UTC */
	int64_t (*zone_offset_sec)(int64_t time_ns); /* its seconds east of UTC at a time; NULL with zone */
};

/* One table of the formats: name, and the function. A format is what `-f` takes. */
struct report_format {
	const char *name;      /* "text", "json" */
	const char *file_name; /* below a folder given to -o: "report.txt", "report.json" */
	const char *help;
	int (*write)(struct strbuf *out, const struct audit_result *result, const struct ledger *ledger,
		     const struct report_options *options, struct err *err);
};
extern const struct report_format report_formats[];
extern const size_t report_format_count;
const struct report_format *report_format_find(const char *name);

/*
 * A page for a person: verdict first, then findings by severity with who, what, since when, proof and what it
 * breaks, then the vendor's table with observed columns, then health and accounting. Fits options->width
 * columns. 0/-1 (memory).
 */
int report_text(struct strbuf *out, const struct audit_result *result, const struct ledger *ledger,
		const struct report_options *options, struct err *err) MUST_CHECK;
/* As design section 6, schema in src/schema/report.schema.json; fields that do not apply are null, never left
 * out. */
int report_json(struct strbuf *out, const struct audit_result *result, const struct ledger *ledger,
		const struct report_options *options, struct err *err) MUST_CHECK;

/* One file for a browser that asks nothing of any network: style and script are inside, and a
 * Content-Security-Policy that allows only them. Readable without the script too. 0/-1 (memory). */
int report_html(struct strbuf *out, const struct audit_result *result, const struct ledger *ledger,
		const struct report_options *options, struct err *err) MUST_CHECK;
/* RFC 4180, a header and one line a finding, formulas defused. */
int report_csv(struct strbuf *out, const struct audit_result *result, const struct ledger *ledger,
	       const struct report_options *options, struct err *err) MUST_CHECK;
/* JUnit's XML: a suite a system, a case a rule; findings that count for the verdict are its failures, states
 * that say nothing about it (off, idle, not-observable) skip it. */
int report_junit(struct strbuf *out, const struct audit_result *result, const struct ledger *ledger,
		 const struct report_options *options, struct err *err) MUST_CHECK;

/* TEXT of a file or a capture as a page shows it: cleaned as everywhere, markup escaped. */
void report_add_html(struct strbuf *out, const char *text);
/* The same as plain text. */
void report_add_clean(struct strbuf *out, const char *text);

/* The documented matrix of one signature as a table: text, csv or json. SITE_SYSTEM may be NULL; with it
 * ports, modes and hosts are the site's. */
enum matrix_format { MATRIX_TEXT, MATRIX_CSV, MATRIX_JSON };
int report_matrix(struct strbuf *out, const struct signature *signature, const struct matrix *matrix,
		  size_t system, enum matrix_format format, const struct report_options *options,
		  struct err *err) MUST_CHECK;

/* `tapaudit flows`: the header line and one line a flow; design section 6's columns. JSON: one object a line.
 */
void report_flow_csv_header(struct strbuf *out);
void report_flow_csv(struct strbuf *out, const struct flow_record *record, const char *input_name);
void report_flow_json(struct strbuf *out, const struct flow_record *record, const char *input_name);

/* A draft site file (valid for site_load) of what was inferred, with the reasons in a text for people beside
 * it. */
int report_draft_site(struct strbuf *out, const struct inference *inference, const char *name,
		      struct err *err) MUST_CHECK;
int report_inference_text(struct strbuf *out, const struct inference *inference,
			  const struct report_options *options, struct err *err) MUST_CHECK;

/* An array of exceptions as a site file holds them, one for each finding that none covers, most severe first;
 * owner, reason and expiry are for a person to fill in: as it stands no site file with it would load. */
void report_suggest_exceptions(struct strbuf *out, const struct audit_result *result);

/* Explains finding ID (a unique prefix of at least 4 characters will do) of the report in JSON (TEXT,
 * LENGTH): what was seen, the nearest rules and the condition that each failed, how to look at the packets,
 * and an exception ready to copy. -1 and ERR when the report or the finding is not what it should be. */
int report_explain(struct strbuf *out, const char *text, size_t length, const char *id,
		   const struct report_options *options, struct err *err) MUST_CHECK;

#endif
