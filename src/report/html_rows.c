/*
 * Findings as rows of texts, for the script to make elements of when they are looked at: a page of 10,000
 * would otherwise be 20 MB of markup that nobody sees. JSON in a block that no browser runs. A row holds its
 * texts in the order of enum text_slot, each told from the row before: 0 where it is the same, [HEAD, MIDDLE,
 * TAIL] where it shares so many characters at either end, else the text. What is the same to the row's end is
 * left out.
 */
#include "clean.h"
#include "html_texts.h"
#include <string.h>

/* Fewer would cost more to tell than to say again. */
enum { SHARED_MIN = 8, COMMON_MIN = 4, COMMON_MAX = 64 };

/* Texts that come again and again: the first ones of the columns that hold few different ones. */
struct common {
	struct strbuf items[COMMON_MAX];
	size_t count;
};
static const enum text_slot common_slots[] = {TEXT_KIND, TEXT_REASON, TEXT_TAGS,   TEXT_FROM_ROLES,
					      TEXT_RULE, TEXT_CITE,   TEXT_BREAKS, TEXT_TO_ROLES};

/* Nothing in it can end the block that it stands in. */
static void add_json(struct strbuf *out, const char *text, size_t length)
{
	strbuf_add_char(out, '"');
	for (size_t i = 0; i < length; i++) {
		size_t run = clean_run(text + i, length - i);

		strbuf_add_bytes(out, text + i, run);
		i += run;
		if (i == length)
			break;
		switch (text[i]) {
		case '"': strbuf_add(out, "\\\""); break;
		case '\\': strbuf_add(out, "\\\\"); break;
		case '<': strbuf_add(out, "\\u003c"); break;
		case '\n': strbuf_add(out, "\\n"); break;
		case '\t': strbuf_add(out, "\\t"); break;
		default: strbuf_add_char(out, text[i]); break;
		}
	}
	strbuf_add_char(out, '"');
}

/* Characters that both begin with. Only those of one byte, which are one for the script too. */
static size_t shared_head(const char *a, const char *b)
{
	size_t count = 0;

	while (a[count] && a[count] == b[count] && (unsigned char)a[count] < 0x80)
		count++;
	return count;
}

static size_t shared_tail(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t count = 0;

	while (count < a_length && count < b_length && a[a_length - count - 1] == b[b_length - count - 1] &&
	       (unsigned char)a[a_length - count - 1] < 0x80)
		count++;
	return count;
}

static bool is_same(const struct strbuf *a, const struct strbuf *b)
{
	return a->length == b->length && memcmp(strbuf_text(a), strbuf_text(b), a->length) == 0;
}

/* From 1 on; 0: not among them. */
static size_t common_number(struct common *common, enum text_slot slot, const struct strbuf *text)
{
	bool known = false;

	for (size_t i = 0; i < sizeof common_slots / sizeof common_slots[0]; i++)
		known |= common_slots[i] == slot;
	if (!known || text->length < COMMON_MIN)
		return 0;
	for (size_t i = 0; i < common->count; i++)
		if (is_same(&common->items[i], text))
			return i + 1;
	if (common->count == COMMON_MAX)
		return 0;
	strbuf_add_bytes(&common->items[common->count], strbuf_text(text), text->length);
	return ++common->count;
}

static void add_text(struct strbuf *out, const struct strbuf *text, const struct strbuf *before)
{
	const char *now = strbuf_text(text), *then = strbuf_text(before);
	size_t head = shared_head(now, then);

	size_t tail = shared_tail(now + head, text->length - head, then + head, before->length - head);
	if (head + tail < SHARED_MIN) {
		add_json(out, now, text->length);
		return;
	}
	strbuf_addf(out, "[%zu,", head);
	add_json(out, now + head, text->length - head - tail);
	strbuf_addf(out, tail ? ",%zu]" : "]", tail);
}

static void add_row(struct strbuf *out, struct common *common, const struct finding_texts *texts,
		    const struct finding_texts *before)
{
	size_t count = TEXT_COUNT;

	while (count > 0 && is_same(&texts->items[count - 1], &before->items[count - 1]))
		count--;
	strbuf_add_char(out, '[');
	for (size_t i = 0; i < count; i++) {
		bool same = is_same(&texts->items[i], &before->items[i]);
		size_t number = same ? 0 : common_number(common, (enum text_slot)i, &texts->items[i]);

		strbuf_add(out, i ? "," : "");
		if (same || number)
			strbuf_addf(out, "%zu", number);
		else
			add_text(out, &texts->items[i], &before->items[i]);
	}
	strbuf_add_char(out, ']');
}

static void add_common(struct strbuf *out, struct common *common)
{
	for (size_t i = 0; i < common->count; i++) {
		strbuf_add(out, i ? "," : "");
		add_json(out, strbuf_text(&common->items[i]), common->items[i].length);
		out->failed |= common->items[i].failed;
		strbuf_clear(&common->items[i]);
	}
}

void html_rows(struct html *html, size_t first)
{
	struct finding_texts pair[2] = {0};
	struct common common = {.count = 0};
	size_t count = html->result->finding_count;

	strbuf_add(html->out, "<script type=\"application/json\" id=\"rows\">{\"exception\":[");
	add_json(html->out, exception_head, strlen(exception_head));
	strbuf_add_char(html->out, ',');
	add_json(html->out, exception_tail, strlen(exception_tail));
	strbuf_add(html->out, "],\"rows\":[\n");
	for (size_t i = first; i < count; i++) {
		struct finding_texts *now = &pair[i % 2];

		finding_texts_fill(now, html, i);
		add_row(html->out, &common, now, &pair[(i + 1) % 2]);
		strbuf_add(html->out, i + 1 < count ? ",\n" : "\n");
		for (size_t k = 0; k < TEXT_COUNT; k++)
			html->out->failed |= now->items[k].failed;
	}
	strbuf_add(html->out, "],\"common\":[");
	add_common(html->out, &common);
	strbuf_add(html->out, "]}</script>\n");
	finding_texts_clear(&pair[0]);
	finding_texts_clear(&pair[1]);
}
