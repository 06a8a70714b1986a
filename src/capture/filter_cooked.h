/* Private to capture/: VLAN tags of Linux cooked captures. */
#ifndef SRC_CAPTURE_FILTER_COOKED_H
#define SRC_CAPTURE_FILTER_COOKED_H

#include "capture/capture.h"

/* As much of a packet as filters look at. */
enum { FILTER_COOKED_BYTES = 2048 };

/* True where PACKET is of a cooked link type and has a tag: OUT, which lies in ROOM, is then the same without
 * its tags, two at most, as an expression means it. */
bool filter_cooked_untag(const struct packet *packet, struct packet *out, uint8_t room[FILTER_COOKED_BYTES]);

#endif
