/*
 * Every site of a folder, judged over a fleet's store: some sites' rows are read at once, each site is judged
 * as `report` judges one, and only what the whole report says of it is kept.
 */
#include "report/fleet.h"
#include "base/mem.h"
#include "fleet_run.h"
#include "formats.h"
#include "unwatched.h"
#include "zone.h"
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int list_files(struct fleet_run *run)
{
	if (json_files_list(&run->files, run->options->site) != 0)
		return -1;
	if (run->files.count > 0)
		return 0;
	say_error("%s: holds no site file (*.json)", run->options->site);
	return -1;
}

/* The library is everybody's, and outlives them. */
static int load_site(struct fleet_run *run, struct chunk *chunk, const struct fleet_file *file)
{
	struct stored *stored = &chunk->stored[chunk->count];
	size_t first, count = fleet_sensors_of(run, file->name ? file->name : "", &first);
	const char *error = file->error;

	if (!error)
		error = fleet_sensors_away(run, file->name, first, count);
	if (error)
		return fleet_add_unread(run, file->path, file->name, error);
	*stored = (struct stored){.ledger = NULL};
	stored->judged.site = site_load(file->path, run->library, &stored->judged.messages);
	/* It was there a moment ago. */
	if (!stored->judged.site || !file->name || strcmp(stored->judged.site->name, file->name) != 0) {
		stored_clear(stored);
		return fleet_add_unread(run, file->path, NULL, "it changed while the report was made");
	}
	for (size_t i = first; i < first + count; i++)
		chunk->rows += run->sensors[i].rows;
	chunk->names[chunk->count] = file->name;
	chunk->files[chunk->count++] = file->path;
	return 0;
}

/* Site files from *NEXT on, as many as are read together. */
static int fill_chunk(struct fleet_run *run, struct chunk *chunk, size_t *next)
{
	int result = 0;

	for (; *next < run->files.count && !chunk_is_full(chunk) && result == 0; (*next)++)
		result = load_site(run, chunk, &run->list[*next]);
	return result;
}

static int judge_chunk(struct fleet_run *run, struct chunk *chunk)
{
	int result = 0;

	for (size_t i = 0; i < chunk->count && result == 0; i++) {
		chunk->stored[i].ledger = chunk->ledgers[i];
		result = fleet_judge_site(run, &chunk->stored[i], chunk->files[i]);
	}
	return result;
}

/* While one chunk is judged the next one is read. The zone, which judging sets, is in the environment
 * already, so that setting it moves nothing that the other thread may look at. */
static int judge_all(struct fleet_run *run)
{
	struct chunk *chunks = mem_calloc(2, sizeof *chunks);
	size_t next = 0, turn = 0;
	int result = chunks ? fill_chunk(run, &chunks[0], &next) : -1;

	if (!chunks)
		say_error("out of memory");
	else if (result == 0)
		chunk_start(&chunks[0], run);
	while (chunks && chunks[turn].count > 0 && result == 0) {
		struct chunk *present = &chunks[turn], *following = &chunks[1 - turn];

		result = fill_chunk(run, following, &next);
		if (chunk_wait(present) != 0) {
			say_error("%s", present->err.text);
			result = -1;
		}
		if (result == 0) {
			chunk_start(following, run);
			result = judge_chunk(run, present);
			(void)chunk_wait(following);
		}
		chunk_clear(present);
		turn = 1 - turn;
	}
	for (size_t i = 0; chunks && i < 2; i++)
		chunk_clear(&chunks[i]);
	mem_free(chunks);
	return result;
}

static int add_sensors(struct fleet_run *run)
{
	struct err err;

	for (size_t i = 0; i < run->sensor_count; i++) {
		const struct store_sensor *sensor = &run->sensors[i];
		bool saw = !sensor->away && sensor->last_bucket != 0;
		bool silent = sensor_is_silent(sensor, run->first, run->end);
		bool retired = silent && sensor_is_retired(run->options, sensor->name);
		const struct fleet_sensor kept = {
		    .name = sensor->name,
		    .site = sensor->site,
		    .last_ns = saw ? bucket_start_ns(sensor->last_bucket + 1) : TIME_UNKNOWN,
		    .written_ns = sensor->away || sensor->written_ns == 0 ? TIME_UNKNOWN : sensor->written_ns,
		    .grade = run->notes[i].grade,
		    .health = run->notes[i].health,
		    .silent = silent && !retired,
		    .retired = retired,
		    .later = sensor_is_later(sensor, run->end),
		    .astray = !run->notes[i].known,
		    .away = sensor->away};

		if (fleet_add_sensor(run->fleet, &kept, &err) != 0) {
			say_error("%s", err.text);
			return -1;
		}
	}
	return 0;
}

static int parse_span(struct fleet_run *run)
{
	const struct run_options *options = run->options;

	run->from_ns = INT64_MIN + 1;
	run->until_ns = INT64_MAX;
	zone_enter_if_known(NULL);
	if ((options->since && zone_parse("since", options->since, false, &run->from_ns) != 0) ||
	    (options->until && zone_parse("until", options->until, true, &run->until_ns) != 0))
		return -1;
	if (run->from_ns >= run->until_ns) {
		say_error("--since is not before --until");
		return -1;
	}
	stored_buckets(run->from_ns, run->until_ns, &run->first, &run->end);
	return 0;
}

/* What is of one site only is refused, not passed over. */
static int check_options(const struct run_options *options)
{
	const char *option = options->suggest_exceptions ? "suggest-exceptions"
			     : options->evidence         ? "evidence"
			     : options->spool            ? "spool"
							 : NULL;

	if (!option)
		return 0;
	say_error("--%s: is of one site's report; -s %s is a folder", option, options->site);
	return -1;
}

static int prepare(struct fleet_run *run)
{
	struct run_options opening = *run->options;
	struct err err;

	opening.site = NULL;
	if (check_options(run->options) != 0 || fleet_make_folder(run) != 0 || fleet_write(run, false) != 0 ||
	    parse_span(run) != 0 || list_files(run) != 0)
		return -1;
	run->library = open_signatures(run->options);
	run->store = run->library ? stored_open(&opening, STORE_READ) : NULL;
	run->fleet = run->store ? fleet_new(&err) : NULL;
	if (!run->store)
		return -1;
	if (!run->fleet || store_sensors(run->store, run->first, run->end, &run->arena, &run->sensors,
					 &run->sensor_count, &err) != 0) {
		say_error("%s", err.text);
		return -1;
	}
	sensor_check_retired(run->options, run->sensors, run->sensor_count);
	fleet_sort_sensors(run);
	run->notes = arena_calloc(&run->arena, run->sensor_count + 1, sizeof *run->notes);
	if (!run->notes)
		say_error("out of memory");
	return run->notes ? fleet_look_at_files(run) : -1;
}

static int fleet_status(const struct fleet_run *run)
{
	static const int statuses[] = {
	    [RUN_PASS] = STATUS_PASS, [RUN_FAIL] = STATUS_FINDINGS, [RUN_INCONCLUSIVE] = STATUS_INCONCLUSIVE};

	return run->trouble ? STATUS_TROUBLE : statuses[fleet_verdict(run->fleet)];
}

int fleet_command(const struct run_options *options)
{
	struct fleet_run run = {.options = options};
	int status = STATUS_TROUBLE;

	if (prepare(&run) == 0 && judge_all(&run) == 0 && add_sensors(&run) == 0) {
		fleet_finish(run.fleet);
		if (fleet_write(&run, true) == 0)
			status = fleet_status(&run);
	}
	fleet_free(run.fleet);
	store_close(run.store);
	if (run.library)
		signature_library_close(run.library);
	json_files_clear(&run.files);
	arena_clear(&run.arena);
	return status;
}
