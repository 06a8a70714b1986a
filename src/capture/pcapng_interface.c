/* Sections and interfaces: the blocks that say how those after them are to be read. */
#include "base/mem.h"
#include "pcapng.h"

enum {
	SECTION_LEAST = 28,
	INTERFACE_LEAST = 20,
	OPTIONS_AT = 16,
	OPTION_END = 0,
	OPTION_TSRESOL = 9,
	OPTION_TSOFFSET = 14,
	OPTIONS_LOOKED_AT = 256,
	RESOLUTION_DEFAULT = 6,
};

int pcapng_section(struct capture *c, const uint8_t *block, size_t length)
{
	unsigned major;

	if (length < SECTION_LEAST) {
		reader_fail(c, CAPTURE_DAMAGED, "a section header of only %zu bytes", length);
		return -1;
	}
	major = reader_u16(block + 12, c->swapped);
	if (major != 1) {
		reader_fail(c, CAPTURE_DAMAGED, "version %u of pcapng does not exist", major);
		return -1;
	}
	c->in_section = true;
	c->interface_count = 0;
	return 0;
}

static int64_t read_offset(const uint8_t *p, bool swapped)
{
	uint64_t first = reader_u32(p, swapped), second = reader_u32(p + 4, swapped);
	bool big = swapped == (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);

	return (int64_t)(big ? first << 32 | second : second << 32 | first);
}

/* Options that make no sense are left alone: the packets can be read without them. */
static void read_options(struct capture_interface *interface, const uint8_t *p, size_t left, bool swapped)
{
	for (unsigned i = 0; i < OPTIONS_LOOKED_AT && left >= 4; i++) {
		unsigned code = reader_u16(p, swapped);
		size_t length = reader_u16(p + 2, swapped), padded = (length + 3) & ~(size_t)3;

		if (code == OPTION_END || padded > left - 4)
			return;
		if (code == OPTION_TSRESOL && length == 1)
			pcapng_set_resolution(interface, p[4]);
		else if (code == OPTION_TSOFFSET && length == 8)
			interface->offset_sec = read_offset(p + 4, swapped);
		p += 4 + padded;
		left -= 4 + padded;
	}
}

int pcapng_interface(struct capture *c, const uint8_t *block, size_t length)
{
	void *grown = c->interfaces;
	struct capture_interface *interface;

	if (length < INTERFACE_LEAST) {
		reader_fail(c, CAPTURE_DAMAGED, "an interface description of only %zu bytes", length);
		return -1;
	}
	if (c->interface_count == INTERFACES_MAX) {
		reader_fail(c, CAPTURE_DAMAGED, "more than %d interfaces in one section", INTERFACES_MAX);
		return -1;
	}
	if (mem_grow(&grown, &c->interface_capacity, c->interface_count + 1, sizeof(*c->interfaces)) != 0) {
		reader_fail(c, CAPTURE_UNREADABLE, "not enough memory for its interfaces");
		return -1;
	}
	c->interfaces = grown;
	interface = &c->interfaces[c->interface_count++];
	*interface = (struct capture_interface){
	    .link_type = reader_link_type(reader_u16(block + 8, c->swapped)),
	    .snaplen = reader_u32(block + 12, c->swapped),
	};
	pcapng_set_resolution(interface, RESOLUTION_DEFAULT);
	read_options(interface, block + OPTIONS_AT, length - INTERFACE_LEAST, c->swapped);
	return 0;
}
