/* Every list of words that the file formats know, once. */
#ifndef SIGNATURE_NAMES_H
#define SIGNATURE_NAMES_H

#include "fields.h"

extern const struct id_list role_kinds, role_coverages, rule_openers, deliveries, reply_expectations,
    presence_levels, presence_eaches, rule_bases, child_kinds, note_kinds, protocols, example_verdicts,
    example_reasons, example_bases, example_outcomes, example_states, example_options, finding_kinds;

enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PROTOCOL_ICMP6 = 58, PROTOCOL_SCTP = 132 };
/* In the order of `deliveries`, which is that of enum delivery. */
enum { UNICAST, BROADCAST, MULTICAST };

/* The number of the protocol NAME, 0-255, or -1. */
int protocol_number(const char *name);

#endif
