#include "walk.h"

static bool mac_is_broadcast(const uint8_t *mac)
{
	static const uint8_t all_ones[MAC_BYTES] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

	return memcmp(mac, all_ones, MAC_BYTES) == 0;
}

void walk_set_macs(struct walk *w, const uint8_t *dst, const uint8_t *src)
{
	w->facts->has_macs = true;
	w->macs_fresh = true;
	memcpy(w->facts->dst_mac, dst, MAC_BYTES);
	memcpy(w->facts->src_mac, src, MAC_BYTES);
	w->link_delivery = DELIVERY_UNICAST;
	if (dst[0] & 1)
		w->link_delivery = mac_is_broadcast(dst) ? DELIVERY_BROADCAST : DELIVERY_MULTICAST;
}

void walk_add_vlan(struct walk *w, uint16_t vlan)
{
	struct packet_facts *facts = w->facts;

	if (facts->vlan_count < DECODE_MAX_VLANS)
		facts->vlans[facts->vlan_count] = vlan;
	if (facts->vlan_count < UINT8_MAX)
		facts->vlan_count++;
	if (vlan)
		w->vlan = vlan;
}

void walk_set_vni(struct walk *w, uint32_t vni)
{
	w->facts->has_vni = true;
	w->facts->vni = vni;
}

/* Later fragments of the tunnel's packet show only its own addresses: keep what they can be found by. */
static void note_outer_fragment(struct packet_facts *facts)
{
	if (!facts->is_fragment || facts->has_outer_fragment)
		return;
	facts->has_outer_fragment = true;
	facts->outer_fragment = (struct fragment_key){.src = facts->src,
						      .dst = facts->dst,
						      .ip_id = facts->ip_id,
						      .protocol = facts->fragment_protocol};
}

enum decode_result walk_enter_ip(struct walk *w, uint8_t version)
{
	struct packet_facts *facts = w->facts;

	if (w->ip_headers == DECODE_MAX_LAYERS)
		return DECODE_TOO_DEEP;
	if (w->ip_headers > 0)
		note_outer_fragment(facts);
	if (w->ip_headers > 0 && !w->macs_fresh) {
		facts->has_macs = false;
		memset(facts->src_mac, 0, MAC_BYTES);
		memset(facts->dst_mac, 0, MAC_BYTES);
		w->link_delivery = DELIVERY_UNICAST;
	}
	w->macs_fresh = false;
	w->length_guessed = false;
	w->extensions = 0;
	facts->ip_version = version;
	facts->tunnel_depth = w->ip_headers++;
	facts->src_port = facts->dst_port = 0;
	facts->ip_id = facts->fragment_offset = 0;
	facts->fragment_protocol = 0;
	facts->has_ip_id = facts->is_fragment = facts->more_fragments = false;
	facts->tcp_header = 0;
	facts->payload = NULL;
	facts->payload_caplen = facts->payload_length = 0;
	return DECODE_OK;
}

void walk_scope(const struct walk *w, struct addr *address)
{
	const struct decode_options *options = w->options;

	bool vni = options->key_vni && w->facts->has_vni;
	bool vlan = w->vlan && (options->key_vlan || addr_is_link_local(address));

	if (vni || vlan)
		addr_set_scope(address, vni ? &w->facts->vni : NULL, vlan ? &w->vlan : NULL);
}

static uint8_t delivery_of(const struct walk *w, const struct addr *dst)
{
	if (addr_is_multicast(dst))
		return DELIVERY_MULTICAST;
	if (addr_is_group(dst))
		return DELIVERY_BROADCAST;
	return w->link_delivery;
}

void walk_set_addresses(struct walk *w, const struct addr *src, const struct addr *dst)
{
	w->facts->src = *src;
	w->facts->dst = *dst;
	walk_scope(w, &w->facts->src);
	walk_scope(w, &w->facts->dst);
	w->facts->delivery = delivery_of(w, dst);
}

enum decode_result walk_payload(struct walk *w)
{
	struct packet_facts *facts = w->facts;

	facts->payload = w->at.p;
	facts->payload_caplen = (uint32_t)cur_left(&w->at);
	facts->payload_length = (uint32_t)w->declared;
	return DECODE_OK;
}

enum decode_result walk_enter_tunnel(struct walk *w, walk_step *next, bool guessed)
{
	(void)walk_payload(w);
	w->outer = *w->facts;
	w->has_outer = true;
	w->guessed = w->guessed || guessed;
	/* The tag of the network outside tells nothing of the one inside. */
	w->vlan = 0;
	return walk_go(w, next);
}

/* An IP packet was found inside and accounts for the frame. */
static bool inner_is_sound(enum decode_result result)
{
	return result == DECODE_OK || result == DECODE_LATER_FRAGMENT || result == DECODE_ICMP_ERROR ||
	       result == DECODE_NEIGHBOUR || result == DECODE_IGMP || result == DECODE_MLD ||
	       result == DECODE_TOO_DEEP;
}

/* What ends a walk below IP, or a link layer inside a tunnel that holds no IP. */
static bool inner_is_not_ip(enum decode_result result)
{
	enum accounting bucket = decode_result_bucket(result);

	return bucket == ACCOUNT_NON_IP || bucket == ACCOUNT_HOUSEKEEPING || result == DECODE_LINK_SHORT ||
	       result == DECODE_LINK_UNSUPPORTED;
}

enum decode_result walk_run(struct walk *w, walk_step *first)
{
	enum decode_result result = DECODE_OK;

	w->next = first;
	while (result == DECODE_OK && w->next) {
		walk_step *step = w->next;

		w->next = NULL;
		result = w->steps++ < WALK_MAX_STEPS ? step(w) : DECODE_TOO_DEEP;
	}
	if (!w->has_outer || inner_is_sound(result) || !(w->guessed || inner_is_not_ip(result)))
		return result;
	*w->facts = w->outer;
	return DECODE_OK;
}
