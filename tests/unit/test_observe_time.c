#include "observe_samples.h"

TestSuite(observe_time, .timeout = 10);

static const int64_t t0 = INT64_C(1700000100) * NSEC_PER_SEC; /* a bucket begins here */
static const int64_t sec = NSEC_PER_SEC;
static const int64_t day = INT64_C(86400) * NSEC_PER_SEC;

/* One filler at each of the times, which end with -1. */
static void write_times(const struct sample_folder *folder, const char *name, const int64_t *times)
{
	FILE *file = pcap_begin(folder, name, SAMPLE_ETHERNET, 65535);

	for (; *times >= 0; times++)
		pcap_filler(file, *times);
	cr_assert_eq(fclose(file), 0);
}

static void check_spans(const struct ledger *ledger, const int64_t (*expected)[2], size_t expected_count)
{
	size_t count;
	const struct coverage_span *spans = ledger_spans(ledger, &count);

	cr_assert_eq(count, expected_count, "%zu spans", count);
	for (size_t i = 0; i < count; i++) {
		cr_assert_eq(spans[i].first_ns, expected[i][0]);
		cr_assert_eq(spans[i].last_ns, expected[i][1]);
	}
}

/* Writes a.pcap and b.pcap, runs them in both orders and wants these spans. */
static void check_two(const int64_t *a, const int64_t *b, const int64_t (*expected)[2], size_t expected_count)
{
	static const char *const orders[][2] = {{"a.pcap", "b.pcap"}, {"b.pcap", "a.pcap"}};
	struct sample_folder folder;

	folder_make(&folder);
	write_times(&folder, "a.pcap", a);
	write_times(&folder, "b.pcap", b);
	for (size_t i = 0; i < 2; i++) {
		struct ledger *ledger = sample_observe(&folder, orders[i], 2, NULL);

		check_spans(ledger, expected, expected_count);
		cr_assert_eq(ledger_health(ledger).clock_steps, 0);
		(void)check_accounting(ledger);
		ledger_free(ledger);
	}
	folder_remove(&folder);
}

Test(observe_time, a_file_that_follows_an_hour_later_leaves_a_gap)
{
	const int64_t a[] = {t0, t0 + 10 * sec, -1};
	const int64_t b[] = {t0 + 3600 * sec, t0 + 3610 * sec, -1};
	const int64_t expected[][2] = {{t0, t0 + 10 * sec}, {t0 + 3600 * sec, t0 + 3610 * sec}};

	check_two(a, b, expected, 2);
}

Test(observe_time, files_are_read_in_order_of_their_first_packet)
{
	static const char *const names[] = {"b.pcap", "c.pcap", "a.pcap"};
	const int64_t a[] = {t0, t0 + sec, -1};
	const int64_t b[] = {t0 + 10 * sec, t0 + 11 * sec, -1};
	const int64_t c[] = {t0 + 20 * sec, t0 + 21 * sec, -1};
	const int64_t expected[][2] = {
	    {t0, t0 + sec}, {t0 + 10 * sec, t0 + 11 * sec}, {t0 + 20 * sec, t0 + 21 * sec}};
	struct sample_folder folder;
	struct ledger *ledger;

	folder_make(&folder);
	write_times(&folder, "a.pcap", a);
	write_times(&folder, "b.pcap", b);
	write_times(&folder, "c.pcap", c);
	ledger = sample_observe(&folder, names, 3, NULL);
	check_spans(ledger, expected, 3);
	ledger_free(ledger);
	folder_remove(&folder);
}

static void keep_start(void *context, const struct flow_record *record)
{
	struct frame_ref *start = context;

	if (record->initiator_port == 40001 || record->responder_port == 40001)
		*start = record->start;
}

/* Also once an input has ended and the others have changed places. */
Test(observe_time, equal_stamps_go_by_the_order_of_the_inputs)
{
	static const char *const names[] = {"a.pcap", "b.pcap", "c.pcap"};
	const struct sample_segment late = {1, 2, 40001, 443, TCP_ACK, 1, 1};
	struct frame_ref start = {.input = 9};
	const struct observe_options options = {.context = &start, .record = keep_start};
	struct sample_folder folder;
	struct ledger *ledger;

	folder_make(&folder);
	for (size_t i = 0; i < 3; i++) {
		FILE *file = pcap_begin(&folder, names[i], SAMPLE_ETHERNET, 65535);

		pcap_filler(file, t0);
		if (i > 0) {
			/* The last one comes to the tie from before it, with its packet in the same batch. */
			pcap_filler(file, t0 + (int64_t)i * sec / 2);
			pcap_segment(file, t0 + 2 * sec, &late);
		}
		cr_assert_eq(fclose(file), 0);
	}
	ledger = sample_observe(&folder, names, 3, &options);
	cr_assert_eq(start.input, 1);
	cr_assert_eq(start.frame, 3);
	ledger_free(ledger);
	folder_remove(&folder);
}

/* A SYN shortly before the end of what was covered may have been answered later: pending. Long before it:
 * expired. */
Test(observe_time, the_flow_table_hears_of_gaps)
{
	static const char *const names[] = {"a.pcap", "b.pcap"};
	const int64_t b[] = {t0 + 3600 * sec, t0 + 3700 * sec, -1};
	struct sample_folder folder;
	struct ledger *ledger;
	uint64_t expired = 0;
	uint64_t opened = 0;
	const struct edge_row *rows;
	size_t count;
	FILE *file;

	folder_make(&folder);
	file = pcap_begin(&folder, "a.pcap", SAMPLE_ETHERNET, 65535);
	pcap_segment(file, t0, &(struct sample_segment){3, 4, 50000, 80, TCP_SYN, 5, 0});
	pcap_segment(file, t0 + 290 * sec, &(struct sample_segment){3, 4, 50001, 80, TCP_SYN, 5, 0});
	pcap_filler(file, t0 + 300 * sec);
	cr_assert_eq(fclose(file), 0);
	write_times(&folder, "b.pcap", b);
	ledger = sample_observe(&folder, names, 2, NULL);
	rows = ledger_edges(ledger, &count);
	for (size_t i = 0; i < count; i++) {
		if (rows[i].key.responder_port != 80)
			continue;
		opened += rows[i].events[FLOW_OPENED];
		expired += rows[i].events[FLOW_EXPIRED];
	}
	cr_assert_eq(opened, 2);
	cr_assert_eq(expired, 1);
	ledger_free(ledger);
	folder_remove(&folder);
}

static void pcap_datagram(FILE *file, int64_t time_ns, uint16_t src_port)
{
	uint8_t b[46] = {2,
			 0,
			 0,
			 0,
			 0,
			 4,
			 2,
			 0,
			 0,
			 0,
			 0,
			 3,
			 8,
			 0,
			 0x45,
			 0,
			 0,
			 32,
			 [22] = 64,
			 PROTO_UDP,
			 [26] = 10,
			 0,
			 0,
			 3,
			 10,
			 0,
			 0,
			 4,
			 [36] = 50000 >> 8,
			 50000 & 0xFF,
			 0,
			 12};

	b[34] = (uint8_t)(src_port >> 8);
	b[35] = (uint8_t)src_port;
	pcap_frame(file, time_ns, b, sizeof(b));
}

/* After a minute of covered time a first datagram opened; after a step of over a minute nobody can say so. */
Test(observe_time, the_flow_table_hears_of_steps)
{
	static const char *const names[] = {"a.pcap"};
	static const int64_t sizes_sec[] = {0, 59, 61};

	for (size_t i = 0; i < 3; i++) {
		struct sample_folder folder;
		struct ledger *ledger;
		const struct edge_row *rows;
		size_t count;
		FILE *file;
		uint8_t basis = DIRECTION_COUNT;

		folder_make(&folder);
		file = pcap_begin(&folder, "a.pcap", SAMPLE_ETHERNET, 65535);
		pcap_filler(file, t0);
		pcap_filler(file, t0 + 100 * sec);
		pcap_filler(file, t0 + (100 - sizes_sec[i]) * sec);
		pcap_datagram(file, t0 + 101 * sec, 50001);
		cr_assert_eq(fclose(file), 0);
		ledger = sample_observe(&folder, names, 1, NULL);
		rows = ledger_edges(ledger, &count);
		for (size_t row = 0; row < count; row++)
			if (rows[row].key.protocol == PROTO_UDP)
				basis = rows[row].key.basis;
		cr_assert_eq(basis, sizes_sec[i] > 60 ? DIRECTION_NONE : DIRECTION_QUIET, "%s after %d s",
			     direction_name(basis), (int)sizes_sec[i]);
		ledger_free(ledger);
		folder_remove(&folder);
	}
}

Test(observe_time, files_that_overlap_or_follow_at_once_leave_none)
{
	const int64_t a[] = {t0, t0 + 10 * sec, -1};
	const int64_t overlapping[] = {t0 + 5 * sec, t0 + 30 * sec, -1};
	const int64_t within[] = {t0 + 5 * sec, t0 + 6 * sec, -1};
	const int64_t following[] = {t0 + 11 * sec, t0 + 30 * sec, -1};
	const int64_t late[] = {t0 + 11 * sec + 1, t0 + 30 * sec, -1};
	const int64_t both[][2] = {{t0, t0 + 30 * sec}};
	const int64_t first[][2] = {{t0, t0 + 10 * sec}};
	const int64_t apart[][2] = {{t0, t0 + 10 * sec}, {t0 + 11 * sec + 1, t0 + 30 * sec}};

	check_two(a, overlapping, both, 1);
	check_two(a, within, first, 1);
	check_two(a, following, both, 1);
	check_two(a, late, apart, 2);
}

Test(observe_time, a_jump_of_over_a_day_is_a_gap_unless_another_file_covers_it)
{
	const int64_t jump[] = {t0, t0 + 1 * sec, t0 + 1 * sec + day + 1, -1};
	const int64_t no_jump[] = {t0, t0 + 1 * sec, t0 + 1 * sec + day, -1};
	const int64_t inside[] = {t0, t0 + 2 * sec, -1};
	const int64_t across[] = {t0, t0 + day / 2, t0 + day, t0 + 2 * day, -1};
	const int64_t apart[][2] = {{t0, t0 + 2 * sec}, {t0 + 1 * sec + day + 1, t0 + 1 * sec + day + 1}};
	const int64_t whole[][2] = {{t0, t0 + 1 * sec + day}};
	const int64_t covered[][2] = {{t0, t0 + 2 * day}};

	check_two(jump, inside, apart, 2);
	check_two(no_jump, inside, whole, 1);
	check_two(jump, across, covered, 1);
}

Test(observe_time, a_clock_that_goes_back_stands_still)
{
	static const char *const names[] = {"a.pcap"};
	const int64_t times[] = {t0 + 1000 * sec, t0 + 10 * sec,   t0 + 5 * sec,
				 t0 + 20 * sec,   t0 + 1001 * sec, -1};
	const int64_t expected[][2] = {{t0 + 1000 * sec, t0 + 1001 * sec}};
	struct sample_folder folder;
	struct ledger *ledger;
	const struct coverage_row *rows;
	size_t count;

	folder_make(&folder);
	write_times(&folder, "a.pcap", times);
	ledger = sample_observe(&folder, names, 1, NULL);
	check_spans(ledger, expected, 1);
	rows = ledger_coverages(ledger, &count);
	cr_assert_eq(count, 1);
	cr_assert_eq(rows[0].bucket, time_bucket(t0 + 1000 * sec));
	cr_assert_eq(rows[0].packets, 5);
	cr_assert_eq(rows[0].clock_steps, 2);
	ledger_free(ledger);
	folder_remove(&folder);
}

Test(observe_time, packets_count_in_the_bucket_of_their_time)
{
	static const char *const names[] = {"a.pcap"};
	const int64_t times[] = {t0, t0 + 899 * sec, t0 + 900 * sec, t0 + 2700 * sec, -1};
	static const uint64_t packets[] = {2, 1, 0, 1};
	static const uint16_t minutes[] = {0x7FFF, 0x7FFF, 0x7FFF, 0x0001};
	struct sample_folder folder;
	struct ledger *ledger;
	const struct coverage_row *rows;
	size_t count;

	folder_make(&folder);
	write_times(&folder, "a.pcap", times);
	ledger = sample_observe(&folder, names, 1, NULL);
	rows = ledger_coverages(ledger, &count);
	cr_assert_eq(count, 4);
	for (size_t i = 0; i < 4; i++) {
		cr_assert_eq(rows[i].bucket, time_bucket(t0) + (int32_t)i);
		cr_assert_eq(rows[i].packets, packets[i]);
		cr_assert_eq(rows[i].minutes, minutes[i]);
	}
	cr_assert_eq(check_accounting(ledger), 4);
	ledger_free(ledger);
	folder_remove(&folder);
}

/* Two packets a bucket, dealt out to many files: were one taken late, it would count in a later
 * bucket. */
Test(observe_time, many_files_at_once_are_merged_packet_by_packet)
{
	enum { FILES = 70, PACKETS = 4500, PER_BUCKET = 2 };
	static char texts[FILES][16];
	const char *names[FILES];
	FILE *files[FILES];
	struct sample_folder folder;
	struct ledger *ledger;
	const struct coverage_row *rows;
	size_t count;

	folder_make(&folder);
	for (size_t i = 0; i < FILES; i++) {
		(void)snprintf(texts[i], sizeof(texts[i]), "%zu.pcap", i);
		names[i] = texts[i];
		files[i] = pcap_begin(&folder, names[i], SAMPLE_ETHERNET, 65535);
	}
	for (uint32_t i = 0; i < PACKETS; i++)
		pcap_filler(files[(i * 2654435761U >> 16) % FILES], t0 + (int64_t)i * 450 * sec);
	for (size_t i = 0; i < FILES; i++)
		cr_assert_eq(fclose(files[i]), 0);
	ledger = sample_observe(&folder, names, FILES, NULL);
	rows = ledger_coverages(ledger, &count);
	cr_assert_eq(count, PACKETS / PER_BUCKET);
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(rows[i].packets, PER_BUCKET, "bucket %zu has %zu", i, (size_t)rows[i].packets);
	cr_assert_eq(check_accounting(ledger), PACKETS);
	cr_assert_eq(ledger_health(ledger).clock_steps, 0);
	ledger_free(ledger);
	folder_remove(&folder);
}

static uint32_t shortest_cut(const uint32_t lengths[3], const uint32_t cut[3])
{
	static const char *const names[] = {"a.pcap", "b.pcap", "c.pcap"};
	static const uint8_t frame[400];
	uint32_t shortest;
	struct sample_folder folder;
	struct ledger *ledger;

	folder_make(&folder);
	for (size_t i = 0; i < 3; i++) {
		FILE *file = pcap_begin(&folder, names[i], SAMPLE_ETHERNET, lengths[i]);

		put32(file, (uint32_t)(t0 / NSEC_PER_SEC));
		put32(file, (uint32_t)i);
		put32(file, (uint32_t)sizeof(frame) - cut[i]);
		put32(file, sizeof(frame));
		cr_assert_eq(fwrite(frame, 1, sizeof(frame) - cut[i], file), sizeof(frame) - cut[i]);
		cr_assert_eq(fclose(file), 0);
	}
	ledger = sample_observe(&folder, names, 3, NULL);
	shortest = ledger_health(ledger).snaplen_min;
	ledger_free(ledger);
	folder_remove(&folder);
	return shortest;
}

/* What the header of a file allows says nothing: frames that were cut do, also where the header states no
 * limit. */
Test(observe_time, the_shortest_frame_that_was_cut_is_kept)
{
	static const uint32_t low[] = {65535, 400, 1000}, none[] = {0, 0, 0};

	cr_expect_eq(shortest_cut(low, none), 0);
	cr_expect_eq(shortest_cut(none, (const uint32_t[]){0, 1, 300}), 100);
	cr_expect_eq(shortest_cut(low, (const uint32_t[]){10, 0, 1}), 390);
}

static void put_block(FILE *file, uint32_t type, const uint32_t *words, uint32_t count)
{
	put32(file, type);
	put32(file, 12 + 4 * count);
	for (uint32_t i = 0; i < count; i++)
		put32(file, words[i]);
	put32(file, 12 + 4 * count);
}

/* pcapng simple packet blocks carry no time: they take the previous packet's, the first ones the input's
 * first. */
Test(observe_time, packets_without_time_take_the_previous_one)
{
	static const char *const names[] = {"a.pcapng"};
	const uint64_t usec = (uint64_t)t0 / 1000;
	const uint32_t section[] = {0x1A2B3C4D, 1, 0xFFFFFFFF, 0xFFFFFFFF};
	const uint32_t interface[] = {SAMPLE_USER0, 65535};
	const uint32_t simple[] = {4, 0};
	const uint32_t early[] = {0, (uint32_t)(usec >> 32), (uint32_t)usec, 4, 4, 0};
	const uint32_t late[] = {0, (uint32_t)((usec + 900000000) >> 32), (uint32_t)(usec + 900000000), 4, 4,
				 0};
	struct sample_folder folder;
	struct ledger *ledger;
	const struct coverage_row *rows;
	char path[SAMPLE_PATH * 2];
	FILE *file;
	size_t count;

	folder_make(&folder);
	(void)snprintf(path, sizeof(path), "%s/a.pcapng", folder.path);
	file = fopen(path, "wb");
	cr_assert_not_null(file);
	put_block(file, 0x0A0D0D0A, section, 4);
	put_block(file, 1, interface, 2);
	put_block(file, 3, simple, 2);
	put_block(file, 3, simple, 2);
	put_block(file, 6, early, 6);
	put_block(file, 3, simple, 2);
	put_block(file, 6, late, 6);
	put_block(file, 3, simple, 2);
	cr_assert_eq(fclose(file), 0);
	ledger = sample_observe(&folder, names, 1, NULL);
	rows = ledger_coverages(ledger, &count);
	cr_assert_eq(count, 2);
	cr_assert_eq(rows[0].bucket, time_bucket(t0));
	cr_assert_eq(rows[0].packets, 4);
	cr_assert_eq(rows[1].packets, 2);
	cr_assert_eq(ledger_health(ledger).clock_steps, 0);
	ledger_free(ledger);
	folder_remove(&folder);
}

/* A tap writes one file for each direction: the handshake is whole only when they are merged packet by
 * packet. */
Test(observe_time, one_file_a_direction_is_one_conversation)
{
	static const char *const orders[][2] = {{"out.pcap", "in.pcap"}, {"in.pcap", "out.pcap"}};
	struct sample_folder folder;
	FILE *out;
	FILE *in;

	folder_make(&folder);
	out = pcap_begin(&folder, "out.pcap", SAMPLE_ETHERNET, 65535);
	in = pcap_begin(&folder, "in.pcap", SAMPLE_ETHERNET, 65535);
	for (uint32_t i = 0; i < 100; i++) {
		uint16_t port = (uint16_t)(40000 + i);
		int64_t at = t0 + i * sec;

		pcap_segment(out, at, &(struct sample_segment){1, 2, port, 443, TCP_SYN, 100, 0});
		pcap_segment(in, at + 1000,
			     &(struct sample_segment){2, 1, 443, port, TCP_SYN | TCP_ACK, 900, 101});
		pcap_segment(out, at + 2000, &(struct sample_segment){1, 2, port, 443, TCP_ACK, 101, 901});
	}
	cr_assert_eq(fclose(out), 0);
	cr_assert_eq(fclose(in), 0);
	for (size_t i = 0; i < 2; i++) {
		struct ledger *ledger = sample_observe(&folder, orders[i], 2, NULL);
		size_t count;
		const struct edge_row *row = ledger_edges(ledger, &count);

		cr_assert_eq(count, 1);
		cr_assert_eq(row->key.basis, DIRECTION_HANDSHAKE);
		cr_assert_eq(row->key.initiator.bytes[3], 1);
		cr_assert_eq(row->events[FLOW_OPENED], 100);
		cr_assert_eq(row->events[FLOW_SUCCEEDED], 100);
		cr_assert_eq(row->packets[0], 200);
		cr_assert_eq(row->packets[1], 100);
		cr_assert_eq(row->evidence.openings[0].input, i == 0 ? 0 : 1);
		cr_assert_eq(row->evidence.openings[0].frame, 1);
		ledger_free(ledger);
	}
	folder_remove(&folder);
}
