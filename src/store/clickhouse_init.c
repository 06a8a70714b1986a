/* Database and tables: made where they are missing, columns too, where an earlier version made the table. */
#include "base/cursor.h"
#include "clickhouse.h"
#include <string.h>

/* " TABLE.COLUMN" of all that is there, a blank at the end. 0/-1. */
static int ask_columns(struct clickhouse *house, struct strbuf *out, struct err *err)
{
	struct strbuf sql = {0}, answer = {0};

	strbuf_add(&sql, "SELECT concat(table, '.', name) FROM system.columns WHERE database = ");
	sql_add_text(&sql, house->place.database, strlen(house->place.database));
	strbuf_add(&sql, " FORMAT RowBinary");
	int status = clickhouse_send_sql(house, &sql, &answer, err) == ANSWER_DONE ? 0 : -1;
	struct cursor in = cur_make((const uint8_t *)strbuf_text(&answer), answer.length);
	strbuf_add_char(out, ' ');
	while (status == 0 && cur_left(&in) > 0) {
		size_t length;
		const uint8_t *name = take_bytes(&in, &length);

		if (!name)
			break;
		strbuf_add_bytes(out, (const char *)name, length);
		strbuf_add_char(out, ' ');
	}
	strbuf_clear(&answer);
	return status == 0 && out->failed ? err_no_memory(err) : status;
}

/* One of "name Type, ..", from *AT on; NULL: there is no more. */
static const char *next_column(const char **at, size_t *length)
{
	const char *column = *at, *next = strstr(column, ", ");

	*length = next ? (size_t)(next - column) : strlen(column);
	*at = column + *length + (next ? 2 : 0);
	return *column ? column : NULL;
}

static int add_column(struct clickhouse *house, const char *table, const char *column, size_t length,
		      struct err *err)
{
	struct strbuf sql = {0};

	strbuf_addf(&sql, "ALTER TABLE %s.%s", house->place.database, table);
	clickhouse_add_on_cluster(&sql, house);
	strbuf_addf(&sql, " ADD COLUMN %.*s", (int)length, column);
	return clickhouse_run(house, &sql, err);
}

/* Columns of TABLE, called NAME, that do not stand in PRESENT: made when MAKE, and counted. 0/-1. */
static int look_at_columns(struct clickhouse *house, const struct clickhouse_table *table, const char *name,
			   const char *present, bool make, size_t *missing, struct err *err)
{
	struct strbuf all = {0};
	const char *column, *at;
	size_t length;
	int status = 0;

	clickhouse_add_columns(&all, table);
	/* Without the parentheses around it. */
	if (!strbuf_ok(&all))
		return err_no_memory(err);
	all.text[--all.length] = '\0';
	at = strbuf_text(&all) + 1;
	while (status == 0 && (column = next_column(&at, &length))) {
		char wanted[3 * CLICKHOUSE_NAME_MAX];
		bool quoted = column[0] == '`';

		(void)snprintf(wanted, sizeof wanted, " %s.%.*s ", name,
			       (int)(strcspn(column, " ") - (quoted ? 2 : 0)), column + quoted);
		if (strstr(present, wanted))
			continue;
		(*missing)++;
		status = make ? add_column(house, name, column, length, err) : 0;
	}
	strbuf_clear(&all);
	return status;
}

/* All tables, those of the nodes first. 0/-1. */
static int look_at_tables(struct clickhouse *house, bool make, size_t *missing, struct err *err)
{
	struct strbuf present = {0};
	int status = ask_columns(house, &present, err);

	for (size_t i = 0; i < TABLE_COUNT && status == 0; i++) {
		const struct clickhouse_table *table = &clickhouse_tables[i];
		char local[CLICKHOUSE_NAME_MAX];

		(void)snprintf(local, sizeof local, "%s_local", table->name);
		if (make && house->place.cluster)
			status =
			    look_at_columns(house, table, local, strbuf_text(&present), make, missing, err);
		if (status == 0)
			status = look_at_columns(house, table, table->name, strbuf_text(&present), make,
						 missing, err);
	}
	strbuf_clear(&present);
	return status;
}

int clickhouse_make_tables(struct clickhouse *house, struct err *err)
{
	struct strbuf sql = {0};
	size_t missing = 0;

	strbuf_addf(&sql, "CREATE DATABASE IF NOT EXISTS %s", house->place.database);
	clickhouse_add_on_cluster(&sql, house);
	if (clickhouse_run(house, &sql, err))
		return -1;
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		if (clickhouse_make_table(house, &clickhouse_tables[i], err))
			return -1;
	}
	return look_at_tables(house, true, &missing, err);
}

int clickhouse_check_tables(struct clickhouse *house, struct err *err)
{
	size_t missing = 0;

	if (look_at_tables(house, false, &missing, err))
		return -1;
	return missing == 0 ? 0
			    : err_set(err,
				      "clickhouse %s:%u: database %s has not all tables and columns; "
				      "`tapaudit store init --store URL` makes them",
				      house->place.host, house->place.port, house->place.database);
}
