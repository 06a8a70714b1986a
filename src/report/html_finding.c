/* One finding as elements. Its attributes are what the script filters and sorts by. What script.js makes of a
 * row of texts is the same. */
#include "html_texts.h"
#include <string.h>

static bool has(const struct finding_texts *texts, enum text_slot slot)
{
	return texts->items[slot].length > 0;
}

static void add(struct strbuf *out, const struct finding_texts *texts, enum text_slot slot)
{
	html_text_add(out, finding_text(texts, slot));
}

static void add_quiet(struct strbuf *out, const char *class, const struct finding_texts *texts,
		      enum text_slot slot)
{
	if (!has(texts, slot))
		return;
	strbuf_addf(out, " <span class=\"%s\">", class);
	add(out, texts, slot);
	strbuf_add(out, "</span>");
}

static void open_finding(struct strbuf *out, const struct finding_texts *texts)
{
	static const struct {
		enum text_slot slot;
		const char *name;
	} data[] = {{TEXT_SEVERITY, "data-severity"},
		    {TEXT_KIND, "data-kind"},
		    {TEXT_SYSTEM, "data-system"},
		    {TEXT_FIRST, "data-first"},
		    {TEXT_LAST, "data-last"},
		    {TEXT_FLOWS, "data-flows"},
		    {TEXT_AGE, "data-age"}};

	strbuf_addf(out, "<article class=\"finding\" id=\"f-%s\" tabindex=\"-1\"",
		    finding_text(texts, TEXT_ANCHOR));
	for (size_t i = 0; i < sizeof data / sizeof data[0]; i++)
		html_attribute_add(out, data[i].name, finding_text(texts, data[i].slot));
	strbuf_add_char(out, '>');
}

/* Lines of SLOT one after the other: START and END of each, in a buffer of its own. */
static const char *next_line(const char *text, const char **end)
{
	*end = strchr(text, '\n');
	return *end ? text : NULL;
}

static void add_tags(struct strbuf *out, const struct finding_texts *texts)
{
	const char *end;

	for (const char *line = finding_text(texts, TEXT_TAGS); next_line(line, &end); line = end + 1) {
		/* Or "new peer ..". */
		bool is_news = strncmp(line, "new", 3) == 0 || strncmp(line, "worse", 5) == 0;

		strbuf_addf(out, " <span class=\"tag%s\">", is_news ? " strong" : "");
		html_text_add_bytes(out, line, (size_t)(end - line));
		strbuf_add(out, "</span>");
	}
}

static void add_head(struct html *html, const struct finding_texts *texts, enum severity severity)
{
	struct strbuf *out = html->out;

	strbuf_add(out, "<h3>");
	html_severity(html, severity);
	strbuf_add(out, " <span class=\"kind\">");
	add(out, texts, TEXT_KIND);
	strbuf_add(out, has(texts, TEXT_REASON) ? ": " : "");
	add(out, texts, TEXT_REASON);
	strbuf_add(out, "</span>");
	add_tags(out, texts);
	strbuf_add(out, " <span class=\"quiet where\">");
	add(out, texts, TEXT_SYSTEM);
	strbuf_addf(out, " <a class=\"id\" href=\"#f-%s\">%.8s%s</a></span></h3><p class=\"message\">",
		    finding_text(texts, TEXT_ANCHOR), finding_text(texts, TEXT_ANCHOR),
		    strchr(finding_text(texts, TEXT_ANCHOR), '-')
			? strchr(finding_text(texts, TEXT_ANCHOR), '-')
			: "");
	add(out, texts, TEXT_MESSAGE);
	strbuf_add(out, "</p>");
}

static void add_end(struct strbuf *out, const struct finding_texts *texts, enum text_slot slot)
{
	strbuf_add(out, "<b>");
	add(out, texts, slot);
	strbuf_add(out, "</b>");
	if (has(texts, slot + 1)) {
		strbuf_add(out, " (");
		add(out, texts, slot + 1);
		strbuf_add_char(out, ')');
	}
	add_quiet(out, "quiet", texts, slot + 2);
}

static void add_who(struct strbuf *out, const struct finding_texts *texts)
{
	if (!has(texts, TEXT_TO)) {
		add(out, texts, TEXT_FROM);
		return;
	}
	add_end(out, texts, TEXT_FROM);
	strbuf_add(out, " <span class=\"arrow\">\u2192</span> ");
	add_end(out, texts, TEXT_TO);
	strbuf_add(out, has(texts, TEXT_SERVICE) ? ", " : "");
	add(out, texts, TEXT_SERVICE);
}

static void add_packets(struct strbuf *out, const struct finding_texts *texts)
{
	if (has(texts, TEXT_LINK)) {
		strbuf_add(out, "<a");
		html_attribute_add(out, "href", finding_text(texts, TEXT_LINK));
		strbuf_add_char(out, '>');
	}
	add(out, texts, TEXT_PACKETS);
	strbuf_add(out, has(texts, TEXT_LINK) ? "</a>" : "");
}

static void add_nearest(struct strbuf *out, const struct finding_texts *texts)
{
	const char *end;

	for (const char *line = finding_text(texts, TEXT_NEAREST); next_line(line, &end); line = end + 1) {
		size_t rule = strcspn(line, "\t");

		strbuf_add(out, "<span class=\"block\">");
		html_text_add_bytes(out, line, rule);
		strbuf_add(out, " <span class=\"quiet\">");
		html_text_add_bytes(out, line + rule + 1, (size_t)(end - line) - rule - 1);
		strbuf_add(out, "</span></span>");
	}
}

/* The dt and dd of what SLOT holds, if it holds anything. */
static bool term(struct strbuf *out, const struct finding_texts *texts, const char *name, enum text_slot slot)
{
	if (has(texts, slot))
		strbuf_addf(out, "<dt>%s</dt><dd>", name);
	return has(texts, slot);
}

static void add_terms(struct strbuf *out, const struct finding_texts *texts)
{
	static const struct {
		const char *name;
		enum text_slot slot;
		enum text_slot quiet; /* TEXT_COUNT: none */
		const char *quiet_class;
		void (*add)(struct strbuf *out,
			    const struct finding_texts *texts); /* NULL: the slot's text */
	} terms[] = {
	    {"Who", TEXT_FROM, TEXT_COUNT, NULL, add_who},
	    {"Peers", TEXT_PEERS, TEXT_COUNT, NULL, NULL},
	    {"When", TEXT_WHEN, TEXT_LOCAL, "quiet block", NULL},
	    {"Breaks", TEXT_BREAKS, TEXT_COUNT, NULL, NULL},
	    {"Rule", TEXT_RULE, TEXT_CITE, "quiet", NULL},
	    {"Excused", TEXT_EXCUSED, TEXT_COUNT, NULL, NULL},
	    {"Proof", TEXT_PROOF, TEXT_COUNT, NULL, NULL},
	    {"Packets", TEXT_PACKETS, TEXT_COUNT, NULL, add_packets},
	};

	for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
		if (!term(out, texts, terms[i].name, terms[i].slot))
			continue;
		if (terms[i].add)
			terms[i].add(out, texts);
		else
			add(out, texts, terms[i].slot);
		if (terms[i].quiet != TEXT_COUNT)
			add_quiet(out, terms[i].quiet_class, texts, terms[i].quiet);
		strbuf_add(out, "</dd>");
	}
}

static void add_exception(struct strbuf *out, const struct finding_texts *texts)
{
	const char *rule = has(texts, TEXT_RULE) ? finding_text(texts, TEXT_RULE) : NULL;
	const char *system = has(texts, TEXT_SYSTEM) ? finding_text(texts, TEXT_SYSTEM) : NULL;
	struct strbuf names = {0};

	exception_names_add(&names, finding_text(texts, TEXT_KIND), system, rule);
	strbuf_addf(out, "<dt>Exception</dt><dd><pre class=\"copy\">%s", exception_head);
	html_code_add(out, strbuf_text(&names));
	html_code_add(out, finding_text(texts, TEXT_ENDS));
	strbuf_addf(out, "%s</pre></dd>", exception_tail);
	out->failed |= names.failed;
	strbuf_clear(&names);
}

/* Texts to copy; the script gives each its button. */
static void add_closer(struct strbuf *out, const struct finding_texts *texts)
{
	if (term(out, texts, "Nearest", TEXT_NEAREST)) {
		add_nearest(out, texts);
		strbuf_add(out, "</dd>");
	}
	if (term(out, texts, "tcpdump", TEXT_TCPDUMP)) {
		strbuf_add(out, "<code class=\"copy\">");
		add(out, texts, TEXT_TCPDUMP);
		strbuf_add(out, "</code></dd>");
	}
	if (term(out, texts, "Wireshark", TEXT_WIRESHARK)) {
		strbuf_add(out, "<code class=\"copy\">");
		add(out, texts, TEXT_WIRESHARK);
		strbuf_add(out, "</code></dd>");
	}
	if (!has(texts, TEXT_EXCUSED))
		add_exception(out, texts);
}

void html_finding(struct html *html, const struct finding_texts *texts, enum severity severity)
{
	open_finding(html->out, texts);
	add_head(html, texts, severity);
	strbuf_add(html->out, "<dl>");
	add_terms(html->out, texts);
	strbuf_add(html->out, "</dl><details><summary>Look closer<span class=\"sr\"> at this "
			      "finding</span></summary><dl>");
	add_closer(html->out, texts);
	strbuf_add(html->out, "</dl></details></article>\n");
}
