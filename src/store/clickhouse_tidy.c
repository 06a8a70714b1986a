/*
 * Rows that nobody reads: of attempts that were cut short, of segments that were written again or replaced,
 * and of days that were judged again. They are named by rows that are not the latest. What is named by none
 * may just be being written, and is left alone until its day is forgotten.
 */
#include "base/mem.h"
#include "clickhouse.h"

static void add_local(struct strbuf *sql, const struct clickhouse *house, enum clickhouse_table_id table)
{
	strbuf_addf(sql, "%s.%s%s", house->place.database, clickhouse_tables[table].name,
		    house->place.cluster ? "_local" : "");
}

/* All rows of one segment, or of one day, lie on one node. */
static int tidy_table(struct clickhouse *house, enum clickhouse_table_id table,
		      enum clickhouse_table_id names, const char *keys, struct err *err)
{
	struct strbuf sql = {0};

	strbuf_add(&sql, "ALTER TABLE ");
	add_local(&sql, house, table);
	clickhouse_add_on_cluster(&sql, house);
	strbuf_add(&sql, " DELETE WHERE attempt IN (SELECT attempt FROM ");
	add_local(&sql, house, names);
	strbuf_add(&sql, " WHERE attempt NOT IN (SELECT argMax(attempt, version) FROM ");
	add_local(&sql, house, names);
	strbuf_addf(&sql, " GROUP BY %s))", keys);
	return clickhouse_run(house, &sql, err);
}

int clickhouse_tidy(const char *place, const struct store_access *access, struct err *err)
{
	static const enum clickhouse_table_id tables[] = {TABLE_EDGE,    TABLE_HOST,  TABLE_COVERAGE,
							  TABLE_ANOMALY, TABLE_INPUT, TABLE_SPAN,
							  TABLE_FILE,    TABLE_CHAIN};
	struct clickhouse *house = clickhouse_connect(place, NULL, access, err);
	int status = house ? clickhouse_check_readable(house, err) : -1;

	for (size_t i = 0; i < sizeof tables / sizeof tables[0] && status == 0; i++)
		status = tidy_table(house, tables[i], TABLE_SEGMENT, "sensor, segment", err);
	if (status == 0)
		status = tidy_table(house, TABLE_FINDING, TABLE_DAY, "site, day", err);
	if (house)
		clickhouse_close(&house->base);
	return status;
}
