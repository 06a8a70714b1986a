#include "base/hash.h"
#include "base/mem.h"
#include "confine.h"
#include "evidence.h"
#include "live.h"
#include "stored.h"
#include "zone.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct option_spec live_options_table[] = {
    OPTION_ROW('i', "interface", "IFACE", OPTION_LIST, interfaces,
	       "interface to listen on, \"any\" for all; may be given several times"),
    OPTION_ROW('s', "site", "SITE", OPTION_TEXT, site, "site file: which hosts hold which roles"),
    OPTION_SIGNATURES_ROW,
    OPTION_ROW('f', "format", "FORMAT[,..]", OPTION_TEXT, formats, "text (default), json, html, csv, junit"),
    OPTION_ROW('o', "output", "FILE|DIR", OPTION_TEXT, output,
	       "where reports go, at the end and at SIGUSR1 (default: standard output); a folder for several "
	       "formats"),
    OPTION_ROW(0, "events", "TARGET", OPTION_TEXT, events,
	       "events as JSON lines to a file, \"-\" or unix:PATH"),
    OPTION_ROW(0, "events-interval", "SEC", OPTION_NUMBER, events_interval,
	       "between updates of one finding, and between statistics (default 60)"),
    OPTION_ROW(0, "syslog", "ADDRESS", OPTION_TEXT, syslog,
	       "events to a log (RFC 5424): local, a socket's path, or IP[:PORT] by UDP"),
    OPTION_ROW(
	0, "store", "DB", OPTION_TEXT, store,
	"keep the record in this file or with a server (clickhouse://..), written every minute; nightly and "
	"report work from it"),
    OPTION_ROW(0, "store-interval", "SEC", OPTION_NUMBER, store_interval,
	       "write it this often, and at each hour's end (default 60)"),
    OPTION_ROW(0, "evidence", "DIR", OPTION_TEXT, evidence,
	       "write a pcapng for each new finding, with packets that prove it"),
    OPTION_ROW(0, "evidence-limit", "SIZE", OPTION_SIZE, evidence_limit,
	       "the most that these files take, the oldest go first (default 256M)"),
    OPTION_ROW(0, "metrics", "FILE", OPTION_TEXT, metrics,
	       "Prometheus' text format, replaced every ten seconds"),
    OPTION_ROW(0, "user", "NAME", OPTION_TEXT, user, "run as this user once everything is open"),
    OPTION_ROW(0, "duration", "SEC", OPTION_NUMBER, duration, "end by itself after this many seconds"),
    OPTION_ROW(0, "filter", "EXPR", OPTION_TEXT, filter,
	       "look only at packets that this BPF expression admits, inside VLAN tags too"),
    OPTION_ROW(0, "key", "LIST", OPTION_TEXT, key,
	       "vlan, vni or both: what else tells addresses apart where they overlap"),
    OPTION_ROW(0, "workers", "N", OPTION_NUMBER, workers,
	       "threads that share the interfaces' packets (default 1)"),
    OPTION_ROW(0, "ring", "SIZE", OPTION_SIZE, ring_bytes,
	       "memory of the kernel for packets that wait, for each interface and worker (default 64M)"),
    OPTION_ROW(0, "snaplen", "BYTES", OPTION_NUMBER, snaplen,
	       "bytes of each packet to look at (default 384, and 512 where tunnels are met)"),
    OPTION_ROW(0, "no-promiscuous", NULL, OPTION_FLAG, no_promiscuous,
	       "do not put interfaces into promiscuous mode"),
    OPTION_ROW(0, "memory", "SIZE", OPTION_MEMORY, memory_bytes,
	       "memory limit, rings aside, such as 512M (default 1G)"),
    OPTION_ROW(0, "sensor", "NAME", OPTION_TEXT, sensor,
	       "name of this sensor in ledger and events (default local)"),
    OPTION_JUDGING_ROWS,
    OPTION_VERBOSITY_ROWS,
    OPTION_HELP_ROWS,
};

enum { KEPT_MIB = 256, SNAPLEN_LEAST = 64, SNAPLEN_MOST = 262144 };

/* Everything that can be wrong with the command is said before a port is opened. */
static int check_command(const struct run_options *options, struct live_run *run)
{
	if (options->interfaces.count == 0) {
		say_error("no interface named; -i IFACE");
		return -1;
	}
	if (!options->site) {
		say_error("no site file named; -s SITE (\"tapaudit discover\" drafts one from a capture)");
		return -1;
	}
	if (options->events && options->output && strcmp(options->events, "-") == 0 &&
	    strcmp(options->output, "-") == 0) {
		say_error("--events and -o both to standard output; a report needs a file then");
		return -1;
	}
	if (options->snaplen > 0 && (options->snaplen < SNAPLEN_LEAST || options->snaplen > SNAPLEN_MOST)) {
		say_error("--snaplen: %d to %d bytes", SNAPLEN_LEAST, SNAPLEN_MOST);
		return -1;
	}
	if (options->workers > CAPTURE_LIVE_WORKERS) {
		say_error("--workers: at most %d", CAPTURE_LIVE_WORKERS);
		return -1;
	}
	if (parse_severity(options->fail_on, &run->fail_on) != 0 || parse_expect(options->expect) != 0 ||
	    reading_decode_options(options, &run->decode) != 0)
		return -1;
	return formats_choose(options, &run->formats);
}

static int open_capture(struct live_run *run)
{
	const struct run_options *options = run->options;
	const struct capture_live_options live = {
	    .interfaces = options->interfaces.items,
	    .interface_count = options->interfaces.count,
	    .workers = (unsigned)options->workers,
	    .snaplen = (uint32_t)options->snaplen,
	    .ring_bytes = (size_t)options->ring_bytes,
	    .recent_bytes = options->evidence ? (size_t)LIVE_EVIDENCE_RING_MIB << 20 : 0,
	    .filter = options->filter,
	    .not_promiscuous = options->no_promiscuous};
	struct err err;
	bool forbidden;

	run->capture = capture_live_open(&live, &forbidden, &err);
	if (!run->capture)
		say_error("%s", err.text);
	return run->capture ? 0 : -1;
}

static void say_notice(void *context, const struct observe_live_notice *notice)
{
	live_out_notice(context, notice->severity, notice->what, notice->text);
}

static int start(struct live_run *run)
{
	struct observe_live_options observe = {.capture = run->capture,
					       .decode = run->decode,
					       .sensor = run->options->sensor,
					       .memory_bytes = (size_t)run->options->memory_bytes,
					       .hash_seed = hash_seed_random(),
					       .window_ns = live_files_window_ns(&run->files),
					       .session = run->session,
					       .carried = live_store_carried(run, &observe.carried_count),
					       .context = run,
					       .notice = say_notice};
	struct addr_range *ranges = site_ranges(run->files.site, &observe.fold_last_count);
	struct err err;

	if (!ranges && observe.fold_last_count > 0) {
		say_error("out of memory");
		return -1;
	}
	observe.fold_last = ranges;
	run->started_ns = live_real_ns();
	run->started_monotonic_ns = live_monotonic_ns();
	snprintf(run->session, sizeof run->session, "%016" PRIx64, hash_seed_random());
	run->observe = observe_live_start(&observe, run->started_ns, run->started_monotonic_ns, &err);
	mem_free(ranges);
	if (!run->observe) {
		say_error("%s", err.text);
		return -1;
	}
	return live_store_started(run);
}

static int finish(struct live_run *run)
{
	struct err err;

	notify_send(&run->notify, NOTIFY_STOPPING, "writing the last report");
	if (observe_live_finish(run->observe, live_real_ns(), &err) != 0) {
		say_error("%s", err.text);
		return -1;
	}
	if (live_judge(run, false) != 0)
		return -1;
	event_tracker_ending(run->out.tracker);
	live_out_findings(run);
	if (live_judge(run, true) != 0)
		return -1;
	int stored = live_store_finish(run);
	live_page_close(run);
	live_out_end_lines(run);
	if (live_report_has_no_place(run))
		return stored;
	return formats_write(&run->formats, run->options, &run->files, run->ledger) != 0 || stored != 0 ? -1
													: 0;
}

static int open_notify(struct live_run *run)
{
	struct err err;

	if (notify_open(&run->notify, getenv("NOTIFY_SOCKET"), getenv("WATCHDOG_USEC"),
			getenv("WATCHDOG_PID"), &err) != 0)
		say_warning(run->options, "%s", err.text);
	return 0;
}

/* Doors that stand open where nobody asked for it are worth a word. */
static void say_sandbox(struct live_run *run)
{
	char doors[CONFINE_TEXT_MAX], text[CONFINE_TEXT_MAX + 40];

	if (!run->confinement.entered) {
		live_out_notice(run, SYSLOG_WARNING, "sandbox", "no sandbox: it was switched off");
		return;
	}
	if (confine_is_whole(&run->confinement))
		return;
	snprintf(text, sizeof text, "sandbox: %s", confine_describe(&run->confinement, doors));
	live_out_notice(run, SYSLOG_NOTICE, "sandbox", text);
}

static int run_live(struct live_run *run)
{
	if (check_command(run->options, run) != 0 || live_files_load(run, &run->files) != 0 ||
	    zone_enter(run->files.site->timezone) != 0 || open_capture(run) != 0)
		return STATUS_TROUBLE;
	live_block_signals();
	/* Ledgers come and go each second. */
	mem_keep_freed((size_t)KEPT_MIB << 20);
	if (open_notify(run) != 0 || live_out_open(run) != 0 ||
	    confine_live(run->options, run->out.page, &run->confinement) != 0 ||
	    evidence_folder(run->options) != 0 || live_evidence_open(run) != 0 || live_store_open(run) != 0 ||
	    start(run) != 0)
		return STATUS_TROUBLE;
	live_out_notice(run, SYSLOG_NOTICE, "started", "the sensor started");
	say_sandbox(run);
	notify_send(&run->notify, NOTIFY_READY, "listening");
	live_page_open(run);
	if (live_loop(run) != 0 || finish(run) != 0 || run->trouble)
		return STATUS_TROUBLE;
	return verdict_status(run->files.result);
}

static int live_command(const struct run_options *options, char *const *operands, size_t operand_count)
{
	struct live_run run = {
	    .options = options, .stored_ns = TIME_UNKNOWN, .judged_last_ns = TIME_UNKNOWN, .notify.fd = -1};
	int status = run_live(&run);

	(void)operands;
	(void)operand_count;
	live_store_close(&run);
	live_evidence_close(&run);
	live_out_close(&run);
	observe_live_free(run.observe);
	capture_live_close(run.capture);
	ledger_free(run.ledger);
	notify_close(&run.notify);
	judged_clear(&run.files);
	return status;
}

const struct command command_live = {
    .name = "live",
    .operands = "",
    .summary = "judge a mirror port's traffic as it happens, for months",
    .details = "SIGHUP reads site and signature files again, SIGUSR1 writes a report now, SIGTERM and SIGINT "
	       "end with one.",
    .options = live_options_table,
    .option_count = sizeof live_options_table / sizeof live_options_table[0],
    .operands_min = 0,
    .operands_max = 0,
    .run = live_command,
    .confines_itself = true,
};
