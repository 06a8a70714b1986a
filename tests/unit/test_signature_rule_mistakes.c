/* Every mistake that a rule, a note or an example can hold, with the exact line that tells it. */
#include "signature_files.h"
#include "signature_texts.h"

TestSuite(signature_rule_mistakes, .timeout = 10, .init = files_setup, .fini = files_teardown);

Test(signature_rule_mistakes, rule_ends_and_ports)
{
	static const struct mistake list[] = {
	    {"rule twice", "{'id': 'control',", "{'id': 'ping',",
	     "f.json: $.rules[2].id: rule \"ping\" is given twice\n"
	     "f.json: $.rules[0].presence.after[1]: unknown rule \"control\"; rules are session, ping, ping, "
	     "backup\n"
	     "f.json: $.rules[1].presence.after[0]: unknown rule \"control\"; rules are session, ping, ping, "
	     "backup"},
	    {"misspelt field", "'from': ['client', 'manager']", "'frm': ['client', 'manager']",
	     "f.json: $.rules[0]: unknown field \"frm\"; did you mean \"from\"?\n"
	     "f.json: $.rules[0]: field \"from\" is missing"},
	    {"no proto", "'proto': ['icmp'], ", "", "f.json: $.rules[1]: field \"proto\" is missing"},
	    {"no to", "'to': ['manager'], ", "", "f.json: $.rules[3]: field \"to\" is missing"},
	    {"no basis", ", 'basis': 'implied'", "", "f.json: $.rules[1]: field \"basis\" is missing"},
	    {"unknown proto", "['tcp', 'udp']", "['tcp', 'upd']",
	     "f.json: $.rules[0].proto[1]: unknown protocol \"upd\"; protocols are tcp, udp, icmp, sctp or a "
	     "number 0-255"},
	    {"proto twice", "['tcp', 'udp']", "['tcp', 'udp', 6]",
	     "f.json: $.rules[0].proto[2]: protocol \"tcp\" is given twice"},
	    {"proto out of range", "'proto': [47]", "'proto': [256]",
	     "f.json: $.rules[3].proto[0]: protocol 256 is out of range 0-255"},
	    {"proto 58", "'proto': [47]", "'proto': [58]",
	     "f.json: $.rules[3].proto[0]: 58 is ICMPv6; write \"icmp\", which stands for both"},
	    {"proto no list", "'proto': [47]", "'proto': 'tcp'",
	     "f.json: $.rules[3].proto: must be a list, not text"},
	    {"proto of another kind", "'proto': [47]", "'proto': [null]",
	     "f.json: $.rules[3].proto[0]: must be tcp, udp, icmp, sctp or a number 0-255, not null"},
	    {"proto empty", "'proto': [47]", "'proto': []", "f.json: $.rules[3].proto: must not be empty"},
	    {"unknown role", "['client', 'manager']", "['client', 'manger']",
	     "f.json: $.rules[0].from[1]: unknown role \"manger\"; roles are manager, primary, device, "
	     "client, dns"},
	    {"role twice", "['client', 'manager']", "['client', 'client']",
	     "f.json: $.rules[0].from[1]: role \"client\" is given twice"},
	    {"from empty", "['client', 'manager']", "[]", "f.json: $.rules[0].from: must not be empty"},
	    {"to empty", "'to': ['manager']", "'to': []", "f.json: $.rules[3].to: must not be empty"},
	    {"any beside a role", "['client', 'manager']", "['client', 'any']",
	     "f.json: $.rules[0].from[1]: \"any\" stands alone; drop it or the roles beside it"},
	    {"role without list", "'from': 'any'", "'from': 'client'",
	     "f.json: $.rules[1].from: must be a list of roles or \"any\""},
	    {"from a number", "'from': 'any'", "'from': 3",
	     "f.json: $.rules[1].from: must be a list, not a number"},
	    {"unknown opener", "'opens': 'either'", "'opens': 'both'",
	     "f.json: $.rules[0].opens: unknown opener \"both\"; openers are from, either"},
	    {"port out of range", "'ports': ['$session', 80", "'ports': ['$session', 70000",
	     "f.json: $.rules[0].ports[1]: port 70000 is out of range 0-65535"},
	    {"port negative", "'ports': ['$session', 80", "'ports': ['$session', -1",
	     "f.json: $.rules[0].ports[1]: port -1 is out of range 0-65535"},
	    {"port with a point", "'ports': ['$session', 80", "'ports': ['$session', 3080.5",
	     "f.json: $.rules[0].ports[1]: 3080.5 is not a whole number; write digits only"},
	    {"range reversed", "[8000, 8010]", "[8010, 8000]",
	     "f.json: $.rules[0].ports[2]: range 8010-8000 runs backwards; write [8000, 8010]"},
	    {"unknown parameter", "'$session'", "'$sesion'",
	     "f.json: $.rules[0].ports[0]: unknown parameter \"sesion\"; parameters are session, trap"},
	    {"text as port", "'$session'", "'session'",
	     "f.json: $.rules[0].ports[0]: must be a port, [low, high] or \"$parameter\""},
	    {"ports empty", "'ports': [21]", "'ports': []", "f.json: $.rules[2].ports: must not be empty"},
	    {"ports missing", "'ports': [21],", "",
	     "f.json: $.rules[2]: field \"ports\" is missing; [[0, 65535]] allows every port"},
	    {"ports without a protocol that has some", "'fallback_for': 'session'",
	     "'ports': [1], 'source_ports': [2], 'disputed_ports': [3], 'fallback_for': 'session'",
	     "f.json: $.rules[3].ports: needs tcp, udp or sctp in \"proto\"\n"
	     "f.json: $.rules[3].source_ports: needs tcp, udp or sctp in \"proto\"\n"
	     "f.json: $.rules[3].disputed_ports: needs tcp, udp or sctp in \"proto\""},
	    {"source port out of range", "'source_ports': [[1024, 65535]]", "'source_ports': [[1024, 65536]]",
	     "f.json: $.rules[0].source_ports[0][1]: port 65536 is out of range 0-65535"},
	    {"disputed port out of range", "'disputed_ports': [81]", "'disputed_ports': [-81]",
	     "f.json: $.rules[0].disputed_ports[0]: port -81 is out of range 0-65535"},
	    {"icmp without types", ", 'icmp': [[8, 0], [13, -1]],\n   'icmp6': [[128, 0]]", "",
	     "f.json: $.rules[1]: proto \"icmp\" needs \"icmp\" or \"icmp6\": [[type, code]], code -1 for "
	     "any"},
	    {"types without icmp", "'ports': [21]", "'ports': [21], 'icmp': [[8, 0]], 'icmp6': [[128, 0]]",
	     "f.json: $.rules[2].icmp: needs icmp in \"proto\"\nf.json: $.rules[2].icmp6: needs icmp in "
	     "\"proto\""},
	    {"icmp type out of range", "[13, -1]", "[256, -2]",
	     "f.json: $.rules[1].icmp[1][0]: ICMP type 256 is out of range 0-255\n"
	     "f.json: $.rules[1].icmp[1][1]: ICMP code -2 is out of range -1-255"},
	    {"icmp no pair", "[13, -1]", "13",
	     "f.json: $.rules[1].icmp[1]: must be [type, code], code -1 for any"},
	};

	EXPECT_SIGNATURE_MISTAKES(full_signature, list);
}

Test(signature_rule_mistakes, rule_conditions)
{
	static const struct mistake list[] = {
	    {"unknown delivery", "['unicast', 'multicast']", "['unicast', 'anycast']",
	     "f.json: $.rules[0].delivery[1]: unknown delivery \"anycast\"; deliveries are unicast, "
	     "broadcast, multicast"},
	    {"delivery twice", "['unicast', 'multicast']", "['unicast', 'unicast']",
	     "f.json: $.rules[0].delivery[1]: delivery \"unicast\" is given twice"},
	    {"no delivery", "['unicast', 'multicast']", "[]",
	     "f.json: $.rules[0].delivery: must not be empty"},
	    {"unknown reply", "'expect': 'yes'", "'expect': 'maybe'",
	     "f.json: $.rules[0].reply.expect: unknown expectation \"maybe\"; expectations are any, yes, no"},
	    {"reply field", "'expect': 'yes'", "'expects': 'yes'",
	     "f.json: $.rules[0].reply: unknown field \"expects\"; did you mean \"expect\"?"},
	    {"reply ports in a word", "'ports': 'any'", "'ports': 'all'",
	     "f.json: $.rules[2].reply.ports: must be a list of ports or \"any\""},
	    {"reply port out of range", "'ports': [3080]", "'ports': [99999]",
	     "f.json: $.rules[0].reply.ports[0]: port 99999 is out of range 0-65535"},
	    {"unknown mode", "{'link': ['direct'],", "{'lnk': ['direct'],",
	     "f.json: $.rules[0].when.lnk: unknown mode \"lnk\"; modes are link, log, web"},
	    {"bad mode value", "{'link': ['direct'],", "{'link': ['mixed'],",
	     "f.json: $.rules[0].when.link[0]: unknown value \"mixed\"; values are direct, proxied"},
	    {"mode value twice", "{'link': ['direct'],", "{'link': ['direct', 'direct'],",
	     "f.json: $.rules[0].when.link[1]: value \"direct\" is given twice"},
	    {"mode without values", "{'link': ['direct'],", "{'link': [],",
	     "f.json: $.rules[0].when.link: must not be empty"},
	    {"mode with a bare value", "{'link': ['direct'],", "{'link': 'direct',",
	     "f.json: $.rules[0].when.link: must be a list, not text"},
	    {"when no object", "'when': {'link': ['direct'], 'log': ['on', 'auto']}", "'when': ['link']",
	     "f.json: $.rules[0].when: must be an object, not a list"},
	    {"no level", "{'level': 'optional', 'after'", "{'after'",
	     "f.json: $.rules[1].presence: field \"level\" is missing"},
	    {"unknown level", "'level': 'required'", "'level': 'must'",
	     "f.json: $.rules[0].presence.level: unknown level \"must\"; levels are optional, required"},
	    {"presence under an unknown mode", "'when': {'log': ['on']}", "'when': {'logging': ['on']}",
	     "f.json: $.rules[0].presence.when.logging: unknown mode \"logging\"; modes are link, log, web"},
	    {"unknown each", "'each': 'to'", "'each': 'host'",
	     "f.json: $.rules[0].presence.each: unknown each \"host\"; values are system, from, to"},
	    {"after unknown", "'after': ['ping', 'control']", "'after': ['pong', 'control']",
	     "f.json: $.rules[0].presence.after[0]: unknown rule \"pong\"; rules are session, ping, control, "
	     "backup"},
	    {"after twice", "'after': ['ping', 'control']", "'after': ['ping', 'ping']",
	     "f.json: $.rules[0].presence.after[1]: rule \"ping\" is given twice"},
	    {"after itself", "'after': ['ping', 'control']", "'after': ['session']",
	     "f.json: $.rules[0].presence: rule \"session\" cannot come after itself"},
	    {"after in a circle", "'after': ['control']", "'after': ['session']",
	     "f.json: $.rules[1]: \"after\" runs in a circle: session -> ping -> session"},
	    {"or unknown", "'or': ['backup']", "'or': ['back-up']",
	     "f.json: $.rules[0].presence.or[0]: unknown rule \"back-up\"; rules are session, ping, control, "
	     "backup"},
	    {"or itself", "'or': ['backup']", "'or': ['session']",
	     "f.json: $.rules[0].presence: rule \"session\" cannot stand in for itself"},
	    {"within no minutes", "'within': 120", "'within': 90",
	     "f.json: $.rules[0].presence.within: within 90 is not whole minutes; write a multiple of 60 "
	     "seconds"},
	    {"within zero", "'within': 120", "'within': 0",
	     "f.json: $.rules[0].presence.within: within 0 is out of range 60-31622400"},
	    {"within a text", "'within': 120", "'within': '2m'",
	     "f.json: $.rules[0].presence.within: must be a number, not text"},
	    {"fallback for unknown", "'fallback_for': 'session'", "'fallback_for': 'sesion'",
	     "f.json: $.rules[3].fallback_for: unknown rule \"sesion\"; rules are session, ping, control, "
	     "backup"},
	    {"fallback for itself", "'fallback_for': 'session'", "'fallback_for': 'backup'",
	     "f.json: $.rules[3]: \"fallback_for\" runs in a circle: backup -> backup"},
	    {"fallback in a circle", "'id': 'session', 'title': 'A session',",
	     "'id': 'session', 'fallback_for': 'backup',",
	     "f.json: $.rules[3]: \"fallback_for\" runs in a circle: session -> backup -> session"},
	    {"unknown children", "['ftp-data']", "['rpc']",
	     "f.json: $.rules[2].children[0]: unknown kind of children \"rpc\"; kinds are ftp-data"},
	    {"unknown basis", "'basis': 'implied'", "'basis': 'implicit'",
	     "f.json: $.rules[1].basis: unknown basis \"implicit\"; bases are documented, ambiguous, "
	     "implied, inferred"},
	    {"documented without citation", ", 'cite': {'source': 'guide', 'where': 'row 1'}", "",
	     "f.json: $.rules[0]: missing citation: basis \"documented\" needs \"cite\""},
	    {"ambiguous without citation", ",\n   'cite': {'source': 'web'}", "",
	     "f.json: $.rules[2]: missing citation: basis \"ambiguous\" needs \"cite\""},
	    {"citation without source", "'cite': {'source': 'web'}", "'cite': {'where': 'page 2'}",
	     "f.json: $.rules[2].cite: field \"source\" is missing"},
	    {"citation of an unknown source", "'cite': {'source': 'web'}", "'cite': {'source': 'wiki'}",
	     "f.json: $.rules[2].cite.source: unknown source \"wiki\"; sources are guide, web"},
	    {"citation as text", "'cite': {'source': 'web'}", "'cite': 'web'",
	     "f.json: $.rules[2].cite: must be an object, not text"},
	    {"unknown note", "'kind': 'gap'", "'kind': 'hole'",
	     "f.json: $.notes[0].kind: unknown kind \"hole\"; kinds are ambiguity, error, gap, conflict, "
	     "disputed, "
	     "configuration, related"},
	    {"note without treatment", ", 'treatment': 'left out'", "",
	     "f.json: $.notes[0]: field \"treatment\" is missing"},
	};

	EXPECT_SIGNATURE_MISTAKES(full_signature, list);
}

Test(signature_rule_mistakes, examples)
{
	static const char form[] =
	    "f.json: $.examples[0].flow: must be PROTO[/DELIVERY][/ipv6] ROLE[:PORT] > ROLE:PORT "
	    "[basis=..] [outcome=..] [answered_from=..]";
	static const char flow[] = "'tcp client:40000 > device:900'";
	static const struct mistake list[] = {
	    {"nothing expected", "{'flow': 'udp dns:53 > primary:53', 'verdict': 'unexpected'}",
	     "{'flow': 'udp dns:53 > primary:53'}",
	     "f.json: $.examples[5]: needs \"verdict\" or \"expect_state\""},
	    {"no flow", "{'flow': 'udp dns:53 > primary:53', 'verdict': 'unexpected'}",
	     "{'verdict': 'unexpected'}", "f.json: $.examples[5]: field \"flow\" is missing"},
	    {"unknown mode", "'modes': {'link': 'direct'}", "'modes': {'lnk': 'direct'}",
	     "f.json: $.examples[0].modes.lnk: unknown mode \"lnk\"; modes are link, log, web"},
	    {"bad mode value", "'modes': {'link': 'direct'}", "'modes': {'link': 'on'}",
	     "f.json: $.examples[0].modes.link: unknown value \"on\"; values are direct, proxied"},
	    {"unknown verdict", "'verdict': 'out-of-scope'", "'verdict': 'fine'",
	     "f.json: $.examples[4].verdict: unknown verdict \"fine\"; verdicts are documented, "
	     "site-documented, "
	     "inconclusive, unexpected, wrong-direction, not-covered, out-of-scope"},
	    {"unknown reason", "'reason': 'mode-off'", "'reason': 'off'",
	     "f.json: $.examples[1].reason: unknown reason \"off\"; reasons are mode-off, "
	     "undocumented-reply, "
	     "opened-by-responder, opened-from-service-port, unknown-peer, unknown-listener, disputed-port, "
	     "scan, "
	     "group-noise, ftp-bounce, no-rule"},
	    {"unknown rule", "'rule': 'session', 'expect_state'", "'rule': 'sess', 'expect_state'",
	     "f.json: $.examples[0].rule: unknown rule \"sess\"; rules are session, ping, control, backup"},
	    {"unknown rule of a state", "{'ping': 'off'}", "{'pong': 'off'}",
	     "f.json: $.examples[2].expect_state.pong: unknown rule \"pong\"; rules are session, ping, "
	     "control, backup"},
	    {"unknown state", "{'ping': 'off'}", "{'ping': 'down'}",
	     "f.json: $.examples[2].expect_state.ping: unknown state \"down\"; states are off, missing, "
	     "unanswered, "
	     "observed, not-observable, idle"},
	    {"two words", flow, "'tcp client:40000'", form},
	    {"no arrow", flow, "'tcp client:40000 - device:900'", form},
	    {"too many words", flow, "'tcp client > device:900 basis=none outcome=probed answered_from=1 x'",
	     form},
	    {"unknown protocol", flow, "'tpc client:40000 > device:900'",
	     "f.json: $.examples[0].flow: unknown protocol \"tpc\"; protocols are tcp, udp, icmp, sctp or a "
	     "number 0-255\n"
	     "f.json: $.examples[0].flow: the opener has no port in this protocol\n"
	     "f.json: $.examples[0].flow: the listener has no port in this protocol"},
	    {"unknown delivery", flow, "'tcp/anycast client:40000 > device:900'",
	     "f.json: $.examples[0].flow: unknown \"anycast\" behind the protocol; unicast, broadcast, "
	     "multicast and "
	     "ipv6 may stand there"},
	    {"unknown opener", flow, "'tcp clint:40000 > device:900'",
	     "f.json: $.examples[0].flow: unknown role \"clint\"; roles are manager, primary, device, "
	     "client, dns"},
	    {"group opens", flow, "'tcp group:40000 > device:900'",
	     "f.json: $.examples[0].flow: unknown role \"group\"; roles are manager, primary, device, "
	     "client, dns"},
	    {"unicast to a group", flow, "'tcp client:40000 > group:900'",
	     "f.json: $.examples[0].flow: \"group\" needs /broadcast or /multicast behind the protocol"},
	    {"opener's port", flow, "'tcp client:65536 > device:900'",
	     "f.json: $.examples[0].flow: port \"65536\" is out of range 0-65535"},
	    {"listener's port", flow, "'tcp client:40000 > device:9x'",
	     "f.json: $.examples[0].flow: port \"9x\" is out of range 0-65535"},
	    {"no listener's port", flow, "'tcp client:40000 > device'",
	     "f.json: $.examples[0].flow: the listener needs a port"},
	    {"icmp without type", flow, "'icmp client > device'",
	     "f.json: $.examples[0].flow: the listener needs :TYPE/CODE"},
	    {"icmp without code", flow, "'icmp client > device:8'",
	     "f.json: $.examples[0].flow: icmp needs TYPE/CODE, each 0-255"},
	    {"icmp out of range", flow, "'icmp client > device:8/256'",
	     "f.json: $.examples[0].flow: icmp needs TYPE/CODE, each 0-255"},
	    {"icmp with the opener's port", flow, "'icmp client:1 > device:8/0'",
	     "f.json: $.examples[0].flow: the opener has no port in this protocol"},
	    {"unknown option", flow, "'tcp client > device:900 base=none'",
	     "f.json: $.examples[0].flow: unknown option \"base\"; options are basis, outcome, "
	     "answered_from"},
	    {"unknown basis", flow, "'tcp client > device:900 basis=guess'",
	     "f.json: $.examples[0].flow: unknown basis \"guess\"; bases are handshake, synack, group, "
	     "protocol, "
	     "answer, child, carried, quiet, first, ports, none"},
	    {"unknown outcome", flow, "'tcp client > device:900 outcome'",
	     "f.json: $.examples[0].flow: unknown outcome \"\"; outcomes are established, answered, oneway, "
	     "probed, "
	     "refused, reset, unanswered, pending, stray"},
	    {"answered from nowhere", flow, "'tcp client > device:900 answered_from=70000'",
	     "f.json: $.examples[0].flow: port \"70000\" is out of range 0-65535"},
	};

	EXPECT_SIGNATURE_MISTAKES(full_signature, list);
}
