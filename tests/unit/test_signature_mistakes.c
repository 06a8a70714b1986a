/* Every mistake that a signature file can hold besides those of its rules, with the exact line that tells it.
 */
#include "signature_files.h"
#include "signature_texts.h"

TestSuite(signature_mistakes, .timeout = 10, .init = files_setup, .fini = files_teardown);

Test(signature_mistakes, whole_file)
{
	static const struct mistake list[] = {
	    {"no object", full_signature, "[]", "f.json: $: must be an object, not a list"},
	    {"syntax", "'revision': 7,\n", "'revision': 7,,\n",
	     "f.json:1:106: expected a key in double quotes, found \",\""},
	    {"syntax on a later line", "'title': 'The page'}", "'title': 'The page'",
	     "f.json:3:105: expected \",\" or \"}\", found \"]\""},
	    {"garbage behind", "'verdict': 'unexpected'}]}\n", "'verdict': 'unexpected'}]} }",
	     "f.json:39:66: text after the end of the JSON value"},
	    {"schema of another version", "tapaudit.signature/1", "tapaudit.signature/2",
	     "f.json: $.schema: schema \"tapaudit.signature/2\" is not supported; supported is "
	     "\"tapaudit.signature/1\""},
	    {"schema of another kind", "tapaudit.signature/1", "tapaudit.site/1",
	     "f.json: $.schema: schema \"tapaudit.site/1\" is not supported; supported is "
	     "\"tapaudit.signature/1\""},
	    {"schema missing", "'schema': 'tapaudit.signature/1', ", "",
	     "f.json: $: field \"schema\" is missing"},
	    {"schema no text", "'tapaudit.signature/1'", "1", "f.json: $.schema: must be text, not a number"},
	    {"id missing", "'id': 'full', ", "", "f.json: $: field \"id\" is missing"},
	    {"vendor missing", "'vendor': 'Vendor', ", "", "f.json: $: field \"vendor\" is missing"},
	    {"product missing", "'product': 'Product', ", "", "f.json: $: field \"product\" is missing"},
	    {"revision missing", ", 'revision': 7", "", "f.json: $: field \"revision\" is missing"},
	    {"id with capitals", "'id': 'full'", "'id': 'Full'",
	     "f.json: $.id: \"Full\" is not an id; ids hold a-z, 0-9 and \"-\" only"},
	    {"id as a path", "'id': 'full'", "'id': '../full'",
	     "f.json: $.id: \"../full\" is not an id; ids hold a-z, 0-9 and \"-\" only"},
	    {"id too long", "'id': 'full'",
	     "'id': '01234567890123456789012345678901234567890123456789012345678901234'",
	     "f.json: $.id: longer than 64 characters"},
	    {"id null", "'id': 'full'", "'id': null", "f.json: $.id: must be text, not null"},
	    {"vendor empty", "'Vendor'", "''", "f.json: $.vendor: must not be empty"},
	    {"vendor with control characters", "'Vendor'", "'Ven\\u001bdor'",
	     "f.json: $.vendor: must not hold control characters"},
	    {"revision negative", "'revision': 7", "'revision': -1",
	     "f.json: $.revision: revision -1 is out of range 0-2147483647"},
	    {"revision with a point", "'revision': 7", "'revision': 7.0",
	     "f.json: $.revision: 7.0 is not a whole number; write digits only"},
	    {"revision huge", "'revision': 7", "'revision': 1e999",
	     "f.json: $.revision: 1e999 is not a whole number; write digits only"},
	    {"revision text", "'revision': 7", "'revision': '7'",
	     "f.json: $.revision: must be a number, not text"},
	    {"flag as number", "'open_ended': true", "'open_ended': 1",
	     "f.json: $.open_ended: must be true or false, not a number"},
	    {"list as object", "'notes': [{'kind': 'gap', 'about': 'the figure', 'treatment': 'left out'}]",
	     "'notes': {}", "f.json: $.notes: must be a list, not an object"},
	    {"unknown field near a known one", "'vendor'", "'vender'",
	     "f.json: $: unknown field \"vender\"; did you mean \"vendor\"?\nf.json: $: field \"vendor\" is "
	     "missing"},
	    {"unknown field", "'open_ended'", "'colour'",
	     "f.json: $: unknown field \"colour\"; fields are schema, id, extends, vendor, product, "
	     "revision, "
	     "open_ended, sources, roles, modes, parameters, rules, notes, examples"},
	    {"key twice", "'vendor': 'Vendor'", "'vendor': 'Vendor', 'vendor': 'Other'",
	     "f.json: $: key \"vendor\" is given twice"},
	    {"key twice, deep", "'log': ['on']}", "'log': ['on'], 'log': ['off']}",
	     "f.json: $.rules[0].presence.when: key \"log\" is given twice"},
	    {"hostile key", "'open_ended'", "'a\\u001b[31m\\u009b'",
	     "f.json: $: unknown field \"a?[31m??\"; fields are schema, id, extends, vendor, product, "
	     "revision, "
	     "open_ended, sources, roles, modes, parameters, rules, notes, examples"},
	    {"extends something unknown", "'open_ended': true", "'extends': 'parent'",
	     "f.json: $.extends: unknown signature \"parent\"; signatures are f"},
	};

	EXPECT_SIGNATURE_MISTAKES(full_signature, list);
}

Test(signature_mistakes, sources_roles_modes_parameters)
{
	static const struct mistake list[] = {
	    {"source twice", "{'id': 'web', ", "{'id': 'guide', ",
	     "f.json: $.sources[1].id: source \"guide\" is given twice\n"
	     "f.json: $.rules[2].cite.source: unknown source \"web\"; sources are guide, guide"},
	    {"source without title", ", 'title': 'The page'", "",
	     "f.json: $.sources[1]: field \"title\" is missing"},
	    {"source date", "'2008-11'", "'2008-13'",
	     "f.json: $.sources[0].date: \"2008-13\" is not a date; write 2027, 2027-01 or 2027-01-31"},
	    {"source date in words", "'2008-11'", "'Nov 2008'",
	     "f.json: $.sources[0].date: \"Nov 2008\" is not a date; write 2027, 2027-01 or 2027-01-31"},
	    {"role twice", "{'id': 'dns', 'kind'", "{'id': 'client', 'kind'",
	     "f.json: $.roles[4].id: role \"client\" is given twice\n"
	     "f.json: $.examples[4].flow: unknown role \"dns\"; roles are manager, primary, device, client, "
	     "client\n"
	     "f.json: $.examples[5].flow: unknown role \"dns\"; roles are manager, primary, device, client, "
	     "client"},
	    {"role without kind", ", 'kind': 'person'", "", "f.json: $.roles[3]: field \"kind\" is missing"},
	    {"unknown kind", "'kind': 'person'", "'kind': 'human'",
	     "f.json: $.roles[3].kind: unknown kind \"human\"; kinds are product, infrastructure, person"},
	    {"unknown coverage", "'coverage': 'none'", "'coverage': 'all'",
	     "f.json: $.roles[2].coverage: unknown coverage \"all\"; coverages are full, partial, none"},
	    {"unknown is_a", "'is_a': 'manager'", "'is_a': 'manger'",
	     "f.json: $.roles[1].is_a: unknown role \"manger\"; roles are manager, primary, device, client, "
	     "dns"},
	    {"is_a itself", "'is_a': 'manager'", "'is_a': 'primary'",
	     "f.json: $.roles[1]: \"is_a\" runs in a circle: primary -> primary"},
	    {"is_a in a circle", "'title': 'The manager', ", "'is_a': 'primary', ",
	     "f.json: $.roles[1]: \"is_a\" runs in a circle: manager -> primary -> manager"},
	    {"reserved role", "{'id': 'client', 'kind': 'person'}",
	     "{'id': 'client', 'kind': 'person'}, {'id': 'group', 'kind': 'person'}",
	     "f.json: $.roles[4]: \"group\" is reserved; it cannot be a role"},
	    {"role no object", "{'id': 'client', 'kind': 'person'}",
	     "{'id': 'client', 'kind': 'person'}, 'x'", "f.json: $.roles[4]: must be an object, not text"},
	    {"mode twice", "{'id': 'web', 'values'", "{'id': 'log', 'values'",
	     "f.json: $.modes[2].id: mode \"log\" is given twice"},
	    {"mode without values", ", 'values': ['http', 'https']", "",
	     "f.json: $.modes[2]: field \"values\" is missing"},
	    {"no values", "['http', 'https']", "[]", "f.json: $.modes[2].values: must not be empty"},
	    {"value twice", "['http', 'https']", "['http', 'http']",
	     "f.json: $.modes[2].values[1]: value \"http\" is given twice"},
	    {"value no id", "['http', 'https']", "['http', 'HTTPS']",
	     "f.json: $.modes[2].values[1]: \"HTTPS\" is not an id; ids hold a-z, 0-9 and \"-\" only"},
	    {"bad default", "'default': 'proxied'", "'default': 'mixed'",
	     "f.json: $.modes[0].default: unknown value \"mixed\"; values are direct, proxied"},
	    {"parameter twice", "{'id': 'trap',", "{'id': 'session',",
	     "f.json: $.parameters[1].id: parameter \"session\" is given twice"},
	    {"parameter without default", "'default': [162], ", "",
	     "f.json: $.parameters[1]: field \"default\" is missing"},
	    {"default reversed", "[[900, 902], 910]", "[[902, 900], 910]",
	     "f.json: $.parameters[0].default[0]: range 902-900 runs backwards; write [900, 902]"},
	    {"default out of range", "[[900, 902], 910]", "[[900, 902], 70000]",
	     "f.json: $.parameters[0].default[1]: port 70000 is out of range 0-65535"},
	    {"end out of range", "[[900, 902], 910]", "[[900, 65536], 910]",
	     "f.json: $.parameters[0].default[0][1]: port 65536 is out of range 0-65535"},
	    {"default not allowed", "'default': [[900, 902], 910], 'allowed': [[1, 65535]]",
	     "'default': [[900, 902], 910], 'allowed': [[1, 900], 902, [903, 905]]",
	     "f.json: $.parameters[0].default[0]: 900-902 lies outside what \"session\" allows (1-900, 902, "
	     "903-905)\n"
	     "f.json: $.parameters[0].default[1]: 910 lies outside what \"session\" allows (1-900, 902, "
	     "903-905)"},
	    {"default empty", "'default': [162]", "'default': []",
	     "f.json: $.parameters[1].default: must not be empty"},
	    {"default no range", "'default': [162]", "'default': ['162', [1], [1, 2, 3], [1, '2']]",
	     "f.json: $.parameters[1].default[0]: must be a port or [low, high]\n"
	     "f.json: $.parameters[1].default[1]: must be a port or [low, high]\n"
	     "f.json: $.parameters[1].default[2]: must be a port or [low, high]\n"
	     "f.json: $.parameters[1].default[3][1]: must be a number, not text"},
	};

	EXPECT_SIGNATURE_MISTAKES(full_signature, list);
}

Test(signature_mistakes, nothing_in_it)
{
	static const struct mistake list[] = {
	    {"no roles", "[{'id': 'a', 'kind': 'product'}]", "[]",
	     "f.json: $.roles: must not be empty\n"
	     "f.json: $.rules[0].from[0]: unknown role \"a\"; there are no roles"},
	    {"no rules",
	     "'rules': [{'id': 'r', 'proto': ['udp'], 'from': ['a'], 'to': 'any', 'ports': [53], "
	     "'basis': 'inferred'}]",
	     "'rules': []", "f.json: $.rules: must not be empty"},
	    {"remove without extends", "{'id': 'a', 'kind': 'product'}", "{'id': 'a', 'remove': true}",
	     "f.json: $.roles[0]: unknown field \"remove\"; fields are id, title, kind, coverage, is_a, "
	     "external\n"
	     "f.json: $.roles[0]: field \"kind\" is missing"},
	    {"null without extends", "'kind': 'product'", "'kind': null",
	     "f.json: $.roles[0].kind: must be text, not null"},
	    {"no modes", "'ports': [53]", "'ports': [53], 'when': {'m': ['on']}",
	     "f.json: $.rules[0].when.m: unknown mode \"m\"; there are no modes"},
	};

	EXPECT_SIGNATURE_MISTAKES(least_signature, list);
}

/* COUNT roles r0, r1, .. of the KIND, as the least signature's. */
static char *with_roles(size_t count, const char *kind)
{
	size_t size = count * 64 + 1;
	char *roles = calloc(1, size), *text;

	for (size_t i = 0; i < count; i++)
		snprintf(roles + strlen(roles), size - strlen(roles), ", {'id': 'r%zu', 'kind': '%s'}", i,
			 kind);
	snprintf(roles + strlen(roles), size - strlen(roles), "]");
	text = with_change(least_signature, "{'id': 'a', 'kind': 'product'}]",
			   "{'id': 'a', 'kind': 'product'}@");
	char *out = with_change(text, "@", roles);
	free(text);
	free(roles);
	return out;
}

Test(signature_mistakes, at_most_64_roles)
{
	struct signature_library *library = open_here();
	struct message_list messages = {0};
	char *right = with_roles(63, "person"), *wrong = with_roles(64, "person");

	write_quoted("f.json", right);
	cr_expect_not_null(signature_load(library, "f.json", &messages));
	cr_expect_eq(messages.error_count, 0);
	write_quoted("f.json", wrong);
	cr_expect_null(signature_load(library, "f.json", &messages));
	expect_lines("roles", messages.errors, messages.error_count,
		     "f.json: $.roles: 65 entries; at most 64 are supported");
	message_list_clear(&messages);
	signature_library_close(library);
	free(right);
	free(wrong);
}

Test(signature_mistakes, hundred_then_and_more)
{
	struct signature_library *library = open_here();
	struct message_list messages = {0};
	char *notes = calloc(1, 200 * 8), *text;

	strcpy(notes, "'notes': [");
	for (size_t i = 0; i < 150; i++)
		strcat(notes, i == 0 ? "1" : ",1");
	strcat(notes, "], 'vendor'");
	text = with_change(least_signature, "'vendor'", notes);
	write_quoted("f.json", text);
	cr_expect_null(signature_load(library, "f.json", &messages));
	cr_assert_eq(messages.error_count, 101);
	cr_expect_str_eq(messages.errors[0], "f.json: $.notes[0]: must be an object, not a number");
	cr_expect_str_eq(messages.errors[99], "f.json: $.notes[99]: must be an object, not a number");
	cr_expect_str_eq(messages.errors[100], "f.json: and more");
	message_list_clear(&messages);
	signature_library_close(library);
	free(notes);
	free(text);
}

Test(signature_mistakes, suspect_values_only_warn)
{
	struct signature_library *library = open_here();
	struct message_list messages = {0};
	char *text = with_change(full_signature, "'default': [162]", "'default': [162, 300]");

	write_quoted("f.json", text);
	cr_expect_not_null(signature_load(library, "f.json", &messages));
	cr_expect_eq(messages.error_count, 0);
	expect_lines("suspect", messages.warnings, messages.warning_count,
		     "f.json: $.parameters[1].default[1]: 300 lies outside what \"trap\" allows (1-255); its "
		     "source is "
		     "suspect, so it is taken as given");
	message_list_clear(&messages);
	signature_library_close(library);
	free(text);
}

Test(signature_mistakes, two_rules_may_stand_in_for_each_other)
{
	struct signature_library *library = open_here();
	struct message_list messages = {0};
	char *text = with_change(full_signature, "'basis': 'inferred'",
				 "'presence': {'level': 'required', 'or': ['session']}, 'basis': 'inferred'");

	write_quoted("f.json", text);
	cr_expect_not_null(signature_load(library, "f.json", &messages));
	expect_lines("or", messages.errors, messages.error_count, "");
	message_list_clear(&messages);
	signature_library_close(library);
	free(text);
}
