/*
 * Private to cli/: sensors of a fleet that saw nothing of the time that is judged. What they would have seen
 * is not known: so nothing of their site is missing, and their site does not pass.
 */
#ifndef CLI_UNWATCHED_H
#define CLI_UNWATCHED_H

#include "stored.h"

/* The time that is judged: quarter hours from FIRST up to END. SENSOR first saw something behind it: */
bool sensor_is_later(const struct store_sensor *sensor, int32_t end);
/* It had begun, is there, and wrote nothing of it: */
bool sensor_is_silent(const struct store_sensor *sensor, int32_t first, int32_t end);
/* --retired names it. */
bool sensor_is_retired(const struct run_options *options, const char *sensor);

/* Warns of those that it names and the COUNT sensors of the store do not have. */
void sensor_check_retired(const struct run_options *options, const struct store_sensor *sensors,
			  size_t count);

/* Why the COUNT sensors of a site did not watch all of it, in ARENA; *OUT NULL: they did. 0/-1 (memory). */
int unwatched_text(struct arena *arena, const struct run_options *options, const struct store_sensor *sensors,
		   size_t count, int32_t first, int32_t end, const char **out);
/* Fills STORED's judged.unwatched where STORE is a fleet's and its place names no sensor: the site was
 * loaded, and the ledger before. 0, or -1 after saying why. */
int unwatched_find(struct stored *stored, struct store *store, const struct run_options *options,
		   int64_t from_ns, int64_t until_ns);

#endif
