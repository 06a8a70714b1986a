/* Flow lines are printed by the million, so without cJSON. */
#include "clean.h"
#include "report/report.h"
#include <string.h>

/* One flow's columns as texts: numbers and names that need no quoting, save the input's name. */
enum flow_column {
	COLUMN_FIRST,
	COLUMN_LAST,
	COLUMN_PROTO,
	COLUMN_INITIATOR,
	COLUMN_INITIATOR_PORT,
	COLUMN_RESPONDER,
	COLUMN_RESPONDER_PORT,
	COLUMN_PACKETS_OUT,
	COLUMN_PACKETS_IN,
	COLUMN_BYTES_OUT,
	COLUMN_BYTES_IN,
	COLUMN_BASIS,
	COLUMN_CONFIDENCE,
	COLUMN_OUTCOME,
	COLUMN_ANSWERED_FROM,
	COLUMN_PARENT,
	COLUMN_INPUT,
	COLUMN_FRAME,
	COLUMN_COUNT
};

static const struct {
	const char *name;
	bool number;
} columns[COLUMN_COUNT] = {
    [COLUMN_FIRST] = {"first", false},
    [COLUMN_LAST] = {"last", false},
    [COLUMN_PROTO] = {"proto", false},
    [COLUMN_INITIATOR] = {"initiator", false},
    [COLUMN_INITIATOR_PORT] = {"initiator_port", true},
    [COLUMN_RESPONDER] = {"responder", false},
    [COLUMN_RESPONDER_PORT] = {"responder_port", true},
    [COLUMN_PACKETS_OUT] = {"packets_out", true},
    [COLUMN_PACKETS_IN] = {"packets_in", true},
    [COLUMN_BYTES_OUT] = {"bytes_out", true},
    [COLUMN_BYTES_IN] = {"bytes_in", true},
    [COLUMN_BASIS] = {"basis", false},
    [COLUMN_CONFIDENCE] = {"confidence", false},
    [COLUMN_OUTCOME] = {"outcome", false},
    [COLUMN_ANSWERED_FROM] = {"answered_from", true},
    [COLUMN_PARENT] = {"parent", true},
    [COLUMN_INPUT] = {"input", false},
    [COLUMN_FRAME] = {"frame", true},
};

struct flow_line {
	char cell[COLUMN_COUNT][ADDR_TEXT_MAX]; /* COLUMN_INPUT stays empty: its text has no limit */
};

static void put_number(struct flow_line *line, enum flow_column column, uint64_t number)
{
	char digits[20];
	size_t count = 0;
	char *out = line->cell[column];

	do {
		digits[count++] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	while (count > 0)
		*out++ = digits[--count];
	*out = '\0';
}

static void put_text(struct flow_line *line, enum flow_column column, const char *text)
{
	size_t length = strlen(text);

	if (length >= sizeof line->cell[column])
		length = sizeof line->cell[column] - 1;
	memcpy(line->cell[column], text, length);
	line->cell[column][length] = '\0';
}

static void put_ports(struct flow_line *line, const struct flow_record *record)
{
	bool icmp = record->protocol == PROTO_ICMP || record->protocol == PROTO_ICMP6;
	bool ports = protocol_has_ports(record->protocol);

	if (ports)
		put_number(line, COLUMN_INITIATOR_PORT, record->initiator_port);
	if (ports || icmp)
		put_number(line, COLUMN_RESPONDER_PORT, record->responder_port);
	if (record->answered_from)
		put_number(line, COLUMN_ANSWERED_FROM, record->answered_from);
	if (record->parent)
		put_number(line, COLUMN_PARENT, record->parent);
}

static void flow_line_fill(struct flow_line *line, const struct flow_record *record)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		line->cell[i][0] = '\0';
	time_format(record->first_ns, 9, line->cell[COLUMN_FIRST]);
	time_format(record->last_ns, 9, line->cell[COLUMN_LAST]);
	protocol_name(record->protocol, line->cell[COLUMN_PROTO]);
	addr_format(&record->initiator, line->cell[COLUMN_INITIATOR]);
	addr_format(&record->responder, line->cell[COLUMN_RESPONDER]);
	put_ports(line, record);
	put_number(line, COLUMN_PACKETS_OUT, record->packets[0]);
	put_number(line, COLUMN_PACKETS_IN, record->packets[1]);
	put_number(line, COLUMN_BYTES_OUT, record->bytes[0]);
	put_number(line, COLUMN_BYTES_IN, record->bytes[1]);
	put_text(line, COLUMN_BASIS, direction_name((enum direction_basis)record->basis));
	put_text(line, COLUMN_CONFIDENCE, confidence_name((enum confidence)record->confidence));
	put_text(line, COLUMN_OUTCOME, record->outcome);
	put_number(line, COLUMN_FRAME, record->start.frame);
}

void report_flow_csv_header(struct strbuf *out)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		strbuf_addf(out, "%s%s", i ? "," : "", columns[i].name);
	strbuf_add_char(out, '\n');
}

void report_flow_csv(struct strbuf *out, const struct flow_record *record, const char *input_name)
{
	struct flow_line line;

	flow_line_fill(&line, record);
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (i)
			strbuf_add_char(out, ',');
		if (i == COLUMN_INPUT)
			csv_text_add(out, input_name);
		else
			strbuf_add(out, line.cell[i]);
	}
	strbuf_add_char(out, '\n');
}

void report_flow_json(struct strbuf *out, const struct flow_record *record, const char *input_name)
{
	struct flow_line line;

	flow_line_fill(&line, record);
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		bool quoted = !columns[i].number && line.cell[i][0];

		strbuf_add(out, i ? ",\"" : "{\"");
		strbuf_add(out, columns[i].name);
		strbuf_add(out, quoted ? "\":\"" : "\":");
		if (i == COLUMN_INPUT && *input_name)
			json_text_add(out, input_name);
		else
			strbuf_add(out, line.cell[i][0] ? line.cell[i] : "null");
		strbuf_add(out, quoted ? "\"" : "");
		if (i == COLUMN_PARENT && record->parent)
			strbuf_addf(out, ",\"parent_assumed\":%s", record->parent_assumed ? "true" : "false");
	}
	strbuf_add(out, "}\n");
}
