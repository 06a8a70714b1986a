/* Many sites at once: each sensor's rows go to the ledger of the site that they were written for. */
#include "base/mem.h"
#include "clickhouse.h"
#include "clickhouse_reader.h"
#include <stdlib.h>
#include <string.h>

/* What is read: sensors and sites that they wrote for. */
struct choosing {
	const struct store_sensor **sensors; /* by name */
	struct house_target *targets;        /* the same */
	size_t count;
	size_t *groups; /* of sites: whom a sensor that moved wrote for are read one after the other */
	size_t group_count;
};

static int sensor_compare(const void *a, const void *b)
{
	const struct store_sensor *const *left = a, *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

static size_t place_of(const char *const *sites, size_t count, const char *site)
{
	size_t k = 0;

	while (k < count && strcmp(sites[k], site) != 0)
		k++;
	return k;
}

/* Two sites between which a sensor moved get groups that differ. A row does not say for whom it was written.
 */
static void part_sites(struct choosing *choosing)
{
	struct house_target *targets = choosing->targets;
	bool moved = true;

	while (moved) {
		moved = false;
		for (size_t i = 1; i < choosing->count; i++) {
			for (size_t k = i; k-- > 0 && strcmp(targets[k].sensor, targets[i].sensor) == 0;) {
				if (choosing->groups[targets[k].place] != choosing->groups[targets[i].place])
					continue;
				choosing->groups[targets[i].place]++;
				moved = true;
			}
		}
	}
	for (size_t i = 0; i < choosing->count; i++)
		if (choosing->groups[targets[i].place] >= choosing->group_count)
			choosing->group_count = choosing->groups[targets[i].place] + 1;
}

static int choose(struct choosing *choosing, const struct store_sensor *sensors, size_t count,
		  const char *const *sites, size_t site_count)
{
	choosing->sensors = mem_calloc(count + 1, sizeof *choosing->sensors);
	choosing->targets = mem_calloc(count + 1, sizeof *choosing->targets);
	choosing->groups = mem_calloc(site_count + 1, sizeof *choosing->groups);
	choosing->group_count = 1;
	if (!choosing->sensors || !choosing->targets || !choosing->groups)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (!sensors[i].away && place_of(sites, site_count, sensors[i].site) < site_count)
			choosing->sensors[choosing->count++] = &sensors[i];
	if (choosing->count > 1)
		qsort(choosing->sensors, choosing->count, sizeof *choosing->sensors, sensor_compare);
	for (size_t i = 0; i < choosing->count; i++)
		choosing->targets[i] =
		    (struct house_target){.sensor = choosing->sensors[i]->name,
					  .place = place_of(sites, site_count, choosing->sensors[i]->site)};
	part_sites(choosing);
	return 0;
}

static void add_whose(struct house_whose *whose, const struct store_sensor *sensor)
{
	const char *const alone[] = {sensor->site, NULL};

	strbuf_add(&whose->sensors, whose->sensors.length ? ", " : "");
	sql_add_text(&whose->sensors, sensor->name, strlen(sensor->name));
	for (const char *const *name = sensor->names ? sensor->names : alone; *name; name++)
		whose_add(whose, sensor->name, *name);
}

/* Sites of one group into their places of OUT. */
static int load_group(struct clickhouse *house, int32_t first, int32_t end, const struct choosing *choosing,
		      size_t group, struct ledger **out, size_t site_count, struct err *err)
{
	struct load_sites part = {.count = 0};
	struct ledger **ledgers = mem_calloc(site_count + 1, sizeof(struct ledger *));
	int status = -1;

	part.targets = mem_calloc(choosing->count + 1, sizeof *part.targets);
	for (size_t i = 0; part.targets && i < choosing->count; i++) {
		if (choosing->groups[choosing->targets[i].place] != group)
			continue;
		part.writers += choosing->sensors[i]->rows > 0;
		part.targets[part.count++] = choosing->targets[i];
		add_whose(&part.whose, choosing->sensors[i]);
	}
	/* Nobody writes for any of them: nothing is asked for, and not everything. */
	if (part.count == 0)
		strbuf_add(&part.whose.sensors, "''");
	if (!ledgers || !part.targets || !whose_ok(&part.whose))
		(void)err_no_memory(err);
	else
		status = clickhouse_load_split(house, first, end, &part, ledgers, site_count, err);
	for (size_t k = 0; ledgers && k < site_count; k++) {
		if (status == 0 && choosing->groups[k] == group)
			out[k] = ledgers[k];
		else
			ledger_free(ledgers[k]);
	}
	mem_free(ledgers);
	mem_free(part.targets);
	whose_clear(&part.whose);
	return status;
}

int clickhouse_load_sites(struct store *store, int32_t first_bucket, int32_t end_bucket,
			  const char *const *sites, size_t site_count, const struct store_sensor *sensors,
			  size_t sensor_count, struct ledger **out, struct err *err)
{
	struct choosing choosing = {.count = 0};
	int status = 0;

	memset(out, 0, site_count * sizeof *out);
	if (choose(&choosing, sensors, sensor_count, sites, site_count))
		status = err_no_memory(err);
	for (size_t i = 0; i < choosing.group_count && status == 0; i++)
		status = load_group(clickhouse_of(store), first_bucket, end_bucket, &choosing, i, out,
				    site_count, err);
	for (size_t k = 0; status != 0 && k < site_count; k++) {
		ledger_free(out[k]);
		out[k] = NULL;
	}
	mem_free(choosing.sensors);
	mem_free(choosing.targets);
	mem_free(choosing.groups);
	return status;
}
