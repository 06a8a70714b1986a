/* Sections and interfaces: the blocks that say how those after them are to be read. */
#include "base/mem.h"
#include "pcapng.h"
#include <stdio.h>
#include <string.h>

enum {
	SECTION_LEAST = 28,
	INTERFACE_LEAST = 20,
	OPTIONS_AT = 16,
	OPTION_END = 0,
	OPTION_TSRESOL = 9,
	OPTION_FILTER = 11,
	FILTER_IS_TEXT = 0,
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

bool pcapng_option_next(struct pcapng_options *o, bool swapped)
{
	size_t padded;

	if (o->left < 4 || o->looked_at++ == OPTIONS_LOOKED_AT)
		return false;
	o->code = reader_u16(o->at, swapped);
	o->length = reader_u16(o->at + 2, swapped);
	o->value = o->at + 4;
	padded = (o->length + 3) & ~(size_t)3;
	if (o->code == OPTION_END || padded > o->left - 4)
		return false;
	o->at += 4 + padded;
	o->left -= 4 + padded;
	return true;
}

/* True for one line of plain text without a semicolon, which parts filters in a ledger. */
static bool is_plain(const uint8_t *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] < ' ' || text[i] > '~' || text[i] == ';')
			return false;
	return length > 0;
}

/* Of several interfaces only what all filters let pass was certain to be seen. */
static void note_filter(struct capture_summary *summary, const uint8_t *text, size_t length)
{
	char one[CAPTURE_FILTER_TEXT], all[CAPTURE_FILTER_TEXT * 3];
	int written;

	while (length > 0 && text[length - 1] == '\0')
		length--;
	if (length + 3 > sizeof(one) || !is_plain(text, length))
		return;
	(void)snprintf(one, sizeof(one), "(%.*s)", (int)length, (const char *)text);
	if (strstr(summary->filter, one))
		return;
	written =
	    snprintf(all, sizeof(all), "%s%s%s", summary->filter, summary->filter[0] ? " and " : "", one);
	if (written > 0 && (size_t)written < sizeof(summary->filter))
		memcpy(summary->filter, all, (size_t)written + 1);
}

/* Options that make no sense are left alone: the packets can be read without them. */
static void read_options(struct capture *c, struct capture_interface *interface, const uint8_t *p,
			 size_t left)
{
	struct pcapng_options options = pcapng_options(p, left);
	const bool swapped = c->swapped;

	while (pcapng_option_next(&options, swapped)) {
		if (options.code == OPTION_TSRESOL && options.length == 1)
			pcapng_set_resolution(interface, options.value[0]);
		else if (options.code == OPTION_TSOFFSET && options.length == 8)
			interface->offset_sec = (int64_t)reader_u64(options.value, swapped);
		else if (options.code == OPTION_FILTER && options.length > 1 &&
			 options.value[0] == FILTER_IS_TEXT)
			note_filter(&c->summary, options.value + 1, options.length - 1);
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
	read_options(c, interface, block + OPTIONS_AT, length - INTERFACE_LEAST);
	return 0;
}
