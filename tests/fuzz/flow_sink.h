/*
 * A flow table whose sink believes nothing: every delta, record and anomaly is checked when it comes, the
 * sums at the end. Two of them, of different hash seeds, must tell the same.
 */
#ifndef TESTS_FUZZ_FLOW_SINK_H
#define TESTS_FUZZ_FLOW_SINK_H

#include "flow/flow.h"
#include "fuzz.h"
#include "ledger/ledger.h"
#include <sys/prctl.h>

enum { OPEN_MAX = 512 };

struct flow_check {
	struct flow_table *table;
	struct ledger *ledger, *small; /* of all deltas; SMALL has hardly any memory, so it folds */
	uint64_t added[ACCOUNT_COUNT], settled[ACCOUNT_COUNT];
	uint64_t told[2], recorded[2]; /* packets in deltas and in records */
	uint64_t events[FLOW_EVENT_COUNT];
	uint64_t said; /* order does not matter: hashes of all deltas, added up */
	uint64_t frame;
	int64_t now_ns;
	struct flow_open open[OPEN_MAX]; /* what the last finish said goes on */
	size_t open_count;
};

static inline void check_ends(const struct addr *initiator, const struct addr *responder)
{
	FUZZ_CHECK(initiator->zero == 0 && responder->zero == 0);
	FUZZ_CHECK(initiator->prefix == 0 && responder->prefix == 0);
	FUZZ_CHECK(addr_size(initiator) > 0 && addr_size(responder) > 0);
}

static inline void check_references(const struct flow_check *check, const struct flow_delta *d)
{
	for (unsigned i = 0; i < FLOW_OPENINGS; i++) {
		FUZZ_CHECK(d->openings[i].frame <= check->frame);
		if (i > 0 && d->openings[i].frame)
			FUZZ_CHECK(d->openings[i - 1].frame &&
				   d->openings[i - 1].time_ns <= d->openings[i].time_ns);
	}
	FUZZ_CHECK(d->answer.frame <= check->frame && d->contradiction.frame <= check->frame);
	FUZZ_CHECK(d->vlan_count <= FLOW_VLANS);
	for (unsigned i = 1; i < d->vlan_count; i++)
		FUZZ_CHECK(d->vlans[i - 1] < d->vlans[i]);
}

static inline uint64_t delta_hash(const struct flow_delta *d)
{
	uint64_t numbers[] = {(uint64_t)d->bucket,
			      d->initiator_port,
			      d->responder_port,
			      d->protocol,
			      d->delivery,
			      d->basis,
			      d->confidence,
			      d->answered_from,
			      d->parent,
			      d->parent_assumed,
			      d->packets[0],
			      d->packets[1],
			      d->bytes[0],
			      d->bytes[1],
			      (uint64_t)d->first_ns,
			      (uint64_t)d->last_ns,
			      d->opened_minutes,
			      d->answered_minutes,
			      d->active_minutes,
			      d->contradictions,
			      d->duplicates,
			      d->vlan_count,
			      d->syn_retransmitted,
			      d->openings[0].frame,
			      d->openings[1].frame,
			      d->answer.frame,
			      d->contradiction.frame,
			      d->health.tcp_bytes,
			      d->health.acked_unseen_bytes,
			      d->health.sided_flows,
			      d->health.onesided_flows,
			      d->health.evidence_cut,
			      d->health.evicted};
	uint64_t hash = fuzz_hash(0, numbers, sizeof(numbers));

	hash = fuzz_hash(hash, &d->initiator, sizeof(d->initiator));
	hash = fuzz_hash(hash, &d->responder, sizeof(d->responder));
	hash = fuzz_hash(hash, d->vlans, sizeof(d->vlans));
	hash = fuzz_hash(hash, d->has_mac, sizeof(d->has_mac));
	hash = fuzz_hash(hash, d->mac, sizeof(d->mac));
	return fuzz_hash(hash, d->events, sizeof(d->events));
}

static inline void check_delta(void *context, const struct flow_delta *d)
{
	struct flow_check *check = context;
	bool has_packets = d->packets[0] + d->packets[1] > 0;

	check_ends(&d->initiator, &d->responder);
	FUZZ_CHECK(d->delivery < DELIVERY_COUNT && d->basis < DIRECTION_COUNT &&
		   d->confidence < CONFIDENCE_COUNT);
	/* Answers and children are as sure as what they belong to, which may be not at all. */
	FUZZ_CHECK(d->basis != DIRECTION_NONE || d->confidence == CONFIDENCE_UNKNOWN);
	FUZZ_CHECK(d->confidence != CONFIDENCE_UNKNOWN || d->basis == DIRECTION_NONE ||
		   d->basis == DIRECTION_ANSWER || d->basis == DIRECTION_CHILD);
	FUZZ_CHECK(has_packets == (d->first_ns != TIME_UNKNOWN) &&
		   has_packets == (d->last_ns != TIME_UNKNOWN));
	if (has_packets) {
		FUZZ_CHECK(d->first_ns <= d->last_ns && d->last_ns <= check->now_ns);
		FUZZ_CHECK(time_bucket(d->first_ns) == d->bucket && time_bucket(d->last_ns) == d->bucket);
	}
	for (unsigned i = 0; i < FLOW_EVENT_COUNT; i++) {
		FUZZ_CHECK(d->events[i] <= 1);
		check->events[i] += d->events[i];
	}
	FUZZ_CHECK(d->events[FLOW_OPENED] + d->events[FLOW_CONTINUED] <= 1);
	check_references(check, d);
	check->told[0] += d->packets[0];
	check->told[1] += d->packets[1];
	check->said += delta_hash(d);
	ledger_add_delta_soon(check->ledger, 0, d);
	ledger_add_delta(check->small, 0, d);
}

static inline void check_record(void *context, const struct flow_record *r)
{
	struct flow_check *check = context;

	check_ends(&r->initiator, &r->responder);
	FUZZ_CHECK(r->basis < DIRECTION_COUNT && r->confidence < CONFIDENCE_COUNT && r->outcome);
	FUZZ_CHECK(r->first_ns <= r->last_ns && r->last_ns <= check->now_ns);
	FUZZ_CHECK(r->start.frame > 0 && r->start.frame <= check->frame);
	check->recorded[0] += r->packets[0];
	check->recorded[1] += r->packets[1];
}

static inline void check_anomaly(void *context, const struct flow_anomaly *a)
{
	struct flow_check *check = context;

	check_ends(&a->initiator, &a->responder);
	FUZZ_CHECK(a->kind < ANOMALY_KIND_COUNT && flow_anomaly_name(a->kind));
	FUZZ_CHECK((a->kind == ANOMALY_FTP_BOUNCE) == (a->third.family != ADDR_NONE));
	FUZZ_CHECK(a->evidence.frame > 0 && a->evidence.frame <= check->frame);
	ledger_settle(check->ledger);
	ledger_add_anomaly(check->ledger, 0, a);
	ledger_add_anomaly(check->small, 0, a);
}

static inline void check_settled(void *context, uint32_t input, int64_t time_ns, uint64_t packets,
				 enum accounting bucket)
{
	struct flow_check *check = context;

	FUZZ_CHECK(input == 0 && time_ns <= check->now_ns && packets > 0);
	FUZZ_CHECK(bucket == ACCOUNT_AUDITED || bucket == ACCOUNT_FRAGMENT || bucket == ACCOUNT_ICMP_ERROR);
	check->settled[bucket] += packets;
}

static inline void check_open(void *context, const struct flow_open *o)
{
	struct flow_check *check = context;

	check_ends(&o->initiator, &o->responder);
	FUZZ_CHECK(o->confidence > CONFIDENCE_UNKNOWN && o->confidence < CONFIDENCE_COUNT);
	FUZZ_CHECK(o->last_ns <= check->now_ns);
	if (check->open_count < OPEN_MAX)
		check->open[check->open_count++] = *o;
}

/* Deltas come from here and go into the ledgers by both doors. */
static inline void flow_check_table(struct flow_check *check, uint64_t seed, uint64_t max_flows)
{
	const struct flow_options options = {.memory_bytes = 1 << 20,
					     .hash_seed = seed,
					     .max_flows = max_flows,
					     .carried = check->open,
					     .carried_count = check->open_count};
	struct flow_sink sink = {.context = check,
				 .delta = check_delta,
				 .record = check_record,
				 .anomaly = check_anomaly,
				 .settled = check_settled,
				 .open = check_open};
	struct err err;

	check->table = flow_table_new(&options, &sink, &err);
	check->open_count = 0;
	FUZZ_CHECK(check->table);
}

static inline void flow_check_init(struct flow_check *check, uint64_t seed, uint64_t max_flows)
{
	const struct ledger_options whole = {.hash_seed = seed},
				    small = {.memory_bytes = 4096, .hash_seed = seed};
	struct err err;

	/* Tables that live for a few packets only must not have huge pages zeroed for them. */
	(void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	*check = (struct flow_check){.now_ns = 0};
	check->ledger = ledger_new(&whole, &err);
	check->small = ledger_new(&small, &err);
	FUZZ_CHECK(check->ledger && check->small);
	FUZZ_CHECK(ledger_sensor(check->ledger, "local") == 0 && ledger_sensor(check->small, "local") == 0);
	flow_check_table(check, seed, max_flows);
}

static inline void flow_check_add(struct flow_check *check, enum decode_result result,
				  const struct packet_facts *facts)
{
	enum accounting bucket =
	    flow_table_add(check->table, result, facts, check->now_ns, 0, ++check->frame);

	FUZZ_CHECK(bucket == ACCOUNT_AUDITED || bucket == ACCOUNT_FRAGMENT || bucket == ACCOUNT_ICMP_ERROR);
	check->added[bucket]++;
}

/* Folded or not, a ledger holds every packet and every event. */
static inline void check_ledger(const struct flow_check *check, struct ledger *ledger)
{
	uint64_t packets[2] = {0, 0}, events[FLOW_EVENT_COUNT] = {0};
	const struct edge_row *rows;
	size_t count;

	ledger_sort(ledger);
	rows = ledger_edges(ledger, &count);
	for (size_t i = 0; i < count; i++) {
		FUZZ_CHECK(i == 0 || edge_key_compare(&rows[i - 1].key, &rows[i].key) < 0);
		packets[0] += rows[i].packets[0];
		packets[1] += rows[i].packets[1];
		for (unsigned k = 0; k < FLOW_EVENT_COUNT; k++)
			events[k] += rows[i].events[k];
	}
	FUZZ_CHECK(packets[0] == check->told[0] && packets[1] == check->told[1]);
	FUZZ_CHECK(memcmp(events, check->events, sizeof(events)) == 0);
}

/* Ends coverage and checks that all adds up. */
static inline void flow_check_finish(struct flow_check *check)
{
	flow_table_finish(check->table, check->now_ns);
	FUZZ_CHECK(flow_table_statistics(check->table).alive == 0);
	FUZZ_CHECK(check->told[0] + check->told[1] ==
		   check->added[ACCOUNT_AUDITED] + check->settled[ACCOUNT_AUDITED]);
	FUZZ_CHECK(check->recorded[0] + check->recorded[1] == check->told[0] + check->told[1]);
	FUZZ_CHECK(check->added[ACCOUNT_FRAGMENT] == check->settled[ACCOUNT_AUDITED] +
							 check->settled[ACCOUNT_FRAGMENT] +
							 check->settled[ACCOUNT_ICMP_ERROR]);
	check_ledger(check, check->ledger);
	check_ledger(check, check->small);
}

/* Coverage ends, and another table goes on from what was open. */
static inline void flow_check_renew(struct flow_check *check, uint64_t seed)
{
	flow_table_finish(check->table, check->now_ns);
	FUZZ_CHECK(flow_table_statistics(check->table).alive == 0);
	flow_table_free(check->table);
	flow_check_table(check, seed, 0);
	flow_table_start(check->table, check->now_ns);
}

static inline void flow_check_clear(struct flow_check *check)
{
	flow_table_free(check->table);
	ledger_free(check->ledger);
	ledger_free(check->small);
}

#endif
