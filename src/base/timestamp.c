#include "base/timestamp.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum {
	DAY_SEC = 86400,
	DAYS_PER_ERA = 146097, /* 400 years of the Gregorian calendar */
	YEARS_PER_ERA = 400,
	EPOCH_DAY = 719468, /* days from 0000-03-01 to 1970-01-01 */
};

/* Years here begin in March, so that the leap day is a year's last and months need no table. */
static int64_t day_of_date(int64_t year, int month, int day_of_month)
{
	int64_t march_year = year - (month <= 2);
	int64_t era = march_year / YEARS_PER_ERA - (march_year % YEARS_PER_ERA < 0);
	int64_t year_of_era = march_year - era * YEARS_PER_ERA;
	int month_from_march = (month + 9) % 12;
	int64_t day_of_year = (153 * month_from_march + 2) / 5 + day_of_month - 1;

	return era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
	       EPOCH_DAY;
}

struct date {
	int64_t year;
	int month;
	int day_of_month;
};

static struct date date_of_day(int64_t day)
{
	int64_t shifted = day + EPOCH_DAY;
	int64_t era = shifted / DAYS_PER_ERA - (shifted % DAYS_PER_ERA < 0);
	int64_t day_of_era = shifted - era * DAYS_PER_ERA;
	/* Take out the leap days gone by; what is left counts in years of 365 days. */
	int64_t year_of_era =
	    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (DAYS_PER_ERA - 1)) / 365;
	int day_of_year = (int)(day_of_era - (year_of_era * 365 + year_of_era / 4 - year_of_era / 100));
	int month_from_march = (5 * day_of_year + 2) / 153;
	int month = (month_from_march + 2) % 12 + 1;

	return (struct date){.year = era * YEARS_PER_ERA + year_of_era + (month <= 2),
			     .month = month,
			     .day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

char *time_format_day(int32_t day, char out[TIME_TEXT_MAX])
{
	struct date date = date_of_day(day);

	(void)snprintf(out, TIME_TEXT_MAX, "%04lld-%02d-%02d", (long long)date.year, date.month,
		       date.day_of_month);
	return out;
}

char *time_format(int64_t time_ns, unsigned digits, char out[TIME_TEXT_MAX])
{
	int64_t sec = time_sec_floor(time_ns);
	int64_t day = sec / DAY_SEC - (sec % DAY_SEC < 0);
	int in_day = (int)(sec - day * DAY_SEC);
	int64_t fraction = time_ns % NSEC_PER_SEC;
	size_t length;

	if (time_ns == TIME_UNKNOWN) {
		out[0] = '\0';
		return out;
	}
	if (fraction < 0)
		fraction += NSEC_PER_SEC;
	(void)time_format_day((int32_t)day, out);
	length = strlen(out);
	(void)snprintf(out + length, TIME_TEXT_MAX - length, "T%02d:%02d:%02d.%09lld", in_day / 3600,
		       in_day / 60 % 60, in_day % 60, (long long)fraction);
	length += sizeof("T00:00:00") - 1;
	if (digits > 0)
		length += 1 + (digits < 9 ? digits : 9);
	out[length] = 'Z';
	out[length + 1] = '\0';
	return out;
}

/* Exactly COUNT digits at *TEXT, and past them; -1 and no move otherwise. */
static int take_number(const char **text, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		char c = (*text)[i];

		if (c < '0' || c > '9')
			return -1;
		value = value * 10 + (c - '0');
	}
	*text += count;
	return value;
}

static bool take_char(const char **text, const char *any_of)
{
	if (**text == '\0' || !strchr(any_of, **text))
		return false;
	(*text)++;
	return true;
}

static int take_day(const char **text, int32_t *out)
{
	int year, month, day_of_month;
	struct date date;
	int64_t day;

	year = take_number(text, 4);
	if (year < 0 || !take_char(text, "-"))
		return -1;
	month = take_number(text, 2);
	if (month < 0 || !take_char(text, "-"))
		return -1;
	day_of_month = take_number(text, 2);
	if (day_of_month < 0)
		return -1;
	day = day_of_date(year, month, day_of_month);
	date = date_of_day(day);
	/* A date that is none, month 13 or 30 February, comes back from its day number as another one. */
	if (date.month != month || date.day_of_month != day_of_month)
		return -1;
	*out = (int32_t)day;
	return 0;
}

int time_parse_day(int32_t *out, const char *text)
{
	int32_t day;

	if (take_day(&text, &day) < 0 || *text != '\0')
		return -1;
	*out = day;
	return 0;
}

/* "02:00" as seconds, -1 if it is none. */
static int take_hour_minute(const char **text)
{
	int hour = take_number(text, 2);
	int minute;

	if (hour < 0 || hour > 23 || !take_char(text, ":"))
		return -1;
	minute = take_number(text, 2);
	return minute < 0 || minute > 59 ? -1 : hour * 3600 + minute * 60;
}

/* ".25" in nanoseconds; digits past the ninth are read and dropped. No point: 0. */
static int take_fraction(const char **text, int64_t *out_ns)
{
	int64_t unit = NSEC_PER_SEC / 10;
	const char *start;

	*out_ns = 0;
	if (!take_char(text, "."))
		return 0;
	start = *text;
	for (; **text >= '0' && **text <= '9'; (*text)++) {
		*out_ns += (**text - '0') * unit;
		unit /= 10;
	}
	return *text == start ? -1 : 0;
}

/* "Z", "+01:00", "-05:30": seconds to subtract for UTC. */
static int take_offset(const char **text, int *out_sec)
{
	int sign = **text == '-' ? -1 : 1;
	int offset;

	*out_sec = 0;
	if (take_char(text, "Zz"))
		return 0;
	if (!take_char(text, "+-"))
		return -1;
	offset = take_hour_minute(text);
	*out_sec = sign * offset;
	return offset < 0 ? -1 : 0;
}

static int join_ns(int64_t sec, int64_t fraction_ns, int64_t *out_ns)
{
	int64_t time_ns;

	/* Both of one sign, so that the first second of the range does not overflow on the way. */
	if (sec < 0) {
		sec++;
		fraction_ns -= NSEC_PER_SEC;
	}
	if (__builtin_mul_overflow(sec, NSEC_PER_SEC, &time_ns) ||
	    __builtin_add_overflow(time_ns, fraction_ns, &time_ns) || time_ns == TIME_UNKNOWN)
		return -1;
	*out_ns = time_ns;
	return 0;
}

int time_parse(int64_t *out_ns, const char *text)
{
	int32_t day;
	int in_day, second, offset_sec;
	int64_t fraction_ns, sec;

	if (take_day(&text, &day) < 0)
		return -1;
	sec = (int64_t)day * DAY_SEC;
	if (*text == '\0')
		return join_ns(sec, 0, out_ns);
	if (!take_char(&text, "Tt "))
		return -1;
	in_day = take_hour_minute(&text);
	if (in_day < 0 || !take_char(&text, ":"))
		return -1;
	second = take_number(&text, 2);
	if (second < 0 || second > 60 || take_fraction(&text, &fraction_ns) < 0 ||
	    take_offset(&text, &offset_sec) < 0 || *text != '\0')
		return -1;
	sec += in_day - offset_sec;
	/* RFC 3339 section 5.7: a leap second ends a UTC day; it has no number of its own and counts as the
	 * next. */
	if (second == 60 && ((sec % DAY_SEC) + DAY_SEC) % DAY_SEC != DAY_SEC - 60)
		return -1;
	return join_ns(sec + second, fraction_ns, out_ns);
}
