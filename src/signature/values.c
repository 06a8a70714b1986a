#include "fields.h"
#include <stdlib.h>
#include <string.h>

enum { NAMES_SHOWN = 24 };

struct entry_id {
	const char *id;
	size_t index;
};

const char *id_list_name(const struct id_list *list, size_t index)
{
	return *(const char *const *)((const char *)list->items + index * list->stride);
}

size_t id_list_find(const struct id_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(id_list_name(list, i), name) == 0)
			return i;
	return NO_INDEX;
}

bool value_is(struct loader *loader, const struct doc_value *value, enum doc_kind kind)
{
	if (value->kind == kind)
		return !value->reported;
	if (!value->reported)
		loader_error(loader, value, "must be %s, not %s", doc_kind_name(kind),
			     doc_kind_name(value->kind));
	return false;
}

const char *value_text(struct loader *loader, const struct doc_value *value)
{
	if (!value_is(loader, value, DOC_TEXT))
		return NULL;
	if (value->text[0] == '\0')
		loader_error(loader, value, "must not be empty");
	else if (strlen(value->text) > TEXT_MAX_LENGTH)
		loader_error(loader, value, "longer than %d bytes", TEXT_MAX_LENGTH);
	else {
		for (const char *p = value->text; *p; p++) {
			if ((unsigned char)*p >= 0x20 && *p != 0x7f)
				continue;
			loader_error(loader, value, "must not hold control characters");
			return NULL;
		}
		return value->text;
	}
	return NULL;
}

const char *value_id(struct loader *loader, const struct doc_value *value)
{
	const char *text = value_text(loader, value);

	if (!text)
		return NULL;
	if (strlen(text) > ID_MAX_LENGTH) {
		loader_error(loader, value, "longer than %d characters", ID_MAX_LENGTH);
		return NULL;
	}
	if (strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(text)) {
		loader_error(loader, value, "\"%.*s\" is not an id; ids hold a-z, 0-9 and \"-\" only",
			     SHOW(text));
		return NULL;
	}
	return text;
}

bool value_number(struct loader *loader, const struct doc_value *value, const char *what, int64_t low,
		  int64_t high, int64_t *out)
{
	if (!value_is(loader, value, DOC_NUMBER))
		return false;
	if (value->number < (double)low || value->number > (double)high) {
		loader_error(loader, value, "%s %.0f is out of range %lld-%lld", what, value->number,
			     (long long)low, (long long)high);
		return false;
	}
	*out = (int64_t)value->number;
	return true;
}

void name_unknown(struct loader *loader, const struct doc_value *value, const char *name,
		  const struct id_list *list)
{
	struct strbuf names = {0};
	size_t shown = 0;

	for (size_t i = 0; i < list->count && shown < NAMES_SHOWN; i++) {
		const char *known = id_list_name(list, i);

		/* An entry whose id is wrong has none. */
		if (known[0] != '\0')
			strbuf_addf(&names, "%s%.*s", shown++ == 0 ? "" : ", ", SHOW(known));
	}
	if (shown == NAMES_SHOWN && list->count > NAMES_SHOWN)
		strbuf_addf(&names, " and %zu more", list->count - NAMES_SHOWN);
	if (!strbuf_ok(&names))
		loader_no_memory(loader);
	else if (shown == 0)
		loader_error(loader, value, "unknown %s \"%.*s\"; there are no %s", list->noun, SHOW(name),
			     list->plural);
	else
		loader_error(loader, value, "unknown %s \"%.*s\"; %s are %s", list->noun, SHOW(name),
			     list->plural, strbuf_text(&names));
	strbuf_clear(&names);
}

size_t name_find(struct loader *loader, const struct doc_value *value, const char *name,
		 const struct id_list *list)
{
	size_t found = id_list_find(list, name);

	if (found == NO_INDEX)
		name_unknown(loader, value, name, list);
	return found;
}

size_t value_find(struct loader *loader, const struct doc_value *value, const struct id_list *list)
{
	if (!value_is(loader, value, DOC_TEXT))
		return NO_INDEX;
	return name_find(loader, value, value->text, list);
}

uint64_t value_bits(struct loader *loader, const struct doc_value *value, const struct id_list *list)
{
	uint64_t bits = 0;

	if (!value_is(loader, value, DOC_LIST))
		return 0;
	if (value->count == 0)
		loader_error(loader, value, "must not be empty");
	for (size_t i = 0; i < value->count; i++) {
		size_t found = value_find(loader, &value->items[i], list);

		if (found == NO_INDEX || found >= 64)
			continue;
		if (bits & (UINT64_C(1) << found))
			loader_error(loader, &value->items[i], "%s \"%s\" is given twice", list->noun,
				     id_list_name(list, found));
		bits |= UINT64_C(1) << found;
	}
	return bits;
}

static int compare_ids(const void *a, const void *b)
{
	const struct entry_id *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

/* What must be unique about ITEM: the text of a field, or its own. */
static const struct doc_value *unique_part(const struct doc_value *item, const char *id_field)
{
	const struct doc_value *part = id_field ? doc_find(item, id_field) : item;

	return part && part->kind == DOC_TEXT && part->text[0] != '\0' ? part : NULL;
}

void entries_check_unique(struct loader *loader, const struct doc_value *list, const char *id_field,
			  const char *noun)
{
	struct entry_id *ids = mem_calloc(list->count, sizeof(*ids));
	size_t count = 0;

	if (!ids) {
		loader_no_memory(loader);
		return;
	}
	for (size_t i = 0; i < list->count; i++) {
		const struct doc_value *part = unique_part(&list->items[i], id_field);

		if (part)
			ids[count++] = (struct entry_id){part->text, i};
	}
	if (count > 0)
		qsort(ids, count, sizeof(*ids), compare_ids);
	for (size_t i = 1; i < count; i++)
		if (strcmp(ids[i - 1].id, ids[i].id) == 0)
			loader_error(loader, unique_part(&list->items[ids[i].index], id_field),
				     "%s \"%.*s\" is given twice", noun, SHOW(ids[i].id));
	mem_free(ids);
}

void *entries_make(struct loader *loader, const struct doc_value *list, const char *id_field,
		   const char *noun, size_t size, size_t max, size_t *count)
{
	char *items;

	*count = list->count < max ? list->count : max;
	if (list->count > max)
		loader_error(loader, list, "%zu entries; at most %zu are supported", list->count, max);
	items = loader_calloc(loader, *count, size);
	if (!items) {
		*count = 0;
		return NULL;
	}
	for (size_t i = 0; i < *count; i++) {
		const char *id = doc_find_text(&list->items[i], id_field);

		*(const char **)(void *)(items + i * size) = id ? id : "";
	}
	entries_check_unique(loader, list, id_field, noun);
	return items;
}
