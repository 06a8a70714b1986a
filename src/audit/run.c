/* One run: the steps in their order, and the memory that they share. */
#include "rule_work.h"
#include <stdarg.h>
#include <stdio.h>

void *work_alloc(struct audit_work *work, size_t count, size_t size)
{
	void *block = arena_calloc(work->arena, count, size);

	work->failed |= !block;
	return block;
}

void *work_scratch(struct audit_work *work, size_t count, size_t size)
{
	void *block = arena_calloc(&work->scratch, count, size);

	work->failed |= !block;
	return block;
}

const char *work_text(struct audit_work *work, const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = length < 0 ? NULL : work_alloc(work, (size_t)length + 1, 1);
	if (!text)
		return "";
	va_start(args, format);
	(void)vsnprintf(text, (size_t)length + 1, format, args);
	va_end(args);
	return text;
}

const char *work_take(struct audit_work *work, struct strbuf *buf)
{
	const char *text = "";

	if (strbuf_ok(buf))
		text = work_text(work, "%s", strbuf_text(buf));
	else
		work->failed = true;
	strbuf_clear(buf);
	return text;
}

struct audit_finding_draft *work_draft(struct audit_work *work)
{
	void *drafts = work->drafts;
	struct audit_finding_draft *draft;

	if (mem_grow(&drafts, &work->draft_capacity, work->draft_count + 1, sizeof(*work->drafts)) < 0) {
		work->failed = true;
		return NULL;
	}
	work->drafts = drafts;
	draft = &work->drafts[work->draft_count++];
	*draft = (struct audit_finding_draft){.system = NO_INDEX, .rule = NO_INDEX, .exception = NO_INDEX};
	draft->plain.protocol = draft->plain.port = -1;
	draft->plain.basis = DIRECTION_COUNT;
	draft->plain.confidence = CONFIDENCE_COUNT;
	draft->plain.first_ns = draft->plain.last_ns = TIME_UNKNOWN;
	return draft;
}

/* Where each rule's matches lie. */
static void slice_matches(struct audit_work *work)
{
	const struct judge_match *matches = work->judged.matches;

	for (size_t i = 0; i < work->system_count; i++) {
		work->systems[i].slices =
		    work_scratch(work, work->systems[i].plain->rule_count + 1, sizeof(struct match_slice));
		if (!work->systems[i].slices)
			return;
	}
	for (size_t i = 0, end; i < work->judged.match_count; i = end) {
		for (end = i + 1; end < work->judged.match_count &&
				  matches[end].system == matches[i].system &&
				  matches[end].rule == matches[i].rule;)
			end++;
		work->systems[matches[i].system].slices[matches[i].rule] =
		    (struct match_slice){&matches[i], end - i};
	}
}

static void prepare(struct audit_work *work)
{
	work->row_count = ledger_edge_count(work->ledger);
	work->inputs = ledger_inputs(work->ledger, &work->input_count);
	work->health = work->result->health = ledger_health(work->ledger);
	work->result->fail_on = work->options->fail_on;
	work->system_count = matrix_system_count(work->matrix);
	work->systems = work_scratch(work, work->system_count + 1, sizeof(*work->systems));
	work->exception_used = work_scratch(work, matrix_site(work->matrix)->exception_count + 1, 1);
	for (size_t i = 0; work->systems && i < work->system_count; i++) {
		work->systems[i].plain = matrix_system(work->matrix, i);
		work->systems[i].index = i;
	}
	inferred_find(work);
}

static void count_packets(struct audit_work *work)
{
	struct audit_result *result = work->result;
	size_t count;
	const struct coverage_row *coverages = ledger_coverages(work->ledger, &count);

	for (size_t i = 0; i < count; i++) {
		result->packets += coverages[i].packets;
		for (size_t j = 0; j < ACCOUNT_COUNT; j++)
			result->accounting[j] += coverages[i].accounting[j];
	}
}

/* Each step leaves the next nothing to trip over when memory runs out: it is asked for once a step. */
static void (*const steps[])(struct audit_work *work) = {
    slice_matches,   hosts_build,       cover_build,    ranks_build,    count_packets,
    sightings_build, states_build,      inferred_build, edge_findings,  bounce_findings,
    drafts_settle,   exceptions_report, verdicts_build, warnings_build, timeline_build,
};

static int run(struct audit_work *work, struct err *err)
{
	prepare(work);
	if (matrix_binds_macs(work->matrix))
		work->macs = host_macs_new(work->ledger);
	if (work->failed || (matrix_binds_macs(work->matrix) && !work->macs))
		return err_no_memory(err);
	if (judge_ledger(work->ledger, work->matrix, work->macs, &work->judged, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		steps[i](work);
		if (work->failed)
			return err_no_memory(err);
	}
	return 0;
}

struct audit_result *audit_run(const struct ledger *ledger, const struct matrix *matrix,
			       const struct audit_options *options, struct err *err)
{
	struct audit_result *result = mem_calloc(1, sizeof(*result));
	struct audit_work work = {.result = result, .ledger = ledger, .matrix = matrix, .options = options};
	int status;

	if (!result) {
		err_no_memory(err);
		return NULL;
	}
	work.arena = &result->arena;
	status = run(&work, err);
	judge_clear(&work.judged);
	host_macs_free(work.macs);
	mem_free(work.drafts);
	arena_clear(&work.scratch);
	if (status < 0) {
		audit_free(result);
		return NULL;
	}
	return result;
}

void audit_free(struct audit_result *result)
{
	if (!result)
		return;
	arena_clear(&result->arena);
	mem_free(result);
}
