#include "text_parts.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	FINDINGS_SHOWN = 50,
	LABEL_COLUMN = 2,
	TEXT_COLUMN = 10,
	FRAMES_SHOWN = 4,
	ID_SHOWN = 8,
	PEERS_SHOWN = 5
};

static void add_end(struct strbuf *text, const struct audit_end *end)
{
	char address[ADDR_TEXT_MAX];

	addr_format(&end->address, address);
	if (end->name)
		strbuf_addf(text, "%s (%s)", end->name, address);
	else
		strbuf_add(text, address);
	for (size_t i = 0; i < end->roles.count; i++)
		strbuf_addf(text, "%s%s", i ? ", " : " as ", end->roles.items[i]);
}

static void put_line(struct page *page, const char *label, struct strbuf *text)
{
	if (text->failed)
		page->out->failed = true;
	page_paragraph(page, LABEL_COLUMN, TEXT_COLUMN, label, strbuf_text(text));
	text->length = 0;
}

static void text_who(struct page *page, const struct audit_finding *finding, struct strbuf *line)
{
	char protocol[16];

	if (finding->initiator.address.family == ADDR_NONE)
		return;
	add_end(line, &finding->initiator);
	strbuf_add(line, " -> ");
	add_end(line, &finding->responder);
	if (finding->protocol >= 0)
		strbuf_addf(line, ", %s", protocol_name((uint8_t)finding->protocol, protocol));
	if (finding->many_ports)
		strbuf_add(line, " to many ports");
	else if (finding->port >= 0)
		strbuf_addf(line, " %" PRId32, finding->port);
	put_line(page, "who", line);
	if (finding->peer_count < 2)
		return;
	for (size_t i = 0; i < finding->peers_listed && i < PEERS_SHOWN; i++) {
		strbuf_add(line, i ? ", " : "");
		add_end(line, &finding->peers[i]);
	}
	if (finding->peer_count > PEERS_SHOWN)
		strbuf_addf(line, " and %" PRIu64 " more", finding->peer_count - PEERS_SHOWN);
	put_line(page, "peers", line);
}

static void text_when(struct page *page, const struct audit_finding *finding, struct strbuf *line)
{
	char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX], flows[32], packets[32], bytes[32];

	if (finding->first_ns == TIME_UNKNOWN)
		return;
	text_time(finding->first_ns, first);
	text_time(finding->last_ns, last);
	bool same_day = strncmp(first, last, 10) == 0;
	strbuf_addf(line, "%s", first);
	if (strcmp(first, last) != 0)
		strbuf_addf(line, " to %s", same_day ? last + 11 : last);
	strbuf_addf(line, "; %s flow%s, %s packets, %s bytes", text_count(finding->flows, flows),
		    finding->flows == 1 ? "" : "s", text_count(finding->packets, packets),
		    text_count(finding->bytes, bytes));
	if (finding->outcome)
		strbuf_addf(line, "; %s", finding->outcome);
	if (finding->basis < DIRECTION_COUNT)
		strbuf_addf(line, "; direction %s by %s",
			    confidence_name((enum confidence)finding->confidence),
			    direction_name((enum direction_basis)finding->basis));
	put_line(page, "when", line);
}

static void text_proof(struct page *page, const struct audit_finding *finding, const struct ledger *ledger,
		       struct strbuf *line)
{
	const struct frame_ref *frames[FRAMES_SHOWN] = {
	    &finding->evidence.openings[0], &finding->evidence.openings[1], &finding->evidence.answer,
	    &finding->evidence.contradiction};
	size_t input_count;
	const struct input_record *inputs = ledger_inputs(ledger, &input_count);
	const char *named = NULL;

	for (size_t i = 0; i < FRAMES_SHOWN; i++) {
		if (frames[i]->frame == 0 || frames[i]->input >= input_count)
			continue;
		const char *name = inputs[frames[i]->input].name;
		if (!named || strcmp(named, name) != 0)
			strbuf_addf(line, "%s%s frame", line->length ? "; " : "", name);
		else
			strbuf_add_char(line, ',');
		strbuf_addf(line, " %" PRIu64, frames[i]->frame);
		named = name;
	}
	if (line->length)
		put_line(page, "proof", line);
	if (finding->filter) {
		strbuf_addf(line, "tcpdump -nr FILE '%s'", finding->filter);
		put_line(page, "look", line);
	}
}

static void text_rule(struct page *page, const struct audit_finding *finding, struct strbuf *line)
{
	if (finding->impact)
		page_paragraph(page, LABEL_COLUMN, TEXT_COLUMN, "breaks", finding->impact);
	if (finding->rule)
		strbuf_addf(line, "%s%s%s%s", finding->rule, finding->cite ? " (" : "",
			    finding->cite ? finding->cite : "", finding->cite ? ")" : "");
	if (line->length)
		put_line(page, "rule", line);
	if (finding->exception) {
		strbuf_addf(line, "covered by %s: does not count", finding->exception);
		put_line(page, "excused", line);
	}
}

static void text_finding(struct page *page, const struct text_context *context,
			 const struct audit_finding *finding)
{
	const char *severity = severity_name(finding->severity);
	struct strbuf line = {0};
	char head[16];
	size_t i;

	for (i = 0; severity[i] && i < sizeof head - 1; i++)
		head[i] = (char)toupper((unsigned char)severity[i]);
	head[i] = '\0';
	page_newline(page);
	page_put(page, severity_style(finding->severity), head);
	strbuf_repeat(page->out, ' ', i < 8 ? 8 - i : 1);
	strbuf_addf(&line, "  %s%s%s", finding_kind_name(finding->kind),
		    finding->reason == REASON_NONE ? "" : ": ",
		    finding->reason == REASON_NONE ? "" : finding_reason_name(finding->reason));
	page_put(page, STYLE_BOLD, strbuf_text(&line));
	line.length = 0;
	strbuf_addf(&line, "  %s  %.*s", finding->system ? finding->system : "", ID_SHOWN, finding->id);
	page_put(page, STYLE_DIM, strbuf_text(&line));
	page_newline(page);
	line.length = 0;
	page_paragraph(page, TEXT_COLUMN, TEXT_COLUMN, NULL, finding->message);
	text_who(page, finding, &line);
	text_when(page, finding, &line);
	text_rule(page, finding, &line);
	text_proof(page, finding, context->ledger, &line);
	strbuf_clear(&line);
}

void text_findings(struct page *page, const struct text_context *context)
{
	const struct audit_result *result = context->result;
	size_t shown = context->options->verbose || result->finding_count < FINDINGS_SHOWN
			   ? result->finding_count
			   : FINDINGS_SHOWN;
	char line[128];

	snprintf(line, sizeof line, "FINDINGS: %zu", result->finding_count);
	page_heading(page, result->finding_count ? line : "FINDINGS: none");
	for (size_t i = 0; i < shown; i++)
		text_finding(page, context, &result->findings[i]);
	if (shown < result->finding_count) {
		snprintf(
		    line, sizeof line,
		    "%zu more, less severe or later in the list: --verbose shows all, -f json holds all.",
		    result->finding_count - shown);
		page_newline(page);
		page_paragraph(page, LABEL_COLUMN, LABEL_COLUMN, NULL, line);
	}
	if (shown > 0) {
		page_newline(page);
		page_paragraph(page, LABEL_COLUMN, LABEL_COLUMN, NULL,
			       "tapaudit explain REPORT.json ID tells which rules came nearest (write one "
			       "with -f json).");
	}
}
