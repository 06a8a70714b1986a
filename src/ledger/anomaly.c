#include "internal.h"
#include <string.h>

/* Never fails: beyond its limit, and without memory, the ends are left out; the count stays exact. */
void ledger_add_anomaly_row(struct ledger *ledger, const struct anomaly_row *more)
{
	struct row_table *table = &ledger->anomalies;
	struct anomaly_row key;
	struct anomaly_row *row;
	uint64_t hash;

	memcpy(&key, more, sizeof(key));
	hash = row_table_hash(table, &key);
	row = row_table_find(table, &key, hash);
	if (!row && table->count < ledger->anomalies_max)
		row = row_table_add(table, &key, hash);
	if (!row) {
		memset(&key.initiator, 0, sizeof(key.initiator));
		memset(&key.responder, 0, sizeof(key.responder));
		memset(&key.third, 0, sizeof(key.third));
		key.protocol = 0;
		key.responder_port = 0;
		row = row_table_obtain(table, &key);
		ledger_count_folded(ledger, more->sensor, more->bucket, 1);
	}
	if (!row)
		row = row_table_at(table, 0);
	row->count += more->count;
	frame_ref_keep_smaller(ledger, &row->evidence, &more->evidence);
}

void ledger_add_anomaly(struct ledger *ledger, uint32_t sensor, const struct flow_anomaly *anomaly)
{
	struct anomaly_row row;

	memset(&row, 0, sizeof(row));
	row.sensor = sensor;
	row.bucket = anomaly->bucket;
	row.kind = anomaly->kind;
	row.initiator = anomaly->initiator;
	row.responder = anomaly->responder;
	row.third = anomaly->third;
	row.protocol = anomaly->protocol;
	row.responder_port = anomaly->responder_port;
	row.count = 1;
	row.evidence = anomaly->evidence;
	ledger_add_anomaly_row(ledger, &row);
}
