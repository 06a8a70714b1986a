/* From ledger to ledger, row by row, for ledgers of one sensor. */
#include "live.h"

struct pour {
	struct ledger *into;
	const struct ledger *from;
	const uint32_t *inputs; /* FROM's numbers -> INTO's; NULL: the same */
	uint32_t sensor;        /* FROM's */
	int32_t first, end;
};

static bool is_wanted(const struct pour *pour, uint32_t sensor, int32_t bucket)
{
	return sensor == pour->sensor && bucket >= pour->first && bucket < pour->end;
}

static void renumber(const struct pour *pour, struct frame_ref *ref)
{
	if (pour->inputs && ref->frame != 0)
		ref->input = pour->inputs[ref->input];
}

static void pour_edges(const struct pour *pour)
{
	size_t count = ledger_edge_count(pour->from);

	for (size_t i = 0; i < count; i++) {
		struct edge_row row = ledger_edge(pour->from, i);

		if (!is_wanted(pour, row.key.sensor, row.key.bucket))
			continue;
		row.key.sensor = 0;
		for (size_t k = 0; k < LEDGER_OPENINGS; k++)
			renumber(pour, &row.evidence.openings[k]);
		renumber(pour, &row.evidence.answer);
		renumber(pour, &row.evidence.contradiction);
		ledger_add_edge(pour->into, &row);
	}
}

static void pour_hosts(const struct pour *pour)
{
	size_t count = ledger_host_count(pour->from);

	for (size_t i = 0; i < count; i++) {
		struct host_row row = ledger_host(pour->from, i);

		if (!is_wanted(pour, row.sensor, row.bucket))
			continue;
		row.sensor = 0;
		ledger_add_host(pour->into, &row);
	}
}

static void pour_anomalies(const struct pour *pour)
{
	size_t count;
	const struct anomaly_row *rows = ledger_anomalies(pour->from, &count);

	for (size_t i = 0; i < count; i++) {
		struct anomaly_row row;

		if (!is_wanted(pour, rows[i].sensor, rows[i].bucket))
			continue;
		row = rows[i];
		row.sensor = 0;
		renumber(pour, &row.evidence);
		ledger_add_anomaly_row(pour->into, &row);
	}
}

static int pour_coverage(const struct pour *pour)
{
	size_t count;
	const struct coverage_row *rows = ledger_coverages(pour->from, &count);
	const struct coverage_span *spans;

	for (size_t i = 0; i < count; i++) {
		struct coverage_row row;

		if (!is_wanted(pour, rows[i].sensor, rows[i].bucket))
			continue;
		row = rows[i];
		row.sensor = 0;
		if (ledger_add_coverage(pour->into, &row) != 0)
			return -1;
	}
	spans = ledger_spans(pour->from, &count);
	for (size_t i = 0; i < count; i++) {
		int64_t first_ns = spans[i].first_ns, last_ns = spans[i].last_ns;

		if (spans[i].sensor != pour->sensor)
			continue;
		if (first_ns < bucket_start_ns(pour->first))
			first_ns = bucket_start_ns(pour->first);
		if (last_ns >= bucket_start_ns(pour->end))
			last_ns = bucket_start_ns(pour->end) - 1;
		if (first_ns <= last_ns && ledger_cover(pour->into, 0, first_ns, last_ns) != 0)
			return -1;
	}
	return 0;
}

static int pour_all(const struct pour *pour)
{
	pour_edges(pour);
	pour_hosts(pour);
	pour_anomalies(pour);
	return pour_coverage(pour);
}

int live_pour_between(struct ledger *into, const struct ledger *from, int32_t first, int32_t end)
{
	const struct pour pour = {.into = into, .from = from, .first = first, .end = end};

	return pour_all(&pour);
}

int live_pour(struct ledger *into, const struct ledger *from)
{
	return live_pour_between(into, from, INT32_MIN, INT32_MAX);
}

int live_pour_sensor(struct ledger *into, const struct ledger *from, uint32_t sensor, const uint32_t *inputs)
{
	const struct pour pour = {.into = into,
				  .from = from,
				  .inputs = inputs,
				  .sensor = sensor,
				  .first = INT32_MIN,
				  .end = INT32_MAX};

	return pour_all(&pour);
}
