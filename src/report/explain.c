/*
 * Explains one finding from a report in JSON, without captures, site or signatures: everything it says stands
 * in there.
 */
#include "explain_parts.h"
#include "words.h"
#include <inttypes.h>
#include <string.h>

enum { LABEL_HANG = 12, COUNT_MOST = INT32_MAX };

/* What each basis means, for the person who asks "how do you know who opened it". */
static const struct {
	const char *name, *meaning;
} basis_meanings[] = {
    {"handshake", "the opener's SYN was seen"},
    {"synack", "the SYN was not seen, but the SYN-ACK that answered it: its sender was addressed"},
    {"group", "it was sent to a broadcast or multicast address: the sender opened"},
    {"protocol", "the payload itself says who asks"},
    {"answer", "it answers a question that was asked on another port"},
    {"child", "it was announced on a control connection"},
    {"carried", "it was open when the capture began, and a stored record says who had opened it"},
    {"quiet", "the first datagram after a minute of silence"},
    {"first", "the first datagram seen, and its port looks like a client's"},
    {"ports", "the opening was not seen; the port numbers alone suggest it"},
    {"none", "nothing tells who opened it; the first sender stands in"},
};
static const struct {
	const char *name, *meaning;
} confidence_meanings[] = {
    {"proven", "proven"},
    {"likely", "likely, not proven"},
    {"unknown", "not known"},
};

const char *read_text(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

int64_t read_number(const cJSON *object, const char *name, int64_t limit)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0))
		return -1;
	/* Compared as doubles, converted only when it fits. */
	return item->valuedouble < 9e18 && (int64_t)item->valuedouble <= limit ? (int64_t)item->valuedouble
									       : -1;
}

static void put(struct page *page, const char *label, struct strbuf *line)
{
	page_built_paragraph(page, 0, LABEL_HANG, label, line);
}

static void put_text(struct page *page, const char *label, const char *text)
{
	if (text)
		page_paragraph(page, 0, LABEL_HANG, label, text);
}

static void add_end(struct strbuf *line, const cJSON *end)
{
	const char *name = read_text(end, "name"), *address = read_text(end, "address");
	const cJSON *role, *roles = cJSON_GetObjectItemCaseSensitive(end, "roles");
	bool first = true;

	strbuf_add(line, name ? name : address ? address : "any");
	if (name && address)
		strbuf_addf(line, " (%s)", address);
	cJSON_ArrayForEach(role, roles)
	{
		if (cJSON_IsString(role)) {
			strbuf_addf(line, "%s%s", first ? " as " : ", ", role->valuestring);
			first = false;
		}
	}
}

/* Several ports: " 4000-4039, 5000 (41 ports)". */
static void add_ports(struct strbuf *line, const cJSON *finding)
{
	const cJSON *range, *ranges = cJSON_GetObjectItemCaseSensitive(finding, "port_ranges");
	const char *before = " ";

	cJSON_ArrayForEach(range, ranges)
	{
		const cJSON *low = cJSON_GetArrayItem(range, 0), *high = cJSON_GetArrayItem(range, 1);

		if (!cJSON_IsNumber(low) || !cJSON_IsNumber(high))
			continue;
		strbuf_addf(line, "%s%d", before, low->valueint);
		if (high->valueint != low->valueint)
			strbuf_addf(line, "-%d", high->valueint);
		before = ", ";
	}
	if (*before == ',')
		strbuf_addf(line, " (%" PRId64 " ports)", read_number(finding, "port_count", INT64_MAX));
}

static void put_who(struct page *page, const cJSON *finding, struct strbuf *line)
{
	const cJSON *initiator = cJSON_GetObjectItemCaseSensitive(finding, "initiator");
	const cJSON *responder = cJSON_GetObjectItemCaseSensitive(finding, "responder");
	const cJSON *peer, *peers = cJSON_GetObjectItemCaseSensitive(finding, "peers");
	const char *protocol = read_text(finding, "proto");
	int64_t port = read_number(finding, "port", UINT16_MAX);

	if (!cJSON_IsObject(initiator) && !cJSON_IsObject(responder)) {
		put_text(page, "who", read_text(finding, "host"));
		return;
	}
	add_end(line, initiator);
	strbuf_add(line, " -> ");
	add_end(line, responder);
	if (protocol)
		strbuf_addf(line, ", %s%s", *protocol >= '0' && *protocol <= '9' ? "protocol " : "",
			    protocol);
	if (protocol && strcmp(protocol, "icmp") == 0 && port >= 0)
		strbuf_addf(line, " type %d code %d", (int)port / 256, (int)port % 256);
	else if (port >= 0)
		strbuf_addf(line, " %d", (int)port);
	else
		add_ports(line, finding);
	put(page, "who", line);
	if (read_number(finding, "peer_count", INT64_MAX) < 2)
		return;
	cJSON_ArrayForEach(peer, peers)
	{
		strbuf_add(line, peer == peers->child ? "" : ", ");
		add_end(line, peer);
	}
	put(page, "peers", line);
}

static void add_number(struct strbuf *line, const cJSON *finding, const char *name, const char *noun)
{
	int64_t number = read_number(finding, name, INT64_MAX);

	if (number < 1)
		return;
	strbuf_add(line, line->length ? ", " : "");
	add_count(line, (uint64_t)number, noun);
}

static void put_when(struct page *page, const cJSON *finding, struct strbuf *line)
{
	const char *first = read_text(finding, "first"), *last = read_text(finding, "last");
	int64_t first_ns, last_ns;

	if (!first || !last || time_parse(&first_ns, first) != 0 || time_parse(&last_ns, last) != 0)
		return;
	add_span(line, first_ns, last_ns);
	put(page, "when", line);
	add_number(line, finding, "flows", "flow");
	add_number(line, finding, "packets", "packet");
	add_number(line, finding, "bytes", "byte");
	if (read_text(finding, "outcome"))
		strbuf_addf(line, "; %s", read_text(finding, "outcome"));
	put(page, "seen", line);
}

/* "handshake: the opener's SYN was seen; proven". */
static void put_direction(struct page *page, const cJSON *finding, struct strbuf *line)
{
	const cJSON *direction = cJSON_GetObjectItemCaseSensitive(finding, "direction");
	const char *basis = read_text(direction, "basis"), *confidence = read_text(direction, "confidence");

	if (!basis || !confidence)
		return;
	strbuf_add(line, basis);
	for (size_t i = 0; i < sizeof basis_meanings / sizeof basis_meanings[0]; i++) {
		if (strcmp(basis, basis_meanings[i].name) == 0)
			strbuf_addf(line, ": %s", basis_meanings[i].meaning);
	}
	for (size_t i = 0; i < sizeof confidence_meanings / sizeof confidence_meanings[0]; i++) {
		if (strcmp(confidence, confidence_meanings[i].name) == 0)
			strbuf_addf(line, "; %s", confidence_meanings[i].meaning);
	}
	put(page, "direction", line);
}

static void put_rules(struct page *page, const cJSON *finding, struct strbuf *line)
{
	const cJSON *item, *nearest = cJSON_GetObjectItemCaseSensitive(finding, "nearest");
	bool first = true;

	if (read_text(finding, "rule"))
		strbuf_add(line, read_text(finding, "rule"));
	put(page, "rule", line);
	put_text(page, "source", read_text(finding, "cite"));
	put_text(page, "breaks", read_text(finding, "impact"));
	cJSON_ArrayForEach(item, nearest)
	{
		const char *rule = read_text(item, "rule"), *failed = read_text(item, "failed");

		if (!rule || !failed)
			continue;
		strbuf_addf(line, "%s: %s", rule, failed);
		put(page, first ? "nearest" : NULL, line);
		first = false;
	}
}

/* The path of input NUMBER and whether tcpdump can read it as it is. */
static const char *input_path(const cJSON *report, int64_t number, bool *plain)
{
	const cJSON *inputs = cJSON_GetObjectItemCaseSensitive(report, "inputs");
	const cJSON *input = number < 0 ? NULL : cJSON_GetArrayItem(inputs, (int)number);
	const char *path = read_text(input, "path"), *format = read_text(input, "format");

	*plain = path && format && strcmp(path, "-") != 0 &&
		 (strcmp(format, "pcap") == 0 || strcmp(format, "pcapng") == 0);
	return path;
}

static void put_filter(struct page *page, const char *path, const char *filter, struct strbuf *line)
{
	strbuf_add(line, "tcpdump -nr ");
	add_shell_word(line, path ? path : "FILE");
	strbuf_addf(line, " '%s'", filter);
	put(page, "look", line);
}

/* One line an input. */
static void put_proof(struct page *page, const cJSON *report, const cJSON *frames, struct strbuf *line)
{
	int64_t shown = -1;
	const cJSON *frame;
	bool plain;

	cJSON_ArrayForEach(frame, frames)
	{
		int64_t input = read_number(frame, "input", COUNT_MOST);
		int64_t number = read_number(frame, "frame", INT64_MAX);
		const char *path = input_path(report, input, &plain);

		if (!path || number < 1)
			continue;
		if (input != shown) {
			put(page, "proof", line);
			strbuf_addf(line, "%s frame%s", path, frame->next ? "s" : "");
		}
		strbuf_addf(line, "%s %" PRId64, input == shown ? "," : "", number);
		shown = input;
	}
	put(page, "proof", line);
}

static void put_packets(struct page *page, const cJSON *report, const cJSON *finding, struct strbuf *line)
{
	const cJSON *inputs = cJSON_GetObjectItemCaseSensitive(report, "inputs");
	const cJSON *evidence = cJSON_GetObjectItemCaseSensitive(finding, "evidence");
	const cJSON *frame, *frames = cJSON_GetObjectItemCaseSensitive(evidence, "frames");
	const char *filter = read_text(evidence, "filter"), *pcap = read_text(evidence, "pcap"), *path;
	int64_t shown = -1;
	bool plain;

	put_proof(page, report, frames, line);
	/* What --evidence wrote holds these packets alone: no filter is needed. */
	if (pcap) {
		put_text(page, "packets", pcap);
		strbuf_add(line, "tcpdump -nr ");
		add_shell_word(line, pcap);
		put(page, "look", line);
	}
	if (!filter)
		return;
	cJSON_ArrayForEach(frame, frames)
	{
		int64_t input = read_number(frame, "input", COUNT_MOST);

		path = input_path(report, input, &plain);
		if (path && input != shown)
			put_filter(page, plain ? path : NULL, filter, line);
		shown = path ? input : shown;
	}
	if (shown >= 0)
		return;
	path = input_path(report, 0, &plain);
	put_filter(page, plain && cJSON_GetArraySize(inputs) == 1 ? path : NULL, filter, line);
}

static void put_head(struct page *page, const cJSON *finding, struct strbuf *line)
{
	static const char *const parts[] = {"severity", "kind", "reason", "system"};
	static const char *const before[] = {"", " ", ": ", " at "};

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		const char *text = read_text(finding, parts[i]);

		if (text)
			strbuf_addf(line, "%s%s", line->length ? before[i] : "", text);
	}
	page->out->failed |= line->failed;
	page_styled_paragraph(page, 0, 0, NULL, STYLE_BOLD, strbuf_text(line));
	line->length = 0;
	if (read_text(finding, "message"))
		page_paragraph(page, 0, 0, NULL, read_text(finding, "message"));
	page_newline(page);
}

static void put_new_peers(const cJSON *history, struct strbuf *line)
{
	const cJSON *peers = cJSON_GetObjectItemCaseSensitive(history, "new_peers"), *peer;
	const char *before = ", not seen the day before: ";

	cJSON_ArrayForEach(peer, peers)
	{
		const char *name = read_text(peer, "name"), *address = read_text(peer, "address");

		strbuf_addf(line, "%s%s", before, name ? name : address ? address : "?");
		before = ", ";
	}
}

/* What comparing with the day before said of it. */
static void put_history(struct page *page, const cJSON *finding, struct strbuf *line)
{
	const cJSON *history = cJSON_GetObjectItemCaseSensitive(finding, "history");
	const char *state = read_text(history, "state"), *since = read_text(history, "since");
	const char *before = read_text(history, "severity_before"),
		   *severity = read_text(finding, "severity");

	if (!state)
		return;
	strbuf_addf(line, "%s%s%s", state, since && strcmp(state, "new") != 0 ? " since " : "",
		    since && strcmp(state, "new") != 0 ? since : "");
	if (before && severity && strcmp(before, severity) != 0)
		strbuf_addf(line, ", was %s", before);
	if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(history, "matrix_changed")))
		strbuf_add(line, "; because a file changed");
	if (read_number(history, "new_peer_count", INT64_MAX) > 0)
		put_new_peers(history, line);
	put(page, "state", line);
}

static void explain_page(struct page *page, const cJSON *report, const cJSON *finding)
{
	struct strbuf line = {0};

	put_head(page, finding, &line);
	put_who(page, finding, &line);
	put_when(page, finding, &line);
	put_direction(page, finding, &line);
	put_rules(page, finding, &line);
	put_packets(page, report, finding, &line);
	put_history(page, finding, &line);
	put_text(page, "id", read_text(finding, "id"));
	if (read_text(finding, "exception")) {
		strbuf_addf(&line, "%s covers it: it does not count", read_text(finding, "exception"));
		put(page, "excused", &line);
	} else {
		explain_exception(page, finding);
	}
	page->out->failed |= line.failed;
	strbuf_clear(&line);
}

int report_explain(struct strbuf *out, const char *text, size_t length, const char *id,
		   const struct report_options *options, struct err *err)
{
	struct page page = page_make(out, options);
	cJSON *report = cJSON_ParseWithLength(text, length);
	const char *schema = read_text(report, "schema");
	int result = -1;

	if (!report) {
		err_set(err, "not JSON; write a report with: tapaudit audit -f json -o REPORT.json ..");
	} else if (!schema || strcmp(schema, "tapaudit.report/1") != 0) {
		err_set(err, "not a report: its \"schema\" is %.64s, not tapaudit.report/1",
			schema ? schema : "missing");
	} else {
		const cJSON *findings = cJSON_GetObjectItemCaseSensitive(report, "findings");
		const cJSON *finding = explain_find(findings, id, err);

		if (finding) {
			explain_page(&page, report, finding);
			result = strbuf_ok(out) ? 0 : err_no_memory(err);
		}
	}
	cJSON_Delete(report);
	return result;
}
