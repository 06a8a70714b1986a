#include "capture_samples.h"

TestSuite(capture_pcapng_drops, .timeout = 10);

enum { RECEIVED = 4, INTERFACE_DROPS = 5, SYSTEM_DROPS = 7, DELIVERED = 8 };

struct statistics_option {
	unsigned code;
	uint64_t value;
};

static void option(struct sample *b, unsigned code, uint64_t value)
{
	sample_u16(b, code);
	sample_u16(b, 8);
	sample_u64(b, value);
}

/* COUNT options, without an end of options, which is not required. */
static void statistics(struct sample *s, uint32_t id, const struct statistics_option *options, size_t count)
{
	struct sample *b = sample_new(s->big);

	sample_u32(b, id);
	sample_u64(b, 0);
	for (size_t i = 0; i < count; i++)
		option(b, options[i].code, options[i].value);
	sample_block(s, 5, b);
	free(b);
}

static void dropped(struct sample *s, uint32_t id, uint64_t by_interface, uint64_t by_system)
{
	const struct statistics_option options[] = {
	    {RECEIVED, 1000}, {INTERFACE_DROPS, by_interface}, {SYSTEM_DROPS, by_system}, {DELIVERED, 77}};

	statistics(s, id, options, sizeof(options) / sizeof(options[0]));
}

/* A packet of 3 bytes on interface ID, with a comment and epb_dropcount. */
static void packet_after(struct sample *s, uint32_t id, uint64_t lost)
{
	struct sample *b = sample_new(s->big);

	sample_u32(b, id);
	sample_u64(b, 0);
	sample_u32(b, 3);
	sample_u32(b, 3);
	sample_bytes(b, "abc", 4);
	sample_u16(b, 1);
	sample_u16(b, 5);
	sample_bytes(b, "hello\0\0", 8);
	option(b, 4, lost);
	sample_u32(b, 0);
	sample_block(s, 6, b);
	free(b);
}

static void old_packet_after(struct sample *s, unsigned id, unsigned lost)
{
	struct sample *b = sample_new(s->big);

	sample_u16(b, id);
	sample_u16(b, lost);
	sample_u64(b, 0);
	sample_u64(b, 0);
	sample_block(s, 2, b);
	free(b);
}

static struct sample *begin(bool big, unsigned interfaces)
{
	struct sample *s = sample_new(big);

	sample_section(s);
	while (interfaces-- > 0)
		sample_interface(s, 1, 0, NULL, 0);
	return s;
}

static void expect_dropped(struct sample *s, uint64_t expected)
{
	struct capture_summary summary;
	struct strbuf out = {0};
	char path[SAMPLE_PATH_MAX];
	int fd = sample_file(s->bytes, s->length, path);

	transcribe_path(&out, path, NULL, 64, &summary);
	cr_expect_eq(summary.status, CAPTURE_COMPLETE, "%s", summary.error);
	cr_expect_eq(summary.dropped, expected, "%llu", (unsigned long long)summary.dropped);
	strbuf_clear(&out);
	(void)close(fd);
	free(s);
}

/* Both sections, both byte orders; statistics are totals so far, so that later ones replace earlier ones. */
Test(capture_pcapng_drops, totals_of_each_interface_and_section_add_up)
{
	struct sample *s = begin(false, 2);

	dropped(s, 0, 10, 1);
	dropped(s, 1, 100, 0);
	dropped(s, 0, 20, 2);
	dropped(s, 0, 15, 2); /* a total never falls: the largest stands */
	s->big = true;
	sample_section(s);
	sample_interface(s, 1, 0, NULL, 0);
	dropped(s, 0, 0, 3000);
	expect_dropped(s, 22 + 100 + 3000);
}

Test(capture_pcapng_drops, packet_by_packet)
{
	struct sample *s = begin(true, 2);

	packet_after(s, 0, 5);
	packet_after(s, 0, 0);
	packet_after(s, 0, 6);
	old_packet_after(s, 1, 7);
	old_packet_after(s, 1, 0xffff); /* not known */
	expect_dropped(s, 11 + 7);
}

Test(capture_pcapng_drops, the_same_loss_told_twice_counts_once)
{
	struct sample *s = begin(false, 2);

	packet_after(s, 0, 5);
	dropped(s, 0, 3, 2);
	packet_after(s, 0, 4);
	dropped(s, 1, 10, 0);
	packet_after(s, 1, 8);
	expect_dropped(s, 9 + 10);
}

Test(capture_pcapng_drops, nonsense_is_left_alone)
{
	const struct statistics_option twice[] = {{INTERFACE_DROPS, UINT64_C(1) << 47},
						  {SYSTEM_DROPS, UINT64_C(1) << 47}};
	struct sample *s = begin(false, 1);

	dropped(s, 0, UINT64_MAX, UINT64_MAX);     /* not known */
	dropped(s, 0, (UINT64_C(1) << 47) + 1, 4); /* cannot be */
	dropped(s, 1, 9, 9);                       /* an interface that was never described */
	statistics(s, 0, twice, 0);                /* no options */
	sample_u32(s, 5);                          /* too short */
	sample_u32(s, 16);
	sample_u32(s, 0);
	sample_u32(s, 16);
	packet_after(s, 0, UINT64_MAX);
	expect_dropped(s, 4);

	s = begin(false, 2);
	statistics(s, 0, twice, 2);
	statistics(s, 1, twice, 2);
	expect_dropped(s, UINT64_C(1) << 47); /* sums of 65536 inputs fit */
}

Test(capture_pcapng_drops, options_that_end_early_are_not_read_beyond)
{
	struct sample *s = begin(false, 1);
	struct sample *b = sample_new(false);

	sample_u32(b, 0);
	sample_u64(b, 0);
	sample_u32(b, 0); /* the end of options; what follows is none */
	option(b, INTERFACE_DROPS, 5);
	sample_block(s, 5, b);
	b->length = 12;
	sample_u16(b, INTERFACE_DROPS);
	sample_u16(b, 80); /* longer than the block */
	sample_u64(b, 5);
	sample_block(s, 5, b);
	b->length = 12;
	sample_u16(b, INTERFACE_DROPS);
	sample_u16(b, 4); /* not 8 bytes */
	sample_u32(b, 5);
	sample_block(s, 5, b);
	free(b);
	expect_dropped(s, 0);
}
