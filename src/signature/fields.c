#include "fields.h"
#include "base/timestamp.h"
#include <string.h>

enum { NAME_MAX_COMPARED = 32, NEAR_ENOUGH = 2 };

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;

	return least < c ? least : c;
}

/* How many letters must be inserted, dropped, replaced or swapped with their neighbour to make B of A. */
static unsigned name_distance(const char *a, const char *b)
{
	unsigned rows[3][NAME_MAX_COMPARED + 1] = {{0}};
	size_t a_length = strlen(a), b_length = strlen(b);

	if (a_length > NAME_MAX_COMPARED || b_length > NAME_MAX_COMPARED)
		return UINT32_MAX;
	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a_length; i++) {
		const unsigned *before = rows[(i + 1) % 3], *above = rows[(i - 1) % 3];
		unsigned *row = rows[i % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b_length; j++) {
			row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
	}
	return rows[a_length % 3][b_length];
}

static void report_unknown_field(struct loader *loader, const struct doc_value *value,
				 const struct field_table *table)
{
	const char *nearest = NULL;
	unsigned distance = NEAR_ENOUGH + 1;
	struct strbuf names = {0};

	for (size_t i = 0; i < table->count; i++) {
		unsigned d = name_distance(value->key, table->rows[i].name);

		/* Two changes make anything of a name of two letters. */
		if (d < distance && d < strlen(table->rows[i].name)) {
			distance = d;
			nearest = table->rows[i].name;
		}
		strbuf_addf(&names, "%s%s", i == 0 ? "" : ", ", table->rows[i].name);
	}
	if (!strbuf_ok(&names))
		loader_no_memory(loader);
	else if (nearest)
		loader_error(loader, value->up, "unknown field \"%.*s\"; did you mean \"%s\"?",
			     SHOW(value->key), nearest);
	else
		loader_error(loader, value->up, "unknown field \"%.*s\"; fields are %s", SHOW(value->key),
			     strbuf_text(&names));
	strbuf_clear(&names);
}

/* What the source is dated: a year, a month or a day. */
static bool date_is_valid(const char *text)
{
	char day[sizeof("2027-01-31")];
	size_t length = strlen(text);
	int32_t number;

	if (length != 4 && length != 7 && length != 10)
		return false;
	memcpy(day, "2000-01-01", sizeof(day));
	memcpy(day, text, length);
	return time_parse_day(&number, day) == 0;
}

static void read_text_field(struct loader *loader, const struct doc_value *value, enum field_kind kind,
			    const char **out)
{
	const char *text = kind == FIELD_ID ? value_id(loader, value) : value_text(loader, value);
	int32_t day;

	if (!text)
		return;
	if (kind == FIELD_DAY && time_parse_day(&day, text) != 0)
		loader_error(loader, value, "\"%.*s\" is not a day; write it as 2027-01-31", SHOW(text));
	else if (kind == FIELD_DATE && !date_is_valid(text))
		loader_error(loader, value, "\"%.*s\" is not a date; write 2027, 2027-01 or 2027-01-31",
			     SHOW(text));
	else
		*out = text;
}

static void read_choice(struct loader *loader, const struct doc_value *value, const struct id_list *choices,
			void *out)
{
	size_t found = value_find(loader, value, choices);
	unsigned choice = (unsigned)found;

	if (found != NO_INDEX)
		memcpy(out, &choice, sizeof(choice));
}

static void read_field(struct loader *loader, const struct doc_value *value, const struct field *row,
		       void *object)
{
	void *member = (char *)object + row->offset;

	switch (row->kind) {
	case FIELD_ID:
	case FIELD_TEXT:
	case FIELD_DAY:
	case FIELD_DATE: read_text_field(loader, value, row->kind, member); break;
	case FIELD_FLAG:
		if (value_is(loader, value, DOC_FLAG))
			*(bool *)member = value->flag;
		break;
	case FIELD_CHOICE: read_choice(loader, value, row->choices, member); break;
	case FIELD_LIST:
		if (value_is(loader, value, DOC_LIST))
			row->read(loader, value, object);
		break;
	case FIELD_OBJECT:
		if (value_is(loader, value, DOC_OBJECT))
			row->read(loader, value, object);
		break;
	case FIELD_OTHER: row->read(loader, value, object); break;
	}
}

static bool row_exists(const struct field_table *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++)
		if (strcmp(table->rows[i].name, name) == 0)
			return true;
	return false;
}

void fields_read(struct loader *loader, const struct doc_value *value, const struct field_table *table,
		 void *object)
{
	if (!value_is(loader, value, DOC_OBJECT))
		return;
	for (size_t i = 0; i < value->count; i++)
		if (!value->items[i].reported && !row_exists(table, value->items[i].key))
			report_unknown_field(loader, &value->items[i], table);
	for (size_t i = 0; i < table->count; i++) {
		const struct field *row = &table->rows[i];
		const struct doc_value *field = doc_find(value, row->name);

		if (field)
			read_field(loader, field, row, object);
		else if (row->required)
			loader_error(loader, value, "field \"%s\" is missing", row->name);
	}
}
