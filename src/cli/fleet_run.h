/* Private to cli/: what judging a fleet goes through. */
#ifndef CLI_FLEET_RUN_H
#define CLI_FLEET_RUN_H

#include "fleet.h"
#include "folder.h"
#include "report/fleet.h"
#include "stored.h"
#include <pthread.h>

struct fleet_run {
	const struct run_options *options;
	struct signature_library *library;
	struct store *store;
	struct arena arena;
	struct fleet *fleet;
	struct json_files files;
	struct fleet_file {
		const char *path, *name, *error; /* the site's name; why it is not judged, or NULL */
	} * list;                                /* of files */
	struct store_sensor *sensors; /* by site, then by name */
	struct sensor_note {
		bool known; /* a site file names its site */
		char grade;
		const char *health;
	} * notes; /* by sensor */
	size_t sensor_count;
	int32_t first, end;
	int64_t from_ns, until_ns;
	const char *folder; /* for each site's own report, or NULL */
	bool trouble;
};

/* fleet_chunk.c. Sites that are read together, while those before them are judged. */
enum { SITES_AT_ONCE = 256 };
struct chunk {
	struct stored stored[SITES_AT_ONCE];
	const char *files[SITES_AT_ONCE], *names[SITES_AT_ONCE];
	struct ledger *ledgers[SITES_AT_ONCE];
	size_t count;
	uint64_t rows; /* about as many as its sites' sensors wrote */
	/* Being read. */
	const struct fleet_run *run;
	struct store_sensor *sensors;
	size_t sensor_count;
	pthread_t thread;
	bool has_thread;
	int result;
	struct err err;
};
/* There is no room for one more site. */
bool chunk_is_full(const struct chunk *chunk);
/* Starts to read CHUNK's ledgers; nobody else may use the store until chunk_wait. */
void chunk_start(struct chunk *chunk, const struct fleet_run *run);
/* 0, or -1 and chunk->err. */
int chunk_wait(struct chunk *chunk);
/* Frees what nobody took. */
void chunk_clear(struct chunk *chunk);
/* Sensors of the site called NAME: how many, and where they begin. */
size_t fleet_sensors_of(const struct fleet_run *run, const char *name, size_t *first);
/* Puts sensors in order. */
void fleet_sort_sensors(struct fleet_run *run);

/* fleet_files.c. Fills run->list, and tells the sensors whose site a file names. 0, or -1 after saying why. */
int fleet_look_at_files(struct fleet_run *run);

/* fleet_site.c. A site that is not judged, and why. Nothing else is kept from being judged by it. 0, or -1 after saying
 * why. */
int fleet_add_unread(struct fleet_run *run, const char *file, const char *name, const char *error);
/* The same. */
int fleet_judge_site(struct fleet_run *run, struct stored *stored, const char *file);
/* What to say of the site NAME, whose COUNT sensors begin at FIRST, where some of them are away; else NULL.
 */
const char *fleet_sensors_away(struct fleet_run *run, const char *name, size_t first, size_t count);

/* fleet_write.c. Each of -f's formats; without WRITE they are only checked. 0, or -1 after saying why. */
int fleet_write(const struct fleet_run *run, bool write);
/* With a folder each site's own report goes below it: made where several formats need it. 0, or -1 after
 * saying why. */
int fleet_make_folder(struct fleet_run *run);

#endif
