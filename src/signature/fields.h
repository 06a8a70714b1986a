/*
 * Objects are read by tables: one row for each field says its name, what it must be, whether it must be there
 * and where it goes. Reading, the search for unknown fields and the test of the published schema all use the
 * same rows.
 */
#ifndef SIGNATURE_FIELDS_H
#define SIGNATURE_FIELDS_H

#include "loader.h"

/* Names with an `id` (or a name) as their first member, or plain names: whatever a file may refer to. */
struct id_list {
	const char *noun, *plural; /* "role", "roles" */
	const void *items;
	size_t count, stride;
};
#define ID_LIST(noun_, plural_, items_, count_)                                                              \
	((struct id_list){noun_, plural_, items_, count_, sizeof(*(items_))})
#define NAME_LIST(noun_, plural_, array_)                                                                    \
	{                                                                                                    \
		noun_, plural_, array_, sizeof(array_) / sizeof((array_)[0]), sizeof((array_)[0])            \
	}

const char *id_list_name(const struct id_list *list, size_t index);
/* NO_INDEX when it is not there. */
size_t id_list_find(const struct id_list *list, const char *name);

enum field_kind {
	FIELD_ID,     /* const char *: lower-case letters, digits and "-" */
	FIELD_TEXT,   /* const char *: not empty, no control characters */
	FIELD_DAY,    /* const char *: 2027-01-31 */
	FIELD_DATE,   /* const char *: 2027, 2027-01 or 2027-01-31 */
	FIELD_FLAG,   /* bool */
	FIELD_CHOICE, /* an enum: the index in .choices */
	FIELD_LIST,   /* the rest by .read, after a check of the kind; it gets the whole object */
	FIELD_OBJECT,
	FIELD_OTHER,
};

struct field {
	const char *name;
	enum field_kind kind;
	bool required;
	size_t offset;
	const struct id_list *choices;
	void (*read)(struct loader *loader, const struct doc_value *value, void *object);
};

struct field_table {
	const char *what; /* the object's name in src/schema/ */
	const struct field *rows;
	size_t count;
};
#define FIELD_TABLE(what_, rows_)                                                                            \
	{                                                                                                    \
		what_, rows_, sizeof(rows_) / sizeof((rows_)[0])                                             \
	}

/* Every table there is, for the test that compares them with the schemas. */
const struct field_table *const *signature_field_tables(size_t *count);
const struct field_table *const *site_field_tables(size_t *count);

/* Fills OBJECT by the rows of TABLE; says what is unknown, missing or of the wrong kind. */
void fields_read(struct loader *loader, const struct doc_value *value, const struct field_table *table,
		 void *object);

/* Whether VALUE is of KIND; if not, says so once. */
bool value_is(struct loader *loader, const struct doc_value *value, enum doc_kind kind);
/* The text of VALUE; NULL, and said, when it is no text, empty, too long or holds control characters. */
const char *value_text(struct loader *loader, const struct doc_value *value);
/* A text that fits [a-z0-9-]+, as value_text. */
const char *value_id(struct loader *loader, const struct doc_value *value);
/* A number within LOW..HIGH as *OUT; WHAT names it in the message ("port"). */
bool value_number(struct loader *loader, const struct doc_value *value, const char *what, int64_t low,
		  int64_t high, int64_t *out);
/* The index of the name that VALUE holds; NO_INDEX, and said, when there is none. */
size_t value_find(struct loader *loader, const struct doc_value *value, const struct id_list *list);
/* The same for NAME that stands at VALUE (as key or within a text). */
size_t name_find(struct loader *loader, const struct doc_value *value, const char *name,
		 const struct id_list *list);
/* Says that NAME is none of LIST, and which there are. */
void name_unknown(struct loader *loader, const struct doc_value *value, const char *name,
		  const struct id_list *list);
/* A list of names without repetition as bits; 0, and said, when one is wrong or there is none. */
uint64_t value_bits(struct loader *loader, const struct doc_value *value, const struct id_list *list);

/* Makes COUNT zeroed items of SIZE bytes for the objects of LIST, with their ids (first member) filled in
 * from the field ID_FIELD; says which are given twice, and when there are over MAX. NULL without items. */
void *entries_make(struct loader *loader, const struct doc_value *list, const char *id_field,
		   const char *noun, size_t size, size_t max, size_t *count);
/* Says which texts of LIST stand there twice: those of the field ID_FIELD, or with NULL the items themselves.
 */
void entries_check_unique(struct loader *loader, const struct doc_value *list, const char *id_field,
			  const char *noun);

#endif
