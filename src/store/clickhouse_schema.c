/*
 * Tables. With a cluster each is two: NAME_local on every node holds rows, NAME (Distributed) writes and
 * reads all nodes'. All rows of a sensor, or of a site, lie on one shard; who is a sensor of which site
 * stands on each of them, so that it is known of a shard that is away what it holds. Partitions are days, so
 * that forgetting a day is cheap.
 */
#include "clickhouse.h"
#include <string.h>

#define BY_DAY    "intDiv(bucket, 96)"
#define BY_SENSOR "cityHash64(sensor)"
#define BY_SITE   "cityHash64(site)"

const struct clickhouse_table clickhouse_tables[TABLE_COUNT] = {
    [TABLE_EDGE] = {"edge", SHAPE_EDGES, NULL, BY_DAY, "sensor, bucket, attempt", BY_SENSOR},
    [TABLE_HOST] = {"host", SHAPE_HOSTS, NULL, BY_DAY, "sensor, bucket, attempt", BY_SENSOR},
    [TABLE_COVERAGE] = {"coverage", SHAPE_COVERAGE, NULL, BY_DAY, "sensor, bucket, attempt", BY_SENSOR},
    [TABLE_ANOMALY] = {"anomaly", SHAPE_ANOMALIES, NULL, BY_DAY, "sensor, bucket, attempt", BY_SENSOR},
    [TABLE_INPUT] =
	{"input", SHAPE_COUNT,
	 "sensor String, first_bucket Int32, last_bucket Int32, id String, name String, fingerprint String, "
	 "sha256 String, format String, status String, error String, unsupported String, link_types String, "
	 "filter String, trouble UInt8, packets UInt64, bytes UInt64, first_ns Int64, last_ns Int64, "
	 "accounting Array(UInt64), beginning String",
	 "intDiv(last_bucket, 96)", "sensor, id", BY_SENSOR},
    [TABLE_SPAN] = {"span", SHAPE_COUNT, "sensor String, bucket Int32, first_ns Int64, last_ns Int64", BY_DAY,
		    "sensor, bucket, attempt", BY_SENSOR},
    [TABLE_SEGMENT] =
	{"segment", SHAPE_COUNT,
	 "sensor String, segment String, version UInt64, first_bucket Int32, last_bucket Int32, site String, "
	 "rows UInt64, written DateTime DEFAULT now()",
	 "intDiv(last_bucket, 96)", "sensor, first_bucket, segment", BY_SENSOR},
    [TABLE_FILE] = {"file", SHAPE_COUNT,
		    "sensor String, path String, bytes UInt64, changed_ns Int64, fingerprint String, "
		    "first_ns Int64, packets UInt64",
		    "tuple()", "sensor, path", BY_SENSOR},
    [TABLE_CHAIN] = {"chain", SHAPE_COUNT, "sensor String, end_ns Int64, flows String", "tuple()",
		     "sensor, end_ns", BY_SENSOR},
    [TABLE_DAY] =
	{"day", SHAPE_COUNT,
	 "site String, day Int32, version UInt64, site_digest String, signatures_digest String, verdict "
	 "String, "
	 "grade String, packets UInt64, findings UInt64, excepted UInt64, fresh UInt64, continuing UInt64, "
	 "fixed UInt64",
	 "tuple()", "site, day", BY_SITE},
    [TABLE_FINDING] =
	{"finding", SHAPE_COUNT,
	 "site String, day Int32, id String, kind String, severity String, system String, rule String, "
	 "message String, exception String, has UInt8, since_day Int32, place String",
	 "intDiv(day, 31)", "site, day, attempt, id", BY_SITE},
    [TABLE_SENSOR] =
	{"sensor", SHAPE_COUNT,
	 "shard UInt64, sensor String, site String, was String, version UInt64, written DateTime "
	 "DEFAULT now()",
	 "tuple()", "sensor, site", "shard"},
};

void clickhouse_add_columns(struct strbuf *out, const struct clickhouse_table *table)
{
	strbuf_add(out, "(attempt UInt64, ");
	if (table->columns)
		strbuf_add(out, table->columns);
	else
		house_add_columns(out, &row_shapes[table->shape], true);
	strbuf_add_char(out, ')');
}

static void add_all_names(struct strbuf *out, const struct clickhouse_table *table)
{
	strbuf_add(out, "attempt, ");
	if (!table->columns) {
		house_add_columns(out, &row_shapes[table->shape], false);
		return;
	}
	for (const char *at = table->columns; *at;) {
		const char *next = strstr(at, ", ");
		size_t length = next ? (size_t)(next - at) : strlen(at);

		/* What the server fills in itself is not written. */
		if (!memmem(at, length, " DEFAULT ", 9))
			strbuf_addf(out, "%s%.*s", at == table->columns ? "" : ", ", (int)strcspn(at, " "),
				    at);
		at += length + (next ? 2 : 0);
	}
}

size_t clickhouse_column_count(const struct clickhouse_table *table)
{
	struct strbuf names = {0};
	size_t count = 1;

	add_all_names(&names, table);
	for (const char *at = strbuf_text(&names); (at = strchr(at, ',')); at++)
		count++;
	strbuf_clear(&names);
	return count;
}

void clickhouse_add_names(struct strbuf *out, const struct clickhouse_table *table, size_t count)
{
	struct strbuf names = {0};
	const char *end;

	add_all_names(&names, table);
	end = strbuf_text(&names);
	while (*end && (*end != ',' || --count > 0))
		end++;
	strbuf_add_bytes(out, strbuf_text(&names), (size_t)(end - strbuf_text(&names)));
	out->failed |= names.failed;
	strbuf_clear(&names);
}

int clickhouse_run(struct clickhouse *house, struct strbuf *sql, struct err *err)
{
	struct strbuf answer = {0};
	int status =
	    strbuf_ok(sql) ? clickhouse_ask(house, strbuf_text(sql), &answer, err) : err_no_memory(err);

	strbuf_clear(&answer);
	strbuf_clear(sql);
	return status;
}

void clickhouse_add_on_cluster(struct strbuf *sql, const struct clickhouse *house)
{
	if (house->place.cluster)
		strbuf_addf(sql, " ON CLUSTER %s", house->place.cluster);
}

int clickhouse_make_table(struct clickhouse *house, const struct clickhouse_table *table, struct err *err)
{
	const struct clickhouse_place *place = &house->place;
	struct strbuf sql = {0};

	strbuf_addf(&sql, "CREATE TABLE IF NOT EXISTS %s.%s%s", place->database, table->name,
		    place->cluster ? "_local" : "");
	clickhouse_add_on_cluster(&sql, house);
	strbuf_add_char(&sql, ' ');
	clickhouse_add_columns(&sql, table);
	strbuf_addf(&sql, " ENGINE = MergeTree PARTITION BY %s ORDER BY (%s)", table->partition,
		    table->order);
	if (clickhouse_run(house, &sql, err))
		return -1;
	if (!place->cluster)
		return 0;
	strbuf_addf(&sql, "CREATE TABLE IF NOT EXISTS %s.%s", place->database, table->name);
	clickhouse_add_on_cluster(&sql, house);
	strbuf_add_char(&sql, ' ');
	clickhouse_add_columns(&sql, table);
	strbuf_addf(&sql, " ENGINE = Distributed(%s, %s, %s_local, %s)", place->cluster, place->database,
		    table->name, table->shard);
	return clickhouse_run(house, &sql, err);
}
