/* Private to capture/: a filter for a port's own kernel program. */
#ifndef SRC_CAPTURE_FILTER_LIVE_H
#define SRC_CAPTURE_FILTER_LIVE_H

#include "capture/filter.h"
#include <pcap/pcap.h>

/* Compiles FILTER for PORT, whose kernel takes VLAN tags off before it looks; admitted packets are cut at
 * SNAPLEN. 0, and the caller frees *OUT with pcap_freecode; or -1 and ERR. */
int filter_compile_live(const struct capture_filter *filter, pcap_t *port, uint32_t snaplen,
			struct bpf_program *out, struct err *err) MUST_CHECK;

#endif
