#include "json_parts.h"
#include "words.h"

static void json_end_fields(struct json_page *page, cJSON *object, const struct audit_end *end)
{
	json_address(page, object, "address", &end->address);
	json_text(page, object, "name", end->name);
	json_names(page, object, "roles", end->roles);
}

static void json_end(struct json_page *page, cJSON *parent, const char *name, const struct audit_end *end)
{
	if (end->address.family == ADDR_NONE)
		json_null(page, parent, name);
	else
		json_end_fields(page, json_object(page, parent, name), end);
}

static void json_evidence(struct json_page *page, cJSON *parent, const struct audit_finding *finding,
			  const char *pcap)
{
	cJSON *object = json_object(page, parent, "evidence");
	cJSON *array = json_array(page, object, "frames");
	struct frame_ref frames[EVIDENCE_FRAMES_MAX];
	size_t count = evidence_frames(&finding->evidence, frames);

	for (size_t i = 0; i < count; i++) {
		cJSON *frame = json_object_item(page, array);

		json_count(page, frame, "input", frames[i].input);
		json_count(page, frame, "frame", frames[i].frame);
	}
	json_text(page, object, "filter", finding->filter);
	json_text(page, object, "pcap", pcap);
}

static void json_ends(struct json_page *page, cJSON *object, const struct audit_finding *finding)
{
	json_end(page, object, "initiator", &finding->initiator);
	json_end(page, object, "responder", &finding->responder);
	cJSON *peers = json_array(page, object, "peers");
	for (size_t i = 0; i < finding->peers_listed; i++)
		json_end_fields(page, json_object_item(page, peers), &finding->peers[i]);
	json_count(page, object, "peer_count", finding->peer_count);
}

static void json_port_ranges(struct json_page *page, cJSON *object, const struct audit_finding *finding)
{
	size_t count = finding_port_ranges(finding);
	cJSON *ranges = json_array(page, object, "port_ranges");

	for (size_t i = 0; i < count && i < PORT_RANGES_LISTED; i++) {
		cJSON *range = json_array(page, ranges, NULL);

		json_count_item(page, range, finding->port_ranges[i].low);
		json_count_item(page, range, finding->port_ranges[i].high);
	}
	json_count(page, object, "port_count", count > 0 ? finding->port_total : finding->port >= 0 ? 1 : 0);
}

static void json_service(struct json_page *page, cJSON *object, const struct audit_finding *finding)
{
	char name[16];

	json_text(page, object, "proto",
		  finding->protocol < 0 ? NULL : protocol_name((uint8_t)finding->protocol, name));
	if (finding->port < 0)
		json_null(page, object, "port");
	else
		json_count(page, object, "port", (uint64_t)finding->port);
	cJSON *ports = json_array(page, object, "ports");
	for (size_t i = 0; i < finding->port_count; i++)
		json_count_item(page, ports, finding->ports[i]);
	json_port_ranges(page, object, finding);
	if (finding->basis >= DIRECTION_COUNT) {
		json_null(page, object, "direction");
		return;
	}
	cJSON *direction = json_object(page, object, "direction");
	json_text(page, direction, "basis", direction_name((enum direction_basis)finding->basis));
	json_text(page, direction, "confidence", confidence_name((enum confidence)finding->confidence));
}

static void json_nearest(struct json_page *page, cJSON *object, const struct audit_finding *finding)
{
	cJSON *nearest = json_array(page, object, "nearest");

	for (size_t i = 0; i < finding->nearest_count; i++) {
		cJSON *item = json_object_item(page, nearest);

		json_text(page, item, "rule", finding->nearest[i].rule);
		json_text(page, item, "failed", finding->nearest[i].failed);
	}
}

static void json_finding_fields(struct json_page *page, cJSON *object, const struct audit_finding *finding,
				const char *pcap)
{
	json_text(page, object, "id", finding->id);
	json_text(page, object, "kind", finding_kind_name(finding->kind));
	json_text(page, object, "reason", finding_reason_name(finding->reason));
	json_text(page, object, "severity", severity_name(finding->severity));
	json_text(page, object, "system", finding->system);
	json_text(page, object, "rule", finding->rule);
	json_ends(page, object, finding);
	json_service(page, object, finding);
	json_text(page, object, "outcome", finding->outcome);
	json_count(page, object, "flows", finding->flows);
	json_count(page, object, "packets", finding->packets);
	json_count(page, object, "bytes", finding->bytes);
	json_time(page, object, "first", finding->first_ns, 9);
	json_time(page, object, "last", finding->last_ns, 9);
	json_text(page, object, "message", finding->message);
	json_text(page, object, "impact", finding->impact);
	json_evidence(page, object, finding, pcap);
	json_text(page, object, "exception", finding->exception);
	json_text(page, object, "host", finding->host);
	json_text(page, object, "cite", finding->cite);
	json_nearest(page, object, finding);
}

void json_finding(struct json_page *page, cJSON *object, const struct audit_finding *finding,
		  const char *pcap)
{
	json_finding_fields(page, object, finding, pcap);
	json_null(page, object, "history");
}

/* What comparing with the day before says of finding INDEX; null: nothing was compared. */
static void json_history(struct json_page *page, cJSON *object, const struct report_options *options,
			 size_t index)
{
	if (!options->history) {
		json_null(page, object, "history");
		return;
	}
	const struct finding_history *history = &options->history->findings[index];
	cJSON *item = json_object(page, object, "history");

	json_text(page, item, "state", history->age == AGE_NEW ? "new" : "continuing");
	json_text(page, item, "since", history->since);
	json_bool(page, item, "matrix_changed", history->matrix_changed);
	json_text(page, item, "severity_before",
		  history->severity_known ? severity_name(history->severity_before) : NULL);
	cJSON *peers = json_array(page, item, "new_peers");
	for (size_t i = 0; i < history->new_peers_listed; i++)
		json_end_fields(page, json_object_item(page, peers), &history->new_peers[i]);
	json_count(page, item, "new_peer_count", history->new_peer_count);
}

static void add_gone(struct json_page *page, cJSON *array, const struct fixed_finding *gone, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct fixed_finding *fixed = &gone[i];
		cJSON *item = json_object_item(page, array);

		json_text(page, item, "id", fixed->id);
		json_text(page, item, "kind", fixed->kind);
		json_text(page, item, "severity", fixed->severity);
		json_text(page, item, "system", fixed->system);
		json_text(page, item, "rule", fixed->rule);
		json_text(page, item, "message", fixed->message);
		json_text(page, item, "since", fixed->since);
		json_bool(page, item, "matrix_changed", fixed->matrix_changed);
	}
}

void json_comparison(struct json_page *page, const struct report_options *options)
{
	const struct report_history *history = options->history;

	if (!history || !history->compared_with) {
		json_null(page, page->root, "comparison");
		return;
	}
	cJSON *object = json_object(page, page->root, "comparison");
	json_text(page, object, "compared_with", history->compared_with);
	add_gone(page, json_array(page, object, "fixed"), history->fixed, history->fixed_count);
	add_gone(page, json_array(page, object, "unseen"), history->unseen, history->unseen_count);
}

void json_findings(struct json_page *page, const struct audit_result *result,
		   const struct report_options *options)
{
	cJSON *array = json_array(page, page->root, "findings");

	for (size_t i = 0; i < result->finding_count; i++) {
		cJSON *object = json_object_item(page, array);

		json_finding_fields(page, object, &result->findings[i],
				    options->pcaps ? options->pcaps[i] : NULL);
		json_history(page, object, options, i);
	}
}
