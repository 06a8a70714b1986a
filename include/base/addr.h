/*
 * Addresses stay bytes. One type holds IPv4, IPv6 and, for a sender that has no IP address yet, its MAC. An
 * IPv4 address never equals an IPv6 one, also not its mapped form. `scope` tells apart what one address means
 * on different links: link-local addresses always carry their VLAN, others only under --key.
 */
#ifndef BASE_ADDR_H
#define BASE_ADDR_H

#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum addr_family { ADDR_NONE = 0, ADDR_IPV4 = 4, ADDR_IPV6 = 6, ADDR_MAC = 8 };
enum addr_scope { ADDR_SCOPE_NONE = 0, ADDR_SCOPE_VLAN = 1, ADDR_SCOPE_VNI = 2, ADDR_SCOPE_BOTH = 3 };
enum { ADDR_TEXT_MAX = 72, MAC_BYTES = 6 };

struct addr {
	uint8_t family;     /* enum addr_family */
	uint8_t scope_kind; /* enum addr_scope; ADDR_SCOPE_BOTH: in its low half */
	uint8_t prefix; /* 0: one address. Else a folded row: this many leading bits stand, the rest are 0 */
	uint8_t zero;   /* always 0, so that equal addresses are equal bytes */
	uint32_t scope; /* VLAN or VNI by scope_kind, else 0 */
	uint8_t bytes[16]; /* 4, 16 or 6 used, the rest 0 */
};

struct prefix {
	struct addr base; /* host bits zero */
	unsigned bits;
};

/* An inclusive range; a prefix and a single address are ranges too. */
struct addr_range {
	struct addr low;
	struct addr high;
};

struct addr addr_ipv4(const uint8_t bytes[4]);
struct addr addr_ipv6(const uint8_t bytes[16]);
struct addr addr_mac(const uint8_t bytes[MAC_BYTES]);

/* The scope that a VNI (24 bits), a VLAN (12 bits) or both give; NULL: that one does not tell addresses
 * apart. */
void addr_set_scope(struct addr *address, const uint32_t *vni, const uint16_t *vlan);

/* Number of significant bytes of its family: 4, 16, 6, or 0. */
size_t addr_size(const struct addr *a);
/* Total order: family, bytes, scope kind, scope, prefix. */
int addr_compare(const struct addr *a, const struct addr *b);
bool addr_equal(const struct addr *a, const struct addr *b);
/* The same bytes and family; scope and prefix aside. */
bool addr_same_host(const struct addr *a, const struct addr *b);

/* Multicast (for a MAC its group bit), or IPv4 limited broadcast 255.255.255.255. A subnet's broadcast
 * address cannot be told by IP alone. */
bool addr_is_group(const struct addr *a);
bool addr_is_multicast(const struct addr *a);
/* 169.254.0.0/16 (RFC 3927), fe80::/10 (RFC 4291). */
bool addr_is_link_local(const struct addr *a);
/* 0.0.0.0 or :: */
bool addr_is_unspecified(const struct addr *a);

/* "10.0.0.1", "2001:db8::1" (RFC 5952), "mac:00:11:22:33:44:55"; scope as "fe80::1%vlan7", "%vni7" or
 * "%vni7.vlan7"; a folded row as "10.0.0.0/24"; family none as "any". Returns OUT. */
char *addr_format(const struct addr *a, char out[ADDR_TEXT_MAX]);
/* Parses an IPv4 or IPv6 literal (strict, no leading zeros in IPv4) or "mac:..". 0/-1. */
int addr_parse(struct addr *out, const char *text) MUST_CHECK;
/* "10.0.0.0/8", "fd00::/64", a bare address, or "10.0.0.7-10.0.0.20". -1 when it is none of them, host bits
 * are set, the families differ or the range runs backwards; ERR says which. MAC addresses have neither
 * prefixes nor ranges. */
int addr_range_parse(struct addr_range *out, const char *text, struct err *err) MUST_CHECK;
/* Scope aside. A folded row lies in the range only when all of its addresses do. */
bool addr_in_range(const struct addr *a, const struct addr_range *range);
bool addr_range_is_single(const struct addr_range *range);
/* The address with all but its leading BITS bits zero and `prefix` set to BITS, for folding; scope stays. A
 * row folded further already stays so. 0 bits: family none, "any". */
struct addr addr_fold(const struct addr *a, unsigned bits);

#endif
