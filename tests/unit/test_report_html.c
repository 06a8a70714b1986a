#include "report_formats.h"
#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

TestSuite(report_html, .timeout = 10);

/* What stands between OPEN and CLOSE, which must be there once; to be freed. */
static char *between(const char *text, const char *open, const char *close)
{
	const char *start = strstr(text, open);

	cr_assert_not_null(start, "no %s", open);
	cr_expect_eq(count_of(text, open), 1, "%s more than once", open);
	start += strlen(open);
	const char *end = strstr(start, close);
	cr_assert_not_null(end, "no %s", close);
	return strndup(start, (size_t)(end - start));
}

/* The policy names exactly the style and the script that stand on the page, or a browser would refuse them.
 */
static void expect_hash(const char *policy, const char *directive, const char *content)
{
	unsigned char digest[EVP_MAX_MD_SIZE], base64[128];
	unsigned length;
	char expected[256];

	cr_assert_eq(EVP_Digest(content, strlen(content), digest, &length, EVP_sha256(), NULL), 1);
	EVP_EncodeBlock(base64, digest, (int)length);
	(void)snprintf(expected, sizeof expected, "%s 'sha256-%s';", directive, (const char *)base64);
	cr_expect_not_null(strstr(policy, expected), "%s\nis not in %s", expected, policy);
}

Test(report_html, the_policy_allows_its_own_style_and_script_alone)
{
	struct written written;

	written_open(&written, "html");
	char *policy = between(written.text.text, "Content-Security-Policy\" content=\"", "\"");
	char *style = between(written.text.text, "<style>", "</style>");
	char *script = between(written.text.text, "<script>", "</script>");

	cr_expect_eq(strncmp(policy, "default-src 'none'; ", 20), 0);
	cr_expect_not_null(strstr(policy, "base-uri 'none'; form-action 'none'"));
	cr_expect_null(strstr(policy, "unsafe"));
	expect_hash(policy, "style-src", style);
	expect_hash(policy, "script-src", script);
	free(policy);
	free(style);
	free(script);
	written_close(&written);
}

Test(report_html, asks_nothing_of_any_network)
{
	static const char *const fetching[] = {"http:",     "https:",   " src=",   "@import",
					       "<link",     "<img",     "<iframe", "srcset",
					       " style=\"", " onclick", " onload", "javascript:"};
	struct written written;

	written_open(&written, "html");
	for (size_t i = 0; i < sizeof fetching / sizeof fetching[0]; i++)
		cr_expect_null(strstr(written.text.text, fetching[i]), "%s", fetching[i]);
	cr_expect_eq(count_of(written.text.text, "href="), count_of(written.text.text, "href=\"#"));
	cr_expect_eq(count_of(written.text.text, "url("), count_of(written.text.text, "url(#"));
	written_close(&written);
}

/* Every text gets a number of its own, so that each one can be found again. */
struct marked {
	struct {
		const char *what;
		char text[64];
	} items[512];
	size_t count;
};

static const char *mark_text(void *context, const char *what, const char *text)
{
	struct marked *marked = context;

	(void)text;
	cr_assert_lt(marked->count, 512);
	marked->items[marked->count].what = what;
	(void)snprintf(marked->items[marked->count].text, 64, "</style><script>'\"&%zu;", marked->count);
	return marked->items[marked->count++].text;
}

Test(report_html, texts_of_others_are_shown_and_are_no_markup)
{
	struct written written;
	struct marked *marked = calloc(1, sizeof *marked);

	written_open(&written, "html");
	sample_rewrite(&written.sample, mark_text, marked);
	sample_read(&written.sample);
	written_again(&written);
	cr_expect_eq(count_of(written.text.text, "<script"), 1);
	cr_expect_eq(count_of(written.text.text, "</style"), 1);
	cr_expect_eq(count_of(written.text.text, "</script"), 1);
	cr_expect_gt(marked->count, 60);
	for (size_t i = 0; i < marked->count; i++) {
		char escaped[128];

		(void)snprintf(escaped, sizeof escaped, "&lt;/style&gt;&lt;script&gt;&#39;&quot;&amp;%zu;",
			       i);
		/* Of peers the page tells names and addresses, not roles. */
		if (strcmp(marked->items[i].what, "role of an end") != 0)
			cr_expect_not_null(strstr(written.text.text, escaped), "%s is not shown",
					   marked->items[i].what);
	}
	written_close(&written);
	free(marked);
}

static const char *make_hostile(void *context, const char *what, const char *text)
{
	(void)context;
	(void)what;
	(void)text;
	return "\033[2J\r\n\x7f\xc2\x9b\xe2\x80\xae\xff\xc0\xaf<&\xed\xa0\x80";
}

Test(report_html, what_cannot_be_seen_or_read_is_not_shown)
{
	struct written written;

	written_open(&written, "html");
	sample_rewrite(&written.sample, make_hostile, NULL);
	sample_read(&written.sample);
	written_again(&written);
	for (size_t i = 0; i < written.text.length; i++) {
		unsigned char c = (unsigned char)written.text.text[i];

		cr_assert(c == '\n' || c == '\t' || c >= 0x20, "byte %x", c);
	}
	cr_expect_null(strstr(written.text.text, "\x7f"));
	cr_expect_null(strstr(written.text.text, "\xe2\x80\xae"));
	cr_expect_null(strstr(written.text.text, "\xff"));
	written_close(&written);
}

/* Names of the elements that are open. */
struct open_elements {
	char names[64][16];
	size_t depth;
};

static bool is_void(const char *name)
{
	static const char *const names[] = {"meta", "br", "input"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Reads the tag at TEXT ("<"), keeps OPEN; returns what follows it. */
static const char *take_tag(const char *text, struct open_elements *open)
{
	bool closing = text[1] == '/';
	const char *end = text + 1 + closing;
	char name[16];
	size_t length = 0;

	if (!isalpha((unsigned char)*end))
		return text + 1 + strcspn(text + 1, ">");
	while (isalnum((unsigned char)end[length]))
		length++;
	cr_assert_lt(length, sizeof name);
	(void)snprintf(name, sizeof name, "%.*s", (int)length, end);
	for (end += length; *end && *end != '>'; end++)
		if (*end == '"')
			end += 1 + strcspn(end + 1, "\"");
	cr_assert_eq(*end, '>', "<%s is not closed", name);
	if (closing) {
		cr_assert(open->depth > 0 && strcmp(open->names[open->depth - 1], name) == 0,
			  "</%s> closes %s", name, open->depth ? open->names[open->depth - 1] : "nothing");
		open->depth--;
	} else if (end[-1] != '/' && !is_void(name)) {
		cr_assert_lt(open->depth, 64);
		(void)snprintf(open->names[open->depth++], 16, "%s", name);
	}
	return end + 1;
}

static void expect_balanced(const char *text)
{
	struct open_elements open = {.depth = 0};

	while ((text = strchr(text, '<')) != NULL) {
		text = take_tag(text, &open);
		const char *raw = open.depth ? open.names[open.depth - 1] : "";
		if (strcmp(raw, "script") == 0)
			text = strstr(text, "</script>");
		else if (strcmp(raw, "style") == 0)
			text = strstr(text, "</style>");
	}
	cr_expect_eq(open.depth, 0, "%s stays open", open.depth ? open.names[open.depth - 1] : "");
}

Test(report_html, every_element_is_closed)
{
	struct written written;

	written_open(&written, "html");
	expect_balanced(written.text.text);
	sample_make_clean(&written.sample);
	written_again(&written);
	expect_balanced(written.text.text);
	cr_expect_not_null(strstr(written.text.text, "<p>None.</p>"));
	written.sample.result.system_count = 0;
	written.sample.options.site_name = NULL;
	written_again(&written);
	expect_balanced(written.text.text);
	cr_expect_not_null(strstr(written.text.text, "No system of a known product was found."));
	written_close(&written);
}

Test(report_html, the_first_screen_says_the_verdict)
{
	struct written written;

	written_open(&written, "html");
	cr_expect_not_null(strstr(written.text.text,
				  "<h1><span class=\"mark fail\"><span aria-hidden=\"true\">\u2715</span> "
				  "Fail</span></h1>\n<p class=\"why\">2 findings at or above medium</p>"));
	cr_expect_not_null(strstr(written.text.text, "<title>Example HQ: fail</title>"));
	cr_expect_null(strstr(written.text.text, "<h2>New</h2>"));
	cr_expect_not_null(strstr(written.text.text, "<b><a href=\"#capture\">Not read whole</a>:</b> cut short: 62 of"));
	cr_expect_not_null(strstr(written.text.text, "1 exception <a href=\"#exceptions\">expired</a>"));
	cr_expect_null(strstr(written.text.text, "about to expire"));
	written_close(&written);
}

Test(report_html, tells_what_a_comparison_says)
{
	struct finding_history ages[SAMPLE_FINDINGS] = {
	    {.age = AGE_NEW, .since = NULL, .matrix_changed = false},
	    {.age = AGE_CONTINUING, .since = "2026-11-02", .matrix_changed = false},
	    {.age = AGE_NEW, .since = NULL, .matrix_changed = true},
	    {.age = AGE_CONTINUING, .since = NULL, .matrix_changed = false}};
	struct fixed_finding fixed[] = {{"0123456789abcdef", "missing", "medium", "hq-kvm", "manager-ldap",
					 "It was <missing>.", "2026-11-01", true}};
	struct report_history history = {.compared_with = "2026-11-17", .findings = ages, .fixed = fixed, .fixed_count = 1};
	struct written written;

	written_open(&written, "html");
	written.sample.options.history = &history;
	written_again(&written);
	/* The excused one is not counted as new. */
	cr_expect_not_null(strstr(written.text.text,
				  "<h2>New</h2><p class=\"big\">4</p><p class=\"quiet\">since "
				  "2026-11-17</p>"));
	cr_expect_not_null(strstr(written.text.text, "<h2>Fixed</h2><p class=\"big\">1</p>"));
	cr_expect_not_null(strstr(written.text.text, "continuing since 2026-11-02"));
	cr_expect_eq(count_of(written.text.text, "data-age=\"new\""), 4);
	cr_expect_eq(count_of(written.text.text, "data-age=\"continuing\""), 2);
	cr_expect_eq(count_of(written.text.text, "data-age=\"excused\""), 1);
	cr_expect_not_null(strstr(written.text.text, "<th scope=\"row\">01234567</th>"));
	cr_expect_eq(count_of(written.text.text, "It was &lt;missing&gt;."), 2);
	expect_balanced(written.text.text);
	written_close(&written);
}

Test(report_html, every_table_has_a_caption_and_every_head_cell_a_scope)
{
	struct written written;

	written_open(&written, "html");
	cr_expect_eq(count_of(written.text.text, "<table"), count_of(written.text.text, "<caption>"));
	cr_expect_eq(count_of(written.text.text, "<th>"), 0);
	cr_expect_eq(count_of(written.text.text, "<th scope="), count_of(written.text.text, "<th "));
	cr_expect_eq(count_of(written.text.text, "<svg "),
		     count_of(written.text.text, "<svg role=\"img\"") +
			 count_of(written.text.text, "<svg class=\"timeline\" role=\"img\""));
	written_close(&written);
}

Test(report_html, says_so_when_memory_runs_out)
{
	struct written written;

	written_open(&written, "html");
	cr_expect_geq(starve(write_again, &written), 5);
	written_close(&written);
}
