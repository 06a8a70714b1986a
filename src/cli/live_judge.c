#include "base/mem.h"
#include "live.h"
#include "zone.h"
#include <string.h>
#include <time.h>

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

int64_t live_real_ns(void)
{
	return clock_ns(CLOCK_REALTIME);
}

int64_t live_monotonic_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

int live_files_load(struct live_run *run, struct judged *files)
{
	struct err err;

	if (judged_load(files, run->options) != 0)
		return -1;
	files->matrix = matrix_compile(files->site, &err);
	if (files->matrix && run->options->filter)
		files->filter = capture_filter_new(run->options->filter, &err);
	if (files->matrix && (files->filter || !run->options->filter))
		return 0;
	say_error("%s", err.text);
	return -1;
}

int64_t live_files_window_ns(const struct judged *files)
{
	uint32_t longest_sec = 3600;

	for (size_t s = 0; s < matrix_system_count(files->matrix); s++) {
		const struct matrix_system *system = matrix_system(files->matrix, s);

		for (size_t r = 0; r < system->rule_count; r++)
			if (system->rules[r].required && system->rules[r].presence->within_sec > longest_sec)
				longest_sec = system->rules[r].presence->within_sec;
	}
	return (int64_t)longest_sec * NSEC_PER_SEC;
}

void live_judge_clear(struct live_run *run)
{
	if (run->files.result)
		audit_free(run->files.result);
	run->files.result = NULL;
	ledger_free(run->ledger);
	run->ledger = NULL;
}

int live_judge(struct live_run *run, bool whole)
{
	int64_t now_ns = live_real_ns(), from_ns, began_ns = live_monotonic_ns();
	int32_t today = zone_day(now_ns);
	struct observe_live_totals totals;
	struct audit_options audit = {.now_ns = now_ns,
				      .last_day = &today,
				      .fail_on = run->fail_on,
				      .expect_all = run->options->expect != NULL,
				      .live = true,
				      .latest = !whole,
				      .context = run->files.filter,
				      .admits = run->files.filter ? filter_admits : NULL};
	struct err err;
	struct ledger *ledger = observe_live_view(run->observe, whole, &from_ns, &err);
	struct audit_result *result = ledger ? audit_run(ledger, run->files.matrix, &audit, &err) : NULL;

	if (!result) {
		say_error("%s", err.text);
		ledger_free(ledger);
		return -1;
	}
	live_judge_clear(run);
	run->ledger = ledger;
	run->files.result = result;
	run->window_from_ns = from_ns;
	run->judge_ns = live_monotonic_ns() - began_ns;
	run->judged++;
	observe_live_totals(run->observe, &totals);
	run->judged_last_ns = totals.last_ns;
	return 0;
}

int live_judge_due(struct live_run *run)
{
	int64_t began_ns = live_monotonic_ns();
	struct err err;

	if (began_ns < run->next_judge_ns) {
		run->spaced++;
		return 0;
	}
	if (observe_live_collect(run->observe, &err) != 0) {
		say_error("%s", err.text);
		return -1;
	}
	if (!observe_live_changed(run->observe)) {
		/* What is told some time after its packet is due all the same. */
		if (run->files.result)
			live_out_findings(run);
		return 0;
	}
	if (live_judge(run, false) != 0)
		return -1;
	live_out_findings(run);
	run->next_judge_ns =
	    live_monotonic_ns() + (live_monotonic_ns() - began_ns) * LIVE_JUDGE_SHARE - NSEC_PER_SEC;
	return 0;
}

bool live_report_has_no_place(const struct live_run *run)
{
	const char *output = run->options->output, *events = run->options->events;
	bool to_stdout = !output || strcmp(output, "-") == 0;

	return to_stdout && (run->out.page || (events && strcmp(events, "-") == 0));
}

int live_report(struct live_run *run)
{
	struct err err;

	if (live_report_has_no_place(run)) {
		live_out_notice(run, SYSLOG_WARNING, "report-refused",
				"no report: standard output is taken; -o FILE gives it a place");
		return 0;
	}
	if (observe_live_collect(run->observe, &err) != 0) {
		say_error("%s", err.text);
		return -1;
	}
	if (live_judge(run, true) != 0)
		return -1;
	int result = formats_write(&run->formats, run->options, &run->files, run->ledger);
	/* Events are about the recent window again. */
	return live_judge(run, false) != 0 ? -1 : result;
}
