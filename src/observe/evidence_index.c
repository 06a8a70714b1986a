#include "evidence_index.h"
#include "base/hash.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>

static int compare_frames(const void *a, const void *b)
{
	const struct evidence_frame *left = a, *right = b;

	if (left->input != right->input)
		return left->input < right->input ? -1 : 1;
	if (left->frame != right->frame)
		return left->frame < right->frame ? -1 : 1;
	return (left->want > right->want) - (left->want < right->want);
}

static void list_frames(struct evidence_index *index, const struct evidence_want *want, size_t number)
{
	for (size_t i = 0; i < want->frame_count && i < EVIDENCE_FRAMES; i++)
		index->frames[index->frame_count++] = (struct evidence_frame){.input = want->frames[i].input,
									      .frame = want->frames[i].frame,
									      .want = number,
									      .slot = i};
}

static bool same_key(const struct evidence_key *a, const struct evidence_key *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static size_t slot_of(const struct evidence_index *index, const struct evidence_key *key)
{
	return hash_bytes(index->seed, key, sizeof(*key)) & (index->slot_count - 1);
}

static void add_entry(struct evidence_index *index, const struct evidence_entry *entry)
{
	size_t at = slot_of(index, &entry->key);

	for (; index->slots[at] != 0; at = (at + 1) & (index->slot_count - 1)) {
		const struct evidence_entry *there = &index->entries[index->slots[at] - 1];

		if (there->want == entry->want && same_key(&there->key, &entry->key))
			return;
	}
	index->entries[index->entry_count++] = *entry;
	index->slots[at] = (uint32_t)index->entry_count;
	index->any_port |= entry->key.port < 0;
}

static void add_pairs(struct evidence_index *index, const struct evidence_want *want, size_t number)
{
	for (size_t i = 0; i < want->pair_count; i++) {
		const struct evidence_entry entry = {.key = {.initiator = want->pairs[i].initiator,
							     .responder = want->pairs[i].responder,
							     .protocol = want->protocol,
							     .port = want->port},
						     .want = number};

		add_entry(index, &entry);
	}
}

int index_build(struct evidence_index *index, const struct evidence_want *wants, size_t want_count,
		uint64_t seed)
{
	size_t frames = 0, pairs = 0;

	for (size_t i = 0; i < want_count; i++) {
		frames += wants[i].frame_count;
		pairs += wants[i].pair_count;
	}
	if (pairs >= UINT32_MAX / 4)
		return -1;
	*index = (struct evidence_index){.seed = seed, .slot_count = 16};
	while (index->slot_count < pairs * 2)
		index->slot_count *= 2;
	index->frames = mem_calloc(frames + 1, sizeof(*index->frames));
	index->entries = mem_calloc(pairs + 1, sizeof(*index->entries));
	index->slots = mem_calloc(index->slot_count, sizeof(*index->slots));
	if (!index->frames || !index->entries || !index->slots)
		return -1;
	for (size_t i = 0; i < want_count; i++) {
		list_frames(index, &wants[i], i);
		add_pairs(index, &wants[i], i);
	}
	if (index->frame_count > 1)
		qsort(index->frames, index->frame_count, sizeof(*index->frames), compare_frames);
	return 0;
}

int index_find(const struct evidence_index *index, const struct evidence_key *key, void *context,
	       int (*each)(void *context, size_t want))
{
	for (size_t at = slot_of(index, key); index->slots[at] != 0;
	     at = (at + 1) & (index->slot_count - 1)) {
		const struct evidence_entry *entry = &index->entries[index->slots[at] - 1];

		if (same_key(&entry->key, key) && each(context, entry->want) != 0)
			return -1;
	}
	return 0;
}

void index_clear(struct evidence_index *index)
{
	mem_free(index->frames);
	mem_free(index->entries);
	mem_free(index->slots);
	*index = (struct evidence_index){.frame_count = 0};
}
