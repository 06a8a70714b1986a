/* The one line of an example:
 *   PROTO[/unicast|broadcast|multicast][/ipv6] ROLE[:PORT] > ROLE:PORT [basis=..] [outcome=..]
 * [answered_from=..] ROLE is a role's id, `stranger` (bound to nothing, outside the local networks),
 * `unbound` (bound to nothing, inside) or, behind the arrow, `group`. PORT is TYPE/CODE for icmp. Protocols
 * without ports have none. */
#ifndef SIGNATURE_SIG_FLOW_H
#define SIGNATURE_SIG_FLOW_H

#include "loader.h"

/* Reads example->flow, which stands at VALUE. */
void example_flow_parse(struct loader *loader, const struct doc_value *value, struct sig_example *example);

#endif
