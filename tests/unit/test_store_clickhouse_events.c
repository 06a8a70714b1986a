#include "store/clickhouse_events.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(store_clickhouse_events, .timeout = 10);

static struct clickhouse a_house(void)
{
	static char host[] = "h", database[] = "t";

	return (struct clickhouse){.place = {.host = host, .database = database, .port = 1}};
}

static struct house_events of_one(const struct house_event *items, size_t count)
{
	return (struct house_events){.items = (struct house_event *)(uintptr_t)items, .count = count};
}

static void expect(const struct house_event *items, size_t count, const char *current, const char *site,
		   const char *now, bool have)
{
	const struct house_events events = of_one(items, count);
	const char *is = events_current(&events);

	cr_expect_str_eq(is ? is : "-", current);
	cr_expect_str_eq(events_resolve(&events, site), now);
	cr_expect_eq(events_have(&events, now), have, "%s of %s", now, current);
}

Test(store_clickhouse_events, what_is_said_later_counts)
{
	static const struct house_event nothing[1],
	    plain[] = {{"s", 1, "A", "", 1}}, renamed[] = {{"s", 1, "A", "", 1}, {"s", 2, "B", "A", 1}},
	    back[] = {{"s", 1, "A", "", 1}, {"s", 2, "B", "A", 1}, {"s", 3, "A", "B", 1}},
	    moved[] = {{"s", 1, "A", "", 1}, {"s", 2, "B", "", 1}},
	    corrected[] = {{"s", 1, "A", "", 1}, {"s", 2, "A", "X", 1}},
	    retired[] = {{"s", 1, "A", "", 1}, {"s", 2, "", "", 1}};

	expect(nothing, 0, "-", "A", "A", false);
	expect(plain, 1, "A", "A", "A", true);
	expect(plain, 1, "A", "B", "B", false);
	expect(renamed, 2, "B", "A", "B", true);
	expect(back, 3, "A", "B", "A", true);
	expect(back, 3, "A", "A", "A", true);
	expect(moved, 2, "B", "A", "A", true);
	expect(corrected, 2, "A", "X", "A", true);
	expect(retired, 2, "", "A", "A", true);
	const struct house_events last = of_one(back, 3), none = of_one(nothing, 0);
	cr_expect(events_next(&last) == 4 && events_next(&none) == 1);
}

Test(store_clickhouse_events, a_site_is_all_names_that_it_had)
{
	static const struct house_event items[] = {
	    {"s", 1, "A", "", 1}, {"s", 2, "B", "A", 1}, {"s", 3, "C", "", 1}, {"s", 4, "B", "X'", 1}};
	const struct house_events events = of_one(items, 4);
	struct house_whose whose = {.sensors = {0}};

	cr_expect(whose_add_names(&whose, &events, "B"));
	cr_expect_str_eq(strbuf_text(&whose.sensors), "'s'");
	cr_expect_str_eq(strbuf_text(&whose.pairs), "('s', 'A'), ('s', 'B'), ('s', 'X\\'')");
	cr_expect_not(whose_add_names(&whose, &events, "A"), "a former name");
	cr_expect(whose_add_names(&whose, &events, "C"));
	whose_clear(&whose);
}

static void put_event(struct strbuf *out, const char *sensor, uint64_t version, const char *site,
		      const char *was)
{
	put_text(out, sensor);
	put_number(out, version, 8);
	put_text(out, site);
	put_text(out, was);
	put_number(out, 2, 8);
}

Test(store_clickhouse_events, the_register_is_read_and_what_is_cut_is_refused)
{
	const struct clickhouse house = a_house();
	struct strbuf whole = {0};

	put_event(&whole, "a", 1, "A", "");
	put_event(&whole, "b", 1, "B", "");
	put_event(&whole, "b", 2, "", "");
	for (size_t length = 0; length <= whole.length; length++) {
		struct house_events events = {.count = 0};
		struct strbuf part = {0};
		struct err err = {""};
		bool cut = length != 0 && length != 21 && length != 42 && length != 62;

		strbuf_add_bytes(&part, whole.text, length);
		cr_expect_eq(events_take(&house, &part, &events, &err), cut ? -1 : 0, "%zu bytes", length);
		cr_expect_str_eq(err.text,
				 cut ? "clickhouse h:1: the register of sensors holds what cannot be" : "");
		const struct house_events b = events_of(&events, "b");
		if (length == whole.length)
			cr_expect(b.count == 2 && strcmp(events_current(&b), "") == 0 &&
				  b.items[1].shards == 2);
		cr_expect_eq(events_of(&events, "c").count, 0);
		strbuf_clear(&part);
		events_clear(&events);
	}
	strbuf_clear(&whole);
}
