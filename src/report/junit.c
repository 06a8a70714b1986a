/*
 * JUnit's XML, as build servers read it: a suite a system, a case a rule. A case fails by the findings that
 * count for the verdict; what is excused or too slight is told in its output. Findings of no rule have a case
 * of their own.
 */
#include "html_escape.h"
#include "html_places.h"
#include "words.h"
#include <string.h>

struct junit {
	struct strbuf *out;
	const struct audit_result *result;
	const struct ledger *ledger;
	const struct finding_place *places;
	const char *timestamp;
};

/* One case: a rule of a system, or (rule NO_INDEX) all of a system's findings that have none. */
struct junit_case {
	size_t system, rule;
	const char *classname, *name;
	const struct audit_rule *state; /* or NULL */
};

struct junit_counts {
	size_t tests, failures, errors, skipped;
};

static bool counts(const struct junit *junit, const struct audit_finding *finding)
{
	return !finding->exception && finding->severity >= junit->result->fail_on;
}

static bool belongs(const struct junit *junit, size_t finding, const struct junit_case *one)
{
	return junit->places[finding].system == one->system && junit->places[finding].rule == one->rule;
}

static size_t case_failures(const struct junit *junit, const struct junit_case *one)
{
	size_t failures = 0;

	for (size_t i = 0; i < junit->result->finding_count; i++)
		failures += belongs(junit, i, one) && counts(junit, &junit->result->findings[i]);
	return failures;
}

/* Nothing was said about the rule: neither that it is kept nor that it is broken. */
static bool is_skipped(const struct junit_case *one, size_t failures)
{
	enum rule_state state = one->state ? one->state->state : STATE_OBSERVED;

	return failures == 0 && (state == STATE_OFF || state == STATE_IDLE || state == STATE_NOT_OBSERVABLE);
}

static void add_failure(const struct junit *junit, const struct audit_finding *finding)
{
	struct strbuf *out = junit->out;
	const struct {
		const char *name, *text;
	} lines[] = {{"impact", finding->impact}, {"cite", finding->cite}, {"filter", finding->filter}};

	strbuf_add(out, "      <failure");
	html_attribute_add(out, "type", finding_kind_name(finding->kind));
	html_attribute_add(out, "message", finding->message);
	strbuf_addf(out, ">finding %s, severity %s", finding->id, severity_name(finding->severity));
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		if (!lines[i].text)
			continue;
		strbuf_addf(out, "\n%s: ", lines[i].name);
		html_text_add(out, lines[i].text);
	}
	strbuf_add(out, "</failure>\n");
}

static void add_slight(const struct junit *junit, const struct junit_case *one)
{
	struct strbuf *out = junit->out;
	bool opened = false;

	for (size_t i = 0; i < junit->result->finding_count; i++) {
		const struct audit_finding *finding = &junit->result->findings[i];

		if (!belongs(junit, i, one) || counts(junit, finding))
			continue;
		strbuf_add(out, opened ? "\n" : "      <system-out>");
		opened = true;
		strbuf_addf(out, "%s %s %s: ", severity_name(finding->severity),
			    finding_kind_name(finding->kind), finding->id);
		html_text_add(out, finding->message);
		if (finding->exception) {
			strbuf_add(out, " Excused by ");
			html_text_add(out, finding->exception);
			strbuf_add_char(out, '.');
		}
	}
	strbuf_add(out, opened ? "</system-out>\n" : "");
}

static void add_skipped(struct strbuf *out, const struct audit_rule *rule)
{
	strbuf_addf(out, "      <skipped message=\"%s%s", rule_state_name(rule->state),
		    rule->reason ? ": " : "");
	html_text_add(out, rule->reason);
	strbuf_add(out, "\"/>\n");
}

static void add_case(const struct junit *junit, const struct junit_case *one)
{
	struct strbuf *out = junit->out;
	size_t failures = case_failures(junit, one);

	strbuf_add(out, "    <testcase");
	html_attribute_add(out, "classname", one->classname);
	html_attribute_add(out, "name", one->name);
	strbuf_add(out, " time=\"0\">\n");
	for (size_t i = 0; failures > 0 && i < junit->result->finding_count; i++)
		if (belongs(junit, i, one) && counts(junit, &junit->result->findings[i]))
			add_failure(junit, &junit->result->findings[i]);
	if (is_skipped(one, failures))
		add_skipped(out, one->state);
	add_slight(junit, one);
	strbuf_add(out, "    </testcase>\n");
}

/* The case of SYSTEM's rule I; after the last rule, the case of what no rule documents. */
static struct junit_case case_at(const struct audit_system *system, size_t index, size_t i)
{
	const struct audit_rule *rule = i < system->rule_count ? &system->rules[i] : NULL;

	return (struct junit_case){.system = index,
				   .rule = rule ? i : NO_INDEX,
				   .classname = system->name,
				   .name = rule ? rule->rule->id : "no rule",
				   .state = rule};
}

static struct junit_counts count_suite(const struct junit *junit, size_t index)
{
	const struct audit_system *system = &junit->result->systems[index];
	struct junit_counts total = {0};

	for (size_t i = 0; i <= system->rule_count; i++) {
		struct junit_case one = case_at(system, index, i);
		size_t failures = case_failures(junit, &one);

		total.tests++;
		total.failures += failures > 0;
		total.skipped += is_skipped(&one, failures);
	}
	return total;
}

static void open_suite(const struct junit *junit, const char *name, struct junit_counts total)
{
	strbuf_add(junit->out, "  <testsuite");
	html_attribute_add(junit->out, "name", name);
	strbuf_addf(
	    junit->out,
	    " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"0\" timestamp=\"%s\">\n",
	    total.tests, total.failures, total.errors, total.skipped, junit->timestamp);
}

static void add_system(const struct junit *junit, size_t index)
{
	const struct audit_system *system = &junit->result->systems[index];

	open_suite(junit, system->name, count_suite(junit, index));
	for (size_t i = 0; i <= system->rule_count; i++) {
		struct junit_case one = case_at(system, index, i);

		add_case(junit, &one);
	}
	strbuf_add(junit->out, "  </testsuite>\n");
}

/* Captures that were not read, or not whole: how many are trouble, how many were left out. */
static void count_told(const struct junit *junit, size_t *troubled, size_t *left)
{
	size_t count;
	const struct input_record *inputs = ledger_inputs(junit->ledger, &count);

	*troubled = *left = 0;
	for (size_t i = 0; i < count; i++) {
		*troubled += inputs[i].trouble;
		*left += !inputs[i].trouble && word_is_told(&inputs[i]);
	}
}

static void add_captures(const struct junit *junit)
{
	size_t count, troubled, left;
	const struct input_record *inputs = ledger_inputs(junit->ledger, &count);
	struct strbuf texts = {0};

	count_told(junit, &troubled, &left);
	for (size_t i = 0; i < count; i++)
		if (word_is_told(&inputs[i]))
			strbuf_addf(&texts, "%s%s", texts.length ? "; " : "",
				    inputs[i].error[0] ? inputs[i].error : inputs[i].name);
	strbuf_add(junit->out, "    <testcase classname=\"run\" name=\"captures\" time=\"0\">\n");
	if (troubled + left > 0) {
		strbuf_add(junit->out, troubled ? "      <error type=\"capture\"" : "      <skipped");
		html_attribute_add(junit->out, "message", strbuf_text(&texts));
		strbuf_add(junit->out, "/>\n");
	}
	strbuf_add(junit->out, "    </testcase>\n");
	junit->out->failed |= texts.failed;
	strbuf_clear(&texts);
}

/* A capture that cannot prove anything must not look green; nor may a finding of no system get lost. */
static struct junit_counts count_run(const struct junit *junit)
{
	struct junit_case one = {NO_INDEX, NO_INDEX, NULL, NULL, NULL};
	size_t troubled, left;

	count_told(junit, &troubled, &left);
	return (struct junit_counts){.tests = 3,
				     .failures = case_failures(junit, &one) > 0,
				     .errors = (junit->result->verdict == RUN_INCONCLUSIVE ? 1U : 0U) +
					       (troubled > 0 ? 1U : 0U),
				     .skipped = troubled == 0 && left > 0};
}

static void add_run(const struct junit *junit)
{
	struct junit_case one = {NO_INDEX, NO_INDEX, "run", "no system", NULL};
	bool inconclusive = junit->result->verdict == RUN_INCONCLUSIVE;
	struct strbuf reasons = {0};

	open_suite(junit, "run", count_run(junit));
	strbuf_add(junit->out, "    <testcase classname=\"run\" name=\"conclusive\" time=\"0\">\n");
	if (inconclusive) {
		add_names(&reasons, junit->result->reasons, SIZE_MAX);
		strbuf_add(junit->out, "      <error type=\"inconclusive\"");
		html_attribute_add(junit->out, "message", strbuf_text(&reasons));
		strbuf_add(junit->out, "/>\n");
	}
	strbuf_add(junit->out, "    </testcase>\n");
	add_captures(junit);
	add_case(junit, &one);
	strbuf_add(junit->out, "  </testsuite>\n");
	junit->out->failed |= reasons.failed;
	strbuf_clear(&reasons);
}

static void add_suites(const struct junit *junit)
{
	struct junit_counts all = count_run(junit);

	for (size_t i = 0; i < junit->result->system_count; i++) {
		struct junit_counts suite = count_suite(junit, i);

		all.tests += suite.tests;
		all.failures += suite.failures;
	}
	strbuf_addf(junit->out,
		    "<testsuites name=\"tapaudit\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
		    "time=\"0\">\n",
		    all.tests, all.failures, all.errors);
	add_run(junit);
	for (size_t i = 0; i < junit->result->system_count; i++)
		add_system(junit, i);
	strbuf_add(junit->out, "</testsuites>\n");
}

int report_junit(struct strbuf *out, const struct audit_result *result, const struct ledger *ledger,
		 const struct report_options *options, struct err *err)
{
	struct finding_place *places = finding_places(result);
	char timestamp[TIME_TEXT_MAX];
	struct junit junit = {out, result, ledger, places, timestamp};

	if (!places)
		return err_no_memory(err);
	/* The schema's dateTime has no zone; it is UTC. */
	time_format(options->generated_ns, 0, timestamp);
	timestamp[strcspn(timestamp, "Z")] = '\0';
	strbuf_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	add_suites(&junit);
	mem_free(places);
	return strbuf_ok(out) ? 0 : err_no_memory(err);
}
