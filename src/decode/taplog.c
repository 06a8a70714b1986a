/*
 * Headers of self-describing capture points: Linux netfilter log, macOS packet tap.
 */
#include "walk.h"

/* Lengths and types are in the byte order of the machine that captured; the first length tells which. */
static bool is_big_endian(const struct cursor *attributes)
{
	return cur_peek(attributes, 0) == 0 && cur_peek(attributes, 1) != 0;
}

/* LINKTYPE_NFLOG: family, version, group, then attributes, of which one is the packet. */
enum decode_result step_nflog(struct walk *w)
{
	enum { PAYLOAD = 9, MAX_ATTRIBUTES = 64, HEADER = 4, TYPE_MASK = 0x7fff };
	struct cursor head = walk_head(w, HEADER);
	bool big_endian = is_big_endian(&w->at);

	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	for (unsigned i = 0; i < MAX_ATTRIBUTES && walk_wire(w) >= HEADER; i++) {
		size_t size, type;

		head = walk_head(w, HEADER);
		size = big_endian ? cur_be16(&head) : cur_le16(&head);
		type = (big_endian ? cur_be16(&head) : cur_le16(&head)) & TYPE_MASK;
		if (!cur_ok(&head))
			return walk_short(w, DECODE_LINK_SHORT);
		if (size < HEADER)
			return DECODE_NOT_IP;
		if (type == PAYLOAD) {
			walk_trim(w, size - HEADER);
			return walk_go(w, step_ip);
		}
		head = walk_head(w, ((size + 3) & ~(size_t)3) - HEADER);
		if (!cur_ok(&head))
			return walk_short(w, DECODE_LINK_SHORT);
	}
	return DECODE_NOT_IP;
}

/* LINKTYPE_PKTAP: its length, kind of record, link type of what follows, little endian. */
enum decode_result step_pktap(struct walk *w)
{
	enum { SHORTEST = 12, KIND_PACKET = 1 };
	struct cursor head = walk_head(w, SHORTEST);
	size_t size = cur_le32(&head);
	uint32_t kind = cur_le32(&head);
	uint32_t link_type = cur_le32(&head);

	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	if (size < SHORTEST || kind != KIND_PACKET)
		return DECODE_NOT_IP;
	head = walk_head(w, size - SHORTEST);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	return walk_link(w, link_type);
}
