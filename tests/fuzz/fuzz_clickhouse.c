/*
 * Door: what a ClickHouse server answers, which may be broken, or hostile. Sound answers are made once, by
 * what the program itself would have written; the bytes say what becomes of which of them: overwritten,
 * lengthened, cut, replaced, refused, broken off. libcurl is played here: no network. Checked: each question
 * ends with a reason or with an answer that can be judged and reported as any other; untouched answers give
 * back what was written; no memory is left.
 */
#include "clickhouse_answers.h"
#include "store/store.h"
#include <stdarg.h>
#include <string.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo

enum { STATUS_OK = 200, STATUS_ERROR = 500, PIECE_MAX = 1000, ANSWERS_MAX = 64 };

/* Made once. */
static struct {
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
	struct strbuf whole = {0};
	CURLcode code;

	(void)curl;
	server.status = STATUS_OK;
	add_answer(&whole, server.sql);
	if (server.asked++ != server.next || server.untouched) {
		code = answer(strbuf_text(&whole), whole.length);
	} else {
		code = changed(&whole);
		/* How many answers are sound until the next. */
		server.next = cur_left(&server.script) > 0
				  ? server.asked + cur_u8(&server.script) % ANSWERS_MAX
				  : UINT32_MAX;
	}
	strbuf_clear(&whole);
	return code;
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
	sound.edges = ledger_edge_count(ledger);
	put_rows(ledger);
	put_inputs();
	put_chain();
	put_history();
	put_server();
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

/* By name, each once for a site; of sound answers those that wrote, with all names that its site had then. */
static void check_sensors(const struct store_sensor *sensors, size_t count)
{
	static const char *const expected[][4] = {{"ancient", "site", "site", NULL},
						  {"drifter", "elsewhere", "elsewhere", NULL},
						  {"drifter", "site", "site", NULL},
						  {"local", "site", "old", "site"},
						  {"other", "elsewhere", NULL, NULL}};
	size_t expected_count = sizeof expected / sizeof expected[0];

	FUZZ_CHECK(!server.untouched || count == expected_count);
	for (size_t i = 0; i < count; i++) {
		size_t names = 0;

		FUZZ_CHECK(sensors[i].name && sensors[i].site);
		FUZZ_CHECK(i == 0 || strcmp(sensors[i - 1].name, sensors[i].name) <= 0);
		for (size_t k = i; k-- > 0 && strcmp(sensors[k].name, sensors[i].name) == 0;)
			FUZZ_CHECK(strcmp(sensors[k].site, sensors[i].site) != 0);
		while (sensors[i].names && sensors[i].names[names])
			names++;
		if (!server.untouched)
			continue;
		FUZZ_CHECK(strcmp(sensors[i].name, expected[i][0]) == 0);
		FUZZ_CHECK(strcmp(sensors[i].site, expected[i][1]) == 0);
		FUZZ_CHECK(names == (size_t) !!expected[i][2] + !!expected[i][3] && !sensors[i].away);
		for (size_t k = 0; k < names; k++)
			FUZZ_CHECK(strcmp(sensors[i].names[k], expected[i][2 + k]) == 0);
	}
}

static void load_many(struct store *store, struct arena *arena)
{
	static const char *const sites[] = {"site", "elsewhere", "nowhere"};
	struct ledger *ledgers[3] = {NULL, NULL, NULL};
	struct store_sensor *sensors;
	size_t count;
	struct err err = {""};

	if (store_sensors(store, 1900000, 1900010, arena, &sensors, &count, &err) != 0) {
		FUZZ_CHECK(!server.untouched && err.text[0] != '\0' && !strchr(err.text, '\n'));
		return;
	}
	check_sensors(sensors, count);
	if (store_load_sites(store, 1900000, 1900010, sites, 3, sensors, count, ledgers, &err) == 0) {
		for (size_t i = 0; i < 3; i++) {
			FUZZ_CHECK(!server.untouched ||
				   ledger_edge_count(ledgers[i]) == (i == 0 ? sound.edges : 0));
			judge_only(ledgers[i]);
		}
	} else {
		FUZZ_CHECK(!server.untouched);
	}
	for (size_t i = 0; i < 3; i++)
		ledger_free(ledgers[i]);
}

static void read_taken(struct store *store, struct arena *arena)
{
	struct store_file file;
	struct store_chain chain;
	struct store_origin origin;
	int32_t first, last;
	bool found;
	struct err err;

	int status = store_extent(store, INT32_MAX, &first, &last, &found, &err);
	FUZZ_CHECK(!server.untouched || (status == 0 && found && first == 1900000 && last == 1900003));
	status = store_knows(store, "00112233445566778899aabbccddeeff", arena, &origin, &err);
	if (status == 0 && origin.known)
		FUZZ_CHECK(origin.sensor && strcmp(origin.site, "site") == 0);
	FUZZ_CHECK(!server.untouched || (status == 0 && origin.known && strcmp(origin.sensor, "local") == 0));
	status = store_find_file(store, "a.pcap", arena, &file, &found, &err);
	if (status == 0 && found)
		FUZZ_CHECK(file.path && file.fingerprint);
	FUZZ_CHECK(!server.untouched || (status == 0 && found && strcmp(file.path, "a.pcap") == 0));
	status = store_open_flows(store, "local", arena, &chain, &err);
	for (size_t i = 0; status == 0 && i < chain.count; i++)
		FUZZ_CHECK(chain.flows[i].confidence > CONFIDENCE_UNKNOWN &&
			   chain.flows[i].confidence < CONFIDENCE_COUNT);
	FUZZ_CHECK(!server.untouched || (status == 0 && chain.count == 1));
}

static void read_history(struct store *store, struct arena *arena)
{
	struct store_day *days;
	struct store_finding *findings;
	size_t count;
	struct err err;

	int status = store_days(store, "site", arena, &days, &count, &err);
	for (size_t i = 0; status == 0 && i < count; i++)
		FUZZ_CHECK(days[i].site_digest && days[i].signatures_digest && days[i].verdict &&
			   days[i].grade);
	FUZZ_CHECK(!server.untouched || (status == 0 && count == 1 && days[0].day == 19791));
	status = store_findings(store, "site", 19791, arena, &findings, &count, &err);
	for (size_t i = 0; status == 0 && i < count; i++)
		FUZZ_CHECK(findings[i].id && findings[i].kind && findings[i].severity && findings[i].place);
	FUZZ_CHECK(!server.untouched || (status == 0 && count == 1 && findings[0].since_day == 19790 &&
					 strcmp(findings[0].place, "place") == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct store_access access = {.site = "site"};
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
	struct store *store = store_open_with("clickhouse://h/t?cluster=c", STORE_READ, NULL, &access, &err);
	FUZZ_CHECK(store || (!server.untouched && err.text[0] != '\0' && !strchr(err.text, '\n')));
	if (store) {
		load_many(store, &arena);
		load_one(store);
		read_taken(store, &arena);
		read_history(store, &arena);
	}
	store_close(store);
	arena_clear(&arena);
	FUZZ_CHECK(mem_live() == live);
	return 0;
}
