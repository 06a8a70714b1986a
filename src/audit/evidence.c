/* What the rows of a finding say together: counts, best direction, first outcome, and the proof to keep. */
#include "work.h"
#include <string.h>

static const char *fingerprint(const struct audit_work *work, uint32_t input)
{
	return input < work->input_count && work->inputs[input].fingerprint ? work->inputs[input].fingerprint
									    : "";
}

/* By (time, fingerprint, frame); none at all last. */
static int compare_refs(const struct audit_work *work, const struct frame_ref *a, const struct frame_ref *b)
{
	int order;

	if ((a->frame == 0) != (b->frame == 0))
		return a->frame == 0 ? 1 : -1;
	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? -1 : 1;
	order = strcmp(fingerprint(work, a->input), fingerprint(work, b->input));
	if (order != 0)
		return order;
	if (a->frame != b->frame)
		return a->frame < b->frame ? -1 : 1;
	return (a->input > b->input) - (a->input < b->input);
}

static void keep_smaller(const struct audit_work *work, struct frame_ref *kept, const struct frame_ref *ref)
{
	if (ref->frame != 0 && compare_refs(work, ref, kept) < 0)
		*kept = *ref;
}

static void insert(const struct audit_work *work, struct frame_ref kept[LEDGER_OPENINGS],
		   const struct frame_ref *ref)
{
	size_t at = 0;

	if (ref->frame == 0)
		return;
	while (at < LEDGER_OPENINGS && compare_refs(work, &kept[at], ref) < 0)
		at++;
	if (at == LEDGER_OPENINGS || compare_refs(work, &kept[at], ref) == 0)
		return;
	for (size_t i = LEDGER_OPENINGS - 1; i > at; i--)
		kept[i] = kept[i - 1];
	kept[at] = *ref;
}

void evidence_add(const struct audit_work *work, struct ledger_evidence *into,
		  const struct ledger_evidence *more)
{
	for (size_t i = 0; i < LEDGER_OPENINGS; i++)
		insert(work, into->openings, &more->openings[i]);
	keep_smaller(work, &into->answer, &more->answer);
	keep_smaller(work, &into->contradiction, &more->contradiction);
}

static void take_direction(struct audit_finding *finding, const struct edge_row *row, bool first)
{
	if (first || row->key.basis > finding->basis)
		finding->basis = row->key.basis;
	if (first || row->key.confidence > finding->confidence)
		finding->confidence = row->key.confidence;
}

void finding_sum_rows(struct audit_work *work, struct audit_finding *finding, struct row_set *set)
{
	struct tally tally = tally_rows(work, set->rows, set->count, REPLY_ANY);
	enum row_outcome best = OUTCOME_COUNT;

	for (size_t i = 0; i < set->count; i++) {
		const struct edge_row whole = work_row(work, set->rows[i]), *row = &whole;
		enum row_outcome outcome = row_outcome(row);

		take_direction(finding, row, i == 0);
		evidence_add(work, &finding->evidence, &row->evidence);
		if (outcome < best)
			best = outcome;
	}
	finding->outcome = outcome_name(best);
	finding->flows = tally.flows;
	finding->packets = tally.packets;
	finding->bytes = tally.bytes;
	finding->first_ns = tally.first_ns;
	finding->last_ns = tally.last_ns;
}

/* "IPA36-1, table, row 6" */
static const char *cite_text(struct audit_work *work, const struct signature *signature,
			     const struct sig_cite *cite)
{
	const char *source = cite->source == NO_INDEX ? NULL : signature->sources[cite->source].title;

	if (source && cite->where)
		return work_text(work, "%s, %s", source, cite->where);
	return source ? source : cite->where;
}

void finding_cite(struct audit_work *work, struct audit_finding *finding, size_t system, size_t rule)
{
	const struct matrix_system *plain = work->systems[system].plain;

	finding->system = plain->site->name;
	if (rule == NO_INDEX)
		return;
	finding->rule = plain->rules[rule].rule->id;
	/* What stops working when this is blocked; untrue of what got through. */
	if (finding->kind == FINDING_MISSING || finding->kind == FINDING_UNANSWERED)
		finding->impact = plain->rules[rule].rule->impact;
	finding->cite = cite_text(work, plain->signature, &plain->rules[rule].rule->cite);
}

void draft_except(struct audit_work *work, struct audit_finding_draft *draft, size_t exception)
{
	draft->exception = exception;
	if (exception == NO_INDEX)
		return;
	draft->plain.exception = matrix_site(work->matrix)->exceptions[exception].id;
	work->exception_used[exception] = 1;
}
