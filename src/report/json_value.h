/*
 * Private to report/: values as the report's JSON has them. Every text is repaired to valid UTF-8, every
 * count printed exactly (cJSON keeps numbers as doubles), every absent thing is null. A failed allocation
 * leaves something out, and the page's `failed` says so: ask once, at the end.
 */
#ifndef REPORT_JSON_VALUE_H
#define REPORT_JSON_VALUE_H

#include "audit/audit.h"
#include "base/strbuf.h"
#include <cjson/cJSON.h>

struct json_page {
	cJSON *root;
	bool failed;
};

cJSON *json_object(struct json_page *page, cJSON *parent, const char *name);
cJSON *json_array(struct json_page *page, cJSON *parent, const char *name);
/* The same as items of an array. */
cJSON *json_object_item(struct json_page *page, cJSON *array);

/* NULL becomes null. */
void json_text(struct json_page *page, cJSON *parent, const char *name, const char *text);
/* NULL and "" become null. */
void json_text_or_null(struct json_page *page, cJSON *parent, const char *name, const char *text);
void json_text_item(struct json_page *page, cJSON *array, const char *text);
void json_count(struct json_page *page, cJSON *parent, const char *name, uint64_t count);
void json_count_item(struct json_page *page, cJSON *array, uint64_t count);
void json_real(struct json_page *page, cJSON *parent, const char *name, double value);
void json_bool(struct json_page *page, cJSON *parent, const char *name, bool value);
void json_null(struct json_page *page, cJSON *parent, const char *name);
/* RFC 3339 with DIGITS decimals; TIME_UNKNOWN becomes null. */
void json_time(struct json_page *page, cJSON *parent, const char *name, int64_t time_ns, unsigned digits);
void json_names(struct json_page *page, cJSON *parent, const char *name, struct name_list names);
void json_address(struct json_page *page, cJSON *parent, const char *name, const struct addr *address);

/* Prints the page, two spaces a level, arrays of plain values on one line, a newline at the end; frees it.
 * 0/-1. */
int json_finish(struct json_page *page, struct strbuf *out, struct err *err) MUST_CHECK;
/* The same on one line, without a newline at the end. 0/-1. */
int json_finish_line(struct json_page *page, struct strbuf *out, struct err *err) MUST_CHECK;
/* Text that is JSON already. */
void json_raw(struct json_page *page, cJSON *parent, const char *name, const char *text);

#endif
