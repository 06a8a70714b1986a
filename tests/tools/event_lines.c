/*
 * The event lines that a sensor would write: event_lines SITE CAPTURE. The capture is judged whole, then as
 * if nothing had been there, then whole again, a minute apart, so that findings come, end, and come back;
 * statistics and a notice go with it.
 */
#include "observe/observe.h"
#include "report/live.h"
#include <stdio.h>

struct run {
	struct signature_library *library;
	struct message_list messages;
	struct site *site;
	struct matrix *matrix;
	struct capture_list list;
	struct ledger *whole, *empty;
	struct event_tracker *tracker;
	struct err err;
};

static void print_line(void *context, const struct event *event)
{
	(void)context;
	puts(event->line);
}

static int open_files(struct run *run, const char *site, const char *capture)
{
	run->library = signature_library_open("signatures", &run->err);
	run->site = run->library ? site_load(site, run->library, &run->messages) : NULL;
	if (!run->site)
		return err_set(&run->err, "%s",
			       run->messages.error_count ? run->messages.errors[0] : "no signatures");
	run->matrix = matrix_compile(run->site, &run->err);
	const struct observe_options options = {.hash_seed = 1};
	const char *const paths[] = {capture};
	if (!run->matrix || capture_list_expand(&run->list, paths, 1, NULL, &run->err) ||
	    observe_run(&run->list, &options, &run->whole, &run->err))
		return -1;
	const struct ledger_options nothing = {.hash_seed = 1};
	run->empty = ledger_new(&nothing, &run->err);
	return run->empty ? 0 : -1;
}

static int tell(struct run *run, const struct ledger *ledger, int64_t now_ns)
{
	static const struct live_interface interface = {"eth1", true, 10, 1};
	const struct live_state state = {.version = "test",
					 .now_ns = now_ns,
					 .started_ns = now_ns,
					 .interfaces = &interface,
					 .interface_count = 1,
					 .dropped = 1};
	const struct audit_options options = {.now_ns = now_ns, .fail_on = SEVERITY_MEDIUM};
	struct audit_result *result = audit_run(ledger, run->matrix, &options, &run->err);

	if (!result)
		return -1;
	int status = event_tracker_update(run->tracker, result, ledger, now_ns, TIME_UNKNOWN, &run->err);
	event_state(run->tracker, &state, result, true);
	event_state(run->tracker, &state, NULL, true);
	audit_free(result);
	return status;
}

static int tell_all(struct run *run)
{
	const struct event_options options = {.sensor = "tap", .emit = print_line};
	const int64_t now_ns = INT64_C(1794988800) * NSEC_PER_SEC;

	run->tracker = event_tracker_new(&options, &run->err);
	if (!run->tracker)
		return -1;
	ledger_sort(run->empty);
	event_notice(run->tracker, now_ns, 5, "started", "reads eth1");
	for (int i = 0; i < 3; i++) {
		if (tell(run, i == 1 ? run->empty : run->whole, now_ns + i * 61 * NSEC_PER_SEC))
			return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct run run = {.library = NULL};

	if (argc != 3) {
		fputs("usage: event_lines SITE CAPTURE\n", stderr);
		return 2;
	}
	int status = open_files(&run, argv[1], argv[2]) || tell_all(&run);
	if (status)
		fprintf(stderr, "event_lines: %s\n", run.err.text);
	event_tracker_free(run.tracker);
	ledger_free(run.whole);
	ledger_free(run.empty);
	capture_list_clear(&run.list);
	matrix_free(run.matrix);
	site_free(run.site);
	signature_library_close(run.library);
	message_list_clear(&run.messages);
	return status ? 2 : 0;
}
