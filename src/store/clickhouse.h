/*
 * Private to store/: ledgers of many sensors in a ClickHouse cluster, over its HTTP interface.
 *
 * Nothing lost, nothing twice. What is added is a *segment*: first its rows are written, each marked with an
 * *attempt*, a random number of this one try; then one row in table `segment` says that the attempt is whole.
 * Readers take rows of attempts that are named there only, and of a segment the one of the highest version:
 * what was cut short is never seen, and the same segment written again replaces what was there. A segment
 * stays in the spool until the server has confirmed that row.
 *
 * Types are those that servers since 2018 know: numbers, String, Array. Addresses are strings of bytes as in
 * columns.h; evidence is a string that sorts as evidence does (time, input, frame).
 */
#ifndef STORE_CLICKHOUSE_H
#define STORE_CLICKHOUSE_H

#include "base/cursor.h"
#include "columns.h"
#include "ops.h"
#include <curl/curl.h>

enum { CLICKHOUSE_NAME_MAX = 64, INPUT_ID_BYTES = 16, FRAME_BYTES = 8 + INPUT_ID_BYTES + 8 };

/* clickhouse://user@host:port/database?cluster=..&sensor=.. */
struct clickhouse_place {
	char *host, *user, *database;
	char *cluster, *sensor, *spool, *password_file, *ca; /* or NULL */
	uint64_t spool_bytes;
	uint64_t
	    every_sec; /* so often a live sensor sends the quarter hours that are over; 0: each writing */
	unsigned port;
	bool https;
};
int clickhouse_place_parse(struct clickhouse_place *out, const char *text, struct err *err) MUST_CHECK;
void clickhouse_place_clear(struct clickhouse_place *place);

enum clickhouse_answer {
	ANSWER_DONE,
	ANSWER_AWAY,   /* nobody there, or the connection broke: the same may succeed later */
	ANSWER_REFUSED /* the server says what is wrong */
};

struct clickhouse {
	struct store base;
	struct clickhouse_place place;
	struct ledger_options limits;
	char *site;     /* the site that rows are written for and read of, or NULL: all */
	char *password; /* or NULL */
	CURL *curl;
	char curl_said[CURL_ERROR_SIZE];
	struct spool *spool; /* NULL when opened to read */
	/* A live sensor's: clickhouse_live.c. */
	struct ledger *settled; /* of the quarter hour that is being written; or NULL */
	int32_t settled_bucket;
	uint64_t run, segments;         /* a number of this run, and how many were written */
	char held[CLICKHOUSE_NAME_MAX]; /* the segment that is not sent yet, as it will be written again; or
					   "" */
	int64_t sent_turn;              /* the turn in which was sent last: see turn_of */
	bool is_away;
	bool is_live;    /* store_access says what that means */
	bool is_busy;    /* another process was sending when this one wanted to */
	struct err away; /* why what waits was not taken */
	/* What all shards were found to know last: who writes for which site, and its name in rows. Or NULL.
	 */
	struct {
		char *sensor, *site, *as;
	} registered;
	bool partial;          /* reads what the shards that are there have */
	unsigned patience_sec; /* 0: 60 */
	uint64_t random_state[2];
};

static inline struct clickhouse *clickhouse_of(struct store *store)
{
	return (struct clickhouse *)(void *)store;
}

/* clickhouse_open.c. A handle that has asked nothing yet; NULL and ERR. */
struct clickhouse *clickhouse_connect(const char *text, const struct ledger_options *limits,
				      const struct store_access *access, struct err *err);
void clickhouse_close(struct store *store);
/* The cluster that the place names is there, and its tables. 0/-1. */
int clickhouse_check_readable(struct clickhouse *house, struct err *err) MUST_CHECK;
/* clickhouse_http.c. Sends SQL with BODY behind it; OUT gets the answer. ERR is filled unless it is done. */
enum clickhouse_answer clickhouse_send(struct clickhouse *house, const char *sql, const void *body,
				       size_t length, struct strbuf *out, struct err *err);
/* The same of a statement that strbuf_add made, which it clears. */
enum clickhouse_answer clickhouse_send_sql(struct clickhouse *house, struct strbuf *sql, struct strbuf *out,
					   struct err *err);
/* The same for a question: 0/-1. */
int clickhouse_ask(struct clickhouse *house, const char *sql, struct strbuf *out, struct err *err) MUST_CHECK;
/* TEXT, a server's refusal, says what need not be so the next time: it, or a shard of its, is away, full or
 * too busy. */
bool clickhouse_will_pass(const char *text);
/* A number that no other attempt has. */
uint64_t clickhouse_random(struct clickhouse *house);

/* clickhouse_sql.c. TEXT (LENGTH bytes) as a literal. */
void sql_add_text(struct strbuf *out, const char *text, size_t length);
/* "database.table" as readers and writers name it. */
void sql_add_table(struct strbuf *out, const struct clickhouse *house, const char *table);
/* Conditions on versions of segments, and on the latest of each (behind GROUP BY sensor, segment), that touch
 * buckets from FIRST up to END. */
void sql_add_touching(struct strbuf *out, int32_t first, int32_t end);
void sql_add_latest_touching(struct strbuf *out, int32_t first, int32_t end);
/* Whose segments a question is about: lists of literals. */
struct house_whose {
	struct strbuf sensors; /* "" all */
	struct strbuf pairs;   /* of sensors and sites that segments were written for; "" any */
};
void whose_add(struct house_whose *whose, const char *sensor, const char *site);
bool whose_ok(const struct house_whose *whose);
void whose_clear(struct house_whose *whose);
/* " AND sensor IN (..)", unless they are all. */
void sql_add_sensors(struct strbuf *out, const struct house_whose *whose);
/* Behind GROUP BY sensor, segment and a condition: the same of pairs. */
void sql_add_latest_of(struct strbuf *out, const struct house_whose *whose);
/* "attempt IN (..)": attempts that are whole and the latest of their segment, of segments that touch buckets
 * from FIRST up to END and are of WHOSE (NULL: anybody's). */
void sql_add_visible(struct strbuf *out, const struct clickhouse *house, int32_t first, int32_t end,
		     const struct house_whose *whose);

/* clickhouse_schema.c: tables and their columns. */
struct clickhouse_table {
	const char *name;
	size_t shape;          /* SHAPE_COUNT: not a ledger's rows; columns stand below */
	const char *columns;   /* "name Type, .." */
	const char *partition; /* expression */
	const char *order;
	const char *shard; /* expression that says which shard */
};
enum clickhouse_table_id {
	TABLE_EDGE,
	TABLE_HOST,
	TABLE_COVERAGE,
	TABLE_ANOMALY,
	TABLE_INPUT,
	TABLE_SPAN,
	TABLE_SEGMENT,
	TABLE_FILE,
	TABLE_CHAIN,
	TABLE_DAY,
	TABLE_FINDING,
	TABLE_SENSOR,
	TABLE_COUNT
};
extern const struct clickhouse_table clickhouse_tables[TABLE_COUNT];
/* Names of the first COUNT columns that are written, attempt in front, and how many there are. */
void clickhouse_add_names(struct strbuf *out, const struct clickhouse_table *table, size_t count);
size_t clickhouse_column_count(const struct clickhouse_table *table);
/* clickhouse_http.c. Rows of TABLE (RowBinary, of its first COLUMNS; 0: of all). */
enum clickhouse_answer clickhouse_insert(struct clickhouse *house, enum clickhouse_table_id table,
					 size_t columns, const struct strbuf *body, struct err *err);
/* The same with types, in parentheses. */
void clickhouse_add_columns(struct strbuf *out, const struct clickhouse_table *table);
/* " ON CLUSTER .." where the place names one. */
void clickhouse_add_on_cluster(struct strbuf *out, const struct clickhouse *house);
/* Runs a statement that returns nothing, and clears it. 0/-1. */
int clickhouse_run(struct clickhouse *house, struct strbuf *sql, struct err *err) MUST_CHECK;
int clickhouse_make_table(struct clickhouse *house, const struct clickhouse_table *table,
			  struct err *err) MUST_CHECK;
/* clickhouse_init.c. Makes database and tables that are not there. 0/-1. */
int clickhouse_make_tables(struct clickhouse *house, struct err *err) MUST_CHECK;
/* -1 and a line that names `store init` when tables or columns are missing. */
int clickhouse_check_tables(struct clickhouse *house, struct err *err) MUST_CHECK;

/* clickhouse_rows.c: a ledger's rows as RowBinary. */
struct house_names {
	const struct ledger *ledger;
	uint8_t (*inputs)[INPUT_ID_BYTES]; /* by the ledger's number */
};
/* Columns of a shape, with types ("name Type, ..") or without. */
void house_add_columns(struct strbuf *out, const struct row_shape *shape, bool with_types);
/* What to select to get rows added up over segments, and what to group by. */
void house_add_merged(struct strbuf *out, const struct row_shape *shape);
void house_add_keys(struct strbuf *out, const struct row_shape *shape);
void house_put_row(struct strbuf *out, const struct row_shape *shape, const struct house_names *names,
		   const void *row);

/* Where sensors and inputs that are read get their numbers. */
struct house_reader;
/* The next row of a select of house_add_merged. -1: it holds what cannot be. */
int house_take_row(struct cursor *in, const struct row_shape *shape, struct house_reader *reader,
		   void *row) MUST_CHECK;

/* RowBinary. */
void put_number(struct strbuf *out, uint64_t value, size_t bytes);
void put_bytes(struct strbuf *out, const void *bytes, size_t length);
void put_text(struct strbuf *out, const char *text);
uint64_t take_number(struct cursor *in, size_t bytes);
/* How many items of EACH bytes follow, at least; -1 when so many are not there. */
int take_count(struct cursor *in, size_t each, size_t *out) MUST_CHECK;
/* Bytes that live as long as the answer; NULL at its end. */
const uint8_t *take_bytes(struct cursor *in, size_t *length);

/* clickhouse_spool.c: segments that wait for the server, in one SQLite file, in the order in which they came.
 */
struct spool;
struct spool_segment {
	uint64_t number;
	char *sensor, *segment;
	char *site; /* that it was written for; "" or NULL: whatever the handle's is */
	/* Others of the sensor that are dropped with it, "NAME FIRST_BUCKET LAST_BUCKET" a line; "" or NULL:
	 * none */
	char *replaces;
	int32_t first_bucket, last_bucket;
	uint64_t bytes; /* of its rows; not told when it is added */
};
struct spool *spool_open(const char *path, uint64_t limit_bytes, struct err *err) MUST_CHECK;
void spool_close(struct spool *spool);
int spool_begin(struct spool *spool, const struct spool_segment *segment, struct err *err) MUST_CHECK;
/* ROWS rows of TABLE, each with its length (4 bytes) in front. */
int spool_add(struct spool *spool, enum clickhouse_table_id table, const struct strbuf *rows,
	      struct err *err) MUST_CHECK;
/* Segments that are added between these two are there together or not at all. */
int spool_together(struct spool *spool, struct err *err) MUST_CHECK;
int spool_together_end(struct spool *spool, int result, struct err *err) MUST_CHECK;
/* RESULT not 0 takes all since spool_begin back. -1 also when the limit would be passed. */
int spool_end(struct spool *spool, int result, struct err *err) MUST_CHECK;
/* The oldest that waits; *FOUND false: none. OUT's texts are freed by spool_segment_clear. */
int spool_oldest(struct spool *spool, struct spool_segment *out, bool *found, struct err *err) MUST_CHECK;
/* The same of those that came after segment ABOVE. */
int spool_next(struct spool *spool, uint64_t above, struct spool_segment *out, bool *found,
	       struct err *err) MUST_CHECK;
void spool_segment_clear(struct spool_segment *segment);
/* Rows that wait, as spool_add took them, with so many columns as their table had then. */
struct spool_part {
	enum clickhouse_table_id table;
	size_t columns;
	const uint8_t *rows;
	size_t length;
};
/* Each part of segment NUMBER, in order. */
int spool_parts(struct spool *spool, uint64_t number, void *context,
		int (*take)(void *context, const struct spool_part *part, struct err *err),
		struct err *err) MUST_CHECK;
int spool_remove(struct spool *spool, uint64_t number, struct err *err) MUST_CHECK;
/* What waits of SENSOR and does not say for whom was written for SITE. */
int spool_adopt(struct spool *spool, const char *sensor, const char *site, struct err *err) MUST_CHECK;
const char *spool_path(const struct spool *spool);
/* SEGMENT is being written as ATTEMPT: so what a try that was cut short left on the server can be told. */
int spool_try(struct spool *spool, const struct spool_segment *segment, uint64_t attempt,
	      struct err *err) MUST_CHECK;
/* Attempts of it but BUT, eight bytes each. */
int spool_tries(struct spool *spool, const struct spool_segment *segment, uint64_t but, struct strbuf *out,
		struct err *err) MUST_CHECK;
int spool_count(struct spool *spool, uint64_t *segments, uint64_t *bytes, struct err *err) MUST_CHECK;
sqlite3 *spool_db(struct spool *spool);
/* What waits of SENSOR, and has to do with quarter hours before END. */
int spool_count_own(struct spool *spool, const char *sensor, int32_t end_bucket, uint64_t *segments,
		    struct err *err) MUST_CHECK;
/* One process at a time sends; false: another one does, or ERRNO says what else. */
bool spool_lock(struct spool *spool);
void spool_unlock(struct spool *spool);

/* clickhouse_registry.c. How many shards there are, by weight. */
enum clickhouse_answer clickhouse_weights(struct clickhouse *house, uint64_t *out, struct err *err);
struct house_event;
/* Makes EVENTS known to every shard. */
enum clickhouse_answer clickhouse_tell(struct clickhouse *house, const struct house_event *events,
				       size_t count, struct err *err);
/* Refuses a sensor that writes for another site than the handle's, by what the server knows of it or, where
 * that is away, this machine. */
enum clickhouse_answer clickhouse_guard(struct clickhouse *house, struct err *err);
/* Makes it known to every shard that SENSOR writes for SITE ("": whatever it writes for); *AS is the name for
 * rows, the handle's until the next call. Refused where it writes for another and never did for that one. */
enum clickhouse_answer clickhouse_register(struct clickhouse *house, const char *sensor, const char *site,
					   const char **as, struct err *err);
void clickhouse_forget_registered(struct clickhouse *house);
/* clickhouse_whose.c. Segments of this handle's place and site. 0/-1; to be cleared in both cases. */
int clickhouse_whose(struct clickhouse *house, struct house_whose *out, struct err *err) MUST_CHECK;

/* clickhouse_write.c, clickhouse_send.c */
int clickhouse_put(struct store *store, const struct ledger *ledger, const struct store_file *files,
		   size_t file_count, const struct store_chain *chain, const struct store_change *change,
		   struct err *err);
int clickhouse_add(struct store *store, const struct ledger *ledger, const struct store_file *files,
		   size_t file_count, const struct store_chain *chain, struct err *err);
/* clickhouse_live.c */
int clickhouse_put_live(struct store *store, const char *sensor, const struct ledger *settled,
			const struct ledger *open, const struct store_chain *chain, struct err *err);
int clickhouse_begin_live(struct store *store, const char *sensor, struct err *err);
int clickhouse_end_live(struct store *store, struct err *err);
const char *clickhouse_away(const struct store *store);
/* Sends what waits, in order, up to the segment that is held. ANSWER_AWAY: the server is away, the rest waits
 * on. */
enum clickhouse_answer clickhouse_flush(struct clickhouse *house, struct err *err);

/* clickhouse_load.c */
int clickhouse_load(struct store *store, int32_t first_bucket, int32_t end_bucket, struct ledger **out,
		    struct err *err);

/* clickhouse_known.c. *OUT also where the server is away: what this machine remembers. */
enum clickhouse_answer clickhouse_knows_answer(struct clickhouse *house, const char *fingerprint,
					       struct arena *arena, struct store_origin *out,
					       struct err *err);
int clickhouse_knows(struct store *store, const char *fingerprint, struct arena *arena,
		     struct store_origin *out, struct err *err);
/* clickhouse_ask.c, clickhouse_history.c */
int clickhouse_find_file(struct store *store, const char *path, struct arena *arena, struct store_file *out,
			 bool *found, struct err *err);
int clickhouse_open_flows(struct store *store, const char *sensor, struct arena *arena,
			  struct store_chain *out, struct err *err);
int clickhouse_open_flows_before(struct store *store, const char *sensor, int64_t before_ns,
				 struct arena *arena, struct store_chain *out, struct err *err);
int clickhouse_extent(struct store *store, int32_t end_bucket, int32_t *first, int32_t *last, bool *found,
		      struct err *err);
int clickhouse_expire_step(struct store *store, int32_t end_bucket, bool *more, struct err *err);
int clickhouse_put_day(struct store *store, const char *site, const struct store_day *day,
		       const struct store_finding *findings, size_t finding_count, struct err *err);
int clickhouse_days(struct store *store, const char *site, struct arena *arena, struct store_day **out,
		    size_t *count, struct err *err);
int clickhouse_findings(struct store *store, const char *site, int32_t day, struct arena *arena,
			struct store_finding **out, size_t *count, struct err *err);
int clickhouse_sensors(struct store *store, int32_t first_bucket, int32_t end_bucket, struct arena *arena,
		       struct store_sensor **out, size_t *count, struct err *err);
int clickhouse_load_sites(struct store *store, int32_t first_bucket, int32_t end_bucket,
			  const char *const *sites, size_t site_count, const struct store_sensor *sensors,
			  size_t sensor_count, struct ledger **out, struct err *err);
/* A text of an answer in ARENA; NULL when it is cut short or there is no memory. */
char *take_text(struct cursor *in, struct arena *arena);

#endif
