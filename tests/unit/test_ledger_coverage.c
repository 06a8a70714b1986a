#include "base/mem.h"
#include "ledger_samples.h"
#include <criterion/criterion.h>

TestSuite(ledger_coverage, .timeout = 10);

static const int64_t minute = 60 * NSEC_PER_SEC;

Test(ledger_coverage, minutes_and_spans_of_one_stretch)
{
	struct ledger *ledger = sample_ledger(0, 1);
	int64_t start = bucket_start_ns(1000);
	const struct coverage_row *rows;
	const struct coverage_span *spans;
	size_t count;

	/* From within minute 13 of one bucket to within minute 1 of the next but one. */
	cr_assert_eq(ledger_cover(ledger, 0, start + 13 * minute + 1, start + 31 * minute + 1), 0);
	ledger_sort(ledger);
	rows = ledger_coverages(ledger, &count);
	cr_assert_eq(count, 3);
	cr_assert_eq(rows[0].minutes, 0x6000);
	cr_assert_eq(rows[1].minutes, 0x7FFF);
	cr_assert_eq(rows[2].minutes, 0x0003);
	spans = ledger_spans(ledger, &count);
	cr_assert_eq(count, 1);
	cr_assert_eq(spans[0].first_ns, start + 13 * minute + 1);
	cr_assert_eq(spans[0].last_ns, start + 31 * minute + 1);
	ledger_free(ledger);
}

Test(ledger_coverage, spans_that_touch_are_one_whatever_the_order)
{
	static const int64_t stretches[][2] = {{10, 20}, {30, 40}, {21, 25}, {26, 28}, {35, 50}, {12, 13}};
	const size_t total = sizeof(stretches) / sizeof(stretches[0]);

	for (size_t shift = 0; shift < total; shift++) {
		struct ledger *ledger = sample_ledger(0, 1);
		const struct coverage_span *spans;
		size_t count;

		for (size_t i = 0; i < total; i++) {
			const int64_t *stretch = stretches[(i + shift) % total];

			cr_assert_eq(ledger_cover(ledger, 4, stretch[0], stretch[1]), 0);
		}
		cr_assert_eq(ledger_cover(ledger, 5, 29, 29), 0);
		spans = ledger_spans(ledger, &count);
		cr_assert_eq(count, 3);
		cr_assert_eq(spans[0].first_ns, 10);
		cr_assert_eq(spans[0].last_ns, 28);
		cr_assert_eq(spans[1].first_ns, 30);
		cr_assert_eq(spans[1].last_ns, 50);
		cr_assert_eq(spans[2].sensor, 5);
		ledger_free(ledger);
	}
}

/* A hostile file spans centuries: rows are bounded, totals stay. */
Test(ledger_coverage, centuries_do_not_fill_the_memory)
{
	struct ledger *ledger = sample_ledger((size_t)1 << 20, 1);
	uint64_t packets = 0;
	const struct coverage_row *rows;
	size_t count;

	cr_assert_eq(ledger_cover(ledger, 0, 0, INT64_MAX), 0);
	for (int32_t bucket = 0; bucket < 100000; bucket++)
		ledger_coverage(ledger, 0, bucket * 50)->packets++;
	rows = ledger_coverages(ledger, &count);
	cr_assert_lt(count, 1000);
	for (size_t i = 0; i < count; i++)
		packets += rows[i].packets;
	cr_assert_eq(packets, 100000);
	cr_assert_lt(ledger_memory(ledger), (size_t)2 << 20);
	ledger_free(ledger);
}

Test(ledger_coverage, deltas_bring_health_and_duplicates)
{
	struct ledger *ledger = sample_ledger(0, 1);
	struct flow_delta delta = sample_delta(bucket_start_ns(1000), 0, 1);
	const struct coverage_row *row;
	size_t count;

	delta.health = (struct flow_health){1, 2, 3, 4, 5, 6};
	delta.duplicates = 7;
	ledger_add_delta(ledger, 0, &delta);
	ledger_add_delta(ledger, 0, &delta);
	row = ledger_coverages(ledger, &count);
	cr_assert_eq(count, 1);
	cr_assert_eq(row->health.tcp_bytes, 2);
	cr_assert_eq(row->health.acked_unseen_bytes, 4);
	cr_assert_eq(row->health.sided_flows, 6);
	cr_assert_eq(row->health.onesided_flows, 8);
	cr_assert_eq(row->health.evidence_cut, 10);
	cr_assert_eq(row->health.evicted, 12);
	cr_assert_eq(row->duplicates, 14);
	ledger_free(ledger);
}

Test(ledger_coverage, sensors_keep_their_numbers)
{
	struct ledger *ledger = sample_ledger(0, 1);

	cr_assert_eq(ledger_sensor(ledger, "b"), 0);
	cr_assert_eq(ledger_sensor(ledger, "a"), 1);
	cr_assert_eq(ledger_sensor(ledger, "b"), 0);
	cr_assert_str_eq(ledger_sensor_name(ledger, 1), "a");
	cr_assert_str_eq(ledger_sensor_name(ledger, 2), "");
	mem_fail_at(1);
	cr_assert_eq(ledger_sensor(ledger, "c"), -1);
	mem_fail_at(0);
	ledger_free(ledger);
}

Test(ledger_coverage, inputs_are_copied_and_replaced)
{
	struct ledger *ledger = sample_ledger(0, 1);
	char name[] = "a.pcap";
	struct input_record record = {.name = name, .fingerprint = "", .status = "complete", .packets = 3};
	const struct input_record *inputs;
	size_t count;

	cr_assert_eq(ledger_add_input(ledger, &record), 0);
	name[0] = 'x';
	inputs = ledger_inputs(ledger, &count);
	cr_assert_eq(count, 1);
	cr_assert_str_eq(inputs[0].name, "a.pcap");
	cr_assert_str_eq(inputs[0].error, "", "no text is the empty text");
	record.packets = 9;
	cr_assert_eq(ledger_set_input(ledger, 0, &record), 0);
	inputs = ledger_inputs(ledger, &count);
	cr_assert_str_eq(inputs[0].name, "x.pcap");
	cr_assert_eq(inputs[0].packets, 9);
	cr_assert_eq(ledger_set_input(ledger, 1, &record), -1);
	ledger_free(ledger);
	cr_assert_eq(mem_live(), 0);
}

Test(ledger_coverage, anomalies_add_up_by_their_ends)
{
	struct ledger *ledger = sample_ledger(0, 1);
	struct flow_anomaly anomaly = {.bucket = 3,
				       .kind = ANOMALY_FTP_BOUNCE,
				       .initiator = sample_host(0, 0, 1),
				       .responder = sample_host(0, 0, 2),
				       .third = sample_host(0, 0, 3),
				       .protocol = PROTO_TCP,
				       .responder_port = 21,
				       .evidence = {.time_ns = 9, .frame = 4, .input = 0}};
	const struct anomaly_row *rows;
	size_t count;

	ledger_add_anomaly(ledger, 0, &anomaly);
	anomaly.evidence.time_ns = 8;
	anomaly.evidence.frame = 3;
	ledger_add_anomaly(ledger, 0, &anomaly);
	anomaly.kind = ANOMALY_DIRECTION_CONFLICT;
	ledger_add_anomaly(ledger, 0, &anomaly);
	ledger_sort(ledger);
	rows = ledger_anomalies(ledger, &count);
	cr_assert_eq(count, 2);
	cr_assert_eq(rows[0].kind, ANOMALY_FTP_BOUNCE);
	cr_assert_eq(rows[0].count, 2);
	cr_assert_eq(rows[0].evidence.frame, 3);
	cr_assert_eq(rows[1].count, 1);
	ledger_free(ledger);
}

/* Bounce commands may name any third host: beyond the limit the ends are left out. */
Test(ledger_coverage, anomalies_are_bounded)
{
	struct ledger *ledger = sample_ledger(1, 1);
	const struct anomaly_row *rows;
	uint64_t total = 0;
	size_t count;

	for (int i = 0; i < 5000; i++) {
		struct flow_anomaly anomaly = {.bucket = 3,
					       .kind = ANOMALY_FTP_BOUNCE,
					       .third =
						   sample_host(0, (uint8_t)(i / 250), (uint8_t)(i % 250))};

		ledger_add_anomaly(ledger, 0, &anomaly);
	}
	rows = ledger_anomalies(ledger, &count);
	for (size_t i = 0; i < count; i++)
		total += rows[i].count;
	cr_assert_eq(total, 5000);
	cr_assert_leq(count, 20);
	ledger_free(ledger);
}
