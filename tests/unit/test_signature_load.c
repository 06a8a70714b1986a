/* What a right signature file becomes: every field of the full one, the defaults of the least one, the
 * library. */
#include "signature_files.h"
#include "signature_texts.h"

TestSuite(signature_load, .timeout = 10, .init = files_setup, .fini = files_teardown);

struct fixture {
	struct signature_library *library;
	struct message_list messages;
	const struct signature *signature;
};

static struct fixture load(const char *text)
{
	struct fixture fixture = {0};

	write_quoted("f.json", text);
	fixture.library = open_here();
	fixture.signature = signature_load(fixture.library, "f.json", &fixture.messages);
	expect_lines("load", fixture.messages.errors, fixture.messages.error_count, "");
	expect_lines("load", fixture.messages.warnings, fixture.messages.warning_count, "");
	cr_assert_not_null(fixture.signature);
	return fixture;
}

static void unload(struct fixture *fixture)
{
	message_list_clear(&fixture->messages);
	signature_library_close(fixture->library);
	cr_expect_eq(mem_live(), 0);
}

static void expect_ranges(const struct port_range *ranges, size_t count, const char *expected)
{
	char text[256] = "";

	for (size_t i = 0; i < count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%u-%u", i == 0 ? "" : " ",
			 (unsigned)ranges[i].low, (unsigned)ranges[i].high);
	cr_expect_str_eq(text, expected, "%s instead of %s", text, expected);
}

static void expect_ports(const struct port_list *ports, const char *expected)
{
	char text[256] = "";

	for (size_t i = 0; i < ports->count; i++) {
		const struct port_spec *port = &ports->items[i];
		const char *between = i == 0 ? "" : " ";
		char *end = text + strlen(text);
		size_t room = sizeof(text) - strlen(text);

		if (port->parameter != NO_INDEX)
			snprintf(end, room, "%s$%zu", between, port->parameter);
		else
			snprintf(end, room, "%s%u-%u", between, (unsigned)port->range.low,
				 (unsigned)port->range.high);
	}
	cr_expect_str_eq(text, expected, "%s instead of %s", text, expected);
}

static void expect_rules(const struct rule_list *rules, const char *expected)
{
	char text[256] = "";

	for (size_t i = 0; i < rules->count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%zu", i == 0 ? "" : " ",
			 rules->items[i]);
	cr_expect_str_eq(text, expected, "%s instead of %s", text, expected);
}

/* "mode:values in hexadecimal", .. */
static void expect_conditions(const struct mode_condition_list *conditions, const char *expected)
{
	char text[256] = "";

	for (size_t i = 0; i < conditions->count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%zu:%x", i == 0 ? "" : " ",
			 conditions->items[i].mode, conditions->items[i].values);
	cr_expect_str_eq(text, expected, "%s instead of %s", text, expected);
}

Test(signature_load, head_sources_roles)
{
	struct fixture f = load(full_signature);
	const struct signature *s = f.signature;
	static const struct {
		const char *id, *title;
		enum role_kind kind;
		enum role_coverage coverage;
		size_t is_a;
		uint64_t implies;
		bool external;
	} roles[] = {
	    {"manager", "The manager", ROLE_PRODUCT, COVERAGE_FULL, NO_INDEX, 1, false},
	    {"primary", "primary", ROLE_PRODUCT, COVERAGE_PARTIAL, 0, 3, false},
	    {"device", "device", ROLE_PRODUCT, COVERAGE_NONE, NO_INDEX, 4, false},
	    {"client", "client", ROLE_PERSON, COVERAGE_FULL, NO_INDEX, 8, false},
	    {"dns", "dns", ROLE_INFRASTRUCTURE, COVERAGE_FULL, NO_INDEX, 16, true},
	};

	cr_expect_str_eq(s->path, "f.json");
	cr_expect_str_eq(s->id, "full");
	cr_expect_str_eq(s->vendor, "Vendor");
	cr_expect_str_eq(s->product, "Product");
	cr_expect_null(s->extends);
	cr_expect_eq(s->revision, 7);
	cr_expect(s->open_ended);
	cr_assert_eq(s->source_count, 2);
	cr_expect_str_eq(s->sources[0].id, "guide");
	cr_expect_str_eq(s->sources[0].title, "The guide");
	cr_expect_str_eq(s->sources[0].date, "2008-11");
	cr_expect_null(s->sources[1].date);
	cr_assert_eq(s->role_count, 5);
	for (size_t i = 0; i < 5; i++) {
		cr_expect_str_eq(s->roles[i].id, roles[i].id);
		cr_expect_str_eq(s->roles[i].title, roles[i].title);
		cr_expect_eq(s->roles[i].kind, roles[i].kind);
		cr_expect_eq(s->roles[i].coverage, roles[i].coverage);
		cr_expect_eq(s->roles[i].is_a, roles[i].is_a);
		cr_expect_eq(s->roles[i].implies, roles[i].implies);
		cr_expect_eq(s->roles[i].external, roles[i].external);
	}
	cr_expect_eq(signature_find_role(s, "device"), 2);
	cr_expect_eq(signature_find_role(s, "nobody"), NO_INDEX);
	cr_expect_eq(signature_find_rule(s, "control"), 2);
	cr_expect_eq(signature_find_rule(s, "nothing"), NO_INDEX);
	unload(&f);
}

Test(signature_load, modes_parameters_notes)
{
	struct fixture f = load(full_signature);
	const struct signature *s = f.signature;

	cr_assert_eq(s->mode_count, 3);
	cr_expect_str_eq(s->modes[0].id, "link");
	cr_assert_eq(s->modes[0].value_count, 2);
	cr_expect_str_eq(s->modes[0].values[0], "direct");
	cr_expect_str_eq(s->modes[0].values[1], "proxied");
	cr_expect_eq(s->modes[0].default_value, 1, "as stated");
	cr_expect_str_eq(s->modes[1].id, "log");
	cr_assert_eq(s->modes[1].value_count, 3);
	cr_expect_eq(s->modes[1].default_value, 2, "auto");
	cr_expect_str_eq(s->modes[2].id, "web");
	cr_expect_eq(s->modes[2].default_value, 0, "the first");
	cr_assert_eq(s->parameter_count, 2);
	cr_expect_str_eq(s->parameters[0].id, "session");
	expect_ranges(s->parameters[0].defaults, s->parameters[0].default_count, "900-902 910-910");
	expect_ranges(s->parameters[0].allowed, s->parameters[0].allowed_count, "1-65535");
	expect_ranges(s->parameters[0].disputed, s->parameters[0].disputed_count, "4154-4154");
	cr_expect_not(s->parameters[0].suspect);
	cr_expect_str_eq(s->parameters[1].id, "trap");
	expect_ranges(s->parameters[1].defaults, s->parameters[1].default_count, "162-162");
	expect_ranges(s->parameters[1].allowed, s->parameters[1].allowed_count, "1-255");
	cr_expect_eq(s->parameters[1].disputed_count, 0);
	cr_expect(s->parameters[1].suspect);
	cr_assert_eq(s->note_count, 1);
	cr_expect_str_eq(s->notes[0].kind, "gap");
	cr_expect_str_eq(s->notes[0].about, "the figure");
	cr_expect_str_eq(s->notes[0].treatment, "left out");
	unload(&f);
}

Test(signature_load, rule_with_every_field)
{
	struct fixture f = load(full_signature);
	const struct sig_rule *rule = &f.signature->rules[0];

	cr_assert_eq(f.signature->rule_count, 4);
	cr_expect_str_eq(rule->id, "session");
	cr_expect_str_eq(rule->title, "A session");
	cr_assert_eq(rule->protocol_count, 2);
	cr_expect_eq(rule->protocols[0], 6);
	cr_expect_eq(rule->protocols[1], 17);
	cr_expect_eq(rule->from, 9);
	cr_expect_eq(rule->to, 4);
	cr_expect_not(rule->from_any);
	cr_expect_not(rule->to_any);
	cr_expect(rule->either);
	expect_ports(&rule->ports, "$0 80-80 8000-8010");
	expect_ports(&rule->source_ports, "1024-65535");
	expect_ports(&rule->disputed_ports, "81-81");
	cr_expect_eq(rule->icmp_count, 0);
	cr_expect_eq(rule->icmp6_count, 0);
	cr_expect_eq(rule->deliveries, 5);
	cr_expect(rule->unconfigured);
	cr_expect_eq(rule->reply, REPLY_YES);
	cr_expect_not(rule->reply_any_port);
	expect_ports(&rule->reply_ports, "3080-3080");
	expect_conditions(&rule->when, "0:1 1:5");
	cr_expect(rule->presence.required);
	expect_conditions(&rule->presence.when, "1:1");
	cr_expect_eq(rule->presence.each, EACH_TO);
	expect_rules(&rule->presence.after, "1 2");
	expect_rules(&rule->presence.or_rules, "3");
	cr_expect_eq(rule->presence.within_sec, 120);
	cr_expect(rule->presence.within_stated);
	cr_expect_not(rule->presence.by_site);
	cr_expect_eq(rule->fallback_for, NO_INDEX);
	cr_expect_not(rule->ftp_data);
	cr_expect_eq(rule->basis, BASIS_DOCUMENTED);
	cr_expect_str_eq(rule->impact, "No session.");
	cr_expect_eq(rule->cite.source, 0);
	cr_expect_str_eq(rule->cite.where, "row 1");
	unload(&f);
}

Test(signature_load, other_rules)
{
	struct fixture f = load(full_signature);
	const struct sig_rule *ping = &f.signature->rules[1], *control = &f.signature->rules[2],
			      *backup = &f.signature->rules[3];

	cr_expect_null(ping->title);
	cr_expect(ping->from_any);
	cr_expect_eq(ping->from, 0);
	cr_assert_eq(ping->icmp_count, 2);
	cr_expect_eq(ping->icmp[0].type, 8);
	cr_expect_eq(ping->icmp[0].code, 0);
	cr_expect_eq(ping->icmp[1].type, 13);
	cr_expect_eq(ping->icmp[1].code, -1);
	cr_assert_eq(ping->icmp6_count, 1);
	cr_expect_eq(ping->icmp6[0].type, 128);
	cr_expect_not(ping->presence.required);
	cr_expect_eq(ping->presence.within_sec, 60, "with after");
	cr_expect_not(ping->presence.within_stated);
	cr_expect_eq(ping->basis, BASIS_IMPLIED);
	cr_expect_eq(ping->cite.source, NO_INDEX);
	cr_expect_eq(control->from, 2);
	cr_expect(control->to_any, "[\"any\"]");
	cr_expect(control->reply_any_port);
	cr_expect_eq(control->reply, REPLY_NO);
	cr_expect(control->ftp_data);
	cr_expect_eq(control->basis, BASIS_AMBIGUOUS);
	cr_expect_eq(control->cite.source, 1);
	cr_expect_null(control->cite.where);
	cr_assert_eq(backup->protocol_count, 1);
	cr_expect_eq(backup->protocols[0], 47);
	cr_expect_eq(backup->fallback_for, 0);
	cr_expect_eq(backup->basis, BASIS_INFERRED);
	unload(&f);
}

Test(signature_load, defaults_of_the_least)
{
	struct fixture f = load(least_signature);
	const struct signature *s = f.signature;
	const struct sig_rule *rule = &s->rules[0];

	cr_expect_not(s->open_ended);
	cr_expect_eq(s->revision, 0);
	cr_expect_eq(s->source_count + s->mode_count + s->parameter_count + s->note_count + s->example_count,
		     0);
	cr_assert_eq(s->rule_count, 1);
	cr_expect_not(rule->either);
	cr_expect_eq(rule->deliveries, 1, "unicast");
	cr_expect_not(rule->unconfigured);
	cr_expect_eq(rule->reply, REPLY_ANY);
	cr_expect_eq(rule->reply_ports.count, 0);
	cr_expect_eq(rule->when.count, 0);
	cr_expect_not(rule->presence.required);
	cr_expect_eq(rule->presence.each, EACH_SYSTEM);
	cr_expect_eq(rule->presence.within_sec, 3600);
	cr_expect_not(rule->presence.within_stated);
	cr_expect_eq(rule->fallback_for, NO_INDEX);
	cr_expect_null(rule->impact);
	cr_expect_eq(rule->cite.source, NO_INDEX);
	unload(&f);
}

/* One example as a line of its fields. */
static void expect_example(const struct sig_example *e, size_t mode_count, const char *expected)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "%s proto %u delivery %u from %zd%s to %zd%s%s source %d port %d %s %s answered %d%s",
		 e->path, (unsigned)e->protocol, (unsigned)e->delivery, (ssize_t)e->from_role,
		 e->from_local ? "l" : "", (ssize_t)e->to_role, e->to_local ? "l" : "",
		 e->group_destination ? "g" : "", e->source_port, e->port, e->basis, e->outcome,
		 e->answered_from, e->ipv6 ? " ipv6" : "");
	for (size_t i = 0; i < mode_count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " %zu", e->mode_values[i]);
	snprintf(text + strlen(text), sizeof(text) - strlen(text), " %s %s%s %s%s",
		 e->verdict ? e->verdict : "-", e->reason ? e->reason : "-", e->reason_stated ? "!" : "",
		 e->rule ? e->rule : "-", e->rule_stated ? "!" : "");
	for (size_t i = 0; i < e->state_count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " %zu=%s", e->states[i].rule,
			 e->states[i].state);
	cr_expect_str_eq(text, expected, "%s\ninstead of\n%s", text, expected);
}

Test(signature_load, examples)
{
	static const char *const expected[] = {
	    "$.examples[0] proto 6 delivery 0 from 3 to 2 source 40000 port 900 handshake established "
	    "answered -1"
	    " 0 2 0 documented -! session! 0=observed 3=idle",
	    "$.examples[1] proto 17 delivery 2 from -1l to -1g source -1 port 8005 none pending answered 5 "
	    "ipv6"
	    " 1 2 0 unexpected mode-off! -",
	    "$.examples[2] proto 1 delivery 0 from -1 to 2 source -1 port 2048 protocol answered answered -1"
	    " 1 2 0 - - - 1=off",
	    "$.examples[3] proto 47 delivery 0 from 2 to 0 source -1 port 0 protocol answered answered -1"
	    " 1 2 0 documented - -!",
	    "$.examples[4] proto 17 delivery 1 from 4 to -1g source -1 port 53 protocol oneway answered -1"
	    " 1 2 0 out-of-scope - -",
	    "$.examples[5] proto 17 delivery 0 from 4 to 1 source 53 port 53 protocol answered answered -1"
	    " 1 2 0 unexpected - -",
	};
	struct fixture f = load(full_signature);

	cr_assert_eq(f.signature->example_count, 6);
	cr_expect_str_eq(f.signature->examples[3].flow, "47 device > manager");
	for (size_t i = 0; i < 6; i++)
		expect_example(&f.signature->examples[i], f.signature->mode_count, expected[i]);
	unload(&f);
}

Test(signature_load, byte_order_mark_is_skipped)
{
	struct signature_library *library = open_here();
	struct message_list messages = {0};
	char *text = quoted(least_signature);
	char *marked = calloc(1, strlen(text) + 4);

	snprintf(marked, strlen(text) + 4, "\xef\xbb\xbf%s", text);
	write_bytes("f.json", marked, strlen(marked));
	cr_expect_not_null(signature_load(library, "f.json", &messages));
	message_list_clear(&messages);
	signature_library_close(library);
	free(text);
	free(marked);
}

Test(signature_load, names_of_values)
{
	char out[16];

	cr_expect_str_eq(protocol_name(6, out), "tcp");
	cr_expect_str_eq(protocol_name(17, out), "udp");
	cr_expect_str_eq(protocol_name(1, out), "icmp");
	cr_expect_str_eq(protocol_name(132, out), "sctp");
	cr_expect_str_eq(protocol_name(58, out), "icmp");
	cr_expect_str_eq(rule_basis_name(BASIS_DOCUMENTED), "documented");
	cr_expect_str_eq(rule_basis_name(BASIS_AMBIGUOUS), "ambiguous");
	cr_expect_str_eq(rule_basis_name(BASIS_IMPLIED), "implied");
	cr_expect_str_eq(rule_basis_name(BASIS_INFERRED), "inferred");
	cr_expect_str_eq(role_kind_name(ROLE_PRODUCT), "product");
	cr_expect_str_eq(role_kind_name(ROLE_INFRASTRUCTURE), "infrastructure");
	cr_expect_str_eq(role_kind_name(ROLE_PERSON), "person");
	cr_expect_str_eq(role_coverage_name(COVERAGE_FULL), "full");
	cr_expect_str_eq(role_coverage_name(COVERAGE_PARTIAL), "partial");
	cr_expect_str_eq(role_coverage_name(COVERAGE_NONE), "none");
	cr_expect_str_eq(reply_expect_name(REPLY_ANY), "any");
	cr_expect_str_eq(reply_expect_name(REPLY_YES), "yes");
	cr_expect_str_eq(reply_expect_name(REPLY_NO), "no");
	cr_expect_str_eq(presence_each_name(EACH_SYSTEM), "system");
	cr_expect_str_eq(presence_each_name(EACH_FROM), "from");
	cr_expect_str_eq(presence_each_name(EACH_TO), "to");
}
