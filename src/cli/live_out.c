/* What leaves the sensor while it runs, through bounded queues: no reader holds anything up. */
#include "base/hash.h"
#include "live.h"
#include "system/replace.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CLOSE_MSEC = 3000, METRICS_MODE = 0644, LINE_TIME = 24 };

static void keep_news(struct live_out *out, const struct event *event)
{
	size_t kept = out->news_count < LIVE_NEWS ? out->news_count : LIVE_NEWS - 1;

	memmove(out->news_texts + 1, out->news_texts, kept * sizeof *out->news_texts);
	memmove(out->news + 1, out->news, kept * sizeof *out->news);
	snprintf(out->news_texts[0], LIVE_NEWS_TEXT, "%s", event->text);
	out->news[0] = (struct live_news){
	    .time_ns = live_real_ns(), .kind = event->kind, .syslog_severity = event->syslog_severity};
	out->news_count = kept + 1;
	for (size_t i = 0; i < out->news_count; i++)
		out->news[i].text = out->news_texts[i];
}

static void put_line(struct writer *lines, const struct event *event)
{
	char when[TIME_TEXT_MAX];
	struct strbuf line = {0};

	strbuf_addf(&line, "%s %s: %s", time_format(live_real_ns(), 0, when), event_kind_name(event->kind),
		    event->text);
	if (strbuf_ok(&line))
		(void)writer_put(lines, strbuf_text(&line), line.length);
	strbuf_clear(&line);
}

static void emit(void *context, const struct event *event)
{
	struct live_run *run = context;
	struct live_out *out = &run->out;

	if (out->events)
		writer_put(out->events, event->line, strlen(event->line));
	if (out->syslog && event->kind != EVENT_STATS) {
		const struct syslog_item items[] = {{"id", event->id}, {"sensor", run->options->sensor}};
		const struct syslog_message message = {
		    .time_ns = live_real_ns(),
		    .severity = (enum syslog_severity)event->syslog_severity,
		    .id = event_kind_name(event->kind),
		    .data_id = event->id || run->options->sensor ? "tapaudit@32473" : NULL,
		    .items = items,
		    .item_count = 2,
		    .text = event->text};

		syslog_put(out->syslog, &message);
	}
	if (event->kind == EVENT_FINDING)
		live_evidence_want(run, event->id);
	if (event->kind != EVENT_STATS && event->kind != EVENT_UPDATE)
		keep_news(out, event);
	if (out->lines && event->kind != EVENT_STATS)
		put_line(out->lines, event);
}

static size_t lost_line(void *context, uint64_t lines, char text[WRITER_LOST_LINE_MAX])
{
	char when[TIME_TEXT_MAX];
	int length;

	(void)context;
	length = snprintf(
	    text, WRITER_LOST_LINE_MAX,
	    "{\"schema\":\"tapaudit.event/1\",\"event\":\"notice\",\"time\":\"%s\",\"what\":\"events-lost\","
	    "\"text\":\"%" PRIu64 " events were lost here: the reader was too slow\",\"lost\":%" PRIu64 "}",
	    time_format(live_real_ns(), 9, when), lines, lines);
	return length > 0 ? (size_t)length : 0;
}

static size_t lost_plain_line(void *context, uint64_t lines, char text[WRITER_LOST_LINE_MAX])
{
	int length;

	(void)context;
	length = snprintf(text, WRITER_LOST_LINE_MAX,
			  "%" PRIu64 " lines were lost here: the reader was too slow", lines);
	return length > 0 ? (size_t)length : 0;
}

static int open_lines(struct live_run *run)
{
	const struct writer_options writer = {.target = "-", .lost_line = lost_plain_line};
	struct err err;

	run->out.lines = writer_open(&writer, &err);
	if (!run->out.lines)
		say_error("%s", err.text);
	return run->out.lines ? 0 : -1;
}

static int open_targets(struct live_run *run)
{
	const struct run_options *options = run->options;
	struct live_out *out = &run->out;
	struct err err;
	char host[256] = "";

	if (options->events) {
		const struct writer_options writer = {.target = options->events, .lost_line = lost_line};

		out->events = writer_open(&writer, &err);
	}
	if (options->syslog && (!options->events || out->events)) {
		const struct syslog_options syslog = {
		    .target = strcmp(options->syslog, "") == 0 ? NULL : options->syslog,
		    .host = gethostname(host, sizeof host - 1) == 0 ? host : NULL,
		    .process = (uint32_t)getpid()};

		out->syslog = syslog_open(&syslog, &err);
	}
	if ((!options->events || out->events) && (!options->syslog || out->syslog))
		return 0;
	say_error("%s", err.text);
	return -1;
}

int live_out_open(struct live_run *run)
{
	const struct run_options *options = run->options;
	struct live_out *out = &run->out;
	const struct event_options tracker = {.sensor = options->sensor ? options->sensor : "local",
					      .site_name = run->files.site->name,
					      .interval_ns = (int64_t)options->events_interval * NSEC_PER_SEC,
					      .hash_seed = hash_seed_random(),
					      .context = run,
					      .emit = emit};
	bool to_stdout = options->events && strcmp(options->events, "-") == 0;
	struct err err;

	out->tracker = event_tracker_new(&tracker, &err);
	if (!out->tracker) {
		say_error("%s", err.text);
		return -1;
	}
	out->page = !to_stdout && !options->quiet && isatty(STDOUT_FILENO) && isatty(STDIN_FILENO);
	if (!to_stdout && !options->quiet && !out->page && open_lines(run) != 0)
		return -1;
	return open_targets(run);
}

void live_out_findings(struct live_run *run)
{
	struct err err;

	if (event_tracker_update(run->out.tracker, run->files.result, run->ledger, live_real_ns(),
				 run->window_from_ns, &err) != 0)
		say_error("events: %s", err.text);
}

void live_out_notice(struct live_run *run, unsigned severity, const char *what, const char *text)
{
	event_notice(run->out.tracker, live_real_ns(), severity, what, text);
	if (!run->out.page && !run->out.lines && !run->options->quiet)
		say_error("%s", text);
}

static void write_metrics(struct live_run *run, const struct live_state *state)
{
	struct strbuf text = {0};
	struct err err;
	int result = report_metrics(&text, state, run->files.result, run->out.tracker, &err);

	if (result == 0)
		result = file_replace(run->options->metrics, strbuf_text(&text), text.length, METRICS_MODE,
				      false, &err);
	if (result != 0 && !run->out.metrics_failed)
		live_out_notice(run, SYSLOG_ERROR, "metrics-failed", err.text);
	run->out.metrics_failed = result != 0;
	strbuf_clear(&text);
}

static void say_away(struct live_run *run, const char *what, const struct writer_counts *counts, bool *told)
{
	bool is_away = !counts->connected && counts->trouble[0] != '\0';
	char text[sizeof counts->trouble + 80], word[32];

	if (is_away == *told || (!is_away && !counts->connected))
		return;
	*told = is_away;
	(void)snprintf(word, sizeof word, "%s-%s", what, is_away ? "away" : "back");
	(void)snprintf(text, sizeof text, is_away ? "nobody takes %s: %s" : "somebody takes %s again%s",
		       strcmp(what, "log") == 0 ? "the log's messages" : "events",
		       is_away ? counts->trouble : "");
	live_out_notice(run, is_away ? SYSLOG_WARNING : SYSLOG_NOTICE, word, text);
}

/* Readers that are away are told to the others. */
static void beat_readers(struct live_run *run)
{
	struct live_out *out = &run->out;
	struct writer_counts counts;

	if (out->events) {
		counts = writer_counts(out->events);
		say_away(run, "events", &counts, &out->events_away);
	}
	if (out->syslog) {
		counts = syslog_counts(out->syslog);
		say_away(run, "log", &counts, &out->log_away);
	}
}

void live_out_end_lines(struct live_run *run)
{
	(void)writer_close(run->out.lines, CLOSE_MSEC);
	run->out.lines = NULL;
}

void live_out_beat(struct live_run *run)
{
	struct live_state state;

	live_state_beat(run);
	live_state_fill(run, &state);
	event_state(run->out.tracker, &state, run->files.result, false);
	if (run->options->metrics && live_monotonic_ns() >= run->out.metrics_ns) {
		run->out.metrics_ns = live_monotonic_ns() + LIVE_METRICS_SEC * NSEC_PER_SEC;
		write_metrics(run, &state);
	}
	beat_readers(run);
	live_page_show(run, NULL);
}

void live_out_close(struct live_run *run)
{
	struct live_out *out = &run->out;
	struct live_state state;

	live_page_close(run);
	live_out_end_lines(run);
	if (out->tracker && run->observe) {
		live_state_fill(run, &state);
		event_state(out->tracker, &state, run->files.result, true);
		if (run->options->metrics)
			write_metrics(run, &state);
		event_notice(out->tracker, live_real_ns(), SYSLOG_NOTICE, "stopped", "the sensor stopped");
	}
	(void)writer_close(out->events, CLOSE_MSEC);
	(void)syslog_close(out->syslog, CLOSE_MSEC);
	event_tracker_free(out->tracker);
	*out = (struct live_out){.tracker = NULL};
}
