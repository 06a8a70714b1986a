/*
 * The classic format (draft-ietf-opsawg-pcap): a file header of 24 bytes, then records. Microseconds or
 * nanoseconds, either byte order, and what libpcap reads besides: the "modified" format with 8 more bytes a
 * record, and files from before version 2.4, whose two lengths stand the other way round.
 */
#include "reader.h"
#include <string.h>

enum { FILE_HEADER = 24, RECORD_HEADER = 16, MODIFIED_RECORD_HEADER = 24 };

struct variant {
	uint32_t magic;
	uint32_t fraction_ns;
	size_t record_header;
};

static const struct variant variants[] = {
    {0xa1b2c3d4, 1000, RECORD_HEADER},
    {0xa1b23c4d, 1, RECORD_HEADER},
    {0xa1b2cd34, 1000, MODIFIED_RECORD_HEADER},
};

/* The magic was looked at when the file was identified: one of these it is. */
static void begin_variant(struct capture *c, const uint8_t *p)
{
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
		for (int swapped = 0; swapped < 2; swapped++) {
			if (reader_u32(p, swapped) != variants[i].magic)
				continue;
			c->swapped = swapped;
			c->fraction_ns = variants[i].fraction_ns;
			c->record_header = variants[i].record_header;
		}
	}
}

/* As libpcap does: before 2.3 always the other way round, in 2.3 by some writers. DG/UX wrote 543.0. */
static int begin_version(struct capture *c, unsigned major, unsigned minor)
{
	if (!(major == 2 && minor <= 4) && !(major == 543 && minor == 0)) {
		reader_fail(c, CAPTURE_DAMAGED, "version %u.%u of pcap does not exist", major, minor);
		return -1;
	}
	c->lengths_swapped = major == 543 || minor < 3;
	c->lengths_perhaps_swapped = major == 2 && minor == 3;
	return 0;
}

void pcap_begin(struct capture *c)
{
	struct window *w = &c->window;
	struct capture_interface *interface = &c->interfaces[0];
	const uint8_t *p = w->bytes;
	uint32_t most;

	c->need = FILE_HEADER;
	if (window_left(w) < FILE_HEADER)
		return;
	begin_variant(c, p);
	if (begin_version(c, reader_u16(p + 4, c->swapped), reader_u16(p + 6, c->swapped)) != 0)
		return;
	interface->snaplen = reader_u32(p + 16, c->swapped);
	interface->link_type = reader_link_type(reader_u32(p + 20, c->swapped));
	most = interface->snaplen < RECORD_MAX_BYTES ? interface->snaplen : RECORD_MAX_BYTES;
	c->caplen_max = most < RECORD_USUAL_BYTES ? RECORD_USUAL_BYTES : most;
	c->in_section = true;
	c->need = c->record_header;
	w->position += FILE_HEADER;
}

/* The loop of this floor. Written once and compiled twice: USUAL means this machine's byte order, a record
 * header of 16 bytes and lengths the right way round. */
static inline __attribute__((always_inline)) size_t walk(struct capture *c, struct packet *packets,
							 size_t max, const bool usual)
{
	const bool swapped = usual ? false : c->swapped;
	const size_t header = usual ? RECORD_HEADER : c->record_header;
	const uint8_t *p = c->window.bytes + c->window.position, *end = c->window.bytes + c->window.length;
	const struct capture_interface interface = c->interfaces[0];
	const uint32_t caplen_max = c->caplen_max, fraction_ns = c->fraction_ns;
	const uint64_t frame = c->frame + 1;
	struct reader_tally tally = READER_TALLY_INIT;
	int64_t last_ns = INT64_MIN;
	uint64_t bytes = 0;
	const uint8_t *start = p;
	size_t n, need = header;

	for (n = 0; n < max && (size_t)(end - p) >= header; n++) {
		uint32_t caplen = reader_u32(p + 8, swapped), wirelen = reader_u32(p + 12, swapped);
		int64_t time_ns = (int64_t)reader_u32(p, swapped) * NSEC_PER_SEC +
				  (int64_t)reader_u32(p + 4, swapped) * fraction_ns;

		if (!usual && (c->lengths_swapped || (c->lengths_perhaps_swapped && caplen > wirelen))) {
			uint32_t other = caplen;

			caplen = wirelen;
			wirelen = other;
		}
		need = header + caplen;
		if (caplen > caplen_max || (size_t)(end - p) < need)
			break;
		wirelen = wirelen < caplen ? caplen : wirelen;
		packets[n].time_ns = time_ns;
		packets[n].data = p + header;
		packets[n].frame = frame + n;
		packets[n].caplen = caplen;
		packets[n].wirelen = wirelen;
		packets[n].snaplen = interface.snaplen;
		packets[n].link_type = interface.link_type;
		bytes += wirelen;
		/* Times go on but for a few: the smallest is the first, or one that went back. */
		if (__builtin_expect(time_ns < last_ns, 0))
			tally.first_ns = time_ns < tally.first_ns ? time_ns : tally.first_ns;
		else
			last_ns = time_ns;
		p += need;
		need = header;
	}
	/* Where any was cut, less was passed over than was on the wire. */
	c->alike = (struct capture_alike){.ascending = tally.first_ns == INT64_MAX,
					  .whole = bytes == (uint64_t)(p - start) - n * header};
	if (n > 0 && packets[0].time_ns < tally.first_ns)
		tally.first_ns = packets[0].time_ns;
	tally.last_ns = last_ns;
	tally.bytes = bytes;
	c->need = need;
	c->window.position = (size_t)(p - c->window.bytes);
	c->frame += n;
	reader_add_tally(c, &tally, n);
	return n;
}

size_t pcap_read(struct capture *c, struct packet *packets, size_t max)
{
	bool usual = !c->swapped && c->record_header == RECORD_HEADER && !c->lengths_swapped &&
		     !c->lengths_perhaps_swapped;
	size_t n;

	if (!c->in_section) {
		pcap_begin(c);
		if (!c->in_section)
			return 0;
	}
	n = usual ? walk(c, packets, max, true) : walk(c, packets, max, false);
	if (n > 0 && !c->interfaces[0].seen)
		reader_note_interface(c, &c->interfaces[0]);
	if (c->need > c->record_header + c->caplen_max)
		reader_fail(c, CAPTURE_DAMAGED, "a record that announces %zu bytes, more than any packet has",
			    c->need - c->record_header);
	return n;
}
