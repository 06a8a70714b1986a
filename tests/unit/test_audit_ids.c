/* Ids of findings: stable from night to night, whatever else is in the capture; no two alike that an
 * exception does not tell apart. */
#include "audit_run_testkit.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(audit_ids, .timeout = 20);

static bool has_id(const struct audit_result *result, const char *id)
{
	for (size_t i = 0; i < result->finding_count; i++)
		if (strcmp(result->findings[i].id, id) == 0)
			return true;
	return false;
}

/* Whatever else was captured, a finding keeps its id; and no two share one, unless one is excused. */
Test(audit_ids, stable_and_unique)
{
	static const char more[] = "50 established tcp 10.9.0.7:50000 > 10.0.0.1:443\n"
				   "60 established tcp 10.0.0.2:50000 > 10.0.1.7:443\n"
				   "61 refused tcp 10.98.0.{1-30}:50000 > 10.0.0.1:22\n"
				   "62 established tcp 10.98.0.1:50000 > 10.0.0.1:9100\n"
				   "63 established tcp 10.0.5.1:40000 > 10.0.0.2:389\n"
				   "64 unanswered tcp 10.0.0.1:50000 > 10.0.1.9:443\n"
				   "5000 established tcp 10.99.0.5:50000 > 10.0.0.1:9100\n";
	struct kit kits[2];
	struct audit_result *results[2];

	results[0] = run_rows(&kits[0], run_traffic);
	run_open(&kits[1], &(struct run_case){.rows = run_traffic, .cover = "0-9000"});
	run_add(&kits[1], more);
	results[1] = run_audit(&kits[1], &(struct run_case){.name = NULL});
	for (size_t i = 0; i < results[0]->finding_count; i++)
		cr_expect(has_id(results[1], results[0]->findings[i].id), "lost: %s",
			  results[0]->findings[i].message);
	for (size_t i = 0; i < results[1]->finding_count; i++)
		for (size_t j = 0; j < i; j++)
			cr_expect(results[1]->findings[i].exception != results[1]->findings[j].exception ||
				  strcmp(results[1]->findings[i].id, results[1]->findings[j].id) != 0);
	for (int i = 0; i < 2; i++) {
		audit_free(results[i]);
		kit_close(&kits[i]);
	}
}

/* An id goes by the host's name where it is bound so, not by the address that it has tonight. */
Test(audit_ids, a_named_host_keeps_its_ids)
{
	struct kit kits[2];
	struct audit_result *results[2] = {
	    run_rows(&kits[0], "200 established tcp 10.99.0.1:50000 > 10.0.0.2:22\n"),
	    run_rows(&kits[1], "200 established tcp [2001:db8::1]:50000 > [fd00::2]:22\n")};

	cr_expect_str_eq(results[0]->findings[0].id, results[1]->findings[0].id);
	for (int i = 0; i < 2; i++) {
		audit_free(results[i]);
		kit_close(&kits[i]);
	}
}

/* Ids are kept in others' records: a new version must not change them. Each part of the key changes the id.
 */
Test(audit_ids, what_they_were)
{
	static const struct {
		const char *rows, *id;
	} cases[] = {
	    {"200 established tcp 10.99.0.1:50000 > 10.0.0.1:22", "6c0856434809831855cd8074f9fc423b"},
	    {"200 established tcp 10.99.0.1:50000 > 10.0.0.2:22", "dfe3bff7da788f24f9ac5098a063fcd5"},
	    {"200 established tcp 10.99.0.1:50000 > 10.0.0.1:23", "76bce7506cbdfd4d0deec8739f911523"},
	    {"200 established tcp 10.99.0.1:50000 > 10.0.0.1:40000", "cdc9a50802a8de1b98f03ae14dc53167"},
	    {"200 established tcp 10.99.0.1:50000 > 10.0.0.1:3306", "925c1c5f6fdbe7253b6bac7738dc79be"},
	    {"200 established tcp 10.0.0.1:50000 > 10.99.0.1:22", "4e2b12e38a158ae0cc7e091a7c2d282f"},
	    {"200 answered udp 10.99.0.1:50000 > 10.0.0.1:22", "8531fc8dd8a039c2541615f26775613d"},
	    {"200 refused tcp 10.9.0.1:50000 > 10.0.0.1:443", "c159a2a85c33ac77debc711d70471714"},
	    {"200 refused tcp 10.9.0.2:50000 > 10.0.0.1:443", "7d093e0505cd03285d833f2136502e40"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kit kit;
		struct audit_result *result = run_rows(&kit, cases[i].rows);

		cr_assert_eq(result->finding_count, 1);
		cr_expect_str_eq(result->findings[0].id, cases[i].id, "ID %zu %s", i, result->findings[0].id);
		audit_free(result);
		kit_close(&kit);
	}
}

/* One peer of two is excused: what was one finding is two, and both have its id. */
Test(audit_ids, an_exception_for_one_peer_leaves_the_id)
{
	static const char rows[] = "200 established tcp 10.0.8.1:50000 > 10.0.0.1:9100\n"
				   "300 established tcp 10.0.8.3:50000 > 10.0.0.1:9100\n";
	struct run_case before = {.rows = rows, .site = {"'ports': [9100]", "'ports': [9101]"}};
	struct kit kits[2];
	struct audit_result *results[2] = {NULL, run_rows(&kits[1], rows)};

	run_open(&kits[0], &before);
	results[0] = run_audit(&kits[0], &before);
	cr_assert_eq(results[0]->finding_count, 1);
	cr_expect_eq(results[0]->findings[0].peer_count, 2);
	cr_assert_eq(results[1]->finding_count, 2);
	cr_expect_str_eq(results[1]->findings[0].exception, "EX-1");
	cr_expect_null(results[1]->findings[1].exception);
	for (size_t i = 0; i < 2; i++)
		cr_expect_str_eq(results[1]->findings[i].id, results[0]->findings[0].id);
	for (int i = 0; i < 2; i++) {
		audit_free(results[i]);
		kit_close(&kits[i]);
	}
}

/* Without its sibling an excepted finding has the id that it will have when the exception runs out. */
Test(audit_ids, an_exception_leaves_the_id)
{
	static const char rows[] = "200 established tcp 10.0.8.1:50000 > 10.0.0.1:9100\n";
	struct run_case expired = {.rows = rows,
				   .site = {"'expires': '2026-01-07'", "'expires': '2026-01-06'"}};
	struct kit kits[2];
	struct audit_result *results[2] = {run_rows(&kits[0], rows), NULL};

	run_open(&kits[1], &expired);
	results[1] = run_audit(&kits[1], &expired);
	cr_expect_str_eq(results[0]->findings[0].exception, "EX-1");
	cr_expect_null(results[1]->findings[0].exception);
	cr_expect_str_eq(results[0]->findings[0].id, results[1]->findings[0].id);
	cr_expect_eq(results[0]->verdict, RUN_PASS);
	cr_expect_eq(results[1]->verdict, RUN_FAIL);
	for (int i = 0; i < 2; i++) {
		audit_free(results[i]);
		kit_close(&kits[i]);
	}
}
