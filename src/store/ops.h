/*
 * Private to store/: what one way of keeping ledgers has to be able to do. Each member does what the function
 * of the same name in store.h says.
 */
#ifndef STORE_OPS_H
#define STORE_OPS_H

#include "base/mem.h"
#include "store/store.h"

struct store_ops {
	bool keeps_places;
	void (*close)(struct store *store);
	int (*knows)(struct store *store, const char *fingerprint, struct arena *arena,
		     struct store_origin *out, struct err *err);
	int (*find_file)(struct store *store, const char *path, struct arena *arena, struct store_file *out,
			 bool *found, struct err *err);
	int (*add)(struct store *store, const struct ledger *ledger, const struct store_file *files,
		   size_t file_count, const struct store_chain *chain, struct err *err);
	int (*put_live)(struct store *store, const char *sensor, const struct ledger *settled,
			const struct ledger *open, const struct store_chain *chain,
			struct err *err);                                            /* or NULL */
	int (*begin_live)(struct store *store, const char *sensor, struct err *err); /* or NULL */
	int (*end_live)(struct store *store, struct err *err);                       /* or NULL */
	const char *(*away)(const struct store *store);                              /* or NULL */
	int (*open_flows)(struct store *store, const char *sensor, struct arena *arena,
			  struct store_chain *out, struct err *err);
	int (*load)(struct store *store, int32_t first_bucket, int32_t end_bucket, struct ledger **out,
		    struct err *err);
	int (*extent)(struct store *store, int32_t end_bucket, int32_t *first, int32_t *last, bool *found,
		      struct err *err);
	int (*expire_step)(struct store *store, int32_t end_bucket, bool *more, struct err *err);
	int (*put_day)(struct store *store, const char *site, const struct store_day *day,
		       const struct store_finding *findings, size_t finding_count, struct err *err);
	int (*days)(struct store *store, const char *site, struct arena *arena, struct store_day **out,
		    size_t *count, struct err *err);
	int (*findings)(struct store *store, const char *site, int32_t day, struct arena *arena,
			struct store_finding **out, size_t *count, struct err *err);
	/* NULL: none to tell. */
	int (*sites)(struct store *store, struct arena *arena, const char ***out, size_t *count,
		     struct err *err);
	/* Where what was added together can be dropped; else NULL. */
	int (*put)(struct store *store, const struct ledger *ledger, const struct store_file *files,
		   size_t file_count, const struct store_chain *chain, const struct store_change *change,
		   struct err *err);
	int (*beginning_of)(struct store *store, const char *fingerprint, struct arena *arena,
			    const char **out, struct err *err);
	int (*taken_like)(struct store *store, const char *sensor, const char *beginning, struct arena *arena,
			  struct store_taken **out, size_t *count, struct err *err);
	int (*taken_with)(struct store *store, int64_t segment, struct arena *arena, struct store_taken **out,
			  size_t *count, struct err *err);
	int (*taken_after)(struct store *store, const char *sensor, int64_t from_ns, int64_t until_ns,
			   struct arena *arena, struct store_taken **out, size_t *count, struct err *err);
	int (*open_flows_before)(struct store *store, const char *sensor, int64_t before_ns,
				 struct arena *arena, struct store_chain *out, struct err *err);
	/* Of a fleet's store only; else NULL. */
	int (*sensors)(struct store *store, int32_t first_bucket, int32_t end_bucket, struct arena *arena,
		       struct store_sensor **out, size_t *count, struct err *err);
	int (*load_sites)(struct store *store, int32_t first_bucket, int32_t end_bucket,
			  const char *const *sites, size_t site_count, const struct store_sensor *sensors,
			  size_t sensor_count, struct ledger **out, struct err *err);
};

/* What every implementation's own struct begins with. */
struct store {
	const struct store_ops *ops;
};

/* sqlite_open.c */
struct store *sqlite_store_open(const char *path, enum store_mode mode, const struct ledger_options *limits,
				struct err *err) MUST_CHECK;

/* clickhouse_open.c */
struct store *clickhouse_store_open(const char *place, enum store_mode mode,
				    const struct ledger_options *limits, const struct store_access *access,
				    struct err *err) MUST_CHECK;
int clickhouse_store_init(const char *place, const struct store_access *access, struct err *err) MUST_CHECK;
int clickhouse_tidy(const char *place, const struct store_access *access, struct err *err) MUST_CHECK;
int clickhouse_rename_site(const char *place, const struct store_access *access, const char *old_name,
			   const char *new_name, uint64_t *sensors, struct err *err) MUST_CHECK;
int clickhouse_move_sensor(const char *place, const struct store_access *access, const char *sensor,
			   const char *site, const char *from, struct err *err) MUST_CHECK;
int clickhouse_retire_sensor(const char *place, const struct store_access *access, const char *sensor,
			     struct err *err) MUST_CHECK;
const char *clickhouse_spool_path(const struct store *store);
enum store_sent clickhouse_send_own(struct store *store, int32_t end_bucket, struct err *why);
int clickhouse_waiting(struct store *store, uint64_t *segments, uint64_t *bytes, struct err *err) MUST_CHECK;

#endif
