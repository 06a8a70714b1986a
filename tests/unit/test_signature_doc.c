/* The strict scanner and the tree: what is no JSON, where, and what cJSON would have swallowed. */
#include "signature/loader.h"
#include "signature_files.h"

TestSuite(signature_doc, .timeout = 10);

struct scan_case {
	const char *text, *error; /* NULL: it is JSON */
};

Test(signature_doc, scanner_says_what_and_where)
{
	static const struct scan_case cases[] = {
	    {"{}", NULL},
	    {" [ ] ", NULL},
	    {"{\"a\":[1,-2,0,true,false,null,\"x\"],\"b\":{\"c\":[[]]}}", NULL},
	    {"\"\\u00e9\\ud83d\\ude00\\\"\\\\\\/\\b\\f\\n\\r\\t\"", NULL},
	    {"\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"", NULL},
	    {"1.5", NULL},
	    {"-0.5e+10", NULL},
	    {"1E9", NULL},
	    {"", "1:1: the file is empty"},
	    {" \n\t", "2:2: the file is empty"},
	    {"{", "1:2: expected a key in double quotes, found the end of the file"},
	    {"[", "1:2: expected a value, found the end of the file"},
	    {"[1", "1:3: expected \",\" or \"]\", found the end of the file"},
	    {"{\"a\"", "1:5: expected \":\", found the end of the file"},
	    {"{\"a\":", "1:6: expected a value, found the end of the file"},
	    {"{\"a\":1", "1:7: expected \",\" or \"}\", found the end of the file"},
	    {"{\"a\":1,}", "1:8: expected a key in double quotes, found \"}\""},
	    {"[1,]", "1:4: expected a value, found \"]\""},
	    {"[1 2]", "1:4: expected \",\" or \"]\", found \"2\""},
	    {"{\"a\" 1}", "1:6: expected \":\", found \"1\""},
	    {"{a:1}", "1:2: expected a key in double quotes, found \"a\""},
	    {"{'a':1}", "1:2: expected a key in double quotes, found \"'\""},
	    {"[1}", "1:3: expected \",\" or \"]\", found \"}\""},
	    {"{\"a\":1]", "1:7: expected \",\" or \"}\", found \"]\""},
	    {"[\n  // why\n]", "2:3: expected a value, found \"/\" (JSON has no comments)"},
	    {"[True]", "1:2: expected a value, found \"T\""},
	    {"[nul]", "1:2: expected a value, found \"n\""},
	    {"[truefalse]", "1:2: expected a value, found \"t\""},
	    {"[NaN]", "1:2: expected a value, found \"N\""},
	    {"[\xc3\xa9]", "1:2: expected a value, found \"\xc3\xa9\""},
	    {"{} x", "1:4: text after the end of the JSON value"},
	    {"{}\n{}", "2:1: text after the end of the JSON value"},
	    {"[01]", "1:2: number with a leading zero"},
	    {"[-]", "1:2: \"-\" without a number"},
	    {"[1.]", "1:2: number without digits behind its point"},
	    {"[1e]", "1:2: number without digits in its exponent"},
	    {"[1e+]", "1:2: number without digits in its exponent"},
	    {"[+1]", "1:2: expected a value, found \"+\""},
	    {"[.5]", "1:2: expected a value, found \".\""},
	    {"[1234567890123456789012345678901234567890123456789012345678901]",
	     "1:2: number of more than 60 characters"},
	    {"[\"abc", "1:2: string without an end"},
	    {"[\"abc\n\"]", "1:2: string without an end"},
	    {"[\"a\tb\"]", "1:4: control character in a string; write \\t or \\u00XX"},
	    {"[\"\\x\"]", "1:3: unknown escape; escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"},
	    {"[\"\\", "1:3: unknown escape; escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"},
	    {"[\"\\u12g4\"]", "1:3: \\u needs four hexadecimal digits"},
	    {"[\"\\u0000\"]", "1:3: \\u0000 is not allowed"},
	    {"[\"\\ud800\"]", "1:3: half of a surrogate pair"},
	    {"[\"\\udc00\"]", "1:3: half of a surrogate pair"},
	    {"[\"\\ud800\\u0041\"]", "1:3: half of a surrogate pair"},
	    {"[\"\xc3\xa9\xc3\xa9\xff\"]", "1:5: invalid UTF-8"},
	    {"[\"\xc0\xaf\"]", "1:3: invalid UTF-8"},
	    {"[\"\xed\xa0\x80\"]", "1:3: invalid UTF-8"},
	    {"[\"\xe0\x80\x80\"]", "1:3: invalid UTF-8"},
	    {"[\"\xf0\x80\x80\x80\"]", "1:3: invalid UTF-8"},
	    {"[\"\xf4\x90\x80\x80\"]", "1:3: invalid UTF-8"},
	    {"[\"\xe2\x82", "1:3: invalid UTF-8"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct doc_scan scan;
		struct err err = {""};
		int result = doc_scan(&scan, cases[i].text, strlen(cases[i].text), &err);

		cr_expect_eq(result, cases[i].error ? -1 : 0, "%s", cases[i].text);
		cr_expect_str_eq(err.text, cases[i].error ? cases[i].error : "", "%s", cases[i].text);
	}
}

Test(signature_doc, scanner_refuses_zero_bytes)
{
	struct doc_scan scan;
	struct err err = {""};

	cr_expect_eq(doc_scan(&scan, "[1]\0", 4, &err), -1);
	cr_expect_str_eq(err.text, "1:4: zero byte; a JSON file is text");
	cr_expect_eq(doc_scan(&scan, "[\"a\0b\"]", 7, &err), -1);
	cr_expect_str_eq(err.text, "1:4: zero byte; a JSON file is text");
}

static int scan_nested(size_t depth, struct err *err)
{
	struct doc_scan scan;
	char *text = calloc(1, 2 * depth + 1);
	int result;

	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	result = doc_scan(&scan, text, 2 * depth, err);
	free(text);
	return result;
}

Test(signature_doc, scanner_caps_depth)
{
	struct err err = {""};

	cr_expect_eq(scan_nested(64, &err), 0);
	cr_expect_eq(scan_nested(65, &err), -1);
	cr_expect_str_eq(err.text, "1:65: nested deeper than 64");
	cr_expect_eq(scan_nested(100000, &err), -1);
	cr_expect_str_eq(err.text, "1:65: nested deeper than 64");
}

Test(signature_doc, scanner_caps_values)
{
	size_t count = DOC_MAX_VALUES;
	struct doc_scan scan;
	struct err err = {""};
	char *text = calloc(1, 2 * count + 2);

	/* The list itself is one value. */
	text[0] = '[';
	for (size_t i = 0; i < count; i++)
		memcpy(text + 1 + 2 * i, "1,", 2);
	text[2 * count - 2] = ']';
	cr_expect_eq(doc_scan(&scan, text, 2 * count - 1, &err), 0);
	text[2 * count - 2] = ',';
	text[2 * count] = ']';
	cr_expect_eq(doc_scan(&scan, text, 2 * count + 1, &err), -1);
	cr_expect_str_eq(err.text, "1:2000000: more than 1000000 values");
	free(text);
}

/* Parses TEXT as "f.json" and expects the LINES; the tree's own path of each value is printed into PATHS. */
static void expect_tree(const char *text, size_t length, bool tree, const char *lines)
{
	struct arena arena = {0};
	struct message_list messages = {0};
	struct doc_file file = {.path = "f.json", .label = "f"};
	struct loader loader = {.arena = &arena, .messages = &messages, .file = &file};
	struct doc_value *root = doc_parse(&loader, &file, text, length);

	cr_expect_eq(root != NULL, tree, "%s", text);
	expect_lines(text, messages.errors, messages.error_count, lines);
	message_list_clear(&messages);
	arena_clear(&arena);
	cr_expect_eq(mem_live(), 0);
}

Test(signature_doc, tree_tells_what_cjson_swallows, .init = files_setup, .fini = files_teardown)
{
	static const struct {
		const char *text, *lines;
	} cases[] = {
	    {"{'a': 1, 'a': 2}", "f.json: $: key \"a\" is given twice"},
	    {"{'a': 1, '\\u0061': 2}", "f.json: $: key \"a\" is given twice"},
	    {"{'a': 1, 'A': 2}", ""},
	    {"{'l': [0, {'m-n': {'k': 1, 'k': 1, 'k': 1}}]}",
	     "f.json: $.l[1][\"m-n\"]: key \"k\" is given twice"},
	    {"{'': 1, '': 2}", "f.json: $: key \"\" is given twice"},
	    {"[3080.5]", "f.json: $[0]: 3080.5 is not a whole number; write digits only"},
	    {"{'a': [1, 2.0], 'b': 3, 'c': -1e2}",
	     "f.json: $.a[1]: 2.0 is not a whole number; write digits only\n"
	     "f.json: $.c: -1e2 is not a whole number; write digits only"},
	    {"[1e999]", "f.json: $[0]: 1e999 is not a whole number; write digits only"},
	    {"[3080.00000000000000000001]",
	     "f.json: $[0]: 3080.00000000000000000001 is not a whole number; write digits only"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = quoted(cases[i].text);

		expect_tree(text, strlen(text), true, cases[i].lines);
		free(text);
	}
	expect_tree("\xef\xbb\xbf[1]", 6, true, "");
	expect_tree("\xef\xbb\xbf[x]", 6, false, "f.json:1:2: expected a value, found \"x\"");
	expect_tree("[", 1, false, "f.json:1:2: expected a value, found the end of the file");
}

Test(signature_doc, tree_holds_every_kind, .init = files_setup, .fini = files_teardown)
{
	static const char text[] = "{\"t\":\"x\\u00e9\",\"n\":-7,\"f\":[true,false],\"z\":null,\"o\":{}}";
	struct arena arena = {0};
	struct message_list messages = {0};
	struct doc_file file = {.path = "f.json", .label = "f"};
	struct loader loader = {.arena = &arena, .messages = &messages, .file = &file};
	struct doc_value *root = doc_parse(&loader, &file, text, strlen(text));
	struct strbuf path = {0};

	cr_assert_not_null(root);
	cr_expect_eq(root->kind, DOC_OBJECT);
	cr_expect_eq(root->count, 5);
	cr_expect_str_eq(doc_find_text(root, "t"), "x\xc3\xa9");
	cr_expect_eq(doc_find(root, "n")->kind, DOC_NUMBER);
	cr_expect(doc_find(root, "n")->number == -7);
	cr_expect_eq(doc_find(root, "f")->kind, DOC_LIST);
	cr_expect_eq(doc_find(root, "f")->count, 2);
	cr_expect_eq(doc_find(root, "f")->items[0].kind, DOC_FLAG);
	cr_expect(doc_find(root, "f")->items[0].flag);
	cr_expect_not(doc_find(root, "f")->items[1].flag);
	cr_expect_eq(doc_find(root, "z")->kind, DOC_NULL);
	cr_expect_eq(doc_find(root, "o")->count, 0);
	cr_expect_null(doc_find(root, "absent"));
	cr_expect_null(doc_find_text(root, "n"));
	doc_path(&doc_find(root, "f")->items[1], &path);
	cr_expect_str_eq(strbuf_text(&path), "$.f[1]");
	strbuf_clear(&path);
	message_list_clear(&messages);
	arena_clear(&arena);
}

Test(signature_doc, shows_at_most_64_bytes_in_whole_characters)
{
	char text[100];

	memset(text, 'a', sizeof(text));
	text[99] = '\0';
	cr_expect_eq(doc_show_length("abc"), 3);
	cr_expect_eq(doc_show_length(text), 64);
	memcpy(text + 63, "\xc3\xa9", 2);
	cr_expect_eq(doc_show_length(text), 63);
}
