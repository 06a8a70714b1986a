#include "base/strbuf.h"
#include "observe/evidence.h"
#include "observe_samples.h"

TestSuite(observe_evidence, .timeout = 10);

static const int64_t t0 = INT64_C(1700000000) * NSEC_PER_SEC;

struct bench {
	struct sample_folder folder;
	struct capture_list list;
	struct ledger *ledger;
	struct evidence_set set;
	struct err err;
};

static struct addr host(uint8_t last)
{
	return addr_ipv4((const uint8_t[]){10, 0, 0, last});
}

/* COUNT segments of port 443 between 1 and 2, alternating, one a second from FIRST on. */
static void write_talk(struct bench *bench, const char *name, unsigned first, unsigned count)
{
	FILE *file = pcap_begin(&bench->folder, name, SAMPLE_ETHERNET, 65535);

	for (unsigned i = 0; i < count; i++) {
		const struct sample_segment out = {1, 2, 40000, 443, TCP_ACK, i, i};
		const struct sample_segment back = {2, 1, 443, 40000, TCP_ACK, i, i};

		pcap_segment(file, t0 + (first + (int64_t)i) * NSEC_PER_SEC, i % 2 ? &back : &out);
	}
	cr_assert_eq(fclose(file), 0);
}

static void bench_observe(struct bench *bench, const char *const *names, size_t count)
{
	char paths[4][SAMPLE_PATH * 2];
	const char *pointers[4];
	const struct capture_options capture = {.accept_cut = false};

	cr_assert_leq(count, 4);
	for (size_t i = 0; i < count; i++) {
		(void)snprintf(paths[i], sizeof(paths[i]), "%s/%s", bench->folder.path, names[i]);
		pointers[i] = paths[i];
	}
	cr_assert_eq(capture_list_expand(&bench->list, pointers, count, &capture, &bench->err), 0);
	bench->ledger = sample_observe(&bench->folder, names, count, NULL);
}

static void bench_read(struct bench *bench, const struct evidence_want *wants, size_t count)
{
	const struct observe_options options = {.hash_seed = 7};

	cr_assert_eq(
	    evidence_read(&bench->list, &options, bench->ledger, wants, count, &bench->set, &bench->err), 0,
	    "%s", bench->err.text);
	cr_assert_eq(bench->set.count, count);
}

static void bench_clear(struct bench *bench)
{
	evidence_clear(&bench->set);
	ledger_free(bench->ledger);
	capture_list_clear(&bench->list);
	folder_remove(&bench->folder);
}

/* "0:3 0:5! .." input:frame, ! named. */
static void expect_frames(const struct evidence_found *found, const char *expected)
{
	struct strbuf text = {0};

	for (size_t i = 0; i < found->count; i++)
		strbuf_addf(&text, "%s%u:%llu%s", i ? " " : "", found->packets[i].input,
			    (unsigned long long)found->packets[i].packet.frame,
			    found->packets[i].named ? "!" : "");
	cr_expect_str_eq(strbuf_text(&text), expected, "%s", strbuf_text(&text));
	strbuf_clear(&text);
}

static struct evidence_want want_talk(const struct evidence_pair *pair, const struct frame_ref *frames,
				      size_t frame_count)
{
	return (struct evidence_want){.frames = frames,
				      .frame_count = frame_count,
				      .pairs = pair,
				      .pair_count = 1,
				      .protocol = PROTO_TCP,
				      .port = 443,
				      .first_ns = t0,
				      .last_ns = INT64_MAX};
}

Test(observe_evidence, head_named_frame_and_what_follows_it)
{
	static const char *const names[] = {"a.pcap"};
	const struct evidence_pair pair = {host(1), host(2)};
	const struct frame_ref frame = {t0 + 39 * NSEC_PER_SEC, 40, 0};
	const struct evidence_want want = want_talk(&pair, &frame, 1);
	struct bench bench = {.err = {""}};

	folder_make(&bench.folder);
	write_talk(&bench, "a.pcap", 0, 60);
	bench_observe(&bench, names, 1);
	bench_read(&bench, &want, 1);
	expect_frames(&bench.set.found[0],
		      "0:1 0:2 0:3 0:4 0:5 0:6 0:7 0:8 0:9 0:10 0:11 0:12 0:13 0:14 0:15 0:16 0:17 0:18 0:19 "
		      "0:20 0:40! 0:41 0:42 0:43 0:44 0:45 0:46");
	const struct packet *packet = &bench.set.found[0].packets[20].packet;
	cr_expect_eq(packet->time_ns, t0 + 39 * NSEC_PER_SEC);
	cr_expect_eq(packet->caplen, SAMPLE_FRAME);
	cr_expect_eq(packet->wirelen, SAMPLE_FRAME);
	cr_expect_eq(packet->link_type, SAMPLE_ETHERNET);
	cr_expect_eq(packet->data[29], 2, "it came back from host 2");
	cr_expect_eq(bench.set.found[0].missing, 0);
	cr_expect_eq(bench.set.found[0].left_out, 0);
	bench_clear(&bench);
}

/* One direction in each file: the earliest of both, in order of time. */
Test(observe_evidence, inputs_are_merged_by_time)
{
	static const char *const names[] = {"late.pcap", "early.pcap"};
	const struct evidence_pair pair = {host(1), host(2)};
	const struct frame_ref frame = {t0 + 5 * NSEC_PER_SEC, 1, 0};
	const struct evidence_want want = want_talk(&pair, &frame, 1);
	struct bench bench = {.err = {""}};

	folder_make(&bench.folder);
	write_talk(&bench, "early.pcap", 0, 8);
	write_talk(&bench, "late.pcap", 5, 2);
	bench_observe(&bench, names, 2);
	bench_read(&bench, &want, 1);
	expect_frames(&bench.set.found[0], "1:1 1:2 1:3 1:4 1:5 0:1! 1:6 0:2 1:7 1:8");
	bench_clear(&bench);
}

/* The same hosts the other way round, another port, other hosts: nobody's. Any port: everybody's. */
Test(observe_evidence, a_conversation_has_a_direction_and_a_port)
{
	static const char *const names[] = {"a.pcap"};
	const struct evidence_pair pair = {host(1), host(2)}, turned = {host(2), host(1)};
	struct evidence_want wants[3] = {want_talk(&pair, NULL, 0), want_talk(&turned, NULL, 0),
					 want_talk(&pair, NULL, 0)};
	struct bench bench = {.err = {""}};
	FILE *file;

	wants[2].port = -1;
	folder_make(&bench.folder);
	file = pcap_begin(&bench.folder, "a.pcap", SAMPLE_ETHERNET, 65535);
	pcap_segment(file, t0, &(struct sample_segment){1, 2, 40000, 443, TCP_SYN, 1, 0});
	pcap_segment(file, t0 + 1, &(struct sample_segment){2, 1, 40001, 443, TCP_SYN, 1, 0});
	pcap_segment(file, t0 + 2, &(struct sample_segment){1, 2, 40000, 444, TCP_SYN, 1, 0});
	pcap_segment(file, t0 + 3, &(struct sample_segment){1, 3, 40000, 443, TCP_SYN, 1, 0});
	pcap_segment(file, t0 + 4, &(struct sample_segment){2, 1, 443, 40000, TCP_RST | TCP_ACK, 0, 2});
	cr_assert_eq(fclose(file), 0);
	bench_observe(&bench, names, 1);
	bench_read(&bench, wants, 3);
	expect_frames(&bench.set.found[0], "0:1 0:5");
	expect_frames(&bench.set.found[1], "0:2");
	expect_frames(&bench.set.found[2], "0:1 0:2 0:3 0:5");
	bench_clear(&bench);
}

Test(observe_evidence, what_is_gone_is_counted)
{
	static const char *const names[] = {"a.pcap", "b.pcap"};
	const struct evidence_pair pair = {host(1), host(2)};
	const struct frame_ref frames[] = {{t0, 1, 0}, {t0, 99, 1}};
	const struct evidence_want want = want_talk(&pair, frames, 2);
	struct bench bench = {.err = {""}};
	char path[SAMPLE_PATH * 2];

	folder_make(&bench.folder);
	write_talk(&bench, "a.pcap", 0, 2);
	write_talk(&bench, "b.pcap", 10, 2);
	bench_observe(&bench, names, 2);
	(void)snprintf(path, sizeof(path), "%s/a.pcap", bench.folder.path);
	cr_assert_eq(unlink(path), 0);
	bench_read(&bench, &want, 1);
	expect_frames(&bench.set.found[0], "1:1 1:2");
	cr_expect_eq(bench.set.found[0].missing, 2);
	cr_expect_eq(bench.set.unread, 1);
	cr_expect_eq(bench.set.streams, 0);
	bench_clear(&bench);
}

/* 16 packets of 64 KiB would fit; what is named is kept besides, cut to its share. */
Test(observe_evidence, bytes_are_bounded)
{
	static const char *const names[] = {"a.pcap"};
	static uint8_t frame[100000];
	const struct evidence_pair pair = {host(1), host(2)};
	const struct frame_ref named = {t0 + 19, 20, 0};
	const struct evidence_want want = want_talk(&pair, &named, 1);
	struct bench bench = {.err = {""}};
	const uint8_t head[] = {2, 0,  0,    0,    0, 2,    2,  0, 0, 0, 0,  1, 8, 0, 0x45, 0,
				0, 40, 0,    9,    0, 0,    64, 6, 0, 0, 10, 0, 0, 1, 10,   0,
				0, 2,  0x9c, 0x40, 1, 0xbb, 0,  0, 0, 1, 0,  0, 0, 1, 0x50, 16};
	size_t bytes = 0;

	memcpy(frame, head, sizeof(head));
	folder_make(&bench.folder);
	FILE *file = pcap_begin(&bench.folder, "a.pcap", SAMPLE_ETHERNET, 262144);
	for (int i = 0; i < 20; i++)
		pcap_frame(file, t0 + i, frame, sizeof(frame));
	cr_assert_eq(fclose(file), 0);
	bench_observe(&bench, names, 1);
	bench_read(&bench, &want, 1);
	const struct evidence_found *found = &bench.set.found[0];
	expect_frames(found, "0:1 0:2 0:3 0:4 0:5 0:6 0:7 0:20!");
	for (size_t i = 0; i < found->count; i++)
		bytes += found->packets[i].packet.caplen;
	cr_expect_eq(bytes, 7 * sizeof(frame) + EVIDENCE_FRAME_BYTES);
	cr_expect_eq(found->packets[7].packet.wirelen, sizeof(frame));
	cr_expect_eq(found->left_out, 12);
	bench_clear(&bench);
}

/* Whichever allocation fails, it is an error and nothing leaks. */
Test(observe_evidence, want_of_memory)
{
	static const char *const names[] = {"a.pcap"};
	const struct evidence_pair pair = {host(1), host(2)};
	const struct frame_ref frame = {t0, 1, 0};
	const struct evidence_want want = want_talk(&pair, &frame, 1);
	const struct observe_options options = {.hash_seed = 7};
	struct bench bench = {.err = {""}};
	bool reached = true;

	folder_make(&bench.folder);
	write_talk(&bench, "a.pcap", 0, 4);
	bench_observe(&bench, names, 1);
	size_t live = mem_live();
	for (uint64_t nth = 1; reached; nth++) {
		mem_fail_at(nth);
		int result =
		    evidence_read(&bench.list, &options, bench.ledger, &want, 1, &bench.set, &bench.err);
		reached = mem_fail_reached();
		mem_fail_at(0);
		if (!reached)
			expect_frames(&bench.set.found[0], "0:1! 0:2 0:3 0:4");
		cr_expect(result == 0 || reached);
		evidence_clear(&bench.set);
		cr_expect_eq(mem_live(), live, "allocation %d", (int)nth);
	}
	bench_clear(&bench);
}
