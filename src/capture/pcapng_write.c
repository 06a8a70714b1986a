#include "capture/pcapng_write.h"
#include "base/timestamp.h"
#include "pcapng_text.h"
#include <string.h>

/* draft-ietf-opsawg-pcapng sections 4.1 to 4.3 (blocks), 3.5, 4.2 (options). */
enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE_DESCRIPTION = 1,
	BLOCK_ENHANCED = 6,
	BYTE_ORDER = 0x1a2b3c4d,
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_INTERFACE_NAME = 2,
	OPTION_APPLICATION = 4,
	OPTION_RESOLUTION = 9,
	OPTION_OFFSET = 14,
	RESOLUTION_NSEC = 9
};

/* Times of the file are unsigned: those before 1970 count from here, 292 years earlier. */
static const int64_t early_offset_sec = INT64_C(-9223372037);

static void add_le(struct strbuf *out, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		strbuf_add_char(out, (char)(uint8_t)(value >> (8 * i)));
}

static void add_padded(struct strbuf *out, const void *bytes, size_t length)
{
	strbuf_add_bytes(out, bytes, length);
	strbuf_repeat(out, '\0', (4 - length % 4) % 4);
}

static void add_option(struct strbuf *out, unsigned code, const void *value, size_t length)
{
	add_le(out, code, 2);
	add_le(out, length, 2);
	add_padded(out, value, length);
}

static void add_text_option(struct strbuf *out, unsigned code, const char *text)
{
	char clean[PCAPNG_COMMENT_MAX];

	if (text)
		add_option(out, code, clean, pcapng_text_clean(text, clean, sizeof(clean)));
}

static size_t block_begin(struct strbuf *out, uint32_t type)
{
	size_t at = out->length;

	add_le(out, type, 4);
	add_le(out, 0, 4);
	return at;
}

/* A block says its length at both ends. */
static void block_end(struct strbuf *out, size_t at)
{
	uint32_t length = (uint32_t)(out->length - at + 4);

	add_le(out, length, 4);
	for (unsigned i = 0; i < 4 && strbuf_ok(out); i++)
		out->text[at + 4 + i] = (char)(uint8_t)(length >> (8 * i));
}

void pcapng_write_start(struct pcapng_writer *writer, const char *application, const char *comment)
{
	struct strbuf *out = &writer->bytes;
	size_t at = block_begin(out, BLOCK_SECTION);

	add_le(out, BYTE_ORDER, 4);
	add_le(out, 1, 2);
	add_le(out, 0, 2);
	add_le(out, UINT64_MAX, 8);
	add_text_option(out, OPTION_COMMENT, comment);
	add_text_option(out, OPTION_APPLICATION, application);
	add_option(out, OPTION_END, "", 0);
	block_end(out, at);
}

static void add_interface(struct strbuf *out, const struct pcapng_write_interface *interface)
{
	static const uint8_t resolution = RESOLUTION_NSEC;
	size_t at = block_begin(out, BLOCK_INTERFACE_DESCRIPTION);

	add_le(out, interface->link_type, 2);
	add_le(out, 0, 2);
	add_le(out, interface->snaplen, 4);
	add_text_option(out, OPTION_INTERFACE_NAME, interface->source);
	add_option(out, OPTION_RESOLUTION, &resolution, 1);
	if (interface->before_1970) {
		add_le(out, OPTION_OFFSET, 2);
		add_le(out, 8, 2);
		add_le(out, (uint64_t)early_offset_sec, 8);
	}
	add_option(out, OPTION_END, "", 0);
	block_end(out, at);
}

static bool same_interface(const struct pcapng_write_interface *a, const struct pcapng_write_interface *b)
{
	return a->link_type == b->link_type && a->snaplen == b->snaplen && a->before_1970 == b->before_1970 &&
	       (a->source == b->source || (a->source && b->source && strcmp(a->source, b->source) == 0));
}

/* The number of the packet's interface, described first where it is new; -1: there are too many. */
static int find_interface(struct pcapng_writer *writer, const struct packet *packet, const char *source)
{
	const struct pcapng_write_interface wanted = {
	    .source = source,
	    /* A limit that the packet breaks would make readers doubt it. */
	    .snaplen = packet->caplen > packet->snaplen ? 0 : packet->snaplen,
	    .link_type = packet->link_type,
	    .before_1970 = packet->time_ns < 0,
	};

	for (size_t i = 0; i < writer->interface_count; i++)
		if (same_interface(&writer->interfaces[i], &wanted))
			return (int)i;
	if (writer->interface_count == PCAPNG_WRITE_INTERFACES)
		return -1;
	writer->interfaces[writer->interface_count] = wanted;
	add_interface(&writer->bytes, &wanted);
	return (int)writer->interface_count++;
}

void pcapng_write_packet(struct pcapng_writer *writer, const struct packet *packet, const char *source,
			 const char *comment)
{
	struct strbuf *out = &writer->bytes;
	int interface = find_interface(writer, packet, source);
	uint64_t units = (uint64_t)packet->time_ns;

	if (interface < 0) {
		writer->crowded = true;
		return;
	}
	if (packet->time_ns < 0)
		units -= (uint64_t)early_offset_sec * (uint64_t)NSEC_PER_SEC;
	size_t at = block_begin(out, BLOCK_ENHANCED);
	add_le(out, (uint64_t)interface, 4);
	add_le(out, units >> 32, 4);
	add_le(out, units, 4);
	add_le(out, packet->caplen, 4);
	add_le(out, packet->wirelen, 4);
	add_padded(out, packet->data, packet->caplen);
	add_text_option(out, OPTION_COMMENT, comment);
	if (comment)
		add_option(out, OPTION_END, "", 0);
	block_end(out, at);
}

void pcapng_write_clear(struct pcapng_writer *writer)
{
	strbuf_clear(&writer->bytes);
	*writer = (struct pcapng_writer){.interface_count = 0};
}
