#include "evidence_keep.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>

static int compare_packets(const void *a, const void *b)
{
	const struct evidence_packet *left = a, *right = b;

	if (left->packet.time_ns != right->packet.time_ns)
		return left->packet.time_ns < right->packet.time_ns ? -1 : 1;
	if (left->input != right->input)
		return left->input < right->input ? -1 : 1;
	return (left->packet.frame > right->packet.frame) - (left->packet.frame < right->packet.frame);
}

static void drop_packet(struct evidence_packet *packet)
{
	/* The keeper made the block: only readers may not write to it. */
	mem_free((void *)(uintptr_t)packet->packet.data);
	packet->packet.data = NULL;
}

/* A copy with bytes of its own, LIMIT of them at most. 0/-1. */
static int copy_packet(struct evidence_packet *out, const struct evidence_packet *packet, uint32_t limit)
{
	uint32_t length = packet->packet.caplen < limit ? packet->packet.caplen : limit;
	uint8_t *data = mem_calloc(length ? length : 1, 1);

	if (!data)
		return -1;
	if (length > 0)
		memcpy(data, packet->packet.data, length);
	*out = *packet;
	out->packet.data = data;
	out->packet.caplen = length;
	return 0;
}

void keeper_start(struct evidence_keeper *keeper, const struct evidence_want *want)
{
	keeper->first_ns = want->first_ns;
	keeper->last_ns = want->last_ns;
	if (want->pair_count == 0)
		return;
	keeper->groups[0].from_ns = INT64_MIN;
	keeper->groups[0].room = EVIDENCE_HEAD;
	keeper->group_count = 1;
	for (size_t i = 0; i < want->frame_count && i < EVIDENCE_FRAMES; i++) {
		struct evidence_group *tail = &keeper->groups[keeper->group_count++];

		tail->from_ns = want->frames[i].time_ns;
		tail->room = EVIDENCE_TAIL;
	}
}

int keeper_take_named(struct evidence_keeper *keeper, size_t slot, const struct evidence_packet *packet)
{
	keeper->last_frame = packet->packet.frame;
	keeper->last_input = packet->input;
	if (keeper->named[slot].packet.data)
		return 0;
	if (copy_packet(&keeper->named[slot], packet, EVIDENCE_FRAME_BYTES) != 0)
		return -1;
	keeper->named[slot].named = true;
	return 0;
}

static bool group_admits(const struct evidence_group *group, const struct evidence_packet *packet)
{
	return packet->packet.time_ns >= group->from_ns &&
	       (group->count < group->room || compare_packets(packet, &group->packets[group->count - 1]) < 0);
}

/* PACKET into its place; the one that has to make way for it comes back in *PACKET. False: none had to. */
static bool group_insert(struct evidence_group *group, struct evidence_packet *packet)
{
	bool full = group->count == group->room;
	size_t at = full ? group->count - 1 : group->count++;
	struct evidence_packet pushed_out = group->packets[at];

	for (; at > 0 && compare_packets(packet, &group->packets[at - 1]) < 0; at--)
		group->packets[at] = group->packets[at - 1];
	group->packets[at] = *packet;
	*packet = pushed_out;
	return full;
}

static bool any_admits(const struct evidence_keeper *keeper, const struct evidence_packet *packet)
{
	for (size_t i = 0; i < keeper->group_count; i++)
		if (group_admits(&keeper->groups[i], packet))
			return true;
	return false;
}

int keeper_offer(struct evidence_keeper *keeper, const struct evidence_packet *packet, size_t *total_bytes)
{
	struct evidence_packet moving;
	uint32_t length = packet->packet.caplen;

	if (keeper->last_frame == packet->packet.frame && keeper->last_input == packet->input)
		return 0;
	keeper->last_frame = packet->packet.frame;
	keeper->last_input = packet->input;
	if (!any_admits(keeper, packet))
		return 0;
	if (length > EVIDENCE_REST_BYTES - keeper->rest_bytes ||
	    length > (size_t)EVIDENCE_TOTAL_BYTES - *total_bytes) {
		keeper->left_out++;
		return 0;
	}
	if (copy_packet(&moving, packet, UINT32_MAX) != 0)
		return -1;
	keeper->rest_bytes += length;
	*total_bytes += length;
	for (size_t i = 0; i < keeper->group_count; i++) {
		if (group_admits(&keeper->groups[i], &moving) && !group_insert(&keeper->groups[i], &moving))
			return 0;
	}
	keeper->rest_bytes -= moving.packet.caplen;
	*total_bytes -= moving.packet.caplen;
	drop_packet(&moving);
	return 0;
}

bool keeper_wants(const struct evidence_keeper *keeper, int64_t first_ns, int64_t last_ns)
{
	if (last_ns < keeper->first_ns || first_ns > keeper->last_ns)
		return false;
	for (size_t i = 0; i < keeper->group_count; i++) {
		const struct evidence_group *group = &keeper->groups[i];

		if (group->count < group->room || group->packets[group->count - 1].packet.time_ns >= first_ns)
			return true;
	}
	return false;
}

int keeper_finish(struct evidence_keeper *keeper, size_t named_count, struct arena *arena,
		  struct evidence_found *found)
{
	found->packets = arena_calloc(arena, EVIDENCE_PACKETS, sizeof(*found->packets));
	if (!found->packets)
		return -1;
	for (size_t i = 0; i < named_count; i++) {
		if (keeper->named[i].packet.data)
			found->packets[found->count++] = keeper->named[i];
		else
			found->missing++;
		keeper->named[i].packet.data = NULL;
	}
	for (size_t i = 0; i < keeper->group_count; i++) {
		struct evidence_group *group = &keeper->groups[i];

		for (size_t k = 0; k < group->count; k++)
			found->packets[found->count++] = group->packets[k];
		group->count = 0;
	}
	if (found->count > 1)
		qsort(found->packets, found->count, sizeof(*found->packets), compare_packets);
	found->left_out = keeper->left_out;
	return 0;
}

void keeper_clear(struct evidence_keeper *keeper)
{
	for (size_t i = 0; i < EVIDENCE_FRAMES; i++)
		drop_packet(&keeper->named[i]);
	for (size_t i = 0; i < keeper->group_count; i++) {
		for (size_t k = 0; k < keeper->groups[i].count; k++)
			drop_packet(&keeper->groups[i].packets[k]);
		keeper->groups[i].count = 0;
	}
}

void evidence_clear(struct evidence_set *set)
{
	for (size_t i = 0; i < set->count && set->found; i++)
		for (size_t k = 0; k < set->found[i].count; k++)
			drop_packet(&set->found[i].packets[k]);
	arena_clear(&set->arena);
	*set = (struct evidence_set){.count = 0};
}
