#include "flow/brief.h"
#include <string.h>

static void open_counts(const struct flow_brief *b, struct flow_delta *d)
{
	for (unsigned i = 0; i < FLOW_EVENT_COUNT; i++)
		d->events[i] = b->events >> i & 1U;
	for (unsigned i = 0; i < 2; i++) {
		d->packets[i] = b->packets[i];
		d->bytes[i] = b->bytes[i];
	}
	d->first_ns = b->first_ns;
	d->last_ns = b->last_ns;
	d->opened_minutes = b->opened_minutes;
	d->answered_minutes = b->answered_minutes;
	d->active_minutes = b->active_minutes;
	d->duplicates = b->duplicates;
	d->syn_retransmitted = b->syn_retransmitted;
}

void flow_brief_open(const struct flow_brief *b, struct flow_delta *d)
{
	static const uint8_t none[MAC_BYTES];

	memset(d, 0, sizeof(*d));
	d->bucket = b->bucket;
	d->initiator = b->initiator;
	d->responder = b->responder;
	d->initiator_port = b->initiator_port;
	d->responder_port = b->responder_port;
	d->protocol = b->protocol;
	d->delivery = b->delivery;
	d->basis = b->basis;
	d->confidence = b->confidence;
	d->vlan_count = b->vlan != 0;
	d->vlans[0] = b->vlan ? (uint16_t)(b->vlan - 1) : 0;
	open_counts(b, d);
	for (unsigned i = 0; i < FLOW_OPENINGS; i++)
		d->openings[i] = frame_mark_open(b->openings[i]);
	d->answer = frame_mark_open(b->answer);
	for (unsigned i = 0; i < 2; i++) {
		d->has_mac[i] = memcmp(b->mac[i], none, MAC_BYTES) != 0;
		memcpy(d->mac[i], b->mac[i], MAC_BYTES);
	}
	d->health = (struct flow_health){.tcp_bytes = b->tcp_bytes,
					 .acked_unseen_bytes = b->acked_unseen_bytes,
					 .sided_flows = b->sided,
					 .onesided_flows = b->onesided,
					 .evidence_cut = b->evidence_cut,
					 .evicted = b->evicted};
}
