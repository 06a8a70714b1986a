#include "capture/capture.h"
#include "capture/link_type.h"
#include "capture/reader.h"
#include <criterion/criterion.h>
#include <pcap/pcap.h>

TestSuite(capture_link_type, .timeout = 10);

Test(capture_link_type, names)
{
	static const struct {
		uint16_t link_type;
		const char *name;
	} rows[] = {{1, "EN10MB"},       {101, "RAW"},  {0, "NULL"},          {113, "LINUX_SLL"},
		    {276, "LINUX_SLL2"}, {228, "IPV4"}, {100, "ATM_RFC1483"}, {60000, "linktype 60000"}};
	char name[CAPTURE_LINK_NAME_MAX];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_str_eq(capture_link_type_name(rows[i].link_type, name), rows[i].name);
}

Test(capture_link_type, numbers_of_libpcap)
{
	cr_expect_eq(link_type_dlt(1), DLT_EN10MB);
	cr_expect_eq(link_type_dlt(101), DLT_RAW);
	cr_expect_eq(link_type_dlt(106), DLT_ATM_CLIP);
	cr_expect_eq(link_type_dlt(113), DLT_LINUX_SLL);
	for (uint16_t i = 0; i < 300; i++)
		if (i < 11 || i > 19)
			cr_expect_eq(reader_link_type(i), i);
}
