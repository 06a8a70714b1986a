#include "zone.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SEC_PER_DAY = 86400 };

/* The C library takes a zone that it does not know for UTC without a word. */
static bool zone_is_known(const char *name)
{
	const char *folder = getenv("TZDIR");
	char path[PATH_MAX];

	if (strcmp(name, "UTC") == 0)
		return true;
	if (name[0] == '/' || strstr(name, ".."))
		return false;
	return snprintf(path, sizeof path, "%s/%s", folder && *folder ? folder : "/usr/share/zoneinfo",
			name) < PATH_MAX &&
	       access(path, R_OK) == 0;
}

int zone_enter(const char *name)
{
	if (!name)
		name = "UTC";
	if (!zone_is_known(name)) {
		say_error("timezone \"%s\" of the site file is not known here (is tzdata installed?)", name);
		return -1;
	}
	if (setenv("TZ", name, 1) != 0) {
		say_error("out of memory");
		return -1;
	}
	tzset();
	return 0;
}

void zone_enter_if_known(const char *name)
{
	(void)setenv("TZ", name && zone_is_known(name) ? name : "UTC", 1);
	tzset();
}

static int64_t offset_sec(int64_t time_ns)
{
	time_t sec = (time_t)time_sec_floor(time_ns);
	struct tm local;

	return localtime_r(&sec, &local) ? (int64_t)local.tm_gmtoff : 0;
}

void zone_show(struct report_options *options)
{
	const char *name = getenv("TZ");

	if (!name || strcmp(name, "UTC") == 0)
		return;
	options->zone = name;
	options->zone_offset_sec = offset_sec;
}

int32_t zone_day(int64_t time_ns)
{
	time_t sec = (time_t)time_sec_floor(time_ns);
	struct tm local;

	if (!localtime_r(&sec, &local))
		return 0;
	local.tm_hour = local.tm_min = local.tm_sec = 0;
	local.tm_isdst = 0;
	return (int32_t)(timegm(&local) / SEC_PER_DAY);
}

int64_t zone_day_start_ns(int32_t day)
{
	time_t noon_utc = (time_t)day * SEC_PER_DAY + SEC_PER_DAY / 2;
	struct tm date;

	if (!gmtime_r(&noon_utc, &date))
		return 0;
	date.tm_hour = date.tm_min = date.tm_sec = 0;
	date.tm_isdst = -1;
	time_t start = mktime(&date);
	/* Where clocks go forward at midnight, the day starts at one: mktime may name the hour before. */
	while (zone_day((int64_t)start * NSEC_PER_SEC) < day)
		start += BUCKET_SEC;
	return (int64_t)start * NSEC_PER_SEC;
}

int zone_parse(const char *option, const char *text, bool whole_day, int64_t *out_ns)
{
	int32_t day;

	if (time_parse_day(&day, text) == 0) {
		*out_ns = zone_day_start_ns(whole_day ? day + 1 : day);
		return 0;
	}
	if (time_parse(out_ns, text) == 0)
		return 0;
	say_error("--%s: \"%s\" is neither a day (2026-11-18) nor a time (2026-11-18T08:00:00Z)", option,
		  text);
	return -1;
}
