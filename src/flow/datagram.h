/*
 * Private to flow/: datagrams: questions, the answers that come on other tuples, BOOTP. Comes with table.h.
 */
#ifndef FLOW_DATAGRAM_H
#define FLOW_DATAGRAM_H

#include "table.h"

/* datagram.c */
void datagram_open(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p);
void datagram_packet(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
		     unsigned side);

/* question.c */
int answer_tables_new(struct flow_table *table) MUST_CHECK;
/* Puts E in the table of questions, by its initiator; takes it out. */
void question_link(struct flow_table *table, struct flow_entry *e);
void question_unlink(struct flow_table *table, struct flow_entry *e);
/* All groups are one asked host. */
extern const struct flow_end question_group;
struct question_walk {
	struct flow_end asker, host;
	uint32_t next;
	unsigned steps;
	uint8_t protocol;
};
/* Flows that ASKER asks HOST (without port), newest first, a bounded number. */
struct flow_entry *question_first(const struct flow_table *table, const struct flow_end *asker,
				  const struct flow_end *host, uint8_t protocol, struct question_walk *walk);
struct flow_entry *question_next(const struct flow_table *table, struct question_walk *walk);

/* answer.c */
/* The question that a first datagram from side 0 of E answers, or NULL. */
struct flow_entry *question_find(struct flow_table *table, const struct flow_entry *e);
/* Makes E, whose first datagram P answers QUESTION, an answer. False: no memory. */
bool answer_begin(struct flow_table *table, struct flow_entry *e, struct flow_entry *question,
		  const struct keyed_packet *p);
/* QUESTION was answered by P, on whatever tuple. */
void question_answered(struct flow_table *table, struct flow_entry *question, const struct keyed_packet *p);
/* A datagram on tuple E that answers a question of another tuple, counted there: true. */
bool answer_elsewhere(struct flow_table *table, struct flow_entry *e, const struct keyed_packet *p,
		      unsigned side);

size_t answer_tables_memory(const struct flow_table *table);
void answer_tables_clear(struct flow_table *table);
/* All flows are out of the table of questions. */
void answer_tables_empty(struct flow_table *table);

/* boot.c: BOOTP and DHCP */
int boot_tables_new(struct flow_table *table, size_t memory_bytes) MUST_CHECK;
/* Where BOOTP is looked for: recognising it may use ports, saying who asks does not. */
static inline bool boot_is_on_port(const struct packet_facts *facts)
{
	return facts->src_port == 67 || facts->dst_port == 67;
}
/* Keys a BOOTREPLY by the client that asked; remembers a BOOTREQUEST. True: the key may be another now. */
bool boot_key(struct flow_table *table, struct keyed_packet *p);
/* The question that BOOTREPLY P answers and that is another tuple's, or NULL. */
struct flow_entry *boot_question(struct flow_table *table, const struct keyed_packet *p);
/* P is a BOOTREPLY. */
bool boot_is_reply(const struct keyed_packet *p);

#endif
