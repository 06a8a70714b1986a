#include "evidence_wants.h"
#include "base/mem.h"
#include <stdlib.h>

/* Pairs that the rows of the finding's frames may add to those that it lists. */
enum { PAIRS_SEEN = 8 };

static void add_frame(struct frame_ref *frames, size_t *count, const struct frame_ref *frame)
{
	for (size_t i = 0; i < *count; i++)
		if (frames[i].input == frame->input && frames[i].frame == frame->frame)
			return;
	if (frame->frame != 0)
		frames[(*count)++] = *frame;
}

/* The frames of the finding's evidence, each once. */
static int want_frames(struct arena *arena, const struct ledger_evidence *evidence,
		       struct evidence_want *want)
{
	struct frame_ref *frames = arena_calloc(arena, EVIDENCE_FRAMES, sizeof *frames);

	_Static_assert(LEDGER_OPENINGS + 2 <= EVIDENCE_FRAMES, "every named frame has a place");
	if (!frames)
		return -1;
	for (size_t i = 0; i < LEDGER_OPENINGS; i++)
		add_frame(frames, &want->frame_count, &evidence->openings[i]);
	add_frame(frames, &want->frame_count, &evidence->answer);
	add_frame(frames, &want->frame_count, &evidence->contradiction);
	want->frames = frames;
	return 0;
}

/* True when the peers stand for END, of which the first is named. */
static bool peers_fold(const struct audit_finding *finding, const struct audit_end *end)
{
	for (size_t i = 0; i < finding->peers_listed; i++)
		if (addr_equal(&finding->peers[i].address, &end->address))
			return true;
	return false;
}

/* Every conversation that the finding lists. */
static int want_pairs(struct arena *arena, const struct audit_finding *finding, struct evidence_want *want,
		      struct evidence_pair **room)
{
	const struct evidence_pair named = {finding->initiator.address, finding->responder.address};
	bool openers = peers_fold(finding, &finding->initiator);
	bool answerers = !openers && peers_fold(finding, &finding->responder);
	struct evidence_pair *pairs =
	    arena_calloc(arena, finding->peers_listed + 1 + PAIRS_SEEN, sizeof *pairs);

	if (!pairs)
		return -1;
	want->pairs = *room = pairs;
	if (finding->protocol < 0 || named.initiator.family == ADDR_NONE ||
	    named.responder.family == ADDR_NONE)
		return 0;
	pairs[want->pair_count++] = named;
	for (size_t i = 0; (openers || answerers) && i < finding->peers_listed; i++) {
		const struct addr *peer = &finding->peers[i].address;

		pairs[want->pair_count++] = (struct evidence_pair){openers ? *peer : named.initiator,
								   answerers ? *peer : named.responder};
	}
	return 0;
}

/* A frame that proves a finding. */
struct proof {
	uint32_t input;
	uint64_t frame;
	size_t want;
};

struct proof_list {
	struct proof *items; /* by input, frame, want */
	size_t count;
};

static int compare_frames(const struct proof *proof, const struct frame_ref *frame)
{
	if (proof->input != frame->input)
		return proof->input < frame->input ? -1 : 1;
	return (proof->frame > frame->frame) - (proof->frame < frame->frame);
}

static int compare_proofs(const void *a, const void *b)
{
	const struct proof *left = a, *right = b;
	int order = compare_frames(left, &(struct frame_ref){.input = right->input, .frame = right->frame});

	return order != 0 ? order : (left->want > right->want) - (left->want < right->want);
}

static int list_proofs(const struct evidence_job *job, struct proof_list *list)
{
	list->items = mem_calloc(job->want_count * EVIDENCE_FRAMES + 1, sizeof *list->items);
	if (!list->items)
		return -1;
	for (size_t i = 0; i < job->want_count; i++) {
		for (size_t k = 0; k < job->wants[i].frame_count; k++)
			list->items[list->count++] =
			    (struct proof){job->wants[i].frames[k].input, job->wants[i].frames[k].frame, i};
	}
	if (list->count > 1)
		qsort(list->items, list->count, sizeof *list->items, compare_proofs);
	return 0;
}

static void add_seen_pair(const struct evidence_job *job, size_t number, const struct edge_key *key)
{
	const struct audit_finding *finding = &job->result->findings[job->findings[number]];
	struct evidence_want *want = &job->wants[number];
	struct evidence_pair *pairs = job->pairs[number];

	if (finding->protocol != key->protocol ||
	    want->pair_count == finding->peers_listed + 1 + PAIRS_SEEN ||
	    (finding->port >= 0 && finding->port != key->responder_port))
		return;
	for (size_t i = 0; i < want->pair_count; i++)
		if (addr_equal(&pairs[i].initiator, &key->initiator) &&
		    addr_equal(&pairs[i].responder, &key->responder))
			return;
	pairs[want->pair_count++] = (struct evidence_pair){key->initiator, key->responder};
}

static void add_pairs_of_frame(const struct evidence_job *job, const struct proof_list *proofs,
			       const struct frame_ref *frame, const struct edge_key *key)
{
	size_t low = 0, high = proofs->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_frames(&proofs->items[middle], frame) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < proofs->count && compare_frames(&proofs->items[low], frame) == 0; low++)
		add_seen_pair(job, proofs->items[low].want, key);
}

/* A host may have several addresses, of which the finding names one: the rows that its frames come from name
 * the others. */
static int add_seen_pairs(const struct evidence_job *job, const struct ledger *ledger)
{
	struct proof_list proofs = {.count = 0};
	size_t count = ledger_edge_count(ledger);

	if (list_proofs(job, &proofs) != 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct edge_row row = ledger_edge(ledger, i);
		const struct ledger_evidence *evidence = &row.evidence;

		for (size_t k = 0; k < LEDGER_OPENINGS; k++)
			add_pairs_of_frame(job, &proofs, &evidence->openings[k], &row.key);
		add_pairs_of_frame(job, &proofs, &evidence->answer, &row.key);
		add_pairs_of_frame(job, &proofs, &evidence->contradiction, &row.key);
	}
	mem_free(proofs.items);
	return 0;
}

static int add_want(struct evidence_job *job, size_t index)
{
	const struct audit_finding *finding = &job->result->findings[index];
	struct evidence_want *want = &job->wants[job->want_count];

	*want = (struct evidence_want){.protocol = (uint8_t)(finding->protocol < 0 ? 0 : finding->protocol),
				       .port = finding->port,
				       .first_ns = finding->first_ns,
				       .last_ns = finding->last_ns};
	job->findings[job->want_count] = index;
	if (want_frames(&job->files->arena, &finding->evidence, want) != 0 ||
	    want_pairs(&job->files->arena, finding, want, &job->pairs[job->want_count]) != 0)
		return -1;
	/* Without frames nothing was seen: what is missing has no packets to show. */
	job->want_count += want->frame_count > 0;
	return 0;
}

int evidence_wants(struct evidence_job *job, const struct ledger *ledger)
{
	size_t count = job->result->finding_count, left_out = 0;
	struct arena *arena = &job->files->arena;

	job->files->paths = arena_calloc(arena, count + 1, sizeof *job->files->paths);
	job->wants = arena_calloc(arena, EVIDENCE_FILES_MAX + 1, sizeof *job->wants);
	job->pairs = arena_calloc(arena, EVIDENCE_FILES_MAX + 1, sizeof(*job->pairs));
	job->findings = arena_calloc(arena, EVIDENCE_FILES_MAX + 1, sizeof *job->findings);
	if (!job->files->paths || !job->wants || !job->pairs || !job->findings)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (job->want_count == EVIDENCE_FILES_MAX)
			left_out += job->result->findings[i].evidence.openings[0].frame != 0;
		else if (add_want(job, i) != 0)
			return -1;
	}
	if (left_out > 0)
		say_warning(job->options,
			    "--evidence: %d files are written, for the most severe findings; %zu have none",
			    EVIDENCE_FILES_MAX, left_out);
	return add_seen_pairs(job, ledger);
}
