/* What a person must know first although it is no finding. */
#include "html_parts.h"
#include <string.h>

enum { NAMED = 5 };

static void note(struct html *html, const char *link, uint64_t count, const char *noun, const char *rest)
{
	if (count == 0)
		return;
	strbuf_add(html->out, "<p class=\"note\"><b>Note:</b> ");
	html_count(html, count, noun);
	strbuf_addf(html->out, " <a href=\"#%s\">%s</a></p>\n", link, rest);
}

static void say_note(struct html *html, const char *text)
{
	strbuf_add(html->out, "<p class=\"note\"><b>Note:</b> ");
	html_text_add(html->out, text);
	strbuf_add(html->out, "</p>\n");
}

/* Few enough to be named. */
static void say_inputs(struct html *html, const struct input_record *inputs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!word_is_told(&inputs[i]))
			continue;
		strbuf_addf(html->out, "<p class=\"note\"><b><a href=\"#capture\">%s</a>:</b> ",
			    !inputs[i].trouble  ? "Left out"
			    : inputs[i].packets ? "Not read whole"
						: "Not read");
		html_text_add(html->out, inputs[i].error[0] ? inputs[i].error : inputs[i].name);
		strbuf_add(html->out, "</p>\n");
	}
}

/* What a person must act on although it is no finding. */
void html_notes(struct html *html)
{
	const struct audit_result *result = html->result;
	size_t count;
	const struct input_record *inputs = ledger_inputs(html->ledger, &count);
	uint64_t troubled = 0, left = 0, expired = 0, expiring = 0;

	for (size_t i = 0; i < count; i++) {
		troubled += inputs[i].trouble;
		left += word_is_told(&inputs[i]) && !inputs[i].trouble;
	}
	for (size_t i = 0; i < result->exception_count; i++) {
		expired += strcmp(result->exceptions[i].state, "expired") == 0;
		expiring += strcmp(result->exceptions[i].state, "expiring") == 0;
	}
	for (size_t i = 0; i < html->options->remark_count; i++)
		say_note(html, html->options->remarks[i]);
	if (troubled + left <= NAMED)
		say_inputs(html, inputs, count);
	else {
		note(html, "capture", troubled, "capture", "not read whole");
		note(html, "capture", left, "capture", "left out");
	}
	note(html, "exceptions", expired, "exception", "expired");
	note(html, "exceptions", expiring, "exception", "about to expire");
	for (size_t i = 0; i < result->warnings.count; i++)
		say_note(html, result->warnings.items[i]);
}
