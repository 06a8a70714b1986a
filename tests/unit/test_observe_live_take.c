/* What live packets are counted as: the same sums however they are mixed. */
#include "../../src/capture/live.h"
#include "../../src/observe/live.h"
#include "base/strbuf.h"
#include "decode_samples.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(observe_live_take, .timeout = 10);

enum { STEPS_MAX = 16, BASE_BUCKET = 1900000, WIFI = 105 };

#define PLAIN       MACS "0800" PLAIN_SYN
#define ARP         MACS "0806 0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002"
#define NOT_IP      MACS "88b5 00000000"
#define A           "020000000001 "
#define B           "020000000002 "
#define SUBBODY     "aaaa03 000000 0800 " PLAIN_SYN
#define AMSDU(body) "8801 0000" B A "020000000003 1000 8000" body
#define SUB         B A "0030" SUBBODY

struct step {
	uint32_t interface;
	double seconds; /* after the bucket's begin */
	const char *hex;
	uint32_t cut;
	uint16_t link_type; /* 0: Ethernet */
};

struct table {
	struct capture_live capture;
	struct observe_live live;
	struct live_worker *worker;
	uint8_t bytes[STEPS_MAX][SAMPLE_BYTES_MAX];
};

static int64_t at(double seconds)
{
	return bucket_start_ns(BASE_BUCKET) + (int64_t)(seconds * 1e9);
}

static void open_table(struct table *table)
{
	struct err err;

	*table = (struct table){.live = {.sensor = (char[]){"s"}, .interface_count = 2, .worker_count = 1}};
	table->live.sensor = mem_strdup("s");
	table->live.options.capture = &table->capture;
	table->live.options.memory_bytes = (size_t)64 << 20;
	table->live.start_ns = at(0);
	table->worker = mem_calloc(1, sizeof(*table->worker));
	cr_assert_eq(live_worker_init(table->worker, &table->live, 0, &err), 0, "%s", err.text);
}

static void close_table(struct table *table)
{
	live_worker_clear(table->worker);
	mem_free(table->worker);
	mem_free(table->live.sensor);
}

static void put(struct table *table, size_t n, const struct step *step)
{
	uint32_t length = (uint32_t)hex_bytes(step->hex, table->bytes[n]);

	table->worker->interfaces[n] = step->interface;
	table->worker->packets[n] =
	    (struct packet){.time_ns = at(step->seconds),
			    .data = table->bytes[n],
			    .frame = n + 1,
			    .caplen = length,
			    .wirelen = length + step->cut,
			    .link_type = step->link_type ? step->link_type : DECODE_LINK_ETHERNET};
}

static void describe(struct table *table, struct strbuf *out)
{
	size_t count;
	const struct coverage_row *rows = ledger_coverages(table->worker->ledger, &count);

	for (size_t i = 0; i < 2; i++) {
		const struct live_counts *counts = &table->worker->counts[i];

		if (counts->packets == 0)
			continue;
		strbuf_addf(out, "%zu: %llu packets %llu bytes %.1f-%.1f", i,
			    (unsigned long long)counts->packets, (unsigned long long)counts->bytes,
			    (double)(counts->first_ns - at(0)) / 1e9,
			    (double)(counts->last_ns - at(0)) / 1e9);
		for (unsigned k = 0; k < ACCOUNT_COUNT; k++)
			if (counts->accounting[k])
				strbuf_addf(out, " %s=%llu", accounting_name(k),
					    (unsigned long long)counts->accounting[k]);
		strbuf_addf(out, "\n");
	}
	for (size_t i = 0; i < count; i++) {
		strbuf_addf(out, "bucket %d: %llu packets %llu steps snaplen %u",
			    rows[i].bucket - BASE_BUCKET, (unsigned long long)rows[i].packets,
			    (unsigned long long)rows[i].clock_steps, rows[i].snaplen_min);
		for (unsigned k = 0; k < ACCOUNT_COUNT; k++)
			if (rows[i].accounting[k])
				strbuf_addf(out, " %s=%llu", accounting_name(k),
					    (unsigned long long)rows[i].accounting[k]);
		strbuf_addf(out, "\n");
	}
}

static void check(const struct step *steps, size_t count, const char *expected)
{
	static struct table table;
	struct strbuf text = {0};

	open_table(&table);
	for (size_t i = 0; i < count; i++)
		put(&table, i, &steps[i]);
	live_take(table.worker, count);
	live_tally_flush(table.worker);
	describe(&table, &text);
	cr_expect_str_eq(strbuf_text(&text), expected, "%s", strbuf_text(&text));
	close_table(&table);
	strbuf_clear(&text);
}

#define CHECK(expected, ...)                                                                                 \
	check((const struct step[]){__VA_ARGS__},                                                            \
	      sizeof((const struct step[]){__VA_ARGS__}) / sizeof(struct step), expected)

Test(observe_live_take, usual_packets)
{
	CHECK("0: 3 packets 162 bytes 1.0-2.5 audited=3\n"
	      "bucket 0: 3 packets 0 steps snaplen 0 audited=3\n",
	      {0, 1, PLAIN, 0, 0}, {0, 1, PLAIN, 0, 0}, {0, 2.5, PLAIN, 0, 0});
}

Test(observe_live_take, others_between_them)
{
	CHECK("0: 6 packets 307 bytes 1.0-6.0 housekeeping=2 non_ip=1 audited=3\n"
	      "bucket 0: 6 packets 0 steps snaplen 42 housekeeping=2 non_ip=1 audited=3\n",
	      {0, 1, PLAIN, 0, 0}, {0, 2, ARP, 0, 0}, {0, 3, PLAIN, 0, 0}, {0, 4, NOT_IP, 0, 0},
	      {0, 5, PLAIN, 40, 0}, {0, 6, ARP, 3, 0});
}

Test(observe_live_take, two_interfaces)
{
	CHECK("0: 2 packets 108 bytes 1.0-4.0 audited=2\n"
	      "1: 3 packets 150 bytes 2.0-5.0 housekeeping=1 audited=2\n"
	      "bucket 0: 5 packets 0 steps snaplen 0 housekeeping=1 audited=4\n",
	      {0, 1, PLAIN, 0, 0}, {1, 2, PLAIN, 0, 0}, {1, 3, PLAIN, 0, 0}, {0, 4, PLAIN, 0, 0},
	      {1, 5, ARP, 0, 0});
}

Test(observe_live_take, time_that_goes_back)
{
	CHECK("0: 5 packets 270 bytes 4.0-7.0 audited=5\n"
	      "1: 1 packets 54 bytes 3.0-3.0 audited=1\n"
	      "bucket 0: 6 packets 1 steps snaplen 0 audited=6\n",
	      {0, 5, PLAIN, 0, 0}, {0, 6, PLAIN, 0, 0}, {0, 4, PLAIN, 0, 0}, {0, 5, PLAIN, 0, 0},
	      {0, 7, PLAIN, 0, 0}, {1, 3, PLAIN, 0, 0});
}

Test(observe_live_take, quarter_hours)
{
	CHECK("0: 5 packets 270 bytes 899.0-2700.0 audited=5\n"
	      "bucket 0: 1 packets 0 steps snaplen 0 audited=1\n"
	      "bucket 1: 3 packets 1 steps snaplen 0 audited=3\n"
	      "bucket 3: 1 packets 0 steps snaplen 0 audited=1\n",
	      {0, 899, PLAIN, 0, 0}, {0, 900, PLAIN, 0, 0}, {0, 901, PLAIN, 0, 0}, {0, 899.5, PLAIN, 0, 0},
	      {0, 2700, PLAIN, 0, 0});
}

/* A step is told even where no packet of the bucket is. */
Test(observe_live_take, steps_alone)
{
	static struct table table;
	struct strbuf text = {0};

	open_table(&table);
	table.worker->tally.clock_steps++;
	live_tally_flush(table.worker);
	live_tally_flush(table.worker);
	describe(&table, &text);
	cr_expect_str_eq(strbuf_text(&text), "bucket 0: 0 packets 1 steps snaplen 0\n", "%s",
			 strbuf_text(&text));
	close_table(&table);
	strbuf_clear(&text);
}

Test(observe_live_take, frames_that_hold_several_packets)
{
	CHECK("0: 4 packets 294 bytes 1.0-3.0 audited=4\n"
	      "bucket 0: 4 packets 0 steps snaplen 0 audited=4\n",
	      {0, 1, AMSDU(SUB "5a5a" SUB), 0, WIFI}, {0, 2, AMSDU(SUB), 0, WIFI}, {0, 3, PLAIN, 0, 0});
}

/* More packets than a queue holds. */
Test(observe_live_take, many_packets_in_frames)
{
	static struct table table;
	struct strbuf text = {0};

	open_table(&table);
	for (size_t i = LIVE_BATCH; i-- > 0;) {
		const struct step step = {0, (double)i, AMSDU(SUB "5a5a" SUB "5a5a" SUB), 0, WIFI};

		put(&table, 0, &step);
		table.worker->packets[i] = table.worker->packets[0];
		table.worker->packets[i].time_ns = at((double)i);
		table.worker->interfaces[i] = 0;
	}
	live_take(table.worker, LIVE_BATCH);
	live_tally_flush(table.worker);
	describe(&table, &text);
	cr_expect_str_eq(strbuf_text(&text),
			 "0: 384 packets 27648 bytes 0.0-127.0 audited=384\n"
			 "bucket 0: 384 packets 0 steps snaplen 0 audited=384\n",
			 "%s", strbuf_text(&text));
	close_table(&table);
	strbuf_clear(&text);
}
