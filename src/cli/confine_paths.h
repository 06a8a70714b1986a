/* Private to cli/: the paths that a sandbox leaves. */
#ifndef CLI_CONFINE_PATHS_H
#define CLI_CONFINE_PATHS_H

#include "base/mem.h"
#include "confine.h"

struct path_list {
	struct arena arena;
	struct confine_path *items;
	size_t count, capacity;
	bool failed;
};

/* PATH must outlive the list. Without memory the list has failed. */
void paths_add(struct path_list *list, const char *path, bool write);
/* The folder that PATH is in, to be written. */
void paths_add_parent(struct path_list *list, const char *path);
/* A folder that is there stands for itself; for what is yet to be made, or to be replaced, its folder does. A
 * link may be written through (devices, `flows`) as well as replaced. */
void paths_add_output(struct path_list *list, const char *path);
/* What the options name, the signatures, and what libraries read. */
void paths_add_options(struct path_list *list, const struct command *command,
		       const struct run_options *options);
void paths_clear(struct path_list *list);

#endif
