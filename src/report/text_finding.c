/* One finding: who, when, what it breaks, the rule, the proof. */
#include "clean.h"
#include "text_parts.h"
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

enum { ID_SHOWN = 8, PEERS_SHOWN = 5 };

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
	page_built_paragraph(page, TEXT_LABEL, TEXT_HANG, label, text);
}

static void put_who(struct page *page, const struct audit_finding *finding, struct strbuf *line)
{
	if (finding->initiator.address.family == ADDR_NONE &&
	    finding->responder.address.family == ADDR_NONE) {
		strbuf_add(line, finding->host ? finding->host : "");
		put_line(page, "who", line);
		return;
	}
	add_end(line, &finding->initiator);
	strbuf_add(line, " -> ");
	add_end(line, &finding->responder);
	strbuf_add(line, finding->protocol >= 0 ? ", " : "");
	add_finding_service(line, finding);
	put_line(page, "who", line);
}

static void put_peers(struct page *page, const struct audit_finding *finding, bool all, struct strbuf *line)
{
	size_t shown = all || finding->peers_listed < PEERS_SHOWN ? finding->peers_listed : PEERS_SHOWN;

	if (finding->peer_count < 2)
		return;
	for (size_t i = 0; i < shown; i++) {
		strbuf_add(line, i ? ", " : "");
		add_end(line, &finding->peers[i]);
	}
	if (finding->peer_count > shown)
		strbuf_addf(line, "%s%" PRIu64 " more", shown ? " and " : "", finding->peer_count - shown);
	put_line(page, "peers", line);
}

static void put_when(struct page *page, const struct audit_finding *finding,
		     const struct report_options *options, struct strbuf *line)
{
	if (finding->first_ns == TIME_UNKNOWN)
		return;
	add_span(line, finding->first_ns, finding->last_ns);
	strbuf_add(line, "; ");
	if (finding->flows > 0) {
		add_count(line, finding->flows, "flow");
		strbuf_add(line, ", ");
	}
	add_count(line, finding->packets, "packet");
	strbuf_add(line, ", ");
	add_count(line, finding->bytes, "byte");
	if (finding->outcome)
		strbuf_addf(line, "; %s", finding->outcome);
	if (finding->basis < DIRECTION_COUNT)
		strbuf_addf(line, "; direction %s by %s",
			    confidence_name((enum confidence)finding->confidence),
			    direction_name((enum direction_basis)finding->basis));
	put_line(page, "when", line);
	add_local_span(line, options, finding->first_ns, finding->last_ns);
	put_line(page, "", line);
}

static void put_rule(struct page *page, const struct audit_finding *finding, struct strbuf *line)
{
	if (finding->impact)
		page_paragraph(page, TEXT_LABEL, TEXT_HANG, "breaks", finding->impact);
	if (finding->rule)
		strbuf_addf(line, "%s%s%s%s", finding->rule, finding->cite ? " (" : "",
			    finding->cite ? finding->cite : "", finding->cite ? ")" : "");
	put_line(page, "rule", line);
}

/* The capture that tcpdump can read as it is and that holds all of the proof; NULL: several, wrapped, or
 * unknown. */
static const char *proof_path(const struct frame_ref *frames, size_t count, const struct input_record *inputs,
			      size_t input_count)
{
	uint32_t input = count > 0 ? frames[0].input : 0;

	if (input >= input_count || (count == 0 && input_count > 1))
		return NULL;
	for (size_t i = 1; i < count; i++) {
		if (frames[i].input != input)
			return NULL;
	}
	bool plain = strcmp(inputs[input].format, "pcap") == 0 || strcmp(inputs[input].format, "pcapng") == 0;
	return plain && strcmp(inputs[input].name, "-") != 0 ? inputs[input].name : NULL;
}

static void put_proof(struct page *page, const struct audit_finding *finding, const struct ledger *ledger,
		      struct strbuf *line)
{
	struct frame_ref frames[EVIDENCE_FRAMES_MAX];
	size_t input_count, count = evidence_frames(&finding->evidence, frames);
	const struct input_record *inputs = ledger_inputs(ledger, &input_count);

	for (size_t i = 0; i < count; i++) {
		bool same = i > 0 && frames[i].input == frames[i - 1].input;
		bool more = i + 1 < count && frames[i + 1].input == frames[i].input;

		if (!same)
			strbuf_addf(line, "%s%s frame%s", i ? "; " : "",
				    frames[i].input < input_count ? inputs[frames[i].input].name : "?",
				    more ? "s" : "");
		strbuf_addf(line, "%s %" PRIu64, same ? "," : "", frames[i].frame);
	}
	put_line(page, "proof", line);
	if (!finding->filter)
		return;
	const char *path = proof_path(frames, count, inputs, input_count);
	strbuf_add(line, "tcpdump -nr ");
	add_shell_word(line, path ? path : "FILE");
	strbuf_addf(line, " '%s'", finding->filter);
	put_line(page, "look", line);
}

/* What --evidence wrote. */
static void put_packets(struct page *page, const struct text_context *context,
			const struct audit_finding *finding, struct strbuf *line)
{
	const char *const *pcaps = context->options->pcaps;

	if (!pcaps || !pcaps[finding - context->result->findings])
		return;
	strbuf_add(line, pcaps[finding - context->result->findings]);
	put_line(page, "packets", line);
}

static void put_head(struct page *page, const struct audit_finding *finding, struct strbuf *line)
{
	const char *severity = severity_name(finding->severity);
	char head[TEXT_HANG + 1];
	size_t i;

	for (i = 0; severity[i] && i + 1 < TEXT_HANG; i++)
		head[i] = (char)toupper((unsigned char)severity[i]);
	head[i] = '\0';
	page_newline(page);
	page_put(page, finding->exception ? STYLE_DIM : severity_style(finding->severity), head);
	strbuf_repeat(page->out, ' ', TEXT_HANG - i);
	strbuf_add(line, finding_kind_name(finding->kind));
	if (finding->reason != REASON_NONE)
		strbuf_addf(line, ": %s", finding_reason_name(finding->reason));
	size_t used = TEXT_HANG + clean_width(strbuf_text(line)) + 2;
	page_put(page, STYLE_BOLD, strbuf_text(line));
	page_put(page, STYLE_PLAIN, "  ");
	line->length = 0;
	strbuf_addf(line, "%s%s%.*s", finding->system ? finding->system : "", finding->system ? "  " : "",
		    ID_SHOWN, finding->id);
	page_put_rest(page, used, TEXT_HANG, STYLE_DIM, strbuf_text(line));
	line->length = 0;
}

/* What comparing with the day before says of it. */
static void put_history(struct page *page, const struct text_context *context,
			const struct audit_finding *finding, struct strbuf *line)
{
	const struct report_history *history = context->options->history;

	if (!history)
		return;
	const struct finding_history *of = &history->findings[finding - context->result->findings];
	strbuf_add(line, of->age == AGE_NEW ? "new" : "continuing");
	if (of->age != AGE_NEW && of->since)
		strbuf_addf(line, " since %s", of->since);
	add_severity_before(line, of, finding, ", ");
	strbuf_add(line, of->matrix_changed ? "; because a file changed" : "");
	if (of->new_peer_count > 0) {
		strbuf_add(line, ", ");
		add_new_peers(line, of);
		strbuf_add(line, " today");
	}
	put_line(page, "state", line);
}

static void put_exception(struct page *page, const struct audit_result *result,
			  const struct audit_finding *finding, struct strbuf *line)
{
	if (!finding->exception)
		return;
	strbuf_addf(line, "by %s", finding->exception);
	for (size_t i = 0; i < result->exception_count; i++) {
		const struct audit_exception *exception = &result->exceptions[i];

		if (strcmp(exception->id, finding->exception) != 0)
			continue;
		strbuf_addf(line, " until %s", exception->expires);
		if (exception->owner)
			strbuf_addf(line, ", owner %s", exception->owner);
		if (exception->reason)
			strbuf_addf(line, ": %s", exception->reason);
		break;
	}
	put_line(page, "excused", line);
}

void text_finding(struct page *page, const struct text_context *context, const struct audit_finding *finding)
{
	bool verbose = context->options->verbose;
	struct strbuf line = {0};

	put_head(page, finding, &line);
	page_paragraph(page, TEXT_HANG, TEXT_HANG, NULL, finding->message);
	put_history(page, context, finding, &line);
	if (verbose || (!finding->exception && finding->severity != SEVERITY_INFO)) {
		put_who(page, finding, &line);
		put_peers(page, finding, verbose, &line);
		put_when(page, finding, context->options, &line);
		put_rule(page, finding, &line);
		put_proof(page, finding, context->ledger, &line);
		put_packets(page, context, finding, &line);
	}
	put_exception(page, context->result, finding, &line);
	page->out->failed |= line.failed;
	strbuf_clear(&line);
}
