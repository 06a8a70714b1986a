#include "capture/magic.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(capture_foreign, .timeout = 10);

#define SEE(row) (row), sizeof(row) - 1

Test(capture_foreign, says_what_it_is_and_what_to_do)
{
	static const struct {
		const char *path;
		const char *bytes;
		size_t length;
		const char *expected;
	} rows[] = {
	    {"/d/x.cap", SEE("TRSNIFF data    \x1a"),
	     "not a capture: starts with 'TRSNIFF data' (NetXray or Sniffer); convert it with: editcap x.cap "
	     "x.pcapng"},
	    {"x.snoop", SEE("snoop\0\0\0\0\0\0\2"),
	     "not a capture: starts with 'snoop' (Solaris snoop); convert it with: editcap x.snoop x.pcapng"},
	    {"noext", SEE("GMBU\0\2"),
	     "not a capture: starts with 'GMBU' (Microsoft Network Monitor 2); convert it with: editcap "
	     "noext "
	     "noext.pcapng"},
	    {"net.etl", SEE("\0\0\1\0\1\2\3\4"),
	     "not a capture: starts with 00 00 01 00 01 02 03 04 (Windows event trace); convert it with: "
	     "pktmon "
	     "etl2pcap, or etl2pcapng"},
	    {"prog",
	     SEE("\x7f"
		 "ELF\2\1\1"),
	     "not a capture: starts with 7f 45 4c 46 02 01 01 (a program); name a capture instead"},
	    {"p.json", SEE("  [{\"_index\": 1}]"),
	     "not a capture: starts with '  [{\"_index\"' (JSON text); export packets as pcapng, not as "
	     "text"},
	    {"t.txt", SEE("No.\tTime\tSource"),
	     "not a capture: starts with 'No.' (text); a hex dump is converted with: "
	     "text2pcap"},
	    {"z.pcap", SEE("\0\0\0\0\0\0\0\0"),
	     "not a capture: starts with nothing but zeros (never written, or lost by the disk); copy it "
	     "again"},
	    {"r", SEE("\x01\xff\x80\x02"),
	     "not a capture: starts with 01 ff 80 02 (unknown); name a pcap or pcapng file"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err;

		magic_describe_foreign(rows[i].path, (const uint8_t *)rows[i].bytes, rows[i].length, &err);
		cr_expect_str_eq(err.text, rows[i].expected, "%s", err.text);
	}
}
