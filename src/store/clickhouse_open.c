#include "base/hash.h"
#include "base/mem.h"
#include "clickhouse_parts.h"
#include <stdio.h>
#include <string.h>

void clickhouse_close(struct store *store)
{
	struct clickhouse *house = clickhouse_of(store);

	spool_close(house->spool);
	ledger_free(house->settled);
	curl_easy_cleanup(house->curl);
	clickhouse_place_clear(&house->place);
	mem_free(house->site);
	mem_free(house->password);
	clickhouse_forget_registered(house);
	mem_free(house);
}

static const struct store_ops clickhouse_ops = {
    .keeps_places = true,
    .close = clickhouse_close,
    .knows = clickhouse_knows,
    .find_file = clickhouse_find_file,
    .add = clickhouse_add,
    .put_live = clickhouse_put_live,
    .begin_live = clickhouse_begin_live,
    .end_live = clickhouse_end_live,
    .away = clickhouse_away,
    .open_flows = clickhouse_open_flows,
    .load = clickhouse_load,
    .extent = clickhouse_extent,
    .expire_step = clickhouse_expire_step,
    .put_day = clickhouse_put_day,
    .days = clickhouse_days,
    .findings = clickhouse_findings,
    .sensors = clickhouse_sensors,
    .load_sites = clickhouse_load_sites,
    .put = clickhouse_put,
    .beginning_of = clickhouse_beginning_of,
    .taken_like = clickhouse_taken_like,
    .taken_with = clickhouse_taken_with,
    .taken_after = clickhouse_taken_after,
    .open_flows_before = clickhouse_open_flows_before,
};

/* The first line of the file at PATH. */
static char *read_password(const char *path, struct err *err)
{
	enum { PASSWORD_MAX = 1024 };
	char line[PASSWORD_MAX];
	FILE *file = fopen(path, "re");
	char *read = file ? fgets(line, sizeof line, file) : NULL;

	if (file)
		(void)fclose(file);
	if (!read) {
		(void)err_set(err, "--store: password_file=%s: cannot be read, or is empty", path);
		return NULL;
	}
	line[strcspn(line, "\r\n")] = '\0';
	char *password = mem_strdup(line);
	if (!password)
		(void)err_no_memory(err);
	return password;
}

static int take_access(struct clickhouse *house, const struct store_access *access, struct err *err)
{
	if (house->place.password_file) {
		house->password = read_password(house->place.password_file, err);
		if (!house->password)
			return -1;
	} else if (access && access->password) {
		house->password = mem_strdup(access->password);
		if (!house->password)
			return err_no_memory(err);
	}
	if (house->password && house->password[strcspn(house->password, "\r\n")])
		return err_set(err, "--store: a password of several lines");
	house->site = access && access->site ? mem_strdup(access->site) : NULL;
	return access && access->site && !house->site ? err_no_memory(err) : 0;
}

/* A refusal stops what is to be sent; nothing of it is lost. */
static int refuse_with_spool(struct clickhouse *house, struct err *err)
{
	const struct err why = *err;
	struct err unread;
	uint64_t segments = 0, bytes = 0;

	if (spool_count(house->spool, &segments, &bytes, &unread) == 0 && segments > 0)
		(void)err_set(err, "%s; %llu segment%s wait%s safely in %s", why.text,
			      (unsigned long long)segments, segments == 1 ? "" : "s",
			      segments == 1 ? "s" : "", spool_path(house->spool));
	return -1;
}

static int open_spool(struct clickhouse *house, const struct store_access *access, struct err *err)
{
	const char *path = house->place.spool ? house->place.spool : access ? access->spool : NULL;

	if (!house->place.sensor)
		return err_set(err, "--store: who writes has to say as which sensor: ..?sensor=NAME, one of "
				    "its own for each");
	if (!path)
		return err_set(err,
			       "--store: no place for what waits while the server is away: ..?spool=FILE");
	house->spool = spool_open(path, house->place.spool_bytes, err);
	if (!house->spool)
		return -1;
	/* A server that is away is no reason not to start: what comes waits. */
	enum clickhouse_answer answer = clickhouse_guard(house, err);
	if (answer == ANSWER_DONE && !house->is_away) {
		answer = clickhouse_flush(house, &house->away);
		house->is_away = answer == ANSWER_AWAY;
		if (answer == ANSWER_REFUSED)
			*err = house->away;
	}
	return answer == ANSWER_REFUSED ? refuse_with_spool(house, err) : 0;
}

struct clickhouse *clickhouse_connect(const char *text, const struct ledger_options *limits,
				      const struct store_access *access, struct err *err)
{
	struct clickhouse *house = mem_calloc(1, sizeof *house);

	if (!house) {
		(void)err_no_memory(err);
		return NULL;
	}
	house->base.ops = &clickhouse_ops;
	house->random_state[0] = hash_seed_random();
	if (limits)
		house->limits = *limits;
	if (access) {
		house->patience_sec = access->patience_sec;
		house->is_live = access->is_live;
	}
	if (store_load_remote(err) == 0) {
		house->curl = curl_easy_init();
		if (!house->curl)
			(void)err_set(err, "libcurl does not start");
	}
	if (!house->curl || clickhouse_place_parse(&house->place, text, err) ||
	    take_access(house, access, err)) {
		clickhouse_close(&house->base);
		return NULL;
	}
	return house;
}

/* A cluster that is not there would be noticed only by who writes. */
int clickhouse_check_readable(struct clickhouse *house, struct err *err)
{
	uint64_t weights;

	return clickhouse_weights(house, &weights, err) == ANSWER_DONE ? clickhouse_check_tables(house, err)
								       : -1;
}

struct store *clickhouse_store_open(const char *place, enum store_mode mode,
				    const struct ledger_options *limits, const struct store_access *access,
				    struct err *err)
{
	struct clickhouse *house = clickhouse_connect(place, limits, access, err);

	if (!house)
		return NULL;
	if ((mode == STORE_READ && clickhouse_check_readable(house, err)) ||
	    (mode == STORE_WRITE && open_spool(house, access, err))) {
		clickhouse_close(&house->base);
		return NULL;
	}
	return &house->base;
}

int clickhouse_store_init(const char *place, const struct store_access *access, struct err *err)
{
	struct clickhouse *house = clickhouse_connect(place, NULL, access, err);
	int status = house ? clickhouse_make_tables(house, err) : -1;

	if (house)
		clickhouse_close(&house->base);
	return status;
}

const char *clickhouse_spool_path(const struct store *store)
{
	const struct clickhouse *house = (const struct clickhouse *)(const void *)store;

	return store->ops == &clickhouse_ops && house->spool ? spool_path(house->spool) : NULL;
}

int clickhouse_waiting(struct store *store, uint64_t *segments, uint64_t *bytes, struct err *err)
{
	struct clickhouse *house = clickhouse_of(store);

	*segments = *bytes = 0;
	if (store->ops != &clickhouse_ops || !house->spool)
		return 0;
	return spool_count(house->spool, segments, bytes, err);
}
