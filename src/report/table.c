#include "base/mem.h"
#include "page.h"
#include <string.h>

enum { COLUMN_GAP = 2 };

void table_add(struct table *table, enum page_style style, const char *text)
{
	if (mem_grow((void **)&table->cells, &table->capacity, table->cell_count + 1, sizeof *table->cells) !=
	    0) {
		table->failed = true;
		return;
	}
	char *copy = mem_strdup(text);
	if (!copy) {
		table->failed = true;
		return;
	}
	table->cells[table->cell_count++] = (struct table_cell){copy, style};
}

static void table_natural_widths(const struct table *table, size_t widths[TABLE_COLUMNS_MAX])
{
	for (size_t c = 0; c < table->column_count; c++)
		widths[c] = page_text_width(table->columns[c].title);
	for (size_t i = 0; i < table->cell_count; i++) {
		size_t width = page_text_width(table->cells[i].text);
		size_t c = i % table->column_count;

		if (width > widths[c])
			widths[c] = width;
	}
}

/* Takes a column at a time from the widest that may still shrink, so that narrow columns keep their form. */
static void table_fit(const struct table *table, size_t widths[TABLE_COLUMNS_MAX], size_t room)
{
	size_t total = (table->column_count - 1) * COLUMN_GAP;

	for (size_t c = 0; c < table->column_count; c++)
		total += widths[c];
	for (; total > room; total--) {
		size_t widest = table->column_count;

		for (size_t c = 0; c < table->column_count; c++) {
			if (widths[c] > table->columns[c].minimum &&
			    (widest == table->column_count || widths[c] > widths[widest]))
				widest = c;
		}
		if (widest == table->column_count)
			return;
		widths[widest]--;
	}
}

/* Bytes of the next line of a cell: broken at a space, else after a comma, a hyphen or a slash, else
 * anywhere. */
static size_t cell_line(const char *text, size_t width)
{
	size_t at = 0, count = 0, best = 0;

	while (text[at] && count < width) {
		char c = text[at++];

		while (text[at] && ((unsigned char)text[at] & 0xc0) == 0x80)
			at++;
		count++;
		if (c == ' ' || c == ',' || c == '-' || c == '/')
			best = at;
	}
	if (!text[at] || text[at] == ' ')
		return at;
	return best ? best : at;
}

static size_t trimmed(const char *text, size_t length)
{
	while (length > 0 && text[length - 1] == ' ')
		length--;
	return length;
}

static void pad_and_put(struct page *page, const struct table_column *column, enum page_style style,
			const char *text, size_t length, size_t width, bool last)
{
	char line[512];
	size_t bytes = length < sizeof line ? length : sizeof line - 1;

	memcpy(line, text, bytes);
	line[bytes] = '\0';
	size_t used = page_text_width(line);
	size_t pad = used < width ? width - used : 0;
	if (column->right)
		strbuf_repeat(page->out, ' ', pad);
	page_put(page, style, line);
	if (!column->right && !last)
		strbuf_repeat(page->out, ' ', pad);
	if (!last)
		strbuf_repeat(page->out, ' ', COLUMN_GAP);
}

static void trim_line_end(struct page *page)
{
	while (page->out->length > 0 && page->out->text && page->out->text[page->out->length - 1] == ' ')
		page->out->text[--page->out->length] = '\0';
}

static void table_print_row(const struct table *table, struct page *page, unsigned indent,
			    const struct table_cell *row, const size_t widths[TABLE_COLUMNS_MAX])
{
	const char *rest[TABLE_COLUMNS_MAX];
	bool more = true;

	for (size_t c = 0; c < table->column_count; c++)
		rest[c] = row[c].text;
	while (more) {
		more = false;
		strbuf_repeat(page->out, ' ', indent);
		for (size_t c = 0; c < table->column_count; c++) {
			size_t length = cell_line(rest[c], widths[c]);

			pad_and_put(page, &table->columns[c], row[c].style, rest[c], trimmed(rest[c], length),
				    widths[c], c + 1 == table->column_count);
			rest[c] += length;
			rest[c] += strspn(rest[c], " ");
			more |= *rest[c] != '\0';
		}
		trim_line_end(page);
		page_newline(page);
	}
}

static void table_clear(struct table *table)
{
	for (size_t i = 0; i < table->cell_count; i++)
		mem_free(table->cells[i].text);
	mem_free(table->cells);
	table->cells = NULL;
	table->cell_count = table->capacity = 0;
}

static void table_print_titles(const struct table *table, struct page *page, unsigned indent,
			       const size_t widths[TABLE_COLUMNS_MAX])
{
	strbuf_repeat(page->out, ' ', indent);
	for (size_t c = 0; c < table->column_count; c++)
		pad_and_put(page, &table->columns[c], STYLE_DIM, table->columns[c].title,
			    strlen(table->columns[c].title), widths[c], c + 1 == table->column_count);
	trim_line_end(page);
	page_newline(page);
}

void table_print(struct table *table, struct page *page, unsigned indent)
{
	size_t widths[TABLE_COLUMNS_MAX] = {0};

	if (table->failed)
		page->out->failed = true;
	table_natural_widths(table, widths);
	table_fit(table, widths, page->width > indent ? page->width - indent : 1);
	table_print_titles(table, page, indent, widths);
	for (size_t i = 0; i + table->column_count <= table->cell_count; i += table->column_count)
		table_print_row(table, page, indent, &table->cells[i], widths);
	table_clear(table);
}
