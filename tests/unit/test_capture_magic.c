#include "capture/magic.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(capture_magic, .timeout = 10);

Test(capture_magic, kinds)
{
	static const struct {
		const char *bytes;
		size_t length;
		enum magic_role role;
		const char *name;
	} rows[] = {
	    {"\xd4\xc3\xb2\xa1", 4, MAGIC_PCAP, "pcap"},
	    {"\xa1\xb2\x3c\x4d", 4, MAGIC_PCAP, "pcap"},
	    {"\x34\xcd\xb2\xa1", 4, MAGIC_PCAP, "pcap"},
	    {"\xd4\xc3\xb2", 3, MAGIC_FOREIGN, ""},
	    {"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a", 12, MAGIC_PCAPNG, "pcapng"},
	    {"\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4d", 12, MAGIC_PCAPNG, "pcapng"},
	    {"\x0a\x0d\x0d\x0a", 4, MAGIC_PCAPNG, "pcapng"},
	    {"\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4e", 12, MAGIC_FOREIGN, ""},
	    {"\x1f\x8b\x08", 3, MAGIC_COMPRESSION, "gzip"},
	    {"PK\3\4", 4, MAGIC_ARCHIVE, "zip"},
	    {"Rar!\x1a\x07\x01\x00", 8, MAGIC_ARCHIVE, "rar"},
	    {"", 0, MAGIC_FOREIGN, ""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct magic *m = magic_identify((const uint8_t *)rows[i].bytes, rows[i].length);

		cr_expect_eq(m->role, rows[i].role, "row %zu", i);
		cr_expect_str_eq(m->name, rows[i].name);
		cr_expect_eq(m->enable != NULL, m->role == MAGIC_COMPRESSION || m->role == MAGIC_ARCHIVE);
	}
}

/* Tar from before POSIX is known by the sum of its header only. */
Test(capture_magic, old_tar)
{
	uint8_t head[512] = "name";
	unsigned sum = ' ' * 8;

	memcpy(head + 100, "0000644", 8);
	memcpy(head + 124, "00000000017", 12);
	for (size_t i = 0; i < sizeof(head); i++)
		sum += head[i];
	(void)snprintf((char *)head + 148, 8, "%06o", sum);
	head[155] = ' ';
	cr_expect_str_eq(magic_identify(head, sizeof(head))->name, "tar");
	head[0]++;
	cr_expect_eq(magic_identify(head, sizeof(head))->role, MAGIC_FOREIGN);
	head[0]--;
	cr_expect_eq(magic_identify(head, sizeof(head) - 1)->role, MAGIC_FOREIGN);
}

Test(capture_magic, names_of_captures)
{
	static const char *const captures[] = {"a.pcap",    "/x/b.PCAP", "c.pcapng",
					       "d.cap.gz",  "e.pcap12",  "f.pcap3.zst",
					       "g.dmp.lz4", "h.ntar.Z",  "i.pcap.lzma"};
	static const char *const others[] = {"a.txt",      "pcap", ".pcap",     "b.gz",
					     "c.pcap.txt", "d12",  "e.cap.zip", ""};

	for (size_t i = 0; i < sizeof(captures) / sizeof(captures[0]); i++)
		cr_expect(magic_named_like_capture(captures[i]), "%s", captures[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		cr_expect_not(magic_named_like_capture(others[i]), "%s", others[i]);
}
