#include "ledger_samples.h"
#include <criterion/criterion.h>

TestSuite(ledger_health, .timeout = 10);

static void check(const struct coverage_row *more, char grade, const char *reason)
{
	struct ledger *ledger = sample_ledger(0, 1);
	struct coverage_row *row = ledger_coverage(ledger, 0, 5);
	struct ledger_health health;

	row->packets = more->packets;
	row->dropped = more->dropped;
	row->clock_steps = more->clock_steps;
	row->snaplen_min = more->snaplen_min;
	row->health = more->health;
	row->duplicates = more->duplicates;
	row->folded = more->folded;
	row->forgotten = more->forgotten;
	memcpy(row->accounting, more->accounting, sizeof(row->accounting));
	health = ledger_health(ledger);
	cr_assert_eq(health.grade, grade, "%c is not %c", health.grade, grade);
	cr_assert_eq(health.reason_count, reason ? 1 : 0);
	if (reason)
		cr_assert_str_eq(health.reasons[0], reason);
	ledger_free(ledger);
}

Test(ledger_health, grades_by_drops)
{
	check(&(struct coverage_row){.packets = 1000}, 'A', NULL);
	check(&(struct coverage_row){.packets = 988, .dropped = 12}, 'D', "drops 1.2% (over 1%)");
	check(&(struct coverage_row){.packets = 990, .dropped = 10}, 'C', "drops 1.0% (over 0.2%)");
	check(&(struct coverage_row){.packets = 998, .dropped = 2}, 'B', "drops 0.2%");
	check(&(struct coverage_row){.packets = 1000000, .dropped = 1}, 'B', "drops under 0.1%");
}

/* What could not be read may have been anything: it weighs like what was never seen. */
Test(ledger_health, grades_by_what_could_not_be_read)
{
	static const enum accounting unread[] = {ACCOUNT_UNSUPPORTED, ACCOUNT_MALFORMED, ACCOUNT_TRUNCATED,
						 ACCOUNT_FRAGMENT};
	static const enum accounting known[] = {ACCOUNT_AUDITED, ACCOUNT_HOUSEKEEPING, ACCOUNT_NON_IP,
						ACCOUNT_ICMP_ERROR};
#define UNREAD "packets that could not be read (unsupported, malformed, cut, lone fragments) "

	for (size_t i = 0; i < sizeof(unread) / sizeof(unread[0]); i++) {
		struct coverage_row row = {.packets = 1000};

		row.accounting[unread[i]] = 51;
		check(&row, 'D', UNREAD "5.1% (over 5%)");
		row.accounting[unread[i]] = 50;
		check(&row, 'C', UNREAD "5.0% (over 1%)");
		row.accounting[unread[i]] = 10;
		check(&row, 'B', UNREAD "1.0%");
		row.accounting[ACCOUNT_FILTERED] = 900;
		check(&row, 'D', UNREAD "10.0% (over 5%)");
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct coverage_row row = {.packets = 1000};

		row.accounting[known[i]] = 1000;
		check(&row, 'A', NULL);
	}
}

Test(ledger_health, grades_by_what_flows_know)
{
	check(&(struct coverage_row){.health = {.tcp_bytes = 949, .acked_unseen_bytes = 51}}, 'D',
	      "TCP bytes acknowledged but never seen 5.1% (over 5%)");
	check(&(struct coverage_row){.health = {.tcp_bytes = 950, .acked_unseen_bytes = 50}}, 'C',
	      "TCP bytes acknowledged but never seen 5.0% (over 1%)");
	check(&(struct coverage_row){.health = {.tcp_bytes = 250, .acked_unseen_bytes = 750}}, 'D',
	      "TCP bytes acknowledged but never seen 75.0% (over 5%)");
	check(&(struct coverage_row){.health = {.tcp_bytes = 0, .acked_unseen_bytes = 50}}, 'D',
	      "TCP bytes acknowledged but never seen 100.0% (over 5%)");
	check(&(struct coverage_row){.health = {.sided_flows = 100, .onesided_flows = 51}}, 'D',
	      "TCP flows seen from one side only 51.0% (over 50%)");
	check(&(struct coverage_row){.health = {.sided_flows = 100, .onesided_flows = 50}}, 'C',
	      "TCP flows seen from one side only 50.0% (over 10%)");
	check(&(struct coverage_row){.health = {.sided_flows = 100, .onesided_flows = 10}}, 'B',
	      "TCP flows seen from one side only 10.0%");
	check(&(struct coverage_row){.health = {.evidence_cut = 2}}, 'B',
	      "2 payloads cut that could have told the direction");
	check(&(struct coverage_row){.health = {.evicted = 1}}, 'B', "1 flow ended early for want of memory");
}

Test(ledger_health, anything_else_above_nothing_is_b)
{
	check(&(struct coverage_row){.duplicates = 3}, 'B', "3 packets mirrored twice");
	check(&(struct coverage_row){.clock_steps = 1}, 'B', "1 clock step backwards");
	check(&(struct coverage_row){.folded = 9}, 'B', "9 rows folded for want of memory");
	check(&(struct coverage_row){.forgotten = 4}, 'B',
	      "4 fragments or announced connections forgotten for want of memory");
	check(&(struct coverage_row){.snaplen_min = 96}, 'B', "frames cut, the shortest to 96 bytes");
}

Test(ledger_health, sums_all_buckets_and_keeps_the_worst_grade)
{
	struct ledger *ledger = sample_ledger(0, 1);
	struct ledger_health health;

	ledger_coverage(ledger, 0, 5)->packets = 60;
	ledger_coverage(ledger, 0, 6)->packets = 39;
	ledger_coverage(ledger, 0, 6)->dropped = 1;
	ledger_coverage(ledger, 0, 6)->snaplen_min = 262144;
	ledger_coverage(ledger, 0, 7)->clock_steps = 2;
	ledger_coverage(ledger, 0, 7)->snaplen_min = 65535;
	health = ledger_health(ledger);
	cr_assert_eq(health.packets, 99);
	cr_assert_eq(health.dropped, 1);
	cr_assert_eq(health.clock_steps, 2);
	cr_assert_eq(health.snaplen_min, 65535);
	cr_assert_eq(health.grade, 'C');
	cr_assert_eq(health.reason_count, 3);
	ledger_free(ledger);
}

/* What it lacks nobody knows. Of one sensor it is not told: no input says which it is of. */
Test(ledger_health, a_capture_that_was_not_read_whole_is_b)
{
	struct ledger *ledger = sample_ledger(0, 1);
	struct input_record record = {.name = "a.pcap",
				      .fingerprint = "A",
				      .sha256 = "",
				      .format = "pcap",
				      .status = "cut",
				      .error = "cut short",
				      .trouble = true,
				      .unsupported = "",
				      .link_types = ""};

	ledger_coverage(ledger, 0, 5)->packets = 60;
	cr_assert_geq(ledger_add_input(ledger, &record), 0);
	struct ledger_health health = ledger_health(ledger);
	cr_expect_eq(health.grade, 'B');
	cr_assert_eq(health.reason_count, 1);
	cr_expect_str_eq(health.reasons[0], "1 capture not read whole");
	cr_expect_eq(ledger_sensor_health(ledger, 0).grade, 'A');
	ledger_free(ledger);
}
