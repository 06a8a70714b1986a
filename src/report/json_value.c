#include "json_value.h"
#include "clean.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static cJSON *json_keep(struct json_page *page, cJSON *parent, const char *name, cJSON *value)
{
	if (value && parent &&
	    (name ? cJSON_AddItemToObject(parent, name, value) : cJSON_AddItemToArray(parent, value)))
		return value;
	cJSON_Delete(value);
	page->failed = true;
	return NULL;
}

cJSON *json_object(struct json_page *page, cJSON *parent, const char *name)
{
	return json_keep(page, parent, name, cJSON_CreateObject());
}

cJSON *json_array(struct json_page *page, cJSON *parent, const char *name)
{
	return json_keep(page, parent, name, cJSON_CreateArray());
}

cJSON *json_object_item(struct json_page *page, cJSON *array)
{
	return json_keep(page, array, NULL, cJSON_CreateObject());
}

/* Escaped here, not by cJSON, which knows neither bad UTF-8 nor the C1 controls. */
static cJSON *json_make_text(const char *text)
{
	struct strbuf escaped = {0};

	json_text_add(&escaped, text);
	cJSON *value = strbuf_ok(&escaped) ? cJSON_CreateRaw(strbuf_text(&escaped)) : NULL;
	strbuf_clear(&escaped);
	return value;
}

void json_text(struct json_page *page, cJSON *parent, const char *name, const char *text)
{
	json_keep(page, parent, name, text ? json_make_text(text) : cJSON_CreateNull());
}

void json_text_or_null(struct json_page *page, cJSON *parent, const char *name, const char *text)
{
	json_text(page, parent, name, text && *text ? text : NULL);
}

void json_text_item(struct json_page *page, cJSON *array, const char *text)
{
	json_text(page, array, NULL, text);
}

void json_count(struct json_page *page, cJSON *parent, const char *name, uint64_t count)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%" PRIu64, count);
	json_keep(page, parent, name, cJSON_CreateRaw(digits));
}

void json_count_item(struct json_page *page, cJSON *array, uint64_t count)
{
	json_count(page, array, NULL, count);
}

void json_real(struct json_page *page, cJSON *parent, const char *name, double value)
{
	char digits[40];

	snprintf(digits, sizeof digits, "%.2f", isfinite(value) ? value : 0.0);
	json_keep(page, parent, name, cJSON_CreateRaw(digits));
}

void json_raw(struct json_page *page, cJSON *parent, const char *name, const char *text)
{
	json_keep(page, parent, name, cJSON_CreateRaw(text));
}

void json_bool(struct json_page *page, cJSON *parent, const char *name, bool value)
{
	json_keep(page, parent, name, cJSON_CreateBool(value));
}

void json_null(struct json_page *page, cJSON *parent, const char *name)
{
	json_keep(page, parent, name, cJSON_CreateNull());
}

void json_time(struct json_page *page, cJSON *parent, const char *name, int64_t time_ns, unsigned digits)
{
	char text[TIME_TEXT_MAX];

	json_text_or_null(page, parent, name, time_format(time_ns, digits, text));
}

void json_names(struct json_page *page, cJSON *parent, const char *name, struct name_list names)
{
	cJSON *array = json_array(page, parent, name);

	for (size_t i = 0; i < names.count; i++)
		json_text_item(page, array, names.items[i]);
}

void json_address(struct json_page *page, cJSON *parent, const char *name, const struct addr *address)
{
	char text[ADDR_TEXT_MAX];

	json_text(page, parent, name, address->family == ADDR_NONE ? NULL : addr_format(address, text));
}

static bool json_is_flat(const cJSON *array)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, array)
	{
		if (cJSON_IsObject(item) || (cJSON_IsArray(item) && !json_is_flat(item)))
			return false;
	}
	return true;
}

enum { JSON_DEPTH_MAX = 16 };

static void json_print(struct strbuf *out, const cJSON *value, size_t depth);

static void json_print_members(struct strbuf *out, const cJSON *value, size_t depth)
{
	bool object = cJSON_IsObject(value);
	bool one_line = !object && json_is_flat(value);
	const cJSON *item;

	strbuf_add_char(out, object ? '{' : '[');
	cJSON_ArrayForEach(item, value)
	{
		if (item != value->child)
			strbuf_add(out, one_line ? ", " : ",");
		if (!one_line) {
			strbuf_add_char(out, '\n');
			strbuf_repeat(out, ' ', 2 * (depth + 1));
		}
		if (object) {
			json_text_add(out, item->string);
			strbuf_add(out, ": ");
		}
		json_print(out, item, depth + 1);
	}
	if (!one_line && value->child) {
		strbuf_add_char(out, '\n');
		strbuf_repeat(out, ' ', 2 * depth);
	}
	strbuf_add_char(out, object ? '}' : ']');
}

static void json_print(struct strbuf *out, const cJSON *value, size_t depth)
{
	if ((cJSON_IsObject(value) || cJSON_IsArray(value)) && depth < JSON_DEPTH_MAX) {
		json_print_members(out, value, depth);
		return;
	}
	if (cJSON_IsRaw(value)) {
		strbuf_add(out, value->valuestring);
		return;
	}
	char *text = cJSON_PrintUnformatted(value);
	if (text)
		strbuf_add(out, text);
	else
		out->failed = true;
	cJSON_free(text);
}

int json_finish(struct json_page *page, struct strbuf *out, struct err *err)
{
	if (page->root && !page->failed) {
		json_print(out, page->root, 0);
		strbuf_add_char(out, '\n');
	}
	bool failed = page->failed || !page->root || !strbuf_ok(out);
	cJSON_Delete(page->root);
	page->root = NULL;
	return failed ? err_no_memory(err) : 0;
}

int json_finish_line(struct json_page *page, struct strbuf *out, struct err *err)
{
	char *text = page->root && !page->failed ? cJSON_PrintUnformatted(page->root) : NULL;

	if (text)
		strbuf_add(out, text);
	bool failed = !text || !strbuf_ok(out);
	cJSON_free(text);
	cJSON_Delete(page->root);
	page->root = NULL;
	return failed ? err_no_memory(err) : 0;
}
