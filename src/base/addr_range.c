#include "base/addr.h"
#include <string.h>

/* The last address of the block that the first BITS bits of A name. */
static struct addr last_of_block(const struct addr *a, unsigned bits)
{
	struct addr last = *a;
	unsigned width = (unsigned)addr_size(a) * 8;

	for (unsigned i = bits; i < width; i++)
		last.bytes[i / 8] |= (uint8_t)(0x80U >> (i % 8));
	return last;
}

bool addr_in_range(const struct addr *a, const struct addr_range *range)
{
	const uint8_t *low = range->low.bytes, *high = range->high.bytes;
	struct addr last;

	if (a->family != range->low.family || memcmp(a->bytes, low, sizeof(a->bytes)) < 0)
		return false;
	if (a->prefix == 0)
		return memcmp(a->bytes, high, sizeof(a->bytes)) <= 0;
	last = last_of_block(a, a->prefix);
	return memcmp(last.bytes, high, sizeof(last.bytes)) <= 0;
}

bool addr_range_is_single(const struct addr_range *range)
{
	return addr_same_host(&range->low, &range->high);
}

/* A number of bits without sign, space or leading zero; -1 if TEXT is none or over WIDTH. */
static int parse_bits(const char *text, unsigned width)
{
	unsigned bits = 0;
	size_t length = strlen(text);

	if (length < 1 || length > 3 || (text[0] == '0' && length > 1))
		return -1;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		bits = bits * 10 + (unsigned)(text[i] - '0');
	}
	return bits > width ? -1 : (int)bits;
}

static int parse_prefix(struct addr_range *out, const struct addr *base, const char *bits_text,
			const char *text, struct err *err)
{
	char suggestion[ADDR_TEXT_MAX];
	struct addr first;
	unsigned width;
	int bits;

	if (base->family == ADDR_MAC)
		return err_set(err, "\"%s\": a MAC address has no prefix; give one address", text);
	width = (unsigned)addr_size(base) * 8;
	bits = parse_bits(bits_text, width);
	if (bits < 0)
		return err_set(err, "\"%s\": the prefix length must be a number from 0 to %u", text, width);
	first = addr_fold(base, (unsigned)bits);
	if (bits == 0)
		first = (struct addr){.family = base->family};
	if (!addr_same_host(&first, base)) {
		first.prefix = 0;
		return err_set(err, "\"%s\": host bits are set; %s/%d would be the prefix", text,
			       addr_format(&first, suggestion), bits);
	}
	out->low = *base;
	out->high = last_of_block(base, (unsigned)bits);
	return 0;
}

static int parse_ends(struct addr_range *out, const struct addr *low, const char *high_text, const char *text,
		      struct err *err)
{
	struct addr high;

	if (low->family == ADDR_MAC)
		return err_set(err, "\"%s\": MAC addresses have no ranges; give one address", text);
	if (addr_parse(&high, high_text) < 0)
		return err_set(err, "\"%s\": what follows \"-\" is no IPv4 or IPv6 address", text);
	if (high.family != low->family)
		return err_set(err, "\"%s\": both ends of a range must be of one family", text);
	if (addr_compare(low, &high) > 0)
		return err_set(err, "\"%s\": the range runs backwards; give the lower address first", text);
	out->low = *low;
	out->high = high;
	return 0;
}

int addr_range_parse(struct addr_range *out, const char *text, struct err *err)
{
	char first_text[ADDR_TEXT_MAX];
	size_t first_length = strcspn(text, "/-");
	struct addr first;
	char mark = text[first_length];

	if (first_length < sizeof(first_text)) {
		memcpy(first_text, text, first_length);
		first_text[first_length] = '\0';
	}
	if (first_length >= sizeof(first_text) || addr_parse(&first, first_text) < 0)
		return err_set(
		    err,
		    "\"%s\" is no address, prefix or range; write 10.0.0.7, 10.0.0.0/8, fd00::/64 or "
		    "10.0.0.7-10.0.0.20",
		    text);
	if (mark == '/')
		return parse_prefix(out, &first, text + first_length + 1, text, err);
	if (mark == '-')
		return parse_ends(out, &first, text + first_length + 1, text, err);
	out->low = first;
	out->high = first;
	return 0;
}
