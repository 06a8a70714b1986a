/*
 * BPF expressions in libpcap's language, compiled once for each link type that turns up and run in user
 * space. The expression also matches inside up to two VLAN tags: a customer who writes "port 53" means tagged
 * packets too. So "not port 53" keeps tagged ones out as well. Host names are refused, as libpcap would look
 * them up in the network. A filter compiles as link types turn up, so each thread needs its own.
 */
#ifndef CAPTURE_FILTER_H
#define CAPTURE_FILTER_H

#include "base/addr.h"
#include "capture/capture.h"

struct capture_filter;

/* NULL and ERR when EXPRESSION does not compile for Ethernet. */
struct capture_filter *capture_filter_new(const char *expression, struct err *err) MUST_CHECK;
/* True when PACKET passes, also when the expression cannot be compiled for its link type (counted). */
bool capture_filter_match(struct capture_filter *filter, const struct packet *packet);
/* Link types for which the expression could not be compiled, so that everything passed. */
size_t capture_filter_uncompiled(const struct capture_filter *filter);
/* How the expression was widened, for the report. Owned by FILTER. */
const char *capture_filter_text(const struct capture_filter *filter);

/* Follows, in a ledger, a filter under which a capture was made, not read. */
#define CAPTURE_FILTER_OF_FILE " (as it was captured)"

/* What a packet could look like; ICMP: to_port is type * 256 + code. */
struct capture_probe {
	struct addr from, to;
	uint8_t protocol;
	uint16_t from_port, to_port;
	bool answers;
};
/* True when such a packet on Ethernet would pass: one that opens or carries data; of those that answer, the first. */
bool capture_filter_admits(struct capture_filter *filter, const struct capture_probe *probe);
void capture_filter_free(struct capture_filter *filter);

#endif
