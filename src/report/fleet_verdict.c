/* What all of it comes to, and why. */
#include "fleet_parts.h"
#include "words.h"

uint64_t fleet_sites_of(const struct fleet *fleet, enum run_verdict verdict)
{
	uint64_t count = 0;

	for (size_t i = 0; i < fleet->site_count; i++)
		count += !fleet->sites[i].error && fleet->sites[i].verdict == verdict;
	return count;
}

uint64_t fleet_sites_unread(const struct fleet *fleet)
{
	uint64_t count = 0;

	for (size_t i = 0; i < fleet->site_count; i++)
		count += fleet->sites[i].error != NULL;
	return count;
}

/* What it wrote of the time is judged nowhere. */
static bool went_astray(const struct fleet_sensor *sensor)
{
	return sensor->astray && !sensor->silent && !sensor->retired && !sensor->later;
}

static const struct fleet_sensor *first_astray(const struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->sensor_count; i++)
		if (went_astray(&fleet->sensors[i]))
			return &fleet->sensors[i];
	return NULL;
}

enum run_verdict fleet_verdict(const struct fleet *fleet)
{
	if (fleet_sites_of(fleet, RUN_FAIL) > 0)
		return RUN_FAIL;
	if (fleet->site_count == 0 || fleet_sites_of(fleet, RUN_INCONCLUSIVE) > 0 ||
	    fleet_sites_unread(fleet) > 0 || first_astray(fleet))
		return RUN_INCONCLUSIVE;
	return RUN_PASS;
}

/* "2 sites fail" */
static void add_sites(struct strbuf *out, uint64_t count, const char *one, const char *many)
{
	if (count == 0)
		return;
	add_count(out, count, "site");
	strbuf_add(out, count == 1 ? one : many);
}

void fleet_add_astray(struct strbuf *out, const struct fleet *fleet)
{
	const struct fleet_sensor *first = first_astray(fleet);
	uint64_t count = 0;

	if (!first)
		return;
	for (size_t i = 0; i < fleet->sensor_count; i++)
		count += went_astray(&fleet->sensors[i]);
	add_count(out, count, "sensor");
	strbuf_add(out, count == 1 ? " writes for a site that no file names: "
				   : " write for sites that no file names, such as ");
	strbuf_addf(out, "%s, for %s%s%s", first->name, first->site[0] ? "\"" : "none", first->site,
		    first->site[0] ? "\"" : "");
}

size_t fleet_reasons(const struct fleet *fleet, struct strbuf out[FLEET_REASONS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < FLEET_REASONS_MAX; i++)
		out[i] = (struct strbuf){0};
	add_sites(&out[0], fleet_sites_of(fleet, RUN_FAIL), " fails", " fail");
	count += out[count].length > 0;
	add_sites(&out[count], fleet_sites_unread(fleet), " was not judged", " were not judged");
	count += out[count].length > 0;
	add_sites(&out[count], fleet_sites_of(fleet, RUN_INCONCLUSIVE), " is inconclusive",
		  " are inconclusive");
	count += out[count].length > 0;
	fleet_add_astray(&out[count], fleet);
	return count + (out[count].length > 0);
}

void fleet_reasons_clear(struct strbuf reasons[FLEET_REASONS_MAX])
{
	for (size_t i = 0; i < FLEET_REASONS_MAX; i++)
		strbuf_clear(&reasons[i]);
}
