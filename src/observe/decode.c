/* What packets say, for whoever takes them. */
#include "worker.h"

/* Quick facts speak for packets whose VLAN is no part of what they are. */
static size_t decode_quickly(const struct worker *worker, const struct packet *packets, size_t count,
			     struct packet_quick *quick)
{
	if (!worker->run->options->decode.key_vlan)
		return decode_quick(packets, count, quick);
	for (size_t i = 0; i < count; i++)
		quick[i].protocol = 0;
	return 0;
}

size_t worker_decode(const struct worker *worker, const struct packet *packets, size_t count,
		     struct packet_quick *quick, struct flow_other *others, struct packet_facts *facts)
{
	size_t other_count = 0;

	if (decode_quickly(worker, packets, count, quick) == count && !worker->filter)
		return 0;
	for (size_t i = 0; i < count; i++) {
		const struct packet *packet = &packets[i];
		bool passes = !worker->filter || capture_filter_match(worker->filter, packet);

		if (passes && quick[i].protocol != 0)
			continue;
		quick[i].protocol = 0;
		other_count++;
		others[i].facts = facts;
		others[i].result = WORKER_FILTERED;
		if (passes)
			others[i].result =
			    (uint8_t)decode_frame(&worker->run->options->decode, packet->link_type,
						  packet->data, packet->caplen, packet->wirelen, facts++);
	}
	return other_count;
}
