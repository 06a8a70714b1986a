/* Private to flow/: packets with all their facts. */
#ifndef FLOW_WHOLE_H
#define FLOW_WHOLE_H

#include "table.h"

/* A packet of which all facts are there, and where it comes from. */
struct whole_packet {
	const struct packet_facts *facts;
	int64_t time_ns;
	uint64_t frame;
	uint32_t input;
};

/* Takes it: NUMBER is that of the flow that is probably its own, HOT its line, or there is none (FLOW_NONE,
 * NULL). Returns as flow_table_add; other results than of packets only move the clock. */
enum accounting whole_take(struct flow_table *table, const struct whole_packet *whole,
			   enum decode_result result, struct flow_hot *hot, uint32_t number);
/* The same of one that is known not to be the usual packet of its flow. */
enum accounting whole_take_unusual(struct flow_table *table, const struct whole_packet *whole,
				   enum decode_result result, uint32_t number);

#endif
