/*
 * Door: a store, the file that nights are kept in, which may have been damaged or forged. A sound one is made
 * once; the bytes say which values in which columns are overwritten. Checked: it is refused with a reason, or
 * what it holds is judged, reported, carried on and forgotten as any other.
 */
#include "judge_road.h"
#include "store/store.h"
#include <sqlite3.h>
#include <unistd.h>

enum {
	COLUMNS_MAX = 256,
	NAME_MAX_BYTES = 64,
	SQL_MAX = 256,
	CHANGES_MAX = 24,
	EXPIRE_STEPS = 8,
	PATH_BYTES = 64
};

struct stored_column {
	char table[NAME_MAX_BYTES], name[NAME_MAX_BYTES];
};

/* Made once. */
static struct {
	char path[PATH_BYTES];
	uint8_t *bytes; /* of the sound store */
	size_t size;
	struct stored_column columns[COLUMNS_MAX];
	size_t column_count;
	struct signature_library *library;
	struct site *site;
	struct matrix *matrix;
} sound;

static void make_store(void)
{
	const uint8_t four[4] = {10, 0, 0, 1};
	const struct flow_open open = {.initiator = addr_ipv4(four),
				       .responder = addr_ipv4(four),
				       .initiator_port = 40000,
				       .responder_port = 443,
				       .protocol = PROTO_TCP,
				       .confidence = CONFIDENCE_PROVEN,
				       .last_ns = bucket_start_ns(1900004)};
	const struct store_chain chain = {
	    .sensor = "local", .end_ns = bucket_start_ns(1900004), .flows = &open, .count = 1};
	const struct store_file file = {
	    .path = "a.pcap", .bytes = 1000, .changed_ns = 1, .fingerprint = "", .packets = 9};
	const struct store_day day = {.day = 19791,
				      .site_digest = "a",
				      .signatures_digest = "b",
				      .verdict = "fail",
				      .grade = "A",
				      .findings = 1};
	const struct store_finding finding = {
	    .id = "0011", .kind = "missing", .severity = "low", .since_day = 19790};
	struct err err;
	struct store *store = store_open(sound.path, STORE_WRITE, NULL, &err);
	struct ledger *ledger = make_ledger(sound.matrix);

	FUZZ_CHECK(store && store_add(store, ledger, &file, 1, &chain, &err) == 0);
	FUZZ_CHECK(store_put_day(store, "site", &day, &finding, 1, &err) == 0);
	ledger_free(ledger);
	store_close(store);
}

static void list_columns(sqlite3 *db)
{
	static const char sql[] = "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c"
				  " WHERE m.type = 'table' ORDER BY 1, 2";
	sqlite3_stmt *statement;

	FUZZ_CHECK(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK);
	while (sqlite3_step(statement) == SQLITE_ROW && sound.column_count < COLUMNS_MAX) {
		struct stored_column *column = &sound.columns[sound.column_count++];

		(void)snprintf(column->table, NAME_MAX_BYTES, "%s",
			       (const char *)sqlite3_column_text(statement, 0));
		(void)snprintf(column->name, NAME_MAX_BYTES, "%s",
			       (const char *)sqlite3_column_text(statement, 1));
	}
	(void)sqlite3_finalize(statement);
	FUZZ_CHECK(sound.column_count > 50);
}

static sqlite3 *open_database(void)
{
	sqlite3 *db;

	FUZZ_CHECK(sqlite3_open(sound.path, &db) == SQLITE_OK);
	FUZZ_CHECK(sqlite3_exec(db, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF", NULL, NULL,
				NULL) == SQLITE_OK);
	return db;
}

static void keep_bytes(void)
{
	FILE *file = fopen(sound.path, "rb");

	FUZZ_CHECK(file && fseek(file, 0, SEEK_END) == 0);
	sound.size = (size_t)ftell(file);
	sound.bytes = malloc(sound.size);
	rewind(file);
	FUZZ_CHECK(sound.bytes && fread(sound.bytes, 1, sound.size, file) == sound.size);
	(void)fclose(file);
}

static void remove_store(void)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
	char path[PATH_BYTES + 16];

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", sound.path, suffixes[i]);
		(void)unlink(path);
	}
}

static void make_sound(void)
{
	struct message_list messages = {.error_count = 0};
	struct err err;
	sqlite3 *db;

	(void)snprintf(sound.path, sizeof(sound.path), "/dev/shm/tapaudit-fuzz-%d.db", (int)getpid());
	sound.library = signature_library_open("signatures", &err);
	FUZZ_CHECK(sound.library);
	sound.site = site_load("pcaps/kvmnet2.site.json", sound.library, &messages);
	FUZZ_CHECK(sound.site);
	message_list_clear(&messages);
	sound.matrix = matrix_compile(sound.site, &err);
	FUZZ_CHECK(sound.matrix);
	remove_store();
	make_store();
	db = open_database();
	list_columns(db);
	FUZZ_CHECK(sqlite3_close(db) == SQLITE_OK);
	keep_bytes();
	(void)atexit(remove_store);
}

/* A value of some kind: any number, one at an edge of what fits, bytes, a text, nothing. */
static void bind_value(sqlite3_stmt *statement, struct cursor *in)
{
	static const int64_t edges[] = {INT64_MIN,  INT64_MIN + 1, INT64_MAX, INT32_MIN, INT32_MAX,
					UINT32_MAX, UINT16_MAX,    UINT8_MAX, -1,        0,
					1,          1900000};
	uint8_t choice = cur_u8(in);
	size_t length = choice / 8U < cur_left(in) ? choice / 8U : cur_left(in);

	switch (choice % 8) {
	case 0: (void)sqlite3_bind_int64(statement, 1, (int64_t)cur_be64(in)); break;
	case 1: (void)sqlite3_bind_null(statement, 1); break;
	case 2: (void)sqlite3_bind_blob(statement, 1, in->p, (int)length, SQLITE_TRANSIENT); break;
	case 3:
		(void)sqlite3_bind_text(statement, 1, (const char *)in->p, (int)length, SQLITE_TRANSIENT);
		break;
	case 4: (void)sqlite3_bind_int(statement, 1, choice / 8); break;
	default:
		(void)sqlite3_bind_int64(statement, 1,
					 edges[choice / 8U % (sizeof(edges) / sizeof(edges[0]))]);
		break;
	}
	if (choice % 8 == 2 || choice % 8 == 3)
		cur_skip(in, length);
}

/* All rows of the table that the change does not make equal to another; so at least one. */
static void change(sqlite3 *db, struct cursor *in)
{
	const struct stored_column *column = &sound.columns[cur_u8(in) % sound.column_count];
	char sql[SQL_MAX];
	sqlite3_stmt *statement;

	(void)snprintf(sql, sizeof(sql), "UPDATE OR IGNORE \"%s\" SET \"%s\" = ?1", column->table,
		       column->name);
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		return;
	bind_value(statement, in);
	(void)sqlite3_step(statement);
	(void)sqlite3_finalize(statement);
}

static void forge(const uint8_t *data, size_t size)
{
	struct cursor in = cur_make(data, size);
	FILE *file = fopen(sound.path, "wb");
	sqlite3 *db;

	FUZZ_CHECK(file && fwrite(sound.bytes, 1, sound.size, file) == sound.size && fclose(file) == 0);
	db = open_database();
	for (unsigned i = 0; i < CHANGES_MAX && cur_left(&in) > 1; i++)
		change(db, &in);
	(void)sqlite3_close(db);
}

static void carry_on(struct store *store, struct arena *arena)
{
	struct store_chain chain;
	struct err err;

	if (store_open_flows(store, "local", arena, &chain, &err) != 0)
		return;
	for (size_t i = 0; i < chain.count; i++)
		FUZZ_CHECK(chain.flows[i].confidence > CONFIDENCE_UNKNOWN &&
			   chain.flows[i].confidence < CONFIDENCE_COUNT);
}

static void read_history(struct store *store, struct arena *arena)
{
	struct store_file file;
	struct store_day *days;
	struct store_finding *findings;
	size_t count;
	bool found;
	struct err err;

	(void)store_find_file(store, "a.pcap", arena, &file, &found, &err);
	if (store_days(store, "site", arena, &days, &count, &err) == 0)
		for (size_t i = 0; i < count; i++)
			FUZZ_CHECK(days[i].site_digest && days[i].signatures_digest && days[i].verdict &&
				   days[i].grade);
	if (store_findings(store, "site", 19791, arena, &findings, &count, &err) == 0)
		for (size_t i = 0; i < count; i++)
			FUZZ_CHECK(findings[i].id && findings[i].kind && findings[i].severity);
}

/* UNTOUCHED: nothing was changed, so it must be read whole. */
static void read_all(bool untouched)
{
	struct arena arena = {0};
	struct ledger *ledger = NULL;
	int32_t first, last;
	bool found;
	struct err err = {""};
	struct store *store = store_open(sound.path, STORE_READ, NULL, &err);

	FUZZ_CHECK(store || (!untouched && err.text[0] != '\0'));
	if (!store)
		return;
	(void)store_extent(store, INT32_MAX, &first, &last, &found, &err);
	if (store_load(store, INT32_MIN, INT32_MAX, &ledger, &err) == 0)
		judge_ledger_under(sound.site, sound.matrix, ledger);
	FUZZ_CHECK(ledger || !untouched);
	ledger_free(ledger);
	carry_on(store, &arena);
	read_history(store, &arena);
	arena_clear(&arena);
	store_close(store);
}

static void forget_all(void)
{
	struct err err;
	struct store *store = store_open(sound.path, STORE_WRITE, NULL, &err);
	bool more = store != NULL;

	for (unsigned i = 0; more && i < EXPIRE_STEPS; i++)
		if (store_expire_step(store, INT32_MAX, &more, &err) != 0)
			break;
	store_close(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t live;

	if (!sound.bytes)
		make_sound();
	live = mem_live();
	forge(data, size);
	read_all(size < 2);
	forget_all();
	FUZZ_CHECK(mem_live() == live);
	return 0;
}
