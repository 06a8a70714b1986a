/* One finding. Its attributes are what the script filters and sorts by. */
#include "html_parts.h"
#include <inttypes.h>
#include <string.h>

static void add_number(struct strbuf *out, const char *name, int64_t value)
{
	strbuf_addf(out, " %s=\"%" PRId64 "\"", name, value);
}

static void open_finding(struct html *html, size_t index, const struct audit_finding *finding)
{
	const struct finding_history *history = html_history(html, index);
	struct strbuf *out = html->out;

	strbuf_addf(out, "<article class=\"finding\" id=\"f-%s\" tabindex=\"-1\"", finding->id);
	html_attribute_add(out, "data-severity", severity_name(finding->severity));
	html_attribute_add(out, "data-kind", finding_kind_name(finding->kind));
	html_attribute_add(out, "data-system", finding->system ? finding->system : "");
	if (finding->first_ns != TIME_UNKNOWN) {
		add_number(out, "data-first", time_sec_floor(finding->first_ns));
		add_number(out, "data-last", time_sec_floor(finding->last_ns));
	}
	strbuf_addf(out, " data-flows=\"%" PRIu64 "\"", finding->flows);
	html_attribute_add(out, "data-age",
			   finding->exception        ? "excused"
			   : !history                ? "open"
			   : history->age == AGE_NEW ? "new"
						     : "continuing");
	strbuf_add(out, ">\n");
}

static void add_tags(struct html *html, size_t index, const struct audit_finding *finding)
{
	const struct finding_history *history = html_history(html, index);

	if (history && history->age == AGE_NEW)
		strbuf_add(html->out, " <span class=\"tag strong\">new</span>");
	if (history && history->age == AGE_CONTINUING) {
		strbuf_add(html->out, " <span class=\"tag\">continuing");
		strbuf_add(html->out, history->since ? " since " : "");
		html_text_add(html->out, history->since);
		strbuf_add(html->out, "</span>");
	}
	if (history && history->matrix_changed)
		strbuf_add(html->out, " <span class=\"tag\">matrix changed</span>");
	if (finding->exception)
		strbuf_add(html->out, " <span class=\"tag\">excused</span>");
}

static void add_head(struct html *html, size_t index, const struct audit_finding *finding)
{
	strbuf_add(html->out, "<h3>");
	html_severity(html, finding->severity);
	strbuf_addf(html->out, " <span class=\"kind\">%s", finding_kind_name(finding->kind));
	if (finding->reason != REASON_NONE)
		strbuf_addf(html->out, ": %s", finding_reason_name(finding->reason));
	strbuf_add(html->out, "</span>");
	add_tags(html, index, finding);
	strbuf_add(html->out, " <span class=\"quiet where\">");
	html_text_add(html->out, finding->system);
	strbuf_addf(html->out, " <a class=\"id\" href=\"#f-%s\">%.8s</a></span></h3>\n<p class=\"message\">",
		    finding->id, finding->id);
	html_text_add(html->out, finding->message);
	strbuf_add(html->out, "</p>\n");
}

static void term(struct html *html, const char *name)
{
	strbuf_addf(html->out, "<dt>%s</dt><dd>", name);
}

static void end_term(struct html *html)
{
	strbuf_add(html->out, "</dd>\n");
}

static void add_who(struct html *html, const struct audit_finding *finding)
{
	bool ends =
	    finding->initiator.address.family != ADDR_NONE || finding->responder.address.family != ADDR_NONE;

	if (!ends && !finding->host)
		return;
	term(html, "Who");
	if (!ends) {
		html_text_add(html->out, finding->host);
	} else {
		html_end(html, &finding->initiator);
		strbuf_add(html->out, " <span class=\"arrow\">\u2192</span> ");
		html_end(html, &finding->responder);
		strbuf_add(&html->line, finding->protocol >= 0 ? ", " : "");
		add_service(&html->line, finding->protocol, finding->port, finding->many_ports);
		html_line(html);
	}
	end_term(html);
}

static void add_peers(struct html *html, const struct audit_finding *finding)
{
	if (finding->peer_count < 2)
		return;
	term(html, "Peers");
	for (size_t i = 0; i < finding->peers_listed; i++) {
		char address[ADDR_TEXT_MAX];
		const struct audit_end *peer = &finding->peers[i];

		strbuf_addf(&html->line, "%s%s", i ? ", " : "",
			    peer->name ? peer->name : addr_format(&peer->address, address));
	}
	if (finding->peer_count > finding->peers_listed)
		strbuf_addf(&html->line, "%s%" PRIu64 " more", finding->peers_listed ? " and " : "",
			    finding->peer_count - finding->peers_listed);
	html_line(html);
	end_term(html);
}

static void add_when(struct html *html, const struct audit_finding *finding)
{
	if (finding->first_ns == TIME_UNKNOWN)
		return;
	term(html, "When");
	add_span(&html->line, finding->first_ns, finding->last_ns);
	strbuf_add(&html->line, "; ");
	if (finding->flows > 0) {
		add_count(&html->line, finding->flows, "flow");
		strbuf_add(&html->line, ", ");
	}
	add_count(&html->line, finding->packets, "packet");
	strbuf_add(&html->line, ", ");
	add_count(&html->line, finding->bytes, "byte");
	if (finding->outcome)
		strbuf_addf(&html->line, "; %s", finding->outcome);
	if (finding->basis < DIRECTION_COUNT)
		strbuf_addf(&html->line, "; direction %s by %s",
			    confidence_name((enum confidence)finding->confidence),
			    direction_name((enum direction_basis)finding->basis));
	html_line(html);
	end_term(html);
}

static void add_rule(struct html *html, const struct audit_finding *finding)
{
	if (finding->impact) {
		term(html, "Breaks");
		html_text_add(html->out, finding->impact);
		end_term(html);
	}
	if (!finding->rule)
		return;
	term(html, "Rule");
	html_text_add(html->out, finding->rule);
	if (finding->cite) {
		strbuf_add(html->out, " <span class=\"quiet\">");
		html_text_add(html->out, finding->cite);
		strbuf_add(html->out, "</span>");
	}
	end_term(html);
}

static void add_frames(struct html *html, const struct audit_finding *finding)
{
	struct frame_ref frames[EVIDENCE_FRAMES_MAX];
	size_t input_count, count = evidence_frames(&finding->evidence, frames);
	const struct input_record *inputs = ledger_inputs(html->ledger, &input_count);

	if (count == 0)
		return;
	term(html, "Proof");
	for (size_t i = 0; i < count; i++) {
		bool same = i > 0 && frames[i].input == frames[i - 1].input;

		if (!same)
			strbuf_addf(&html->line, "%s%s, frame", i ? "; " : "",
				    frames[i].input < input_count ? inputs[frames[i].input].name : "?");
		strbuf_addf(&html->line, "%s %" PRIu64, same ? "," : "", frames[i].frame);
	}
	html_line(html);
	end_term(html);
}

/* What --evidence wrote: named, not linked, as the page may have been mailed away from it. */
static void add_packets(struct html *html, size_t index)
{
	if (!html->options->pcaps || !html->options->pcaps[index])
		return;
	term(html, "Packets");
	html_text_add(html->out, html->options->pcaps[index]);
	end_term(html);
}

static void add_nearest(struct html *html, const struct audit_finding *finding)
{
	if (finding->nearest_count == 0)
		return;
	term(html, "Nearest");
	for (size_t i = 0; i < finding->nearest_count; i++) {
		strbuf_add(html->out, i ? "<br>" : "");
		html_text_add(html->out, finding->nearest[i].rule);
		strbuf_add(html->out, " <span class=\"quiet\">");
		html_text_add(html->out, finding->nearest[i].failed);
		strbuf_add(html->out, "</span>");
	}
	end_term(html);
}

/* The words in html->line as text to copy; nothing when there are none. The button waits for the script. */
static void add_copy(struct html *html, const char *name, const char *element)
{
	if (html->line.length == 0)
		return;
	term(html, name);
	strbuf_addf(html->out, "<%s class=\"copy\">", element);
	/* JSON keeps its lines. */
	char *text = html->line.text;
	for (char *end = text; end; text = end + 1) {
		end = strchr(text, '\n');
		if (end)
			*end = '\0';
		html_text_add(html->out, text);
		if (!end)
			break;
		strbuf_add_char(html->out, '\n');
	}
	html->line.length = 0;
	strbuf_addf(html->out,
		    "</%s><button type=\"button\" class=\"do-copy\" hidden>Copy<span class=\"sr\"> %s</span>"
		    "</button>",
		    element, name);
	end_term(html);
}

static void add_exception(struct html *html, const struct audit_finding *finding)
{
	const struct audit_exception *exception = NULL;

	for (size_t i = 0; finding->exception && i < html->result->exception_count; i++)
		if (strcmp(html->result->exceptions[i].id, finding->exception) == 0)
			exception = &html->result->exceptions[i];
	if (!finding->exception)
		return;
	term(html, "Excused");
	strbuf_addf(&html->line, "by %s", finding->exception);
	if (exception && exception->expires)
		strbuf_addf(&html->line, " until %s", exception->expires);
	if (exception && exception->owner)
		strbuf_addf(&html->line, ", owner %s", exception->owner);
	if (exception && exception->reason)
		strbuf_addf(&html->line, ": %s", exception->reason);
	html_line(html);
	end_term(html);
}

void html_finding(struct html *html, size_t index)
{
	const struct audit_finding *finding = &html->result->findings[index];

	open_finding(html, index, finding);
	add_head(html, index, finding);
	strbuf_add(html->out, "<dl>\n");
	add_who(html, finding);
	add_peers(html, finding);
	add_when(html, finding);
	add_rule(html, finding);
	add_exception(html, finding);
	add_frames(html, finding);
	add_packets(html, index);
	strbuf_add(html->out, "</dl>\n<details><summary>Look closer<span class=\"sr\"> at this "
			      "finding</span></summary><dl>\n");
	add_nearest(html, finding);
	strbuf_add(&html->line, finding->filter ? finding->filter : "");
	add_copy(html, "tcpdump", "code");
	wireshark_filter_add(&html->line, finding);
	add_copy(html, "Wireshark", "code");
	if (!finding->exception) {
		exception_stub_add(&html->line, finding);
		add_copy(html, "Exception", "pre");
	}
	strbuf_add(html->out, "</dl></details>\n</article>\n");
}
