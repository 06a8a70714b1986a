/* libpcap knows no VLANs behind a cooked header, where `tcpdump -i any` on a trunk has them. */
#include "filter_cooked.h"
#include <string.h>

enum { TAG_BYTES = 4, TAGS_MAX = 2 };

/* Where the EtherType of what follows stands, and where that begins. */
static const struct {
	uint16_t link_type;
	uint8_t type_at, header;
} cooked[] = {{113, 14, 16}, {276, 0, 20}};

static bool is_tag(const uint8_t *type)
{
	unsigned value = (unsigned)type[0] << 8 | type[1];

	return value == 0x8100 || value == 0x88a8 || value == 0x9100;
}

static bool untag(const struct packet *packet, size_t type_at, size_t header, struct packet *out,
		  uint8_t *room)
{
	const uint8_t *data = packet->data;
	const uint8_t *type = data + type_at;
	size_t skipped = 0, left;

	if (packet->caplen < header)
		return false;
	while (skipped < (size_t)TAGS_MAX * TAG_BYTES && is_tag(type) &&
	       packet->caplen >= header + skipped + TAG_BYTES) {
		type = data + header + skipped + 2;
		skipped += TAG_BYTES;
	}
	if (skipped == 0)
		return false;
	left = packet->caplen - header - skipped;
	if (left > FILTER_COOKED_BYTES - header)
		left = FILTER_COOKED_BYTES - header;
	memcpy(room, data, header);
	memcpy(room + type_at, type, 2);
	memcpy(room + header, data + header + skipped, left);
	*out = *packet;
	out->data = room;
	out->caplen = (uint32_t)(header + left);
	out->wirelen = packet->wirelen - (uint32_t)skipped;
	return true;
}

bool filter_cooked_untag(const struct packet *packet, struct packet *out, uint8_t room[FILTER_COOKED_BYTES])
{
	for (size_t i = 0; i < sizeof(cooked) / sizeof(cooked[0]); i++)
		if (cooked[i].link_type == packet->link_type)
			return untag(packet, cooked[i].type_at, cooked[i].header, out, room);
	return false;
}
