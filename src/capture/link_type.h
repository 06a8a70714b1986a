/*
 * Link types have two numberings: LINKTYPE_ values, which files hold and this program uses, and libpcap's
 * DLT_ values, which differ from system to system for a handful of old ones.
 */
#ifndef SRC_CAPTURE_LINK_TYPE_H
#define SRC_CAPTURE_LINK_TYPE_H

#include <stdint.h>

/* libpcap's DLT_ value on this machine. */
int link_type_dlt(uint16_t link_type);
/* The other way. */
uint16_t link_type_from_dlt(int dlt);

#endif
