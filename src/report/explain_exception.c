/* An exception for a finding, drafted, never applied: who owns it, why, and until when is for a person to
 * say. */
#include "explain_parts.h"
#include "json_value.h"
#include <stdlib.h>
#include <string.h>

static void put_text(struct json_page *page, cJSON *match, const char *name, const char *text)
{
	if (text)
		json_text(page, match, name, text);
}

/* An end by its name, so that all its addresses are meant, else by its address as a site file writes one. */
static void put_end(struct json_page *page, cJSON *match, const char *name, const cJSON *end)
{
	const char *text = read_text(end, "name");
	struct strbuf address = {0};

	if (!text && read_text(end, "address") && strcmp(read_text(end, "address"), "any") != 0) {
		text = read_text(end, "address");
		strbuf_add_bytes(&address, text, strcspn(text, "%"));
		strbuf_add(&address, strchr(text, '/') && strchr(text, '%') ? strchr(text, '/') : "");
		text = strbuf_text(&address);
	}
	put_text(page, match, name, text);
	page->failed |= address.failed;
	strbuf_clear(&address);
}

static void put_protocol(struct json_page *page, cJSON *match, const char *protocol)
{
	if (!protocol)
		return;
	if (*protocol && protocol[strspn(protocol, "0123456789")] == '\0' && strlen(protocol) <= 3)
		json_count(page, match, "proto", (uint64_t)strtoul(protocol, NULL, 10));
	else
		json_text(page, match, "proto", protocol);
}

static void put_match(struct json_page *page, cJSON *match, const cJSON *finding)
{
	const char *reason = read_text(finding, "reason");
	int64_t port = read_number(finding, "port", UINT16_MAX);

	put_text(page, match, "kind", read_text(finding, "kind"));
	put_text(page, match, "system", read_text(finding, "system"));
	put_text(page, match, "rule", read_text(finding, "rule"));
	put_end(page, match, "initiator", cJSON_GetObjectItemCaseSensitive(finding, "initiator"));
	put_end(page, match, "responder", cJSON_GetObjectItemCaseSensitive(finding, "responder"));
	put_text(page, match, "host", read_text(finding, "host"));
	put_protocol(page, match, read_text(finding, "proto"));
	/* Opened from the service's port, the other one changes with every connection. */
	if (port >= 0 && !(reason && strcmp(reason, "opened-from-service-port") == 0))
		json_count_item(page, json_array(page, match, "ports"), (uint64_t)port);
}

void explain_exception(struct page *page, const cJSON *finding)
{
	struct json_page stub = {.root = cJSON_CreateObject()};
	int64_t peers = read_number(finding, "peer_count", INT64_MAX);
	struct err err;

	json_text(&stub, stub.root, "id", "FILL-IN-AN-ID");
	put_match(&stub, json_object(&stub, stub.root, "match"), finding);
	json_text(&stub, stub.root, "reason", "FILL IN: why this is tolerated");
	json_text(&stub, stub.root, "owner", "FILL IN: who answers for it");
	json_text(&stub, stub.root, "expires", "FILL IN: YYYY-MM-DD");
	page_newline(page);
	page_paragraph(
	    page, 0, 0, NULL,
	    "If it is to be tolerated for a time, fill in and add to \"exceptions\" of the site file:");
	if (peers > 1)
		page_paragraph(
		    page, 0, 0, NULL,
		    "(It names the first of several peers: add the others, or the network that holds them.)");
	page_newline(page);
	if (json_finish(&stub, page->out, &err) != 0)
		page->out->failed = true;
}
