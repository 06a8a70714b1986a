#include "columns.h"

#define KEY(row, name, kind, field, below)                                                                   \
	{                                                                                                    \
		name, kind, true, (uint16_t)offsetof(struct row, field), below                               \
	}
#define PLAIN(row, name, kind, field)                                                                        \
	{                                                                                                    \
		name, kind, false, (uint16_t)offsetof(struct row, field), 0                                  \
	}
#define BELOW(row, name, kind, field, below)                                                                 \
	{                                                                                                    \
		name, kind, false, (uint16_t)offsetof(struct row, field), below                              \
	}

static const struct column edge_columns[] = {
    KEY(edge_row, "bucket", COLUMN_I32, key.bucket, 0),
    KEY(edge_row, "sensor", COLUMN_SENSOR, key.sensor, 0),
    KEY(edge_row, "initiator", COLUMN_ADDR, key.initiator, 0),
    KEY(edge_row, "responder", COLUMN_ADDR, key.responder, 0),
    KEY(edge_row, "delivery", COLUMN_U8, key.delivery, DELIVERY_COUNT),
    KEY(edge_row, "protocol", COLUMN_U8, key.protocol, 0),
    KEY(edge_row, "basis", COLUMN_U8, key.basis, DIRECTION_COUNT),
    KEY(edge_row, "confidence", COLUMN_U8, key.confidence, CONFIDENCE_COUNT),
    KEY(edge_row, "responder_port", COLUMN_U16, key.responder_port, 0),
    KEY(edge_row, "opener_port", COLUMN_U16, key.opener_port, 0),
    KEY(edge_row, "answered_from", COLUMN_U16, key.answered_from, 0),
    KEY(edge_row, "parent", COLUMN_U16, key.parent, 0),
    KEY(edge_row, "parent_assumed", COLUMN_U8, key.parent_assumed, 2),
    KEY(edge_row, "fold", COLUMN_U8, key.fold, FOLD_PREFIX + 1),
    PLAIN(edge_row, "opened", COLUMN_U64, events[FLOW_OPENED]),
    PLAIN(edge_row, "continued", COLUMN_U64, events[FLOW_CONTINUED]),
    PLAIN(edge_row, "succeeded", COLUMN_U64, events[FLOW_SUCCEEDED]),
    PLAIN(edge_row, "refused", COLUMN_U64, events[FLOW_REFUSED]),
    PLAIN(edge_row, "reset", COLUMN_U64, events[FLOW_RESET]),
    PLAIN(edge_row, "expired", COLUMN_U64, events[FLOW_EXPIRED]),
    PLAIN(edge_row, "oneway", COLUMN_U64, events[FLOW_ONEWAY]),
    PLAIN(edge_row, "probed", COLUMN_U64, events[FLOW_PROBED]),
    PLAIN(edge_row, "stray", COLUMN_U64, events[FLOW_STRAY]),
    PLAIN(edge_row, "answer", COLUMN_U64, events[FLOW_ANSWER]),
    PLAIN(edge_row, "packets_out", COLUMN_U64, packets[0]),
    PLAIN(edge_row, "packets_in", COLUMN_U64, packets[1]),
    PLAIN(edge_row, "bytes_out", COLUMN_U64, bytes[0]),
    PLAIN(edge_row, "bytes_in", COLUMN_U64, bytes[1]),
    PLAIN(edge_row, "first_ns", COLUMN_I64, first_ns),
    PLAIN(edge_row, "last_ns", COLUMN_I64, last_ns),
    PLAIN(edge_row, "opened_minutes", COLUMN_U16, opened_minutes),
    PLAIN(edge_row, "answered_minutes", COLUMN_U16, answered_minutes),
    PLAIN(edge_row, "active_minutes", COLUMN_U16, active_minutes),
    PLAIN(edge_row, "contradictions", COLUMN_U64, contradictions),
    PLAIN(edge_row, "duplicates", COLUMN_U64, duplicates),
    PLAIN(edge_row, "retransmitted", COLUMN_U64, retransmitted),
    PLAIN(edge_row, "vlans", COLUMN_VLANS, vlans),
    BELOW(edge_row, "vlan_count", COLUMN_U8, vlan_count, LEDGER_VLANS + 1),
    PLAIN(edge_row, "opening", COLUMN_FRAME, evidence.openings[0]),
    PLAIN(edge_row, "second", COLUMN_FRAME, evidence.openings[1]),
    PLAIN(edge_row, "answered", COLUMN_FRAME, evidence.answer),
    PLAIN(edge_row, "contradicted", COLUMN_FRAME, evidence.contradiction),
};
_Static_assert(FLOW_EVENT_COUNT == 10, "a column for each event");
_Static_assert(LEDGER_OPENINGS == 2, "a column for each opening");

static const struct column host_columns[] = {
    KEY(host_row, "bucket", COLUMN_I32, bucket, 0),
    KEY(host_row, "sensor", COLUMN_SENSOR, sensor, 0),
    KEY(host_row, "address", COLUMN_ADDR, address, 0),
    KEY(host_row, "mac", COLUMN_MAC, mac, 0),
    PLAIN(host_row, "unicast_sent", COLUMN_U64, unicast_sent),
    PLAIN(host_row, "unicast_received", COLUMN_U64, unicast_received),
    PLAIN(host_row, "group_sent", COLUMN_U64, group_sent),
    PLAIN(host_row, "group_received", COLUMN_U64, group_received),
};

static const struct column coverage_columns[] = {
    KEY(coverage_row, "bucket", COLUMN_I32, bucket, 0),
    KEY(coverage_row, "sensor", COLUMN_SENSOR, sensor, 0),
    PLAIN(coverage_row, "minutes", COLUMN_U16, minutes),
    PLAIN(coverage_row, "packets", COLUMN_U64, packets),
    PLAIN(coverage_row, "filtered", COLUMN_U64, accounting[ACCOUNT_FILTERED]),
    PLAIN(coverage_row, "unsupported", COLUMN_U64, accounting[ACCOUNT_UNSUPPORTED]),
    PLAIN(coverage_row, "housekeeping", COLUMN_U64, accounting[ACCOUNT_HOUSEKEEPING]),
    PLAIN(coverage_row, "non_ip", COLUMN_U64, accounting[ACCOUNT_NON_IP]),
    PLAIN(coverage_row, "malformed", COLUMN_U64, accounting[ACCOUNT_MALFORMED]),
    PLAIN(coverage_row, "fragment", COLUMN_U64, accounting[ACCOUNT_FRAGMENT]),
    PLAIN(coverage_row, "icmp_error", COLUMN_U64, accounting[ACCOUNT_ICMP_ERROR]),
    PLAIN(coverage_row, "truncated", COLUMN_U64, accounting[ACCOUNT_TRUNCATED]),
    PLAIN(coverage_row, "audited", COLUMN_U64, accounting[ACCOUNT_AUDITED]),
    PLAIN(coverage_row, "dropped", COLUMN_U64, dropped),
    PLAIN(coverage_row, "clock_steps", COLUMN_U64, clock_steps),
    PLAIN(coverage_row, "folded", COLUMN_U64, folded),
    PLAIN(coverage_row, "snaplen_min", COLUMN_U32, snaplen_min),
    PLAIN(coverage_row, "tcp_bytes", COLUMN_U64, health.tcp_bytes),
    PLAIN(coverage_row, "acked_unseen_bytes", COLUMN_U64, health.acked_unseen_bytes),
    PLAIN(coverage_row, "sided_flows", COLUMN_U64, health.sided_flows),
    PLAIN(coverage_row, "onesided_flows", COLUMN_U64, health.onesided_flows),
    PLAIN(coverage_row, "evidence_cut", COLUMN_U64, health.evidence_cut),
    PLAIN(coverage_row, "evicted", COLUMN_U64, health.evicted),
    PLAIN(coverage_row, "duplicates", COLUMN_U64, duplicates),
    PLAIN(coverage_row, "forgotten", COLUMN_U64, forgotten),
};
_Static_assert(ACCOUNT_COUNT == 9, "a column for each way to be accounted for");

static const struct column anomaly_columns[] = {
    KEY(anomaly_row, "bucket", COLUMN_I32, bucket, 0),
    KEY(anomaly_row, "sensor", COLUMN_SENSOR, sensor, 0),
    KEY(anomaly_row, "kind", COLUMN_U32, kind, ANOMALY_KIND_COUNT),
    KEY(anomaly_row, "initiator", COLUMN_ADDR, initiator, 0),
    KEY(anomaly_row, "responder", COLUMN_ADDR, responder, 0),
    KEY(anomaly_row, "third", COLUMN_ADDR, third, 0),
    KEY(anomaly_row, "protocol", COLUMN_U8, protocol, 0),
    KEY(anomaly_row, "responder_port", COLUMN_U16, responder_port, 0),
    PLAIN(anomaly_row, "count", COLUMN_U64, count),
    PLAIN(anomaly_row, "evidence", COLUMN_FRAME, evidence),
};
_Static_assert(sizeof(enum flow_anomaly_kind) == sizeof(uint32_t), "an enumeration read as a number");

#define SHAPE(table, row, columns)                                                                           \
	{                                                                                                    \
		table, sizeof(struct row), columns, sizeof(columns) / sizeof((columns)[0])                   \
	}
const struct row_shape row_shapes[SHAPE_COUNT] = {
    [SHAPE_EDGES] = SHAPE("edge", edge_row, edge_columns),
    [SHAPE_HOSTS] = SHAPE("host", host_row, host_columns),
    [SHAPE_COVERAGE] = SHAPE("coverage", coverage_row, coverage_columns),
    [SHAPE_ANOMALIES] = SHAPE("anomaly", anomaly_row, anomaly_columns),
};

static const char *const frame_parts[] = {"_time", "_input", "_frame"};
enum { FRAME_PARTS = sizeof(frame_parts) / sizeof(frame_parts[0]) };

static const char *sql_type(const struct column *column)
{
	return column->kind >= COLUMN_ADDR && column->kind <= COLUMN_VLANS ? "BLOB" : "INTEGER";
}

void shape_create_sql(struct strbuf *out, const struct row_shape *shape)
{
	strbuf_addf(out, "CREATE TABLE %s (", shape->table);
	for (size_t i = 0; i < shape->column_count; i++) {
		const struct column *column = &shape->columns[i];

		if (column->kind != COLUMN_FRAME)
			strbuf_addf(out, "%s %s NOT NULL, ", column->name, sql_type(column));
		for (size_t part = 0; column->kind == COLUMN_FRAME && part < FRAME_PARTS; part++)
			strbuf_addf(out, "%s%s INTEGER, ", column->name, frame_parts[part]);
	}
	strbuf_add(out, "PRIMARY KEY (");
	for (size_t i = 0; i < shape->column_count && shape->columns[i].is_key; i++)
		strbuf_addf(out, "%s%s", i ? ", " : "", shape->columns[i].name);
	strbuf_add(out, ")) WITHOUT ROWID");
}

static void add_names(struct strbuf *out, const struct row_shape *shape)
{
	for (size_t i = 0; i < shape->column_count; i++) {
		const struct column *column = &shape->columns[i];
		size_t parts = column->kind == COLUMN_FRAME ? FRAME_PARTS : 1;

		for (size_t part = 0; part < parts; part++)
			strbuf_addf(out, "%s%s%s", i || part ? ", " : "", column->name,
				    parts > 1 ? frame_parts[part] : "");
	}
}

void shape_select_sql(struct strbuf *out, const struct row_shape *shape)
{
	strbuf_add(out, "SELECT ");
	add_names(out, shape);
	strbuf_addf(out, " FROM %s ORDER BY ", shape->table);
	for (size_t i = 0; i < shape->column_count && shape->columns[i].is_key; i++)
		strbuf_addf(out, "%s%s", i ? ", " : "", shape->columns[i].name);
}
