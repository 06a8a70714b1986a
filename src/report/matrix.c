#include "json_value.h"
#include "matrix_cells.h"
#include "page.h"
#include <string.h>

/* RFC 4180. A cell that a spreadsheet would run as a formula gets an apostrophe in front. */
static void add_csv_cell(struct strbuf *out, const char *text)
{
	strbuf_add_char(out, '"');
	if (*text && strchr("=+-@\t\r", *text))
		strbuf_add_char(out, '\'');
	for (; *text; text++) {
		if (*text == '"')
			strbuf_add_char(out, '"');
		strbuf_add_char(out, *text);
	}
	strbuf_add_char(out, '"');
}

int matrix_csv(struct strbuf *out, const struct matrix_view *view, struct err *err)
{
	struct strbuf cell = {0};

	strbuf_add(out, "signature");
	for (int c = 0; c < MATRIX_COLUMN_COUNT; c++)
		strbuf_addf(out, ",%s", matrix_column_names[c]);
	strbuf_add(out, "\r\n");
	for (size_t r = 0; r < view->signature->rule_count; r++) {
		add_csv_cell(out, view->signature->id);
		for (int c = 0; c < MATRIX_COLUMN_COUNT; c++) {
			matrix_cell(&cell, view, r, (enum matrix_column)c);
			strbuf_add_char(out, ',');
			add_csv_cell(out, strbuf_text(&cell));
		}
		strbuf_add(out, "\r\n");
	}
	bool good = strbuf_ok(out) && strbuf_ok(&cell);
	strbuf_clear(&cell);
	return good ? 0 : err_no_memory(err);
}

int matrix_json(struct strbuf *out, const struct matrix_view *view, struct err *err)
{
	struct json_page page = {.root = cJSON_CreateObject()};
	struct strbuf cell = {0};

	json_text(&page, page.root, "signature", view->signature->id);
	json_text(&page, page.root, "vendor", view->signature->vendor);
	json_text(&page, page.root, "product", view->signature->product);
	json_text(&page, page.root, "system", view->system ? view->system->site->name : NULL);
	cJSON *rules = json_array(&page, page.root, "rules");
	for (size_t r = 0; r < view->signature->rule_count; r++) {
		cJSON *rule = json_object_item(&page, rules);

		for (int c = 0; c < MATRIX_COLUMN_COUNT; c++) {
			matrix_cell(&cell, view, r, (enum matrix_column)c);
			json_text_or_null(&page, rule, matrix_column_names[c], strbuf_text(&cell));
		}
	}
	page.failed |= cell.failed;
	strbuf_clear(&cell);
	return json_finish(&page, out, err);
}

int report_matrix(struct strbuf *out, const struct signature *signature, const struct matrix *matrix,
		  size_t system, enum matrix_format format, const struct report_options *options,
		  struct err *err)
{
	struct matrix_view view = {.signature = signature, .matrix = matrix};

	if (matrix)
		view.system = matrix_system(matrix, system);
	switch (format) {
	case MATRIX_TEXT: return matrix_text(out, &view, options, err);
	case MATRIX_CSV: return matrix_csv(out, &view, err);
	case MATRIX_JSON: return matrix_json(out, &view, err);
	}
	return err_set(err, "no such format");
}
