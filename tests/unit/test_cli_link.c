#include "base/strbuf.h"
#include "cli/cli.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(cli_link, .timeout = 10);

/* Folders a, a/b, a/bc and c to look from and to. */
static void expect_link(const char *page, const char *folder, const char *expected)
{
	struct strbuf out = {0};
	int result = link_folder(&out, page, folder);

	cr_expect_eq(result, expected ? 0 : -1, "%s from %s", folder, page ? page : "nowhere");
	if (expected)
		cr_expect_str_eq(strbuf_text(&out), expected, "%s from %s", folder, page);
	strbuf_clear(&out);
}

Test(cli_link, a_folder_as_a_page_sees_it)
{
	char here[] = "/tmp/tapaudit-link-XXXXXX";

	cr_assert_not_null(mkdtemp(here));
	cr_assert_eq(chdir(here), 0);
	cr_assert_eq(mkdir("a", 0700) | mkdir("a/b", 0700) | mkdir("a/bc", 0700) | mkdir("c", 0700), 0);
	expect_link("page.html", "a", "a");
	expect_link("page.html", "a/b", "a/b");
	expect_link("a/page.html", "a", ".");
	expect_link("a/page.html", "a/b/", "b");
	expect_link("a/b/page.html", "a/bc", "../bc");
	expect_link("a/b/page.html", "c", "../../c");
	expect_link("c/page.html", ".", "..");
	expect_link("-", "a", NULL);
	expect_link(NULL, "a", NULL);
	expect_link("nowhere/page.html", "a", NULL);
	expect_link("page.html", "nowhere", NULL);
	cr_assert_eq(rmdir("a/b") | rmdir("a/bc") | rmdir("a") | rmdir("c"), 0);
	cr_assert_eq(chdir("/"), 0);
	cr_assert_eq(rmdir(here), 0);
}
