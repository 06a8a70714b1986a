#include "doc.h"
#include "loader.h"
#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct builder {
	struct loader *loader;
	const struct doc_file *file;
	const struct doc_scan *scan;
	size_t numbers, next_fraction;
};

struct keyed {
	const char *key;
	size_t index;
};

static int compare_keyed(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

/* RFC 8259 leaves equal keys open; here they are a mistake, because a reader would silently drop one. */
static void check_keys(struct builder *b, struct doc_value *object)
{
	struct keyed *keys;

	if (object->count < 2)
		return;
	keys = mem_calloc(object->count, sizeof(*keys));
	if (!keys) {
		loader_no_memory(b->loader);
		return;
	}
	for (size_t i = 0; i < object->count; i++)
		keys[i] = (struct keyed){object->items[i].key, i};
	qsort(keys, object->count, sizeof(*keys), compare_keyed);
	for (size_t i = 1; i < object->count; i++) {
		if (strcmp(keys[i - 1].key, keys[i].key) != 0)
			continue;
		object->items[keys[i].index].reported = true;
		loader_error(b->loader, object, "key \"%.*s\" is given twice", SHOW(keys[i].key));
	}
	mem_free(keys);
}

static void build_number(struct builder *b, const cJSON *from, struct doc_value *to)
{
	const struct doc_fraction *fraction = &b->scan->fractions[b->next_fraction];

	to->kind = DOC_NUMBER;
	to->number = from->valuedouble;
	if (b->next_fraction < b->scan->fraction_count && fraction->ordinal == b->numbers) {
		to->reported = true;
		b->next_fraction++;
		loader_error(b->loader, to, "%.*s is not a whole number; write digits only",
			     (int)fraction->length, b->scan->text + fraction->offset);
	}
	b->numbers++;
}

static void build_value(struct builder *b, const cJSON *from, struct doc_value *to);

static void build_items(struct builder *b, const cJSON *from, struct doc_value *to)
{
	const cJSON *child;
	size_t count = 0, i = 0;

	for (child = from->child; child; child = child->next)
		count++;
	to->items = loader_calloc(b->loader, count, sizeof(*to->items));
	if (!to->items)
		return;
	to->count = count;
	for (child = from->child; child && i < count; child = child->next, i++) {
		struct doc_value *item = &to->items[i];

		item->up = to;
		item->file = b->file;
		item->index = i;
		if (to->kind == DOC_OBJECT) {
			item->key = arena_strdup(b->loader->arena, child->string ? child->string : "");
			if (!item->key) {
				loader_no_memory(b->loader);
				item->key = "";
			}
		}
		build_value(b, child, item);
	}
	if (to->kind == DOC_OBJECT)
		check_keys(b, to);
}

/* Recursion ends: the scanner has refused what is nested deeper than DOC_MAX_DEPTH. */
static void build_value(struct builder *b, const cJSON *from, struct doc_value *to)
{
	if (cJSON_IsNumber(from)) {
		build_number(b, from, to);
	} else if (cJSON_IsBool(from)) {
		to->kind = DOC_FLAG;
		to->flag = cJSON_IsTrue(from);
	} else if (cJSON_IsString(from)) {
		to->kind = DOC_TEXT;
		to->text = arena_strdup(b->loader->arena, from->valuestring);
		if (!to->text) {
			loader_no_memory(b->loader);
			to->text = "";
		}
	} else if (cJSON_IsArray(from) || cJSON_IsObject(from)) {
		to->kind = cJSON_IsObject(from) ? DOC_OBJECT : DOC_LIST;
		build_items(b, from, to);
	} else {
		to->kind = DOC_NULL;
	}
}

struct doc_value *doc_parse(struct loader *loader, const struct doc_file *file, const char *text,
			    size_t length)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct doc_scan scan;
	struct builder builder = {.loader = loader, .file = file, .scan = &scan};
	struct doc_value *root;
	struct err err;
	cJSON *parsed;

	if (length >= 3 && memcmp(text, mark, 3) == 0) {
		text += 3;
		length -= 3;
	}
	if (doc_scan(&scan, text, length, &err) != 0) {
		loader_syntax_error(loader, file->path, err.text);
		return NULL;
	}
	root = loader_calloc(loader, 1, sizeof(*root));
	/* What the scanner lets pass is JSON; only memory can fail cJSON now. */
	parsed = root ? cJSON_ParseWithLength(text, length) : NULL;
	if (!parsed) {
		loader_no_memory(loader);
		return NULL;
	}
	root->file = file;
	build_value(&builder, parsed, root);
	cJSON_Delete(parsed);
	return loader->no_memory ? NULL : root;
}

struct doc_value *doc_find(const struct doc_value *value, const char *key)
{
	if (value->kind != DOC_OBJECT)
		return NULL;
	for (size_t i = 0; i < value->count; i++)
		if (strcmp(value->items[i].key, key) == 0)
			return &value->items[i];
	return NULL;
}

const char *doc_find_text(const struct doc_value *value, const char *key)
{
	const struct doc_value *field = doc_find(value, key);

	return field && field->kind == DOC_TEXT ? field->text : NULL;
}

const char *doc_kind_name(enum doc_kind kind)
{
	switch (kind) {
	case DOC_NULL: return "null";
	case DOC_FLAG: return "true or false";
	case DOC_NUMBER: return "a number";
	case DOC_TEXT: return "text";
	case DOC_LIST: return "a list";
	case DOC_OBJECT: return "an object";
	}
	return "?";
}

static bool key_is_plain(const char *key)
{
	if (!isalpha((unsigned char)key[0]) && key[0] != '_')
		return false;
	for (const char *p = key; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_')
			return false;
	return true;
}

void doc_path(const struct doc_value *value, struct strbuf *out)
{
	const struct doc_value *chain[DOC_MAX_DEPTH + 2];
	size_t depth = 0;

	for (; value && value->up && depth < DOC_MAX_DEPTH + 2; value = value->up)
		chain[depth++] = value;
	strbuf_add_char(out, '$');
	while (depth-- > 0) {
		const char *key = chain[depth]->key;

		if (!key)
			strbuf_addf(out, "[%zu]", chain[depth]->index);
		else if (key_is_plain(key))
			strbuf_addf(out, ".%.*s", SHOW(key));
		else
			strbuf_addf(out, "[\"%.*s\"]", SHOW(key));
	}
}

int doc_show_length(const char *text)
{
	size_t length = strnlen(text, 65);

	if (length <= 64)
		return (int)length;
	length = 64;
	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return (int)length;
}
