#include "site_parts.h"
#include <string.h>

enum { ENDS_NAMES_SHOWN = 24 };

struct range_list {
	struct addr_range *ranges;
	size_t count, capacity;
};

static void range_list_add(struct loader *loader, struct range_list *list, const struct addr_range *range)
{
	void *ranges = list->ranges;

	if (mem_grow(&ranges, &list->capacity, list->count + 1, sizeof(*list->ranges)) != 0) {
		loader_no_memory(loader);
		return;
	}
	list->ranges = ranges;
	list->ranges[list->count++] = *range;
}

/* The first claim of NAME, the number of all when there is none. */
static size_t find_claim(const struct site_loader *reader, const char *name)
{
	size_t low = 0, high = reader->claim_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(reader->claims[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < reader->claim_count && strcmp(reader->claims[low].name, name) == 0 ? low
											: reader->claim_count;
}

/* All addresses of NAME. False when nothing is called so. */
static bool add_named(struct loader *loader, const char *name, struct range_list *list)
{
	const struct site_loader *reader = site_loader_of(loader);
	size_t i = find_claim(reader, name), before = list->count;

	if (i == reader->claim_count)
		return false;
	for (; i < reader->claim_count && strcmp(reader->claims[i].name, name) == 0; i++) {
		const struct addr_range range = {reader->claims[i].address, reader->claims[i].address};
		bool known = false;

		for (size_t k = before; k < list->count; k++)
			known = known || addr_equal(&list->ranges[k].low, &range.low);
		if (!known)
			range_list_add(loader, list, &range);
	}
	return true;
}

/* Whether TEXT was meant as an address, so that what is wrong with it is worth telling. */
static bool looks_like_address(const char *text)
{
	return strncmp(text, "mac:", 4) == 0 ||
	       (strspn(text, "0123456789abcdefABCDEF.:/-") == strlen(text) && strpbrk(text, ".:/"));
}

static void report_unknown(struct loader *loader, const struct doc_value *value)
{
	const struct site_loader *reader = site_loader_of(loader);
	struct strbuf names = {0};
	size_t shown = 0;

	for (size_t i = 0; i < reader->claim_count && shown < ENDS_NAMES_SHOWN; i++) {
		const char *name = reader->claims[i].name;

		if (i == 0 || strcmp(name, reader->claims[i - 1].name) != 0)
			strbuf_addf(&names, "%s%.*s", shown++ == 0 ? "" : ", ", SHOW(name));
	}
	if (shown == ENDS_NAMES_SHOWN)
		strbuf_add(&names, ", ..");
	if (!strbuf_ok(&names))
		loader_no_memory(loader);
	else if (shown == 0)
		loader_error(
		    loader, value,
		    "\"%.*s\" is neither an address, prefix or range nor a known name; there are no names",
		    SHOW(value->text));
	else
		loader_error(loader, value,
			     "\"%.*s\" is neither an address, prefix or range nor a known name; names are %s",
			     SHOW(value->text), strbuf_text(&names));
	strbuf_clear(&names);
}

static void add_end(struct loader *loader, const struct doc_value *value, struct range_list *list)
{
	struct addr_range range;
	struct err err;

	if (!value_is(loader, value, DOC_TEXT) || add_named(loader, value->text, list))
		return;
	if (addr_range_parse(&range, value->text, &err) == 0)
		range_list_add(loader, list, &range);
	else if (looks_like_address(value->text))
		loader_error(loader, value, "%s", err.text);
	else
		report_unknown(loader, value);
}

/* The items of a list as one line. */
static const char *joined(struct loader *loader, const struct doc_value *list)
{
	struct strbuf text = {0};
	char *copy;

	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].kind == DOC_TEXT)
			strbuf_addf(&text, "%s%s", i == 0 ? "" : ", ", list->items[i].text);
	copy = strbuf_ok(&text) ? arena_strdup(loader->arena, strbuf_text(&text)) : NULL;
	if (!copy)
		loader_no_memory(loader);
	strbuf_clear(&text);
	return copy;
}

static bool is_any(const struct doc_value *value)
{
	return value->kind == DOC_TEXT && strcmp(value->text, "any") == 0;
}

static void add_list(struct loader *loader, const struct doc_value *list, struct range_list *ranges)
{
	if (list->count == 0)
		loader_error(loader, list, "must not be empty");
	for (size_t i = 0; i < list->count; i++) {
		if (!is_any(&list->items[i]))
			add_end(loader, &list->items[i], ranges);
		else if (list->count > 1)
			loader_error(loader, &list->items[i],
				     "\"any\" stands alone; drop it or the addresses beside it");
	}
}

void ends_read(struct loader *loader, const struct doc_value *value, bool lists, struct site_ends *out)
{
	struct range_list list = {0};
	struct addr_range *ranges;

	if (lists && value->kind == DOC_LIST) {
		add_list(loader, value, &list);
		out->text = joined(loader, value);
	} else if (lists && !is_any(value)) {
		if (!value->reported)
			loader_error(loader, value, "must be a list of addresses or \"any\"");
	} else {
		if (!is_any(value) || !lists)
			add_end(loader, value, &list);
		out->text = value->text;
	}
	ranges = loader_calloc(loader, list.count, sizeof(*ranges));
	if (ranges && list.count > 0)
		memcpy(ranges, list.ranges, list.count * sizeof(*ranges));
	out->ranges = ranges;
	out->count = ranges ? list.count : 0;
	mem_free(list.ranges);
}
