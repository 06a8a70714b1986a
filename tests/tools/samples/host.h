/*
 * The hosts of the samples. A host has an IPv4 address and, where it speaks it, an IPv6 one; its MAC is 02:00
 * and the four bytes of its IPv4 address, or of MAC_LIKE where it moved and kept its hardware.
 */
#ifndef SAMPLES_HOST_H
#define SAMPLES_HOST_H

#include "bytes.h"
#include <arpa/inet.h>
#include <stdbool.h>

enum { MAC_LENGTH = 6 };

struct host {
	const char *ipv4, *ipv6;
	const char *mac_like;
};

/* An address and the MAC that stands beside it in the frame. */
struct end {
	uint8_t family; /* 4 or 6 */
	uint8_t address[16];
	uint8_t mac[MAC_LENGTH];
};

static const uint8_t all_ones[MAC_LENGTH] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

static void need_address(int family, const char *text, uint8_t *out)
{
	if (text && inet_pton(family, text, out) == 1)
		return;
	fprintf(stderr, "make_samples: no address '%s'\n", text ? text : "");
	exit(2);
}

static struct end end_of(const struct host *host, int family)
{
	struct end end = {.family = (uint8_t)family, .mac = {2, 0}};

	need_address(AF_INET, host->mac_like ? host->mac_like : host->ipv4, end.mac + 2);
	if (family == 4)
		need_address(AF_INET, host->ipv4, end.address);
	else
		need_address(AF_INET6, host->ipv6, end.address);
	return end;
}

/* A group: 255.255.255.255 and a subnet's broadcast address go to ff:ff:ff:ff:ff:ff, multicast as RFC 1112
 * and RFC 2464 map it. */
static struct end end_of_group(const char *address)
{
	struct end end = {.family = strchr(address, ':') ? 6 : 4};

	need_address(end.family == 4 ? AF_INET : AF_INET6, address, end.address);
	if (end.family == 6) {
		end.mac[0] = end.mac[1] = 0x33;
		memcpy(end.mac + 2, end.address + 12, 4);
	} else if (end.address[0] >> 4 == 14) {
		const uint8_t prefix[3] = {1, 0, 0x5e};

		memcpy(end.mac, prefix, sizeof prefix);
		end.mac[3] = end.address[1] & 0x7f;
		memcpy(end.mac + 4, end.address + 2, 2);
	} else {
		memcpy(end.mac, all_ones, MAC_LENGTH);
	}
	return end;
}

/* A host that has no address yet. */
static struct end end_without_address(const struct host *host)
{
	struct end end = end_of(host, 4);

	memset(end.address, 0, sizeof end.address);
	return end;
}

#endif
