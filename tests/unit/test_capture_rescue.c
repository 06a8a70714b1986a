/* The header of a gzip file has parts that may or may not be there: a cut file with each of them is read on.
 */
#include "capture_samples.h"

TestSuite(capture_rescue, .timeout = 10);

/* A gzip file by hand: FLAGS and what they announce, then deflated data of an ordinary one. */
static size_t with_header(uint8_t *out, uint8_t flags, const char *parts, size_t parts_length,
			  const uint8_t *gz, size_t gz_length)
{
	memcpy(out, gz, 10);
	out[3] = flags;
	if (parts_length)
		memcpy(out + 10, parts, parts_length);
	memcpy(out + 10 + parts_length, gz + 10, gz_length - 10);
	return gz_length + parts_length;
}

Test(capture_rescue, gzip_headers)
{
	static const struct {
		uint8_t flags;
		const char *parts;
		size_t length;
	} rows[] = {{0, "", 0},
		    {4, "\x05\0extra", 7},
		    {8, "name.pcap", 10},
		    {16, "a comment", 10},
		    {2, "\0\0", 2},
		    {1, "", 0},
		    {4 + 8 + 16, "\x02\0xxname\0comment", 17}};
	struct sample *s = sample_new(false);
	struct sample_member m = {"x", s->bytes, 0};
	size_t gz_length;
	uint8_t *gz, *made = malloc(SAMPLE_MAX);

	sample_plain_pcap(s);
	m.length = s->length;
	gz = sample_archive(ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, &m, 1, &gz_length);
	cr_assert_eq(gz[3], 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t length =
		    with_header(made, rows[i].flags, rows[i].parts, rows[i].length, gz, gz_length);
		struct capture_summary summary;

		/* The trailer and the very end of the data are gone. */
		expect_packets(made, length - 10,
			       "1 1000000007000 5/5 link=1 snap=96 first\n"
			       "2 1000999999000 6/1500 link=1 snap=96 second\n",
			       &summary);
		cr_expect_eq(summary.status, CAPTURE_CUT, "row %zu", i);
		cr_expect(strstr(summary.error, ": ends in the middle of its gzip: truncated gzip input"),
			  "%s", summary.error);
	}
	free(gz);
	free(made);
	free(s);
}
