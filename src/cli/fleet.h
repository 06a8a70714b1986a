/* Private to cli/: one report over all sites of a fleet's store. */
#ifndef CLI_FLEET_H
#define CLI_FLEET_H

#include "stored.h"

/* Judges every site file of the folder that -s names; returns the exit status. */
int fleet_command(const struct run_options *options);

#endif
