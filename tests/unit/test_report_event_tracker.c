#include "report/events.h"
#include "report_testkit.h"
#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

TestSuite(report_event_tracker, .timeout = 10);

#define SEC NSEC_PER_SEC
#define NOW (SAMPLE_TIME_NS + 90000 * SEC)

/* What was told, a line an event: kind, first letters of the id, reason. */
struct told {
	struct sample sample;
	struct event_tracker *tracker;
	struct strbuf short_lines, lines;
};

static const char *text_at(const cJSON *root, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, name);

	return cJSON_IsString(item) ? item->valuestring : "-";
}

static void note(void *context, const struct event *event)
{
	struct told *told = context;
	cJSON *root = cJSON_Parse(event->line);

	cr_assert_not_null(root, "no JSON: %s", event->line);
	cr_assert_null(strchr(event->line, '\n'));
	cr_assert_null(strchr(event->text, '\n'));
	cr_assert_str_eq(text_at(root, "event"), event_kind_name(event->kind));
	strbuf_addf(&told->short_lines, "%s %.4s %s\n", event_kind_name(event->kind),
		    event->id ? event->id : "-", text_at(root, "reason"));
	strbuf_addf(&told->lines, "%s\n", event->line);
	cJSON_Delete(root);
}

static void told_open_limit(struct told *told, size_t limit)
{
	struct err err;

	*told = (struct told){.tracker = NULL};
	sample_open(&told->sample);
	const struct event_options options = {.sensor = "mirror-1",
					      .site_name = "Example HQ",
					      .limit = limit,
					      .hash_seed = 7,
					      .context = told,
					      .emit = note};
	told->tracker = event_tracker_new(&options, &err);
	cr_assert_not_null(told->tracker);
}

static void told_close(struct told *told)
{
	event_tracker_free(told->tracker);
	sample_close(&told->sample);
	strbuf_clear(&told->short_lines);
	strbuf_clear(&told->lines);
}

static void update_from(struct told *told, int64_t now_ns, int64_t window_from_ns)
{
	struct err err = {""};

	cr_assert_eq(event_tracker_update(told->tracker, &told->sample.result, told->sample.ledger, now_ns,
					  window_from_ns, &err),
		     0, "%s", err.text);
}

static void update(struct told *told, int64_t now_ns)
{
	update_from(told, now_ns, TIME_UNKNOWN);
}

/* What came since the last call. */
static void expect_told(struct told *told, const char *expected)
{
	cr_expect_str_eq(strbuf_text(&told->short_lines), expected, "told:\n%s",
			 strbuf_text(&told->short_lines));
	strbuf_clear(&told->short_lines);
	strbuf_clear(&told->lines);
}

static void expect_counts(const struct told *told, size_t standing, uint64_t first, uint64_t updated,
			  uint64_t cleared, uint64_t withdrawn)
{
	const struct event_counts counts = event_tracker_counts(told->tracker);

	cr_expect(counts.standing == standing && counts.told == first && counts.updated == updated &&
		      counts.cleared == cleared && counts.withdrawn == withdrawn,
		  "%zu standing, %" PRIu64 " told, %" PRIu64 " updated, %" PRIu64 " cleared, %" PRIu64
		  " withdrawn",
		  counts.standing, counts.told, counts.updated, counts.cleared, counts.withdrawn);
}

static const char all_told[] =
    "finding aaaa -\nfinding aaab -\nfinding bbbb -\nfinding cccc -\nfinding dddd -\n"
    "finding eeee -\nfinding ffff -\n";

/* Only finding KEPT of the sample stays. */
static void keep_one(struct told *told, size_t kept)
{
	told->sample.findings[0] = told->sample.findings[kept];
	told->sample.result.finding_count = 1;
}

Test(report_event_tracker, tells_each_finding_once)
{
	struct told told;

	told_open_limit(&told, 0);
	update(&told, NOW);
	expect_told(&told, all_told);
	update(&told, NOW + SEC);
	update(&told, NOW + 3600 * SEC);
	expect_told(&told, "");
	expect_counts(&told, 7, 7, 0, 0, 0);
	told_close(&told);
}

Test(report_event_tracker, updates_at_most_once_an_interval)
{
	struct told told;

	told_open_limit(&told, 0);
	keep_one(&told, 0);
	update(&told, NOW);
	expect_told(&told, "finding aaaa -\n");
	told.sample.findings[0].packets++;
	update(&told, NOW + 59 * SEC);
	expect_told(&told, "");
	told.sample.findings[0].packets++;
	update(&told, NOW + 60 * SEC);
	cr_expect(strstr(strbuf_text(&told.lines), "\"packets\":1236"), "%s", strbuf_text(&told.lines));
	expect_told(&told, "update aaaa -\n");
	update(&told, NOW + 600 * SEC);
	expect_told(&told, "");
	told.sample.findings[0].exception = "EX-9";
	update(&told, NOW + 661 * SEC);
	cr_expect(strstr(strbuf_text(&told.lines), "\"exception\":\"EX-9\""));
	expect_told(&told, "update aaaa -\n");
	expect_counts(&told, 1, 1, 2, 0, 0);
	told_close(&told);
}

Test(report_event_tracker, likely_ones_wait_five_seconds_and_proven_ones_do_not)
{
	struct told told;

	told_open_limit(&told, 0);
	keep_one(&told, 0);
	told.sample.findings[0].first_ns = NOW;
	told.sample.findings[0].confidence = CONFIDENCE_LIKELY;
	update(&told, NOW + SEC);
	update(&told, NOW + 5 * SEC - 1);
	expect_told(&told, "");
	update(&told, NOW + 5 * SEC);
	expect_told(&told, "finding aaaa -\n");
	memcpy(told.sample.findings[0].id, "1234", 4);
	told.sample.findings[0].confidence = CONFIDENCE_PROVEN;
	told.sample.findings[0].first_ns = NOW + 6 * SEC;
	update(&told, NOW + 6 * SEC);
	expect_told(&told, "finding 1234 -\nwithdrawn aaaa replaced\n");
	told_close(&told);
}

Test(report_event_tracker, attempts_wait_until_they_are_settled)
{
	struct told told;

	told_open_limit(&told, 0);
	keep_one(&told, 0);
	told.sample.findings[0].outcome = "pending";
	told.sample.findings[0].last_ns = NOW;
	update(&told, NOW);
	update(&told, NOW + 50 * SEC);
	expect_told(&told, "");
	told.sample.findings[0].outcome = "unanswered";
	update(&told, NOW + 61 * SEC);
	expect_told(&told, "finding aaaa -\n");
	told_close(&told);
}

/* A gap came in between: nobody will ever know. The same at the end. */
Test(report_event_tracker, attempts_that_are_never_settled_are_told_as_they_are)
{
	for (int ends = 0; ends < 2; ends++) {
		struct told told;

		told_open_limit(&told, 0);
		keep_one(&told, 0);
		told.sample.findings[0].outcome = "pending";
		told.sample.findings[0].last_ns = NOW;
		update(&told, NOW + 79 * SEC);
		expect_told(&told, "");
		if (ends)
			event_tracker_ending(told.tracker);
		update(&told, NOW + (ends ? 79 : 80) * SEC);
		expect_told(&told, "finding aaaa -\n");
		told_close(&told);
	}
}

/* Likely ones wait five seconds; at the end there is nothing left to wait for. */
Test(report_event_tracker, at_the_end_likely_ones_are_told_at_once)
{
	struct told told;

	told_open_limit(&told, 0);
	keep_one(&told, 0);
	told.sample.findings[0].confidence = CONFIDENCE_LIKELY;
	told.sample.findings[0].first_ns = NOW - SEC;
	update(&told, NOW);
	expect_told(&told, "");
	event_tracker_ending(told.tracker);
	update(&told, NOW);
	expect_told(&told, "finding aaaa -\n");
	told_close(&told);
}

Test(report_event_tracker, what_was_missing_is_cleared_and_told_anew_when_it_fails_again)
{
	struct told told;

	told_open_limit(&told, 0);
	keep_one(&told, 2);
	update(&told, NOW);
	expect_told(&told, "finding bbbb -\n");
	told.sample.result.finding_count = 0;
	update(&told, NOW + SEC);
	expect_told(&told, "cleared bbbb recovered\n");
	expect_counts(&told, 0, 1, 0, 1, 0);
	told.sample.result.finding_count = 1;
	update(&told, NOW + 2 * SEC);
	expect_told(&told, "finding bbbb -\n");
	expect_counts(&told, 1, 2, 0, 1, 0);
	told_close(&told);
}

Test(report_event_tracker, missing_that_can_no_longer_be_seen_is_withdrawn_and_not_cleared)
{
	struct told told;

	told_open_limit(&told, 0);
	keep_one(&told, 2);
	update(&told, NOW);
	told.sample.result.finding_count = 0;
	for (size_t i = 0; i < SAMPLE_RULES; i++) {
		if (strcmp(told.sample.said[i].id, told.sample.findings[0].rule) == 0) {
			told.sample.rules[i].state = STATE_NOT_OBSERVABLE;
			told.sample.rules[i].reason = "health D";
		}
	}
	update(&told, NOW + SEC);
	cr_expect(strstr(strbuf_text(&told.lines), "can no longer be observed: health D"), "%s",
		  strbuf_text(&told.lines));
	expect_told(&told, "finding bbbb -\nwithdrawn bbbb not-observable\n");
	told_close(&told);
}

Test(report_event_tracker, what_aged_out_of_the_window_is_told_no_more_and_known_when_it_returns)
{
	struct told told;

	told_open_limit(&told, 0);
	keep_one(&told, 0);
	update(&told, NOW);
	expect_told(&told, "finding aaaa -\n");
	told.sample.result.finding_count = 0;
	update_from(&told, NOW + SEC, told.sample.findings[0].last_ns + 1);
	expect_told(&told, "");
	expect_counts(&told, 0, 1, 0, 0, 0);
	told.sample.result.finding_count = 1;
	update(&told, NOW + 61 * SEC);
	expect_told(&told, "update aaaa -\n");
	expect_counts(&told, 1, 1, 1, 0, 0);
	told_close(&told);
}

/* The row of one flow between the wrong-direction finding's hosts, opened by the one that it says was
 * addressed. */
static void add_turned_row(struct told *told, bool turned)
{
	const struct audit_finding *finding = &told->sample.findings[0];
	struct edge_row row = {.key = {.bucket = time_bucket(NOW),
				       .initiator = finding->responder.address,
				       .responder = finding->initiator.address,
				       .protocol = PROTO_TCP,
				       .basis = DIRECTION_HANDSHAKE,
				       .confidence = CONFIDENCE_PROVEN,
				       .responder_port = 3871},
			       .first_ns = NOW,
			       .last_ns = NOW};

	if (!turned) {
		row.key.initiator = finding->initiator.address;
		row.key.responder = finding->responder.address;
	}
	ledger_add_edge(told->sample.ledger, &row);
	ledger_sort(told->sample.ledger);
}

Test(report_event_tracker, withdrawn_says_that_the_other_end_opened_it)
{
	struct told told;

	told_open_limit(&told, 0);
	keep_one(&told, 0);
	update(&told, NOW);
	told.sample.result.finding_count = 0;
	add_turned_row(&told, true);
	update(&told, NOW + SEC);
	cr_expect(strstr(strbuf_text(&told.lines),
			 "later packets show that 10.0.0.5 opened it (handshake, proven)"),
		  "%s", strbuf_text(&told.lines));
	expect_told(&told, "finding aaaa -\nwithdrawn aaaa direction\n");
	expect_counts(&told, 0, 1, 0, 0, 1);
	told_close(&told);
}

Test(report_event_tracker, withdrawn_says_that_it_was_judged_anew_or_folded)
{
	struct told told;

	told_open_limit(&told, 0);
	keep_one(&told, 0);
	update(&told, NOW);
	told.sample.result.finding_count = 0;
	update(&told, NOW + SEC);
	expect_told(&told, "finding aaaa -\nwithdrawn aaaa folded\n");
	told.sample.result.finding_count = 1;
	update(&told, NOW + 70 * SEC);
	told.sample.result.finding_count = 0;
	add_turned_row(&told, false);
	update(&told, NOW + 71 * SEC);
	expect_told(&told, "finding aaaa -\nwithdrawn aaaa judged-anew\n");
	told_close(&told);
}

Test(report_event_tracker, other_files_withdraw_everything_that_they_do_not_find)
{
	struct told told;

	told_open_limit(&told, 0);
	update(&told, NOW);
	expect_told(&told, all_told);
	keep_one(&told, 1);
	event_tracker_files_changed(told.tracker);
	update(&told, NOW + SEC);
	expect_told(
	    &told,
	    "withdrawn aaaa files-changed\nwithdrawn bbbb files-changed\nwithdrawn cccc files-changed\n"
	    "withdrawn dddd files-changed\nwithdrawn eeee files-changed\nwithdrawn ffff files-changed\n");
	expect_counts(&told, 1, 7, 0, 0, 6);
	told_close(&told);
}

Test(report_event_tracker, findings_of_one_id_are_told_apart)
{
	struct told told;

	told_open_limit(&told, 0);
	keep_one(&told, 0);
	told.sample.findings[1] = told.sample.findings[0];
	told.sample.findings[1].exception = "EX-7";
	told.sample.result.finding_count = 2;
	update(&told, NOW);
	expect_told(&told, "finding aaaa -\nfinding aaaa -\n");
	update(&told, NOW + 100 * SEC);
	expect_told(&told, "");
	expect_counts(&told, 2, 2, 0, 0, 0);
	told_close(&told);
}

Test(report_event_tracker, without_room_it_counts_and_makes_room_of_what_ended)
{
	struct told told;

	told_open_limit(&told, 4);
	update(&told, NOW);
	expect_told(&told, "finding aaaa -\nfinding aaab -\nfinding bbbb -\nfinding cccc -\n");
	cr_expect_eq(event_tracker_counts(told.tracker).untracked, 3);
	told.sample.result.finding_count = 0;
	event_tracker_files_changed(told.tracker);
	update(&told, NOW + SEC);
	strbuf_clear(&told.short_lines);
	told.sample.findings[0] = told.sample.findings[5];
	told.sample.result.finding_count = 1;
	update(&told, NOW + 2 * SEC);
	expect_told(&told, "finding eeee -\n");
	cr_expect_eq(event_tracker_counts(told.tracker).untracked, 0);
	told_close(&told);
}

Test(report_event_tracker, a_line_has_the_finding_as_a_report_has_it)
{
	struct told told;

	told_open_limit(&told, 0);
	keep_one(&told, 0);
	update(&told, NOW);
	struct strbuf report = sample_json(&told.sample);
	cJSON *whole = cJSON_Parse(report.text), *line = cJSON_Parse(strbuf_text(&told.lines));
	const cJSON *finding = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(whole, "findings"), 0);
	cr_expect(cJSON_Compare(finding, cJSON_GetObjectItemCaseSensitive(line, "finding"), true));
	cr_expect_str_eq(text_at(line, "schema"), "tapaudit.event/1");
	cr_expect_str_eq(text_at(line, "sensor"), "mirror-1");
	cr_expect_str_eq(text_at(line, "site"), "Example HQ");
	cr_expect_str_eq(text_at(line, "time"), "2026-11-19T09:00:00.000000000Z");
	cJSON_Delete(whole);
	cJSON_Delete(line);
	strbuf_clear(&report);
	told_close(&told);
}

struct starved {
	struct sample *sample;
	size_t events;
	bool reached;
};

static void count_event(void *context, const struct event *event)
{
	struct starved *starved = context;

	starved->events += event->kind == EVENT_FINDING;
}

static int track(struct strbuf *out, void *context, struct err *err)
{
	struct starved *starved = context;
	const struct event_options options = {
	    .sensor = "a", .site_name = "b", .context = context, .emit = count_event};
	struct event_tracker *tracker = event_tracker_new(&options, err);

	strbuf_add(out, "x");
	if (!tracker)
		return -1;
	starved->events = 0;
	int status = event_tracker_update(tracker, &starved->sample->result, starved->sample->ledger, NOW,
					  TIME_UNKNOWN, err);
	/* Whatever memory failed: the next call tells the rest, and nothing twice. */
	starved->reached = mem_fail_reached();
	mem_fail_at(0);
	struct err second;
	bool told_all = event_tracker_update(tracker, &starved->sample->result, starved->sample->ledger, NOW,
					     TIME_UNKNOWN, &second) == 0 &&
			starved->events == SAMPLE_FINDINGS;
	cr_expect(told_all, "%zu told", starved->events);
	event_tracker_free(tracker);
	return status;
}

Test(report_event_tracker, what_memory_failed_is_told_by_the_next_call)
{
	struct sample sample;
	struct err err;

	sample_open(&sample);
	for (uint64_t nth = 1;; nth++) {
		struct starved starved = {.sample = &sample};
		struct strbuf out = {0};
		size_t live = mem_live();

		mem_fail_at(nth);
		int status = track(&out, &starved, &err);
		bool reached = starved.reached || mem_fail_reached();
		mem_fail_at(0);
		strbuf_clear(&out);
		cr_assert_eq(mem_live(), live);
		if (status == 0 && !reached)
			break;
		cr_assert_lt(nth, 5000);
	}
	sample_close(&sample);
}
