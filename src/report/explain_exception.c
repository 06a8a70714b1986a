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

static bool is_kind(const cJSON *finding, const char *kind)
{
	const char *text = read_text(finding, "kind");

	return text && strcmp(text, kind) == 0;
}

static bool is_port(const cJSON *item)
{
	return cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble <= UINT16_MAX;
}

/* As a site file writes them; never "any", which would excuse what nobody saw. */
static void put_ports(struct json_page *page, cJSON *match, const cJSON *finding)
{
	const cJSON *range, *ranges = cJSON_GetObjectItemCaseSensitive(finding, "port_ranges");
	int64_t total = read_number(finding, "port_count", INT64_MAX), named = 0;

	if (!cJSON_IsArray(ranges) || !ranges->child || is_kind(finding, "unanswered"))
		return;
	cJSON *ports = json_array(page, match, "ports");
	cJSON_ArrayForEach(range, ranges)
	{
		const cJSON *low = cJSON_GetArrayItem(range, 0), *high = cJSON_GetArrayItem(range, 1);

		if (!is_port(low) || !is_port(high) || low->valuedouble > high->valuedouble)
			continue;
		named += (int64_t)(high->valuedouble - low->valuedouble) + 1;
		if (low->valuedouble < high->valuedouble) {
			cJSON *item = json_array(page, ports, NULL);

			json_count_item(page, item, (uint64_t)low->valuedouble);
			json_count_item(page, item, (uint64_t)high->valuedouble);
		} else {
			json_count_item(page, ports, (uint64_t)low->valuedouble);
		}
	}
	if (named < total)
		json_text_item(page, ports, "FILL IN: the report does not list all");
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
	if (reason && strcmp(reason, "opened-from-service-port") == 0)
		return;
	if (port < 0)
		put_ports(page, match, finding);
	else
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
