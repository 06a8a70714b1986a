/* Symbolic links in the spool. They are not followed: a folder of captures may come from anywhere, and a link
 * in it may lead to anything that the program may read. But what is passed over is said. */
#include "nightly.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FOLDER_DEPTH_MAX = 64, LINKS_NOTED_MAX = 1000, LINKS_SAID_MAX = 20 };

static void note_link(struct nightly *nightly, const char *path, size_t *count)
{
	struct err err;

	if (++*count > LINKS_NOTED_MAX)
		return;
	(void)err_set(&err, "%s: a symbolic link; not followed, move or bind what it leads to into the spool",
		      path);
	nightly_note(nightly, path, "link", err.text, false);
}

static void look_at(struct nightly *nightly, const char *path, unsigned depth, size_t *count)
{
	DIR *folder = depth < FOLDER_DEPTH_MAX ? opendir(path) : NULL;

	for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder)) {
		char below[PATH_MAX];
		struct stat state;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    snprintf(below, sizeof below, "%s/%s", path, entry->d_name) >= PATH_MAX ||
		    lstat(below, &state) != 0)
			continue;
		if (S_ISLNK(state.st_mode))
			note_link(nightly, below, count);
		else if (S_ISDIR(state.st_mode))
			look_at(nightly, below, depth + 1, count);
	}
	if (folder)
		closedir(folder);
}

/* A folder's own order is its file system's. */
static int note_compare(const void *a, const void *b)
{
	const struct input_record *left = a, *right = b;

	return strcmp(left->name, right->name);
}

void spool_say_links(struct nightly *nightly)
{
	const char *folder = nightly->options->spool;
	struct spool_notes *notes = &nightly->notes;
	size_t count = 0, first = notes->count;

	look_at(nightly, folder, 0, &count);
	if (notes->count > first)
		qsort(notes->items + first, notes->count - first, sizeof *notes->items, note_compare);
	for (size_t i = first; i < notes->count && i < first + LINKS_SAID_MAX; i++)
		say_warning(nightly->options, "%s", notes->items[i].error);
	if (count > LINKS_SAID_MAX)
		say_warning(nightly->options, "%s: %zu more symbolic links; not followed", folder,
			    count - LINKS_SAID_MAX);
}
