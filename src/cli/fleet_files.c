/*
 * The site files of the folder, and the name that each gives its site. Sensors say by that name whom they
 * write for: of two files that give the same one nobody can tell which is meant, so neither is judged.
 */
#include "fleet_run.h"
#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
	const struct fleet_file *left = *(struct fleet_file *const *)a,
				*right = *(struct fleet_file *const *)b;
	int order = strcmp(left->name, right->name);

	return order != 0 ? order : strcmp(left->path, right->path);
}

/* Its name, or why it cannot be read. The library is everybody's, and outlives the site. */
static int look_at(struct fleet_run *run, struct fleet_file *file)
{
	struct message_list messages = {0};
	struct site *site = site_load(file->path, run->library, &messages);

	if (site)
		file->name = arena_strdup(&run->arena, site->name);
	else
		file->error =
		    arena_strdup(&run->arena, messages.error_count ? messages.errors[0] : "no site file");
	if (site)
		site_free(site);
	message_list_clear(&messages);
	return file->name || file->error ? 0 : -1;
}

/* Those of BY_NAME that are called alike. 0/-1 (memory). */
static int refuse_twins(struct fleet_run *run, struct fleet_file **named, size_t count)
{
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && strcmp(named[end]->name, named[i]->name) == 0;)
			end++;
		for (size_t k = i; k < end && end - i > 1; k++) {
			named[k]->error =
			    arena_printf(&run->arena,
					 "it gives its site the name \"%s\", as %s does: whose sensors write "
					 "under that name cannot be told",
					 named[k]->name, named[k == i ? i + 1 : i]->path);
			if (!named[k]->error)
				return -1;
		}
	}
	return 0;
}

static void mark_known(struct fleet_run *run, const char *name)
{
	size_t first, count = fleet_sensors_of(run, name, &first);

	for (size_t i = first; i < first + count; i++)
		run->notes[i].known = true;
}

static int look_at_all(struct fleet_run *run, struct fleet_file **named)
{
	size_t count = 0;

	for (size_t i = 0; i < run->files.count; i++) {
		struct fleet_file *file = &run->list[i];

		file->path = arena_printf(&run->arena, "%s/%s", run->options->site, run->files.items[i]);
		if (!file->path || look_at(run, file) != 0)
			return -1;
		if (file->name)
			named[count++] = file;
	}
	if (count > 1)
		qsort(named, count, sizeof *named, by_name);
	for (size_t i = 0; i < count; i++)
		mark_known(run, named[i]->name);
	return refuse_twins(run, named, count);
}

int fleet_look_at_files(struct fleet_run *run)
{
	struct fleet_file **named = arena_calloc(&run->arena, run->files.count + 1, sizeof *named);

	run->list = arena_calloc(&run->arena, run->files.count + 1, sizeof *run->list);
	if (named && run->list && look_at_all(run, named) == 0)
		return 0;
	say_error("out of memory");
	return -1;
}
