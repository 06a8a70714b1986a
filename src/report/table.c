#include "base/mem.h"
#include "clean.h"
#include "page.h"
#include <string.h>

enum { COLUMN_GAP = 2, NOTE_INDENT = 2, COLUMN_LEAST = 4 };

static bool cell_make(struct table *table, struct table_cell *cell, enum page_style style, const char *text)
{
	*cell = (struct table_cell){mem_strdup(text), style};
	table->failed |= !cell->text;
	return cell->text != NULL;
}

void table_add(struct table *table, enum page_style style, const char *text)
{
	if (table->failed || mem_grow((void **)&table->cells, &table->capacity, table->cell_count + 1,
				      sizeof *table->cells) != 0) {
		table->failed = true;
		return;
	}
	table->cell_count += cell_make(table, &table->cells[table->cell_count], style, text);
}

void table_add_note(struct table *table, enum page_style style, const char *text)
{
	if (table->failed || mem_grow((void **)&table->notes, &table->note_capacity, table->note_count + 1,
				      sizeof *table->notes) != 0) {
		table->failed = true;
		return;
	}
	struct table_note *note = &table->notes[table->note_count];
	note->row = table->cell_count / table->column_count - 1;
	table->note_count += cell_make(table, &note->cell, style, text);
}

static size_t longest_word(const char *text)
{
	size_t longest = 0;

	while (*text) {
		char word[32] = "";
		size_t length = strcspn(text, " ");

		memcpy(word, text, length < sizeof word ? length : sizeof word - 1);
		size_t width = clean_width(word);
		longest = width > longest ? width : longest;
		text += length;
		text += strspn(text, " ");
	}
	return longest;
}

/* Of the cells; titles wrap where that saves columns. */
static void natural_widths(const struct table *table, size_t widths[TABLE_COLUMNS_MAX])
{
	for (size_t c = 0; c < table->column_count; c++)
		widths[c] = longest_word(table->columns[c].title);
	for (size_t i = 0; i < table->cell_count; i++) {
		size_t width = clean_width(table->cells[i].text);
		size_t c = i % table->column_count;

		if (width > widths[c])
			widths[c] = width;
	}
}

/* The widest column that is still over its least; all of them when there is none. */
static size_t widest_column(const struct table *table, const size_t widths[TABLE_COLUMNS_MAX],
			    bool below_minimum)
{
	size_t widest = table->column_count;

	for (size_t c = 0; c < table->column_count; c++) {
		size_t least = below_minimum ? COLUMN_LEAST : table->columns[c].minimum;

		if (widths[c] > least && (widest == table->column_count || widths[c] > widths[widest]))
			widest = c;
	}
	return widest;
}

/* Takes a column at a time from the widest that may still shrink, so that narrow columns keep their form;
 * what is left over goes to titles, left to right. */
static void fit_widths(const struct table *table, size_t widths[TABLE_COLUMNS_MAX], size_t room)
{
	size_t total = (table->column_count - 1) * COLUMN_GAP;

	for (size_t c = 0; c < table->column_count; c++)
		total += widths[c];
	for (; total > room; total--) {
		size_t widest = widest_column(table, widths, false);

		if (widest == table->column_count)
			widest = widest_column(table, widths, true);
		if (widest == table->column_count)
			return;
		widths[widest]--;
	}
	for (size_t c = 0; c < table->column_count; c++) {
		size_t title = clean_width(table->columns[c].title);

		if (title > widths[c] && total + title - widths[c] <= room) {
			total += title - widths[c];
			widths[c] = title;
		}
	}
}

/* After a sign that parts words; not within an arrow. */
static bool may_break(uint32_t value, uint32_t next)
{
	if (value == '-')
		return next != '>';
	return value == ' ' || value == ',' || value == '/' || value == '|' || value == '=';
}

/* Bytes of the next line of a cell: broken at a space or after a sign that parts words, else anywhere. */
static size_t cell_line(const char *text, size_t width)
{
	size_t at = 0, used = 0, best = 0;
	struct glyph glyph = glyph_at(text);

	while (glyph.bytes && used + glyph.width <= width) {
		at += glyph.bytes;
		used += glyph.width;
		uint32_t value = glyph.value;

		glyph = glyph_at(text + at);
		if (may_break(value, glyph.value))
			best = at;
	}
	if (!glyph.bytes || glyph.value == ' ')
		return at;
	if (best)
		return best;
	return at ? at : glyph.bytes;
}

/* What is left of a cell to print. */
struct cell_rest {
	const char *text;
	enum page_style style;
};

static void put_cell(struct page *page, const struct cell_rest *cell, size_t length, size_t width, bool right)
{
	size_t used = 0;

	while (length > 0 && cell->text[length - 1] == ' ')
		length--;
	for (size_t at = 0; at < length;) {
		struct glyph glyph = glyph_at(cell->text + at);

		used += glyph.width;
		at += glyph.bytes;
	}
	size_t pad = used < width ? width - used : 0;
	strbuf_repeat(page->out, ' ', right ? pad : 0);
	page_put_bytes(page, cell->style, cell->text, length);
	strbuf_repeat(page->out, ' ', right ? 0 : pad);
}

static void print_row(const struct table *table, struct page *page, unsigned indent,
		      struct cell_rest rest[TABLE_COLUMNS_MAX], const size_t widths[TABLE_COLUMNS_MAX])
{
	bool more = true;

	while (more) {
		more = false;
		strbuf_repeat(page->out, ' ', indent);
		for (size_t c = 0; c < table->column_count; c++) {
			size_t length = cell_line(rest[c].text, widths[c]);

			put_cell(page, &rest[c], length, widths[c], table->columns[c].right);
			strbuf_repeat(page->out, ' ', COLUMN_GAP);
			rest[c].text += length;
			rest[c].text += strspn(rest[c].text, " ");
			more |= *rest[c].text != '\0';
		}
		page_end_line(page);
	}
}

static void print_titles(const struct table *table, struct page *page, unsigned indent,
			 const size_t widths[TABLE_COLUMNS_MAX])
{
	struct cell_rest rest[TABLE_COLUMNS_MAX];

	for (size_t c = 0; c < table->column_count; c++)
		rest[c] = (struct cell_rest){table->columns[c].title, STYLE_DIM};
	print_row(table, page, indent, rest, widths);
}

static void table_clear(struct table *table)
{
	for (size_t i = 0; i < table->cell_count; i++)
		mem_free(table->cells[i].text);
	for (size_t i = 0; i < table->note_count; i++)
		mem_free(table->notes[i].cell.text);
	mem_free(table->cells);
	mem_free(table->notes);
	*table = (struct table){.columns = table->columns, .column_count = table->column_count};
}

void table_print(struct table *table, struct page *page, unsigned indent)
{
	size_t widths[TABLE_COLUMNS_MAX] = {0};
	size_t rows = table->cell_count / table->column_count;

	page->out->failed |= table->failed;
	natural_widths(table, widths);
	fit_widths(table, widths, page->width > indent ? page->width - indent : 1);
	print_titles(table, page, indent, widths);
	for (size_t row = 0, note = 0; row < rows; row++) {
		struct cell_rest rest[TABLE_COLUMNS_MAX];

		for (size_t c = 0; c < table->column_count; c++) {
			const struct table_cell *cell = &table->cells[row * table->column_count + c];

			rest[c] = (struct cell_rest){cell->text, cell->style};
		}
		print_row(table, page, indent, rest, widths);
		for (; note < table->note_count && table->notes[note].row == row; note++)
			page_styled_paragraph(page, indent + NOTE_INDENT, indent + NOTE_INDENT, NULL,
					      table->notes[note].cell.style, table->notes[note].cell.text);
	}
	table_clear(table);
}
