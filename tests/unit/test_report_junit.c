#include "report_formats.h"

TestSuite(report_junit, .timeout = 10);

#define SUITE(name, tests, failures, errors, skipped)                                                        \
	"  <testsuite name=\"" name "\" tests=\"" tests "\" failures=\"" failures "\" errors=\"" errors      \
	"\" skipped=\"" skipped "\" time=\"0\" timestamp=\"2026-11-19T08:00:00\">\n"
#define CASE(class, name) "    <testcase classname=\"" class "\" name=\"" name "\" time=\"0\">\n"
#define END               "    </testcase>\n"

/* clang-format off */
static const char whole[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<testsuites name=\"tapaudit\" tests=\"10\" failures=\"2\" errors=\"1\" time=\"0\">\n"
    SUITE("run", "3", "0", "1", "0")
    CASE("run", "conclusive")
    END
    CASE("run", "captures")
    "      <error type=\"capture\" message=\"cut short: 62 of 92 bytes of a record at byte 63000, after frame 471\"/>\n"
    END
    CASE("run", "no system")
    END
    "  </testsuite>\n"
    SUITE("hq-kvm", "7", "2", "0", "3")
    CASE("hq-kvm", "client-manager-https")
    END
    CASE("hq-kvm", "manager-device-authorize")
    "      <failure type=\"wrong-direction\" message=\"kvm-9 opened TCP port 3871 of kvm-manager. Rule manager-device-authorize has it the other way round.\">finding aaaa0000111122223333444455556666, severity high\n"
    "impact: Sessions are refused.\n"
    "cite: KVM guide, table 1, row 2\n"
    "filter: host 10.0.1.9 and host 10.0.0.5 and tcp port 3871</failure>\n"
    "      <failure type=\"missing\" message=\"kvm-9 takes no part in manager-device-authorize.\">finding bbbb0000111122223333444455556666, severity medium\n"
    "cite: KVM guide, table 1, row 2\n"
    "filter: host 10.0.1.9 and tcp port 3871</failure>\n"
    END
    CASE("hq-kvm", "manager-ldap")
    "      <system-out>low unanswered cccc0000111122223333444455556666: The directory never answers.</system-out>\n"
    END
    CASE("hq-kvm", "ping")
    "      <skipped message=\"not-observable: both ends lie behind one switch: mirror the link of kvm-9\"/>\n"
    END
    CASE("hq-kvm", "discovery")
    "      <skipped message=\"idle\"/>\n"
    END
    CASE("hq-kvm", "client-device-bypass")
    "      <skipped message=\"off: connection is proxied\"/>\n"
    END
    CASE("hq-kvm", "no rule")
    "      <failure type=\"unexpected\" message=\"10.9.0.4 tried many ports of 200 hosts.\">finding aaab0000111122223333444455556666, severity medium\n"
    "filter: host 10.9.0.4 and tcp</failure>\n"
    "      <system-out>low fallback dddd0000111122223333444455556666: The second way was taken.\n"
    "info unexpected eeee0000111122223333444455556666: kvm-manager sent to UDP port 1900 of 10.0.0.255.\n"
    "high unexpected ffff0000111122223333444455556666: 10.9.0.4 opened TCP port 9100 of kvm-manager. Excused by EX-7.</system-out>\n"
    END
    "  </testsuite>\n"
    "</testsuites>\n";
/* clang-format on */

Test(report_junit, is_a_case_a_rule_and_fails_by_findings)
{
	struct written written;

	written_open(&written, "junit");
	cr_expect_str_eq(written.text.text, whole);
	written_close(&written);
}

Test(report_junit, fails_from_the_severity_that_the_verdict_was_reached_by)
{
	struct written written;

	written_open(&written, "junit");
	written.sample.result.fail_on = SEVERITY_HIGH;
	written_again(&written);
	cr_expect_eq(count_of(written.text.text, "<failure"), 1);
	written.sample.result.fail_on = SEVERITY_INFO;
	written_again(&written);
	/* All but the excused one. */
	cr_expect_eq(count_of(written.text.text, "<failure"), SAMPLE_FINDINGS - 1);
	written_close(&written);
}

Test(report_junit, a_finding_of_no_system_is_not_lost)
{
	struct written written;

	written_open(&written, "junit");
	written.sample.findings[0].system = NULL;
	written.sample.findings[1].system = "gone";
	written_again(&written);
	cr_expect_not_null(strstr(written.text.text, SUITE("run", "3", "1", "1", "0")));
	cr_expect_not_null(
	    strstr(written.text.text, CASE("run", "no system") "      <failure type=\"wrong-direction\""));
	cr_expect_eq(count_of(written.text.text, "<failure"), 3);
	written_close(&written);
}

Test(report_junit, an_inconclusive_run_is_an_error)
{
	struct written written;

	written_open(&written, "junit");
	written.sample.result.verdict = RUN_INCONCLUSIVE;
	written_again(&written);
	cr_expect_not_null(strstr(written.text.text, SUITE("run", "3", "0", "2", "0")));
	cr_expect_not_null(strstr(written.text.text,
				  "<error type=\"inconclusive\" message=\"2 findings at or "
				  "above medium\"/>\n"));
	written_close(&written);
}

static const char *make_markup(void *context, const char *what, const char *text)
{
	(void)context;
	(void)what;
	(void)text;
	return "]]><a b=\"'&\x01\xef\xbf\xbe\xff";
}

Test(report_junit, texts_of_others_are_no_markup)
{
	struct written written;

	written_open(&written, "junit");
	sample_rewrite(&written.sample, make_markup, NULL);
	sample_read(&written.sample);
	written_again(&written);
	cr_expect_null(strstr(written.text.text, "<a"));
	cr_expect_null(strstr(written.text.text, "]]>"));
	cr_expect_null(strstr(written.text.text, "\xef\xbf\xbe"));
	cr_expect_not_null(strstr(written.text.text, "name=\"]]&gt;&lt;a b=&quot;&#39;&amp;?\?\?\""));
	written_close(&written);
}

Test(report_junit, says_so_when_memory_runs_out)
{
	struct written written;

	written_open(&written, "junit");
	cr_expect_geq(starve(write_again, &written), 2);
	written_close(&written);
}
