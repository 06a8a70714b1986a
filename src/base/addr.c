#include "base/addr.h"
#include <string.h>

struct addr addr_ipv4(const uint8_t bytes[4])
{
	struct addr a = {.family = ADDR_IPV4};

	memcpy(a.bytes, bytes, 4);
	return a;
}

struct addr addr_ipv6(const uint8_t bytes[16])
{
	struct addr a = {.family = ADDR_IPV6};

	memcpy(a.bytes, bytes, 16);
	return a;
}

struct addr addr_mac(const uint8_t bytes[MAC_BYTES])
{
	struct addr a = {.family = ADDR_MAC};

	memcpy(a.bytes, bytes, MAC_BYTES);
	return a;
}

size_t addr_size(const struct addr *a)
{
	switch (a->family) {
	case ADDR_IPV4: return 4;
	case ADDR_IPV6: return 16;
	case ADDR_MAC: return MAC_BYTES;
	default: return 0;
	}
}

/* Both take 36 bits: four of them stand above the kind. */
void addr_set_scope(struct addr *address, const uint32_t *vni, const uint16_t *vlan)
{
	address->scope_kind = (uint8_t)((vlan ? ADDR_SCOPE_VLAN : 0) | (vni ? ADDR_SCOPE_VNI : 0));
	address->scope = vlan ? *vlan : vni ? *vni : 0;
	if (vlan && vni) {
		address->scope_kind |= (uint8_t)((*vni >> 20 & 15) << 4);
		address->scope = *vni << 12 | (*vlan & 0xfffU);
	}
}

int addr_compare(const struct addr *a, const struct addr *b)
{
	int order;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	order = memcmp(a->bytes, b->bytes, sizeof(a->bytes));
	if (order != 0)
		return order < 0 ? -1 : 1;
	if (a->scope_kind != b->scope_kind)
		return a->scope_kind < b->scope_kind ? -1 : 1;
	if (a->scope != b->scope)
		return a->scope < b->scope ? -1 : 1;
	return (a->prefix > b->prefix) - (a->prefix < b->prefix);
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

bool addr_same_host(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool addr_is_multicast(const struct addr *a)
{
	switch (a->family) {
	case ADDR_IPV4: return (a->bytes[0] & 0xF0) == 0xE0;
	case ADDR_IPV6: return a->bytes[0] == 0xFF;
	case ADDR_MAC: return a->bytes[0] & 1;
	default: return false;
	}
}

bool addr_is_group(const struct addr *a)
{
	static const uint8_t limited_broadcast[4] = {255, 255, 255, 255};

	if (a->family == ADDR_IPV4 && memcmp(a->bytes, limited_broadcast, 4) == 0)
		return true;
	return addr_is_multicast(a);
}

bool addr_is_link_local(const struct addr *a)
{
	switch (a->family) {
	case ADDR_IPV4: return a->bytes[0] == 169 && a->bytes[1] == 254;
	case ADDR_IPV6: return a->bytes[0] == 0xFE && (a->bytes[1] & 0xC0) == 0x80;
	default: return false;
	}
}

bool addr_is_unspecified(const struct addr *a)
{
	static const uint8_t zeros[16];

	if (a->family != ADDR_IPV4 && a->family != ADDR_IPV6)
		return false;
	return a->prefix == 0 && memcmp(a->bytes, zeros, sizeof(zeros)) == 0;
}

struct addr addr_fold(const struct addr *a, unsigned bits)
{
	struct addr folded = *a;
	unsigned width = (unsigned)addr_size(a) * 8;

	if (bits == 0 || width == 0)
		return (struct addr){.family = ADDR_NONE};
	if (bits > width)
		bits = width;
	if (a->prefix != 0 && a->prefix < bits)
		bits = a->prefix;
	for (unsigned i = 0; i < width / 8; i++) {
		unsigned kept = bits <= i * 8 ? 0 : bits - i * 8;

		if (kept < 8)
			folded.bytes[i] &= (uint8_t)(0xFF00U >> kept);
	}
	folded.prefix = (uint8_t)bits;
	return folded;
}
