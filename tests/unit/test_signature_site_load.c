/* What a right site file becomes: every field of the full one, the defaults of the least one. */
#include "signature_files.h"
#include "signature_texts.h"

TestSuite(signature_site_load, .timeout = 10, .init = files_setup, .fini = files_teardown);

struct fixture {
	struct signature_library *library;
	struct site *site;
};

static struct fixture load(const char *text)
{
	struct message_list messages = {0};
	struct fixture f = {0};

	write_quoted("full.json", full_signature);
	write_quoted("least.json", least_signature);
	write_quoted("s.site", text);
	f.library = open_here();
	f.site = site_load("s.site", f.library, &messages);
	expect_lines("load", messages.errors, messages.error_count, "");
	expect_lines("load", messages.warnings, messages.warning_count, "");
	message_list_clear(&messages);
	cr_assert_not_null(f.site);
	return f;
}

static void unload(struct fixture *f)
{
	site_free(f->site);
	signature_library_close(f->library);
	cr_expect_eq(mem_live(), 0);
}

static void expect_ranges(const struct addr_range *ranges, size_t count, const char *expected)
{
	char text[512] = "", low[ADDR_TEXT_MAX], high[ADDR_TEXT_MAX];

	for (size_t i = 0; i < count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s-%s", i == 0 ? "" : " ",
			 addr_format(&ranges[i].low, low), addr_format(&ranges[i].high, high));
	cr_expect_str_eq(text, expected, "%s instead of %s", text, expected);
}

static void expect_ports(const struct port_range *ports, size_t count, const char *expected)
{
	char text[256] = "";

	for (size_t i = 0; i < count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%u-%u", i == 0 ? "" : " ",
			 (unsigned)ports[i].low, (unsigned)ports[i].high);
	cr_expect_str_eq(text, expected, "%s instead of %s", text, expected);
}

Test(signature_site_load, head)
{
	struct fixture f = load(full_site);
	const struct site *s = f.site;
	char text[ADDR_TEXT_MAX];

	cr_expect_str_eq(s->path, "s.site");
	cr_expect_str_eq(s->name, "Example HQ");
	cr_expect_str_eq(s->timezone, "Europe/Berlin");
	expect_ranges(s->local_networks, s->local_network_count,
		      "10.0.0.0-10.255.255.255 192.0.2.7-192.0.2.9");
	cr_assert_eq(s->name_count, 3);
	cr_expect_str_eq(addr_format(&s->names[0].address, text), "10.0.0.5");
	cr_expect_str_eq(s->names[0].name, "kvm-manager");
	cr_expect_str_eq(addr_format(&s->names[1].address, text), "fd00::5");
	cr_expect_str_eq(s->names[1].name, "kvm-manager");
	cr_expect_str_eq(addr_format(&s->names[2].address, text), "mac:00:11:22:33:44:55");
	cr_expect_str_eq(s->names[2].name, "unit-3");
	unload(&f);
}

Test(signature_site_load, defaults_of_the_least)
{
	struct fixture f = load(least_site);
	const struct site *s = f.site;

	cr_expect_null(s->timezone);
	expect_ranges(s->local_networks, s->local_network_count,
		      "10.0.0.0-10.255.255.255 172.16.0.0-172.31.255.255 192.168.0.0-192.168.255.255 "
		      "169.254.0.0-169.254.255.255 fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
		      "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	cr_expect_eq(s->name_count + s->system_count + s->rule_count + s->exception_count, 0);
	unload(&f);
}

/* One binding as a line of its fields. */
static void expect_binding(const struct site_binding *b, const char *expected)
{
	char text[512], mac[ADDR_TEXT_MAX], low[ADDR_TEXT_MAX], high[ADDR_TEXT_MAX];

	snprintf(text, sizeof(text), "%d role %zu %s %s %s %s", (int)b->kind, b->role,
		 b->name ? b->name : "-", b->single ? "single" : "many", addr_format(&b->mac, mac), b->text);
	for (size_t i = 0; i < b->range_count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " %s-%s",
			 addr_format(&b->ranges[i].low, low), addr_format(&b->ranges[i].high, high));
	cr_expect_str_eq(text, expected, "%s\ninstead of\n%s", text, expected);
}

Test(signature_site_load, bindings)
{
	static const char *const expected[] = {
	    "0 role 0 kvm-manager single any 10.0.0.5 10.0.0.5-10.0.0.5",
	    "0 role 3 - many any 10.2.0.0/16 10.2.0.0-10.2.255.255",
	    "0 role 3 - many any fd00:1::/64 fd00:1::-fd00:1::ffff:ffff:ffff:ffff",
	    "0 role 2 - many any 10.0.3.7-10.0.3.20 10.0.3.7-10.0.3.20",
	    "1 role 2 unit-3 single mac:00:11:22:33:44:55 mac:00:11:22:33:44:55",
	    "2 role 2 switch-9 single mac:00:aa:bb:cc:dd:ee switch-9 10.0.4.9-10.0.4.9 fd00::9-fd00::9",
	};
	struct fixture f = load(full_site);
	const struct site_system *hq = &f.site->systems[0], *lab = &f.site->systems[1];

	cr_assert_eq(f.site->system_count, 2);
	cr_expect_str_eq(hq->name, "hq");
	cr_expect_str_eq(hq->signature->id, "full");
	cr_assert_eq(hq->binding_count, 6);
	for (size_t i = 0; i < 6; i++)
		expect_binding(&hq->bindings[i], expected[i]);
	cr_expect_str_eq(lab->name, "lab");
	cr_expect_str_eq(lab->signature->id, "least");
	cr_assert_eq(lab->binding_count, 2);
	expect_binding(
	    &lab->bindings[0],
	    "2 role 0 switch-9 single mac:00:aa:bb:cc:dd:ee switch-9 fd00::9-fd00::9 10.0.4.9-10.0.4.9");
	expect_binding(&lab->bindings[1], "0 role 0 - single any 10.0.4.10/32 10.0.4.10-10.0.4.10");
	unload(&f);
}

Test(signature_site_load, modes_parameters_expectations)
{
	struct fixture f = load(full_site);
	const struct site_system *hq = &f.site->systems[0], *lab = &f.site->systems[1];
	const struct presence *session = &hq->presence[0], *ping = &hq->presence[1],
			      *control = &hq->presence[2];

	cr_expect_eq(hq->mode_values[0], 0);
	cr_expect(hq->mode_stated[0]);
	cr_expect_eq(hq->mode_values[1], 0);
	cr_expect(hq->mode_stated[1]);
	cr_expect_eq(hq->mode_values[2], 0, "the signature's default");
	cr_expect_not(hq->mode_stated[2]);
	expect_ports(hq->parameters[0].ranges, hq->parameters[0].count, "900-910 950-950");
	cr_expect_eq(hq->parameters[1].count, 0);
	cr_expect(session->required);
	cr_expect(session->by_site);
	cr_expect_eq(session->when.count, 0, "dropped");
	cr_expect_eq(session->each, EACH_SYSTEM, "overridden");
	cr_expect_eq(session->within_sec, 86400, "overridden");
	cr_expect(session->within_stated);
	cr_expect_eq(session->after.count, 2, "the signature's");
	cr_expect_eq(session->or_rules.count, 1, "the signature's");
	cr_expect_not(ping->required, "level");
	cr_expect(ping->by_site);
	cr_assert_eq(ping->when.count, 1);
	cr_expect_eq(ping->when.items[0].mode, 1);
	cr_expect_eq(ping->when.items[0].values, 1);
	cr_expect_eq(ping->after.count, 0, "lifted");
	cr_expect_eq(ping->within_sec, 3600, "no longer with after");
	cr_assert_eq(ping->or_rules.count, 1);
	cr_expect_eq(ping->or_rules.items[0], 2);
	cr_expect_not(control->required);
	cr_expect_not(control->by_site);
	cr_expect_not(lab->presence[0].by_site);
	cr_expect_eq(f.site->systems[0].signature->rules[0].presence.within_sec, 120,
		     "the signature stays as it is");
	unload(&f);
}

Test(signature_site_load, site_rules)
{
	struct fixture f = load(full_site);
	const struct site_rule *backup = &f.site->rules[0], *ping = &f.site->rules[1];

	cr_assert_eq(f.site->rule_count, 2);
	cr_expect_str_eq(backup->id, "Backup 1");
	cr_assert_eq(backup->protocol_count, 2);
	cr_expect_eq(backup->protocols[0], 6);
	cr_expect_eq(backup->protocols[1], 50);
	expect_ranges(backup->from.ranges, backup->from.count,
		      "10.0.0.20-10.0.0.20 10.0.4.9-10.0.4.9 fd00::9-fd00::9 "
		      "mac:00:aa:bb:cc:dd:ee-mac:00:aa:bb:cc:dd:ee");
	cr_expect_str_eq(backup->from.text, "10.0.0.20, switch-9");
	expect_ranges(backup->to.ranges, backup->to.count, "10.0.0.5-10.0.0.5 fd00::5-fd00::5");
	cr_expect_str_eq(backup->to.text, "kvm-manager");
	cr_expect(backup->either);
	expect_ports(backup->ports, backup->port_count, "10000-10000 10010-10020");
	cr_expect_eq(backup->deliveries, 2);
	cr_expect_str_eq(backup->owner, "storage");
	cr_expect_str_eq(backup->reason, "nightly");
	cr_expect_str_eq(backup->review, "2027-06-30");
	cr_expect_str_eq(ping->id, "ping");
	cr_expect_eq(ping->from.count, 0, "any");
	cr_expect_str_eq(ping->from.text, "any");
	expect_ranges(ping->to.ranges, ping->to.count, "10.0.0.0-10.0.0.255");
	cr_expect_not(ping->either);
	cr_expect_eq(ping->port_count, 0);
	cr_expect_eq(ping->deliveries, 1);
	cr_expect_null(ping->review);
	unload(&f);
}

Test(signature_site_load, exceptions)
{
	struct fixture f = load(full_site);
	const struct site_exception *first = &f.site->exceptions[0], *second = &f.site->exceptions[1],
				    *third = &f.site->exceptions[2];

	cr_assert_eq(f.site->exception_count, 3);
	cr_expect_str_eq(first->id, "EX-7");
	cr_expect_str_eq(first->kind, "unexpected");
	cr_expect_str_eq(first->system, "hq");
	cr_expect_str_eq(first->rule, "session");
	expect_ranges(first->initiator.ranges, first->initiator.count, "10.9.0.4-10.9.0.4");
	cr_expect_str_eq(first->initiator_text, "10.9.0.4");
	expect_ranges(first->responder.ranges, first->responder.count,
		      "10.0.4.9-10.0.4.9 fd00::9-fd00::9 mac:00:aa:bb:cc:dd:ee-mac:00:aa:bb:cc:dd:ee");
	cr_expect_str_eq(first->responder_text, "switch-9");
	expect_ranges(first->host.ranges, first->host.count, "10.0.0.0-10.0.0.255");
	cr_expect_str_eq(first->host_text, "10.0.0.0/24");
	cr_expect_eq(first->protocol, 17);
	expect_ports(first->ports, first->port_count, "9100-9100 9200-9300");
	cr_expect_str_eq(first->reason, "metrics");
	cr_expect_str_eq(first->owner, "netops");
	cr_expect_str_eq(first->ticket, "CHG-1042");
	cr_expect_str_eq(first->expires, "2027-01-31");
	cr_expect_eq(first->expires_day, 20849);
	cr_expect_str_eq(second->id, "EX-8");
	cr_expect_null(second->kind);
	cr_expect_null(second->system);
	cr_expect_str_eq(second->rule, "r");
	cr_expect_null(second->initiator_text);
	cr_expect_null(second->responder_text);
	cr_expect_null(second->host_text);
	cr_expect_eq(second->initiator.count + second->responder.count + second->host.count, 0);
	cr_expect_eq(second->protocol, 132);
	cr_expect_eq(second->port_count, 0);
	cr_expect_null(second->ticket);
	cr_expect_eq(second->expires_day, 1);
	cr_expect_str_eq(third->kind, "missing");
	cr_expect_null(third->rule);
	cr_expect_eq(third->protocol, -1, "not tested");
	expect_ranges(third->host.ranges, third->host.count, "mac:00:11:22:33:44:55-mac:00:11:22:33:44:55");
	unload(&f);
}

Test(signature_site_load, from_text)
{
	struct message_list messages = {0};
	struct signature_library *library;
	char *text = quoted(least_site);
	struct site *site;

	library = open_here();
	site = site_parse(text, strlen(text), "draft", library, &messages);
	cr_assert_not_null(site);
	cr_expect_str_eq(site->path, "draft");
	site_free(site);
	cr_expect_null(site_parse(text, strlen(text) - 1, "draft", library, &messages));
	cr_expect_null(site_load("absent", library, &messages));
	expect_lines("text", messages.errors, messages.error_count,
		     "draft:1:57: expected \",\" or \"}\", found the end of the file\n"
		     "absent: cannot be read: No such file or directory");
	site_free(NULL);
	message_list_clear(&messages);
	signature_library_close(library);
	free(text);
	cr_expect_eq(mem_live(), 0);
}
