/* The folder of signatures: its listing, loading by id and by path, files that cannot be read, kinds of
 * files. */
#include "signature_files.h"
#include "signature_texts.h"

TestSuite(signature_library, .timeout = 10, .init = files_setup, .fini = files_teardown);

Test(signature_library, lists_json_files_sorted)
{
	struct signature_library *library;
	const char *const *ids;
	size_t count;

	write_quoted("zebra.json", "{}");
	write_quoted("alpha.json", "{}");
	write_quoted("README.md", "no");
	write_quoted("notes.json.bak", "no");
	write_quoted(".hidden.json", "no");
	write_quoted(".json", "no");
	cr_assert_eq(mkdir("folder.json", 0700), 0);
	library = open_here();
	ids = signature_library_ids(library, &count);
	cr_assert_eq(count, 2);
	cr_expect_str_eq(ids[0], "alpha");
	cr_expect_str_eq(ids[1], "zebra");
	signature_library_close(library);
	cr_expect_eq(mem_live(), 0);
}

Test(signature_library, folder_must_be_readable)
{
	struct err err = {""};

	cr_expect_null(signature_library_open("absent", &err));
	cr_expect_str_eq(err.text, "absent: cannot be read: No such file or directory");
	write_quoted("file", "x");
	cr_expect_null(signature_library_open("file", &err));
	cr_expect_str_eq(err.text, "file: cannot be read: Not a directory");
	signature_library_close(NULL);
	cr_expect_eq(mem_live(), 0);
}

Test(signature_library, gets_by_id_once)
{
	struct message_list messages = {0};
	struct signature_library *library;
	const struct signature *first, *by_path;

	write_quoted("least.json", least_signature);
	library = open_here();
	by_path = signature_load(library, "least.json", &messages);
	first = signature_get(library, "least", &messages);
	cr_assert_not_null(first);
	cr_expect_str_eq(first->id, "least");
	cr_expect_str_eq(first->path, "./least.json");
	cr_expect_eq(signature_get(library, "least", &messages), first, "loaded once");
	cr_expect_neq(first, by_path, "another file, for all we know");
	cr_expect_eq(signature_get(library, "least", &messages), first);
	cr_expect_eq(messages.error_count, 0);
	message_list_clear(&messages);
	signature_library_close(library);
	cr_expect_eq(mem_live(), 0);
}

Test(signature_library, says_what_it_cannot_get)
{
	struct message_list messages = {0};
	struct signature_library *library;

	write_quoted("least.json", least_signature);
	write_quoted("other.json", least_signature);
	write_quoted("broken.json", "{");
	library = open_here();
	cr_expect_null(signature_get(library, "leest", &messages));
	cr_expect_null(signature_get(library, "other", &messages));
	cr_expect_null(signature_get(library, "broken", &messages));
	cr_expect_null(signature_get(library, "../least", &messages));
	cr_expect_null(signature_load(library, "absent.json", &messages));
	cr_expect_null(signature_load(library, ".", &messages));
	expect_lines("get", messages.errors, messages.error_count,
		     ".: unknown signature \"leest\"; signatures are broken, least, other\n"
		     "./other.json: $.id: must be \"other\", as the file is named\n"
		     "./broken.json:1:2: expected a key in double quotes, found the end of the file\n"
		     ".: unknown signature \"../least\"; signatures are broken, least, other\n"
		     "absent.json: cannot be read: No such file or directory\n"
		     ".: cannot be read: Is a directory");
	message_list_clear(&messages);
	signature_library_close(library);
	cr_expect_eq(mem_live(), 0);
}

Test(signature_library, parses_text)
{
	struct message_list messages = {0};
	struct signature_library *library = open_here();
	char *text = quoted(least_signature);
	const struct signature *signature = signature_parse(library, text, strlen(text), "draft", &messages);

	cr_assert_not_null(signature);
	cr_expect_str_eq(signature->path, "draft");
	cr_expect_null(signature_parse(library, text, strlen(text) - 1, "draft", &messages));
	expect_lines("text", messages.errors, messages.error_count,
		     "draft:3:106: expected \",\" or \"}\", found the end of the file");
	message_list_clear(&messages);
	signature_library_close(library);
	free(text);
	cr_expect_eq(mem_live(), 0);
}

Test(signature_library, same_line_is_said_once)
{
	struct message_list messages = {0};
	struct signature_library *library = open_here();

	for (int i = 0; i < 3; i++)
		cr_expect_null(signature_load(library, "absent.json", &messages));
	cr_expect_eq(messages.error_count, 1);
	message_list_clear(&messages);
	signature_library_close(library);
}

Test(signature_library, refuses_files_over_16_mib)
{
	struct message_list messages = {0};
	struct signature_library *library = open_here();
	size_t limit = 16 * 1024 * 1024;
	char *text = quoted(least_signature);
	size_t length = strlen(text);
	char *padded = malloc(limit + 1);

	memset(padded, ' ', limit + 1);
	memcpy(padded, text, length);
	write_bytes("f.json", padded, limit);
	cr_expect_not_null(signature_load(library, "f.json", &messages));
	cr_expect_eq(messages.error_count, 0);
	write_bytes("f.json", padded, limit + 1);
	cr_expect_null(signature_load(library, "f.json", &messages));
	expect_lines("large", messages.errors, messages.error_count, "f.json: larger than 16 MiB");
	message_list_clear(&messages);
	signature_library_close(library);
	free(padded);
	free(text);
}

Test(signature_library, tells_kinds_of_files_apart)
{
	struct message_list messages = {0};

	write_quoted("a.json", least_signature);
	write_quoted("b.json", least_site);
	write_quoted("c.json", "{'schema': 'tapaudit.report/1'}");
	write_quoted("d.json", "{}");
	write_quoted("e.json", "[1]");
	write_quoted("g.json", "{'schema': 1}");
	write_quoted("h.json", "{'schema'}");
	cr_expect_eq(signature_file_kind("a.json", &messages), FILE_KIND_SIGNATURE);
	cr_expect_eq(signature_file_kind("b.json", &messages), FILE_KIND_SITE);
	cr_expect_eq(messages.error_count, 0);
	cr_expect_eq(signature_file_kind("c.json", &messages), FILE_KIND_WRONG);
	cr_expect_eq(signature_file_kind("d.json", &messages), FILE_KIND_WRONG);
	cr_expect_eq(signature_file_kind("e.json", &messages), FILE_KIND_WRONG);
	cr_expect_eq(signature_file_kind("g.json", &messages), FILE_KIND_WRONG);
	cr_expect_eq(signature_file_kind("h.json", &messages), FILE_KIND_WRONG);
	cr_expect_eq(signature_file_kind("absent", &messages), FILE_KIND_WRONG);
	expect_lines(
	    "kinds", messages.errors, messages.error_count,
	    "c.json: $.schema: schema \"tapaudit.report/1\" is not supported; supported are "
	    "\"tapaudit.signature/1\" and \"tapaudit.site/1\"\n"
	    "d.json: $: field \"schema\" is missing; it is \"tapaudit.signature/1\" or \"tapaudit.site/1\"\n"
	    "e.json: $: must be an object, not a list\n"
	    "g.json: $.schema: must be text, not a number\n"
	    "h.json:1:10: expected \":\", found \"}\"\n"
	    "absent: cannot be read: No such file or directory");
	message_list_clear(&messages);
	cr_expect_eq(mem_live(), 0);
}
