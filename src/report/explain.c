/*
 * Explains one finding from a report in JSON, without captures, site or signatures: everything it says stands
 * in there.
 */
#include "page.h"
#include "report/report.h"
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ID_LEAST = 4, IDS_LISTED = 10, LABEL_HANG = 14 };

/* What each basis means, for the person who asks "how do you know who opened it". */
static const struct {
	const char *name, *meaning;
} basis_meanings[] = {
    {"handshake", "the opener's bare SYN was seen"},
    {"synack", "the SYN-ACK was seen: its sender is the responder"},
    {"group", "it was sent to a broadcast or multicast address: the sender opened"},
    {"protocol", "the payload itself says who asks"},
    {"answer", "it answers a question asked on another port"},
    {"child", "it was announced on a control connection"},
    {"carried", "taken up from a stored record of open flows"},
    {"quiet", "the first datagram after a minute of silence"},
    {"first", "the first datagram seen, and its port is the more ephemeral one"},
    {"ports", "the port numbers alone; a guess"},
    {"none", "nothing tells who opened it; the first sender stands in"},
};

static const char *text_of(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static double number_of(const cJSON *object, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsNumber(item) ? item->valuedouble : -1;
}

static int list_ids(const cJSON *findings, const char *id, const char *what, struct err *err)
{
	struct strbuf list = {0};
	const cJSON *item;
	size_t count = 0;

	cJSON_ArrayForEach(item, findings)
	{
		const char *known = text_of(item, "id");

		if (known && count++ < IDS_LISTED)
			strbuf_addf(&list, "%s%.8s", count > 1 ? ", " : "", known);
	}
	err_set(err, "%s finding %s; the report has %s%s%s", what, id,
		count ? strbuf_text(&list) : "no findings", count > IDS_LISTED ? " and more" : "",
		count ? "" : " at all");
	strbuf_clear(&list);
	return -1;
}

static const cJSON *find_finding(const cJSON *findings, const char *id, struct err *err)
{
	const cJSON *item, *found = NULL;
	size_t length = strlen(id);

	if (length < ID_LEAST) {
		err_set(err, "\"%s\" is too short: at least %d characters of a finding's id", id, ID_LEAST);
		return NULL;
	}
	cJSON_ArrayForEach(item, findings)
	{
		const char *known = text_of(item, "id");

		if (!known || strncmp(known, id, length) != 0)
			continue;
		if (found) {
			list_ids(findings, id, "more than one", err);
			return NULL;
		}
		found = item;
	}
	if (!found)
		list_ids(findings, id, "no", err);
	return found;
}

static void add_end_text(struct strbuf *line, const cJSON *end)
{
	const char *name = text_of(end, "name"), *address = text_of(end, "address");
	const cJSON *role, *roles = cJSON_GetObjectItemCaseSensitive(end, "roles");

	strbuf_add(line, name ? name : address ? address : "?");
	if (name && address)
		strbuf_addf(line, " (%s)", address);
	cJSON_ArrayForEach(role, roles)
	{
		if (cJSON_IsString(role))
			strbuf_addf(line, "%s%s", role == roles->child ? " as " : ", ", role->valuestring);
	}
}

static void put(struct page *page, const char *label, struct strbuf *line)
{
	page->out->failed |= line->failed;
	if (line->length)
		page_paragraph(page, 0, LABEL_HANG, label, strbuf_text(line));
	line->length = 0;
}

static void explain_seen(struct page *page, const cJSON *finding, struct strbuf *line)
{
	const cJSON *initiator = cJSON_GetObjectItemCaseSensitive(finding, "initiator");
	const char *first = text_of(finding, "first"), *last = text_of(finding, "last");

	if (cJSON_IsObject(initiator)) {
		add_end_text(line, initiator);
		strbuf_add(line, " opened to ");
		add_end_text(line, cJSON_GetObjectItemCaseSensitive(finding, "responder"));
		if (text_of(finding, "proto"))
			strbuf_addf(line, ", %s", text_of(finding, "proto"));
		if (number_of(finding, "port") >= 0)
			strbuf_addf(line, " port %.0f", number_of(finding, "port"));
		put(page, "seen", line);
	}
	if (first && last) {
		strbuf_addf(line, "%.0f flows, %.0f packets from %s to %s", number_of(finding, "flows"),
			    number_of(finding, "packets"), first, last);
		if (text_of(finding, "outcome"))
			strbuf_addf(line, "; %s", text_of(finding, "outcome"));
		put(page, "when", line);
	}
}

static void explain_direction(struct page *page, const cJSON *finding, struct strbuf *line)
{
	const cJSON *direction = cJSON_GetObjectItemCaseSensitive(finding, "direction");
	const char *basis = text_of(direction, "basis"), *confidence = text_of(direction, "confidence");

	if (!basis || !confidence)
		return;
	for (size_t i = 0; i < sizeof basis_meanings / sizeof basis_meanings[0]; i++) {
		if (strcmp(basis, basis_meanings[i].name) == 0)
			strbuf_addf(line, "%s (%s): %s", basis, confidence, basis_meanings[i].meaning);
	}
	put(page, "direction", line);
}

static void explain_rules(struct page *page, const cJSON *finding, struct strbuf *line)
{
	const cJSON *item, *nearest = cJSON_GetObjectItemCaseSensitive(finding, "nearest");

	if (text_of(finding, "rule")) {
		strbuf_add(line, text_of(finding, "rule"));
		if (text_of(finding, "cite"))
			strbuf_addf(line, " (%s)", text_of(finding, "cite"));
		put(page, "rule", line);
	}
	if (text_of(finding, "impact"))
		page_paragraph(page, 0, LABEL_HANG, "if blocked", text_of(finding, "impact"));
	cJSON_ArrayForEach(item, nearest)
	{
		const char *rule = text_of(item, "rule"), *failed = text_of(item, "failed");

		if (!rule || !failed)
			continue;
		strbuf_addf(line, "%s: %s", rule, failed);
		put(page, item == nearest->child ? "nearest" : "", line);
	}
}

static void explain_packets(struct page *page, const cJSON *report, const cJSON *finding, struct strbuf *line)
{
	const cJSON *inputs = cJSON_GetObjectItemCaseSensitive(report, "inputs");
	const cJSON *evidence = cJSON_GetObjectItemCaseSensitive(finding, "evidence");
	const char *filter = text_of(evidence, "filter"), *path = NULL;
	const cJSON *frame;

	cJSON_ArrayForEach(frame, cJSON_GetObjectItemCaseSensitive(evidence, "frames"))
	{
		double input = number_of(frame, "input");
		const char *name = text_of(
		    cJSON_GetArrayItem(inputs, input >= 0 && input < INT32_MAX ? (int)input : -1), "path");

		path = path ? path : name;
		strbuf_addf(line, "%s%s frame %.0f", line->length ? "; " : "", name ? name : "?",
			    number_of(frame, "frame"));
	}
	put(page, "proof", line);
	if (filter) {
		strbuf_addf(line, "tcpdump -nr %s '%s'", path ? path : "FILE", filter);
		put(page, "look", line);
	}
}

static void stub_match(cJSON *match, const char *name, const cJSON *value)
{
	if (value && !cJSON_IsNull(value))
		cJSON_AddItemToObject(match, name, cJSON_Duplicate(value, true));
}

/* Drafted, never applied: owner, reason and expiry are for a person to fill in. */
static void explain_exception(struct page *page, const cJSON *finding)
{
	cJSON *stub = cJSON_CreateObject();
	cJSON *match = cJSON_AddObjectToObject(stub, "match");
	const cJSON *initiator = cJSON_GetObjectItemCaseSensitive(finding, "initiator");
	const cJSON *responder = cJSON_GetObjectItemCaseSensitive(finding, "responder");
	double port = number_of(finding, "port");

	cJSON_AddStringToObject(stub, "id", "EX-FILL-IN");
	stub_match(match, "kind", cJSON_GetObjectItemCaseSensitive(finding, "kind"));
	stub_match(match, "system", cJSON_GetObjectItemCaseSensitive(finding, "system"));
	stub_match(match, "rule", cJSON_GetObjectItemCaseSensitive(finding, "rule"));
	stub_match(match, "initiator", cJSON_GetObjectItemCaseSensitive(initiator, "address"));
	stub_match(match, "responder", cJSON_GetObjectItemCaseSensitive(responder, "address"));
	stub_match(match, "host", cJSON_GetObjectItemCaseSensitive(finding, "host"));
	stub_match(match, "proto", cJSON_GetObjectItemCaseSensitive(finding, "proto"));
	if (port >= 0)
		cJSON_AddItemToArray(cJSON_AddArrayToObject(match, "ports"), cJSON_CreateNumber(port));
	cJSON_AddStringToObject(stub, "reason", "FILL IN");
	cJSON_AddStringToObject(stub, "owner", "FILL IN");
	cJSON_AddStringToObject(stub, "expires", "FILL IN, such as 2027-01-31");
	char *text = cJSON_PrintUnformatted(stub);
	if (text) {
		page_newline(page);
		page_paragraph(page, 0, 0, NULL,
			       "To tolerate it for a time, put this under \"exceptions\" of the site file:");
		page_newline(page);
		strbuf_addf(page->out, "%s\n", text);
	}
	page->out->failed |= !text;
	cJSON_free(text);
	cJSON_Delete(stub);
}

static void explain_page(struct page *page, const cJSON *report, const cJSON *finding)
{
	struct strbuf line = {0};

	strbuf_addf(&line, "%s %s%s%s", text_of(finding, "severity") ? text_of(finding, "severity") : "",
		    text_of(finding, "kind") ? text_of(finding, "kind") : "",
		    text_of(finding, "reason") ? ": " : "",
		    text_of(finding, "reason") ? text_of(finding, "reason") : "");
	page_put(page, STYLE_BOLD, strbuf_text(&line));
	page_newline(page);
	line.length = 0;
	if (text_of(finding, "message"))
		page_paragraph(page, 0, 0, NULL, text_of(finding, "message"));
	page_newline(page);
	strbuf_addf(&line, "%s", text_of(finding, "system") ? text_of(finding, "system") : "");
	put(page, "system", &line);
	explain_seen(page, finding, &line);
	explain_direction(page, finding, &line);
	explain_rules(page, finding, &line);
	explain_packets(page, report, finding, &line);
	if (text_of(finding, "exception")) {
		strbuf_addf(&line, "%s covers it", text_of(finding, "exception"));
		put(page, "exception", &line);
	} else {
		explain_exception(page, finding);
	}
	strbuf_clear(&line);
}

int report_explain(struct strbuf *out, const char *text, size_t length, const char *id,
		   const struct report_options *options, struct err *err)
{
	struct page page = {
	    .out = out, .width = options->width ? options->width : 100, .colour = options->colour};
	cJSON *report = cJSON_ParseWithLength(text, length);
	const char *schema = text_of(report, "schema");
	int result = -1;

	if (!report)
		err_set(err, "not JSON; write a report with: tapaudit audit -f json -o REPORT.json");
	else if (!schema || strcmp(schema, "tapaudit.report/1") != 0)
		err_set(err, "not a report: its \"schema\" is %s, not tapaudit.report/1",
			schema ? schema : "missing");
	else {
		const cJSON *finding =
		    find_finding(cJSON_GetObjectItemCaseSensitive(report, "findings"), id, err);

		if (finding) {
			explain_page(&page, report, finding);
			result = strbuf_ok(out) ? 0 : err_no_memory(err);
		}
	}
	cJSON_Delete(report);
	return result;
}
