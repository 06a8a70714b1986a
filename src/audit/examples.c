/* Runs the examples of a signature through the real judge, and says where they disagree. */
#include "examples.h"
#include "base/strbuf.h"
#include "judge.h"
#include <string.h>

static const char *or_none(const char *text)
{
	return text ? text : "none";
}

static void compare(struct strbuf *wrong, const char *what, bool stated, const char *wanted, const char *got)
{
	if (stated && strcmp(or_none(wanted), or_none(got)) != 0)
		strbuf_addf(wrong, "%s%s: expected %s, got %s", wrong->length > 0 ? "; " : "", what,
			    or_none(wanted), or_none(got));
}

static void compare_verdict(struct strbuf *wrong, const struct example_run *run,
			    const struct judged_edge *edge)
{
	const struct sig_example *example = run->example;
	const char *rule = edge->rule == NO_INDEX ? NULL : run->signature->rules[edge->rule].id;

	compare(wrong, "verdict", example->verdict != NULL, example->verdict,
		edge_verdict_name(edge->verdict));
	compare(wrong, "reason", example->reason_stated || example->reason, example->reason,
		finding_reason_name(edge->reason));
	compare(wrong, "rule", example->rule_stated || example->rule, example->rule, rule);
}

static void compare_states(struct strbuf *wrong, const struct example_run *run,
			   const struct audit_result *audit)
{
	for (size_t i = 0; audit && i < run->example->state_count; i++) {
		const struct sig_expected_state *expected = &run->example->states[i];
		const struct audit_rule *rule = &audit->systems[0].rules[expected->rule];
		struct strbuf what = {0};

		strbuf_addf(&what, "state of %s", rule->rule->id);
		compare(wrong, strbuf_text(&what), true, expected->state, rule_state_name(rule->state));
		strbuf_clear(&what);
	}
}

/* Room for one more line, so that even want of memory can be said. */
static int reserve_message(struct message_list *messages)
{
	void *lines = messages->errors;

	if (mem_grow(&lines, &messages->error_capacity, messages->error_count + 1,
		     sizeof(*messages->errors)) < 0)
		return -1;
	messages->errors = lines;
	return 0;
}

/* Into the reserved room. */
static void say(struct message_list *messages, const struct example_run *run, const char *what)
{
	struct strbuf line = {0};
	const char *text = NULL;
	struct err clean;

	strbuf_addf(&line, "%s: %s: \"%s\" under %s: %s", run->signature->path, run->example->path,
		    run->example->flow, run->family == ADDR_IPV4 ? "IPv4" : "IPv6", what);
	/* The control characters of a hostile file must not reach a terminal. */
	(void)err_set(&clean, "%s", strbuf_text(&line));
	if (strbuf_ok(&line))
		text = arena_strdup(&messages->arena, clean.text);
	messages->errors[messages->error_count++] = text ? text : "out of memory while running examples";
	strbuf_clear(&line);
}

static int judge_example(const struct example_run *run, const struct ledger *ledger,
			 const struct matrix *matrix, struct judged_edge *edge, struct err *err)
{
	struct host_macs *macs = host_macs_new(ledger);
	size_t row = example_row(run, ledger);
	struct judge_result judged;

	if (!macs)
		return err_no_memory(err);
	if (judge_ledger(ledger, matrix, macs, &judged, err) < 0) {
		host_macs_free(macs);
		return -1;
	}
	if (row < judged.edge_count)
		*edge = judged.edges[row];
	judge_clear(&judged);
	host_macs_free(macs);
	return 0;
}

static int judge_and_compare(const struct example_run *run, const struct ledger *ledger,
			     const struct matrix *matrix, struct strbuf *wrong, struct err *err)
{
	struct audit_options options = {.now_ns = example_end_ns(), .fail_on = SEVERITY_MEDIUM};
	struct judged_edge edge = {0};
	struct audit_result *audit;

	if (judge_example(run, ledger, matrix, &edge, err) < 0)
		return -1;
	compare_verdict(wrong, run, &edge);
	if (run->example->state_count == 0)
		return 0;
	audit = audit_run(ledger, matrix, &options, err);
	if (!audit)
		return -1;
	compare_states(wrong, run, audit);
	audit_free(audit);
	return 0;
}

static int run_in_arena(const struct example_run *run, struct arena *arena, struct strbuf *wrong,
			struct err *err)
{
	const struct site *site = example_site(run, arena);
	struct ledger *ledger;
	struct matrix *matrix;
	int status = -1;

	if (!site)
		return err_no_memory(err);
	matrix = matrix_compile(site, err);
	if (!matrix)
		return -1;
	ledger = example_ledger(run, err);
	if (ledger)
		status = judge_and_compare(run, ledger, matrix, wrong, err);
	ledger_free(ledger);
	matrix_free(matrix);
	return status;
}

static void run_one(struct example_run *run, struct message_list *messages)
{
	struct arena arena = {0};
	struct strbuf wrong = {0};
	struct err err;

	example_place_ends(run);
	if (run_in_arena(run, &arena, &wrong, &err) < 0)
		say(messages, run, err.text);
	else if (!strbuf_ok(&wrong))
		say(messages, run, "out of memory");
	else if (wrong.length > 0)
		say(messages, run, strbuf_text(&wrong));
	strbuf_clear(&wrong);
	arena_clear(&arena);
}

/* Broadcast is IPv4's alone (RFC 4291 section 2), and each ICMP numbers its messages its own way. */
static bool has_form(const struct sig_example *example, uint8_t family)
{
	if (example->ipv6)
		return family == ADDR_IPV6;
	if (family == ADDR_IPV4)
		return true;
	return example->delivery != DELIVERY_BROADCAST && example->protocol != PROTO_ICMP;
}

size_t audit_check_examples(const struct signature *signature, struct signature_library *library,
			    struct message_list *messages)
{
	static const uint8_t families[] = {ADDR_IPV4, ADDR_IPV6};

	(void)library;
	for (size_t i = 0; i < signature->example_count; i++) {
		for (size_t j = 0; j < sizeof(families); j++) {
			struct example_run run = {.signature = signature,
						  .example = &signature->examples[i],
						  .family = families[j]};

			if (!has_form(run.example, run.family))
				continue;
			if (reserve_message(messages) < 0)
				return i;
			run_one(&run, messages);
		}
	}
	return signature->example_count;
}
