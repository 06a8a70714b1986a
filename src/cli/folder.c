#include "folder.h"
#include "base/mem.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static bool is_json(const char *name)
{
	size_t length = strlen(name);

	return name[0] != '.' && length > 5 && strcmp(name + length - 5, ".json") == 0;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void json_files_clear(struct json_files *names)
{
	for (size_t i = 0; i < names->count; i++)
		mem_free(names->items[i]);
	mem_free(names->items);
}

int json_files_list(struct json_files *names, const char *path)
{
	DIR *folder = opendir(path);
	int result = folder ? 0 : -1;

	for (struct dirent *entry = folder ? readdir(folder) : NULL; entry && result == 0;
	     entry = readdir(folder)) {
		if (!is_json(entry->d_name))
			continue;
		if (mem_grow((void **)&names->items, &names->capacity, names->count + 1,
			     sizeof *names->items) != 0 ||
		    !(names->items[names->count] = mem_strdup(entry->d_name)))
			result = -1;
		else
			names->count++;
	}
	if (folder)
		closedir(folder);
	if (result != 0)
		say_error("%s: cannot be listed", path);
	else if (names->count > 1)
		qsort(names->items, names->count, sizeof *names->items, by_bytes);
	return result;
}
