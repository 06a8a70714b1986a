#include "audit/compare.h"
#include "base/mem.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(audit_compare, .timeout = 10);

enum { DAY = 20000, BEFORE = 19998, LIST_MAX = 8 };

struct list {
	struct audit_finding findings[LIST_MAX];
	struct audit_result result;
};

/* A letter a finding: small, or "x!" for one that an exception covers. */
static void list_make(struct list *list, const char *letters)
{
	memset(list, 0, sizeof(*list));
	for (const char *p = letters; *p; p++) {
		struct audit_finding *finding = &list->findings[list->result.finding_count++];

		finding->id[0] = *p;
		if (p[1] == '!') {
			finding->exception = "EX";
			p++;
		}
	}
	list->result.findings = list->findings;
}

static void describe_item(char *out, size_t size, const struct compare_item *item)
{
	size_t length = strlen(out);

	(void)snprintf(out + length, size - length, "%s%s %s %d%s%s", length ? ", " : "", item->id,
		       compare_state_name(item->state), (int)item->since_day,
		       item->matrix_changed ? " matrix" : "", item->finding ? "" : " past");
}

/* PAST: letters, each known since 19990 plus its place; NULL: no report. */
static void check(const char *today, const char *before, const char *past, bool files_changed,
		  const char *expected)
{
	struct list day, day_before;
	struct compare_past items[LIST_MAX];
	char ids[LIST_MAX][2] = {{0}}, got[512] = "";
	struct compare_options options = {.day = DAY, .day_before = BEFORE, .files_changed = files_changed};
	struct comparison *comparison;

	list_make(&day, today);
	list_make(&day_before, before ? before : "");
	for (size_t i = 0; past && past[i]; i++) {
		ids[i][0] = past[i];
		items[i] = (struct compare_past){.id = ids[i], .since_day = 19990 + (int32_t)i};
		options.past_count++;
	}
	options.past = past ? items : NULL;
	comparison = audit_compare(&day.result, before ? &day_before.result : NULL, &options, NULL);
	cr_assert_not_null(comparison);
	cr_assert_eq(comparison->finding_count, day.result.finding_count);
	for (size_t i = 0; i < comparison->finding_count; i++) {
		cr_expect_eq(comparison->findings[i].finding, &day.findings[i], "in today's order");
		describe_item(got, sizeof(got), &comparison->findings[i]);
	}
	for (size_t i = 0; i < comparison->fixed_count; i++)
		describe_item(got, sizeof(got), &comparison->fixed[i]);
	(void)snprintf(got + strlen(got), sizeof(got) - strlen(got), " | %zu new, %zu continuing, %zu fixed",
		       comparison->fresh, comparison->continuing, comparison->fixed_count);
	cr_expect_str_eq(got, expected);
	comparison_free(comparison);
}

Test(audit_compare, new_continuing_fixed)
{
	check("cab", "bxa", "abx", false,
	      "c new 20000, a continuing 19990, b continuing 19991, x fixed 19992 | 1 new, 2 continuing, 1 "
	      "fixed");
	check("", "", "", false, " | 0 new, 0 continuing, 0 fixed");
	check("a", NULL, NULL, false, "a new 20000 | 1 new, 0 continuing, 0 fixed");
}

Test(audit_compare, without_a_report_it_goes_on_since_the_day_before)
{
	check("ab", "ax", NULL, true,
	      "a continuing 19998, b new 20000, x fixed 19998 | 1 new, 1 continuing, 1 fixed");
}

/* a: was there under today's files, not in the report. b: was reported, today's files say nothing of it. c:
 * as ever. d: was there and is not, nobody was told. e: reported, and gone only because a file changed. */
Test(audit_compare, what_only_a_file_changed_is_marked)
{
	check("abc", "acd", "bce", true,
	      "a continuing 19998 matrix, b new 20000 matrix, c continuing 19991, d fixed 19998 matrix, "
	      "e fixed 19992 matrix past | 1 new, 2 continuing, 2 fixed");
}

Test(audit_compare, under_the_same_files_a_late_capture_is_no_change_of_files)
{
	check("a", "a", "", false, "a continuing 19998 | 0 new, 1 continuing, 0 fixed");
	check("", "", "e", false, "e fixed 19990 past | 0 new, 0 continuing, 1 fixed");
}

/* Letters before "m" could be seen today. */
static bool shows(const void *context, const struct audit_finding *finding, const struct compare_past *past)
{
	(void)context;
	return (finding ? finding->id : past->id)[0] < 'm';
}

/* b: seen and gone. s, t: gone, but not to be seen today, t not on the day before either. u: seen again. c:
 * could be seen again, and is gone. */
Test(audit_compare, what_could_not_be_seen_stays_open_since_its_first_day)
{
	const struct compare_past past[] = {{.id = "a", .since_day = 19990},
					    {.id = "b", .since_day = 19991},
					    {.id = "c", .since_day = 19992, .unseen = true},
					    {.id = "s", .since_day = 19993},
					    {.id = "t", .since_day = 19994, .unseen = true},
					    {.id = "u", .since_day = 19995, .unseen = true}};
	const struct compare_options options = {.day = DAY,
						.day_before = BEFORE,
						.past = past,
						.past_count = sizeof(past) / sizeof(past[0]),
						.could_show = shows};
	struct list day, before;
	struct comparison *comparison;
	char got[512] = "";

	list_make(&day, "au");
	list_make(&before, "abs");
	comparison = audit_compare(&day.result, &before.result, &options, NULL);
	cr_assert_not_null(comparison);
	for (size_t i = 0; i < comparison->finding_count; i++)
		describe_item(got, sizeof(got), &comparison->findings[i]);
	for (size_t i = 0; i < comparison->fixed_count; i++)
		describe_item(got, sizeof(got), &comparison->fixed[i]);
	for (size_t i = 0; i < comparison->unseen_count; i++)
		describe_item(got, sizeof(got), &comparison->unseen[i]);
	cr_expect_str_eq(got, "a continuing 19990, u continuing 19995, b fixed 19991, c fixed 19992 past, "
			      "s not seen 19993, t not seen 19994 past");
	cr_expect_eq(comparison->fresh + comparison->continuing, 2);
	comparison_free(comparison);
}

Test(audit_compare, an_id_counts_once_excepted_beside_or_not)
{
	check("aa!b!", "a!", "a", false,
	      "a continuing 19990, a continuing 19990, b new 20000 | 1 new, 1 continuing, 0 fixed");
}

/* Finding FINDING of LIST with PEERS ("10.0.0.1 10.0.0.2", ascending), the first two of them listed. */
static void set_peers(struct list *list, size_t finding, struct addr *addresses, struct audit_end *listed,
		      const char *peers)
{
	struct audit_finding *of = &list->findings[finding];
	char text[256], *rest = text;

	(void)snprintf(text, sizeof(text), "%s", peers);
	for (char *word; (word = strtok_r(rest, " ", &rest));)
		cr_assert_eq(addr_parse(&addresses[of->peer_count++], word), 0);
	of->peer_addresses = addresses;
	of->initiator.address = addresses[0];
	for (size_t i = 0; of->peer_count > 1 && i < of->peer_count && i < 2; i++)
		listed[of->peers_listed++].address = addresses[i];
	of->peers = listed;
}

static void check_peers(const char *before, const char *today, const char *expected)
{
	struct list day, past;
	struct addr addresses[2][LIST_MAX];
	struct audit_end listed[2][2] = {{{.name = NULL}}};
	const struct compare_options options = {.day = DAY, .day_before = BEFORE};
	char got[256] = "", text[ADDR_TEXT_MAX];

	list_make(&day, "a");
	list_make(&past, "a");
	set_peers(&past, 0, addresses[0], listed[0], before);
	set_peers(&day, 0, addresses[1], listed[1], today);
	struct comparison *comparison = audit_compare(&day.result, &past.result, &options, NULL);
	cr_assert_not_null(comparison);
	const struct compare_item *item = &comparison->findings[0];
	for (size_t i = 0; i < item->new_peers_listed; i++)
		(void)snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%s", i ? " " : "",
			       addr_format(&item->new_peers[i].address, text));
	cr_expect_str_eq(got, expected);
	cr_expect_eq(item->new_peer_count, item->new_peers_listed);
	cr_expect_eq(comparison->joined, item->new_peer_count > 0);
	cr_expect_eq(comparison->continuing, 1);
	comparison_free(comparison);
}

/* The id leaves out who is bound to nothing. Those beyond the list count like the others. */
Test(audit_compare, another_stranger_at_the_same_door_is_told)
{
	check_peers("10.99.0.9", "10.99.0.9", "");
	check_peers("10.99.0.9", "203.0.113.66", "203.0.113.66");
	check_peers("10.99.0.9", "10.99.0.9 203.0.113.66", "203.0.113.66");
	check_peers("10.99.0.9 203.0.113.66", "203.0.113.66", "");
	check_peers("10.0.0.1 10.0.0.2 10.0.0.3", "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5",
		    "10.0.0.4 10.0.0.5");
}

/* "x" was reported of the place of "a"; a is the name of today. Without a change of files a place proves
 * nothing. */
static void check_renamed(bool files_changed, const char *place, const char *expected)
{
	struct list day, before;
	const struct compare_past past[] = {{.id = "x", .since_day = 19990, .place = place}};
	const struct compare_options options = {
	    .day = DAY, .day_before = BEFORE, .past = past, .past_count = 1, .files_changed = files_changed};
	char got[256] = "";

	list_make(&day, "a");
	list_make(&before, "ab");
	(void)snprintf(before.findings[0].place, sizeof(before.findings[0].place), "here");
	(void)snprintf(before.findings[1].place, sizeof(before.findings[1].place), "there");
	struct comparison *comparison = audit_compare(&day.result, &before.result, &options, NULL);
	cr_assert_not_null(comparison);
	describe_item(got, sizeof(got), &comparison->findings[0]);
	for (size_t i = 0; i < comparison->fixed_count; i++)
		describe_item(got, sizeof(got), &comparison->fixed[i]);
	cr_expect_str_eq(got, expected);
	comparison_free(comparison);
}

Test(audit_compare, a_host_that_is_named_otherwise_keeps_its_history)
{
	check_renamed(true, "here", "a continuing 19990, b fixed 19998 matrix");
	check_renamed(true, "there", "a continuing 19998 matrix, b fixed 19990");
	check_renamed(true, "", "a continuing 19998 matrix, b fixed 19998 matrix, x fixed 19990 matrix past");
	check_renamed(false, "here", "a continuing 19998, b fixed 19998, x fixed 19990 past");
}

Test(audit_compare, want_of_memory_anywhere)
{
	struct list day, before;
	const struct compare_options options = {.day = DAY, .day_before = BEFORE};
	struct comparison *comparison = NULL;
	size_t live = mem_live();

	list_make(&day, "abc");
	list_make(&before, "bcd");
	for (uint64_t nth = 1; !comparison; nth++) {
		struct err err = {""};

		mem_fail_at(nth);
		comparison = audit_compare(&day.result, &before.result, &options, &err);
		cr_assert(comparison || err.text[0] != '\0');
		cr_assert(comparison || mem_live() == live);
		cr_assert_lt(nth, 20);
	}
	mem_fail_at(0);
	comparison_free(comparison);
	cr_assert_eq(mem_live(), live);
}

/* A finding of ports "4000-4009,5000" of 10.0.0.2, opened by 10.0.0.1; "*" in front: folded. */
static void set_ports(struct audit_finding *finding, struct port_range *ranges, const char *ports)
{
	char *end;

	finding->kind = FINDING_UNEXPECTED;
	finding->system = "s";
	finding->protocol = PROTO_TCP;
	finding->folded = *ports == '*';
	finding->peer_count = 1;
	finding->port_ranges = ranges;
	cr_assert_eq(addr_parse(&finding->initiator.address, "10.0.0.1"), 0);
	cr_assert_eq(addr_parse(&finding->responder.address, "10.0.0.2"), 0);
	for (const char *p = ports + finding->folded;; p = end + 1) {
		struct port_range *range = &ranges[finding->port_range_count++];

		range->low = range->high = (uint16_t)strtoul(p, &end, 10);
		if (*end == '-')
			range->high = (uint16_t)strtoul(end + 1, &end, 10);
		if (!*end)
			return;
	}
}

/* Ids and ports of each finding: "a 4000". What differs in the last of today's is done by CHANGE. */
static void check_folds(const char *const today[], const char *const before[], const char *past,
			void (*change)(struct audit_finding *finding), const char *expected)
{
	struct list days[2];
	const char *const *const texts[2] = {today, before};
	struct port_range ranges[2][LIST_MAX][4] = {{{{0}}}};
	struct compare_past items[LIST_MAX];
	char ids[LIST_MAX][2] = {{0}}, got[512] = "";
	struct compare_options options = {.day = DAY, .day_before = BEFORE, .past = items};

	for (size_t day = 0; day < 2; day++) {
		list_make(&days[day], "");
		for (const char *const *text = texts[day]; *text; text++) {
			size_t at = days[day].result.finding_count++;

			days[day].findings[at].id[0] = (*text)[0];
			set_ports(&days[day].findings[at], ranges[day][at], *text + 2);
		}
	}
	if (change)
		change(&days[0].findings[days[0].result.finding_count - 1]);
	for (size_t i = 0; past[i]; i++) {
		ids[i][0] = past[i];
		items[options.past_count++] =
		    (struct compare_past){.id = ids[i], .since_day = 19990 + (int32_t)i};
	}
	struct comparison *comparison = audit_compare(&days[0].result, &days[1].result, &options, NULL);
	cr_assert_not_null(comparison);
	for (size_t i = 0; i < comparison->finding_count; i++)
		describe_item(got, sizeof(got), &comparison->findings[i]);
	for (size_t i = 0; i < comparison->fixed_count; i++)
		describe_item(got, sizeof(got), &comparison->fixed[i]);
	cr_expect_str_eq(got, expected);
	cr_expect_eq(comparison->fresh + comparison->continuing, comparison->finding_count);
	comparison_free(comparison);
}

#define LIST(...)                                                                                            \
	(const char *const[])                                                                                \
	{                                                                                                    \
		__VA_ARGS__, NULL                                                                            \
	}

Test(audit_compare, a_fold_goes_on_for_the_single_ones_and_they_for_it)
{
	check_folds(LIST("f *4000-4039"), LIST("a 4000", "b 4005"), "ba", NULL, "f continuing 19990");
	check_folds(LIST("a 4000", "b 4005"), LIST("f *4000-4039"), "f", NULL,
		    "a continuing 19990, b continuing 19990");
	check_folds(LIST("f *4000-4039"), LIST("g *4039-4100"), "g", NULL, "f continuing 19990");
	check_folds(LIST("f *4000-4039", "a 3389"), LIST("a 3389", "b 4001"), "ab", NULL,
		    "f continuing 19991, a continuing 19990");
	check_folds(LIST("f *1-20"), LIST("a 7", "f *1-20"), "af", NULL, "f continuing 19990");
}

Test(audit_compare, a_port_that_a_fold_does_not_hold_is_another_finding)
{
	check_folds(LIST("f *4000-4039"), LIST("a 3389", "b 4001"), "ab", NULL,
		    "f continuing 19991, a fixed 19990");
	check_folds(LIST("a 4000", "b 3389"), LIST("f *4000-4039,5000"), "f", NULL,
		    "a continuing 19990, b new 20000");
	/* Without a fold ids alone tell. */
	check_folds(LIST("x 4000"), LIST("a 4000"), "a", NULL, "x new 20000, a fixed 19990");
}

static void change_protocol(struct audit_finding *finding)
{
	finding->protocol = PROTO_UDP;
}
static void change_kind(struct audit_finding *finding)
{
	finding->kind = FINDING_WRONG_DIRECTION;
}
static void change_system(struct audit_finding *finding)
{
	finding->system = "t";
}
static void change_opener(struct audit_finding *finding)
{
	cr_assert_eq(addr_parse(&finding->initiator.address, "10.0.0.9"), 0);
}
static void swap_ends(struct audit_finding *finding)
{
	struct audit_end end = finding->initiator;

	finding->initiator = finding->responder;
	finding->responder = end;
}

Test(audit_compare, a_fold_of_others_is_another_finding)
{
	void (*const changes[])(struct audit_finding *) = {change_protocol, change_kind, change_system,
							   change_opener, swap_ends};

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		check_folds(LIST("f *4000-4039"), LIST("a 4000"), "a", changes[i],
			    "f new 20000, a fixed 19990");
}

static struct addr scanned[2];
static void change_to_scan(struct audit_finding *finding)
{
	cr_assert_eq(addr_parse(&scanned[0], "10.0.0.2"), 0);
	cr_assert_eq(addr_parse(&scanned[1], "10.0.0.3"), 0);
	finding->responder.address = scanned[0];
	finding->reason = REASON_SCAN;
	finding->peer_addresses = scanned;
	finding->peer_count = 2;
}

/* One of several peers, beyond those that are listed. */
static void change_to_other_scan(struct audit_finding *finding)
{
	change_to_scan(finding);
	cr_assert_eq(addr_parse(&scanned[0], "10.0.0.0"), 0);
	cr_assert_eq(addr_parse(&scanned[1], "10.0.0.2"), 0);
	finding->responder.address = scanned[0];
}

static void change_name(struct audit_finding *finding)
{
	finding->responder.name = "server";
}

Test(audit_compare, a_scan_stands_for_what_it_tried)
{
	check_folds(LIST("f *3389"), LIST("a 3389"), "a", change_to_scan, "f continuing 19990");
	check_folds(LIST("f *3389"), LIST("a 3389"), "a", change_to_other_scan, "f continuing 19990");
	check_folds(LIST("f *3389"), LIST("a 3389"), "a", change_name, "f continuing 19990");
}

static void make_severe(struct audit_finding *finding)
{
	finding->severity = SEVERITY_HIGH;
}

/* Of BEFORE severity the day before, high today. */
static void check_severity(const char *past, enum severity before, bool new, bool worse)
{
	struct list days[2];
	const struct compare_options options = {.day = DAY, .day_before = BEFORE};

	list_make(&days[0], "a");
	list_make(&days[1], past);
	make_severe(&days[0].findings[0]);
	days[1].findings[days[1].result.finding_count - 1].severity = before;
	struct comparison *comparison = audit_compare(&days[0].result, &days[1].result, &options, NULL);
	cr_assert_not_null(comparison);
	cr_expect_eq(comparison->findings[0].severity_known, !new);
	cr_expect(new || comparison->findings[0].severity_before == before);
	cr_expect_eq(comparison->worse, worse);
	comparison_free(comparison);
}

Test(audit_compare, what_got_worse_is_counted)
{
	check_severity("a", SEVERITY_MEDIUM, false, true);
	check_severity("a", SEVERITY_HIGH, false, false);
	check_severity("b", SEVERITY_MEDIUM, true, false);
}
