#include "audit_run_testkit.h"
#include <criterion/criterion.h>

TestSuite(audit_exceptions, .timeout = 10);

/* States of an exception that ends on 2026-01-07, OFFSET days before or after that, by the site's own
 * calendar. */
static void check_states(const char *rows, int offset, const char *state)
{
	struct kit kit;
	struct err err;
	int32_t last_day = 0;

	cr_assert_eq(time_parse_day(&last_day, "2026-01-07"), 0);
	last_day += offset;
	run_open(&kit, &(struct run_case){.rows = rows});
	ledger_sort(kit.ledger);
	const struct audit_options options = {.fail_on = SEVERITY_MEDIUM, .last_day = &last_day};
	struct audit_result *result = audit_run(kit.ledger, kit.matrix, &options, &err);

	cr_assert_not_null(result);
	cr_expect_str_eq(result->exceptions[0].id, "EX-1");
	cr_expect_str_eq(result->exceptions[0].expires, "2026-01-07");
	cr_expect_str_eq(result->exceptions[0].state, state, "%d days: %s", offset,
			 result->exceptions[0].state);
	audit_free(result);
	kit_close(&kit);
}

Test(audit_exceptions, states_by_the_day_judged)
{
	static const char nothing[] = "200 established tcp 10.0.0.1:50000 > 10.0.5.1:389\n";

	check_states(run_traffic, 1, "expired");
	check_states(run_traffic, 0, "expiring");
	check_states(run_traffic, -14, "expiring");
	check_states(run_traffic, -15, "used");
	check_states(nothing, 1, "expired");
	check_states(nothing, 0, "expiring");
	check_states(nothing, -15, "unused");
}
