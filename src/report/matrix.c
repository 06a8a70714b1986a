#include "clean.h"
#include "matrix_cells.h"

/* RFC 4180. One document also when it holds several tables: the names stand before the first alone. */
int matrix_csv(struct strbuf *out, const struct matrix_view *view, struct err *err)
{
	struct strbuf cell = {0};

	if (out->length == 0) {
		strbuf_add(out, "signature,system");
		for (int c = 0; c < MATRIX_COLUMN_COUNT; c++)
			strbuf_addf(out, ",%s", matrix_column_names[c]);
		strbuf_add(out, "\r\n");
	}
	for (size_t r = 0; r < view->signature->rule_count; r++) {
		csv_text_add(out, view->signature->id);
		strbuf_add_char(out, ',');
		csv_text_add(out, view->system ? view->system->site->name : "");
		for (int c = 0; c < MATRIX_COLUMN_COUNT; c++) {
			matrix_cell(&cell, view, r, (enum matrix_column)c);
			strbuf_add_char(out, ',');
			csv_text_add(out, strbuf_text(&cell));
		}
		strbuf_add(out, "\r\n");
	}
	bool good = strbuf_ok(out) && strbuf_ok(&cell);
	strbuf_clear(&cell);
	return good ? 0 : err_no_memory(err);
}

int report_matrix(struct strbuf *out, const struct signature *signature, const struct matrix *matrix,
		  size_t system, enum matrix_format format, const struct report_options *options,
		  struct err *err)
{
	struct matrix_view view = {signature, matrix ? matrix_system(matrix, system) : NULL};

	switch (format) {
	case MATRIX_TEXT: return matrix_text(out, &view, options, err);
	case MATRIX_CSV: return matrix_csv(out, &view, err);
	case MATRIX_JSON: return matrix_json(out, &view, err);
	}
	return err_set(err, "no such format");
}
