#include "store_samples.h"

TestSuite(store_history, .timeout = 10);

static const struct store_finding findings[] = {
    {"bbbb", "unexpected", "high", "hq", NULL, "says \"so\"", NULL, 20000, "there"},
    {"aaaa", "missing", "low", "hq", "ldap", "gone", "EX-1", 19990, ""},
};

static void check_texts(const char *got, const char *wanted)
{
	cr_assert_eq(got == NULL, wanted == NULL);
	if (wanted)
		cr_assert_str_eq(got, wanted);
}

static void check_finding(const struct store_finding *got, const struct store_finding *wanted)
{
	check_texts(got->id, wanted->id);
	check_texts(got->kind, wanted->kind);
	check_texts(got->severity, wanted->severity);
	check_texts(got->system, wanted->system);
	check_texts(got->rule, wanted->rule);
	check_texts(got->message, wanted->message);
	check_texts(got->exception, wanted->exception);
	cr_assert_eq(got->since_day, wanted->since_day);
	check_texts(got->place, wanted->place);
}

static void put(struct store *store, const char *site, int32_t day, size_t count)
{
	const struct store_day row = {.day = day,
				      .site_digest = "s1",
				      .signatures_digest = "g1",
				      .verdict = "fail",
				      .grade = "B",
				      .packets = 1,
				      .findings = 2,
				      .excepted = 3,
				      .fresh = 4,
				      .continuing = 5,
				      .fixed = 6};
	struct err err = {""};

	cr_assert_eq(store_put_day(store, site, &row, findings, count, &err), 0, "%s", err.text);
}

Test(store_history, days_and_findings_are_kept_by_site_and_replaced)
{
	struct store_place place = store_place_make();
	struct store *store = store_must_open(&place, STORE_WRITE);
	struct arena arena = {0};
	struct store_finding *listed;
	struct store_day *days;
	struct err err = {""};
	size_t count;

	put(store, "hq", 20001, 2);
	put(store, "hq", 20000, 2);
	put(store, "other", 20000, 1);
	put(store, "hq", 20000, 1);
	cr_assert_eq(store_days(store, "hq", &arena, &days, &count, &err), 0, "%s", err.text);
	cr_assert_eq(count, 2);
	cr_assert(days[0].day == 20000 && days[1].day == 20001);
	cr_assert(days[0].packets == 1 && days[0].findings == 2 && days[0].excepted == 3 &&
		  days[0].fresh == 4 && days[0].continuing == 5 && days[0].fixed == 6);
	check_texts(days[0].site_digest, "s1");
	check_texts(days[0].signatures_digest, "g1");
	check_texts(days[0].verdict, "fail");
	check_texts(days[0].grade, "B");
	cr_assert_eq(store_findings(store, "hq", 20000, &arena, &listed, &count, &err), 0, "%s", err.text);
	cr_assert_eq(count, 1, "a day judged again forgets what it said before");
	check_finding(&listed[0], &findings[0]);
	cr_assert_eq(store_findings(store, "hq", 20001, &arena, &listed, &count, &err), 0, "%s", err.text);
	cr_assert_eq(count, 2);
	check_finding(&listed[0], &findings[1]);
	check_finding(&listed[1], &findings[0]);
	cr_assert_eq(store_findings(store, "hq", 7, &arena, &listed, &count, &err), 0);
	cr_assert_eq(count, 0);
	arena_clear(&arena);
	store_close(store);
	store_place_remove(&place);
}

Test(store_history, files_are_remembered_by_path)
{
	struct store_place place = store_place_make();
	struct store *store = store_must_open(&place, STORE_WRITE);
	struct store_file files[] = {{"/spool/a", 10, 11, "A", 12, 13}, {"/spool/b", 20, 21, "", 22, 23}},
			  got;
	struct arena arena = {0};
	struct err err = {""};
	bool found = false;

	cr_assert_eq(store_add(store, NULL, files, 2, NULL, &err), 0, "%s", err.text);
	files[0].bytes = 99;
	cr_assert_eq(store_add(store, NULL, files, 1, NULL, &err), 0, "%s", err.text);
	cr_assert_eq(store_find_file(store, "/spool/a", &arena, &got, &found, &err), 0);
	cr_assert(found && got.bytes == 99 && got.changed_ns == 11 && got.first_ns == 12 &&
		  got.packets == 13);
	check_texts(got.path, "/spool/a");
	check_texts(got.fingerprint, "A");
	cr_assert_eq(store_find_file(store, "/spool/c", &arena, &got, &found, &err), 0);
	cr_assert_not(found);
	arena_clear(&arena);
	store_close(store);
	store_place_remove(&place);
}
