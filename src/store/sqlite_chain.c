/* Flows that were open when a sensor's captures ended. */
#include "base/mem.h"
#include "sqlite_store.h"
#include <string.h>

static int flow_bind(sqlite3_stmt *statement, const char *sensor, int64_t segment,
		     const struct flow_open *flow)
{
	const struct addr *ends[] = {&flow->initiator, &flow->responder};
	int failed = db_bind_text(statement, 1, sensor);

	for (int i = 0; i < 2; i++) {
		uint8_t bytes[ADDR_BLOB_MAX];
		size_t length = addr_blob_write(ends[i], bytes);

		failed |= sqlite3_bind_blob(statement, 2 + i, bytes, (int)length, SQLITE_TRANSIENT);
	}
	failed |= sqlite3_bind_int(statement, 4, flow->initiator_port);
	failed |= sqlite3_bind_int(statement, 5, flow->responder_port);
	failed |= sqlite3_bind_int(statement, 6, flow->protocol);
	failed |= sqlite3_bind_int(statement, 7, flow->confidence);
	failed |= sqlite3_bind_int64(statement, 8, flow->last_ns);
	return failed | sqlite3_bind_int64(statement, 9, segment);
}

int flows_write(struct sqlite_store *store, const struct store_chain *chain, int64_t segment, struct err *err)
{
	sqlite3_stmt *statement =
	    db_prepare(store, "INSERT OR REPLACE INTO open_flow VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", err);
	int result = statement ? 0 : -1;

	for (size_t i = 0; i < chain->count && result == 0; i++)
		result = flow_bind(statement, chain->sensor, segment, &chain->flows[i])
			     ? db_fail(store, err)
			     : db_step(store, statement, err);
	(void)sqlite3_finalize(statement);
	return result;
}

/* Runs SQL, whose ?1 is SENSOR and ?2, if it has one, END. 0/-1. */
static int run_for(struct sqlite_store *store, const char *sql, const char *sensor, int64_t end_ns,
		   struct err *err)
{
	sqlite3_stmt *statement = db_prepare(store, sql, err);
	int result = -1;

	if (statement)
		result = db_bind_text(statement, 1, sensor) || (sqlite3_bind_parameter_count(statement) > 1 &&
								sqlite3_bind_int64(statement, 2, end_ns))
			     ? db_fail(store, err)
			     : db_step(store, statement, err);
	(void)sqlite3_finalize(statement);
	return result;
}

int chain_write(struct sqlite_store *store, const struct store_chain *chain, struct err *err)
{
	if (run_for(store,
		    "INSERT INTO chain VALUES (?1, ?2) ON CONFLICT (sensor) DO UPDATE SET end_ns = ?2"
		    " WHERE end_ns <= ?2",
		    chain->sensor, chain->end_ns, err))
		return -1;
	/* Captures that came late: what is open after later ones stands. */
	if (sqlite3_changes(store->db) == 0)
		return 0;
	if (run_for(store, "DELETE FROM open_flow WHERE sensor = ?1 AND segment = 0", chain->sensor,
		    chain->end_ns, err))
		return -1;
	return flows_write(store, chain, LIVE_SEGMENT, err);
}

static int flow_read(sqlite3_stmt *statement, struct flow_open *out)
{
	struct addr *ends[] = {&out->initiator, &out->responder};
	int confidence = sqlite3_column_int(statement, 5);

	memset(out, 0, sizeof(*out));
	for (int i = 0; i < 2; i++)
		if (addr_blob_read(sqlite3_column_blob(statement, i),
				   (size_t)sqlite3_column_bytes(statement, i), ends[i]))
			return -1;
	out->initiator_port = (uint16_t)sqlite3_column_int(statement, 2);
	out->responder_port = (uint16_t)sqlite3_column_int(statement, 3);
	out->protocol = (uint8_t)sqlite3_column_int(statement, 4);
	out->confidence = (uint8_t)confidence;
	out->last_ns = sqlite3_column_int64(statement, 6);
	return confidence > CONFIDENCE_UNKNOWN && confidence < CONFIDENCE_COUNT ? 0 : -1;
}

static int flows_read(struct sqlite_store *store, sqlite3_stmt *statement, struct flow_open **flows,
		      size_t *count, struct err *err)
{
	size_t capacity = 0;
	int more;

	while ((more = db_step(store, statement, err)) == 1) {
		if (mem_grow((void **)flows, &capacity, *count + 1, sizeof(**flows)))
			return err_no_memory(err);
		if (flow_read(statement, &(*flows)[(*count)++]))
			return err_set(err, "%s: a row of table open_flow holds what cannot be", store->path);
	}
	return more;
}

/* Of what began before, that which ended last. */
int sqlite_open_flows_before(struct store *handle, const char *sensor, int64_t before_ns, struct arena *arena,
			     struct store_chain *out, struct err *err)
{
	struct sqlite_store *store = sqlite_of(handle);
	sqlite3_stmt *statement = db_prepare(
	    store,
	    "SELECT initiator, responder, initiator_port, responder_port, protocol, confidence, last_ns"
	    " FROM open_flow WHERE sensor = ?1 AND segment = (SELECT id FROM (SELECT 0 AS id, end_ns FROM "
	    "chain"
	    " WHERE sensor = ?1 UNION ALL SELECT id, end_ns FROM segment WHERE sensor = ?1 AND begin_ns < ?2)"
	    " ORDER BY end_ns DESC, id DESC LIMIT 1)",
	    err);
	struct flow_open *flows = NULL, *copy = NULL;
	size_t count = 0;
	int result = -1;

	if (statement)
		result = db_bind_text(statement, 1, sensor) || sqlite3_bind_int64(statement, 2, before_ns)
			     ? db_fail(store, err)
			     : flows_read(store, statement, &flows, &count, err);
	if (result == 0) {
		copy = arena_calloc(arena, count + 1, sizeof(*copy));
		if (copy && count > 0)
			memcpy(copy, flows, count * sizeof(*copy));
		result = copy ? 0 : err_no_memory(err);
	}
	*out = (struct store_chain){.sensor = sensor, .flows = copy, .count = result == 0 ? count : 0};
	(void)sqlite3_finalize(statement);
	mem_free(flows);
	return result;
}

int sqlite_open_flows(struct store *store, const char *sensor, struct arena *arena, struct store_chain *out,
		      struct err *err)
{
	return sqlite_open_flows_before(store, sensor, INT64_MAX, arena, out, err);
}
