/* Every mistake that a site file can hold, with the exact line that tells it. */
#include "signature_files.h"
#include "signature_texts.h"

TestSuite(signature_site_mistakes, .timeout = 10, .init = files_setup, .fini = files_teardown);

static void expect_mistakes(const char *text, const struct mistake *mistakes, size_t count)
{
	write_quoted("full.json", full_signature);
	write_quoted("least.json", least_signature);
	write_quoted("broken.json", "{");
	for (size_t i = 0; i < count; i++) {
		struct message_list messages = {0};
		char *wrong = with_change(text, mistakes[i].from, mistakes[i].to);
		struct signature_library *library = open_here();

		write_quoted("s.site", wrong);
		cr_expect_null(site_load("s.site", library, &messages), "%s", mistakes[i].name);
		expect_lines(mistakes[i].name, messages.errors, messages.error_count, mistakes[i].lines);
		cr_expect_eq(messages.warning_count, 0, "%s", mistakes[i].name);
		message_list_clear(&messages);
		signature_library_close(library);
		free(wrong);
		cr_expect_eq(mem_live(), 0, "%s", mistakes[i].name);
	}
}
#define EXPECT_MISTAKES(text, list) expect_mistakes(text, list, sizeof(list) / sizeof((list)[0]))

Test(signature_site_mistakes, whole_file_and_names)
{
	static const struct mistake list[] = {
	    {"no object", full_site, "7", "s.site: $: must be an object, not a number"},
	    {"syntax", "'Example HQ',", "'Example HQ'", "s.site:1:52: expected \",\" or \"}\", found \"\"\""},
	    {"schema", "tapaudit.site/1", "tapaudit.site/9",
	     "s.site: $.schema: schema \"tapaudit.site/9\" is not supported; supported is "
	     "\"tapaudit.site/1\""},
	    {"signature as a site", "tapaudit.site/1", "tapaudit.signature/1",
	     "s.site: $.schema: schema \"tapaudit.signature/1\" is not supported; supported is "
	     "\"tapaudit.site/1\""},
	    {"no name", " 'name': 'Example HQ',", "", "s.site: $: field \"name\" is missing"},
	    {"unknown field", "'site_rules'", "'siterules'",
	     "s.site: $: unknown field \"siterules\"; did you mean \"site_rules\"?"},
	    {"key twice", "'10.0.0.5': 'kvm-manager',", "'10.0.0.5': 'kvm-manager', '10.0.0.5': 'b',",
	     "s.site: $.names: key \"10.0.0.5\" is given twice"},
	    {"time zone", "Europe/Berlin", "Europe Berlin",
	     "s.site: $.timezone: \"Europe Berlin\" is not the name of a time zone; write UTC or "
	     "Europe/Berlin"},
	    {"time zone as a path", "Europe/Berlin", "/etc/localtime",
	     "s.site: $.timezone: \"/etc/localtime\" is not the name of a time zone; write UTC or "
	     "Europe/Berlin"},
	    {"time zone with a part missing", "Europe/Berlin", "Europe//Berlin",
	     "s.site: $.timezone: \"Europe//Berlin\" is not the name of a time zone; write UTC or "
	     "Europe/Berlin"},
	    {"time zone upwards", "Europe/Berlin", "../Berlin",
	     "s.site: $.timezone: \"../Berlin\" is not the name of a time zone; write UTC or Europe/Berlin"},
	    {"time zone with an end missing", "Europe/Berlin", "Europe/",
	     "s.site: $.timezone: \"Europe/\" is not the name of a time zone; write UTC or Europe/Berlin"},
	    {"network with host bits", "'10.0.0.0/8'", "'10.0.0.1/8'",
	     "s.site: $.local_networks[0]: \"10.0.0.1/8\": host bits are set; 10.0.0.0/8 would be the "
	     "prefix"},
	    {"network twice", "['10.0.0.0/8',", "['10.0.0.0/8', '10.0.0.0/8',",
	     "s.site: $.local_networks[1]: network \"10.0.0.0/8\" is given twice"},
	    {"networks empty", "['10.0.0.0/8', '192.0.2.7-192.0.2.9']", "[]",
	     "s.site: $.local_networks: must not be empty; without it the private networks are local"},
	    {"name of no address", "'10.0.0.5': 'kvm-manager'", "'10.0.0.0/24': 'kvm-manager'",
	     "s.site: $.names[\"10.0.0.0/24\"]: \"10.0.0.0/24\" is no address; write 10.0.0.7, fd00::7 or "
	     "mac:00:11:22:33:44:55"},
	    {"name with a leading zero", "'10.0.0.5': 'kvm-manager'", "'10.0.0.05': 'kvm-manager'",
	     "s.site: $.names[\"10.0.0.05\"]: \"10.0.0.05\" is no address; write 10.0.0.7, fd00::7 or "
	     "mac:00:11:22:33:44:55"},
	    {"name like an address", "'10.0.0.5': 'kvm-manager'", "'10.0.0.5': '10.0.0.6'",
	     "s.site: $.names[\"10.0.0.5\"]: \"10.0.0.6\" cannot be a name"},
	    {"name any", "'10.0.0.5': 'kvm-manager'", "'10.0.0.5': 'any'",
	     "s.site: $.names[\"10.0.0.5\"]: \"any\" cannot be a name"},
	    {"name a number", "'10.0.0.5': 'kvm-manager'", "'10.0.0.5': 5",
	     "s.site: $.names[\"10.0.0.5\"]: must be text, not a number"},
	    {"address twice in two spellings", "'fd00::5': 'kvm-manager'",
	     "'fd00::5': 'kvm-manager', 'FD00:0::5': 'kvm-manager'",
	     "s.site: $.names[\"fd00::5\"]: address fd00::5 is given twice"},
	};

	EXPECT_MISTAKES(full_site, list);
}

Test(signature_site_mistakes, systems)
{
	static const struct mistake list[] = {
	    {"system twice", "'name': 'lab'", "'name': 'hq'",
	     "s.site: $.systems[1].name: system \"hq\" is given twice"},
	    {"system without name", "'name': 'lab', ", "", "s.site: $.systems[1]: field \"name\" is missing"},
	    {"system without signature", "'signature': 'least', ", "",
	     "s.site: $.systems[1]: field \"signature\" is missing"},
	    {"system without roles",
	     ", 'roles': {'a': [{'name': 'switch-9', 'addresses':\n"
	     "   ['fd00::9', 'mac:00:aa:bb:cc:dd:ee', '10.0.4.9']}, '10.0.4.10/32']}",
	     "", "s.site: $.systems[1]: field \"roles\" is missing"},
	    {"unknown signature", "'signature': 'least'", "'signature': 'lest'",
	     "s.site: $.systems[1].signature: unknown signature \"lest\"; signatures are broken, full, "
	     "least"},
	    {"signature as a path", "'signature': 'least'", "'signature': './least'",
	     "s.site: $.systems[1].signature: unknown signature \"./least\"; signatures are broken, full, "
	     "least"},
	    {"broken signature", "'signature': 'least'", "'signature': 'broken'",
	     "./broken.json:1:2: expected a key in double quotes, found the end of the file"},
	    {"unknown role", "'manager': ['10.0.0.5']", "'manger': ['10.0.0.5']",
	     "s.site: $.systems[0].roles.manger: unknown role \"manger\"; roles are manager, primary, "
	     "device, client, dns"},
	    {"role no list", "'manager': ['10.0.0.5']", "'manager': '10.0.0.5'",
	     "s.site: $.systems[0].roles.manager: must be a list, not text"},
	    {"bad address", "['10.0.0.5']", "['10.0.0.256']",
	     "s.site: $.systems[0].roles.manager[0]: \"10.0.0.256\" is no address, prefix or range; write "
	     "10.0.0.7, "
	     "10.0.0.0/8, fd00::/64 or 10.0.0.7-10.0.0.20"},
	    {"host bits", "'10.2.0.0/16'", "'10.2.3.4/16'",
	     "s.site: $.systems[0].roles.client[0]: \"10.2.3.4/16\": host bits are set; 10.2.0.0/16 would be "
	     "the prefix"},
	    {"host bits of IPv6", "'fd00:1::/64'", "'fd00:1::1/64'",
	     "s.site: $.systems[0].roles.client[1]: \"fd00:1::1/64\": host bits are set; fd00:1::/64 would "
	     "be the prefix"},
	    {"prefix too long", "'10.2.0.0/16'", "'10.2.0.0/33'",
	     "s.site: $.systems[0].roles.client[0]: \"10.2.0.0/33\": the prefix length must be a number from "
	     "0 to 32"},
	    {"range reversed", "'10.0.3.7-10.0.3.20'", "'10.0.3.20-10.0.3.7'",
	     "s.site: $.systems[0].roles.device[0]: \"10.0.3.20-10.0.3.7\": the range runs backwards; give "
	     "the lower "
	     "address first"},
	    {"range of two families", "'10.0.3.7-10.0.3.20'", "'10.0.3.7-fd00::1'",
	     "s.site: $.systems[0].roles.device[0]: \"10.0.3.7-fd00::1\": both ends of a range must be of "
	     "one family"},
	    {"bad MAC", "'10.0.3.7-10.0.3.20', 'mac:00:11:22:33:44:55'",
	     "'10.0.3.7-10.0.3.20', 'mac:00:11:22:33:44'",
	     "s.site: $.systems[0].roles.device[1]: \"mac:00:11:22:33:44\" is no MAC address; write "
	     "mac:00:11:22:33:44:55"},
	    {"entry twice", "['10.0.0.5']", "['10.0.0.5', '10.0.0.5']",
	     "s.site: $.systems[0].roles.manager[1]: entry \"10.0.0.5\" is given twice"},
	    {"entry a number", "['10.0.0.5']", "[5]",
	     "s.site: $.systems[0].roles.manager[0]: must be an address, prefix, range, \"mac:..\" or "
	     "{\"name\", \"addresses\"}"},
	    {"host without addresses",
	     "{'name': 'switch-9', 'addresses': ['10.0.4.9', 'fd00::9', "
	     "'mac:00:aa:bb:cc:dd:ee']}",
	     "{'name': 'switch-9'}", "s.site: $.systems[0].roles.device[2]: field \"addresses\" is missing"},
	    {"host without any address", "['10.0.4.9', 'fd00::9', 'mac:00:aa:bb:cc:dd:ee']", "[]",
	     "s.site: $.systems[0].roles.device[2].addresses: a host has 1 to 1024 addresses"},
	    {"host with a prefix", "['10.0.4.9', 'fd00::9', ", "['10.0.4.9', 'fd00::9', '10.0.5.0/24', ",
	     "s.site: $.systems[0].roles.device[2].addresses[2]: \"10.0.5.0/24\" is no single address; write "
	     "10.0.0.7, fd00::7 or mac:00:11:22:33:44:55"},
	    {"host with two MACs", "['10.0.4.9', 'fd00::9', ",
	     "['10.0.4.9', 'fd00::9', 'mac:00:00:00:00:00:01', ",
	     "s.site: $.systems[0].roles.device[2].addresses[3]: a host has one \"mac:\" entry at most\n"
	     "s.site: $.systems[1].roles.a[0]: host \"switch-9\" is bound elsewhere with other addresses"},
	    {"host with an address twice", "['10.0.4.9', 'fd00::9', ", "['10.0.4.9', 'fd00::9', 'fd00::9', ",
	     "s.site: $.systems[0].roles.device[2].addresses[2]: address \"fd00::9\" is given twice\n"
	     "s.site: $.systems[1].roles.a[0]: host \"switch-9\" is bound elsewhere with other addresses"},
	    {"host with other addresses elsewhere", "['fd00::9', 'mac:00:aa:bb:cc:dd:ee', '10.0.4.9']",
	     "['fd00::9', '10.0.4.9']",
	     "s.site: $.systems[1].roles.a[0]: host \"switch-9\" is bound elsewhere with other addresses"},
	    {"two hosts with one address", "{'a': [{'name': 'switch-9'",
	     "{'a': [{'name': 'b', 'addresses': "
	     "['10.0.4.9', '10.0.4.11']}, {'name': 'switch-9'",
	     "s.site: $.systems[1].roles.a[0]: address 10.0.4.9 is named \"switch-9\" already"},
	    {"host against names", "'fd00::5': 'kvm-manager'", "'fd00::5': 'kvm-manager', '10.0.4.9': 'old'",
	     "s.site: $.systems[0].roles.device[2]: address 10.0.4.9 is named \"old\" already"},
	    {"names against host", "'fd00::5': 'kvm-manager'",
	     "'fd00::5': 'kvm-manager', '10.0.4.8': 'switch-9'",
	     "s.site: $.names[\"10.0.4.8\"]: \"switch-9\" is a host without the address 10.0.4.8"},
	    {"unknown mode", "'modes': {'link'", "'modes': {'lnk'",
	     "s.site: $.systems[0].modes.lnk: unknown mode \"lnk\"; modes are link, log, web"},
	    {"bad mode value", "'modes': {'link': 'direct'", "'modes': {'link': 'mixed'",
	     "s.site: $.systems[0].modes.link: unknown value \"mixed\"; values are direct, proxied"},
	    {"mode value in a list", "'modes': {'link': 'direct'", "'modes': {'link': ['direct']",
	     "s.site: $.systems[0].modes.link: must be text, not a list"},
	    {"unknown parameter", "'parameters': {'session'", "'parameters': {'sessions'",
	     "s.site: $.systems[0].parameters.sessions: unknown parameter \"sessions\"; parameters are "
	     "session, trap"},
	    {"parameter not allowed", "'parameters': {'session': [[900, 910], 950]}",
	     "'parameters': {'session': [[0, 910], 950]}",
	     "s.site: $.systems[0].parameters.session[0]: 0-910 lies outside what \"session\" allows "
	     "(1-65535)"},
	    {"parameter out of range", "'parameters': {'session': [[900, 910], 950]}",
	     "'parameters': {'session': [[900, 99999], 950]}",
	     "s.site: $.systems[0].parameters.session[0][1]: port 99999 is out of range 0-65535"},
	    {"parameter no list", "'parameters': {'session': [[900, 910], 950]}",
	     "'parameters': {'session': 950}",
	     "s.site: $.systems[0].parameters.session: must be a list, not a number"},
	    {"expect of an unknown rule", "'expect': {'session'", "'expect': {'sesion'",
	     "s.site: $.systems[0].expect.sesion: unknown rule \"sesion\"; rules are session, ping, control, "
	     "backup"},
	    {"expect field", "{'each': 'system', 'within': 86400}", "{'every': 'system', 'within': 86400}",
	     "s.site: $.systems[0].expect.session: unknown field \"every\"; fields are level, when, each, "
	     "after, "
	     "within, or"},
	    {"expect within", "'within': 86400", "'within': 86401",
	     "s.site: $.systems[0].expect.session.within: within 86401 is not whole minutes; write a "
	     "multiple of 60 "
	     "seconds"},
	    {"expect after itself", "'within': 86400", "'after': ['session']",
	     "s.site: $.systems[0].expect.session: rule \"session\" cannot come after itself"},
	    {"expect no object", "{'each': 'system', 'within': 86400}", "true",
	     "s.site: $.systems[0].expect.session: must be an object, not true or false"},
	};

	EXPECT_MISTAKES(full_site, list);
}

Test(signature_site_mistakes, rules_and_exceptions)
{
	static const struct mistake list[] = {
	    {"site rule twice", "{'id': 'ping', 'proto': ['icmp']", "{'id': 'Backup 1', 'proto': ['icmp']",
	     "s.site: $.site_rules[1].id: site rule \"Backup 1\" is given twice"},
	    {"site rule without owner", "'owner': 'net', ", "",
	     "s.site: $.site_rules[1]: field \"owner\" is missing"},
	    {"site rule without reason", ", 'reason': 'checks'", "",
	     "s.site: $.site_rules[1]: field \"reason\" is missing"},
	    {"site rule without proto", "'proto': ['icmp'], ", "",
	     "s.site: $.site_rules[1]: field \"proto\" is missing"},
	    {"site rule without from", "'from': 'any', ", "",
	     "s.site: $.site_rules[1]: field \"from\" is missing"},
	    {"site rule field", "'from': 'any', ", "'from': 'any', 'icmp': [[8, 0]], ",
	     "s.site: $.site_rules[1]: unknown field \"icmp\"; fields are id, proto, from, to, opens, ports, "
	     "delivery, "
	     "owner, reason, review"},
	    {"site rule from unknown", "['10.0.0.20', 'switch-9']", "['10.0.0.20', 'switch-8']",
	     "s.site: $.site_rules[0].from[1]: \"switch-8\" is neither an address, prefix or range nor a "
	     "known name; "
	     "names are kvm-manager, switch-9, unit-3"},
	    {"site rule from a bad address", "['10.0.0.20', 'switch-9']", "['10.0.0.20/24', 'switch-9']",
	     "s.site: $.site_rules[0].from[0]: \"10.0.0.20/24\": host bits are set; 10.0.0.0/24 would be the "
	     "prefix"},
	    {"site rule from nobody", "['10.0.0.20', 'switch-9']", "[]",
	     "s.site: $.site_rules[0].from: must not be empty"},
	    {"site rule from any and more", "['10.0.0.20', 'switch-9']", "['10.0.0.20', 'any']",
	     "s.site: $.site_rules[0].from[1]: \"any\" stands alone; drop it or the addresses beside it"},
	    {"site rule without list", "['10.0.0.20', 'switch-9']", "'switch-9'",
	     "s.site: $.site_rules[0].from: must be a list of addresses or \"any\""},
	    {"site rule ports of icmp", "'from': 'any', ", "'from': 'any', 'ports': [8], ",
	     "s.site: $.site_rules[1].ports: needs tcp, udp or sctp in \"proto\""},
	    {"site rule parameter", "[10000, [10010, 10020]]", "['$session']",
	     "s.site: $.site_rules[0].ports[0]: must be a port or [low, high]"},
	    {"site rule review", "2027-06-30", "2027-06-31",
	     "s.site: $.site_rules[0].review: \"2027-06-31\" is not a day; write it as 2027-01-31"},
	    {"site rule opener", "'opens': 'either'", "'opens': 'to'",
	     "s.site: $.site_rules[0].opens: unknown opener \"to\"; openers are from, either"},
	    {"site rule delivery", "['broadcast']", "['all']",
	     "s.site: $.site_rules[0].delivery[0]: unknown delivery \"all\"; deliveries are unicast, "
	     "broadcast, multicast"},
	    {"exception twice", "'EX-8'", "'EX-7'",
	     "s.site: $.exceptions[1].id: exception \"EX-7\" is given twice"},
	    {"exception without owner", "'owner': 'y', ", "",
	     "s.site: $.exceptions[1]: field \"owner\" is missing"},
	    {"exception without reason", "'reason': 'x', ", "",
	     "s.site: $.exceptions[1]: field \"reason\" is missing"},
	    {"exception without expiry", ", 'expires': '1970-01-02'", "",
	     "s.site: $.exceptions[1]: field \"expires\" is missing"},
	    {"exception without match", "'match': {'rule': 'r', 'proto': 132}, ", "",
	     "s.site: $.exceptions[1]: field \"match\" is missing"},
	    {"exception with one field", "{'rule': 'r', 'proto': 132}", "{'rule': 'r'}",
	     "s.site: $.exceptions[1].match: needs at least two of kind, system, rule, initiator, responder, "
	     "host, "
	     "proto, ports"},
	    {"expiry no day", "1970-01-02", "never",
	     "s.site: $.exceptions[1].expires: \"never\" is not a day; write it as 2027-01-31"},
	    {"expiry not in the calendar", "1970-01-02", "2027-02-29",
	     "s.site: $.exceptions[1].expires: \"2027-02-29\" is not a day; write it as 2027-01-31"},
	    {"unknown kind", "'kind': 'unexpected'", "'kind': 'documented'",
	     "s.site: $.exceptions[0].match.kind: unknown kind \"documented\"; kinds are wrong-direction, "
	     "unexpected, "
	     "unanswered, missing, fallback"},
	    {"unknown system", "'system': 'hq'", "'system': 'HQ'",
	     "s.site: $.exceptions[0].match.system: unknown system \"HQ\"; systems are hq, lab"},
	    {"unknown rule of a system", "'rule': 'session'", "'rule': 'r'",
	     "s.site: $.exceptions[0].match.rule: unknown rule \"r\"; rules are session, ping, control, "
	     "backup"},
	    {"unknown rule of any system", "{'rule': 'r', ", "{'rule': 'q', ",
	     "s.site: $.exceptions[1].match.rule: unknown rule \"q\"; no system's signature has it"},
	    {"unknown initiator", "'initiator': '10.9.0.4'", "'initiator': 'scanner'",
	     "s.site: $.exceptions[0].match.initiator: \"scanner\" is neither an address, prefix or range "
	     "nor a known "
	     "name; names are kvm-manager, switch-9, unit-3"},
	    {"any responder", "'responder': 'switch-9'", "'responder': 'any'",
	     "s.site: $.exceptions[0].match.responder: \"any\" is neither an address, prefix or range nor a "
	     "known "
	     "name; names are kvm-manager, switch-9, unit-3"},
	    {"bad host", "'host': '10.0.0.0/24'", "'host': '10.0.0.0/99'",
	     "s.site: $.exceptions[0].match.host: \"10.0.0.0/99\": the prefix length must be a number from 0 "
	     "to 32"},
	    {"bad host address", "'host': '10.0.0.0/24'", "'host': '10.0.0.999'",
	     "s.site: $.exceptions[0].match.host: \"10.0.0.999\" is no address, prefix or range; write "
	     "10.0.0.7, "
	     "10.0.0.0/8, fd00::/64 or 10.0.0.7-10.0.0.20"},
	    {"unknown protocol", "'proto': 'udp'", "'proto': 'upd'",
	     "s.site: $.exceptions[0].match.proto: unknown protocol \"upd\"; protocols are tcp, udp, icmp, "
	     "sctp or a "
	     "number 0-255"},
	    {"several protocols", "'proto': 'udp'", "'proto': ['udp']",
	     "s.site: $.exceptions[0].match.proto: must be tcp, udp, icmp, sctp or a number 0-255, not a "
	     "list"},
	    {"exception port", "[9100, [9200, 9300]]", "[9100, [9300, 9200]]",
	     "s.site: $.exceptions[0].match.ports[1]: range 9300-9200 runs backwards; write [9200, 9300]"},
	    {"misspelt match", "'initiator': '10.9.0.4'", "'initator': '10.9.0.4'",
	     "s.site: $.exceptions[0].match: unknown field \"initator\"; did you mean \"initiator\"?"},
	};

	EXPECT_MISTAKES(full_site, list);
}

Test(signature_site_mistakes, names_where_there_are_none)
{
	static const struct mistake list[] = {
	    {"no names", "'systems': []",
	     "'systems': [], 'site_rules': [{'id': 'x', 'proto': ['tcp'], 'from': ['nobody'], 'to': 'any', "
	     "'owner': 'o', "
	     "'reason': 'r'}]",
	     "s.site: $.site_rules[0].from[0]: \"nobody\" is neither an address, prefix or range nor a known "
	     "name; "
	     "there are no names"},
	    {"no systems", "'systems': []",
	     "'systems': [], 'exceptions': [{'id': 'x', 'match': {'system': 'a', 'proto': 'tcp'}, 'owner': "
	     "'o', "
	     "'reason': 'r', 'expires': '2027-01-31'}]",
	     "s.site: $.exceptions[0].match.system: unknown system \"a\"; there are no systems"},
	};

	EXPECT_MISTAKES(least_site, list);
}

Test(signature_site_mistakes, warnings_do_not_refuse)
{
	struct message_list messages = {0};
	struct signature_library *library;
	char *first = with_change(full_site, "'parameters': {'session': [[900, 910], 950]}",
				  "'parameters': {'trap': [1162, 200]}");
	char *text = with_change(first, "'modes': {'link': 'direct', 'log': 'on'}",
				 "'modes': {'link': 'proxied', 'log': 'on'}");
	struct site *site;

	write_quoted("full.json", full_signature);
	write_quoted("least.json", least_signature);
	write_quoted("s.site", text);
	library = open_here();
	site = site_load("s.site", library, &messages);
	cr_expect_not_null(site);
	expect_lines("errors", messages.errors, messages.error_count, "");
	expect_lines("warnings", messages.warnings, messages.warning_count,
		     "s.site: $.systems[0].parameters.trap[0]: 1162 lies outside what \"trap\" allows "
		     "(1-255); its source "
		     "is suspect, so it is taken as given\n"
		     "s.site: $.systems[0].expect.session: mode \"link\" is \"proxied\" here, so this rule "
		     "is off and will "
		     "not be missed");
	site_free(site);
	message_list_clear(&messages);
	signature_library_close(library);
	free(first);
	free(text);
	cr_expect_eq(mem_live(), 0);
}
