/*
 * Packets -> flows with an opener, the basis on which it was named, and an outcome. This floor promises: one table
 * look-up a packet; direction decided from packets alone, never from any list of services; every packet given to it
 * counted in exactly one delta (or settled as an orphan fragment); output that does not depend on hash seed or table
 * order. It refuses to know matrices, roles, files and addresses' meaning.
 *
 * Flows are handed on as deltas: what one flow added to one bucket (quarter hour), said once, when the flow leaves that
 * bucket or ends. Expiry is decided by deadlines in packet time, so it does not matter when the table looks.
 *
 * Ownership: the table owns its flows; a sink's arguments live only during the call. One table is one thread's.
 */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include "base/timestamp.h"
#include "decode/decode.h"

/* How the initiator was named; a larger value is a better basis. */
enum direction_basis {
	DIRECTION_NONE,
	DIRECTION_PORTS,
	DIRECTION_FIRST,
	DIRECTION_QUIET,
	DIRECTION_CARRIED,
	DIRECTION_CHILD,
	DIRECTION_ANSWER,
	DIRECTION_PROTOCOL,
	DIRECTION_GROUP,
	DIRECTION_SYNACK,
	DIRECTION_HANDSHAKE,
	DIRECTION_COUNT
};
const char *direction_name(enum direction_basis basis); /* "none", "ports", .. "handshake" */

enum confidence { CONFIDENCE_UNKNOWN, CONFIDENCE_LIKELY, CONFIDENCE_PROVEN, CONFIDENCE_COUNT };
const char *confidence_name(enum confidence confidence); /* "unknown", "likely", "proven" */

/*
 * What can happen to a flow, each counted once, in the bucket where it happens. The first six are the contract's; the
 * others are what judging needs to tell apart besides: ONEWAY marks successes of which only one side was seen (each is
 * SUCCEEDED too), PROBED a SYN-ACK that the opener answered by RST or never took up, STRAY a flow of RST and FIN only or an unsolicited
 * SYN-ACK answered by RST, ANSWER a datagram flow that answers a question asked on another tuple (it is neither opened nor
 * continued). A flow that was opened or continued and has none of succeeded, refused, reset, expired, probed, stray
 * is pending.
 */
enum flow_event {
	FLOW_OPENED,
	FLOW_CONTINUED,
	FLOW_SUCCEEDED,
	FLOW_REFUSED,
	FLOW_RESET,
	FLOW_EXPIRED,
	FLOW_ONEWAY,
	FLOW_PROBED,
	FLOW_STRAY,
	FLOW_ANSWER,
	FLOW_EVENT_COUNT
};
const char *flow_event_name(enum flow_event event);

/* A packet that proves something: enough to find it again. */
struct frame_ref {
	int64_t time_ns;
	uint64_t frame; /* 0: none */
	uint32_t input; /* the caller's number of the input */
};

enum { FLOW_OPENINGS = 2, FLOW_VLANS = 4 };

/* Parts of health that flows know; added up by bucket. */
struct flow_health {
	uint64_t tcp_bytes;          /* TCP payload seen */
	uint64_t acked_unseen_bytes; /* TCP payload that the other side acknowledged and the mirror never showed */
	uint64_t sided_flows;        /* ended TCP flows of three packets and data, attempts aside: the one-sided share's whole */
	uint64_t onesided_flows;     /* of these, seen from one side only */
	uint64_t evidence_cut;       /* payloads that could have told the direction but were cut by the snap length */
	uint64_t evicted;            /* flows ended early for want of memory */
};

/* What a flow added to an edge in one bucket. [0] is from the initiator, [1] from the responder. */
struct flow_delta {
	int32_t bucket;
	struct addr initiator, responder;
	uint16_t initiator_port, responder_port; /* responder: the asked port; ICMP type * 256 + code, initiator 0 */
	uint8_t protocol;
	uint8_t delivery;   /* enum delivery of what the initiator sent */
	uint8_t basis;      /* enum direction_basis */
	uint8_t confidence; /* enum confidence; unknown: initiator is merely the first sender */
	uint16_t answered_from; /* answer flows whose source port is not the asked one: that port */
	uint16_t parent;    /* child flows: the control connection's responder port, else 0 */
	bool parent_assumed;
	uint32_t events[FLOW_EVENT_COUNT];
	uint64_t packets[2], bytes[2]; /* bytes: IP length on the wire */
	int64_t first_ns, last_ns;     /* of packets in this delta; TIME_UNKNOWN both when it holds events only */
	uint16_t opened_minutes, answered_minutes, active_minutes; /* active: minutes with packets of a flow that succeeded */
	uint64_t contradictions, duplicates;
	uint16_t vlans[FLOW_VLANS]; /* smallest distinct outermost VLANs, ascending */
	uint8_t vlan_count;
	bool syn_retransmitted;     /* the initiator repeated an opening SYN (or question) that was not answered */
	/* Smallest by (time, input, frame); frame 0: none. Of an answer flow: its question's first, if in this bucket. */
	struct frame_ref openings[FLOW_OPENINGS];
	struct frame_ref answer, contradiction;
	bool has_mac[2];
	uint8_t mac[2][MAC_BYTES]; /* as seen: the sender's source MAC, or, if it never sent, the MAC it was sent to */
	struct flow_health health;
};

/* A whole flow, given when it ends, only if the sink asks: one line of `tapaudit flows`. */
struct flow_record {
	int64_t first_ns, last_ns;
	struct addr initiator, responder;
	uint16_t initiator_port, responder_port;
	uint8_t protocol, basis, confidence;
	const char *outcome; /* established answered oneway probed refused reset unanswered pending stray */
	uint16_t answered_from, parent;
	bool parent_assumed; /* the control connection could not be read: that it announced this one is a guess */
	uint64_t packets[2], bytes[2];
	struct frame_ref start; /* first packet */
};

enum flow_anomaly_kind { ANOMALY_FTP_BOUNCE, ANOMALY_SIMULTANEOUS_OPEN, ANOMALY_DIRECTION_CONFLICT, ANOMALY_KIND_COUNT };
const char *flow_anomaly_name(enum flow_anomaly_kind kind); /* "ftp-bounce", .. */

struct flow_anomaly {
	int32_t bucket;
	enum flow_anomaly_kind kind;
	struct addr initiator, responder, third; /* third: ftp-bounce only, else family none */
	uint8_t protocol;
	uint16_t responder_port;
	struct frame_ref evidence;
};

/* A flow that was still open when coverage ended, for a table that goes on from there. Its opener is known. */
struct flow_open {
	struct addr initiator, responder;
	uint16_t initiator_port, responder_port; /* as the flow is keyed; of ICMP echo the initiator's is the identifier */
	uint8_t protocol;
	uint8_t confidence; /* never unknown */
	int64_t last_ns;    /* of its latest packet */
};

struct flow_brief;

struct flow_sink {
	void *context;
	void (*delta)(void *context, const struct flow_delta *delta);
	/* In place of `delta` where one fits (flow/brief.h). NULL: all are told as deltas. */
	void (*brief)(void *context, const struct flow_brief *brief);
	void (*record)(void *context, const struct flow_record *record);    /* may be NULL */
	void (*anomaly)(void *context, const struct flow_anomaly *anomaly); /* may be NULL */
	/* Packets that flow_table_add held back (fragments before their first) are settled: audited or fragment. */
	void (*settled)(void *context, uint32_t input, int64_t time_ns, uint64_t packets, enum accounting bucket);
	/* For want of memory a train of fragments, an announced connection, or a request that awaits its answer was forgotten
	 * before its time, at TIME_NS: what belongs to it will stand alone. A train is forgotten by all tables that share the packets of a run alike. May be NULL. */
	void (*forgotten)(void *context, int64_t time_ns, bool is_train);
	/* During flow_table_finish: what may go on after it. What was carried here and did not show is handed on too. May be NULL. */
	void (*open)(void *context, const struct flow_open *open);
	/* Asked by flow_table_finish: up to DELTAS more, of buckets FIRST to LAST, come to the same in any order. Then they are told as
	 * they lie in memory, which is faster. NULL: never. Not asked where `record` or `open` is told. */
	bool (*any_order)(void *context, uint64_t deltas, int32_t first, int32_t last);
};

struct flow_options {
	size_t memory_bytes;  /* for flows, fragments and expectations; 0: 256 MiB */
	uint64_t hash_seed;
	uint64_t max_flows;   /* 0: as memory allows; tests set it small */
	const struct flow_open *carried; /* copied: a flow taken up in its middle that is among them keeps their opener, basis carried */
	size_t carried_count;
};

struct flow_table;

struct flow_table *flow_table_new(const struct flow_options *options, const struct flow_sink *sink,
				  struct err *err) MUST_CHECK;

/* Takes one packet that decode called OK, LATER_FRAGMENT or ICMP_ERROR. TIME_NS never runs backwards (the caller sees
 * to that). Returns where it is counted: AUDITED, ICMP_ERROR, or FRAGMENT meaning held: `settled` will say. */
enum accounting flow_table_add(struct flow_table *table, enum decode_result result, const struct packet_facts *facts,
			       int64_t time_ns, uint32_t input, uint64_t frame);

/* What is known of a packet for which quick facts do not speak. */
struct flow_other {
	const struct packet_facts *facts;
	uint8_t result;  /* enum decode_result; all but OK, LATER_FRAGMENT and ICMP_ERROR only move the clock */
	uint8_t account; /* set by the table that takes a LATER_FRAGMENT, and for no other packet: as
			  * flow_table_add returns it. OK is always audited, ICMP_ERROR always icmp_error */
};

/* Packets as a driver holds them: the first COUNT of `packets`, or, where several tables share them, those whose numbers stand in
 * `which`, ascending. What each packet needs lies side by side then, in the list's order: `quick` and `times`. All else
 * is by a packet's number. */
struct flow_batch {
	const struct packet *packets;     /* times never run backwards from packet to packet */
	const struct packet_quick *quick; /* where its protocol is not 0, the frame is Ethernet, and facts are
					   * looked for only if they matter; else `others` of that number holds */
	struct flow_other *others;
	const uint16_t *which; /* NULL: all */
	const int64_t *times;  /* of those; not looked at where which is NULL */
	const uint32_t *inputs; /* NULL: all are of `input` */
	size_t count;
	uint32_t input;
};
/* As flow_table_add for each packet, in order, with prefetching of its own; 64 to 256 at once do best. Several tables may be
 * given packets of the same arrays at the same time, as long as no packet is in two of the lists. */
void flow_table_add_batch(struct flow_table *table, const struct flow_batch *batch);

/* No input covered FROM..TO: unanswered flows opened shortly before it are pending, covered time restarts at TO. */
void flow_table_gap(struct flow_table *table, int64_t from_ns, int64_t to_ns);
/* A stamp went back by SIZE_NS; over 60 s restarts covered time. */
void flow_table_step(struct flow_table *table, int64_t size_ns);
/* Coverage began at TIME_NS (the first packet of the first input). */
void flow_table_start(struct flow_table *table, int64_t time_ns);
/* Flow time is TIME_NS, as packets say that another table took. Where tables share the packets of one run, each is told so
 * before a gap and a step: both count from the present. */
void flow_table_clock(struct flow_table *table, int64_t time_ns);
/* Hands on what idle flows are due by TIME_NS; offline never needed for right output, live for timely output. */
void flow_table_expire(struct flow_table *table, int64_t time_ns);
/* Coverage ends at TIME_NS: every flow is handed on, ended or pending, in an order that depends on the packets only, unless the sink
 * takes any. The table is empty afterwards. */
void flow_table_finish(struct flow_table *table, int64_t time_ns);
/* Says to SINK what flow_table_finish would say now of flows (deltas, what is open; no records, nothing of fragments that
 * are held back), and changes nothing: whoever adds it to what was said before has what an end at TIME_NS would give. The
 * order is the table's. -1, with nothing said, only for want of memory. */
int flow_table_peek(struct flow_table *table, int64_t time_ns, const struct flow_sink *sink) MUST_CHECK;

struct flow_statistics {
	uint64_t flows;      /* opened + continued so far */
	uint64_t alive;
	uint64_t evicted;
	uint64_t fragments_evicted;
	uint64_t expectations_evicted;
	size_t memory_bytes;
};
struct flow_statistics flow_table_statistics(const struct flow_table *table);
void flow_table_free(struct flow_table *table);

#endif
