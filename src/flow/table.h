/*
 * Private to flow/: the table and what its parts call of each other. road.c is the common road; every other
 * file is reached from it only for packets that need more than counting. What is TCP's own stands in tcp.h,
 * what is questions' and answers' in datagram.h.
 */
#ifndef FLOW_TABLE_H
#define FLOW_TABLE_H

#include "extra.h"
#include "fifo.h"
#include "index.h"
#include "pool.h"

enum {
	SECONDS_CLOSED = 5,
	SECONDS_UNANSWERED = 60,
	SECONDS_TCP_PENDING = 75,
	SECONDS_TCP_IDLE = 24 * 3600,
	SECONDS_QUIET = 60,
	SECONDS_ANSWER = 60,
	SECONDS_ONEWAY = 5,
	DUPLICATE_NS = 2000000
};

/* How a flow is looked up: see struct flow_hot. */
struct flow_key {
	uint64_t addresses; /* that of the sender in the lower half; of wide keys a hash */
	uint32_t ports;     /* likewise; of wide keys 0 */
	uint32_t hash;      /* the same whichever end is named first */
	uint8_t protocol;
	uint8_t wide; /* FLOW_WIDE or 0 */
};

/* What a packet is, once the table has found its flow. */
struct keyed_packet {
	const struct packet_facts *facts;
	struct flow_end src, dst; /* as keyed */
	int64_t time_ns;
	uint64_t frame;
	uint32_t input;
	bool is_mute;     /* counted, but says nothing: a later fragment, or TCP cut behind its ports */
	bool is_repeated; /* taken again, as the first of a flow that gets its entry now: its payload says
			     nothing */
	struct flow_key key;
};

/* Time that no input covered. */
struct gap {
	int64_t from_ns, to_ns;
};

/* Packet time, and what is derived from it once a minute. */
struct flow_clock {
	int64_t now_ns, minute_start_ns, minute_end_ns;
	int32_t bucket;
	uint16_t minute_bit;
};

/* A flow, and a time of it by which flows are put in order. */
struct candidate {
	int64_t time_ns;
	uint32_t number; /* of the flow */
};

/* Flows in the order in which they leave when memory is used up, as it was when they were listed. See
 * leaving.c. */
struct leaving {
	struct candidate *flows;
	size_t at, count, capacity;
};

struct ftp;
struct fragments;

struct flow_table {
	struct flow_sink sink;
	uint64_t seed[4];
	struct flow_clock clock;
	bool started;
	int64_t covered_ns;   /* since when time is covered, short gaps taken off */
	int32_t first_bucket; /* no flow has a packet before it */
	struct flow_index index;
	struct flow_pool hots, entries, extras;
	struct {
		size_t bytes;       /* for lines and entries together */
		size_t line, entry; /* bytes of one, with what goes with it */
	} room;
	uint64_t max_flows;
	uint32_t hand; /* the sweep's place in the pool of lines */
	struct leaving leaving;
	struct gap *gaps; /* ascending, GAPS_MAX at most */
	size_t gap_count;
	/* heads of the chains of questions; see answer.c */
	uint32_t *pair_heads, *asker_heads;
	uint32_t head_mask;
	uint32_t linked;        /* flows in them */
	uint32_t linked_groups; /* of these, questions to groups */
	struct fifo boot_requests;
	struct ftp *ftp;
	struct fragments *fragments;
	struct carried *carried; /* sorted */
	size_t carried_count;
	struct flow_hot nobody; /* the line of packets whose flow is not there: it fits no key, and nothing is
				   written to it */
	bool evicting;          /* the flow whose last delta is told */
	struct flow_statistics statistics;
};

/* Why a flow ends. */
enum flow_end_cause { END_DUE, END_REPLACED, END_EVICTED, END_COVERAGE };

enum { HOT_SHIFT = 15, ENTRY_SHIFT = 15 };

/* As flow_pool_at, with sizes that the compiler knows. A flow's number is that of its line. */
static inline struct flow_hot *table_hot(const struct flow_table *table, uint32_t number)
{
	struct flow_hot *chunk = (struct flow_hot *)(void *)table->hots.chunks[number >> HOT_SHIFT];

	return chunk + (number & ((1U << HOT_SHIFT) - 1));
}

/* By the number of the entry. */
static inline struct flow_entry *table_entry(const struct flow_table *table, uint32_t number)
{
	struct flow_entry *chunk = (struct flow_entry *)(void *)table->entries.chunks[number >> ENTRY_SHIFT];

	return chunk + (number & ((1U << ENTRY_SHIFT) - 1));
}

static inline struct flow_extra *table_extra(const struct flow_table *table, const struct flow_entry *e)
{
	return e->extra ? flow_pool_at(&table->extras, e->extra - 1) : NULL;
}

/* table.c */
uint32_t table_hash(const struct flow_table *table, const struct flow_end *a, const struct flow_end *b,
		    uint8_t protocol);
/* The entry of the flow between two ends, whichever way round, or NULL, also for a TCP flow of one packet.
 * *SIDE is the one of A. */
struct flow_entry *table_find(const struct flow_table *table, const struct flow_end *a,
			      const struct flow_end *b, uint8_t protocol, unsigned *side);
/* As table_find, but a flow that is over by now is ended, and not found, and a flow of one packet gets its
 * entry. */
struct flow_entry *table_find_alive(struct flow_table *table, const struct flow_end *a,
				    const struct flow_end *b, uint8_t protocol, unsigned *side);
/* P's key, after its ends were changed. */
void table_key(const struct flow_table *table, struct keyed_packet *p);
/* The ends of a flow, whether it has an entry or not. */
void table_ends(const struct flow_table *table, const struct flow_hot *hot, struct flow_end ends[2]);
/* For a flow that will be ended soon. */
void table_prefetch_slot(const struct flow_table *table, const struct flow_hot *hot);
void table_clock_minute(struct flow_table *table, int64_t time_ns);
static inline void table_clock(struct flow_table *table, int64_t time_ns)
{
	if (time_ns >= table->clock.minute_end_ns)
		table_clock_minute(table, time_ns);
	table->clock.now_ns = time_ns;
}
/* Counters of a line are full: those of SIDE go on in its flow's extra, or without memory for one in another
 * delta. */
void flow_spill(struct flow_table *table, struct flow_hot *hot, unsigned side);
/* Counts a packet of SIDE in E's counters. */
void flow_add_packet(struct flow_table *table, struct flow_entry *e, unsigned side, uint32_t ip_length);
/* Counts P, by SIDE, in its flow's present bucket; state and evidence aside. */
void table_count(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p, unsigned side);
/* A line for a new flow of this key, and if WHOLE its entry as well. Always possible: others end early if
 * need be. */
uint32_t table_make(struct flow_table *table, const struct flow_key *key, bool whole);
/* An entry for a line that has none; NULL for want of memory. */
struct flow_entry *table_add_entry(struct flow_table *table, struct flow_hot *hot);
/* Takes line NUMBER and what belongs to it out of the table; the flow's entry is not linked anywhere any
 * more. */
void table_remove(struct flow_table *table, uint32_t number);
/* Takes all flows out of the table, of which everything was said. */
void table_empty(struct flow_table *table);

/* take.c */
/* Takes P, whose ends are known, with all that follows from it. NUMBER: of the flow that is probably its own,
 * or FLOW_NONE. */
void table_take(struct flow_table *table, struct keyed_packet *p, uint32_t number);
/* Makes E the flow that P is the first packet of. */
void flow_begin(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p);

/* first.c: TCP flows of one packet */
/* P, the first of its flow, can stand for it: nothing but its headers matters. */
bool first_suffices(const struct flow_table *table, const struct keyed_packet *p);
void first_keep(struct flow_table *table, struct flow_hot *hot, const struct keyed_packet *p);
/* Both at once for a packet with quick facts whose flow is not there yet, and the making of the line. False,
 * and nothing done: it does not suffice. */
bool first_take(struct flow_table *table, const struct packet *packet, const struct packet_quick *quick,
		uint32_t input, uint32_t hash);
/* first_open.c */
/* The entry that the flow would have if it had had one from the start, in E; its line becomes LINE. */
void first_open(struct flow_table *table, const struct flow_hot *hot, struct flow_hot *line,
		struct flow_entry *e);
/* first.c. The same in the table. NULL: to make room for it that very flow had to be ended. */
struct flow_entry *first_make_entry(struct flow_table *table, uint32_t number);
/* first_end.c */
/* Says what there is to say at the end of HOT's flow, if it is the usual probe that nobody answered. */
bool first_say_end(struct flow_table *table, const struct flow_hot *hot, enum flow_end_cause cause,
		   int64_t time_ns);
/* HOT's only packet neither opens nor closes, and is sent to a single host. */
static inline bool first_is_midstream(const struct flow_hot *hot)
{
	uint32_t address = (uint32_t)(hot->addresses >> 32);
	uint8_t first;

	memcpy(&first, &address, sizeof(first));
	return !(hot->first_ip.tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST)) && first >> 4 != 14 &&
	       address != UINT32_MAX;
}
/* When the flow is over unless another packet comes. */
int64_t first_deadline(const struct flow_hot *hot);
/* The flow's extra, made where there is none; NULL without memory. */
struct flow_extra *table_need_extra(struct flow_table *table, struct flow_entry *e);

/* open.c: a flow's first packet */
void flow_open(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p);

/* carried.c */
struct carried_opener {
	unsigned side;
	enum confidence confidence;
};
int carried_new(struct flow_table *table, const struct flow_open *flows, size_t count) MUST_CHECK;
/* True when E, at its first packet, goes on with a flow that was carried over; each is taken once. */
bool carried_take(struct flow_table *table, const struct flow_entry *e, struct carried_opener *out);
/* Coverage ends at TIME_NS: hands on E if it may go on, and what was carried and not met. */
void carried_say(const struct flow_table *table, const struct flow_entry *e, int64_t time_ns);
void carried_say_unmet(const struct flow_table *table, int64_t time_ns);

/* note.c: MACs, frames and VLANs of a bucket */
void flow_note(struct flow_entry *e, const struct keyed_packet *p, unsigned side);
void flow_note_vlan(struct flow_table *table, struct flow_entry *e, uint16_t vlan);
void flow_note_delivery(struct flow_entry *e, unsigned side, unsigned delivery);

/* direction.c */
/* The side that the port classes call the client: 0 that of A, 1 that of B; -1: they say nothing. */
int port_classes_client(uint8_t protocol, uint16_t a, uint16_t b);
/* Evidence that side INITIATOR opened: replaces what is worse, confirms what agrees, contradicts what does
 * not. */
void direction_apply(struct flow_table *table, struct flow_entry *e, enum direction_basis basis,
		     unsigned initiator, enum confidence confidence, const struct keyed_packet *p);
/* Sets the direction whatever it was. */
void direction_force(struct flow_table *table, struct flow_entry *e, enum direction_basis basis,
		     unsigned initiator, enum confidence confidence);
/* Counts a contradiction; the first of a bucket is its evidence and is told as an anomaly. */
void direction_contradict(struct flow_table *table, struct flow_entry *e, enum flow_anomaly_kind kind,
			  const struct keyed_packet *p);
/* Says an anomaly of this flow. */
void flow_say_anomaly(struct flow_table *table, const struct flow_entry *e, enum flow_anomaly_kind kind,
		      const struct addr *third, const struct keyed_packet *p);

/* payload.c */
/* There is no payload, or it is all at hand and says nothing about who asks. */
bool flow_says_nothing(const struct packet_facts *facts);
/* The same of TCP payload that PACKET's quick facts tell of. */
bool flow_says_nothing_quick(const struct packet *packet, const struct packet_quick *quick);
/* The payload is an FTP server's first words. */
bool flow_is_greeting(const struct packet_facts *facts);
/* P's payload says that its sender asks. */
bool flow_asks(const struct keyed_packet *p);
/* Looks for evidence in a payload of side SIDE */
void flow_look(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p, unsigned side);
/* P, on another tuple, answers QUESTION: its payload may prove who asked. */
void flow_look_answer(struct flow_table *table, struct flow_entry *question, const struct keyed_packet *p);

/* The same where nothing but a control connection's greeting matters any more. */
void flow_look_greeting(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
			unsigned side);

/* icmp_error.c */
void icmp_error_take(struct flow_table *table, const struct keyed_packet *p);

/* fragment.c */
struct fragments *fragments_new(size_t memory_bytes);
void fragments_free(struct fragments *fragments);
/* A first fragment: what follows it is of the same flow. ERROR: it is an ICMP error. */
void fragment_first(struct flow_table *table, const struct keyed_packet *p, bool error);
enum accounting fragment_later(struct flow_table *table, struct keyed_packet *p);
/* Settles what was held and whose first can no longer come; ALL: everything. */
void fragments_expire(struct flow_table *table, int64_t time_ns, bool all);
size_t fragments_memory(const struct fragments *fragments);

/* ftp.c, child.c */
/* Something is known of control connections or their children, so that a new flow may be one. */
bool ftp_is_waiting(const struct flow_table *table);
struct ftp *ftp_new(size_t memory_bytes);
void ftp_free(struct ftp *ftp);
/* No control connection is open any more. */
void ftp_empty(struct ftp *ftp);
size_t ftp_memory(const struct ftp *ftp);
/* A new TCP flow: a control connection, or a child of one. */
void ftp_open(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p);
/* Payload on a control connection, before its sequence numbers are followed. */
void ftp_payload(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p, unsigned side);
/* SIDE greeted with 220, and it is not mail. */
void ftp_greeted(struct flow_table *table, struct flow_entry *e, unsigned side);
/* The first that SIDE sends may be the begin of that greeting. */
void ftp_greets_in_pieces(struct flow_table *table, struct flow_entry *e, const struct packet_facts *facts,
			  unsigned side);
/* Bytes of a control connection were never seen. */
void ftp_missed(struct flow_table *table, struct flow_entry *e);
void ftp_closed(struct flow_table *table, struct flow_entry *e);

/* emit.c */
/* Hands on E's bucket with EXTRA (may be NULL) and clears it. Nothing is said where nothing was counted. */
void flow_emit(struct flow_table *table, struct flow_entry *e);
/* The same of a flow that is over. What is counted in its entry need not be cleared then: those lines of
 * memory stay as they are. */
void flow_emit_last(struct flow_table *table, struct flow_entry *e);
/* Forgets what belongs to one bucket only. */
void flow_clear_bucket(struct flow_entry *e, struct flow_extra *extra);
void flow_tell(const struct flow_table *table, const struct flow_brief *brief);
void flow_say_delta(const struct flow_table *table, const struct flow_entry *e,
		    const struct flow_extra *extra);
void flow_say_record(const struct flow_table *table, const struct flow_entry *e,
		     const struct flow_extra *extra);

/* Makes the flow's counters those of the present bucket: hands on an earlier bucket's. */
static inline void table_turn(struct flow_table *table, struct flow_entry *e)
{
	if (e->bucket != table->clock.bucket) {
		flow_emit(table, e);
		e->bucket = table->clock.bucket;
	}
}

/* expire.c */
bool flow_is_over(const struct flow_entry *e, int64_t now_ns);
/* The same of a line that is in use; most need no look at their entries. */
bool flow_hot_is_over(const struct flow_table *table, const struct flow_hot *hot, int64_t now_ns);
/* A gap began while the flow could still have been answered. */
bool flow_met_gap(const struct flow_table *table, const struct flow_entry *e);
/* A gap began from TIME_NS on, but before DEADLINE_NS. */
bool table_gap_within(const struct flow_table *table, int64_t time_ns, int64_t deadline_ns);
/* What became of it is known only when it ends, and belongs to the bucket of its last packet. */
bool flow_is_undecided(const struct flow_entry *e);
/* One side only was seen, and what it sent shows that the other answers. */
bool flow_is_oneway(const struct flow_entry *e);
/* What became of E, which ends for CAUSE at TIME_NS; may hand on E's bucket. */
void flow_conclude(struct flow_table *table, struct flow_entry *e, enum flow_end_cause cause,
		   int64_t time_ns);
/* True: the connection that it had met goes on in its place; see before.c. */
bool flow_end(struct flow_table *table, uint32_t number, enum flow_end_cause cause, int64_t time_ns);
/* Says what flow_end would say; the flow stays where it is. */
void flow_say_end(struct flow_table *table, struct flow_hot *hot, enum flow_end_cause cause, int64_t time_ns);
/* Looks at the next few flows in turn and ends those that are due. */
void table_sweep(struct flow_table *table, unsigned flows);

/* leaving.c */
/* Ends the WANTED least recent flows early. */
void leaving_evict(struct flow_table *table, size_t wanted);
/* No flow can be over by now, as far as is known without looking at them. */
bool leaving_is_recent(const struct flow_table *table);
/* A flow's last time was set back, or flows were taken out without being ended: the list says nothing any
 * more. */
static inline void leaving_forget(struct flow_table *table)
{
	table->leaving.at = table->leaving.count = 0;
}

/* evict.c */
/* Ends due flows, then the least recent, so that there is room for one more. */
void table_make_room(struct flow_table *table);
/* Ends all flows in order of (first time, key). */
void table_end_all(struct flow_table *table, int64_t time_ns);
/* Ends what is due, and hands on buckets that are over of what is not. */
void table_walk_due(struct flow_table *table);
/* Marks what the known gaps concern and forgets all gaps. */
void table_settle_gaps(struct flow_table *table);

/* Something that is no flow was forgotten for want of memory: adds it to COUNTER and tells. */
static inline void table_forget(struct flow_table *table, uint64_t *counter)
{
	(*counter)++;
	if (table->sink.forgotten)
		table->sink.forgotten(table->sink.context, table->clock.now_ns,
				      counter == &table->statistics.fragments_evicted);
}

#include "datagram.h"
#include "tcp.h"

#endif
