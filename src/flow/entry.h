/*
 * Private to flow/: what is kept of a flow while it lives. It lies in three places:
 *
 *   struct flow_hot     one cache line: key, counters and whatever decides that a packet needs no more than
 *                       counting. Every flow has one; the usual packet touches nothing else.
 *   struct flow_entry   what opening, handshakes, evidence, a new minute or bucket and the end need.
 *   struct flow_extra   what only few flows have: answers, children, holes in a TCP stream, several VLANs.
 *
 * A TCP flow of which a single packet came, as in floods and scans, is that packet: its line holds
 * struct flow_first instead of counters, and there is no entry. A second packet makes the entry, as if it had
 * been there from the start (first.c).
 *
 * A flow's two ends are sides: side 0 sent its first packet. Which side opened it is `direction`, and may
 * change; nothing that is stored by side needs turning round then.
 */
#ifndef FLOW_ENTRY_H
#define FLOW_ENTRY_H

#include "base/words.h"
#include "flow/brief.h"
#include <string.h>

enum { DUPLICATE_MARKS = 4, HOLES_MAX = 4, FLOW_LINE_BYTES = 64 };
#define FLOW_NONE UINT32_MAX

/* An end of a flow: struct addr as three words, with the port in two bytes that are 0 in every packet's
 * address (prefix, zero), so that equal ends are equal words. */
struct flow_end {
	uint64_t word[3];
};

_Static_assert(sizeof(struct addr) == sizeof(struct flow_end), "an address is three words");
_Static_assert(offsetof(struct addr, prefix) == 2 && offsetof(struct addr, bytes) == 8,
	       "the port takes bytes 2 and 3");

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
enum { FLOW_END_PORT_SHIFT = 16 };
#else
enum { FLOW_END_PORT_SHIFT = 32 };
#endif

static inline struct flow_end flow_end_make(const struct addr *address, uint16_t port)
{
	struct flow_end end;

	/* Word by word: copied as a whole it goes through memory. */
	memcpy(&end.word[0], address, sizeof(uint64_t));
	memcpy(&end.word[1], address->bytes, sizeof(uint64_t));
	memcpy(&end.word[2], address->bytes + sizeof(uint64_t), sizeof(uint64_t));
	end.word[0] |= (uint64_t)port << FLOW_END_PORT_SHIFT;
	return end;
}

static inline uint16_t flow_end_port(const struct flow_end *end)
{
	return (uint16_t)(end->word[0] >> FLOW_END_PORT_SHIFT);
}

/* The same end without its port. */
static inline struct flow_end flow_end_host(const struct flow_end *end)
{
	struct flow_end host = *end;

	host.word[0] &= ~((uint64_t)UINT16_MAX << FLOW_END_PORT_SHIFT);
	return host;
}

static inline struct addr flow_end_addr(const struct flow_end *end)
{
	struct flow_end host = flow_end_host(end);
	struct addr address;

	memcpy(&address, &host, sizeof(address));
	return address;
}

/* 0 when equal; for use without branches. */
static inline uint64_t flow_end_differs(const struct flow_end *a, const struct flow_end *b)
{
	return (a->word[0] ^ b->word[0]) | (a->word[1] ^ b->word[1]) | (a->word[2] ^ b->word[2]);
}

/* What is remembered of each flow in one bit. Those with _A come in pairs, one for each side: shift by the
 * side. */
enum flow_flag {
	FLOW_SENT_A = 1 << 0,    /* the side sent something */
	FLOW_NOTE_A = 1 << 2,    /* its frames and MAC are still wanted for this bucket */
	FLOW_ATTEND_A = 1 << 4,  /* its packets can still change the flow's state */
	FLOW_LOOK_A = 1 << 6,    /* its payloads are still looked at for evidence */
	FLOW_MAC_A = 1 << 8,     /* its MAC is its own as sender, in this bucket */
	FLOW_DATA_A = 1 << 10,   /* TCP: it sent payload that counts */
	FLOW_SYN_A = 1 << 12,    /* TCP: it sent a bare SYN */
	FLOW_SYNACK_A = 1 << 14, /* TCP: it sent a SYN-ACK */
	FLOW_ACKED_A =
	    1 << 16,          /* TCP: its ISN is what the other side's SYN-ACK (or first RST) acknowledged */
	FLOW_FIN_A = 1 << 18, /* TCP */
	FLOW_PROGRESS_A = 1 << 20, /* TCP: it sent more than SYN, RST and empty FIN */
	FLOW_SEQ_A = 1 << 22,      /* TCP: seq_next of it is known */
	FLOW_RST = 1 << 24,        /* TCP: closed by RST */
	FLOW_TWO_SYNS = 1 << 25,   /* TCP: both sides sent a bare SYN; only their SYN-ACKs decide */
	FLOW_CONTROL = 1 << 26,    /* TCP: FTP control connection */
	FLOW_SHARED =
	    1 << 12, /* datagrams: its asker asked the same host, or a group, on other tuples as well */
	FLOW_LINKED = 1 << 13,     /* datagrams: it is in the table of questions */
	FLOW_IS_ANSWER = 1 << 14,  /* datagrams: it answers a question of another tuple */
	FLOW_ASKS_GROUP = 1 << 15, /* datagrams: it stands among the questions to groups */
	FLOW_MIRRORED = 1 << 16,   /* datagrams: its asker was asked from the very port that it asks */
	FLOW_REPEATED = 1 << 27,   /* the unanswered opening was repeated; to be said with the next delta */
	FLOW_REPEAT_SAID = 1 << 28,
	FLOW_GAPPED =
	    1 << 29, /* a gap came while it could still have been answered: never expired, only pending */
	FLOW_HOLES = 1 << 30 /* TCP: some of its stream was not seen, or not yet */
};
#define FLOW_ACK_MOVED (UINT32_C(1) << 31) /* TCP: it acknowledged more than was seen of the other side */

/* Above FLOW_EVENT_COUNT the events' upper four bits count payloads that were cut. */
enum { FLOW_CUT_SHIFT = 12, FLOW_CUT_MAX = 15 };
/* There `done` remembers that the flow was counted for the one-sided share. */
enum { FLOW_SIDED_SAID = 1 << FLOW_CUT_SHIFT };
_Static_assert((int)FLOW_EVENT_COUNT <= (int)FLOW_CUT_SHIFT, "events and cut payloads share a word");

/* A recent packet: the same again within 2 ms is a duplicate. */
struct duplicate_mark {
	uint32_t signature;
	uint32_t time; /* low bits of its ns; flows that were idle for 2 ms forget all marks, so that they
			  suffice */
};

/* Bits of `state` in a flow's line: the VLAN of its last tagged packet, or none; and what is known beyond it.
 */
enum flow_state {
	FLOW_VLAN_MASK = 0x1fff,
	FLOW_VLAN_UNSET = 0x1000,
	FLOW_ANSWERED_NOW_BIT = 13,
	FLOW_ANSWERED_NOW =
	    1 << FLOW_ANSWERED_NOW_BIT, /* `answered_minutes` holds the minute of the last packet */
	FLOW_COUNTED = 1 << 14,         /* TCP: three packets were counted, so that nobody has to go on */
	FLOW_MARKED = 1 << 15           /* the entry holds more duplicate marks than the latest packet's */
};

/* There are never more flows with entries than such numbers: 16.7 million, in 4.6 GB. */
enum { FLOW_NUMBER_BITS = 24, FLOW_NUMBER_MASK = (1 << FLOW_NUMBER_BITS) - 1 };

/* The only packet of a flow: as much as is needed to take it again. */
struct flow_first {
	uint64_t where; /* as in struct frame_mark; never 0 */
	uint32_t tcp_seq, tcp_ack;
	uint8_t mac[2][MAC_BYTES]; /* of the sender, of the receiver; all zero: unknown */
	uint16_t ip_length;
	bool met_gap;    /* FLOW_GAPPED */
	bool without_id; /* `ip_id` is duplicate_header */
};

struct flow_hot {
	/* The key. IPv4 addresses as they stand in the packet, and ports, by side. Of all other ends
	 * (FLOW_WIDE) a hash that is the same both ways; the entry holds them. */
	uint64_t addresses; /* that of side 0 in the lower half */
	uint32_t ports;     /* likewise, as they stand in the packet */
	uint8_t protocol;
	uint8_t direction; /* basis, confidence and initiator: see flow_basis and kin; and FLOW_WIDE */
	uint16_t state;    /* enum flow_state */
	int64_t last_ns;
	union {
		uint32_t flags; /* enum flow_flag */
		struct {
			uint8_t tcp_flags, header_length; /* of IP and TCP */
			uint16_t ip_id;                   /* 0: none */
		} first_ip;
	};
	uint32_t number : FLOW_NUMBER_BITS; /* of the entry, plus 1; 0: there is none, or the line is free */
	uint32_t usual : 4;                 /* found so before: see usual.h */
	uint32_t looked : 4;                /* payloads looked at: 2 bits a side */
	union {
		/* In the present bucket, but for seq_next, heard_ns and newest. */
		struct {
			union {
				struct {
					uint64_t payload_bytes;
					uint32_t seq_next[2]; /* expected from that side */
				} tcp;
				struct {
					int64_t heard_ns[2]; /* last packet of that side (or its answer
								elsewhere) */
				} datagram;
			};
			uint32_t bytes[2];   /* IP length; before they overflow they go to the extra */
			uint16_t packets[2]; /* likewise */
			uint32_t newest;     /* signature of the latest packet that was no duplicate */
		};
		struct flow_first first;
	};
};

_Static_assert(sizeof(struct flow_hot) == FLOW_LINE_BYTES, "one cache line");

/* A line counts fewer packets a side than this. Bytes are at most half of what fits when a packet comes, and
 * the rest is room for as many packets of 64 KiB: whoever counts them need look at packets only. */
enum { COUNTED_MAX = 1 << 15 };
_Static_assert((uint64_t)COUNTED_MAX *UINT16_MAX <= UINT32_MAX / 2,
	       "bytes do not run over before packets do");

/* Bits of `direction`. */
enum { FLOW_INITIATOR_SHIFT = 6, FLOW_WIDE = 1 << 7 };

struct flow_entry {
	struct flow_end end[2];
	struct flow_hot *hot;
	uint32_t number; /* of this entry */
	uint32_t extra;  /* number in the pool of extras plus 1; 0: none */
	/* of the present bucket, but for done, marks, small and the duplicate marks */
	int32_t bucket;
	uint16_t minutes; /* with packets */
	uint16_t answered_minutes;
	uint16_t events;
	uint16_t done; /* events of all buckets */
	uint16_t duplicates;
	uint8_t marks; /* how many older duplicate marks there are; valid where FLOW_MARKED */
	uint8_t small; /* delivery of what each side sent first: 2 bits a side; then packets so far, up to 3;
			  then whose numbers are known */
	int64_t first_ns; /* of this bucket */
	int64_t opened_ns;
	struct duplicate_mark older[DUPLICATE_MARKS - 1]; /* latest first; valid where FLOW_MARKED */
	uint32_t newest_time;                             /* of the newest mark; likewise */
	union {
		struct {
			uint32_t isn[2];
			uint32_t seq_lowest[2]; /* lowest seen from that side */
			uint32_t acked_unseen;
			uint16_t evidence_id[2];
		} opening; /* TCP */
		struct {
			uint32_t pair_next,
			    pair_previous; /* questions of this asker to this host (or to groups) */
			uint32_t asker_next, asker_previous; /* questions of this asker to single hosts */
			uint16_t
			    evidence_id[2][2]; /* hashes of what a side's first datagrams asked or answered */
		} question;                    /* datagrams */
	};
	uint8_t mac[2][MAC_BYTES];
	struct frame_mark frames[3]; /* of this bucket: two of side 0, one of side 1 */
};

_Static_assert(sizeof(struct flow_entry) == 208, "no room is lost");

static inline enum direction_basis flow_basis(const struct flow_entry *e)
{
	return (enum direction_basis)(e->hot->direction & 15U);
}

static inline enum confidence flow_confidence(const struct flow_entry *e)
{
	return (enum confidence)(e->hot->direction >> 4 & 3U);
}

/* The side that opened. */
static inline unsigned flow_initiator(const struct flow_entry *e)
{
	return e->hot->direction >> 6 & 1U;
}

/* To be called by whoever changes what makes a flow's packets usual ones: they are looked at again. */
static inline void flow_forget_usual(struct flow_hot *hot)
{
	hot->usual = 0;
}

static inline void flow_set_direction(struct flow_entry *e, enum direction_basis basis, unsigned initiator,
				      enum confidence confidence)
{
	flow_forget_usual(e->hot);
	e->hot->direction = (uint8_t)((e->hot->direction & (unsigned)FLOW_WIDE) | (unsigned)basis |
				      (unsigned)confidence << 4 | initiator << 6);
}

static inline bool flow_has(const struct flow_entry *e, uint32_t flag)
{
	return (e->hot->flags & flag) != 0;
}

static inline bool flow_happened(const struct flow_entry *e, enum flow_event event)
{
	return (e->done >> event & 1U) != 0;
}

static inline void flow_happens(struct flow_entry *e, enum flow_event event)
{
	if (flow_happened(e, event))
		return;
	e->events = (uint16_t)(e->events | 1U << event);
	e->done = (uint16_t)(e->done | 1U << event);
}

/* Bits of `small`. */
enum {
	SMALL_DELIVERY_MASK = 3,
	SMALL_DELIVERY_UNSET = 3,
	SMALL_NEW = 15,
	SMALL_PACKETS_SHIFT = 4,
	SMALL_PACKETS_MAX = 3,
	SMALL_NUMBERED_A = 1 << 6 /* TCP: its own sequence numbers were seen; in pairs */
};

static inline uint8_t flow_delivery(const struct flow_entry *e, unsigned side)
{
	uint8_t delivery = (uint8_t)(e->small >> 2 * side & SMALL_DELIVERY_MASK);

	return delivery == SMALL_DELIVERY_UNSET ? (uint8_t)DELIVERY_UNICAST : delivery;
}

static inline void flow_set_delivery(struct flow_entry *e, unsigned side, uint8_t delivery)
{
	e->small = (uint8_t)((e->small & ~(unsigned)(SMALL_DELIVERY_MASK << 2 * side)) | (unsigned)delivery
											     << 2 * side);
}

static inline unsigned flow_packets_so_far(const struct flow_entry *e)
{
	return e->small >> SMALL_PACKETS_SHIFT & SMALL_PACKETS_MAX;
}

static inline bool flow_is_numbered(const struct flow_entry *e, unsigned side)
{
	return (e->small & SMALL_NUMBERED_A << side) != 0;
}

static inline bool flow_is_tcp(const struct flow_entry *e)
{
	return e->hot->protocol == PROTO_TCP;
}

/* Payloads that are looked at a side. */
enum { LOOK_DATAGRAMS = 2, LOOK_SEGMENTS = 4, LOOKED_BITS = 2, LOOKED_MASK = 3 };

static inline unsigned flow_looked_so_far(const struct flow_hot *hot, unsigned side)
{
	return hot->looked >> LOOKED_BITS * side & LOOKED_MASK;
}

/* One more payload of SIDE was looked at. */
static inline void flow_looked(struct flow_hot *hot, unsigned side)
{
	/* The last one need not be counted: there the looking ends. */
	if (flow_looked_so_far(hot, side) + 1 >=
	    (hot->protocol == PROTO_TCP ? LOOK_SEGMENTS : LOOK_DATAGRAMS))
		hot->flags &= ~((uint32_t)FLOW_LOOK_A << side);
	else
		hot->looked = (hot->looked + (1U << LOOKED_BITS * side)) & 15U;
}

/* Not of a wide key. In words: see base/words.h. */
static inline struct addr flow_hot_addr(const struct flow_hot *hot, unsigned side)
{
	static const struct addr plain = {.family = ADDR_IPV4};
	uint64_t words[3] = {0, word_of_two((uint32_t)(hot->addresses >> 32 * side), 0), 0};
	struct addr address;

	memcpy(&words[0], &plain, sizeof(words[0]));
	memcpy(&address, words, sizeof(address));
	return address;
}

static inline uint16_t flow_hot_port(const struct flow_hot *hot, unsigned side)
{
	return decode_port(hot->ports, side);
}

static inline uint16_t flow_vlan(const struct flow_hot *hot)
{
	return hot->state & (unsigned)FLOW_VLAN_MASK;
}

static inline void flow_set_vlan(struct flow_hot *hot, unsigned vlan)
{
	hot->state = (uint16_t)((hot->state & ~(unsigned)FLOW_VLAN_MASK) | vlan);
}

/* A line that is in use. */
static inline bool flow_hot_is_used(const struct flow_hot *hot)
{
	return hot->number != 0 || hot->first.where != 0;
}

/* Nanoseconds from EARLIER to LATER, also where their difference would not fit a signed number. */
static inline uint64_t time_between(int64_t earlier, int64_t later)
{
	return later <= earlier ? 0 : (uint64_t)later - (uint64_t)earlier;
}

static inline int64_t time_plus(int64_t time_ns, int64_t more_ns)
{
	int64_t sum;

	return __builtin_add_overflow(time_ns, more_ns, &sum) ? INT64_MAX : sum;
}

#endif
