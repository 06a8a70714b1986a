/*
 * Door: what a ClickHouse server answers, which may be broken, or hostile. Sound answers are made once, by
 * what the program itself would have written; the bytes say what becomes of which of them: overwritten,
 * lengthened, cut, replaced, refused, broken off. libcurl is played here: no network. Checked: each question
 * ends with a reason or with an answer that can be judged and reported as any other; untouched answers give
 * back what was written; no memory is left.
 */
#include "judge_road.h"
#include "store/clickhouse.h"
#include "store/store.h"
#include <stdarg.h>
#include <string.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo

enum { STATUS_OK = 200, STATUS_ERROR = 500, PIECE_MAX = 1000, ANSWERS_MAX = 64 };

/* A question is told by words that stand in it; the first that match. */
enum answer_kind {
	ANSWER_TABLES,
	ANSWER_WEIGHTS,
	ANSWER_SEEN,
	ANSWER_SENSORS,
	ANSWER_AWAY_SENSORS,
	ANSWER_SHARDS,
	ANSWER_EDGES,
	ANSWER_HOSTS,
	ANSWER_COVERAGE,
	ANSWER_ANOMALIES,
	ANSWER_KNOWN,
	ANSWER_INPUTS,
	ANSWER_SPANS,
	ANSWER_CHAIN,
	ANSWER_FILE,
	ANSWER_EXTENT,
	ANSWER_DAYS,
	ANSWER_FINDINGS,
	ANSWER_KINDS
};
static const char *const words[ANSWER_KINDS] = {
    [ANSWER_TABLES] = "FROM system.tables",
    [ANSWER_WEIGHTS] = "FROM system.clusters",
    [ANSWER_SEEN] = "arraySort(groupArray(latest))",
    [ANSWER_SENSORS] = "sumIf(rows",
    [ANSWER_AWAY_SENSORS] = "argMax(site, written) FROM",
    [ANSWER_SHARDS] = "DISTINCT shard",
    [ANSWER_EDGES] = "FROM t.edge ",
    [ANSWER_HOSTS] = "FROM t.host ",
    [ANSWER_EXTENT] = "min(bucket)",
    [ANSWER_COVERAGE] = "FROM t.coverage ",
    [ANSWER_ANOMALIES] = "FROM t.anomaly ",
    [ANSWER_KNOWN] = "toUInt64(count()) FROM t.input",
    [ANSWER_INPUTS] = "FROM t.input ",
    [ANSWER_SPANS] = "FROM t.span ",
    [ANSWER_CHAIN] = "FROM t.chain ",
    [ANSWER_FILE] = "FROM t.file ",
    [ANSWER_FINDINGS] = "FROM t.finding ",
    [ANSWER_DAYS] = "FROM t.day ",
};

/* Made once. */
static struct {
	struct strbuf answers[ANSWER_KINDS];
	struct signature_library *library;
	struct site *site;
	struct matrix *matrix;
	size_t edges;
} sound;

/* What the bytes say: which answer is changed, and how. */
static struct {
	struct cursor script;
	unsigned asked, next; /* answers given; the one that is changed next */
	bool untouched;
	const char *sql;
	curl_write_callback write;
	void *context;
	long status;
} server;

CURLcode curl_easy_setopt(CURL *curl, CURLoption option, ...)
{
	va_list args;

	(void)curl;
	va_start(args, option);
	if (option == CURLOPT_POSTFIELDS)
		server.sql = va_arg(args, const char *);
	else if (option == CURLOPT_WRITEFUNCTION)
		server.write = va_arg(args, curl_write_callback);
	else if (option == CURLOPT_WRITEDATA)
		server.context = va_arg(args, void *);
	va_end(args);
	return CURLE_OK;
}

CURLcode curl_easy_getinfo(CURL *curl, CURLINFO info, ...)
{
	va_list args;

	(void)curl;
	va_start(args, info);
	if (info == CURLINFO_RESPONSE_CODE)
		*va_arg(args, long *) = server.status;
	va_end(args);
	return CURLE_OK;
}

static CURLcode answer(const char *bytes, size_t length)
{
	for (size_t at = 0; at < length;) {
		size_t piece = length - at < PIECE_MAX ? length - at : PIECE_MAX;
		char copy[PIECE_MAX];

		memcpy(copy, bytes + at, piece);
		if (server.write(copy, 1, piece, server.context) != piece)
			return CURLE_WRITE_ERROR;
		at += piece;
	}
	return CURLE_OK;
}

/* The rest of the script's line: a length and bytes. */
static struct cursor take_line(void)
{
	size_t length = cur_u8(&server.script);

	if (length > cur_left(&server.script))
		length = cur_left(&server.script);
	return cur_make(cur_take(&server.script, length), length);
}

static void splice(struct strbuf *out, const struct strbuf *from, size_t at, size_t removed,
		   const struct cursor *added)
{
	at = from->length ? at % (from->length + 1) : 0;
	removed = removed < from->length - at ? removed : from->length - at;
	strbuf_add_bytes(out, strbuf_text(from), at);
	if (cur_left(added) > 0)
		strbuf_add_bytes(out, (const char *)added->p, cur_left(added));
	strbuf_add_bytes(out, strbuf_text(from) + at + removed, from->length - at - removed);
}

static CURLcode changed(const struct strbuf *whole)
{
	static const char away[] =
	    "Code: 279, e.displayText() = DB::NetException: All connection tries failed.\n\n";
	struct strbuf out = {0};
	uint8_t way = cur_u8(&server.script);
	size_t at = cur_be16(&server.script);
	struct cursor line = take_line();
	CURLcode code = CURLE_OK;

	switch (way % 8) {
	case 0: /* overwritten */ splice(&out, whole, at, cur_left(&line), &line); break;
	case 1: /* more */ splice(&out, whole, at, 0, &line); break;
	case 2: /* less */ splice(&out, whole, at, cur_left(&line), &(struct cursor){0}); break;
	case 3: /* cut */
		strbuf_add_bytes(&out, strbuf_text(whole), whole->length ? at % whole->length : 0);
		break;
	case 4: /* another */ splice(&out, &(struct strbuf){0}, 0, 0, &line); break;
	case 5: /* refused in so many words */
		server.status = STATUS_ERROR;
		splice(&out, &(struct strbuf){0}, 0, 0, &line);
		break;
	case 6: /* a shard that is away */
		server.status = STATUS_ERROR;
		strbuf_add(&out, away);
		break;
	default: /* broken off */ code = CURLE_RECV_ERROR; break;
	}
	if (answer(strbuf_text(&out), out.length) != CURLE_OK)
		code = CURLE_WRITE_ERROR;
	strbuf_clear(&out);
	return code;
}

CURLcode curl_easy_perform(CURL *curl)
{
	static const struct strbuf nothing = {0};
	const struct strbuf *whole = &nothing;

	(void)curl;
	server.status = STATUS_OK;
	for (int kind = 0; kind < ANSWER_KINDS && whole == &nothing; kind++) {
		if (strstr(server.sql, words[kind]))
			whole = &sound.answers[kind];
	}
	if (server.asked++ != server.next || server.untouched)
		return answer(strbuf_text(whole), whole->length);
	CURLcode code = changed(whole);
	/* How many answers are sound until the next. */
	server.next =
	    cur_left(&server.script) > 0 ? server.asked + cur_u8(&server.script) % ANSWERS_MAX : UINT32_MAX;
	return code;
}

static void put_numbers(enum answer_kind kind, size_t bytes, const uint64_t *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put_number(&sound.answers[kind], values[i], bytes);
}

static void put_texts(enum answer_kind kind, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put_text(&sound.answers[kind], texts[i]);
}

static const uint8_t input_id[INPUT_ID_BYTES] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
						 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};

static void put_rows(const struct ledger *ledger)
{
	uint8_t ids[1][INPUT_ID_BYTES];
	const struct house_names names = {.ledger = ledger, .inputs = ids};
	struct anomaly_row anomaly = {.bucket = 1900000,
				      .kind = ANOMALY_FTP_BOUNCE,
				      .protocol = PROTO_TCP,
				      .responder_port = 21,
				      .count = 1};
	size_t coverages;
	const struct coverage_row *coverage = ledger_coverages(ledger, &coverages);

	memcpy(ids[0], input_id, INPUT_ID_BYTES);
	sound.edges = ledger_edge_count(ledger);
	for (size_t i = 0; i < sound.edges; i++) {
		const struct edge_row row = ledger_edge(ledger, i);

		house_put_row(&sound.answers[ANSWER_EDGES], &row_shapes[SHAPE_EDGES], &names, &row);
		anomaly.initiator = row.key.initiator;
		anomaly.responder = anomaly.third = row.key.responder;
		anomaly.evidence = row.evidence.openings[0];
	}
	for (size_t i = 0; i < ledger_host_count(ledger); i++) {
		const struct host_row row = ledger_host(ledger, i);

		house_put_row(&sound.answers[ANSWER_HOSTS], &row_shapes[SHAPE_HOSTS], &names, &row);
	}
	for (size_t i = 0; i < coverages; i++)
		house_put_row(&sound.answers[ANSWER_COVERAGE], &row_shapes[SHAPE_COVERAGE], &names,
			      &coverage[i]);
	house_put_row(&sound.answers[ANSWER_ANOMALIES], &row_shapes[SHAPE_ANOMALIES], &names, &anomaly);
}

static void put_inputs(void)
{
	static const char *const texts[] = {
	    "a.pcap", "00112233445566778899aabbccddeeff", "", "pcap", "complete", "", "", "EN10MB", "tcp"};
	const uint64_t numbers[] = {9, 1000, (uint64_t)bucket_start_ns(1900000),
				    (uint64_t)bucket_start_ns(1900004)};
	const uint64_t zeros[ACCOUNT_COUNT] = {0};

	put_text(&sound.answers[ANSWER_INPUTS], "local");
	put_bytes(&sound.answers[ANSWER_INPUTS], input_id, INPUT_ID_BYTES);
	put_texts(ANSWER_INPUTS, texts, sizeof texts / sizeof texts[0]);
	put_number(&sound.answers[ANSWER_INPUTS], 0, 1);
	put_numbers(ANSWER_INPUTS, 8, numbers, 4);
	put_number(&sound.answers[ANSWER_INPUTS], ACCOUNT_COUNT, 1);
	put_numbers(ANSWER_INPUTS, 8, zeros, ACCOUNT_COUNT);
	put_text(&sound.answers[ANSWER_SPANS], "local");
	put_numbers(ANSWER_SPANS, 8, numbers + 2, 2);
}

static void put_chain(void)
{
	const uint8_t four[4] = {10, 0, 0, 1};
	struct strbuf flow = {0};

	for (int i = 0; i < 2; i++)
		put_bytes(&flow, four, sizeof four);
	put_number(&flow, 40000, 2);
	put_number(&flow, 443, 2);
	put_number(&flow, PROTO_TCP, 1);
	put_number(&flow, CONFIDENCE_PROVEN, 1);
	put_number(&flow, (uint64_t)bucket_start_ns(1900004), 8);
	put_bytes(&sound.answers[ANSWER_CHAIN], strbuf_text(&flow), flow.length);
	strbuf_clear(&flow);
}

static void put_history(void)
{
	static const char *const day[] = {"a", "b", "fail", "A"};
	static const char *const finding[] = {"0011", "missing", "low", "system", "rule", "message", "EX-1"};
	const uint64_t counts[6] = {9, 1, 0, 1, 0, 0};

	put_number(&sound.answers[ANSWER_DAYS], 19791, 4);
	put_texts(ANSWER_DAYS, day, 4);
	put_numbers(ANSWER_DAYS, 8, counts, 6);
	put_texts(ANSWER_FINDINGS, finding, 7);
	put_number(&sound.answers[ANSWER_FINDINGS], 15, 1);
	put_number(&sound.answers[ANSWER_FINDINGS], 19790, 4);
	put_text(&sound.answers[ANSWER_FILE], "a.pcap");
	put_numbers(ANSWER_FILE, 8, counts, 2);
	put_text(&sound.answers[ANSWER_FILE], "00112233445566778899aabbccddeeff");
	put_numbers(ANSWER_FILE, 8, counts, 2);
}

static void put_sensors(void)
{
	static const char *const away[] = {"other", "elsewhere"};
	const uint64_t tables = TABLE_COUNT, two = 2, shard = 0, attempt = 7, known = 0, extent = 1900000;

	put_numbers(ANSWER_TABLES, 8, &tables, 1);
	put_numbers(ANSWER_WEIGHTS, 8, &two, 1);
	put_numbers(ANSWER_SHARDS, 8, &shard, 1);
	put_numbers(ANSWER_KNOWN, 8, &known, 1);
	put_text(&sound.answers[ANSWER_SEEN], "local");
	put_number(&sound.answers[ANSWER_SEEN], 1, 1);
	put_numbers(ANSWER_SEEN, 8, &attempt, 1);
	put_number(&sound.answers[ANSWER_SEEN], 0, 1);
	put_text(&sound.answers[ANSWER_SENSORS], "local");
	put_text(&sound.answers[ANSWER_SENSORS], "site");
	put_number(&sound.answers[ANSWER_SENSORS], 1900003, 4);
	put_numbers(ANSWER_SENSORS, 8, &two, 1);
	put_numbers(ANSWER_SENSORS, 8, &two, 1);
	put_texts(ANSWER_AWAY_SENSORS, away, 2);
	put_numbers(ANSWER_EXTENT, 8, &two, 1);
	put_numbers(ANSWER_EXTENT, 4, &extent, 1);
	put_numbers(ANSWER_EXTENT, 4, &extent, 1);
}

static void make_sound(void)
{
	struct message_list messages = {.error_count = 0};
	struct err err;

	sound.library = signature_library_open("signatures", &err);
	FUZZ_CHECK(sound.library);
	sound.site = site_load("pcaps/kvmnet2.site.json", sound.library, &messages);
	FUZZ_CHECK(sound.site);
	sound.matrix = matrix_compile(sound.site, &err);
	FUZZ_CHECK(sound.matrix);
	struct ledger *ledger = make_ledger(sound.matrix);
	put_rows(ledger);
	put_inputs();
	put_chain();
	put_history();
	put_sensors();
	ledger_free(ledger);
}

/* What came over the network is a ledger like any other, whose report the store's door tries. */
static void judge_only(const struct ledger *ledger)
{
	const struct audit_options options = {
	    .now_ns = bucket_start_ns(1900010), .fail_on = SEVERITY_MEDIUM, .expect_all = true};
	struct err err;
	struct audit_result *result = audit_run(ledger, sound.matrix, &options, &err);

	FUZZ_CHECK(result);
	audit_free(result);
}

static void load_one(struct store *store)
{
	struct ledger *ledger = NULL;
	struct err err = {""};
	int status = store_load(store, 1900000, 1900010, &ledger, &err);

	FUZZ_CHECK(status == 0 ? ledger != NULL : ledger == NULL && err.text[0] != '\0');
	FUZZ_CHECK(!server.untouched || (ledger && ledger_edge_count(ledger) == sound.edges));
	if (ledger)
		judge_only(ledger);
	ledger_free(ledger);
}

static void load_many(struct store *store, struct arena *arena)
{
	static const char *const sites[] = {"site", "elsewhere", "nowhere"};
	struct ledger *ledgers[3] = {NULL, NULL, NULL};
	struct store_sensor *sensors;
	size_t count;
	struct err err = {""};

	if (store_sensors(store, 1900000, 1900010, arena, &sensors, &count, &err) != 0) {
		FUZZ_CHECK(err.text[0] != '\0' && !strchr(err.text, '\n'));
		return;
	}
	for (size_t i = 0; i < count; i++)
		FUZZ_CHECK(sensors[i].name && sensors[i].site);
	if (store_load_sites(store, 1900000, 1900010, sites, 3, sensors, count, ledgers, &err) == 0) {
		FUZZ_CHECK(!server.untouched || ledger_edge_count(ledgers[0]) == sound.edges);
		for (size_t i = 0; i < 3; i++)
			judge_only(ledgers[i]);
	} else {
		FUZZ_CHECK(!server.untouched);
	}
	for (size_t i = 0; i < 3; i++)
		ledger_free(ledgers[i]);
}

static void read_history(struct store *store, struct arena *arena)
{
	struct store_file file;
	struct store_day *days;
	struct store_finding *findings;
	struct store_chain chain;
	int32_t first, last;
	size_t count;
	struct store_origin origin;
	bool found;
	struct err err;

	(void)store_extent(store, INT32_MAX, &first, &last, &found, &err);
	if (store_knows(store, "00112233445566778899aabbccddeeff", arena, &origin, &err) == 0 && origin.known)
		FUZZ_CHECK(origin.sensor && origin.site);
	if (store_find_file(store, "a.pcap", arena, &file, &found, &err) == 0 && found)
		FUZZ_CHECK(file.path && file.fingerprint);
	if (store_open_flows(store, "local", arena, &chain, &err) == 0)
		for (size_t i = 0; i < chain.count; i++)
			FUZZ_CHECK(chain.flows[i].confidence > CONFIDENCE_UNKNOWN &&
				   chain.flows[i].confidence < CONFIDENCE_COUNT);
	if (store_days(store, "site", arena, &days, &count, &err) == 0)
		for (size_t i = 0; i < count; i++)
			FUZZ_CHECK(days[i].site_digest && days[i].signatures_digest && days[i].verdict &&
				   days[i].grade);
	if (store_findings(store, "site", 19791, arena, &findings, &count, &err) == 0)
		for (size_t i = 0; i < count; i++)
			FUZZ_CHECK(findings[i].id && findings[i].kind && findings[i].severity);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct err err = {""};
	size_t live;

	if (!sound.site)
		make_sound();
	live = mem_live();
	server.script = cur_make(data, size);
	server.untouched = size < 2;
	server.asked = 0;
	server.next = cur_u8(&server.script) % ANSWERS_MAX;
	struct store *store = store_open_with("clickhouse://h/t?cluster=c", STORE_READ, NULL, NULL, &err);
	FUZZ_CHECK(store || (!server.untouched && err.text[0] != '\0' && !strchr(err.text, '\n')));
	if (store) {
		load_many(store, &arena);
		load_one(store);
		read_history(store, &arena);
	}
	store_close(store);
	arena_clear(&arena);
	FUZZ_CHECK(mem_live() == live);
	return 0;
}
