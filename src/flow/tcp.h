/*
 * Private to flow/: TCP's openings, sequence numbers, and connections that wait while a SYN may be none of
 * theirs. Comes with table.h.
 */
#ifndef FLOW_TCP_H
#define FLOW_TCP_H

#include "table.h"

/* opening.c */
/* A packet of SIDE, neither SYN nor RST, does not fit an opening that nobody took up yet. */
bool tcp_misfits(const struct flow_entry *e, const struct packet_facts *facts, unsigned side);
/* The packet P of SIDE cannot be of this flow: it starts another. */
bool tcp_starts_another(const struct flow_entry *e, const struct keyed_packet *p, unsigned side);
/* The numbers of a SYN-ACK, or of a packet that is neither SYN nor RST, fit what is known of the opening. */
bool tcp_belongs(const struct flow_entry *e, const struct packet_facts *facts, unsigned side);
/* ACK acknowledges data of the SYN of SIDE (RFC 7413). */
bool tcp_accepts_syn_data(const struct flow_entry *e, uint32_t ack, unsigned side);
/* The flow is an opening that its addressee neither took up nor refused. */
bool tcp_is_not_taken_up(const struct flow_entry *e);

/* before.c */
/* What is known of E's connection, which ends now, and has to wait while a SYN that does not fit it is a flow
 * of its own; not set where nothing has to. */
struct flow_before before_take(struct flow_table *table, struct flow_entry *e);
void before_keep(struct flow_table *table, struct flow_entry *e, const struct flow_before *before);
/* Makes E the connection again if it is such a SYN and nobody took it up. */
bool before_resume(struct flow_table *table, struct flow_entry *e);
/* The same when P, which does not fit the SYN, shows that the connection never ended. */
bool before_was_none(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p);

/* tcp.c, tcp_sequence.c */
/* False: the packet cannot be of this connection, and is only counted. */
bool tcp_packet(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p, unsigned side);
/* A packet whose flags were not captured: longer than any headers, it carries data. Or a later fragment, with
 * the number of its first byte, if that is known, and so many of payload. */
void tcp_mute(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p, unsigned side);
/* The flow ends: what was acknowledged and did not come was never seen. */
void tcp_give_up(struct flow_table *table, struct flow_entry *e);
/* LENGTH bytes of SIDE from number SEQ on that came in a later fragment. */
void tcp_follow_piece(struct flow_table *table, struct flow_entry *e, uint32_t seq, uint32_t length,
		      unsigned side);
/* Follows sequence numbers that are not simply the expected ones. */
void tcp_follow(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p, unsigned side);

#endif
