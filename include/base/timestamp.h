/*
 * Time is a signed count of nanoseconds since 1970 UTC. A bucket is a quarter hour of UTC, named by its number
 * since 1970; a minute mask holds one bit for each of its 15 minutes.
 */
#ifndef BASE_TIMESTAMP_H
#define BASE_TIMESTAMP_H

#include "base/err.h"
#include <stdbool.h>
#include <stdint.h>

#define NSEC_PER_SEC  INT64_C(1000000000)
#define NSEC_PER_MSEC INT64_C(1000000)
#define TIME_UNKNOWN  INT64_MIN

enum { BUCKET_SEC = 900, BUCKET_MINUTES = 15, TIME_TEXT_MAX = 40 };

static inline int64_t time_sec_floor(int64_t time_ns)
{
	int64_t sec = time_ns / NSEC_PER_SEC;

	return sec - (time_ns % NSEC_PER_SEC < 0);
}

static inline int32_t time_bucket(int64_t time_ns)
{
	int64_t sec = time_sec_floor(time_ns);

	return (int32_t)(sec / BUCKET_SEC - (sec % BUCKET_SEC < 0));
}

/* Held at the ends of time: the first bucket starts before what a time can say, and the last ends after it. */
static inline int64_t bucket_start_ns(int32_t bucket)
{
	int64_t start_ns;

	if (__builtin_mul_overflow((int64_t)bucket * BUCKET_SEC, NSEC_PER_SEC, &start_ns))
		return bucket < 0 ? TIME_UNKNOWN + 1 : INT64_MAX;
	return start_ns;
}

/* The bit of TIME's minute within its bucket. */
static inline uint16_t time_minute_bit(int64_t time_ns)
{
	int64_t in_bucket = time_sec_floor(time_ns) - (int64_t)time_bucket(time_ns) * BUCKET_SEC;

	return (uint16_t)(1U << (in_bucket / 60));
}

/* RFC 3339 UTC: "2026-11-20T02:00:00Z" (DIGITS 0) or with DIGITS (1..9) decimals. TIME_UNKNOWN gives "". Returns OUT. */
char *time_format(int64_t time_ns, unsigned digits, char out[TIME_TEXT_MAX]);
/* "2027-01-31", checked against the calendar; *OUT is the day's number since 1970-01-01. 0/-1. */
int time_parse_day(int32_t *out, const char *text) MUST_CHECK;
/* RFC 3339 or a bare day (its start, UTC). 0/-1. */
int time_parse(int64_t *out_ns, const char *text) MUST_CHECK;
char *time_format_day(int32_t day, char out[TIME_TEXT_MAX]);

#endif
