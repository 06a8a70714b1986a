/* Shared by the tests of the report in JSON: the sample's report, parsed again. */
#ifndef TESTS_REPORT_PARSED_H
#define TESTS_REPORT_PARSED_H

#include "report_testkit.h"
#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* Expected values are written with ' for ", and ~ for '. */
struct report {
	struct sample sample;
	struct strbuf text;
	cJSON *root;
};

static inline void report_read(struct report *report)
{
	strbuf_clear(&report->text);
	cJSON_Delete(report->root);
	report->text = sample_json(&report->sample);
	report->root = cJSON_ParseWithLength(report->text.text, report->text.length);
	cr_assert_not_null(report->root, "no JSON:\n%s", strbuf_text(&report->text));
}

static inline void report_open(struct report *report)
{
	*report = (struct report){.root = NULL};
	sample_open(&report->sample);
	report_read(report);
}

static inline void report_close(struct report *report)
{
	sample_close(&report->sample);
	strbuf_clear(&report->text);
	cJSON_Delete(report->root);
}

/* "systems/0/rules/1/id"; the empty path is the whole. */
static inline const cJSON *value_at(const cJSON *value, const char *path)
{
	while (*path && value) {
		char part[32] = "";
		size_t length = strcspn(path, "/");

		memcpy(part, path, length);
		value = cJSON_IsArray(value) ? cJSON_GetArrayItem(value, atoi(part))
					     : cJSON_GetObjectItemCaseSensitive(value, part);
		path += length + (path[length] == '/');
	}
	return value;
}

static inline void expect_value(const struct report *report, const char *path, const char *expected)
{
	char *text = cJSON_PrintUnformatted(value_at(report->root, path));

	cr_assert_not_null(text, "nothing at %s", path);
	for (char *at = text; *at; at++)
		*at = *at == '\'' ? '~' : *at == '"' ? '\'' : *at;
	cr_expect_str_eq(text, expected, "%s is\n%s", path, text);
	cJSON_free(text);
}

/* The names in OBJECT, in order. */
static inline void expect_fields(const struct report *report, const char *path, const char *expected)
{
	struct strbuf names = {0};
	const cJSON *item;

	cJSON_ArrayForEach(item, value_at(report->root, path))
	    strbuf_addf(&names, "%s%s", names.length ? " " : "", item->string);
	cr_expect_str_eq(strbuf_text(&names), expected, "%s has %s", path, strbuf_text(&names));
	strbuf_clear(&names);
}

#endif
