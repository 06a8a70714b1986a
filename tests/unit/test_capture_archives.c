/* Members of an archive, opened in any order: what is said of each does not depend on what was kept between
 * them. */
#include "capture_samples.h"

TestSuite(capture_archives, .timeout = 20);

enum { MEMBERS = 7, CUT = 4 };

/* A tar in gzip: captures of different lengths, one that is cut, and a text. */
static uint8_t *packed_members(size_t *length)
{
	static char names[MEMBERS][8];
	struct sample *samples[MEMBERS];
	struct sample_member members[MEMBERS + 1];
	uint8_t *packed;

	for (unsigned i = 0; i < MEMBERS; i++) {
		samples[i] = sample_long_pcap(200 + 100 * i);
		(void)snprintf(names[i], sizeof(names[i]), "%u.pcap", i);
		members[i] = (struct sample_member){names[i], samples[i]->bytes, samples[i]->length};
	}
	members[CUT].length -= 50;
	members[MEMBERS] = (struct sample_member){"notes.txt", (const uint8_t *)"no capture", 10};
	packed = sample_archive(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP, members, MEMBERS + 1, length);
	for (unsigned i = 0; i < MEMBERS; i++)
		free(samples[i]);
	return packed;
}

static void read_member(const struct capture_input *input, const struct capture_options *options,
			struct capture_summary *out)
{
	struct packet packets[64];
	enum capture_status status;
	struct err err;
	struct capture *c = capture_open(input, options, &status, &err);

	cr_assert_not_null(c, "%s", err.text);
	while (capture_read(c, packets, 64) > 0)
		;
	*out = *capture_summary(c);
	capture_close(c);
}

static void check_order(const struct capture_list *list, const unsigned order[MEMBERS], bool expected)
{
	struct capture_archives *archives = capture_archives_new();
	const struct capture_options options = {.archives = archives};
	const struct capture_input *inputs[MEMBERS];

	cr_assert_not_null(archives);
	for (unsigned i = 0; i < MEMBERS; i++)
		inputs[i] = &list->items[order[i]];
	if (expected)
		cr_assert_eq(capture_archives_expect(archives, inputs, MEMBERS), 0);
	for (unsigned i = 0; i < MEMBERS; i++) {
		struct capture_summary alone, together;

		read_member(inputs[i], NULL, &alone);
		read_member(inputs[i], &options, &together);
		cr_expect_eq(together.status, order[i] == CUT ? CAPTURE_CUT : CAPTURE_COMPLETE);
		cr_expect_eq(together.status, alone.status);
		cr_expect_eq(together.packets, alone.packets);
		cr_expect_eq(together.file_bytes, alone.file_bytes);
		cr_expect_str_eq(together.fingerprint, alone.fingerprint);
		cr_expect_str_eq(together.format, alone.format);
		cr_expect_str_eq(together.error, alone.error);
	}
	capture_archives_free(archives);
}

Test(capture_archives, any_order)
{
	static const unsigned orders[][MEMBERS] = {
	    {0, 1, 2, 3, 4, 5, 6}, {6, 5, 4, 3, 2, 1, 0}, {0, 3, 1, 4, 2, 5, 6}, {5, 0, 6, 2, 4, 1, 3}};
	size_t length, live = mem_live();
	uint8_t *packed = packed_members(&length);
	char path[SAMPLE_PATH_MAX];
	int fd = sample_file(packed, length, path);
	const char *paths[] = {path};
	struct capture_list list = {0};
	struct err err;

	cr_assert_eq(capture_list_expand(&list, paths, 1, NULL, &err), 0);
	cr_assert_eq(list.count, (size_t)MEMBERS + 1);
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		check_order(&list, orders[i], false);
		check_order(&list, orders[i], true);
	}
	capture_list_clear(&list);
	(void)close(fd);
	free(packed);
	cr_expect_eq(mem_live(), live);
}
