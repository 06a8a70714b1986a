#include "audit/work.h"
#include <criterion/criterion.h>

TestSuite(audit_timeline, .timeout = 10);

/* Rows in the ledger's order: by sensor, then by bucket. */
static const struct edge_row rows[] = {
    {.key = {.sensor = 0, .bucket = 5}, .events = {[FLOW_OPENED] = 2, [FLOW_CONTINUED] = 1}},
    {.key = {.sensor = 0, .bucket = 5}, .events = {[FLOW_OPENED] = 4}},
    {.key = {.sensor = 0, .bucket = 5}, .events = {[FLOW_OPENED] = 10}},
    {.key = {.sensor = 0, .bucket = 9}, .packets = {7, 7}}, /* a connection that goes on */
    {.key = {.sensor = 1, .bucket = 4}, .events = {[FLOW_OPENED] = 1}},
    {.key = {.sensor = 1, .bucket = 5}, .events = {[FLOW_OPENED] = 5}},
    {.key = {.sensor = 1, .bucket = 5}, .events = {[FLOW_OPENED] = 1}},
};
static const enum edge_verdict verdicts[] = {
    VERDICT_DOCUMENTED, VERDICT_DOCUMENTED, VERDICT_UNEXPECTED,      VERDICT_WRONG_DIRECTION,
    VERDICT_DOCUMENTED, VERDICT_DOCUMENTED, VERDICT_WRONG_DIRECTION,
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static void build(struct audit_result *result, size_t count)
{
	const struct ledger_options options = {.hash_seed = 1};
	struct ledger *ledger = ledger_new(&options, NULL);
	struct judged_edge edges[ROWS];
	struct audit_work work = {.result = result, .arena = &result->arena, .ledger = ledger};

	for (size_t i = 0; i < count; i++) {
		struct edge_row row = rows[i];

		row.key.responder_port = (uint16_t)i;
		ledger_add_edge(ledger, &row);
		edges[i] = (struct judged_edge){.row = i, .verdict = verdicts[i]};
	}
	ledger_sort(ledger);
	work.judged.edges = edges;
	work.judged.edge_count = work.row_count = count;
	timeline_build(&work);
	cr_assert(!work.failed);
	ledger_free(ledger);
}

static void expect_bucket(const struct audit_bucket *bucket, int32_t number, uint64_t documented,
			  uint64_t unexpected, uint64_t wrong)
{
	struct audit_bucket expected = {.bucket = number};

	expected.flows[VERDICT_DOCUMENTED] = documented;
	expected.flows[VERDICT_UNEXPECTED] = unexpected;
	expected.flows[VERDICT_WRONG_DIRECTION] = wrong;
	cr_expect_eq(bucket->bucket, number);
	cr_expect_arr_eq(bucket->flows, expected.flows, sizeof expected.flows);
}

Test(audit_timeline, adds_rows_and_takes_the_most_of_several_sensors)
{
	struct audit_result result = {0};

	build(&result, ROWS);
	cr_assert_eq(result.timeline_count, 3);
	expect_bucket(&result.timeline[0], 4, 1, 0, 0);
	expect_bucket(&result.timeline[1], 5, 7, 10, 1);
	expect_bucket(&result.timeline[2], 9, 0, 0, 1);
	arena_clear(&result.arena);
}

Test(audit_timeline, an_empty_ledger_has_none)
{
	struct audit_result result = {0};

	build(&result, 0);
	cr_expect_eq(result.timeline_count, 0);
	arena_clear(&result.arena);
}
