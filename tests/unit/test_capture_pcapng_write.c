#include "capture/pcapng_write.h"
#include "capture_samples.h"

TestSuite(capture_pcapng_write, .timeout = 10);

static struct packet packet_of(int64_t time_ns, const char *data, uint32_t wirelen, uint32_t snaplen,
			       uint16_t link_type)
{
	return (struct packet){.time_ns = time_ns,
			       .data = (const uint8_t *)data,
			       .caplen = (uint32_t)strlen(data),
			       .wirelen = wirelen,
			       .snaplen = snaplen,
			       .link_type = link_type};
}

static void put(struct pcapng_writer *writer, struct packet packet, const char *source, const char *comment)
{
	pcapng_write_packet(writer, &packet, source, comment);
}

Test(capture_pcapng_write, our_own_reader_gets_back_what_went_in)
{
	struct pcapng_writer writer = {0};
	struct capture_summary summary;

	pcapng_write_start(&writer, "tapaudit 1", "about all");
	put(&writer, packet_of(INT64_C(1700000000123456789), "ether", 1500, 128, 1), "a.pcap", "first");
	put(&writer, packet_of(5, "rawip", 5, 0, 101), "a.pcap", NULL);
	put(&writer, packet_of(-1, "before", 6, 128, 1), "a.pcap", "in 1969");
	put(&writer, packet_of(INT64_MIN + 1, "early", 6, 128, 1), "a.pcap", "in 1677");
	put(&writer, packet_of(INT64_MAX, "", 0, 128, 1), "b.pcap", NULL);
	put(&writer, packet_of(7, "longer", 6, 3, 1), "b.pcap", "beyond its snap length");
	put(&writer, packet_of(8, "same", 4, 128, 1), "a.pcap", NULL);
	cr_expect_eq(writer.interface_count, 5);
	cr_expect(strbuf_ok(&writer.bytes));
	expect_packets(writer.bytes.text, writer.bytes.length,
		       "1 1700000000123456789 5/1500 link=1 snap=128 ether\n"
		       "2 5 5/5 link=101 snap=0 rawip\n"
		       "3 -1 6/6 link=1 snap=128 before\n"
		       "4 -9223372036854775807 5/6 link=1 snap=128 early\n"
		       "5 9223372036854775807 0/0 link=1 snap=128 \n"
		       "6 7 6/6 link=1 snap=0 longer\n"
		       "7 8 4/4 link=1 snap=128 same\n",
		       &summary);
	cr_expect_eq(summary.status, CAPTURE_COMPLETE, "%s", summary.error);
	cr_expect_str_eq(summary.format, "pcapng");
	pcapng_write_clear(&writer);
}

/* Byte for byte, so that no reader of ours can forgive what others would not. */
Test(capture_pcapng_write, the_bytes_are_those_of_the_standard)
{
	static const char expected[] =
	    "\x0a\x0d\x0d\x0a\x30\0\0\0\x4d\x3c\x2b\x1a\1\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"
	    "\1\0\2\0hi\0\0\4\0\1\0t\0\0\0\0\0\0\0\x30\0\0\0"
	    "\1\0\0\0\x28\0\0\0\x65\0\0\0\x60\0\0\0\2\0\1\0f\0\0\0\x09\0\1\0\x09\0\0\0\0\0\0\0\x28\0\0\0"
	    "\6\0\0\0\x30\0\0\0\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\x09\0\0\0abc\0\1\0\4\0note\0\0\0\0\x30\0\0";
	struct pcapng_writer writer = {0};

	pcapng_write_start(&writer, "t", "hi");
	put(&writer, packet_of(INT64_C(0x100000002), "abc", 9, 96, 101), "f", "note");
	cr_assert_eq(writer.bytes.length, sizeof(expected), "%zu", writer.bytes.length);
	for (size_t i = 0; i < sizeof(expected); i++)
		cr_expect_eq(writer.bytes.text[i], expected[i], "byte %zu", i);
	pcapng_write_clear(&writer);
}

Test(capture_pcapng_write, comments_are_utf8_and_have_an_end)
{
	struct pcapng_writer writer = {0};
	char *text = mem_calloc(PCAPNG_COMMENT_MAX + 100, 1);

	cr_assert_not_null(text);
	pcapng_write_start(&writer, NULL, "caf\xc3\xa9 \xff\xc3 \x1b[1m\xed\xa0\x80 \xe2\x82\xac\nend");
	cr_expect_eq(memcmp(writer.bytes.text + 28, "caf\xc3\xa9 ?? ?[1m??? \xe2\x82\xac\nend", 24), 0, "%s",
		     writer.bytes.text + 28);
	writer.bytes.length = 0;
	memset(text, 'x', PCAPNG_COMMENT_MAX - 1);
	memcpy(text + PCAPNG_COMMENT_MAX - 1, "\xc3\xa9y", 3);
	pcapng_write_start(&writer, NULL, text);
	cr_expect_eq((uint8_t)writer.bytes.text[26], 0xff, "a character is not cut in two");
	cr_expect_eq((uint8_t)writer.bytes.text[27], 0x0f);
	mem_free(text);
	pcapng_write_clear(&writer);
}

Test(capture_pcapng_write, a_file_appears_whole_or_not_at_all)
{
	struct pcapng_writer writer = {0};
	char folder[] = "/tmp/tapaudit-pcapng-XXXXXX", path[64], gone[64];
	struct err err = {""};
	size_t length = 0;

	cr_assert_not_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/a.pcapng", folder);
	(void)snprintf(gone, sizeof(gone), "%s/none/a.pcapng", folder);
	pcapng_write_start(&writer, "t", NULL);
	cr_expect_eq(pcapng_write_file(&writer, gone, &err), -1);
	cr_expect_not_null(strstr(err.text, "/none/a.pcapng: cannot write: No such file or directory"), "%s",
			   err.text);
	cr_expect_eq(pcapng_write_file(&writer, path, &err), 0, "%s", err.text);
	FILE *file = fopen(path, "rb");
	cr_assert_not_null(file);
	while (fgetc(file) != EOF)
		length++;
	(void)fclose(file);
	cr_expect_eq(length, writer.bytes.length);
	cr_expect_eq(unlink(path), 0);
	cr_expect_eq(rmdir(folder), 0, "nothing was left aside");
	writer.bytes.failed = true;
	cr_expect_eq(pcapng_write_file(&writer, path, &err), -1);
	cr_expect_neq(access(path, F_OK), 0);
	pcapng_write_clear(&writer);
}

Test(capture_pcapng_write, more_interfaces_than_fit_are_refused)
{
	static char names[PCAPNG_WRITE_INTERFACES + 1][8];
	struct pcapng_writer writer = {0};
	struct err err = {""};

	pcapng_write_start(&writer, NULL, NULL);
	for (size_t i = 0; i <= PCAPNG_WRITE_INTERFACES; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "i%zu", i);
		cr_expect_eq(writer.crowded, false);
		put(&writer, packet_of(0, "x", 1, 0, 1), names[i], NULL);
	}
	cr_expect_eq(writer.crowded, true);
	cr_expect_eq(pcapng_write_file(&writer, "/dev/null/x", &err), -1);
	cr_expect_str_eq(err.text, "/dev/null/x: packets of more than 64 interfaces", "%s", err.text);
	pcapng_write_clear(&writer);
}
