/* The documented matrix as text and CSV, with and without a site. */
#include "report_shown.h"

TestSuite(report_matrix, .timeout = 10, .init = files_setup, .fini = files_teardown);

static const char text_alone[] =
    "Example KVM\n"
    "  signature         example-kvm, revision 3; the source says that other\n"
    "                    protocols may occur\n"
    "  sources           guide: KVM guide (2008-11-03)\n"
    "                    faq: Questions\n"
    "\n"
    "ROLES\n"
    "  manager           product; KVM manager\n"
    "  primary           product, is a manager\n"
    "  device            product, partly covered by the source\n"
    "  client            person\n"
    "  dns               infrastructure, may be outside\n"
    "\n"
    "MODES\n"
    "  replication       on, off, auto (default)\n"
    "\n"
    "PORTS THAT A SITE MAY SET\n"
    "  session           900-902 (default); beyond doubt only 1-1023; other editions\n"
    "                    print 1900\n"
    "\n"
    "RULES\n"
    "  rule     documented          ports                                 presence\n"
    "  https    manager <-> device  tcp 443                               required\n"
    "    status of devices; required, each listener, within 600 s; documented; guide,\n"
    "    row 1; if blocked: Nothing works.\n"
    "  session  client -> device    tcp, udp 900-902 ($session), 5900     conditional\n"
    "    required, after https, within 60 s, or instead second, when replication=on;\n"
    "    opened from port 68; other editions print 1900, 2000-2010; documented;\n"
    "    guide, row 2, \"quoted\"\n"
    "  second   primary -> any      udp 3081                              fallback\n"
    "    when replication=on|auto; fallback for session; unicast, broadcast; answer:\n"
    "    yes from 3080; documented; faq, L3\n"
    "  ping     any -> device, dns  icmp type 8/0, type 3, ICMPv6 type    optional\n"
    "                               128/0\n"
    "    inferred\n"
    "  tunnel   manager -> device   protocol 47                           optional\n"
    "    answer: no from any port; implied\n"
    "\n"
    "NOTES\n"
    "  - ambiguity: who answers is left unsaid\n"
    "    here: anybody may\n";

static const char text_of_site[] =
    "Example KVM\n"
    "  signature         example-kvm, revision 3; the source says that other\n"
    "                    protocols may occur\n"
    "  system            hq-kvm\n"
    "  sources           guide: KVM guide (2008-11-03)\n"
    "                    faq: Questions\n"
    "\n"
    "ROLES\n"
    "  manager           product; KVM manager: 10.0.0.5\n"
    "  primary           product, is a manager: 10.0.0.5\n"
    "  device            product, partly covered by the source: kvm-9, 10.0.2.0/24,\n"
    "                    mac:02:00:00:00:00:07\n"
    "  client            person: nobody bound\n"
    "  dns               infrastructure, may be outside: nobody bound\n"
    "\n"
    "MODES\n"
    "  replication       on, off (here), auto\n"
    "\n"
    "PORTS THAT A SITE MAY SET\n"
    "  session           700-701 (here); beyond doubt only 1-1023; other editions\n"
    "                    print 1900\n"
    "\n"
    "RULES\n"
    "  rule     documented          ports                                    presence\n"
    "  https    manager <-> device  tcp 443                                  required\n"
    "    status of devices; required, each listener, within 600 s; documented; guide,\n"
    "    row 1; if blocked: Nothing works.\n"
    "  session  client -> device    tcp, udp 700-701, 5900                   optional\n"
    "    required, after https, within 60 s, or instead second, when replication=on;\n"
    "    opened from port 68; other editions print 1900, 2000-2010; documented;\n"
    "    guide, row 2, \"quoted\"\n"
    "  second   primary -> any      udp 3081                                 off here\n"
    "    when replication=on|auto; fallback for session; unicast, broadcast; answer:\n"
    "    yes from 3080; documented; faq, L3\n"
    "  ping     any -> device, dns  icmp type 8/0, type 3, ICMPv6 type 128/  optional\n"
    "                               0\n"
    "    inferred\n"
    "  tunnel   manager -> device   protocol 47                              optional\n"
    "    answer: no from any port; implied\n"
    "\n"
    "NOTES\n"
    "  - ambiguity: who answers is left unsaid\n"
    "    here: anybody may\n";

static const char csv_alone[] =
    "signature,system,rule,title,from,opens,to,proto,ports,source_ports,disputed_ports,delivery,reply,when,"
    "here,presence,basis,cite,impact,from_hosts,to_hosts\r\n"
    "example-kvm,,https,status of devices,manager,either,device,tcp,443,,,unicast,any,,,\"required, each "
    "listener, within 600 s\",documented,\"guide, row 1\",Nothing works.,,\r\n"
    "example-kvm,,session,,client,from,device,\"tcp, udp\",\"900-902 ($session), 5900\",68,\"1900, "
    "2000-2010\",unicast,any,,,\"required, after https, within 60 s, or instead second, when "
    "replication=on\",documented,\"guide, row 2, \"\"quoted\"\"\",,,\r\n"
    "example-kvm,,second,,primary,from,any,udp,3081,,,\"unicast, broadcast\",yes from "
    "3080,replication=on|auto,,fallback for session,documented,\"faq, L3\",,,\r\n"
    "example-kvm,,ping,,any,from,\"device, dns\",icmp,\"type 8/0, type 3, ICMPv6 type "
    "128/0\",,,unicast,any,,,optional,inferred,,,,\r\n"
    "example-kvm,,tunnel,,manager,from,device,47,,,,unicast,no from any port,,,optional,implied,,,,\r\n";

static const char csv_of_site[] =
    "signature,system,rule,title,from,opens,to,proto,ports,source_ports,disputed_ports,delivery,reply,when,"
    "here,presence,basis,cite,impact,from_hosts,to_hosts\r\n"
    "example-kvm,hq-kvm,https,status of "
    "devices,manager,either,device,tcp,443,,,unicast,any,,required,\"required, each listener, within 600 "
    "s\",documented,\"guide, row 1\",Nothing works.,10.0.0.5,\"kvm-9, 10.0.2.0/24, "
    "mac:02:00:00:00:00:07\"\r\n"
    "example-kvm,hq-kvm,session,,client,from,device,\"tcp, udp\",\"700-701, 5900\",68,\"1900, "
    "2000-2010\",unicast,any,,allowed,\"required, after https, within 60 s, or instead second, when "
    "replication=on\",documented,\"guide, row 2, \"\"quoted\"\"\",,,\"kvm-9, 10.0.2.0/24, "
    "mac:02:00:00:00:00:07\"\r\n"
    "example-kvm,hq-kvm,second,,primary,from,any,udp,3081,,,\"unicast, broadcast\",yes from "
    "3080,replication=on|auto,off,fallback for session,documented,\"faq, L3\",,10.0.0.5,\r\n"
    "example-kvm,hq-kvm,ping,,any,from,\"device, dns\",icmp,\"type 8/0, type 3, ICMPv6 type "
    "128/0\",,,unicast,any,,allowed,optional,inferred,,,,\"kvm-9, 10.0.2.0/24, mac:02:00:00:00:00:07\"\r\n"
    "example-kvm,hq-kvm,tunnel,,manager,from,device,47,,,,unicast,no from any "
    "port,,allowed,optional,implied,,,10.0.0.5,\"kvm-9, 10.0.2.0/24, mac:02:00:00:00:00:07\"\r\n";

Test(report_matrix, as_text_and_csv)
{
	struct shown shown;

	shown_open(&shown, NULL);
	expect_matrix(&shown, MATRIX_TEXT, text_alone);
	expect_matrix(&shown, MATRIX_CSV, csv_alone);
	shown_close(&shown);
}

Test(report_matrix, of_a_site_as_text_and_csv)
{
	struct shown shown;

	shown_open(&shown, site_text);
	expect_matrix(&shown, MATRIX_TEXT, text_of_site);
	expect_matrix(&shown, MATRIX_CSV, csv_of_site);
	shown_close(&shown);
}

Test(report_matrix, several_tables_of_csv_are_one_document)
{
	struct shown shown;
	struct strbuf out = {0};
	struct err err;

	shown_open(&shown, NULL);
	shown.format = MATRIX_CSV;
	cr_assert_eq(write_matrix(&out, &shown, &err), 0);
	cr_assert_eq(write_matrix(&out, &shown, &err), 0);
	cr_expect_eq(out.length, 2 * strlen(csv_alone) - strcspn(csv_alone, "\n") - 1);
	strbuf_clear(&out);
	shown_close(&shown);
}

Test(report_matrix, text_keeps_to_its_width)
{
	struct shown shown;
	struct strbuf out = {0};
	struct err err;
	char fault[256];

	shown_open(&shown, site_text);
	shown.format = MATRIX_TEXT;
	for (unsigned width = 60; width < 130; width++) {
		out.length = 0;
		shown.options.width = width;
		cr_assert_eq(write_matrix(&out, &shown, &err), 0);
		cr_expect_null(page_fault(strbuf_text(&out), width, fault), "%u columns: %s", width, fault);
	}
	strbuf_clear(&out);
	shown_close(&shown);
}

static int write_any(struct strbuf *out, void *context, struct err *err)
{
	return write_matrix(out, context, err);
}

Test(report_matrix, want_of_memory_is_said_and_leaks_nothing)
{
	struct shown shown;

	shown_open(&shown, site_text);
	for (int format = MATRIX_TEXT; format <= MATRIX_JSON; format++) {
		shown.format = (enum matrix_format)format;
		cr_expect_gt(starve(write_any, &shown), 4, "%d", format);
	}
	shown_close(&shown);
}
