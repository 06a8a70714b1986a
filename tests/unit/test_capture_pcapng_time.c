#include "capture/pcapng.h"
#include <criterion/criterion.h>

TestSuite(capture_pcapng_time, .timeout = 10);

struct row {
	uint8_t resolution;
	int64_t offset_sec;
	uint64_t units;
	int64_t expected;
};

static const struct row rows[] = {
    {0, 0, 5, 5000000000},
    {3, 0, 1001, 1001000000},
    {6, 0, 1700000000123456, 1700000000123456000},
    {9, 0, 1700000000123456789, 1700000000123456789},
    {9, 0, INT64_MAX, INT64_MAX},
    {9, 0, (uint64_t)INT64_MAX + 1, TIME_UNKNOWN},
    {6, 0, UINT64_MAX, TIME_UNKNOWN},
    {0, 0, UINT64_MAX, TIME_UNKNOWN},
    {12, 0, 1700000000123456789, 1700000000123456},
    {12, 0, UINT64_MAX, 18446744073709551},
    {28, 0, UINT64_MAX, 1},
    {29, 0, UINT64_MAX, 0},
    {127, 0, UINT64_MAX, 0},
    {0x80, 0, 3, 3000000000},
    {0x88, 0, 0x180, 1500000000},
    {0x8a, 0, 1, 976562},
    {0xa0, 0, (UINT64_C(1700000000) << 32) + (UINT64_C(1) << 31), 1700000000500000000},
    {0xc0, 0, UINT64_MAX, 999999999},
    {0xff, 0, UINT64_MAX, 0},
    {6, 3600, 1000000, 3601000000000},
    {6, -3600, 1000000, -3599000000000},
    {6, INT64_MAX, 1, TIME_UNKNOWN},
    {6, INT64_MIN, 1, TIME_UNKNOWN},
    {9, -9223372037, 145224193, -9223372036854775807},
    {9, -9223372037, 145224192, TIME_UNKNOWN},
};

Test(capture_pcapng_time, resolutions)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct capture_interface interface = {.offset_sec = rows[i].offset_sec};
		int64_t time;

		pcapng_set_resolution(&interface, rows[i].resolution);
		time = pcapng_time(&interface, rows[i].units);
		cr_expect_eq(time, rows[i].expected, "row %zu: %lld", i, (long long)time);
	}
}
