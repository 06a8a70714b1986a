#include "report_formats.h"
#include <stdio.h>

TestSuite(report_html_pictures, .timeout = 10);

/* Lanes of the sample's picture, from the left: other hosts 293, client 459, manager 625, device 791, ldap
 * 957. */
static void expect_row(const struct written *written, const char *row)
{
	cr_expect_not_null(strstr(written->text.text, row), "%s", row);
}

#define ROW(class, mark, name, y)                                                                            \
	"<g class=\"row " class "\"><text class=\"sign\" x=\"4\" y=\"" y "\">" mark                          \
				"</text><text class=\"name\" x=\"22\" y=\"" y "\">" name "</text>"
#define LINE(from, to, y) "<line class=\"line\" x1=\"" from "\" y1=\"" y "\" x2=\"" to "\" y2=\"" y "\"/>"
#define HEAD(path)        "<path class=\"head\" d=\"" path "\"/>"
#define DOT(x, y)         "<circle cx=\"" x "\" cy=\"" y "\" r=\"3.5\"/>"
#define NOTE(y, text)     "<text class=\"note\" x=\"1046\" y=\"" y "\">" text "</text></g>\n"

Test(report_html_pictures, arrows_point_from_who_opens_to_who_listens)
{
	struct written written;

	written_open(&written, "html");
	expect_row(&written, ROW("observed", "\u2713", "client-manager-https", "68") LINE("459", "625", "64")
				 HEAD("M624 64L616 60L616 68Z") DOT("459", "64") NOTE("68", "tcp 443"));
	expect_row(&written,
		   ROW("missing", "\u25cb", "manager-device-authorize", "92") LINE("625", "791", "88")
		       DOT("625", "88") HEAD("M790 88L782 84L782 92Z") NOTE("92", "tcp 3871,8192-8193"));
	written_close(&written);
}

Test(report_html_pictures, what_was_seen_against_the_documents_has_its_own_arrow)
{
	struct written written;

	written_open(&written, "html");
	expect_row(&written,
		   ROW("violated", "\u2715", "wrong-direction", "116") LINE("625", "791", "112")
		       HEAD("M626 112L634 108L634 116Z") DOT("791", "112") NOTE("116", "1 finding"));
	/* Neither fallbacks nor what is excused; a scan of strangers among themselves is a loop. */
	cr_expect_eq(count_of(written.text.text, "row violated"), 3);
	expect_row(&written, "<path class=\"line\" d=\"M293 203C");
	written_close(&written);
}

Test(report_html_pictures, either_side_may_open_has_two_heads_and_what_is_off_is_not_drawn)
{
	struct written written;

	written_open(&written, "html");
	expect_row(&written, ROW("idle", "\u2013", "discovery", "188") LINE("625", "791", "184")
				 HEAD("M790 184L782 180L782 188Z") HEAD("M626 184L634 180L634 188Z")
				     NOTE("188", "udp 3080"));
	cr_expect_null(strstr(written.text.text, ">client-device-bypass</text>"));
	written_close(&written);
}

Test(report_html_pictures, a_host_stands_in_the_lane_of_what_it_is)
{
	static const char *const held[] = {"manager", "device"};
	static const struct sig_role roles[] = {{.id = "manager", .implies = 1},
						{.id = "device", .implies = 3}};
	struct written written;

	written_open(&written, "html");
	written.sample.signature.roles = roles;
	written.sample.signature.role_count = 2;
	written.sample.findings[0].responder.roles = (struct name_list){held, 2};
	written.sample.findings[0].initiator.roles = (struct name_list){held, 1};
	written_again(&written);
	expect_row(&written, ROW("violated", "\u2715", "wrong-direction", "116") LINE("625", "791", "112")
				 DOT("625", "112") HEAD("M790 112L782 108L782 116Z"));
	written_close(&written);
}

static struct audit_bucket bucket_of(int64_t time_ns, uint64_t documented, uint64_t unexpected,
				     uint64_t wrong)
{
	struct audit_bucket bucket = {.bucket = time_bucket(time_ns)};

	bucket.flows[VERDICT_DOCUMENTED] = documented;
	bucket.flows[VERDICT_UNEXPECTED] = unexpected;
	bucket.flows[VERDICT_WRONG_DIRECTION] = wrong;
	return bucket;
}

static void show(struct written *written, const struct audit_bucket *buckets, size_t count)
{
	written->sample.result.timeline = buckets;
	written->sample.result.timeline_count = count;
	written_again(written);
}

Test(report_html_pictures, the_day_stands_on_two_scales)
{
	const struct audit_bucket buckets[] = {bucket_of(SAMPLE_TIME_NS, 200, 0, 1),
					       bucket_of(SAMPLE_TIME_NS + 900 * NSEC_PER_SEC, 100, 4, 0)};
	struct written written;

	written_open(&written, "html");
	show(&written, buckets, 2);
	/* 96 pixels above for 200 flows, 56 below for 4, and never less than can be seen. */
	expect_row(&written, "<title>2026-11-18 08:00 UTC: 200 documented, 0 unexpected, 1 in the wrong "
			     "direction, 0 other</title><rect class=\"documented\" x=\"88.0\" y=\"16.0\" "
			     "width=\"47.0\" height=\"96.0\"/><rect class=\"wrong\" x=\"88.0\" y=\"120.0\" "
			     "width=\"47.0\" height=\"14.0\"/></g>");
	expect_row(&written, "<rect class=\"documented\" x=\"136.0\" y=\"64.0\" width=\"47.0\" "
			     "height=\"48.0\"/><rect class=\"unexpected\" x=\"136.0\" y=\"120.0\" "
			     "width=\"47.0\" height=\"56.0\"/></g>");
	expect_row(&written, "<tr><th scope=\"row\">2026-11-18 08:15</th><td class=\"num\">100</td><td "
			     "class=\"num\">4</td><td class=\"num\">0</td><td class=\"num\">0</td></tr>");
	written_close(&written);
}

Test(report_html_pictures, time_of_any_length_fits)
{
	const struct audit_bucket ages[] = {{.bucket = -9000000, .flows = {1}},
					    {.bucket = 9000000, .flows = {1}}};
	const struct audit_bucket week[] = {bucket_of(SAMPLE_TIME_NS, 1, 0, 0),
					    bucket_of(SAMPLE_TIME_NS + 6 * 86400 * NSEC_PER_SEC, 1, 0, 0)};
	struct written written;

	written_open(&written, "html");
	show(&written, ages, 2);
	cr_expect_eq(count_of(written.text.text, "<rect class=\"documented\""), 2);
	/* A week by hours: columns begin at full hours, ticks tell the day. */
	show(&written, week, 2);
	expect_row(&written, "<tr><th scope=\"row\">2026-11-24 08:00</th>");
	expect_row(&written, ">11-18 08:00</text>");
	written_close(&written);
}
