/* Private to report/: one rule of the documented matrix as words, the same for text, CSV and JSON. */
#ifndef REPORT_MATRIX_CELLS_H
#define REPORT_MATRIX_CELLS_H

#include "base/strbuf.h"
#include "report/report.h"

enum matrix_column {
	MATRIX_RULE,
	MATRIX_FROM,
	MATRIX_OPENS,
	MATRIX_TO,
	MATRIX_PROTO,
	MATRIX_PORTS,
	MATRIX_DELIVERY,
	MATRIX_REPLY,
	MATRIX_WHEN,
	MATRIX_PRESENCE,
	MATRIX_BASIS,
	MATRIX_CITE,
	MATRIX_IMPACT,
	MATRIX_COLUMN_COUNT
};
extern const char *const matrix_column_names[MATRIX_COLUMN_COUNT];

/* What is shown: a signature, and, where SYSTEM is not NULL, the site's ports and modes. */
struct matrix_view {
	const struct signature *signature;
	const struct matrix_system *system;
	const struct matrix *matrix;
};

/* Replaces OUT by the cell of rule RULE. */
void matrix_cell(struct strbuf *out, const struct matrix_view *view, size_t rule, enum matrix_column column);

int matrix_text(struct strbuf *out, const struct matrix_view *view, const struct report_options *options,
		struct err *err);
int matrix_csv(struct strbuf *out, const struct matrix_view *view, struct err *err);
int matrix_json(struct strbuf *out, const struct matrix_view *view, struct err *err);

#endif
