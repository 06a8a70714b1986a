/*
 * Writes a script's packets as a capture, in the forms that captures come in.
 */
#ifndef SAMPLES_FILE_H
#define SAMPLES_FILE_H

#include "gzip.h"
#include "script.h"

enum file_form {
	PCAP, /* little-endian, microseconds */
	PCAP_BIG_ENDIAN,
	PCAP_NANOSECONDS, /* each stamp has 789 ns beside its microseconds */
	PCAP_GZIP,
	PCAP_COOKED, /* Linux cooked capture, as "any" gives it: no destination MAC */
	PCAP_TAGGED, /* VLAN 70 on what hosts of 10.70.0.0/24 send, no tag on what they get: a habit of
			mirrors */
	PCAPNG,
	PCAPNG_TWO_PORTS /* IPv6 came in on a second interface, stamped in nanoseconds */
};

enum { LINK_ETHERNET = 1, LINK_COOKED = 113, SNAP_LENGTH = 262144, ETHERNET_LENGTH = 14, VLAN = 70 };

/* A capture in memory, before it is compressed or cut. */
struct image {
	uint8_t *data;
	size_t length, capacity;
	bool big_endian;
};

static void image_add(struct image *image, const void *block, size_t length)
{
	if (image->length + length > image->capacity) {
		image->capacity = 2 * (image->length + length);
		image->data = realloc(image->data, image->capacity);
		need_memory(image->data);
	}
	if (length > 0)
		memcpy(image->data + image->length, block, length);
	image->length += length;
}

static void image_u16(struct image *image, unsigned value)
{
	const uint8_t low = (uint8_t)value, high = (uint8_t)(value >> 8);
	const uint8_t bytes[2] = {image->big_endian ? high : low, image->big_endian ? low : high};

	image_add(image, bytes, sizeof bytes);
}

static void image_u32(struct image *image, uint32_t value)
{
	const uint32_t first = image->big_endian ? value >> 16 : value & 0xffff;
	const uint32_t second = image->big_endian ? value & 0xffff : value >> 16;

	image_u16(image, first);
	image_u16(image, second);
}

static void pcap_header(struct image *image, enum file_form form)
{
	image->big_endian = form == PCAP_BIG_ENDIAN;
	image_u32(image, form == PCAP_NANOSECONDS ? 0xa1b23c4d : 0xa1b2c3d4);
	image_u16(image, 2);
	image_u16(image, 4);
	image_u32(image, 0);
	image_u32(image, 0);
	image_u32(image, SNAP_LENGTH);
	image_u32(image, form == PCAP_COOKED ? LINK_COOKED : LINK_ETHERNET);
}

/* Packet type, link type, the sender's MAC, and the protocol stand in front of the packet
 * (LINKTYPE_LINUX_SLL). */
static struct bytes as_cooked(const struct packet *packet)
{
	static const uint8_t padding[2];
	const bool broadcast = memcmp(packet->bytes, all_ones, MAC_LENGTH) == 0;
	struct bytes out = {.length = 0};

	put_u16(&out, broadcast ? 1 : packet->bytes[0] & 1 ? 2 : 3);
	put_u16(&out, 1);
	put_u16(&out, MAC_LENGTH);
	put_block(&out, packet->bytes + MAC_LENGTH, MAC_LENGTH);
	put_block(&out, padding, sizeof padding);
	put_block(&out, packet->bytes + 2 * MAC_LENGTH, packet->length - 2 * MAC_LENGTH);
	return out;
}

static struct bytes as_tagged(const struct packet *packet)
{
	static const uint8_t tagged_side[] = {2, 0, 10, 70, 0};
	struct bytes out = {.length = 0};

	put_block(&out, packet->bytes, 2 * MAC_LENGTH);
	if (memcmp(packet->bytes + MAC_LENGTH, tagged_side, sizeof tagged_side) == 0) {
		put_u16(&out, ETHERTYPE_VLAN);
		put_u16(&out, VLAN);
	}
	put_block(&out, packet->bytes + 2 * MAC_LENGTH, packet->length - 2 * MAC_LENGTH);
	return out;
}

static void pcap_record(struct image *image, enum file_form form, const struct packet *packet)
{
	const uint32_t usec = (uint32_t)(packet->time_usec % USEC_PER_SEC);
	struct bytes frame = {.length = 0};

	if (form == PCAP_COOKED)
		frame = as_cooked(packet);
	else if (form == PCAP_TAGGED)
		frame = as_tagged(packet);
	else
		put_block(&frame, packet->bytes, packet->length);
	image_u32(image, (uint32_t)(packet->time_usec / USEC_PER_SEC));
	image_u32(image, form == PCAP_NANOSECONDS ? usec * 1000 + 789 : usec);
	image_u32(image, (uint32_t)frame.length);
	image_u32(image, (uint32_t)frame.length);
	image_add(image, frame.data, frame.length);
}

static void pcapng_block(struct image *image, uint32_t type, const void *body, size_t length)
{
	const size_t padding = (4 - length % 4) % 4, total = 12 + length + padding;

	image_u32(image, type);
	image_u32(image, (uint32_t)total);
	image_add(image, body, length);
	image_add(image, "\0\0\0", padding);
	image_u32(image, (uint32_t)total);
}

static void pcapng_interface(struct image *image, bool nanoseconds)
{
	/* Ethernet, snap length 0 (none); option if_tsresol 9, end of options. */
	static const uint8_t body[] = {
	    LINK_ETHERNET, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0};

	pcapng_block(image, 1, body, nanoseconds ? sizeof body : 8);
}

static void pcapng_start(struct image *image, enum file_form form)
{
	static const uint8_t section[] = {0x4d, 0x3c, 0x2b, 0x1a, 1,   0,   0,   0,
					  255,  255,  255,  255,  255, 255, 255, 255};

	pcapng_block(image, 0x0a0d0d0a, section, sizeof section);
	pcapng_interface(image, false);
	if (form == PCAPNG_TWO_PORTS)
		pcapng_interface(image, true);
}

static void pcapng_record(struct image *image, enum file_form form, const struct packet *packet)
{
	const bool ipv6 = packet->bytes[2 * MAC_LENGTH] == ETHERTYPE_IPV6 >> 8;
	const bool second = form == PCAPNG_TWO_PORTS && ipv6;
	const uint64_t stamp = (uint64_t)packet->time_usec * (second ? 1000 : 1);
	struct image body = {.length = 0};

	image_u32(&body, second);
	image_u32(&body, (uint32_t)(stamp >> 32));
	image_u32(&body, (uint32_t)stamp);
	image_u32(&body, (uint32_t)packet->length);
	image_u32(&body, (uint32_t)packet->length);
	image_add(&body, packet->bytes, packet->length);
	pcapng_block(image, 6, body.data, body.length);
	free(body.data);
}

/* Those packets of SCRIPT that KEEP admits (NULL: all), less the capture's last CUT bytes. 0, or -1 with
 * errno set. */
static int write_capture(const char *path, const struct script *script, enum file_form form,
			 bool (*keep)(const struct packet *), size_t cut)
{
	const bool blocks = form == PCAPNG || form == PCAPNG_TWO_PORTS;
	struct image image = {.length = 0};
	FILE *file;
	int status = 0;

	(blocks ? pcapng_start : pcap_header)(&image, form);
	for (size_t i = 0; i < script->count; i++)
		if (!keep || keep(&script->packets[i]))
			(blocks ? pcapng_record : pcap_record)(&image, form, &script->packets[i]);
	file = fopen(path, "wb");
	if (!file) {
		free(image.data);
		return -1;
	}
	if (form == PCAP_GZIP)
		gzip_write(file, image.data, image.length - cut);
	else
		fwrite(image.data, 1, image.length - cut, file);
	status = ferror(file) ? -1 : 0;
	free(image.data);
	return fclose(file) == 0 ? status : -1;
}

#endif
