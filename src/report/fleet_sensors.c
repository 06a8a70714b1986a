/* How sensors are. */
#include "fleet_parts.h"

static const struct {
	const char *name, *words;
} states[] = {
    [SENSOR_AWAY] = {"away", "lies on a shard that is away"},
    [SENSOR_ASTRAY] = {"astray", "no site file names its site"},
    [SENSOR_SILENT] = {"silent", "wrote nothing of this time"},
    [SENSOR_UNHEALTHY] = {"unhealthy", "does not see all"},
    [SENSOR_LATER] = {"later", "began after this time"},
    [SENSOR_RETIRED] = {"retired", "is no more"},
    [SENSOR_WRITES] = {"writes", "writes"},
};

enum sensor_state fleet_sensor_state(const struct fleet_sensor *sensor)
{
	if (sensor->away)
		return SENSOR_AWAY;
	if (sensor->astray)
		return SENSOR_ASTRAY;
	if (sensor->silent)
		return SENSOR_SILENT;
	if (sensor->later)
		return SENSOR_LATER;
	if (sensor->retired)
		return SENSOR_RETIRED;
	return sensor->grade >= 'C' ? SENSOR_UNHEALTHY : SENSOR_WRITES;
}

bool sensor_state_needs_look(enum sensor_state state)
{
	return state < SENSOR_LATER;
}

const char *sensor_state_name(enum sensor_state state)
{
	return states[state].name;
}

const char *sensor_state_words(enum sensor_state state)
{
	return states[state].words;
}

uint64_t fleet_sensors_in(const struct fleet *fleet, enum sensor_state state)
{
	uint64_t count = 0;

	for (size_t i = 0; i < fleet->sensor_count; i++)
		count += fleet_sensor_state(&fleet->sensors[i]) == state;
	return count;
}

uint64_t fleet_sensors_odd(const struct fleet *fleet)
{
	uint64_t count = 0;

	for (size_t i = 0; i < fleet->sensor_count; i++)
		count += sensor_state_needs_look(fleet_sensor_state(&fleet->sensors[i]));
	return count;
}

uint64_t fleet_sites_alone(const struct fleet *fleet)
{
	uint64_t count = 0;

	for (size_t i = 0; i < fleet->site_count; i++)
		count += !fleet->sites[i].error && fleet->sites[i].sensors == 0;
	return count;
}
