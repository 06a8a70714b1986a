#include "html_texts.h"
#include <inttypes.h>
#include <string.h>

static void put(struct finding_texts *texts, enum text_slot slot, const char *text)
{
	html_clean_add(&texts->items[slot], text);
}

/* Cleans what was built up in LINE into SLOT. */
static void put_line(struct finding_texts *texts, enum text_slot slot, struct strbuf *line)
{
	put(texts, slot, strbuf_text(line));
	texts->items[slot].failed |= line->failed;
	strbuf_clear(line);
}

static void put_age(struct finding_texts *texts, const struct audit_finding *finding,
		    const struct finding_history *history)
{
	struct strbuf *tags = &texts->items[TEXT_TAGS];

	put(texts, TEXT_AGE,
	    finding->exception        ? "excused"
	    : !history                ? "open"
	    : history->age == AGE_NEW ? "new"
				      : "continuing");
	if (history && history->age == AGE_NEW)
		strbuf_add(tags, "new\n");
	if (history && history->age == AGE_CONTINUING) {
		strbuf_addf(tags, "continuing%s", history->since ? " since " : "");
		html_clean_add(tags, history->since);
		strbuf_add_char(tags, '\n');
	}
	if (history) {
		size_t length = tags->length;

		add_severity_before(tags, history, finding, "");
		strbuf_add(tags, tags->length > length ? "\n" : "");
	}
	if (history && history->new_peer_count > 0) {
		struct strbuf peers = {0};

		add_new_peers(&peers, history);
		html_clean_add(tags, strbuf_text(&peers));
		strbuf_add_char(tags, '\n');
		tags->failed |= peers.failed;
		strbuf_clear(&peers);
	}
	if (history && history->matrix_changed)
		strbuf_add(tags, "matrix changed\n");
	if (finding->exception)
		strbuf_add(tags, "excused\n");
}

static void put_end(struct finding_texts *texts, enum text_slot slot, const struct audit_end *end)
{
	struct strbuf roles = {0};
	char address[ADDR_TEXT_MAX];

	addr_format(&end->address, address);
	put(texts, slot, end->name ? end->name : address);
	put(texts, slot + 1, end->name ? address : "");
	add_names(&roles, end->roles, SIZE_MAX);
	put_line(texts, slot + 2, &roles);
}

static void put_who(struct finding_texts *texts, const struct audit_finding *finding)
{
	struct strbuf line = {0};

	if (finding->initiator.address.family == ADDR_NONE &&
	    finding->responder.address.family == ADDR_NONE) {
		put(texts, TEXT_FROM, finding->host);
		return;
	}
	put_end(texts, TEXT_FROM, &finding->initiator);
	put_end(texts, TEXT_TO, &finding->responder);
	add_finding_service(&line, finding);
	put_line(texts, TEXT_SERVICE, &line);
}

static void put_peers(struct finding_texts *texts, const struct audit_finding *finding)
{
	struct strbuf line = {0};

	if (finding->peer_count < 2)
		return;
	for (size_t i = 0; i < finding->peers_listed; i++) {
		char address[ADDR_TEXT_MAX];
		const struct audit_end *peer = &finding->peers[i];

		strbuf_addf(&line, "%s%s", i ? ", " : "",
			    peer->name ? peer->name : addr_format(&peer->address, address));
	}
	if (finding->peer_count > finding->peers_listed)
		strbuf_addf(&line, "%s%" PRIu64 " more", finding->peers_listed ? " and " : "",
			    finding->peer_count - finding->peers_listed);
	put_line(texts, TEXT_PEERS, &line);
}

static void put_when(struct finding_texts *texts, const struct html *html,
		     const struct audit_finding *finding)
{
	struct strbuf line = {0};

	if (finding->first_ns == TIME_UNKNOWN)
		return;
	strbuf_addf(&texts->items[TEXT_FIRST], "%" PRId64, time_sec_floor(finding->first_ns));
	strbuf_addf(&texts->items[TEXT_LAST], "%" PRId64, time_sec_floor(finding->last_ns));
	add_span(&line, finding->first_ns, finding->last_ns);
	strbuf_add(&line, "; ");
	if (finding->flows > 0) {
		add_count(&line, finding->flows, "flow");
		strbuf_add(&line, ", ");
	}
	add_count(&line, finding->packets, "packet");
	strbuf_add(&line, ", ");
	add_count(&line, finding->bytes, "byte");
	if (finding->outcome)
		strbuf_addf(&line, "; %s", finding->outcome);
	if (finding->basis < DIRECTION_COUNT)
		strbuf_addf(&line, "; direction %s by %s",
			    confidence_name((enum confidence)finding->confidence),
			    direction_name((enum direction_basis)finding->basis));
	put_line(texts, TEXT_WHEN, &line);
	add_local_span(&line, html->options, finding->first_ns, finding->last_ns);
	put_line(texts, TEXT_LOCAL, &line);
}

static void put_excused(struct finding_texts *texts, const struct html *html,
			const struct audit_finding *finding)
{
	const struct audit_exception *exception = NULL;
	struct strbuf line = {0};

	if (!finding->exception)
		return;
	for (size_t i = 0; i < html->result->exception_count; i++)
		if (strcmp(html->result->exceptions[i].id, finding->exception) == 0)
			exception = &html->result->exceptions[i];
	strbuf_addf(&line, "by %s", finding->exception);
	if (exception && exception->expires)
		strbuf_addf(&line, " until %s", exception->expires);
	if (exception && exception->owner)
		strbuf_addf(&line, ", owner %s", exception->owner);
	if (exception && exception->reason)
		strbuf_addf(&line, ": %s", exception->reason);
	put_line(texts, TEXT_EXCUSED, &line);
}

static void put_proof(struct finding_texts *texts, const struct html *html,
		      const struct audit_finding *finding)
{
	struct frame_ref frames[EVIDENCE_FRAMES_MAX];
	size_t input_count, count = evidence_frames(&finding->evidence, frames);
	const struct input_record *inputs = ledger_inputs(html->ledger, &input_count);
	struct strbuf line = {0};

	for (size_t i = 0; i < count; i++) {
		bool same = i > 0 && frames[i].input == frames[i - 1].input;

		if (!same)
			strbuf_addf(&line, "%s%s, frame", i ? "; " : "",
				    frames[i].input < input_count ? inputs[frames[i].input].name : "?");
		strbuf_addf(&line, "%s %" PRIu64, same ? "," : "", frames[i].frame);
	}
	put_line(texts, TEXT_PROOF, &line);
}

/* Percent-encodes what a path may not hold in a link (RFC 3986). */
static void add_path(struct strbuf *out, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";

	for (; *path; path++) {
		if (strchr(plain, *path))
			strbuf_add_char(out, *path);
		else
			strbuf_addf(out, "%%%02X", (unsigned)(unsigned char)*path);
	}
}

/* What --evidence wrote. A page that goes to standard output lies nowhere: then it is named. */
static void put_packets(struct finding_texts *texts, const struct html *html, size_t index)
{
	const char *path = html->options->pcaps ? html->options->pcaps[index] : NULL;
	const char *folder = html->options->pcap_folder;

	if (!path)
		return;
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	put(texts, TEXT_PACKETS, folder ? name : path);
	if (!folder)
		return;
	/* A first part with a colon would be taken for a scheme. */
	strbuf_add(&texts->items[TEXT_LINK], folder[0] == '/' || folder[0] == '.' ? "" : "./");
	add_path(&texts->items[TEXT_LINK], folder);
	strbuf_add_char(&texts->items[TEXT_LINK], '/');
	add_path(&texts->items[TEXT_LINK], name);
}

static void put_nearest(struct finding_texts *texts, const struct audit_finding *finding)
{
	struct strbuf *out = &texts->items[TEXT_NEAREST];

	for (size_t i = 0; i < finding->nearest_count; i++) {
		html_clean_add(out, finding->nearest[i].rule);
		strbuf_add_char(out, '\t');
		html_clean_add(out, finding->nearest[i].failed);
		strbuf_add_char(out, '\n');
	}
}

static void put_copies(struct finding_texts *texts, const struct audit_finding *finding)
{
	struct strbuf line = {0};

	put(texts, TEXT_TCPDUMP, finding->filter);
	wireshark_filter_add(&line, finding);
	put_line(texts, TEXT_WIRESHARK, &line);
	if (finding->exception)
		return;
	exception_ends_add(&line, finding);
	html_clean_lines_add(&texts->items[TEXT_ENDS], strbuf_text(&line));
	texts->items[TEXT_ENDS].failed |= line.failed;
	strbuf_clear(&line);
}

void finding_texts_fill(struct finding_texts *texts, const struct html *html, size_t index)
{
	const struct audit_finding *finding = &html->result->findings[index];

	for (size_t i = 0; i < TEXT_COUNT; i++) {
		texts->items[i].length = 0;
		strbuf_add(&texts->items[i], "");
	}
	put(texts, TEXT_ANCHOR, finding->id);
	if (html->places[index].same_id > 0)
		strbuf_addf(&texts->items[TEXT_ANCHOR], "-%zu", html->places[index].same_id + 1);
	put(texts, TEXT_SEVERITY, severity_name(finding->severity));
	put(texts, TEXT_KIND, finding_kind_name(finding->kind));
	put(texts, TEXT_REASON, finding->reason == REASON_NONE ? "" : finding_reason_name(finding->reason));
	put(texts, TEXT_SYSTEM, finding->system);
	put_age(texts, finding, html_history(html, index));
	strbuf_addf(&texts->items[TEXT_FLOWS], "%" PRIu64, finding->flows);
	put(texts, TEXT_MESSAGE, finding->message);
	put_who(texts, finding);
	put_peers(texts, finding);
	put_when(texts, html, finding);
	put(texts, TEXT_BREAKS, finding->impact);
	put(texts, TEXT_RULE, finding->rule);
	put(texts, TEXT_CITE, finding->rule ? finding->cite : "");
	put_excused(texts, html, finding);
	put_proof(texts, html, finding);
	put_packets(texts, html, index);
	put_nearest(texts, finding);
	put_copies(texts, finding);
}

void finding_texts_clear(struct finding_texts *texts)
{
	for (size_t i = 0; i < TEXT_COUNT; i++)
		strbuf_clear(&texts->items[i]);
}
