/* The runner of examples: what it says of right and wrong ones, and the five real signatures. */
#include "audit_testkit.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* Unit tests run from the top of the tree. */
#ifndef TAPAUDIT_SOURCE_DIR
#define TAPAUDIT_SOURCE_DIR "."
#endif

TestSuite(audit_judge_examples, .timeout = 60);

/* kit_signature with EXAMPLES, in the kit's own shorthand. */
static size_t run_examples(const char *examples, struct message_list *messages)
{
	static char text[16384];
	const struct signature *signature;
	struct kit kit;
	size_t run;

	(void)snprintf(text, sizeof(text), "%.*s, 'examples': [%s]}", (int)strlen(kit_signature) - 1,
		       kit_signature, examples);
	kit_open(&kit, ADDR_IPV4, text, NULL);
	signature = signature_get(kit.library, "kit", &kit.messages);
	cr_assert_not_null(signature);
	run = audit_check_examples(signature, kit.library, messages);
	kit_close(&kit);
	return run;
}

Test(audit_judge_examples, right_ones_say_nothing)
{
	struct message_list messages = {0};

	cr_expect_eq(
	    run_examples(
		"{'flow': 'tcp manager:50000 > ldap:389', 'verdict': 'documented', 'rule': 'ldap', 'reason': "
		"null},"
		"{'flow': 'tcp unbound > device:900', 'verdict': 'documented', 'rule': 'session'},"
		"{'flow': 'udp manager > device:3081 answered_from=3080', 'verdict': 'documented'},"
		"{'flow': 'udp manager > device:3081 answered_from=4000', 'verdict': 'unexpected',"
		" 'reason': 'undocumented-reply', 'rule': 'fallback'},"
		"{'flow': 'udp/broadcast manager > group:3080', 'verdict': 'documented', 'rule': "
		"'discovery'},"
		"{'flow': 'icmp stranger > manager:8/0', 'verdict': 'documented'},"
		"{'flow': 'icmp/unicast/ipv6 stranger > manager:128/0', 'verdict': 'documented'},"
		"{'flow': 'tcp stranger > manager:9', 'verdict': 'unexpected', 'reason': 'no-rule', 'rule': "
		"null},"
		"{'modes': {'link': 'proxied'}, 'flow': 'tcp unbound > device:900', 'verdict': 'unexpected',"
		" 'reason': 'mode-off'}",
		&messages),
	    9);
	cr_expect_eq(messages.error_count, 0, "%s", messages.error_count ? messages.errors[0] : "");
	message_list_clear(&messages);
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

Test(audit_judge_examples, a_wrong_one_is_told_for_each_form)
{
	struct message_list messages = {0};

	cr_expect_eq(
	    run_examples(
		"{'flow': 'tcp ldap:40000 > manager:389', 'verdict': 'documented', 'reason': 'no-rule',"
		" 'rule': 'https'},"
		"{'flow': 'udp/broadcast manager > group:9', 'verdict': 'unexpected', 'reason': null,"
		" 'rule': null}",
		&messages),
	    2);
	cr_assert_eq(messages.error_count, 3);
	cr_expect(
	    ends_with(
		messages.errors[0],
		"/kit.json: $.examples[0]: \"tcp ldap:40000 > manager:389\" under IPv4: verdict: expected "
		"documented, got wrong-direction; reason: expected no-rule, got opened-by-responder; rule: "
		"expected https, got ldap"),
	    "%s", messages.errors[0]);
	cr_expect(strstr(messages.errors[1], "under IPv6"));
	cr_expect(ends_with(messages.errors[2], "under IPv4: reason: expected none, got group-noise"), "%s",
		  messages.errors[2]);
	message_list_clear(&messages);
}

Test(audit_judge_examples, real_signatures_hold)
{
	struct err err = {""};
	struct signature_library *library = signature_library_open(TAPAUDIT_SOURCE_DIR "/signatures", &err);
	const char *const *ids;
	size_t count;

	cr_assert_not_null(library, "%s", err.text);
	ids = signature_library_ids(library, &count);
	cr_assert_eq(count, 5);
	for (size_t i = 0; i < count; i++) {
		struct message_list messages = {0};
		const struct signature *signature = signature_get(library, ids[i], &messages);

		cr_assert_not_null(signature, "%s", ids[i]);
		cr_expect_gt(signature->example_count, 20);
		cr_expect_eq(audit_check_examples(signature, library, &messages), signature->example_count);
		for (size_t j = 0; j < messages.error_count; j++)
			cr_expect_fail("%s", messages.errors[j]);
		message_list_clear(&messages);
	}
	signature_library_close(library);
}
