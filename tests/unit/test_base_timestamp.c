#include "base/timestamp.h"
#include <criterion/criterion.h>
#include <string.h>
#include <time.h>

TestSuite(base_timestamp, .timeout = 10);

static void expect_time(int64_t time_ns, unsigned digits, const char *wanted)
{
	char out[TIME_TEXT_MAX];

	cr_expect_eq(time_format(time_ns, digits, out), out);
	cr_expect_str_eq(out, wanted);
}

Test(base_timestamp, formats)
{
	expect_time(0, 0, "1970-01-01T00:00:00Z");
	expect_time(INT64_C(1795140000123456789), 0, "2026-11-20T02:00:00Z");
	expect_time(INT64_C(1795140000123456789), 1, "2026-11-20T02:00:00.1Z");
	expect_time(INT64_C(1795140000123456789), 6, "2026-11-20T02:00:00.123456Z");
	expect_time(INT64_C(1795140000123456789), 9, "2026-11-20T02:00:00.123456789Z");
	expect_time(INT64_C(1795140000123456789), 99, "2026-11-20T02:00:00.123456789Z");
	expect_time(INT64_C(1795140000000000009), 9, "2026-11-20T02:00:00.000000009Z");
	expect_time(INT64_C(951825599999999999), 3, "2000-02-29T11:59:59.999Z");
}

Test(base_timestamp, before_1970_and_at_the_ends)
{
	expect_time(-1, 0, "1969-12-31T23:59:59Z");
	expect_time(-1, 9, "1969-12-31T23:59:59.999999999Z");
	expect_time(-NSEC_PER_SEC, 9, "1969-12-31T23:59:59.000000000Z");
	expect_time(-86400 * NSEC_PER_SEC, 0, "1969-12-31T00:00:00Z");
	expect_time(-86400 * NSEC_PER_SEC - 1, 0, "1969-12-30T23:59:59Z");
	expect_time(INT64_MAX, 9, "2262-04-11T23:47:16.854775807Z");
	expect_time(INT64_MIN + 1, 9, "1677-09-21T00:12:43.145224193Z");
	expect_time(TIME_UNKNOWN, 9, "");
}

static void expect_day(int32_t day, const char *wanted)
{
	char out[TIME_TEXT_MAX];

	cr_expect_eq(time_format_day(day, out), out);
	cr_expect_str_eq(out, wanted);
}

Test(base_timestamp, days)
{
	int32_t day;

	expect_day(0, "1970-01-01");
	expect_day(-1, "1969-12-31");
	expect_day(11016, "2000-02-29");
	expect_day(11017, "2000-03-01");
	expect_day(20849, "2027-01-31");
	expect_day(-719528, "0000-01-01");
	expect_day(-719529, "-001-12-31");
	expect_day(2932896, "9999-12-31");
	expect_day(INT32_MAX, "5881580-07-11");
	expect_day(INT32_MIN, "-5877641-06-23");
	cr_expect_eq(time_parse_day(&day, "2027-01-31"), 0);
	cr_expect_eq(day, 20849);
	cr_expect_eq(time_parse_day(&day, "0000-02-29"), 0);
	cr_expect_eq(day, -719469);
	cr_expect_eq(time_parse_day(&day, "9999-12-31"), 0);
	cr_expect_eq(day, 2932896);
}

/* Every day from 1600 to 2400 against the C library's calendar. */
Test(base_timestamp, calendar_is_the_c_librarys)
{
	size_t wrong = 0;

	for (int32_t day = -135140; day < 157054; day++) {
		time_t sec = (time_t)day * 86400;
		char out[TIME_TEXT_MAX], wanted[TIME_TEXT_MAX];
		struct tm tm;
		int32_t back;

		cr_assert_not_null(gmtime_r(&sec, &tm));
		cr_assert_gt(strftime(wanted, sizeof(wanted), "%Y-%m-%d", &tm), 0);
		time_format_day(day, out);
		wrong += strcmp(out, wanted) != 0 || time_parse_day(&back, out) != 0 || back != day;
	}
	cr_expect_eq(wrong, 0);
}

static const char *const bad_days[] = {
    "",
    "2027",
    "2027-01",
    "2027-01-",
    "2027-1-31",
    "2027-01-1",
    "2027-00-01",
    "2027-13-01",
    "2027-01-00",
    "2027-01-32",
    "2027-04-31",
    "2027-02-29",
    "1900-02-29",
    "2100-02-29",
    "2028-02-30",
    "2027-12-32",
    "2027-01-311",
    " 2027-01-31",
    "2027-01-31 ",
    "02027-01-31",
    "-027-01-31",
    "+2027-01-31",
    "2027/01/31",
    "20270131",
    "2027-01-3a",
    "2027-0x-31",
    "2027-01-31T00:00:00Z",
    "today",
};

Test(base_timestamp, days_that_are_none)
{
	for (size_t i = 0; i < sizeof(bad_days) / sizeof(bad_days[0]); i++) {
		int32_t day = 77;

		cr_expect_eq(time_parse_day(&day, bad_days[i]), -1, "\"%s\"", bad_days[i]);
		cr_expect_eq(day, 77, "\"%s\"", bad_days[i]);
	}
}

static const struct {
	const char *text;
	int64_t wanted;
} times[] = {
    {"1970-01-01", 0},
    {"2026-11-20", INT64_C(1795132800000000000)},
    {"1969-12-31", INT64_C(-86400000000000)},
    {"2026-11-20T02:00:00Z", INT64_C(1795140000000000000)},
    {"2026-11-20t02:00:00z", INT64_C(1795140000000000000)},
    {"2026-11-20 02:00:00Z", INT64_C(1795140000000000000)},
    {"2026-11-20T03:00:00+01:00", INT64_C(1795140000000000000)},
    {"2026-11-19T20:30:00-05:30", INT64_C(1795140000000000000)},
    {"2026-11-20T02:00:00-00:00", INT64_C(1795140000000000000)},
    {"2026-11-20T02:00:00.5Z", INT64_C(1795140000500000000)},
    {"2026-11-20T02:00:00.123456789Z", INT64_C(1795140000123456789)},
    {"2026-11-20T02:00:00.1234567899999Z", INT64_C(1795140000123456789)},
    {"2026-11-20T02:00:00.000000000000000000000000000000001Z", INT64_C(1795140000000000000)},
    {"1969-12-31T23:59:59.75Z", INT64_C(-250000000)},
    {"2016-12-31T23:59:60Z", INT64_C(1483228800000000000)},
    {"2016-12-31T23:59:60.5Z", INT64_C(1483228800500000000)},
    {"2017-01-01T00:59:60+01:00", INT64_C(1483228800000000000)},
    {"1968-12-31T23:59:60Z", INT64_C(-31536000000000000)},
    {"2262-04-11T23:47:16.854775807Z", INT64_MAX},
    {"1677-09-21T00:12:43.145224193Z", INT64_MIN + 1},
};

Test(base_timestamp, parse)
{
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		int64_t time_ns = 77;

		cr_expect_eq(time_parse(&time_ns, times[i].text), 0, "%s", times[i].text);
		cr_expect_eq(time_ns, times[i].wanted, "%s", times[i].text);
	}
}

static const char *const bad_times[] = {
    "",
    "now",
    "2027-02-29",
    "2027-02-29T00:00:00Z",
    "2026-11-20T",
    "2026-11-20T02:00Z",
    "2026-11-20T02:00:00",
    "2026-11-20T24:00:00Z",
    "2026-11-20T02:60:00Z",
    "2026-11-20T02:00:61Z",
    "2026-11-20T02:00:60Z",
    "2016-12-31T23:59:60+01:00",
    "2026-11-20T2:00:00Z",
    "2026-11-20T02:00:00.Z",
    "2026-11-20T02:00:00,5Z",
    "2026-11-20T02:00:00ZZ",
    "2026-11-20T02:00:00Z ",
    "2026-11-20T02:00:00+1:00",
    "2026-11-20T02:00:00+0100",
    "2026-11-20T02:00:00+24:00",
    "2026-11-20T02:00:00+01:60",
    "2026-11-20T02:00:00+01",
    "2026-11-20T02:00:00*01:00",
    "2026-11-20_02:00:00Z",
    "2262-04-11T23:47:16.854775808Z",
    "2262-04-12",
    "9999-12-31T23:59:59Z",
    "1677-09-21T00:12:43.145224192Z",
    "1677-09-21T00:12:43.145224191Z",
    "1677-09-21",
    "0000-01-01T00:00:00Z",
};

Test(base_timestamp, times_that_are_none)
{
	for (size_t i = 0; i < sizeof(bad_times) / sizeof(bad_times[0]); i++) {
		int64_t time_ns = 77;

		cr_expect_eq(time_parse(&time_ns, bad_times[i]), -1, "\"%s\"", bad_times[i]);
		cr_expect_eq(time_ns, 77, "\"%s\"", bad_times[i]);
	}
}

Test(base_timestamp, every_time_comes_back)
{
	size_t wrong = 0;
	int64_t step = INT64_C(18446744073709551);

	for (int64_t at = INT64_MIN + 1; at < INT64_MAX - step; at += step) {
		char out[TIME_TEXT_MAX];
		int64_t back;

		wrong += time_parse(&back, time_format(at, 9, out)) != 0 || back != at;
	}
	cr_expect_eq(wrong, 0);
}

Test(base_timestamp, buckets)
{
	cr_expect_eq(time_sec_floor(-1), -1);
	cr_expect_eq(time_sec_floor(-NSEC_PER_SEC), -1);
	cr_expect_eq(time_sec_floor(NSEC_PER_SEC - 1), 0);
	cr_expect_eq(time_bucket(0), 0);
	cr_expect_eq(time_bucket(900 * NSEC_PER_SEC - 1), 0);
	cr_expect_eq(time_bucket(900 * NSEC_PER_SEC), 1);
	cr_expect_eq(time_bucket(-1), -1);
	cr_expect_eq(time_bucket(-900 * NSEC_PER_SEC), -1);
	cr_expect_eq(time_bucket(-900 * NSEC_PER_SEC - 1), -2);
	cr_expect_eq(time_bucket(INT64_MAX), 10248191);
	cr_expect_eq(time_bucket(INT64_MIN + 1), -10248192);
	cr_expect_eq(bucket_start_ns(-2), -1800 * NSEC_PER_SEC);
	cr_expect_eq(bucket_start_ns(10248191), INT64_C(9223371900000000000));
	cr_expect_eq(bucket_start_ns(10248192), INT64_MAX);
	cr_expect_eq(bucket_start_ns(INT32_MAX), INT64_MAX);
	cr_expect_eq(bucket_start_ns(-10248191), INT64_C(-9223371900000000000));
	cr_expect_eq(bucket_start_ns(-10248192), INT64_MIN + 1);
}

Test(base_timestamp, minute_bits)
{
	cr_expect_eq(time_minute_bit(0), 1);
	cr_expect_eq(time_minute_bit(60 * NSEC_PER_SEC - 1), 1);
	cr_expect_eq(time_minute_bit(60 * NSEC_PER_SEC), 2);
	cr_expect_eq(time_minute_bit(900 * NSEC_PER_SEC - 1), 1 << 14);
	cr_expect_eq(time_minute_bit(-1), 1 << 14);
	cr_expect_eq(time_minute_bit(-900 * NSEC_PER_SEC), 1);
	cr_expect_eq(time_minute_bit(INT64_MAX), 1 << 2);
	cr_expect_eq(time_minute_bit(INT64_MIN + 1), 1 << 12);
}
