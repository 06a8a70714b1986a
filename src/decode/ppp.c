/*
 * Serial links: PPP (RFC 1661, 1662), PPP over Ethernet (RFC 2516), Cisco HDLC, frame relay (RFC 2427).
 */
#include "walk.h"

static enum decode_result walk_ppp_protocol(struct walk *w, uint16_t protocol);

/* RFC 1990: a fragment that is both first and last holds a whole packet (long sequence numbers assumed). */
static enum decode_result step_multilink(struct walk *w)
{
	enum { BEGINS_AND_ENDS = 0xc0 };
	struct cursor head = walk_head(w, 4);
	uint8_t bits = cur_u8(&head);

	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	return (bits & BEGINS_AND_ENDS) == BEGINS_AND_ENDS ? walk_go(w, step_ppp) : DECODE_NOT_IP;
}

static enum decode_result walk_ppp_protocol(struct walk *w, uint16_t protocol)
{
	enum { FIRST_CONTROL = 0x8000 };

	switch (protocol) {
	case 0x0021: return walk_go(w, step_ipv4);
	case 0x0057: return walk_go(w, step_ipv6);
	case 0x0281:
	case 0x0283: return walk_go(w, step_mpls);
	case 0x003d: return walk_go(w, step_multilink);
	case 0x0053: return DECODE_ENCRYPTED;
	default: return protocol >= FIRST_CONTROL ? DECODE_LINK_CONTROL : DECODE_NOT_IP;
	}
}

/* The protocol is one byte if that is odd (compressed), else two. */
enum decode_result step_ppp(struct walk *w)
{
	struct cursor head;
	bool one_byte;
	uint16_t protocol;

	if (cur_peek(&w->at, 0) == 0xff && cur_peek(&w->at, 1) == 0x03)
		(void)walk_head(w, 2);
	one_byte = cur_peek(&w->at, 0) & 1;
	head = walk_head(w, one_byte ? 1 : 2);
	protocol = one_byte ? cur_u8(&head) : cur_be16(&head);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	return walk_ppp_protocol(w, protocol);
}

/* One byte of direction; where it stands for the address, the control byte follows alone. */
enum decode_result step_skip1_ppp(struct walk *w)
{
	struct cursor head = walk_head(w, 1);

	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	if (cur_peek(&w->at, 0) == 0x03)
		(void)walk_head(w, 1);
	return walk_go(w, step_ppp);
}

enum decode_result step_ppp_serial(struct walk *w)
{
	enum { CISCO_UNICAST = 0x0f, CISCO_MULTICAST = 0x8f };
	uint8_t first = cur_peek(&w->at, 0);

	return walk_go(w, first == CISCO_UNICAST || first == CISCO_MULTICAST ? step_chdlc : step_ppp);
}

/* Version and type 1, code 0 for a session, session id, length. */
enum decode_result step_pppoe(struct walk *w)
{
	struct cursor head = walk_head(w, 6);
	uint8_t version_type = cur_u8(&head);
	uint8_t code = cur_u8(&head);
	uint16_t length;

	cur_skip(&head, 2);
	length = cur_be16(&head);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	if (version_type != 0x11)
		return DECODE_NOT_IP;
	if (code != 0)
		return DECODE_LINK_CONTROL;
	walk_trim(w, length);
	return walk_go(w, step_ppp);
}

/* Address, control, EtherType; 8035 is Cisco's own keepalive here. */
enum decode_result step_chdlc(struct walk *w)
{
	enum { KEEPALIVE = 0x8035 };
	struct cursor head = walk_head(w, 4);
	uint16_t type;

	cur_skip(&head, 2);
	type = cur_be16(&head);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	return type == KEEPALIVE ? DECODE_LINK_CONTROL : walk_ethertype(w, type);
}

enum decode_result step_skip1_chdlc(struct walk *w)
{
	struct cursor head = walk_head(w, 1);

	return cur_ok(&head) ? walk_go(w, step_chdlc) : walk_short(w, DECODE_LINK_SHORT);
}

/* BSD/OS put 24 bytes of its own before the packet; of PPP the protocol stands among them. */
enum { BSDOS_BYTES = 24, BSDOS_PROTOCOL = 5 };

enum decode_result step_slip_bsdos(struct walk *w)
{
	struct cursor head = walk_head(w, BSDOS_BYTES);

	return cur_ok(&head) ? walk_go(w, step_ip) : walk_short(w, DECODE_LINK_SHORT);
}

enum decode_result step_ppp_bsdos(struct walk *w)
{
	struct cursor head = walk_head(w, BSDOS_BYTES);

	cur_skip(&head, BSDOS_PROTOCOL);
	uint16_t protocol = cur_be16(&head);
	return cur_ok(&head) ? walk_ppp_protocol(w, protocol) : walk_short(w, DECODE_LINK_SHORT);
}

/* Q.922: 2 to 4 bytes, the last has its lowest bit set. Returns the circuit's number, 10 bits of it. */
static bool read_circuit(struct walk *w, uint16_t *circuit)
{
	enum { LONGEST = 4 };

	for (unsigned i = 0; i < LONGEST; i++) {
		struct cursor head = walk_head(w, 1);
		uint8_t byte = cur_u8(&head);

		if (!cur_ok(&head))
			return false;
		if (i == 0)
			*circuit = (uint16_t)((byte >> 2) << 4);
		else if (i == 1)
			*circuit |= byte >> 4;
		if (byte & 1)
			return true;
	}
	return true;
}

/* RFC 2427 (control 3, NLPID), or Cisco's older form (an EtherType straight away). */
enum decode_result step_frame_relay(struct walk *w)
{
	enum { SIGNALLING = 0, CISCO_MANAGEMENT = 1023, UNNUMBERED = 3, PAD = 0 };
	uint16_t circuit = 0;
	struct cursor head;
	uint8_t nlpid;

	if (!read_circuit(w, &circuit))
		return walk_short(w, DECODE_LINK_SHORT);
	if (circuit == SIGNALLING || circuit == CISCO_MANAGEMENT)
		return DECODE_LINK_CONTROL;
	if (cur_peek(&w->at, 0) != UNNUMBERED) {
		head = walk_head(w, 2);
		if (!cur_ok(&head))
			return walk_short(w, DECODE_LINK_SHORT);
		return walk_ethertype(w, cur_be16(&head));
	}
	head = walk_head(w, cur_peek(&w->at, 1) == PAD ? 3 : 2);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	cur_skip(&head, cur_left(&head) - 1);
	nlpid = cur_u8(&head);
	return walk_nlpid(w, nlpid);
}

enum decode_result step_skip1_frame_relay(struct walk *w)
{
	struct cursor head = walk_head(w, 1);

	return cur_ok(&head) ? walk_go(w, step_frame_relay) : walk_short(w, DECODE_LINK_SHORT);
}

/* FRF.16: a fragment that is both first and last holds a whole frame; control fragments hold none. */
enum decode_result step_multilink_frame_relay(struct walk *w)
{
	enum { BEGINS_AND_ENDS = 0xc0, CONTROL = 0x20 };
	struct cursor head = walk_head(w, 2);
	uint8_t bits = cur_u8(&head);

	cur_skip(&head, 1);
	if (!cur_ok(&head))
		return walk_short(w, DECODE_LINK_SHORT);
	if (bits & CONTROL)
		return DECODE_LINK_CONTROL;
	return (bits & BEGINS_AND_ENDS) == BEGINS_AND_ENDS ? walk_go(w, step_frame_relay) : DECODE_NOT_IP;
}
