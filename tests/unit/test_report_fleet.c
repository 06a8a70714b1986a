#include "base/mem.h"
#include "report/fleet.h"
#include "report/fleet_parts.h"
#include <criterion/criterion.h>
#include <string.h>

TestSuite(report_fleet, .timeout = 10);

static const int64_t day_ns = INT64_C(1794960000) * NSEC_PER_SEC; /* 2026-11-18 */
static const struct signature signature = {.id = "wyse-wdm"};

static struct ledger *a_ledger(void)
{
	struct err err;
	struct ledger *ledger = ledger_new(&(struct ledger_options){.memory_bytes = 1 << 20}, &err);

	cr_assert(ledger && ledger_sensor(ledger, "a") == 0);
	cr_assert_eq(ledger_cover(ledger, 0, day_ns, day_ns + NSEC_PER_SEC), 0);
	return ledger;
}

static int add_site(struct fleet *fleet, const struct fleet_site *site, enum run_verdict verdict,
		    size_t finding_count, struct ledger *ledger, struct err *err)
{
	struct audit_system system = {.name = "terminals", .signature = &signature};
	const char *const reasons[] = {"1 finding at or above medium"};
	struct audit_finding findings[2] = {{.kind = FINDING_UNEXPECTED,
					     .severity = SEVERITY_HIGH,
					     .system = "terminals",
					     .message = "late, \"quoted\"",
					     .first_ns = day_ns + 9,
					     .id = "b2"},
					    {.kind = FINDING_MISSING,
					     .severity = SEVERITY_LOW,
					     .system = "terminals",
					     .rule = "r",
					     .message = "low",
					     .first_ns = TIME_UNKNOWN,
					     .id = "a1"}};
	const struct audit_result result = {.verdict = verdict,
					    .reasons = {.items = reasons, .count = verdict == RUN_FAIL},
					    .systems = &system,
					    .system_count = 1,
					    .findings = findings,
					    .finding_count = finding_count,
					    .packets = 7,
					    .flows = 3,
					    .edge_count = 2,
					    .health = {.grade = 'A'}};

	return fleet_add_site(fleet, site, &result, ledger, err);
}

static int fill(struct fleet *fleet, struct ledger *ledger, struct err *err)
{
	const struct fleet_site good = {.name = "good", .file = "s/good.json", .sensors = 1},
				bad = {.name = "bad",
				       .file = "s/bad.json",
				       .link = "sites/bad.html",
				       .sensors = 2,
				       .incomplete = "cut"},
				alone = {.name = "alone", .file = "s/alone.json"},
				silent = {.name = "silent",
					  .file = "s/silent.json",
					  .sensors = 1,
					  .silent = 1},
				broken = {.file = "s/broken.json", .error = "no JSON"};
	const struct fleet_sensor sensors[] = {
	    {.name = "5",
	     .site = "bad",
	     .away = true,
	     .silent = true,
	     .last_ns = TIME_UNKNOWN,
	     .written_ns = TIME_UNKNOWN},
	    {.name = "4",
	     .site = "gone",
	     .astray = true,
	     .silent = true,
	     .last_ns = day_ns,
	     .written_ns = day_ns},
	    {.name = "3", .site = "silent", .silent = true, .last_ns = day_ns, .written_ns = day_ns},
	    {.name = "2",
	     .site = "bad",
	     .grade = 'C',
	     .health = "drops",
	     .last_ns = day_ns,
	     .written_ns = day_ns},
	    {.name = "1", .site = "good", .grade = 'B', .last_ns = day_ns, .written_ns = day_ns}};

	if (add_site(fleet, &good, RUN_PASS, 0, ledger, err) ||
	    add_site(fleet, &bad, RUN_FAIL, 2, ledger, err) ||
	    add_site(fleet, &alone, RUN_INCONCLUSIVE, 0, ledger, err) ||
	    add_site(fleet, &silent, RUN_INCONCLUSIVE, 0, ledger, err) ||
	    fleet_add_site(fleet, &broken, NULL, NULL, err))
		return -1;
	for (size_t i = 0; i < sizeof sensors / sizeof sensors[0]; i++) {
		if (fleet_add_sensor(fleet, &sensors[i], err))
			return -1;
	}
	fleet_finish(fleet);
	return 0;
}

static struct strbuf written(const char *format)
{
	const struct fleet_options options = {.generated_ns = day_ns,
					      .from_ns = TIME_UNKNOWN,
					      .until_ns = day_ns,
					      .version = "1",
					      .width = 100};
	struct strbuf out = {0};
	struct err err = {""};
	struct fleet *fleet = fleet_new(&err);
	struct ledger *ledger = a_ledger();

	cr_assert(fleet && fill(fleet, ledger, &err) == 0, "%s", err.text);
	for (size_t i = 0; i < fleet_format_count; i++) {
		if (strcmp(fleet_formats[i].name, format) == 0)
			cr_assert_eq(fleet_formats[i].write(&out, fleet, &options, &err), 0, "%s", err.text);
	}
	fleet_free(fleet);
	ledger_free(ledger);
	return out;
}

Test(report_fleet, a_line_a_site)
{
	struct strbuf out = written("csv");

	cr_expect_str_eq(strbuf_text(&out),
			 "site,file,verdict,reason,grade,health,high,medium,low,info,excepted,packets,flows,"
			 "edges,sensors,silent_sensors,last,report,"
			 "incomplete\r\n"
			 ",s/broken.json,unread,no JSON,,,0,0,0,0,0,0,0,0,0,0,,,\r\n"
			 "bad,s/bad.json,fail,1 finding at or above "
			 "medium,A,,1,0,1,0,0,7,3,2,2,0,2026-11-18T00:00:01Z,sites/bad.html,cut\r\n"
			 "alone,s/alone.json,inconclusive,no sensor writes for "
			 "it,A,,0,0,0,0,0,7,3,2,0,0,2026-11-18T00:00:01Z,,\r\n"
			 "silent,s/silent.json,inconclusive,none of its sensors wrote anything of this "
			 "time,A,,0,0,0,0,0,7,3,2,1,1,2026-11-18T00:00:01Z,,\r\n"
			 "good,s/good.json,pass,,A,,0,0,0,0,0,7,3,2,1,0,2026-11-18T00:00:01Z,,\r\n",
			 "%s", strbuf_text(&out));
	strbuf_clear(&out);
}

Test(report_fleet, a_page_for_a_terminal)
{
	struct strbuf out = written("text");

	cr_expect_str_eq(
	    strbuf_text(&out),
	    "FAIL  fleet\n"
	    "  sites   1 fail, 2 inconclusive, 1 pass, 1 not judged\n"
	    "  sensors 5 sensors, 1 away, 1 astray, 1 silent, 1 unhealthy\n"
	    "\n"
	    "SITES\n"
	    "  site           verdict       high  medium  low  health  silent  last packet (UTC)\n"
	    "  s/broken.json  not judged\n"
	    "    no JSON\n"
	    "  bad            fail             1       0    1  A            0  2026-11-18 00:00:01\n"
	    "    cut\n"
	    "  alone          inconclusive     0       0    0  A            0  2026-11-18 00:00:01\n"
	    "    no sensor writes for it\n"
	    "  silent         inconclusive     0       0    0  A            1  2026-11-18 00:00:01\n"
	    "    none of its sensors wrote anything of this time\n"
	    "  good           pass             0       0    0  A            0  2026-11-18 00:00:01\n"
	    "\n"
	    "RULES THAT FAIL IN MOST PLACES\n"
	    "  rule                finding     sites  findings  such as\n"
	    "  wyse-wdm (no rule)  unexpected      1         1  bad\n"
	    "  wyse-wdm r          missing         1         1  bad\n"
	    "\n"
	    "NEWEST FINDINGS\n"
	    "          2026-11-18 00:00:00  bad  high, unexpected: late, \"quoted\"\n"
	    "\n"
	    "SENSORS THAT NEED A LOOK\n"
	    "          2, of bad: does not see all: grade C, drops\n"
	    "          3, of silent: wrote nothing of this time; saw last 2026-11-18 00:00:00 UTC\n"
	    "          4, of gone: no site file names its site; saw last 2026-11-18 00:00:00 UTC\n"
	    "          5, of bad: lies on a shard that is away\n"
	    "\n"
	    "tapaudit 1, written 2026-11-18 00:00:00 UTC\n",
	    "%s", strbuf_text(&out));
	strbuf_clear(&out);
}

/* What is said of a fleet of one site that passes and the sensors SENSOR. */
static struct strbuf said_of(const struct fleet_sensor *sensor)
{
	const struct fleet_site good = {.name = "good", .file = "good.json", .sensors = 1};
	struct err err;
	struct fleet *fleet = fleet_new(&err);
	struct ledger *ledger = a_ledger();
	struct strbuf reasons[FLEET_REASONS_MAX], out = {0};

	cr_assert(fleet && add_site(fleet, &good, RUN_PASS, 0, ledger, &err) == 0);
	cr_assert_eq(fleet_add_sensor(fleet, sensor, &err), 0);
	fleet_finish(fleet);
	size_t count = fleet_reasons(fleet, reasons);
	strbuf_addf(&out, "%s %s", sensor_state_name(fleet_sensor_state(&fleet->sensors[0])),
		    run_verdict_name(fleet_verdict(fleet)));
	for (size_t i = 0; i < count; i++)
		strbuf_addf(&out, ", %s", strbuf_text(&reasons[i]));
	fleet_reasons_clear(reasons);
	fleet_free(fleet);
	ledger_free(ledger);
	return out;
}

/* What nobody judges is no pass; what is known to be no more, or not to have begun, is. */
Test(report_fleet, sensors_and_the_verdict)
{
	static const struct {
		struct fleet_sensor sensor;
		const char *said;
	} cases[] = {
	    {{.name = "1", .site = "good"}, "writes pass"},
	    {{.name = "1", .site = "gone", .astray = true},
	     "astray inconclusive, 1 sensor writes for a site that no file names: 1, for \"gone\""},
	    {{.name = "1", .site = "", .astray = true},
	     "astray inconclusive, 1 sensor writes for a site that no file names: 1, for none"},
	    {{.name = "1", .site = "gone", .astray = true, .away = true},
	     "away inconclusive, 1 sensor writes for a site that no file names: 1, for \"gone\""},
	    {{.name = "1", .site = "gone", .astray = true, .silent = true}, "astray pass"},
	    {{.name = "1", .site = "gone", .astray = true, .retired = true}, "astray pass"},
	    {{.name = "1", .site = "good", .retired = true}, "retired pass"},
	    {{.name = "1", .site = "good", .later = true}, "later pass"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct strbuf out = said_of(&cases[i].sensor);

		cr_expect_str_eq(strbuf_text(&out), cases[i].said, "%s", strbuf_text(&out));
		strbuf_clear(&out);
	}
}

Test(report_fleet, a_link_to_the_finding)
{
	struct strbuf out = written("html");

	cr_expect_not_null(strstr(strbuf_text(&out), "<a href=\"sites/bad.html#f-b2\">bad</a>"));
	cr_expect_not_null(strstr(strbuf_text(&out), "<summary>1 site passes</summary>"));
	cr_expect_not_null(strstr(strbuf_text(&out), "<summary>1 sensor writes</summary>"));
	strbuf_clear(&out);
}

Test(report_fleet, without_memory)
{
	struct ledger *ledger = a_ledger();
	size_t live = mem_live();
	int status = -1;

	for (uint64_t fail = 1; status != 0 && fail < 1000; fail++) {
		struct err err = {""};

		mem_fail_at(fail);
		struct fleet *fleet = fleet_new(&err);
		status = fleet ? fill(fleet, ledger, &err) : -1;
		mem_fail_at(0);
		cr_expect(status == 0 || strcmp(err.text, "out of memory") == 0, "%s", err.text);
		fleet_free(fleet);
		cr_expect_eq(mem_live(), live);
	}
	cr_expect_eq(status, 0);
	ledger_free(ledger);
}
