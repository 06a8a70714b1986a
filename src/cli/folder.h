/* Private to cli/: the files of a folder that signatures and site files are named like. */
#ifndef CLI_FOLDER_H
#define CLI_FOLDER_H

#include "cli.h"

/* Names that end in ".json" and do not begin with a dot, by their bytes. */
struct json_files {
	char **items;
	size_t count, capacity;
};
/* 0, or -1 after saying why; to be cleared in both cases. */
int json_files_list(struct json_files *names, const char *path);
void json_files_clear(struct json_files *names);

#endif
