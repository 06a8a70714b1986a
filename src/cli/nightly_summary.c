/* summary.txt: what fits into a mail. One line a finding, so that scripts can read it too. */
#include "nightly.h"
#include <ctype.h>
#include <string.h>

/* Names and messages may hold what a site file held: nothing reaches a terminal that rules it or turns what
 * stands beside it. */
static void add_clean(struct strbuf *out, const char *text)
{
	report_add_clean(out, text ? text : "-");
}

static void add_line(struct strbuf *out, enum compare_state state, const char *since, const char *severity,
		     const char *kind, const char *id, const char *message)
{
	strbuf_addf(out, "%-10s  %s  %-6s  %-15s  %.8s  ", compare_state_name(state), since, severity, kind,
		    id);
	add_clean(out, message);
}

static void add_new_peers(struct strbuf *out, const struct compare_item *item)
{
	char address[ADDR_TEXT_MAX];

	if (item->new_peer_count == 0)
		return;
	strbuf_addf(out, " [new peer%s:", item->new_peer_count == 1 ? "" : "s");
	for (size_t i = 0; i < item->new_peers_listed; i++) {
		strbuf_add(out, i ? ", " : " ");
		add_clean(out, item->new_peers[i].name ? item->new_peers[i].name
						       : addr_format(&item->new_peers[i].address, address));
	}
	if (item->new_peer_count > item->new_peers_listed)
		strbuf_addf(out, " and %llu more",
			    (unsigned long long)(item->new_peer_count - item->new_peers_listed));
	strbuf_add(out, "]");
}

static void add_severity_before(struct strbuf *out, const struct compare_item *item)
{
	if (item->severity_known && item->severity_before != item->finding->severity)
		strbuf_addf(out, " [%swas %s]",
			    item->finding->severity > item->severity_before ? "worse, " : "",
			    severity_name(item->severity_before));
}

static void add_marks(struct strbuf *out, bool matrix_changed, const char *exception)
{
	if (matrix_changed)
		strbuf_add(out, " [matrix-changed]");
	if (exception) {
		strbuf_add(out, " [excepted: ");
		add_clean(out, exception);
		strbuf_add(out, "]");
	}
	strbuf_add_char(out, '\n');
}

static void add_findings(struct strbuf *out, const struct night *night, enum compare_state state)
{
	const struct comparison *comparison = night->comparison;
	char since[TIME_TEXT_MAX];

	for (size_t i = 0; i < comparison->finding_count; i++) {
		const struct compare_item *item = &comparison->findings[i];
		const struct audit_finding *finding = item->finding;

		if (item->state != state)
			continue;
		add_line(out, state, time_format_day(item->since_day, since),
			 severity_name(finding->severity), finding_kind_name(finding->kind), finding->id,
			 finding->message);
		add_severity_before(out, item);
		add_new_peers(out, item);
		add_marks(out, item->matrix_changed, finding->exception);
	}
}

static void add_gone(struct strbuf *out, const struct night *night, const struct compare_item *items,
		     size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char since[TIME_TEXT_MAX];
		struct fixed_finding fixed = night_fixed(night, &items[i], since);

		add_line(out, items[i].state, since, fixed.severity ? fixed.severity : "-",
			 fixed.kind ? fixed.kind : "-", fixed.id, fixed.message);
		add_marks(out, fixed.matrix_changed, NULL);
	}
}

static void add_exceptions(struct strbuf *out, const struct audit_result *result)
{
	for (size_t i = 0; i < result->exception_count; i++) {
		const struct audit_exception *exception = &result->exceptions[i];

		strbuf_addf(out, "exception   %s  %-8s  ", exception->expires, exception->state);
		add_clean(out, exception->id);
		strbuf_add(out, ", ");
		add_clean(out, exception->owner);
		if (strcmp(exception->state, "expiring") == 0)
			strbuf_add(out, exception->used ? ", used" : ", unused");
		strbuf_add_char(out, '\n');
	}
}

/* What was not read, or not whole. */
static void add_inputs(struct strbuf *out, const struct ledger *ledger)
{
	size_t count;
	const struct input_record *inputs = ledger_inputs(ledger, &count);

	for (size_t i = 0; i < count; i++) {
		bool skipped = strcmp(inputs[i].status, capture_status_name(CAPTURE_SKIPPED)) == 0;

		if (!inputs[i].trouble && (!inputs[i].error[0] || skipped))
			continue;
		strbuf_add(out, !inputs[i].trouble  ? "  left out: "
				: inputs[i].packets ? "  not read whole: "
						    : "  not read: ");
		add_clean(out, inputs[i].error);
		strbuf_add_char(out, '\n');
	}
}

static void add_head(struct strbuf *out, const struct night *night, const struct nightly *nightly)
{
	const struct audit_result *result = night->today.judged.result;
	const struct site *site = nightly->files.site;
	const char *verdict = run_verdict_name(result->verdict);
	char day[TIME_TEXT_MAX];

	for (const char *p = verdict; *p; p++)
		strbuf_add_char(out, (char)toupper((unsigned char)*p));
	strbuf_add(out, "  ");
	add_clean(out, site->name);
	strbuf_addf(out, ", %s (%s)\n", time_format_day(nightly->day, day),
		    site->timezone ? site->timezone : "UTC");
	for (size_t i = 0; i < result->reasons.count; i++) {
		strbuf_add(out, "  ");
		add_clean(out, result->reasons.items[i]);
		strbuf_add_char(out, '\n');
	}
	if (result->packets > 0)
		strbuf_addf(out, "  capture health %c, %llu packets\n", result->health.grade,
			    (unsigned long long)result->packets);
	else
		strbuf_add(out, "  capture health not observed, no packet was read\n");
	add_inputs(out, night->today.ledger);
}

static void add_comparison(struct strbuf *out, const struct night *night)
{
	const struct comparison *comparison = night->comparison;
	size_t excepted = 0;

	if (night->remark) {
		strbuf_add(out, "  ");
		add_clean(out, night->remark);
		strbuf_add_char(out, '\n');
	}
	if (night->proof.remark)
		strbuf_addf(out, "  %s\n", night->proof.remark);
	if (!night->has_before)
		return;
	strbuf_addf(out, "  compared with %s: %zu new, %zu continuing", night->history.compared_with,
		    comparison->fresh, comparison->continuing);
	if (comparison->worse > 0)
		strbuf_addf(out, " (%zu worse)", comparison->worse);
	if (comparison->joined > 0)
		strbuf_addf(out, " (%zu with a new peer)", comparison->joined);
	strbuf_addf(out, ", %zu fixed", comparison->fixed_count);
	if (comparison->unseen_count > 0)
		strbuf_addf(out, ", %zu not seen (nothing of the day could show what became of %s)",
			    comparison->unseen_count, comparison->unseen_count == 1 ? "it" : "them");
	for (size_t i = 0; i < comparison->finding_count; i++)
		excepted += comparison->findings[i].finding->exception != NULL;
	if (excepted > 0)
		strbuf_addf(out, "; %zu of these %s excepted", excepted, excepted == 1 ? "is" : "are");
	strbuf_add_char(out, '\n');
}

void summary_add(struct strbuf *out, const struct night *night, const struct nightly *nightly)
{
	add_head(out, night, nightly);
	add_comparison(out, night);
	strbuf_add_char(out, '\n');
	add_findings(out, night, COMPARE_NEW);
	add_gone(out, night, night->comparison->fixed, night->comparison->fixed_count);
	add_gone(out, night, night->comparison->unseen, night->comparison->unseen_count);
	add_findings(out, night, COMPARE_CONTINUING);
	add_exceptions(out, night->today.judged.result);
}
