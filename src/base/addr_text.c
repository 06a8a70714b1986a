/* Addresses to and from text. Written out by hand, as tables of millions of rows are printed and the C
 * library writes IPv4 notation into IPv6 addresses that merely begin with zeros. */
#include "base/addr.h"
#include <arpa/inet.h>
#include <string.h>

static const char mac_mark[] = "mac:";

static char *put_text(char *out, const char *text)
{
	size_t length = strlen(text);

	memcpy(out, text, length);
	return out + length;
}

static char *put_decimal(char *out, uint32_t value)
{
	char digits[10];
	size_t n = 0;

	do {
		digits[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	while (n > 0)
		*out++ = digits[--n];
	return out;
}

/* At least WIDTH lower-case hexadecimal digits of a 16-bit VALUE. */
static char *put_hex(char *out, unsigned value, unsigned width)
{
	for (unsigned n = 4; n > 0; n--) {
		unsigned digit = (value >> ((n - 1) * 4)) & 15;

		if (n <= width || value >> ((n - 1) * 4))
			*out++ = "0123456789abcdef"[digit];
	}
	return out;
}

static char *put_ipv4(char *out, const uint8_t *bytes)
{
	for (int i = 0; i < 4; i++) {
		if (i > 0)
			*out++ = '.';
		out = put_decimal(out, bytes[i]);
	}
	return out;
}

struct zero_run {
	unsigned start, length;
};

/* RFC 5952 section 4.2: the longest run of two or more zero groups, the first of equals. */
static struct zero_run longest_zero_run(const unsigned groups[8])
{
	struct zero_run best = {.start = 8, .length = 1};
	unsigned start = 0;

	for (unsigned i = 0; i < 8; i++) {
		if (groups[i] != 0)
			start = i + 1;
		else if (i + 1 - start > best.length)
			best = (struct zero_run){.start = start, .length = i + 1 - start};
	}
	return best;
}

static char *put_ipv6(char *out, const uint8_t *bytes)
{
	static const uint8_t mapped[12] = {[10] = 0xFF, [11] = 0xFF};
	unsigned groups[8];
	struct zero_run run;

	/* RFC 5952 section 5 */
	if (memcmp(bytes, mapped, sizeof(mapped)) == 0)
		return put_ipv4(put_text(out, "::ffff:"), bytes + sizeof(mapped));
	for (unsigned i = 0; i < 8; i++)
		groups[i] = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
	run = longest_zero_run(groups);
	for (unsigned i = 0; i < 8; i++) {
		if (i == run.start) {
			out = put_text(out, "::");
			i += run.length - 1;
			continue;
		}
		if (i > 0 && i != run.start + run.length)
			*out++ = ':';
		out = put_hex(out, groups[i], 1);
	}
	return out;
}

static char *put_mac(char *out, const uint8_t *bytes)
{
	out = put_text(out, mac_mark);
	for (int i = 0; i < MAC_BYTES; i++) {
		if (i > 0)
			*out++ = ':';
		out = put_hex(out, bytes[i], 2);
	}
	return out;
}

char *addr_format(const struct addr *a, char out[ADDR_TEXT_MAX])
{
	char *end = out;

	switch (a->family) {
	case ADDR_IPV4: end = put_ipv4(end, a->bytes); break;
	case ADDR_IPV6: end = put_ipv6(end, a->bytes); break;
	case ADDR_MAC: end = put_mac(end, a->bytes); break;
	default: end = put_text(end, "any"); break;
	}
	if (a->scope_kind != ADDR_SCOPE_NONE) {
		bool both = (a->scope_kind & 15) == ADDR_SCOPE_BOTH;
		uint32_t vni = both ? (uint32_t)(a->scope_kind >> 4) << 20 | a->scope >> 12 : a->scope;

		end = put_text(end, a->scope_kind == ADDR_SCOPE_VLAN ? "%vlan" : "%vni");
		end = put_decimal(end, vni);
		if (both)
			end = put_decimal(put_text(end, ".vlan"), a->scope & 0xfff);
	}
	if (a->prefix != 0) {
		*end++ = '/';
		end = put_decimal(end, a->prefix);
	}
	*end = '\0';
	return out;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* "00:11:22:33:44:55", always two digits a byte. */
static int parse_mac(struct addr *out, const char *text)
{
	uint8_t bytes[MAC_BYTES];

	for (int i = 0; i < MAC_BYTES; i++) {
		int high = hex_digit(text[0]);
		int low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0 || text[2] != (i < MAC_BYTES - 1 ? ':' : '\0'))
			return -1;
		bytes[i] = (uint8_t)(high * 16 + low);
		text += 3;
	}
	*out = addr_mac(bytes);
	return 0;
}

int addr_parse(struct addr *out, const char *text)
{
	uint8_t bytes[16];

	if (strncmp(text, mac_mark, sizeof(mac_mark) - 1) == 0)
		return parse_mac(out, text + sizeof(mac_mark) - 1);
	if (inet_pton(AF_INET, text, bytes) == 1) {
		*out = addr_ipv4(bytes);
		return 0;
	}
	if (inet_pton(AF_INET6, text, bytes) == 1) {
		*out = addr_ipv6(bytes);
		return 0;
	}
	return -1;
}
