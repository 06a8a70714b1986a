/* Private to report/: one rule of the documented matrix as words, the same for text and CSV; and the site's
 * view of it. */
#ifndef REPORT_MATRIX_CELLS_H
#define REPORT_MATRIX_CELLS_H

#include "base/strbuf.h"
#include "report/report.h"

enum matrix_column {
	MATRIX_RULE,
	MATRIX_TITLE,
	MATRIX_FROM,
	MATRIX_OPENS,
	MATRIX_TO,
	MATRIX_PROTO,
	MATRIX_PORTS,
	MATRIX_SOURCE_PORTS,
	MATRIX_DISPUTED_PORTS,
	MATRIX_DELIVERY,
	MATRIX_REPLY,
	MATRIX_WHEN,
	MATRIX_HERE,
	MATRIX_PRESENCE,
	MATRIX_BASIS,
	MATRIX_CITE,
	MATRIX_IMPACT,
	MATRIX_FROM_HOSTS,
	MATRIX_TO_HOSTS,
	MATRIX_COLUMN_COUNT
};
extern const char *const matrix_column_names[MATRIX_COLUMN_COUNT];

/* What is shown: a signature, and, where SYSTEM is not NULL, the site's ports, modes and hosts. */
struct matrix_view {
	const struct signature *signature;
	const struct matrix_system *system;
};

/* Replaces OUT by the cell of rule RULE; "" where it does not apply. */
void matrix_cell(struct strbuf *out, const struct matrix_view *view, size_t rule, enum matrix_column column);
/* Adds what presence asks for beyond "required": ", each listener", " after x", " within 3600 s". */
void matrix_add_presence(struct strbuf *out, const struct matrix_view *view, size_t rule);
/* Adds the site's entries of role ROLE and of those that imply it, ", " between them. */
void matrix_add_hosts(struct strbuf *out, const struct matrix_view *view, uint64_t roles);
/* Adds "replication=on|auto, ldap=on". */
void matrix_add_conditions(struct strbuf *out, const struct signature *signature,
			   const struct mode_condition_list *list);
/* What PARAMETER stands for: the site's ports, else the default. Returns how many. */
size_t matrix_parameter(const struct matrix_view *view, size_t parameter, const struct port_range **ranges);
/* The presence that holds: the site's, else the signature's. */
const struct presence *matrix_presence(const struct matrix_view *view, size_t rule);

struct page;
void matrix_text_rules(struct page *page, const struct matrix_view *view);
int matrix_text(struct strbuf *out, const struct matrix_view *view, const struct report_options *options,
		struct err *err);
int matrix_csv(struct strbuf *out, const struct matrix_view *view, struct err *err);
int matrix_json(struct strbuf *out, const struct matrix_view *view, struct err *err);

#endif
