/* Block by block through a pcapng file. A block is believed only when all of it is at hand and both its
 * lengths agree. */
#include "pcapng.h"
#include <string.h>

enum { ENHANCED_DATA_AT = 28, SIMPLE_DATA_AT = 12, MAGIC_AT = 8, OLD_DROPS_UNKNOWN = 0xffff };

static const uint32_t BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/* Its own magic tells a section's byte order, before even its length can be read. -1: neither. */
static int section_order(struct capture *c, const uint8_t *p)
{
	if (reader_u32(p + MAGIC_AT, false) == BYTE_ORDER_MAGIC)
		c->swapped = false;
	else if (reader_u32(p + MAGIC_AT, true) == BYTE_ORDER_MAGIC)
		c->swapped = true;
	else
		return -1;
	return 0;
}

/* The block at P, of which LEFT bytes are at hand: its length, or 0 with c->need set or the capture failed.
 */
static inline size_t block_length(struct capture *c, const uint8_t *p, size_t left, uint32_t *type)
{
	uint32_t length;

	c->need = BLOCK_FRAME;
	if (left < BLOCK_FRAME)
		return 0;
	*type = reader_u32(p, c->swapped);
	if (*type == BLOCK_SECTION_HEADER && section_order(c, p) != 0) {
		reader_fail(c, CAPTURE_DAMAGED, "a section header whose byte order cannot be told");
		return 0;
	}
	length = reader_u32(p + 4, c->swapped);
	if (length < BLOCK_FRAME || length % 4 != 0 || length > BLOCK_MAX_BYTES) {
		reader_fail(c, CAPTURE_DAMAGED, "a block that cannot be: type %u, length %u", *type, length);
		return 0;
	}
	c->need = length;
	if (left < length)
		return 0;
	if (reader_u32(p + length - 4, c->swapped) == length)
		return length;
	reader_fail(c, CAPTURE_DAMAGED, "a block whose lengths differ: %u at its start, %u at its end",
		    length, reader_u32(p + length - 4, c->swapped));
	return 0;
}

/* Such an offset fits no time, so that the packet has none. */
static const struct capture_interface undescribed = {
    .link_type = CAPTURE_LINK_TYPE_UNDESCRIBED, .divisor = 1, .offset_sec = INT64_MAX};

static const struct capture_interface *find_interface(struct capture *c, uint32_t id)
{
	struct capture_interface *interface;

	if (id >= c->interface_count) {
		if (c->undescribed++ == 0) {
			c->undescribed_frame = c->frame + 1;
			c->undescribed_id = id;
		}
		return &undescribed;
	}
	interface = &c->interfaces[id];
	if (!interface->seen)
		reader_note_interface(c, interface);
	return interface;
}

/* Sections 4.3 and, for the obsolete block, appendix A: they differ in the first 4 bytes only. */
static inline bool read_packet(struct capture *c, const uint8_t *p, size_t length, bool old,
			       struct packet *packet)
{
	const bool swapped = c->swapped;
	const struct capture_interface *interface;
	uint32_t caplen, wirelen, id;
	size_t options_at;

	if (length < ENHANCED_DATA_AT + 4) {
		reader_fail(c, CAPTURE_DAMAGED, "a packet block of only %zu bytes", length);
		return false;
	}
	caplen = reader_u32(p + 20, swapped);
	wirelen = reader_u32(p + 24, swapped);
	if (caplen > length - ENHANCED_DATA_AT - 4) {
		reader_fail(c, CAPTURE_DAMAGED, "a packet of %u bytes in a block of %zu", caplen, length);
		return false;
	}
	id = old ? reader_u16(p + 8, swapped) : reader_u32(p + 8, swapped);
	interface = find_interface(c, id);
	*packet = (struct packet){
	    .time_ns = pcapng_time(interface,
				   (uint64_t)reader_u32(p + 12, swapped) << 32 | reader_u32(p + 16, swapped)),
	    .data = p + ENHANCED_DATA_AT,
	    .frame = ++c->frame,
	    .caplen = caplen,
	    .wirelen = wirelen < caplen ? caplen : wirelen,
	    .snaplen = interface->snaplen,
	    .link_type = interface->link_type,
	};
	options_at = ENHANCED_DATA_AT + ((caplen + 3) & ~(size_t)3);
	if (options_at + 4 < length && !old)
		pcapng_packet_options(c, id, p + options_at, length - 4 - options_at);
	if (old && reader_u16(p + 10, swapped) != OLD_DROPS_UNKNOWN)
		pcapng_lost(c, id, reader_u16(p + 10, swapped));
	return true;
}

/* Section 4.4: of the first interface, without a time; what was captured is what the snap length left of it.
 */
static bool read_simple_packet(struct capture *c, const uint8_t *p, size_t length, struct packet *packet)
{
	const struct capture_interface *interface;
	uint32_t wirelen, caplen;

	if (length < SIMPLE_DATA_AT + 4) {
		reader_fail(c, CAPTURE_DAMAGED, "a simple packet block of only %zu bytes", length);
		return false;
	}
	interface = find_interface(c, 0);
	wirelen = reader_u32(p + 8, c->swapped);
	caplen = interface->snaplen && interface->snaplen < wirelen ? interface->snaplen : wirelen;
	if (caplen > length - SIMPLE_DATA_AT - 4)
		caplen = (uint32_t)(length - SIMPLE_DATA_AT - 4);
	*packet = (struct packet){
	    .time_ns = TIME_UNKNOWN,
	    .data = p + SIMPLE_DATA_AT,
	    .frame = ++c->frame,
	    .caplen = caplen,
	    .wirelen = wirelen,
	    .snaplen = interface->snaplen,
	    .link_type = interface->link_type,
	};
	return true;
}

/* True when the block held a packet. */
static inline bool read_block(struct capture *c, uint32_t type, const uint8_t *p, size_t length,
			      struct packet *packet)
{
	switch (type) {
	case BLOCK_ENHANCED_PACKET: return read_packet(c, p, length, false, packet);
	case BLOCK_OLD_PACKET: return read_packet(c, p, length, true, packet);
	case BLOCK_SIMPLE_PACKET: return read_simple_packet(c, p, length, packet);
	case BLOCK_SECTION_HEADER: (void)pcapng_section(c, p, length); break;
	case BLOCK_INTERFACE: (void)pcapng_interface(c, p, length); break;
	case BLOCK_STATISTICS: pcapng_statistics(c, p, length); break;
	case BLOCK_JOURNAL:
	case BLOCK_CUSTOM:
	case BLOCK_CUSTOM_NO_COPY:
		c->frame++;
		break; /* Wireshark shows these as frames: keep to its numbers */
	default: break;
	}
	return false;
}

size_t pcapng_read(struct capture *c, struct packet *packets, size_t max)
{
	struct window *w = &c->window;
	struct reader_tally tally = READER_TALLY_INIT;
	size_t n = 0;

	while (n < max && !c->finished) {
		const uint8_t *p = w->bytes + w->position;
		uint32_t type = 0;
		size_t length = block_length(c, p, window_left(w), &type);

		if (length == 0)
			break;
		if (read_block(c, type, p, length, &packets[n])) {
			if (packets[n].time_ns == TIME_UNKNOWN) {
				tally.untimed++;
				tally.bytes += packets[n].wirelen;
			} else {
				reader_tally_packet(&tally, &packets[n]);
			}
			n++;
		}
		if (!c->finished)
			w->position += length;
	}
	reader_add_tally(c, &tally, n);
	return n;
}
