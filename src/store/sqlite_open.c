#include "sqlite_store.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { BUSY_MSEC = 60000 };

static void sqlite_close(struct store *handle)
{
	struct sqlite_store *store = sqlite_of(handle);

	(void)sqlite3_close(store->db);
	mem_free(store->path);
	mem_free(store);
}

static const struct store_ops sqlite_ops = {
    .keeps_places = true,
    .close = sqlite_close,
    .knows = sqlite_knows,
    .find_file = sqlite_find_file,
    .add = sqlite_add,
    .put_live = sqlite_put_live,
    .begin_live = sqlite_begin_live,
    .open_flows = sqlite_open_flows,
    .put = sqlite_put,
    .beginning_of = sqlite_beginning_of,
    .taken_like = sqlite_taken_like,
    .taken_with = sqlite_taken_with,
    .taken_after = sqlite_taken_after,
    .open_flows_before = sqlite_open_flows_before,
    .load = sqlite_load,
    .extent = sqlite_extent,
    .expire_step = sqlite_expire_step,
    .put_day = sqlite_put_day,
    .days = sqlite_days,
    .sites = sqlite_sites,
    .findings = sqlite_findings,
};

/* "file:PATH?immutable=1" with all that means something in a URI written as %XX. */
static void immutable_uri(struct strbuf *out, const char *path)
{
	strbuf_add(out, "file:");
	for (const char *p = path; *p; p++) {
		if (strchr("%?#", *p))
			strbuf_addf(out, "%%%02x", (unsigned)(unsigned char)*p);
		else
			strbuf_add_char(out, *p);
	}
	strbuf_add(out, "?immutable=1");
}

static bool has_log(struct sqlite_store *store)
{
	struct strbuf name = {0};
	bool found = true;
	int exists = 1;

	strbuf_addf(&name, "%s-wal", store->path);
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	if (strbuf_ok(&name) && vfs &&
	    vfs->xAccess(vfs, strbuf_text(&name), SQLITE_ACCESS_EXISTS, &exists) == 0)
		found = exists != 0;
	strbuf_clear(&name);
	return found;
}

/* In a folder that may not be written, SQLite cannot make the files that readers share. Without a log nobody
 * is writing there either, so that the file can be read as one that does not change. */
static int open_unchanging(struct sqlite_store *store, struct err *err)
{
	struct strbuf uri = {0};
	int result = -1;

	if (has_log(store))
		return -1;
	(void)sqlite3_close(store->db);
	store->db = NULL;
	immutable_uri(&uri, store->path);
	if (strbuf_ok(&uri))
		result = sqlite3_open_v2(strbuf_text(&uri), &store->db,
					 SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
	strbuf_clear(&uri);
	return result == SQLITE_OK ? sqlite_schema_ready(store, STORE_READ, err) : db_fail(store, err);
}

static int open_to_read(struct sqlite_store *store, struct err *err)
{
	/* SQLite tells no more than that it cannot. */
	if (access(store->path, F_OK) != 0)
		return err_set(err, "%s: %s", store->path, strerror(errno));
	if (sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
		return db_fail(store, err);
	(void)sqlite3_busy_timeout(store->db, BUSY_MSEC);
	if (sqlite_schema_ready(store, STORE_READ, err) == 0)
		return 0;
	/* Who may read the file and not write in its folder cannot make what readers of a log share. */
	int code = sqlite3_errcode(store->db);
	return code == SQLITE_CANTOPEN || code == SQLITE_READONLY ? open_unchanging(store, err) : -1;
}

static int open_to_write(struct sqlite_store *store, struct err *err)
{
	if (sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
	    SQLITE_OK)
		return db_fail(store, err);
	(void)sqlite3_busy_timeout(store->db, BUSY_MSEC);
	/* The first has to come before the first table. FULL: what was said to be stored outlives a power
	 * cut. */
	if (db_run(store, "PRAGMA auto_vacuum = INCREMENTAL", err) ||
	    db_run(store, "PRAGMA journal_mode = WAL", err) ||
	    db_run(store, "PRAGMA synchronous = FULL", err) ||
	    db_run(store, "PRAGMA temp_store = MEMORY", err))
		return -1;
	return sqlite_schema_ready(store, STORE_WRITE, err);
}

struct store *sqlite_store_open(const char *path, enum store_mode mode, const struct ledger_options *limits,
				struct err *err)
{
	struct sqlite_store *store = mem_calloc(1, sizeof(*store));
	int result;

	if (store)
		store->path = mem_strdup(path);
	if (!store || !store->path) {
		mem_free(store);
		(void)err_no_memory(err);
		return NULL;
	}
	store->base.ops = &sqlite_ops;
	if (limits)
		store->limits = *limits;
	result = mode == STORE_READ ? open_to_read(store, err) : open_to_write(store, err);
	if (result == 0)
		return &store->base;
	sqlite_close(&store->base);
	return NULL;
}
