/*
 * Files for the tests of the signature floor: a folder of its own for each test (Criterion runs each in a
 * process of its own, so changing the directory is safe), texts written with ' for ", and mistakes made by
 * replacing one part of a text that is right.
 */
#ifndef TESTS_SIGNATURE_FILES_H
#define TESTS_SIGNATURE_FILES_H

#include "signature/site.h"
#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One mistake: FROM, which must be in the right text, becomes TO; LINES is all that may be said, "\n" between
 * lines. */
struct mistake {
	const char *name, *from, *to, *lines;
};

static char test_folder[64];

static inline void files_setup(void)
{
	cJSON_Hooks hooks = {mem_hook_alloc, mem_hook_free};

	cJSON_InitHooks(&hooks);
	snprintf(test_folder, sizeof(test_folder), "/tmp/tapaudit-test-XXXXXX");
	cr_assert_not_null(mkdtemp(test_folder));
	cr_assert_eq(chdir(test_folder), 0);
}

static inline int files_remove_one(const char *path, const struct stat *status, int kind, struct FTW *ftw)
{
	(void)status;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static inline void files_teardown(void)
{
	(void)nftw(test_folder, files_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* TEXT with " for each '. Freed by the caller. */
static inline char *quoted(const char *text)
{
	char *copy = strdup(text);

	for (char *p = copy; *p; p++)
		if (*p == '\'')
			*p = '"';
	return copy;
}

/* TEXT with the first FROM replaced by TO, both as in the test's source. Freed by the caller. */
static inline char *with_change(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	size_t size = strlen(text) + strlen(to) + 1;
	char *out = calloc(1, size);

	cr_assert_not_null(at, "the text does not hold: %s", from);
	snprintf(out, size, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	return out;
}

static inline void write_bytes(const char *path, const char *bytes, size_t length)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	cr_assert_eq(fwrite(bytes, 1, length, file), length);
	cr_assert_eq(fclose(file), 0);
}

static inline void write_quoted(const char *path, const char *text)
{
	char *copy = quoted(text);

	write_bytes(path, copy, strlen(copy));
	free(copy);
}

static inline struct signature_library *open_here(void)
{
	struct err err = {""};
	struct signature_library *library = signature_library_open(".", &err);

	cr_assert_not_null(library, "%s", err.text);
	return library;
}

/* All LINES, "\n" between them. Freed by the caller. */
static inline char *joined_lines(const char **lines, size_t count)
{
	size_t size = 1;
	char *out;

	for (size_t i = 0; i < count; i++)
		size += strlen(lines[i]) + 1;
	out = calloc(1, size);
	for (size_t i = 0; i < count; i++)
		snprintf(out + strlen(out), size - strlen(out), "%s%s", i == 0 ? "" : "\n", lines[i]);
	return out;
}

static inline void expect_lines(const char *name, const char **lines, size_t count, const char *expected)
{
	char *all = joined_lines(lines, count);

	cr_expect_str_eq(all, expected, "%s: said\n%s\ninstead of\n%s", name, all, expected);
	free(all);
}

/* Loads TEXT with each of the MISTAKES. */
static inline void expect_signature_mistakes(const char *text, const struct mistake *mistakes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct message_list messages = {0};
		char *wrong = with_change(text, mistakes[i].from, mistakes[i].to);
		struct signature_library *library = open_here();

		write_quoted("f.json", wrong);
		cr_expect_null(signature_load(library, "f.json", &messages), "%s", mistakes[i].name);
		expect_lines(mistakes[i].name, messages.errors, messages.error_count, mistakes[i].lines);
		cr_expect_eq(messages.warning_count, 0, "%s", mistakes[i].name);
		message_list_clear(&messages);
		signature_library_close(library);
		free(wrong);
		cr_expect_eq(mem_live(), 0, "%s", mistakes[i].name);
	}
}
#define EXPECT_SIGNATURE_MISTAKES(text, list)                                                                \
	expect_signature_mistakes(text, list, sizeof(list) / sizeof((list)[0]))

#endif
