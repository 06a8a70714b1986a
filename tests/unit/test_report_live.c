#include "report/live.h"
#include "report_testkit.h"
#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(report_live, .timeout = 10);

#define SEC NSEC_PER_SEC

static const struct live_interface interfaces[] = {{"eth1", true, 1000, 0}, {"eth2", false, 234, 7}};
static const float rates[] = {0, 10, 40, 80, 20};

static struct live_state state_of(void)
{
	struct live_state state = {.version = "0.1.0",
				   .sensor = "mirror-1",
				   .site_name = "Example HQ",
				   .started_ns = SAMPLE_TIME_NS,
				   .now_ns = SAMPLE_TIME_NS + 100000 * SEC,
				   .interfaces = interfaces,
				   .interface_count = 2,
				   .packets = 1234,
				   .bytes = 98765,
				   .dropped = 7,
				   .flows = 77,
				   .open_flows = 5,
				   .edges = 31,
				   .memory_bytes = 125829120,
				   .memory_limit_bytes = UINT64_C(1) << 30,
				   .packets_per_sec = 8123.4,
				   .bits_per_sec = 43200000,
				   .lag_ns = 400 * NSEC_PER_MSEC,
				   .judge_ns = 12 * NSEC_PER_MSEC,
				   .stored_ns = SAMPLE_TIME_NS + 99960 * SEC,
				   .store_writes = 3,
				   .workers = 2,
				   .rates = rates,
				   .rate_count = 5};

	state.accounting[ACCOUNT_AUDITED] = 1200;
	state.accounting[ACCOUNT_HOUSEKEEPING] = 34;
	return state;
}

struct lines {
	struct strbuf kinds, last;
};

static void take(void *context, const struct event *event)
{
	struct lines *lines = context;

	strbuf_addf(&lines->kinds, "%s %u %s\n", event_kind_name(event->kind), event->syslog_severity,
		    event->text);
	strbuf_clear(&lines->last);
	strbuf_add(&lines->last, event->line);
}

static struct event_tracker *tracker_of(struct lines *lines)
{
	struct err err;
	const struct event_options options = {.sensor = "mirror-1", .context = lines, .emit = take};
	struct event_tracker *tracker = event_tracker_new(&options, &err);

	*lines = (struct lines){{0}, {0}};
	cr_assert_not_null(tracker);
	return tracker;
}

static void expect_lines(struct lines *lines, const char *expected)
{
	cr_expect_str_eq(strbuf_text(&lines->kinds), expected, "got\n%s", strbuf_text(&lines->kinds));
	strbuf_clear(&lines->kinds);
	strbuf_clear(&lines->last);
}

Test(report_live, stats_come_once_an_interval_and_when_asked_for)
{
	struct lines lines;
	struct event_tracker *tracker = tracker_of(&lines);
	struct live_state state = state_of();
	static const char line[] = "stats 6 1,234 packets, 7 dropped, 77 flows, 0 findings standing\n";

	event_state(tracker, &state, NULL, false);
	expect_lines(&lines, line);
	state.now_ns += 59 * SEC;
	event_state(tracker, &state, NULL, false);
	expect_lines(&lines, "");
	event_state(tracker, &state, NULL, true);
	expect_lines(&lines, line);
	state.now_ns -= 3600 * SEC;
	event_state(tracker, &state, NULL, false);
	expect_lines(&lines, line);
	event_tracker_free(tracker);
}

Test(report_live, a_stats_line_has_every_figure)
{
	struct sample sample;
	struct lines lines;
	struct event_tracker *tracker = tracker_of(&lines);
	struct live_state state = state_of();

	sample_open(&sample);
	event_state(tracker, &state, &sample.result, false);
	cr_expect_str_eq(
	    strbuf_text(&lines.last),
	    "{\"schema\":\"tapaudit.event/"
	    "1\",\"event\":\"stats\",\"time\":\"2026-11-19T11:46:40.000000000Z\","
	    "\"sensor\":\"mirror-1\",\"site\":null,\"started\":\"2026-11-18T08:00:00Z\",\"verdict\":\"fail\","
	    "\"packets\":1234,\"bytes\":98765,\"dropped\":7,\"flows\":77,\"open_flows\":5,\"edges\":31,"
	    "\"memory_bytes\":125829120,\"memory_limit_bytes\":1073741824,\"events_lost\":0,\"findings_"
	    "untracked\":0,"
	    "\"store_writes\":3,\"store_failures\":0,\"evidence_packets\":0,\"evidence_dropped\":0,"
	    "\"packets_per_sec\":8123.40,\"bits_per_sec\":43200000.00,\"lag_sec\":0.40,\"judge_sec\":0.01,"
	    "\"accounting\":{\"audited\":1200,\"housekeeping\":34,\"icmp_error\":0,\"non_ip\":0,"
	    "\"unsupported\":0,"
	    "\"malformed\":0,\"truncated\":0,\"fragment\":0,\"filtered\":0},"
	    "\"interfaces\":[{\"name\":\"eth1\",\"up\":true,\"packets\":1000,\"dropped\":0},"
	    "{\"name\":\"eth2\",\"up\":false,\"packets\":234,\"dropped\":7}],"
	    "\"findings\":{\"unexpected\":2,\"wrong-direction\":1,\"missing\":1,\"unanswered\":1,"
	    "\"fallback\":1}}",
	    "%s", strbuf_text(&lines.last));
	strbuf_clear(&lines.kinds);
	strbuf_clear(&lines.last);
	event_tracker_free(tracker);
	sample_close(&sample);
}

/* The line of statistics that is due comes behind it: a second call has none. */
static void tell_health_alone(struct event_tracker *tracker, const struct live_state *state,
			      struct audit_result *result)
{
	event_state(tracker, state, NULL, true);
	event_state(tracker, state, result, false);
}

Test(report_live, health_is_told_when_the_grade_changes_and_drops_once_an_interval)
{
	struct sample sample;
	struct lines lines;
	struct event_tracker *tracker = tracker_of(&lines);
	struct live_state state = state_of();

	sample_open(&sample);
	event_state(tracker, &state, &sample.result, false);
	expect_lines(&lines, "health 4 health C: 0.4% of packets dropped; 12 duplicates\n"
			     "stats 6 1,234 packets, 7 dropped, 77 flows, 0 findings standing\n");
	state.now_ns += SEC;
	state.dropped = 9;
	event_state(tracker, &state, &sample.result, false);
	expect_lines(&lines, "");
	state.now_ns += SEC;
	sample.result.health.grade = 'D';
	event_state(tracker, &state, &sample.result, false);
	expect_lines(&lines, "health 3 health D: 0.4% of packets dropped; 12 duplicates\n");
	state.now_ns += 60 * SEC;
	strcpy(sample.result.health.reasons[0], "0.9% of packets dropped");
	event_state(tracker, &state, &sample.result, false);
	expect_lines(&lines, "stats 6 1,234 packets, 9 dropped, 77 flows, 0 findings standing\n");
	state.dropped = 10;
	event_state(tracker, &state, &sample.result, false);
	expect_lines(&lines, "health 3 health D: 0.9% of packets dropped; 12 duplicates\n");
	event_tracker_free(tracker);
	sample_close(&sample);
}

Test(report_live, health_says_what_the_process_gave_up)
{
	static const struct live_door doors[] = {{"files", "shut"}, {"tcp", "open"}, {"devices", "missing"}};
	struct sample sample;
	struct lines lines;
	struct event_tracker *tracker = tracker_of(&lines);
	struct live_state state = state_of();

	sample_open(&sample);
	tell_health_alone(tracker, &state, &sample.result);
	cr_expect(strstr(strbuf_text(&lines.last), "\"dropped\":7,\"sandbox\":null}"), "%s",
		  strbuf_text(&lines.last));
	state.doors = doors;
	state.door_count = 3;
	sample.result.health.grade = 'D';
	event_state(tracker, &state, &sample.result, false);
	cr_expect(strstr(strbuf_text(&lines.last),
			 "\"sandbox\":{\"files\":\"shut\",\"tcp\":\"open\",\"devices\":\"missing\"}}"),
		  "%s", strbuf_text(&lines.last));
	strbuf_clear(&lines.kinds);
	strbuf_clear(&lines.last);
	event_tracker_free(tracker);
	sample_close(&sample);
}

Test(report_live, a_notice_is_a_line_without_control_characters)
{
	struct lines lines;
	struct event_tracker *tracker = tracker_of(&lines);

	event_notice(tracker, SAMPLE_TIME_NS, 4, "interface-down", "eth2 is\033[2J gone\n");
	cr_expect(strstr(strbuf_text(&lines.last),
			 "\"what\":\"interface-down\",\"severity\":4,\"text\":\"eth2 is"));
	expect_lines(&lines, "notice 4 eth2 is?[2J gone?\n");
	event_tracker_free(tracker);
}

static size_t lines_starting(const char *text, const char *start)
{
	size_t count = 0;

	for (const char *at = text; at && *at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL)
		count += strncmp(at, start, strlen(start)) == 0;
	return count;
}

Test(report_live, metrics_are_prometheus_text)
{
	struct sample sample;
	struct lines lines;
	struct event_tracker *tracker = tracker_of(&lines);
	struct live_state state = state_of();
	struct live_interface odd = {"a\"b\\c\nd", true, 1, 0};
	struct strbuf out = {0};
	struct err err;
	static const char *const expected[] = {
	    "tapaudit_build_info{version=\"0.1.0\"} 1\n",
	    "# TYPE tapaudit_packets_total counter\ntapaudit_packets_total 1234\n",
	    "tapaudit_dropped_total 7\n",
	    "tapaudit_lag_seconds 0.400\n",
	    "tapaudit_interface_up{interface=\"a\\\"b\\\\c\\nd\"} 1\n",
	    "tapaudit_accounted_packets_total{bucket=\"housekeeping\"} 34\n",
	    "tapaudit_findings{kind=\"unexpected\",severity=\"high\"} 0\n",
	    "tapaudit_findings{kind=\"wrong-direction\",severity=\"high\"} 1\n",
	    "tapaudit_rules{state=\"missing\"} 1\n",
	    "tapaudit_verdict{verdict=\"fail\"} 1\n",
	    "tapaudit_health_grade{grade=\"C\"} 1\n",
	    "tapaudit_stored_time_seconds 1795088760.000\n",
	    "tapaudit_findings_untracked 0\n",
	    "tapaudit_sandbox 1\n",
	    "tapaudit_sandbox_door{door=\"calls\",state=\"shut\"} 1\n",
	};
	static const struct live_door doors[] = {{"files", "missing"}, {"calls", "shut"}};

	sample_open(&sample);
	state.interfaces = &odd;
	state.interface_count = 1;
	state.doors = doors;
	state.door_count = 2;
	cr_assert_eq(report_metrics(&out, &state, &sample.result, tracker, &err), 0);
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
		cr_expect(strstr(strbuf_text(&out), expected[i]), "no %sin\n%s", expected[i],
			  strbuf_text(&out));
	cr_expect_eq(lines_starting(strbuf_text(&out), "# HELP"),
		     lines_starting(strbuf_text(&out), "# TYPE"));
	strbuf_clear(&out);
	cr_assert_eq(report_metrics(&out, &state, NULL, NULL, &err), 0);
	cr_expect_null(strstr(strbuf_text(&out), "tapaudit_findings"));
	strbuf_clear(&out);
	event_tracker_free(tracker);
	sample_close(&sample);
}

static void show(struct strbuf *out, const struct live_page *page)
{
	struct err err;

	strbuf_clear(out);
	cr_assert_eq(report_live_page(out, page, &err), 0);
}

Test(report_live, a_page_says_what_matters)
{
	struct sample sample;
	struct live_state state = state_of();
	const struct live_news news[] = {
	    {SAMPLE_TIME_NS + 99000 * SEC, EVENT_FINDING, 1,
	     "high wrong-direction, hq-kvm: kvm-9 opened TCP port 3871 of kvm-manager."},
	    {SAMPLE_TIME_NS + 98000 * SEC, EVENT_CLEARED, 5, "seen again: medium missing, hq-kvm"}};
	struct live_page page = {.state = &state,
				 .news = news,
				 .news_count = 2,
				 .columns = 80,
				 .rows = 24,
				 .unicode = true,
				 .message = "q quits"};
	struct strbuf out = {0};

	sample_open(&sample);
	page.result = &sample.result;
	show(&out, &page);
	cr_expect_str_eq(strbuf_text(&out),
			 "Example HQ  eth1, eth2 (down)                            2026-11-19 11:46:40 UTC\n"
			 "FAIL  2 findings at or above medium                                     health C\n"
			 "\n"
			 "  rate     8,123 packets/s        traffic 43.2 Mbit/s      ▁▄█▂\n"
			 "  packets  1,234                  dropped 7               up 1 d 03:46:40\n"
			 "  flows    77, 5 open             edges   31              lag 0.4 s\n"
			 "  memory   120 MiB of 1.0 GiB     stored  11:46:00\n"
			 "\n"
			 "RULES\n"
			 "  hq-kvm                1 observed, 1 missing, 1 unanswered, 1 not-observable,..\n"
			 "  missing        hq-kvm, manager-device-authorize  required, and not seen of 1..\n"
			 "  unanswered     hq-kvm, manager-ldap\n"
			 "  not-observable hq-kvm, ping  both ends lie behind one switch: mirror the lin..\n"
			 "\n"
			 "NEWEST\n"
			 "  11:30:00  finding     high wrong-direction, hq-kvm: kvm-9 opened TCP port 38..\n"
			 "  11:13:20  cleared     seen again: medium missing, hq-kvm\n"
			 "\n\n\n\n\n\n"
			 "q quits",
			 "%s", strbuf_text(&out));
	strbuf_clear(&out);
	sample_close(&sample);
}

Test(report_live, a_page_of_any_size_has_its_rows_and_columns)
{
	struct sample sample;
	struct live_state state = state_of();
	const struct live_news news[] = {
	    {SAMPLE_TIME_NS, EVENT_FINDING, 1, "名前 of a host\033[2J that is long, long, long, and longer"}};
	struct live_page page = {.state = &state,
				 .news = news,
				 .news_count = 1,
				 .unicode = true,
				 .message = "q quits, r writes a report"};
	struct strbuf out = {0};
	char fault[256];

	sample_open(&sample);
	for (int judged = 0; judged < 2; judged++) {
		page.result = judged ? &sample.result : NULL;
		for (page.columns = 1; page.columns < 140; page.columns += 3) {
			for (page.rows = 1; page.rows < 60; page.rows++) {
				size_t lines = 1;

				show(&out, &page);
				for (const char *at = strbuf_text(&out); *at; at++)
					lines += *at == '\n';
				cr_assert_eq(lines, page.rows, "%zu lines of %u", lines, page.rows);
				const char *said = page_fault(strbuf_text(&out), page.columns, fault);
				cr_assert(!said || strstr(said, "blank"), "%u x %u: %s", page.columns,
					  page.rows, said);
			}
		}
	}
	strbuf_clear(&out);
	sample_close(&sample);
}
