#include "store/clickhouse.h"
#include "store/clickhouse_parts.h"
#include "store/clickhouse_reader.h"
#include "store/pack.h"
#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(store_clickhouse, .timeout = 20);

static void expect_place(const char *text, const char *expected)
{
	struct clickhouse_place place;
	struct strbuf said = {0};
	struct err err = {""};

	if (clickhouse_place_parse(&place, text, &err) == 0)
		strbuf_addf(&said, "%s@%s:%u/%s cluster %s sensor %s spool %s %llu password %s ca %s%s",
			    place.user, place.host, place.port, place.database,
			    place.cluster ? place.cluster : "-", place.sensor ? place.sensor : "-",
			    place.spool ? place.spool : "-", (unsigned long long)place.spool_bytes,
			    place.password_file ? place.password_file : "-", place.ca ? place.ca : "-",
			    place.https ? " https" : "");
	else
		strbuf_add(&said, err.text);
	if (!err.text[0] && place.every_sec != 900)
		strbuf_addf(&said, " every %llu", (unsigned long long)place.every_sec);
	cr_expect_str_eq(strbuf_text(&said), expected, "%s is\n%s", text, strbuf_text(&said));
	clickhouse_place_clear(&place);
	strbuf_clear(&said);
}

Test(store_clickhouse, places)
{
	expect_place(
	    "clickhouse://audit@ch1:18123/tap?cluster=fleet&sensor=hq-1&spool=/var/lib/s.db",
	    "audit@ch1:18123/tap cluster fleet sensor hq-1 spool /var/lib/s.db 4294967296 password - ca -");
	expect_place("clickhouse://ch1/tap",
		     "default@ch1:8123/tap cluster - sensor - spool - 4294967296 password - ca -");
	expect_place("clickhouse://[fd00::1]:9/t_1?https=yes&ca=/c&password_file=/p%20q&spool_bytes=5",
		     "default@[fd00::1]:9/t_1 cluster - sensor - spool - 5 password /p q ca /c https");
	expect_place("clickhouse://ch1/tap?https=yes",
		     "default@ch1:8443/tap cluster - sensor - spool - 4294967296 password - ca - https");
	expect_place("clickhouse://a:b@ch1/tap", "--store: a password has no place in the address, where all "
						 "can read it: password_file=FILE, or the environment's "
						 "TAPAUDIT_CLICKHOUSE_PASSWORD");
	expect_place("clickhouse://ch1",
		     "--store: no database; clickhouse://user@host:port/database is wanted");
	expect_place("clickhouse:///tap", "--store: no host; clickhouse://user@host:port/database is wanted");
	expect_place("clickhouse://ch1/tap;drop",
		     "--store: database 'tap;drop': letters, digits and '_' are allowed");
	expect_place("clickhouse://ch1:0/tap", "--store: port 0: a number from 1 to 65535 is wanted");
	expect_place("clickhouse://ch1:99999/tap", "--store: port 99999: a number from 1 to 65535 is wanted");
	expect_place("clickhouse://ch1/tap?cluster=a-b",
		     "--store: cluster=a-b: letters, digits and '_' are allowed");
	expect_place("clickhouse://ch1/tap?sensor=", "--store: sensor= has no value");
	expect_place("clickhouse://ch1/tap?sensor=a%0ab",
		     "--store: sensor: a control character, or no memory");
	expect_place("clickhouse://ch1/tap?https=maybe", "--store: https=maybe: yes or no");
	expect_place("clickhouse://ch1/tap?what=x", "--store: what: unknown; known are cluster, sensor, "
						    "spool, spool_bytes, every, password_file, ca, https");
	expect_place("clickhouse://ch1/tap?every=0",
		     "default@ch1:8123/tap cluster - sensor - spool - 4294967296 password - ca - every 0");
	expect_place(
	    "clickhouse://ch1/tap?every=86400",
	    "default@ch1:8123/tap cluster - sensor - spool - 4294967296 password - ca - every 86400");
	expect_place("clickhouse://ch1/tap?every=86401",
		     "--store: every=86401: seconds from 0 to 86400 are wanted");
	expect_place("clickhouse://ch1/tap?every=-1",
		     "--store: every=-1: seconds from 0 to 86400 are wanted");
}

Test(store_clickhouse, texts_are_literals)
{
	struct strbuf out = {0};

	sql_add_text(&out, "it's\\\n\x01", 7);
	cr_expect_str_eq(strbuf_text(&out), "'it\\'s\\\\\\x0A\\x01'", "%s", strbuf_text(&out));
	strbuf_clear(&out);
}

Test(store_clickhouse, numbers_and_texts_come_back)
{
	struct strbuf out = {0};
	char long_text[300];
	size_t length;

	memset(long_text, 'x', sizeof long_text);
	put_number(&out, 0x0102030405060708, 8);
	put_number(&out, 0xfffe, 2);
	put_bytes(&out, long_text, sizeof long_text);
	put_text(&out, "");
	struct cursor in = cur_make((const uint8_t *)out.text, out.length);
	cr_expect_eq(take_number(&in, 8), 0x0102030405060708);
	cr_expect_eq(take_number(&in, 2), 0xfffe);
	const uint8_t *bytes = take_bytes(&in, &length);
	cr_expect(bytes && length == sizeof long_text && memcmp(bytes, long_text, length) == 0);
	cr_expect(take_bytes(&in, &length) && length == 0);
	cr_expect(cur_ok(&in) && cur_left(&in) == 0);
	cr_expect_null(take_bytes(&in, &length));
	strbuf_clear(&out);
	in = cur_make((const uint8_t *)"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10);
	cr_expect_null(take_bytes(&in, &length), "a length beyond what is there");
}

/* A row with every kind of column. */
static struct edge_row sample_row(void)
{
	struct edge_row row = {.key = {.bucket = -3,
				       .initiator = {.family = ADDR_IPV4, .bytes = {10, 0, 0, 1}},
				       .responder = {.family = ADDR_IPV6,
						     .bytes = {0xfd},
						     .scope_kind = ADDR_SCOPE_VLAN,
						     .scope = 7},
				       .protocol = PROTO_TCP,
				       .basis = DIRECTION_HANDSHAKE,
				       .confidence = CONFIDENCE_PROVEN,
				       .responder_port = 443},
			       .packets = {5, UINT64_C(1) << 40},
			       .first_ns = TIME_UNKNOWN,
			       .last_ns = 12,
			       .opened_minutes = 0x7fff,
			       .vlans = {3, 9},
			       .vlan_count = 2};

	row.evidence.openings[0] = (struct frame_ref){.time_ns = -5, .frame = 17, .input = 1};
	row.evidence.answer = (struct frame_ref){.time_ns = INT64_MAX, .frame = 1, .input = 0};
	return row;
}

static void expect_round_trip(const struct row_shape *shape, const void *row)
{
	struct err err;
	struct ledger *ledger = ledger_new(&(struct ledger_options){.hash_seed = 1}, &err);
	uint8_t ids[2][INPUT_ID_BYTES] = {{1}, {2}};
	const struct house_names names = {.ledger = ledger, .inputs = ids};
	struct house_reader reader = {.ledger = ledger};
	struct strbuf out = {0};
	union any_row back;

	cr_assert_eq(ledger_sensor(ledger, "hq-1"), 0);
	cr_assert_eq(reader_add_input(&reader, ids[1], 1) | reader_add_input(&reader, ids[0], 0), 0);
	reader_sort_inputs(&reader);
	house_put_row(&out, shape, &names, row);
	for (size_t cut = 0; cut < out.length; cut++) {
		struct cursor in = cur_make((const uint8_t *)out.text, cut);
		cr_assert_neq(house_take_row(&in, shape, &reader, &back), 0, "cut at %zu", cut);
	}
	struct cursor in = cur_make((const uint8_t *)out.text, out.length);
	cr_assert_eq(house_take_row(&in, shape, &reader, &back), 0);
	cr_expect(cur_left(&in) == 0 && memcmp(&back, row, shape->row_size) == 0, "%s differs", shape->table);
	strbuf_clear(&out);
	reader_clear(&reader);
	ledger_free(ledger);
}

Test(store_clickhouse, rows_come_back_as_they_were)
{
	const struct edge_row edge = sample_row();
	const struct host_row host = {
	    .bucket = 9, .address = edge.key.initiator, .mac = {2, 0, 0, 0, 0, 1}, .group_sent = 4};
	const struct coverage_row coverage = {.bucket = 1, .minutes = 3, .packets = 9, .snaplen_min = 384};
	const struct anomaly_row anomaly = {.bucket = 1, .third = edge.key.responder, .count = 2};

	expect_round_trip(&row_shapes[SHAPE_EDGES], &edge);
	expect_round_trip(&row_shapes[SHAPE_HOSTS], &host);
	expect_round_trip(&row_shapes[SHAPE_COVERAGE], &coverage);
	expect_round_trip(&row_shapes[SHAPE_ANOMALIES], &anomaly);
}

Test(store_clickhouse, columns_that_merge_otherwise_than_by_adding_are_there)
{
	static const char *const names[] = {
	    "first_ns", "last_ns", "opened_minutes", "answered_minutes", "active_minutes",
	    "vlans",    "opening", "second",         "answered",         "contradicted"};
	struct strbuf merged = {0};

	house_add_merged(&merged, &row_shapes[SHAPE_EDGES]);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct strbuf sum = {0};

		strbuf_addf(&sum, "sum(`%s`)", names[i]);
		cr_expect_null(strstr(strbuf_text(&merged), strbuf_text(&sum)), "%s is added up", names[i]);
		strbuf_clear(&sum);
	}
	cr_expect_not_null(strstr(strbuf_text(&merged), "sum(`packets_out`)"));
	strbuf_clear(&merged);
}

static struct spool *open_spool(char path[32], uint64_t limit)
{
	struct err err = {""};

	strcpy(path, "/tmp/spool-XXXXXX");
	int file = mkstemp(path);
	cr_assert_geq(file, 0);
	close(file);
	struct spool *spool = spool_open(path, limit, &err);
	cr_assert_not_null(spool, "%s", err.text);
	return spool;
}

static int add_segment(struct spool *spool, const char *name, size_t bytes, struct err *err)
{
	char sensor[] = "s";
	char segment[32];
	struct strbuf rows = {0};
	snprintf(segment, sizeof segment, "%s", name);
	const struct spool_segment added = {
	    .sensor = sensor, .segment = segment, .first_bucket = 1, .last_bucket = 2};

	if (spool_begin(spool, &added, err))
		return -1;
	strbuf_repeat(&rows, 'x', bytes);
	int status = spool_end(spool, spool_add(spool, TABLE_EDGE, &rows, err), err);
	strbuf_clear(&rows);
	return status;
}

static int count_bytes(void *context, const struct spool_part *part, struct err *err)
{
	(void)err;
	cr_expect(part->table == TABLE_EDGE && part->rows[0] == 'x' &&
		  part->columns == clickhouse_column_count(&clickhouse_tables[TABLE_EDGE]));
	*(size_t *)context += part->length;
	return 0;
}

Test(store_clickhouse, a_spool_gives_back_in_order_and_keeps_what_waits)
{
	char path[32];
	struct spool *spool = open_spool(path, 1000);
	struct spool_segment oldest;
	struct err err = {""};
	uint64_t segments, bytes;
	size_t read = 0;
	bool found;

	cr_assert_eq(add_segment(spool, "one", 600, &err), 0, "%s", err.text);
	cr_assert_eq(add_segment(spool, "two", 600, &err), -1);
	cr_expect_not_null(
	    strstr(err.text, "full with 600 bytes; what waits there is kept, this was not taken"), "%s",
	    err.text);
	cr_assert_eq(add_segment(spool, "three", 400, &err), 0, "%s", err.text);
	cr_assert_eq(spool_count(spool, &segments, &bytes, &err), 0);
	cr_expect(segments == 2 && bytes == 1000);
	cr_assert_eq(spool_oldest(spool, &oldest, &found, &err), 0);
	cr_expect(found && strcmp(oldest.segment, "one") == 0 && oldest.last_bucket == 2);
	cr_assert_eq(spool_parts(spool, oldest.number, &read, count_bytes, &err), 0);
	cr_expect_eq(read, 600);
	cr_assert_eq(spool_remove(spool, oldest.number, &err), 0);
	spool_segment_clear(&oldest);
	spool_close(spool);
	spool = spool_open(path, 1000, &err);
	cr_assert_eq(spool_oldest(spool, &oldest, &found, &err), 0);
	cr_expect(found && strcmp(oldest.segment, "three") == 0);
	spool_segment_clear(&oldest);
	cr_expect(spool_lock(spool));
	struct spool *other = spool_open(path, 1000, &err);
	cr_expect_not(spool_lock(other), "two send at once");
	spool_unlock(spool);
	cr_expect(spool_lock(other));
	spool_close(other);
	spool_close(spool);
	unlink(path);
}

static void expect_known(struct spool *spool, const char *sensor, const char *site, const char *fingerprint,
			 const char *from)
{
	struct arena arena = {0};
	struct store_origin origin;
	struct err err = {""};
	char said[64] = "not";

	cr_assert_eq(taken_knows(spool, sensor, site, fingerprint, &arena, &origin, &err), 0, "%s", err.text);
	if (origin.known)
		snprintf(said, sizeof said, "%s of %s", origin.sensor, origin.site);
	cr_expect_str_eq(said, from, "%s for %s, %s: %s", fingerprint, sensor, site ? site : "-", said);
	arena_clear(&arena);
}

Test(store_clickhouse, a_sensor_remembers_what_it_took)
{
	char path[32], sensor[] = "s", name[] = "one", site[] = "here";
	struct spool *spool = open_spool(path, 1000);
	const struct spool_segment segment = {.sensor = sensor, .segment = name, .site = site};
	const struct input_record input = {.name = "a", .fingerprint = "ab"};
	const struct store_file file = {.path = "/c/a.pcap",
					.bytes = 5,
					.changed_ns = -7,
					.fingerprint = "ab",
					.first_ns = 9,
					.packets = 3};
	struct store_chain chain = {.sensor = "s", .end_ns = 10};
	struct strbuf flows = {0}, back = {0};
	struct arena arena = {0};
	struct store_file out;
	struct err err;
	bool found;

	strbuf_add(&flows, "late");
	cr_assert_eq(memory_put_file(spool, "s", &file, &err) |
			 taken_put_capture(spool, &segment, &input, "", &err) |
			 memory_put_chain(spool, &chain, &flows, &err),
		     0);
	chain.end_ns = 9;
	strbuf_add(&flows, " and later");
	cr_assert_eq(memory_put_chain(spool, &chain, &flows, &err), 0);
	cr_assert_eq(memory_find_file(spool, "s", "/c/a.pcap", &arena, &out, &found, &err), 0);
	cr_expect(found && out.bytes == 5 && out.changed_ns == -7 && strcmp(out.fingerprint, "ab") == 0 &&
		  out.packets == 3);
	cr_assert_eq(memory_find_file(spool, "s", "/c/b.pcap", &arena, &out, &found, &err), 0);
	cr_expect_not(found);
	cr_assert_eq(memory_find_file(spool, "t", "/c/a.pcap", &arena, &out, &found, &err), 0);
	cr_expect_not(found, "another sensor's file");
	expect_known(spool, "s", "here", "ab", "s of here");
	expect_known(spool, "s", "there", "ab", "s of here");
	expect_known(spool, "t", "here", "ab", "s of here");
	expect_known(spool, "t", "there", "ab", "not");
	expect_known(spool, "t", NULL, "ab", "s of here");
	expect_known(spool, "s", "here", "cd", "not");
	cr_assert_eq(memory_rename_site(spool, "s", "here", "there", &err), 0);
	expect_known(spool, "t", "there", "ab", "s of there");
	cr_assert_eq(taken_flows(spool, "s", 5, &back, &found, &err), 0);
	cr_expect(found && strcmp(strbuf_text(&back), "late") == 0,
		  "what is open after later captures stands");
	strbuf_clear(&flows);
	strbuf_clear(&back);
	arena_clear(&arena);
	spool_close(spool);
	unlink(path);
}

static int first_columns(void *context, const struct spool_part *part, struct err *err)
{
	(void)err;
	*(size_t *)context = part->columns;
	return 0;
}

/* As the program wrote it before segments said for whom they are, and inputs how they begin. */
Test(store_clickhouse, a_spool_of_before_is_read)
{
	static const char before[] =
	    "CREATE TABLE segment (number INTEGER PRIMARY KEY AUTOINCREMENT, sensor TEXT NOT NULL, segment "
	    "TEXT NOT "
	    "NULL, first_bucket INTEGER NOT NULL, last_bucket INTEGER NOT NULL, bytes INTEGER NOT NULL);"
	    "CREATE TABLE part (number INTEGER NOT NULL, part INTEGER NOT NULL, kind TEXT NOT NULL, rows "
	    "BLOB NOT "
	    "NULL, PRIMARY KEY (number, part)) WITHOUT ROWID;"
	    "CREATE TABLE taken_file (path TEXT PRIMARY KEY, bytes INTEGER NOT NULL, changed_ns INTEGER NOT "
	    "NULL,"
	    " fingerprint TEXT NOT NULL, first_ns INTEGER NOT NULL, packets INTEGER NOT NULL) WITHOUT ROWID;"
	    "CREATE TABLE taken_capture (fingerprint TEXT PRIMARY KEY) WITHOUT ROWID;"
	    "INSERT INTO segment VALUES (1, 's', 'one', 1, 2, 5), (2, 't', 'two', 1, 2, 5);"
	    "INSERT INTO part VALUES (1, 1, 'input', x'00');"
	    "INSERT INTO taken_capture VALUES ('ab'); INSERT INTO taken_file VALUES ('/c', 1, 2, 'ab', 3, 4)";
	char path[] = "/tmp/spool-XXXXXX";
	struct spool_segment oldest;
	struct arena arena = {0};
	struct store_file file;
	struct err err = {""};
	size_t columns = 0;
	sqlite3 *db;
	bool found;

	close(mkstemp(path));
	cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
	cr_assert_eq(sqlite3_exec(db, before, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
	sqlite3_close(db);
	for (int time = 0; time < 2; time++) {
		struct spool *spool = spool_open(path, 1000, &err);

		cr_assert_not_null(spool, "%s", err.text);
		cr_assert_eq(spool_oldest(spool, &oldest, &found, &err), 0, "%s", err.text);
		cr_expect_str_eq(oldest.site, time ? "here" : "");
		spool_segment_clear(&oldest);
		cr_assert_eq(spool_adopt(spool, "s", "here", &err), 0);
		cr_assert_eq(spool_parts(spool, 1, &columns, first_columns, &err), 0, "%s", err.text);
		cr_expect_eq(columns + 1, clickhouse_column_count(&clickhouse_tables[TABLE_INPUT]));
		expect_known(spool, "s", "here", "ab", " of ");
		cr_assert_eq(memory_find_file(spool, "s", "/c", &arena, &file, &found, &err), 0);
		cr_expect(found && file.packets == 4);
		spool_close(spool);
	}
	arena_clear(&arena);
	unlink(path);
}

Test(store_clickhouse, columns_that_came_later_stand_behind_the_others)
{
	const struct clickhouse_table *table = &clickhouse_tables[TABLE_INPUT];
	size_t count = clickhouse_column_count(table);
	struct strbuf all = {0}, before = {0};

	clickhouse_add_names(&all, table, count);
	clickhouse_add_names(&before, table, count - 1);
	strbuf_add(&before, ", beginning");
	cr_expect_str_eq(strbuf_text(&all), strbuf_text(&before));
	cr_expect_eq(strncmp(strbuf_text(&all), "attempt, sensor, ", 17), 0);
	strbuf_clear(&all);
	strbuf_clear(&before);
}

Test(store_clickhouse, what_is_replaced_is_named_and_forgotten)
{
	char path[32], sensor[] = "s", one[] = "aa", two[] = "bb", site[] = "here";
	struct spool *spool = open_spool(path, 1000);
	const struct spool_segment first = {
	    .sensor = sensor, .segment = one, .site = site, .first_bucket = 3, .last_bucket = 9};
	const struct spool_segment second = {.sensor = sensor, .segment = two, .site = site};
	const struct input_record input = {.name = "a", .fingerprint = "ab", .packets = 5};
	struct strbuf flows = {0}, said = {0};
	struct err err = {""};
	bool is = false;

	strbuf_add(&flows, "early");
	cr_assert_eq(taken_put_segment(spool, &first, 10, 20, &flows, &err) |
			 taken_put_capture(spool, &first, &input, "00", &err),
		     0, "%s", err.text);
	flows.length = 0;
	strbuf_add(&flows, "late");
	cr_assert_eq(taken_put_segment(spool, &second, 30, 40, &flows, &err), 0, "%s", err.text);
	cr_assert_eq(taken_is_of(spool, "s", "ab", 1, &is, &err), 0);
	cr_expect(is);
	cr_assert_eq(taken_is_of(spool, "s", "ab", 2, &is, &err), 0);
	cr_expect_not(is);
	cr_assert_eq(taken_describe(spool, "s", 1, "bb", &said, &err) |
			 taken_describe(spool, "s", 2, "bb", &said, &err) |
			 taken_describe(spool, "t", 1, "bb", &said, &err),
		     0);
	cr_expect_str_eq(strbuf_text(&said), "aa 3 9\n", "itself and others' are not replaced");
	for (int64_t before = 10; before <= 31; before++) {
		struct strbuf open = {0};
		bool found;

		cr_assert_eq(taken_flows(spool, "s", before, &open, &found, &err), 0);
		cr_expect_str_eq(found ? strbuf_text(&open) : "none",
				 before == 10   ? "none"
				 : before <= 30 ? "early"
						: "late",
				 "before %d", (int)before);
		strbuf_clear(&open);
	}
	cr_assert_eq(taken_drop(spool, "s", 1, &err), 0);
	expect_known(spool, "s", "here", "ab", "not");
	cr_assert_eq(taken_is_of(spool, "s", "ab", 1, &is, &err), 0);
	cr_expect_not(is);
	strbuf_clear(&flows);
	strbuf_clear(&said);
	spool_close(spool);
	unlink(path);
}

static void expect_site(struct spool *spool, const char *sensor, const char *expected)
{
	struct strbuf site = {0};
	struct err err = {""};
	bool found;

	cr_assert_eq(memory_site(spool, sensor, false, &site, &found, &err), 0, "%s", err.text);
	cr_expect_str_eq(found ? strbuf_text(&site) : "-", expected);
	strbuf_clear(&site);
}

Test(store_clickhouse, for_whom_it_writes_the_server_says)
{
	char path[32];
	struct spool *spool = open_spool(path, 1000);
	struct err err = {""};

	expect_site(spool, "s", "-");
	cr_assert_eq(memory_note_site(spool, "s", "old", &err), 0);
	expect_site(spool, "s", "old");
	cr_assert_eq(memory_rename_site(spool, "s", "old", "new", &err), 0);
	cr_assert_eq(memory_note_site(spool, "s", "old", &err), 0);
	expect_site(spool, "s", "new");
	cr_assert_eq(memory_put_site(spool, "s", "other", &err), 0);
	expect_site(spool, "s", "other");
	expect_site(spool, "t", "-");
	spool_close(spool);
	unlink(path);
}

Test(store_clickhouse, tries_are_told_until_one_is_confirmed)
{
	char path[32];
	struct spool *spool = open_spool(path, 1000);
	struct spool_segment oldest;
	struct strbuf tries = {0};
	struct err err = {""};
	bool found;

	cr_assert_eq(add_segment(spool, "one", 10, &err) | add_segment(spool, "two", 10, &err), 0);
	cr_assert_eq(spool_oldest(spool, &oldest, &found, &err), 0);
	cr_assert_eq(spool_try(spool, &oldest, 7, &err) | spool_try(spool, &oldest, UINT64_MAX, &err) |
			 spool_try(spool, &oldest, 9, &err),
		     0);
	cr_assert_eq(spool_tries(spool, &oldest, 9, &tries, &err), 0);
	struct cursor in = cur_make((const uint8_t *)strbuf_text(&tries), tries.length);
	uint64_t sum = take_number(&in, 8) + take_number(&in, 8);
	cr_expect(tries.length == 16 && sum == 6, "7 and the largest number");
	cr_assert_eq(spool_remove(spool, oldest.number, &err), 0);
	tries.length = 0;
	cr_assert_eq(spool_tries(spool, &oldest, 0, &tries, &err), 0);
	cr_expect_eq(tries.length, 0);
	spool_segment_clear(&oldest);
	strbuf_clear(&tries);
	spool_close(spool);
	unlink(path);
}
