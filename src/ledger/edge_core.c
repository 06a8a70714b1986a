#include "edge_core.h"

/* Any count of nanoseconds in a bucket is far below it. */
static bool time_fits(int64_t time_ns, int64_t start_ns, uint64_t *time)
{
	*time = (uint64_t)time_ns - (uint64_t)start_ns;
	return *time < CORE_TIME_NONE;
}

static void times_clear(struct edge_core *core)
{
	for (size_t i = 0; i < EDGE_TIMES; i++)
		core_set_time(core, (enum edge_time)i, CORE_TIME_NONE);
}

static bool take_frame(struct edge_core *core, enum edge_time which, int64_t start_ns,
		       const struct frame_ref *ref)
{
	uint64_t time;

	if (ref->frame == 0)
		return true;
	if (!time_fits(ref->time_ns, start_ns, &time) || !where_fits(ref))
		return false;
	core_set_time(core, which, time);
	core->where[which] = where_make(ref);
	return true;
}

static bool take_span(struct edge_core *core, int64_t start_ns, int64_t first_ns, int64_t last_ns)
{
	uint64_t first, last;

	if (first_ns == TIME_UNKNOWN)
		return true;
	if (!time_fits(first_ns, start_ns, &first) || !time_fits(last_ns, start_ns, &last))
		return false;
	core_set_time(core, TIME_FIRST, first);
	core_set_time(core, TIME_LAST, last);
	return true;
}

static bool take_counts(struct edge_core *core, const struct flow_delta *delta)
{
	uint64_t large = delta->packets[0] | delta->packets[1] | delta->bytes[0] | delta->bytes[1];
	uint32_t small = 0;

	for (size_t i = 0; i < FLOW_EVENT_COUNT; i++) {
		small |= delta->events[i];
		core->events[i] = (uint16_t)delta->events[i];
	}
	for (size_t side = 0; side < 2; side++) {
		core->packets[side] = (uint32_t)delta->packets[side];
		core->bytes[side] = (uint32_t)delta->bytes[side];
	}
	core->duplicates = (uint16_t)delta->duplicates;
	core->retransmitted = delta->syn_retransmitted;
	return large <= UINT32_MAX && small <= UINT16_MAX && delta->duplicates <= UINT16_MAX &&
	       delta->contradictions == 0 && delta->contradiction.frame == 0;
}

static bool take_vlan(struct edge_core *core, const uint16_t *vlans, size_t count)
{
	if (count > 1 || (count == 1 && vlans[0] == UINT16_MAX))
		return false;
	core->vlan = count == 0 ? 0 : (uint16_t)(vlans[0] + 1);
	return true;
}

bool edge_core_from_delta(struct edge_core *core, uint32_t sensor, const struct flow_delta *delta)
{
	int64_t start_ns = bucket_start_ns(delta->bucket);

	memset(core, 0, sizeof(*core));
	core->sensor = sensor;
	core->bucket = delta->bucket;
	core->responder_port = delta->responder_port;
	core->opener_port = delta->initiator_port < 32768 ? delta->initiator_port : 0;
	core->answered_from = delta->answered_from;
	core->parent = delta->parent;
	core->protocol = delta->protocol;
	core->basis = delta->basis;
	core->manner = manner_make(delta->delivery, delta->confidence, FOLD_NONE, delta->parent_assumed);
	core->opened_minutes = delta->opened_minutes;
	core->answered_minutes = delta->answered_minutes;
	core->active_minutes = delta->active_minutes;
	times_clear(core);
	return take_counts(core, delta) && take_vlan(core, delta->vlans, delta->vlan_count) &&
	       take_span(core, start_ns, delta->first_ns, delta->last_ns) &&
	       take_frame(core, TIME_OPENING, start_ns, &delta->openings[0]) &&
	       take_frame(core, TIME_SECOND, start_ns, &delta->openings[1]) &&
	       take_frame(core, TIME_ANSWER, start_ns, &delta->answer);
}

/* One bit each, as counters. */
static void spread_events(uint16_t counters[FLOW_EVENT_COUNT], unsigned events)
{
	static const uint16_t spread[16][4] = {{0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {1, 1, 0, 0},
					       {0, 0, 1, 0}, {1, 0, 1, 0}, {0, 1, 1, 0}, {1, 1, 1, 0},
					       {0, 0, 0, 1}, {1, 0, 0, 1}, {0, 1, 0, 1}, {1, 1, 0, 1},
					       {0, 0, 1, 1}, {1, 0, 1, 1}, {0, 1, 1, 1}, {1, 1, 1, 1}};
	enum { GROUP = 4, LAST = FLOW_EVENT_COUNT - FLOW_EVENT_COUNT % GROUP };

	for (unsigned i = 0; i < LAST; i += GROUP)
		memcpy(&counters[i], spread[events >> i & 15], sizeof(spread[0]));
	memcpy(&counters[LAST], spread[events >> LAST & 15], sizeof(*counters) * (FLOW_EVENT_COUNT - LAST));
}

/* As take_frame; false where it does not fit. */
static inline bool take_mark(struct edge_core *core, enum edge_time which, int64_t start_ns,
			     const struct frame_mark *mark)
{
	uint64_t input = mark->where >> FRAME_MARK_BITS, time = CORE_TIME_NONE;

	_Static_assert((int)WHERE_FRAME_BITS >= (int)FRAME_MARK_BITS, "any frame fits");
	core->where[which] = 0;
	if (mark->where != 0) {
		if (!time_fits(mark->time_ns, start_ns, &time) || input >= WHERE_INPUTS_MAX)
			return false;
		core->where[which] =
		    input << WHERE_FRAME_BITS | (mark->where & ((UINT64_C(1) << FRAME_MARK_BITS) - 1));
	}
	core_set_time(core, which, time);
	return true;
}

bool edge_core_from_brief(struct edge_core *core, uint32_t sensor, const struct flow_brief *brief)
{
	int64_t start_ns = bucket_start_ns(brief->bucket);
	bool fits = true;

	*core =
	    (struct edge_core){.sensor = sensor,
			       .bucket = brief->bucket,
			       .responder_port = brief->responder_port,
			       .opener_port = brief->initiator_port < 32768 ? brief->initiator_port : 0,
			       .protocol = brief->protocol,
			       .basis = brief->basis,
			       .manner = manner_make(brief->delivery, brief->confidence, FOLD_NONE, false),
			       .retransmitted = brief->syn_retransmitted,
			       .opened_minutes = brief->opened_minutes,
			       .answered_minutes = brief->answered_minutes,
			       .active_minutes = brief->active_minutes,
			       .vlan = brief->vlan,
			       .duplicates = brief->duplicates,
			       .packets = {brief->packets[0], brief->packets[1]},
			       .bytes = {brief->bytes[0], brief->bytes[1]}};
	spread_events(core->events, brief->events);
	core_set_time(core, TIME_FIRST, CORE_TIME_NONE);
	core_set_time(core, TIME_LAST, CORE_TIME_NONE);
	fits &= take_span(core, start_ns, brief->first_ns, brief->last_ns);
	fits &= take_mark(core, TIME_OPENING, start_ns, &brief->openings[0]);
	fits &= take_mark(core, TIME_SECOND, start_ns, &brief->openings[1]);
	return fits & take_mark(core, TIME_ANSWER, start_ns, &brief->answer);
}

static void split_key(struct edge_core *core, const struct edge_key *key)
{
	core->sensor = key->sensor;
	core->bucket = key->bucket;
	core->responder_port = key->responder_port;
	core->opener_port = key->opener_port;
	core->answered_from = key->answered_from;
	core->parent = key->parent;
	core->protocol = key->protocol;
	core->basis = key->basis;
	core->manner = manner_make(key->delivery, key->confidence, key->fold, key->parent_assumed != 0);
}

/* COUNT where it is at most MOST; else 0, and REST gets it. */
static uint64_t split_count(uint64_t count, uint64_t most, uint64_t *rest, bool *left)
{
	if (count <= most)
		return count;
	*rest = count;
	*left = true;
	return 0;
}

static void split_counts(struct edge_core *core, struct edge_row *rest, const struct edge_row *whole,
			 bool *left)
{
	for (size_t i = 0; i < FLOW_EVENT_COUNT; i++)
		core->events[i] = (uint16_t)split_count(whole->events[i], UINT16_MAX, &rest->events[i], left);
	for (size_t side = 0; side < 2; side++) {
		core->packets[side] =
		    (uint32_t)split_count(whole->packets[side], UINT32_MAX, &rest->packets[side], left);
		core->bytes[side] =
		    (uint32_t)split_count(whole->bytes[side], UINT32_MAX, &rest->bytes[side], left);
	}
	core->duplicates = (uint16_t)split_count(whole->duplicates, UINT16_MAX, &rest->duplicates, left);
	core->retransmitted =
	    (uint8_t)split_count(whole->retransmitted, UINT8_MAX, &rest->retransmitted, left);
	(void)split_count(whole->contradictions, 0, &rest->contradictions, left);
}

static void split_frame(struct edge_core *core, enum edge_time which, struct frame_ref *rest,
			const struct frame_ref *ref, bool *left)
{
	if (take_frame(core, which, bucket_start_ns(core->bucket), ref))
		return;
	*rest = *ref;
	*left = true;
}

static void split_evidence(struct edge_core *core, struct ledger_evidence *rest,
			   const struct ledger_evidence *whole, bool *left)
{
	split_frame(core, TIME_OPENING, &rest->openings[0], &whole->openings[0], left);
	/* Frames of a row stay in order on either side, the first one first. */
	if (rest->openings[0].frame != 0)
		rest->openings[1] = whole->openings[1];
	else
		split_frame(core, TIME_SECOND, &rest->openings[0], &whole->openings[1], left);
	split_frame(core, TIME_ANSWER, &rest->answer, &whole->answer, left);
	rest->contradiction = whole->contradiction;
	*left |= whole->contradiction.frame != 0;
}

bool edge_core_split(struct edge_core *core, struct edge_row *rest, const struct edge_row *whole)
{
	bool left = false;

	memset(core, 0, sizeof(*core));
	memset(rest, 0, sizeof(*rest));
	rest->first_ns = rest->last_ns = TIME_UNKNOWN;
	split_key(core, &whole->key);
	core->opened_minutes = whole->opened_minutes;
	core->answered_minutes = whole->answered_minutes;
	core->active_minutes = whole->active_minutes;
	times_clear(core);
	split_counts(core, rest, whole, &left);
	split_evidence(core, &rest->evidence, &whole->evidence, &left);
	if (!take_span(core, bucket_start_ns(core->bucket), whole->first_ns, whole->last_ns)) {
		rest->first_ns = whole->first_ns;
		rest->last_ns = whole->last_ns;
		left = true;
	}
	if (!take_vlan(core, whole->vlans, whole->vlan_count)) {
		memcpy(rest->vlans, whole->vlans, sizeof(rest->vlans));
		rest->vlan_count = whole->vlan_count;
		left = true;
	}
	return left;
}

static void join_frame(struct frame_ref *ref, const struct edge_core *core, enum edge_time which,
		       int64_t start_ns)
{
	if (core->where[which] == 0)
		return;
	ref->time_ns = (int64_t)((uint64_t)start_ns + core_time(core, which));
	ref->frame = where_frame(core->where[which]);
	ref->input = where_input(core->where[which]);
}

void edge_core_join_key(struct edge_key *key, const struct edge_core *core)
{
	memset(key, 0, sizeof(*key));
	key->sensor = core->sensor;
	key->bucket = core->bucket;
	key->delivery = core_delivery(core);
	key->protocol = core->protocol;
	key->basis = core->basis;
	key->confidence = core_confidence(core);
	key->responder_port = core->responder_port;
	key->opener_port = core->opener_port;
	key->answered_from = core->answered_from;
	key->parent = core->parent;
	key->parent_assumed = core_parent_assumed(core);
	key->fold = (uint8_t)core_fold(core);
}

void edge_core_join(struct edge_row *whole, const struct edge_core *core)
{
	int64_t start_ns = bucket_start_ns(core->bucket);
	uint64_t first = core_time(core, TIME_FIRST);

	memset(whole, 0, sizeof(*whole));
	edge_core_join_key(&whole->key, core);
	for (size_t i = 0; i < FLOW_EVENT_COUNT; i++)
		whole->events[i] = core->events[i];
	for (size_t side = 0; side < 2; side++) {
		whole->packets[side] = core->packets[side];
		whole->bytes[side] = core->bytes[side];
	}
	whole->first_ns = whole->last_ns = TIME_UNKNOWN;
	if (first != CORE_TIME_NONE) {
		whole->first_ns = (int64_t)((uint64_t)start_ns + first);
		whole->last_ns = (int64_t)((uint64_t)start_ns + core_time(core, TIME_LAST));
	}
	whole->opened_minutes = core->opened_minutes;
	whole->answered_minutes = core->answered_minutes;
	whole->active_minutes = core->active_minutes;
	whole->duplicates = core->duplicates;
	whole->retransmitted = core->retransmitted;
	whole->vlan_count = core->vlan != 0;
	whole->vlans[0] = core->vlan == 0 ? 0 : (uint16_t)(core->vlan - 1);
	join_frame(&whole->evidence.openings[0], core, TIME_OPENING, start_ns);
	join_frame(&whole->evidence.openings[1], core, TIME_SECOND, start_ns);
	join_frame(&whole->evidence.answer, core, TIME_ANSWER, start_ns);
}

int64_t edge_core_last_ns(const struct edge_core *core)
{
	if (core_time(core, TIME_LAST) == CORE_TIME_NONE)
		return TIME_UNKNOWN;
	return (int64_t)((uint64_t)bucket_start_ns(core->bucket) + core_time(core, TIME_LAST));
}
