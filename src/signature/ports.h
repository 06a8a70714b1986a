/* Ports, ICMP types and protocols as both file formats write them. */
#ifndef SIGNATURE_PORTS_H
#define SIGNATURE_PORTS_H

#include "fields.h"

enum { PORT_MAX = 65535 };

/* A list of ports and [low, high]. */
void ranges_read(struct loader *loader, const struct doc_value *list, const struct port_range **out,
		 size_t *count);
/* The same, and "$parameter" of the loader's signature. */
void ports_read(struct loader *loader, const struct doc_value *list, struct port_list *out);
/* [[type, code or -1], ..] */
void icmp_read(struct loader *loader, const struct doc_value *list, const struct icmp_match **out,
	       size_t *count);

/* A protocol name or number; -1, and said, when it is none. */
int protocol_read(struct loader *loader, const struct doc_value *value);
void protocols_read(struct loader *loader, const struct doc_value *list, const uint8_t **out, size_t *count);
/* Whether one of them has ports: TCP, UDP, SCTP. */
bool protocols_have_ports(const uint8_t *protocols, size_t count);
bool protocols_hold(const uint8_t *protocols, size_t count, uint8_t protocol);

/* Says for each of VALUES (read from LIST) that ALLOWED does not cover it: a mistake, or a warning if
 * SUSPECT. */
void ranges_check_allowed(struct loader *loader, const struct doc_value *list,
			  const struct port_range *values, size_t count,
			  const struct sig_parameter *parameter);

#endif
