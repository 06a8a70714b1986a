/* Private to flow/: packets of TCP flows of which not all is known yet; see early.c. */
#ifndef FLOW_EARLY_H
#define FLOW_EARLY_H

#include "table.h"

/* Takes PACKET of input INPUT if it is of flow NUMBER and brings nothing unexpected. False, and nothing done
 * but that the flow may have got its entry: it does, or is another flow's, or a duplicate. */
bool early_take(struct flow_table *table, const struct packet *packet, const struct packet_quick *quick,
		uint32_t input, uint32_t number);

#endif
