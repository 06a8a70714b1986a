/* Want of memory at every point: an error, nothing leaked, and the same again with memory. */
#include "audit_testkit.h"
#include "base/mem.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(audit_judge_memory, .timeout = 30);

static bool judge_once(struct kit *kit)
{
	struct judge_result result;
	struct host_macs *macs = host_macs_new(kit->ledger);
	struct err err = {""};
	bool judged = false;

	if (macs && judge_ledger(kit->ledger, kit->matrix, macs, &result, &err) == 0) {
		judged = true;
		cr_expect_eq(result.edge_count, 3);
		cr_expect_eq(result.match_count, 2);
		judge_clear(&result);
	} else {
		cr_expect(!macs || err.text[0] != '\0');
	}
	host_macs_free(macs);
	return judged;
}

Test(audit_judge_memory, judging_fails_cleanly)
{
	struct kit kit;
	size_t live;
	uint64_t nth = 0;
	bool judged = false;

	kit_open(&kit, ADDR_IPV4, NULL, NULL);
	kit_add(&kit, "tcp manager:50000 > ldap:389");
	kit_add(&kit, "tcp manager:50000 > device:443");
	kit_add(&kit, "tcp stranger:50000 > device:80");
	ledger_sort(kit.ledger);
	live = mem_live();
	while (!judged && nth < 1000) {
		mem_fail_at(++nth);
		judged = judge_once(&kit);
		cr_expect_eq(mem_live(), live, "after failing allocation %lu", (unsigned long)nth);
	}
	mem_fail_at(0);
	cr_expect(judged);
	cr_expect_gt(nth, 5);
	kit_close(&kit);
}

Test(audit_judge_memory, compiling_fails_cleanly)
{
	struct kit kit;
	size_t live;
	uint64_t nth = 0;
	struct matrix *matrix = NULL;

	kit_open(&kit, ADDR_IPV4, NULL, NULL);
	live = mem_live();
	while (!matrix && nth < 10000) {
		struct err err = {""};

		mem_fail_at(++nth);
		matrix = matrix_compile(kit.site, &err);
		if (!matrix) {
			cr_expect_str_neq(err.text, "");
			cr_expect_eq(mem_live(), live);
		}
	}
	mem_fail_at(0);
	cr_expect_not_null(matrix);
	cr_expect_gt(nth, 5);
	matrix_free(matrix);
	cr_expect_eq(mem_live(), live);
	kit_close(&kit);
}

/* Want of memory while an example runs is said, never taken for an example that holds. */
Test(audit_judge_memory, examples_fail_cleanly)
{
	static char text[16384];
	const struct signature *signature;
	struct kit kit;
	uint64_t nth = 0, said = 0;
	bool held = false;

	(void)snprintf(text, sizeof(text),
		       "%.*s, 'examples': [{'flow': 'icmp stranger > manager:8/0', 'verdict': 'documented',"
		       " 'expect_state': {'ping': 'observed'}}]}",
		       (int)strlen(kit_signature) - 1, kit_signature);
	kit_open(&kit, ADDR_IPV4, text, NULL);
	signature = signature_get(kit.library, "kit", &kit.messages);
	cr_assert_not_null(signature);
	while (!held && nth < 10000) {
		struct message_list messages = {0};
		size_t live = mem_live(), run;

		mem_fail_at(++nth);
		run = audit_check_examples(signature, kit.library, &messages);
		held = !mem_fail_reached();
		/* The ledger folds where it cannot grow, so that not every failure spoils the example. */
		cr_expect(!held || (run == 1 && messages.error_count == 0));
		said += run == 0 || messages.error_count > 0;
		message_list_clear(&messages);
		cr_expect_eq(mem_live(), live, "after failing allocation %lu", (unsigned long)nth);
	}
	mem_fail_at(0);
	cr_expect(held);
	cr_expect_gt(said, nth * 3 / 4);
	kit_close(&kit);
}
