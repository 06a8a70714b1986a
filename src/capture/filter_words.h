/*
 * What has to be known of a filter expression before libpcap sees it. libpcap looks up whatever word it takes
 * for a host's name, and this program sends nothing: such expressions are refused. And an expression that
 * speaks of VLANs or other wrappings by itself cannot be put inside VLAN tags by us.
 */
#ifndef SRC_CAPTURE_FILTER_WORDS_H
#define SRC_CAPTURE_FILTER_WORDS_H

#include "base/err.h"
#include <stdbool.h>

/* 0, or -1 when EXPRESSION holds a word that libpcap would look up. */
int filter_check_names(const char *expression, struct err *err) MUST_CHECK;
/* True when EXPRESSION moves on to wrapped headers by itself, so that it must be left as it is. */
bool filter_speaks_of_tags(const char *expression);

#endif
