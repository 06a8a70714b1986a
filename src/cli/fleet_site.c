/* One site of a fleet: judged, and its own report written. */
#include "base/mem.h"
#include "fleet_run.h"
#include "formats.h"
#include "unwatched.h"
#include "zone.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static int add_to_fleet(struct fleet_run *run, const struct fleet_site *site,
			const struct audit_result *result, const struct ledger *ledger)
{
	struct err err;

	if (fleet_add_site(run->fleet, site, result, ledger, &err) == 0)
		return 0;
	say_error("%s", err.text);
	return -1;
}

/* A site file that is wrong is told in the report, and does not keep the others from being judged. */
int fleet_add_unread(struct fleet_run *run, const char *file, const char *name, const char *error)
{
	const struct fleet_site site = {.file = file, .name = name, .error = error};

	run->trouble = true;
	return add_to_fleet(run, &site, NULL, NULL);
}

static int compare_file(const void *name, const void *item)
{
	return strcmp(name, *(char *const *)item);
}

/* A file NAME.json, NAME being LENGTH bytes long, stands beside. Files are in order. */
static bool has_file(const struct fleet_run *run, const char *name, size_t length)
{
	char file[NAME_MAX + 1];

	(void)snprintf(file, sizeof file, "%.*s.json", (int)length, name);
	return bsearch(file, run->files.items, run->files.count, sizeof *run->files.items, compare_file) !=
	       NULL;
}

/* "sites/NAME.html", NAME being the site file's. */
static const char *report_name(struct fleet_run *run, const char *file)
{
	const char *base = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
	size_t length = strlen(base) - strlen(".json");

	/* Of "a.json" and "a.site.json" each has a page of its own. */
	if (length > 5 && strncmp(base + length - 5, ".site", 5) == 0 && !has_file(run, base, length - 5))
		length -= 5;
	return arena_printf(&run->arena, "sites/%.*s.html", (int)length, base);
}

static int write_site(struct fleet_run *run, const struct stored *stored, const char *link)
{
	struct report_options report = report_defaults(run->options, false);
	char path[PATH_MAX];
	struct strbuf text = {0};
	struct err err;
	int result = -1;

	report.site_name = stored->judged.site->name;
	zone_show(&report);
	if (snprintf(path, sizeof path, "%s/%s", run->folder, link) >= PATH_MAX)
		say_error("%s: name too long", run->folder);
	else if (report_html(&text, stored->judged.result, stored->ledger, &report, &err) != 0)
		say_error("%s", err.text);
	else
		result = write_output(path, strbuf_text(&text), text.length);
	strbuf_clear(&text);
	return result;
}

/* How many there are, how many of them are silent, and what that makes of the judging. 0/-1 (memory). */
static int count_sensors(struct fleet_run *run, struct judged *judged, struct fleet_site *site)
{
	size_t first;

	site->sensors = fleet_sensors_of(run, site->name, &first);
	for (size_t i = first; i < first + site->sensors; i++)
		site->silent += sensor_is_silent(&run->sensors[i], run->first, run->end) &&
				!sensor_is_retired(run->options, run->sensors[i].name);
	if (site->sensors == 0)
		judged->unwatched = "no sensor writes for it";
	else if (unwatched_text(&run->arena, run->options, run->sensors + first, site->sensors, run->first,
				run->end, &judged->unwatched) != 0) {
		say_error("out of memory");
		return -1;
	}
	return 0;
}

/* Why not all of the site was there to judge. */
static const char *incomplete_text(struct fleet_run *run, const struct judged *judged, size_t sensors,
				   bool trouble)
{
	static const char cut[] = "an input could not be read to its end";

	if (!trouble)
		return sensors > 0 ? judged->unwatched : NULL;
	return judged->unwatched ? arena_printf(&run->arena, "%s; %s", cut, judged->unwatched) : cut;
}

/* How well each of its sensors saw. */
static void note_health(struct fleet_run *run, const char *site, const struct ledger *ledger)
{
	size_t first, count = fleet_sensors_of(run, site, &first), rows;
	const struct coverage_row *coverage = ledger_coverages(ledger, &rows);

	for (size_t i = 0; i < rows; i++) {
		if (i > 0 && coverage[i].sensor == coverage[i - 1].sensor)
			continue;
		const struct ledger_health health = ledger_sensor_health(ledger, coverage[i].sensor);
		const char *name = ledger_sensor_name(ledger, coverage[i].sensor);

		for (size_t k = first; k < first + count; k++) {
			if (strcmp(run->sensors[k].name, name) != 0)
				continue;
			run->notes[k].grade = health.grade;
			run->notes[k].health =
			    health.reason_count ? arena_strdup(&run->arena, health.reasons[0]) : NULL;
		}
	}
}

int fleet_judge_site(struct fleet_run *run, struct stored *stored, const char *file)
{
	struct fleet_site site = {.file = file, .name = stored->judged.site->name};

	bool trouble = stored_has_trouble(stored->ledger);

	if (count_sensors(run, &stored->judged, &site) != 0)
		return -1;
	run->trouble |= trouble;
	site.incomplete = incomplete_text(run, &stored->judged, site.sensors, trouble);
	note_health(run, site.name, stored->ledger);
	zone_enter_if_known(stored->judged.site->timezone);
	if (stored_run(stored, run->options, run->until_ns) != 0)
		return fleet_add_unread(run, file, site.name, "could not be judged");
	site.link = run->folder ? report_name(run, file) : NULL;
	if (site.link && write_site(run, stored, site.link) != 0)
		return -1;
	return add_to_fleet(run, &site, stored->judged.result, stored->ledger);
}

/* What is missing of a site of which not all is there may just lie elsewhere: it is not judged. */
const char *fleet_sensors_away(struct fleet_run *run, const char *name, size_t first, size_t count)
{
	size_t away = 0;
	const char *one = NULL;

	for (size_t i = first; i < first + count; i++) {
		away += run->sensors[i].away;
		one = run->sensors[i].away && !one ? run->sensors[i].name : one;
	}
	if (away == 0)
		return NULL;
	say_error("%s: a shard is away, and with it %zu of %zu sensors (%s)", name, away, count, one);
	return arena_printf(&run->arena, "a shard is away, and with it %zu of %zu sensors (%s)", away, count,
			    one);
}
