/* Private to cli/: what judging a fleet goes through. */
#ifndef CLI_FLEET_RUN_H
#define CLI_FLEET_RUN_H

#include "fleet.h"
#include "folder.h"
#include "report/fleet.h"

struct fleet_run {
	const struct run_options *options;
	struct signature_library *library;
	struct store *store;
	struct arena arena;
	struct fleet *fleet;
	struct json_files files;
	struct store_sensor *sensors;
	bool *known; /* by sensor: a site file names its site */
	size_t sensor_count;
	int32_t first, end;
	int64_t from_ns, until_ns;
	const char *folder; /* for each site's own report, or NULL */
	bool trouble;
};

/* fleet_write.c. Each of -f's formats; without WRITE they are only checked. 0, or -1 after saying why. */
int fleet_write(const struct fleet_run *run, bool write);
/* With a folder each site's own report goes below it: made where several formats need it. 0, or -1 after
 * saying why. */
int fleet_make_folder(struct fleet_run *run);

#endif
