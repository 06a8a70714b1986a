/* The contract's functions: each hands on to the implementation behind the handle. */
#include "ops.h"

struct store *store_open(const char *place, enum store_mode mode, const struct ledger_options *limits,
			 struct err *err)
{
	return store_open_with(place, mode, limits, NULL, err);
}

struct store *store_open_with(const char *place, enum store_mode mode, const struct ledger_options *limits,
			      const struct store_access *access, struct err *err)
{
	return store_place_is_clickhouse(place) ? clickhouse_store_open(place, mode, limits, access, err)
						: sqlite_store_open(place, mode, limits, err);
}

int store_init(const char *place, const struct store_access *access, struct err *err)
{
	if (!store_place_is_clickhouse(place))
		return err_set(
		    err, "%s: a file is made when it is first written; init is for clickhouse://..", place);
	return clickhouse_store_init(place, access, err);
}

int store_tidy(const char *place, const struct store_access *access, struct err *err)
{
	if (!store_place_is_clickhouse(place))
		return err_set(err, "%s: a file is tidy; tidy is for clickhouse://..", place);
	return clickhouse_tidy(place, access, err);
}

static int refuse_file(const char *place, struct err *err)
{
	return err_set(err, "%s: a store in a file keeps one site, and neither moves nor renames", place);
}

int store_rename_site(const char *place, const struct store_access *access, const char *old_name,
		      const char *new_name, uint64_t *sensors, struct err *err)
{
	return store_place_is_clickhouse(place)
		   ? clickhouse_rename_site(place, access, old_name, new_name, sensors, err)
		   : refuse_file(place, err);
}

int store_move_sensor(const char *place, const struct store_access *access, const char *sensor,
		      const char *site, const char *from, struct err *err)
{
	return store_place_is_clickhouse(place)
		   ? clickhouse_move_sensor(place, access, sensor, site, from, err)
		   : refuse_file(place, err);
}

int store_retire_sensor(const char *place, const struct store_access *access, const char *sensor,
			struct err *err)
{
	return store_place_is_clickhouse(place) ? clickhouse_retire_sensor(place, access, sensor, err)
						: refuse_file(place, err);
}

const char *store_spool(const struct store *store)
{
	return clickhouse_spool_path(store);
}

int store_waiting(struct store *store, uint64_t *segments, uint64_t *bytes, struct err *err)
{
	return clickhouse_waiting(store, segments, bytes, err);
}

enum store_sent store_send_own(struct store *store, int32_t end_bucket, struct err *why)
{
	return clickhouse_send_own(store, end_bucket, why);
}

void store_close(struct store *store)
{
	if (store)
		store->ops->close(store);
}

int store_knows(struct store *store, const char *fingerprint, struct arena *arena, struct store_origin *out,
		struct err *err)
{
	*out = (struct store_origin){.sensor = "", .site = ""};
	return store->ops->knows(store, fingerprint, arena, out, err);
}

int store_find_file(struct store *store, const char *path, struct arena *arena, struct store_file *out,
		    bool *found, struct err *err)
{
	return store->ops->find_file(store, path, arena, out, found, err);
}

int store_add(struct store *store, const struct ledger *ledger, const struct store_file *files,
	      size_t file_count, const struct store_chain *chain, struct err *err)
{
	return store->ops->add(store, ledger, files, file_count, chain, err);
}

int store_put_live(struct store *store, const char *sensor, const struct ledger *settled,
		   const struct ledger *open, const struct store_chain *chain, struct err *err)
{
	if (!store->ops->put_live)
		return err_set(
		    err,
		    "a live sensor keeps its record in a file; this store takes no growing quarter hours");
	return store->ops->put_live(store, sensor, settled, open, chain, err);
}

int store_begin_live(struct store *store, const char *sensor, struct err *err)
{
	if (!store->ops->begin_live)
		return err_set(
		    err,
		    "a live sensor keeps its record in a file; this store takes no growing quarter hours");
	return store->ops->begin_live(store, sensor, err);
}

int store_end_live(struct store *store, struct err *err)
{
	return store->ops->end_live ? store->ops->end_live(store, err) : 0;
}

const char *store_away(const struct store *store)
{
	return store->ops->away ? store->ops->away(store) : NULL;
}

int store_open_flows(struct store *store, const char *sensor, struct arena *arena, struct store_chain *out,
		     struct err *err)
{
	return store->ops->open_flows(store, sensor, arena, out, err);
}

bool store_can_replace(const struct store *store)
{
	return store->ops->put != NULL;
}

int store_put(struct store *store, const struct ledger *ledger, const struct store_file *files,
	      size_t file_count, const struct store_chain *chain, const struct store_change *change,
	      struct err *err)
{
	if (!store->ops->put)
		return err_set(err, "this store replaces nothing that was added to it");
	return store->ops->put(store, ledger, files, file_count, chain, change, err);
}

int store_beginning_of(struct store *store, const char *fingerprint, struct arena *arena, const char **out,
		       struct err *err)
{
	*out = "";
	return store->ops->beginning_of ? store->ops->beginning_of(store, fingerprint, arena, out, err) : 0;
}

int store_taken_like(struct store *store, const char *sensor, const char *beginning, struct arena *arena,
		     struct store_taken **out, size_t *count, struct err *err)
{
	*out = NULL;
	*count = 0;
	return store->ops->taken_like
		   ? store->ops->taken_like(store, sensor, beginning, arena, out, count, err)
		   : 0;
}

int store_taken_with(struct store *store, int64_t segment, struct arena *arena, struct store_taken **out,
		     size_t *count, struct err *err)
{
	*out = NULL;
	*count = 0;
	return store->ops->taken_with ? store->ops->taken_with(store, segment, arena, out, count, err) : 0;
}

int store_taken_after(struct store *store, const char *sensor, int64_t from_ns, int64_t until_ns,
		      struct arena *arena, struct store_taken **out, size_t *count, struct err *err)
{
	*out = NULL;
	*count = 0;
	return store->ops->taken_after
		   ? store->ops->taken_after(store, sensor, from_ns, until_ns, arena, out, count, err)
		   : 0;
}

int store_open_flows_before(struct store *store, const char *sensor, int64_t before_ns, struct arena *arena,
			    struct store_chain *out, struct err *err)
{
	return store->ops->open_flows_before
		   ? store->ops->open_flows_before(store, sensor, before_ns, arena, out, err)
		   : store->ops->open_flows(store, sensor, arena, out, err);
}

int store_load(struct store *store, int32_t first_bucket, int32_t end_bucket, struct ledger **out,
	       struct err *err)
{
	return store->ops->load(store, first_bucket, end_bucket, out, err);
}

int store_extent(struct store *store, int32_t end_bucket, int32_t *first, int32_t *last, bool *found,
		 struct err *err)
{
	return store->ops->extent(store, end_bucket, first, last, found, err);
}

int store_expire_step(struct store *store, int32_t end_bucket, bool *more, struct err *err)
{
	return store->ops->expire_step(store, end_bucket, more, err);
}

int store_put_day(struct store *store, const char *site, const struct store_day *day,
		  const struct store_finding *findings, size_t finding_count, struct err *err)
{
	return store->ops->put_day(store, site, day, findings, finding_count, err);
}

bool store_keeps_places(const struct store *store)
{
	return store->ops->keeps_places;
}

int store_days(struct store *store, const char *site, struct arena *arena, struct store_day **out,
	       size_t *count, struct err *err)
{
	return store->ops->days(store, site, arena, out, count, err);
}

int store_sites(struct store *store, struct arena *arena, const char ***out, size_t *count, struct err *err)
{
	*out = NULL;
	*count = 0;
	return store->ops->sites ? store->ops->sites(store, arena, out, count, err) : 0;
}

int store_findings(struct store *store, const char *site, int32_t day, struct arena *arena,
		   struct store_finding **out, size_t *count, struct err *err)
{
	return store->ops->findings(store, site, day, arena, out, count, err);
}

int store_sensors(struct store *store, int32_t first_bucket, int32_t end_bucket, struct arena *arena,
		  struct store_sensor **out, size_t *count, struct err *err)
{
	*out = NULL;
	*count = 0;
	return store->ops->sensors
		   ? store->ops->sensors(store, first_bucket, end_bucket, arena, out, count, err)
		   : 0;
}

int store_load_sites(struct store *store, int32_t first_bucket, int32_t end_bucket, const char *const *sites,
		     size_t site_count, const struct store_sensor *sensors, size_t sensor_count,
		     struct ledger **out, struct err *err)
{
	if (!store->ops->load_sites)
		return err_set(err,
			       "a store in a file keeps one site: name a site file, not a folder of them");
	return store->ops->load_sites(store, first_bucket, end_bucket, sites, site_count, sensors,
				      sensor_count, out, err);
}
