/* Private to cli/: the sandbox that a command enters after its options are parsed and before it reads
 * anything. */
#ifndef CLI_CONFINE_H
#define CLI_CONFINE_H

#include "cli.h"
#include "system/confine.h"

/* Leaves the process only what OPTIONS and OPERANDS name. 0, also where the kernel can do less; -1 after
 * saying why. */
int confine_offline(const struct command *command, const struct run_options *options, char *const *operands,
		    size_t operand_count);
/* The same for `live`, once ports and outputs are open: another user if --user says so, nothing but capture
 * sockets that are open already. With several workers CAP_NET_RAW stays, for a port that is gone and comes
 * back is opened again then. */
int confine_live(const struct run_options *options, bool terminal, struct confinement *state);
/* A store that is reached over the network: "https://..". */
bool store_is_remote(const char *place);

#endif
