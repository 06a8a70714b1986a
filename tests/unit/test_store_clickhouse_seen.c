#include "store/clickhouse_seen.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(store_clickhouse_seen, .timeout = 10);

static void add_sensor(struct strbuf *answer, const char *name, uint64_t first_attempt, unsigned attempts,
		       bool shared)
{
	put_text(answer, name);
	/* Below 128 the count is one byte, above it two. */
	if (attempts > 127)
		put_number(answer, (attempts & 127) | 128 | (uint64_t)(attempts >> 7) << 8, 2);
	else
		put_number(answer, attempts, 1);
	for (unsigned i = 0; i < attempts; i++)
		put_number(answer, first_attempt + i, 8);
	put_number(answer, shared, 1);
}

static struct clickhouse a_house(void)
{
	static char host[] = "h", database[] = "t";

	return (struct clickhouse){.place = {.host = host, .database = database, .port = 1}};
}

Test(store_clickhouse_seen, sensors_whose_segments_touch_stand_apart)
{
	struct clickhouse house = a_house();
	struct seen seen = {.sensors = 0};
	struct err err = {""};

	add_sensor(&seen.answer, "a", 5, 1, false);
	add_sensor(&seen.answer, "b'", 7, 2, true);
	cr_assert_eq(seen_take(&house, 0, 9, NULL, &seen, &err), 0, "%s", err.text);
	cr_expect_eq(seen.sensors, 2);
	cr_expect_str_eq(strbuf_text(&seen.parts[SEEN_ALL].condition),
			 "sensor IN ('a', 'b\\'') AND attempt IN (5, 7, 8)");
	cr_expect_str_eq(strbuf_text(&seen.parts[SEEN_APART].condition),
			 "sensor IN ('a') AND attempt IN (5)");
	cr_expect_str_eq(strbuf_text(&seen.parts[SEEN_SHARED].condition),
			 "sensor IN ('b\\'') AND attempt IN (7, 8)");
	cr_expect(seen.parts[SEEN_ALL].attempts == 3 && seen.parts[SEEN_APART].attempts == 1 &&
		  seen.parts[SEEN_SHARED].attempts == 2);
	seen_clear(&seen);
}

Test(store_clickhouse_seen, too_many_to_name_are_described)
{
	struct clickhouse house = a_house();
	struct seen seen = {.sensors = 0};
	struct house_whose whose = {.sensors = {0}};
	struct err err = {""};

	strbuf_add(&whose.sensors, "'a', 'b', 'c'");
	whose_add(&whose, "a", "here");
	whose_add(&whose, "b", "it's");
	for (unsigned i = 0; i < 3; i++)
		add_sensor(&seen.answer, i == 0 ? "a" : i == 1 ? "b" : "c", i * 10000, 10000, false);
	cr_assert_eq(seen_take(&house, 3, 9, &whose, &seen, &err), 0, "%s", err.text);
	cr_expect_str_eq(
	    strbuf_text(&seen.parts[SEEN_SHARED].condition),
	    "sensor IN ('a', 'b', 'c') AND attempt GLOBAL IN (SELECT argMax(attempt, version) FROM t.segment "
	    "WHERE "
	    "(first_bucket < 209 AND last_bucket >= -197 OR last_bucket = 0) AND sensor IN ('a', 'b', 'c') "
	    "GROUP BY sensor, segment "
	    "HAVING argMax(first_bucket, version) < 9 AND argMax(last_bucket, version) >= 3 AND "
	    "(sensor, argMax(site, version)) IN (('a', 'here'), ('b', 'it\\'s')))");
	cr_expect_eq(seen.parts[SEEN_SHARED].attempts, 30000);
	cr_expect_eq(seen.parts[SEEN_APART].attempts, 0);
	whose_clear(&whose);
	seen_clear(&seen);
}

Test(store_clickhouse_seen, what_is_cut_is_refused)
{
	struct clickhouse house = a_house();
	struct strbuf whole = {0};

	add_sensor(&whole, "a", 5, 3, true);
	for (size_t length = 1; length < whole.length; length++) {
		struct seen seen = {.sensors = 0};
		struct err err = {""};

		strbuf_add_bytes(&seen.answer, whole.text, length);
		cr_expect_eq(seen_take(&house, 0, 9, NULL, &seen, &err), -1, "%zu bytes", length);
		cr_expect_str_eq(err.text, "clickhouse h:1: the list of segments holds what cannot be");
		seen_clear(&seen);
	}
	strbuf_clear(&whole);
}

Test(store_clickhouse_seen, what_will_pass_is_waited_for)
{
	cr_expect(clickhouse_will_pass("Code: 252, e.displayText() = DB::Exception: Too many parts (300)."));
	cr_expect(clickhouse_will_pass("Code: 279. DB::NetException: All connection tries failed."));
	cr_expect(clickhouse_will_pass("Code: 241, memory limit"));
	cr_expect_not(
	    clickhouse_will_pass("Code: 60, e.displayText() = DB::Exception: Table t.edge doesn't exist."));
	cr_expect_not(clickhouse_will_pass("Code: 2529, nothing known"));
	cr_expect_not(clickhouse_will_pass("no code"));
}
