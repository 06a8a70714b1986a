#include "capture/capture.h"
#include "capture/reader.h"
#include <criterion/criterion.h>

TestSuite(capture_status, .timeout = 10);

Test(capture_status, names_and_trouble)
{
	static const struct {
		const char *name;
		bool trouble;
	} rows[CAPTURE_STATUS_COUNT] = {{"complete", false},  {"cut", true},        {"damaged", true},
					{"foreign", true},    {"empty", true},      {"unreadable", true},
					{"over-limit", true}, {"duplicate", false}, {"skipped", false}};

	for (unsigned i = 0; i < CAPTURE_STATUS_COUNT; i++) {
		cr_expect_str_eq(capture_status_name(i), rows[i].name);
		cr_expect_eq(capture_status_is_trouble(i), rows[i].trouble);
	}
	cr_expect_str_eq(capture_status_name(CAPTURE_STATUS_COUNT), "unknown");
	cr_expect(capture_status_is_trouble(CAPTURE_STATUS_COUNT));
	cr_expect_str_eq(capture_status_remedy(CAPTURE_STATUS_COUNT), "");
}
