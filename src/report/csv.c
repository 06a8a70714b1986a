/* Findings as CSV: RFC 4180, and nothing that a spreadsheet would run. */
#include "clean.h"
#include "words.h"
#include <inttypes.h>

/* One finding, and what belongs to it. */
struct row {
	const struct audit_finding *finding;
	const struct finding_history *history; /* or NULL */
	const struct ledger *ledger;
};

static void text_cell(struct strbuf *cell, const char *text)
{
	strbuf_add(cell, text ? text : "");
}

static void address_cell(struct strbuf *cell, const struct addr *address)
{
	char text[ADDR_TEXT_MAX];

	text_cell(cell, address->family == ADDR_NONE ? NULL : addr_format(address, text));
}

static void names_cell(struct strbuf *cell, struct name_list names)
{
	for (size_t i = 0; i < names.count; i++)
		strbuf_addf(cell, "%s%s", i ? " " : "", names.items[i]);
}

static void time_cell(struct strbuf *cell, int64_t time_ns)
{
	char text[TIME_TEXT_MAX];

	text_cell(cell, time_format(time_ns, 9, text));
}

static void count_cell(struct strbuf *cell, uint64_t count)
{
	strbuf_addf(cell, "%" PRIu64, count);
}

#define CELL(name, ...)                                                                                      \
	static void name(struct strbuf *cell, const struct row *row)                                         \
	{                                                                                                    \
		__VA_ARGS__;                                                                                 \
	}
CELL(cell_id, text_cell(cell, row->finding->id))
CELL(cell_severity, text_cell(cell, severity_name(row->finding->severity)))
CELL(cell_kind, text_cell(cell, finding_kind_name(row->finding->kind)))
CELL(cell_reason, text_cell(cell, finding_reason_name(row->finding->reason)))
CELL(cell_system, text_cell(cell, row->finding->system))
CELL(cell_rule, text_cell(cell, row->finding->rule))
CELL(cell_initiator, address_cell(cell, &row->finding->initiator.address))
CELL(cell_initiator_name, text_cell(cell, row->finding->initiator.name))
CELL(cell_initiator_roles, names_cell(cell, row->finding->initiator.roles))
CELL(cell_responder, address_cell(cell, &row->finding->responder.address))
CELL(cell_responder_name, text_cell(cell, row->finding->responder.name))
CELL(cell_responder_roles, names_cell(cell, row->finding->responder.roles))
CELL(cell_peers, count_cell(cell, row->finding->peer_count))
CELL(cell_host, text_cell(cell, row->finding->host))
CELL(cell_outcome, text_cell(cell, row->finding->outcome))
CELL(cell_flows, count_cell(cell, row->finding->flows))
CELL(cell_packets, count_cell(cell, row->finding->packets))
CELL(cell_bytes, count_cell(cell, row->finding->bytes))
CELL(cell_first, time_cell(cell, row->finding->first_ns))
CELL(cell_last, time_cell(cell, row->finding->last_ns))
CELL(cell_message, text_cell(cell, row->finding->message))
CELL(cell_impact, text_cell(cell, row->finding->impact))
CELL(cell_cite, text_cell(cell, row->finding->cite))
CELL(cell_filter, text_cell(cell, row->finding->filter))
CELL(cell_exception, text_cell(cell, row->finding->exception))
CELL(cell_since, text_cell(cell, row->history ? row->history->since : NULL))
#undef CELL

static void cell_proto(struct strbuf *cell, const struct row *row)
{
	char name[16];

	if (row->finding->protocol >= 0)
		strbuf_add(cell, protocol_name((uint8_t)row->finding->protocol, name));
}

static void cell_port(struct strbuf *cell, const struct row *row)
{
	if (row->finding->many_ports)
		strbuf_add(cell, "many");
	else if (row->finding->port >= 0)
		strbuf_addf(cell, "%d", (int)row->finding->port);
}

static void cell_port_ranges(struct strbuf *cell, const struct row *row)
{
	size_t count = finding_port_ranges(row->finding);

	add_port_ranges(cell, row->finding->port_ranges,
			count < PORT_RANGES_LISTED ? count : PORT_RANGES_LISTED, " ");
}

static void cell_port_count(struct strbuf *cell, const struct row *row)
{
	if (finding_port_ranges(row->finding) > 0)
		count_cell(cell, row->finding->port_total);
	else if (row->finding->port >= 0)
		count_cell(cell, 1);
}

static void cell_basis(struct strbuf *cell, const struct row *row)
{
	if (row->finding->basis < DIRECTION_COUNT)
		strbuf_add(cell, direction_name((enum direction_basis)row->finding->basis));
}

static void cell_confidence(struct strbuf *cell, const struct row *row)
{
	if (row->finding->basis < DIRECTION_COUNT)
		strbuf_add(cell, confidence_name((enum confidence)row->finding->confidence));
}

/* "a.pcap:17 a.pcap:18": where the proof lies. */
static void cell_frames(struct strbuf *cell, const struct row *row)
{
	struct frame_ref frames[EVIDENCE_FRAMES_MAX];
	size_t input_count, count = evidence_frames(&row->finding->evidence, frames);
	const struct input_record *inputs = ledger_inputs(row->ledger, &input_count);

	for (size_t i = 0; i < count; i++)
		strbuf_addf(cell, "%s%s:%" PRIu64, i ? " " : "",
			    frames[i].input < input_count ? inputs[frames[i].input].name : "?",
			    frames[i].frame);
}

static void cell_state(struct strbuf *cell, const struct row *row)
{
	if (row->history)
		strbuf_addf(cell, "%s%s", row->history->age == AGE_NEW ? "new" : "continuing",
			    row->history->matrix_changed ? " matrix-changed" : "");
	if (row->history && history_is_worse(row->history, row->finding))
		strbuf_add(cell, " worse");
	if (row->history && row->history->new_peer_count > 0)
		strbuf_add(cell, " new-peer");
}

static const struct {
	const char *name;
	void (*add)(struct strbuf *cell, const struct row *row);
} columns[] = {
    {"id", cell_id},
    {"severity", cell_severity},
    {"kind", cell_kind},
    {"reason", cell_reason},
    {"system", cell_system},
    {"rule", cell_rule},
    {"initiator", cell_initiator},
    {"initiator_name", cell_initiator_name},
    {"initiator_roles", cell_initiator_roles},
    {"responder", cell_responder},
    {"responder_name", cell_responder_name},
    {"responder_roles", cell_responder_roles},
    {"peer_count", cell_peers},
    {"proto", cell_proto},
    {"port", cell_port},
    {"host", cell_host},
    {"outcome", cell_outcome},
    {"basis", cell_basis},
    {"confidence", cell_confidence},
    {"flows", cell_flows},
    {"packets", cell_packets},
    {"bytes", cell_bytes},
    {"first", cell_first},
    {"last", cell_last},
    {"message", cell_message},
    {"impact", cell_impact},
    {"cite", cell_cite},
    {"frames", cell_frames},
    {"filter", cell_filter},
    {"exception", cell_exception},
    {"state", cell_state},
    {"since", cell_since},
    {"port_ranges", cell_port_ranges},
    {"port_count", cell_port_count},
};
enum { COLUMN_COUNT = sizeof columns / sizeof columns[0] };

static void add_row(struct strbuf *out, const struct row *row, struct strbuf *cell)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		strbuf_add(out, i ? "," : "");
		cell->length = 0;
		strbuf_add(cell, "");
		columns[i].add(cell, row);
		csv_text_add(out, strbuf_text(cell));
	}
	strbuf_add(out, "\r\n");
	out->failed |= cell->failed;
}

int report_csv(struct strbuf *out, const struct audit_result *result, const struct ledger *ledger,
	       const struct report_options *options, struct err *err)
{
	struct strbuf cell = {0};

	for (size_t i = 0; i < COLUMN_COUNT; i++)
		strbuf_addf(out, "%s%s", i ? "," : "", columns[i].name);
	strbuf_add(out, "\r\n");
	for (size_t i = 0; i < result->finding_count; i++) {
		struct row row = {&result->findings[i],
				  options->history ? &options->history->findings[i] : NULL, ledger};

		add_row(out, &row, &cell);
	}
	strbuf_clear(&cell);
	return strbuf_ok(out) ? 0 : err_no_memory(err);
}
