/* One statement, one request (ClickHouse's HTTP interface): the statement in the URL where rows follow, else
 * in the body. */
#include "base/cursor.h"
#include "base/hash.h"
#include "clickhouse.h"
#include <stdlib.h>
#include <string.h>

enum { CONNECT_MS = 5000, STALLED_SEC = 60, HTTP_OK = 200, ANSWER_SHOWN = 300 };
/* No node of a shard can be reached. */
enum { SHARD_AWAY = 279 };
static const size_t answer_max = (size_t)2 << 30;

static size_t take_answer(char *bytes, size_t size, size_t count, void *context)
{
	struct strbuf *out = context;
	size_t length = size * count;

	if (length > answer_max - out->length)
		return 0;
	strbuf_add_bytes(out, bytes, length);
	return out->failed ? 0 : length;
}

static void add_url(struct strbuf *out, struct clickhouse *house, const char *sql)
{
	const struct clickhouse_place *place = &house->place;

	/* Only what a Distributed table has handed on is confirmed; an answer is whole or an error. */
	strbuf_addf(out, "%s://%s:%u/?wait_end_of_query=1&insert_distributed_sync=1&max_query_size=67108864",
		    place->https ? "https" : "http", place->host, place->port);
	if (house->partial)
		strbuf_add(out, "&skip_unavailable_shards=1");
	char *escaped = sql ? curl_easy_escape(house->curl, sql, 0) : NULL;
	if (sql)
		strbuf_addf(out, "&query=%s", escaped ? escaped : "");
	out->failed |= sql && !escaped;
	curl_free(escaped);
}

static struct curl_slist *add_header(struct curl_slist *list, const char *name, const char *value,
				     bool *failed)
{
	struct strbuf line = {0};
	struct curl_slist *longer = NULL;

	strbuf_addf(&line, "%s: %s", name, value);
	if (strbuf_ok(&line))
		longer = curl_slist_append(list, strbuf_text(&line));
	strbuf_clear(&line);
	*failed |= !longer;
	return longer ? longer : list;
}

static struct curl_slist *headers_of(const struct clickhouse *house, bool *failed)
{
	struct curl_slist *list = add_header(NULL, "X-ClickHouse-User", house->place.user, failed);

	list = add_header(list, "X-ClickHouse-Key", house->password ? house->password : "", failed);
	list = add_header(list, "Content-Type", "application/octet-stream", failed);
	/* No "100 Continue" round before a long body. */
	return add_header(list, "Expect", "", failed);
}

static void set_options(struct clickhouse *house, const char *url, struct curl_slist *headers,
			const void *body, size_t length, struct strbuf *out)
{
	CURL *curl = house->curl;

	curl_easy_reset(curl);
	house->curl_said[0] = '\0';
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, house->curl_said);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, house->place.https ? "https" : "http");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POST, 1L);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME,
			 (long)(house->patience_sec ? house->patience_sec : STALLED_SEC));
	if (house->place.ca)
		curl_easy_setopt(curl, CURLOPT_CAINFO, house->place.ca);
}

static long code_of(const char *text)
{
	const char *at = strstr(text, "Code: ");

	return at ? strtol(at + strlen("Code: "), NULL, 10) : 0;
}

bool clickhouse_will_pass(const char *text)
{
	static const long passing[] = {
	    159,             /* timeout exceeded */
	    164,             /* read only */
	    202,             /* too many queries */
	    209,             /* socket timeout */
	    210,             /* network error */
	    241,             /* memory limit */
	    242,             /* table read only */
	    243,             /* not enough space */
	    252,             /* too many parts */
	    SHARD_AWAY, 319, /* unknown status of insert */
	    394              /* query was cancelled */
	};
	long code = code_of(text);

	for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++) {
		if (passing[i] == code)
			return true;
	}
	return false;
}

/* LINE says that a database, a table or a column is not there. */
static bool will_be_made(const char *line)
{
	static const long missing[] = {16, 47, 60, 81};
	long code = code_of(line);

	for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++)
		if (missing[i] == code)
			return true;
	return false;
}

/* The node that a server names in brackets as the one that it did not reach: " (host:port)", or nothing. */
static struct cursor node_of(const char *text)
{
	const char *open = strstr(text, " ("), *close = open ? strchr(open, ')') : NULL;

	if (!close || !memchr(open, ':', (size_t)(close - open)))
		return cur_make(NULL, 0);
	return cur_make((const uint8_t *)open, (size_t)(close - open) + 1);
}

/* What the server says, in one line. */
static void say_refusal(struct clickhouse *house, long status, const char *text, struct err *err)
{
	char line[ANSWER_SHOWN + 1];
	size_t length = 0;

	/* Its own words for that are the same three times over. */
	if (code_of(text) == SHARD_AWAY) {
		struct cursor node = node_of(text);

		(void)err_set(err,
			      "clickhouse %s:%u: a shard is away%.*s; try again when it is back (Code: %d)",
			      house->place.host, house->place.port, (int)cur_left(&node),
			      (const char *)node.p, SHARD_AWAY);
		return;
	}
	for (; *text && length < ANSWER_SHOWN; text++) {
		bool blank = (unsigned char)*text <= ' ';

		if (!blank || (length > 0 && line[length - 1] != ' '))
			line[length++] = blank ? ' ' : *text;
	}
	line[length] = '\0';
	const char *hint =
	    will_be_made(line) ? "; `tapaudit store init --store URL` makes what is missing" : "";
	(void)err_set(err, "clickhouse %s:%u: status %ld: %s%s", house->place.host, house->place.port, status,
		      line, hint);
}

static enum clickhouse_answer judge(struct clickhouse *house, CURLcode code, const struct strbuf *out,
				    struct err *err)
{
	const struct clickhouse_place *place = &house->place;
	long status = 0;

	(void)curl_easy_getinfo(house->curl, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_OUT_OF_MEMORY || out->failed) {
		(void)err_no_memory(err);
		return ANSWER_REFUSED;
	}
	if (code == CURLE_WRITE_ERROR) {
		(void)err_set(err, "clickhouse %s:%u: an answer of over 2 GiB", place->host, place->port);
		return ANSWER_REFUSED;
	}
	if (code != CURLE_OK) {
		(void)err_set(err, "clickhouse %s:%u: %s%s", place->host, place->port,
			      house->curl_said[0] ? house->curl_said : curl_easy_strerror(code),
			      code == CURLE_OPERATION_TIMEDOUT && place->cluster
				  ? "; if a node of the cluster is down, try again when it is back"
				  : "");
		/* Who cannot show who it is will not be waited for. */
		return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE
			   ? ANSWER_REFUSED
			   : ANSWER_AWAY;
	}
	if (status == HTTP_OK)
		return ANSWER_DONE;
	say_refusal(house, status, strbuf_text(out), err);
	/* 502 to 504 come from what stands in front of a server that is away. */
	return (status >= 502 && status <= 504) || clickhouse_will_pass(strbuf_text(out)) ? ANSWER_AWAY
											  : ANSWER_REFUSED;
}

enum clickhouse_answer clickhouse_send(struct clickhouse *house, const char *sql, const void *body,
				       size_t length, struct strbuf *out, struct err *err)
{
	struct strbuf url = {0};
	bool failed = false;
	struct curl_slist *headers = headers_of(house, &failed);
	enum clickhouse_answer answer = ANSWER_REFUSED;

	add_url(&url, house, body ? sql : NULL);
	if (failed || !strbuf_ok(&url)) {
		(void)err_no_memory(err);
	} else {
		set_options(house, strbuf_text(&url), headers, body ? body : sql, body ? length : strlen(sql),
			    out);
		answer = judge(house, curl_easy_perform(house->curl), out, err);
	}
	curl_slist_free_all(headers);
	strbuf_clear(&url);
	return answer;
}

enum clickhouse_answer clickhouse_send_sql(struct clickhouse *house, struct strbuf *sql, struct strbuf *out,
					   struct err *err)
{
	enum clickhouse_answer answer = ANSWER_REFUSED;

	if (strbuf_ok(sql))
		answer = clickhouse_send(house, strbuf_text(sql), NULL, 0, out, err);
	else
		(void)err_no_memory(err);
	strbuf_clear(sql);
	return answer;
}

int clickhouse_ask(struct clickhouse *house, const char *sql, struct strbuf *out, struct err *err)
{
	return clickhouse_send(house, sql, NULL, 0, out, err) == ANSWER_DONE ? 0 : -1;
}

enum clickhouse_answer clickhouse_insert(struct clickhouse *house, enum clickhouse_table_id table,
					 size_t columns, const struct strbuf *body, struct err *err)
{
	struct strbuf sql = {0}, answer = {0};
	enum clickhouse_answer result = ANSWER_REFUSED;

	strbuf_add(&sql, "INSERT INTO ");
	sql_add_table(&sql, house, clickhouse_tables[table].name);
	strbuf_add(&sql, " (");
	clickhouse_add_names(&sql, &clickhouse_tables[table],
			     columns ? columns : clickhouse_column_count(&clickhouse_tables[table]));
	strbuf_add(&sql, ") FORMAT RowBinary");
	if (!strbuf_ok(&sql) || body->failed)
		(void)err_no_memory(err);
	else
		result = clickhouse_send(house, strbuf_text(&sql), body->text, body->length, &answer, err);
	strbuf_clear(&sql);
	strbuf_clear(&answer);
	return result;
}

uint64_t clickhouse_random(struct clickhouse *house)
{
	uint64_t number;

	do {
		house->random_state[1]++;
		number = hash_bytes(house->random_state[0], &house->random_state[1],
				    sizeof house->random_state[1]);
	} while (number == 0);
	return number;
}
