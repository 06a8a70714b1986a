/* `extends`: what a child takes over, changes, adds and removes, and how its mistakes are told. */
#include "signature_files.h"
#include "signature_texts.h"

TestSuite(signature_inherit, .timeout = 10, .init = files_setup, .fini = files_teardown);

#define CHILD "{'schema': 'tapaudit.signature/1', 'id': 'child', 'extends': 'full'"

static const struct signature *load(struct signature_library **library, struct message_list *messages,
				    const char *text)
{
	write_quoted("full.json", full_signature);
	write_quoted("child.json", text);
	*library = open_here();
	return signature_load(*library, "child.json", messages);
}

Test(signature_inherit, takes_all_over)
{
	struct message_list messages = {0};
	struct signature_library *library;
	const struct signature *s = load(&library, &messages, CHILD "}");

	expect_lines("child", messages.errors, messages.error_count, "");
	cr_assert_not_null(s);
	cr_expect_str_eq(s->id, "child");
	cr_expect_str_eq(s->extends, "full");
	cr_expect_str_eq(s->vendor, "Vendor");
	cr_expect_eq(s->revision, 7);
	cr_expect(s->open_ended);
	cr_expect_eq(s->source_count, 2);
	cr_expect_eq(s->role_count, 5);
	cr_expect_eq(s->mode_count, 3);
	cr_expect_eq(s->parameter_count, 2);
	cr_expect_eq(s->rule_count, 4);
	cr_expect_eq(s->note_count, 1);
	cr_expect_eq(s->example_count, 6);
	cr_expect_str_eq(s->examples[5].path, "$.examples[5] of full");
	message_list_clear(&messages);
	signature_library_close(library);
	cr_expect_eq(mem_live(), 0);
}

Test(signature_inherit, changes_adds_and_removes)
{
	struct message_list messages = {0};
	struct signature_library *library;
	const struct signature *s =
	    load(&library, &messages,
		 CHILD
		 ", 'vendor': 'Other', 'open_ended': null,"
		 " 'sources': [{'id': 'web', 'date': '2009'}, {'id': 'new', 'title': 'N'}],"
		 " 'roles': [{'id': 'box', 'kind': 'product'}, {'id': 'manager', 'title': null, 'coverage': "
		 "'partial'}],"
		 " 'modes': [{'id': 'log', 'default': 'off'}],"
		 " 'parameters': [{'id': 'trap', 'suspect': null, 'allowed': null, 'default': [1162]}],"
		 " 'rules': [{'id': 'extra', 'proto': ['tcp'], 'from': ['box'], 'to': ['device'], 'ports': "
		 "[1], 'basis': 'inferred',"
		 "            'impact': null},"
		 "           {'id': 'backup', 'remove': true},"
		 "           {'id': 'session', 'to': ['device', 'box'], 'when': {'log': null}, 'title': null,"
		 "            'presence': {'or': null, 'within': null}, 'cite': {'source': 'new'}}],"
		 " 'notes': [{'kind': 'error', 'about': 'a', 'treatment': 't'}],"
		 " 'examples': null}");

	expect_lines("child", messages.errors, messages.error_count, "");
	cr_assert_not_null(s);
	cr_expect_str_eq(s->vendor, "Other");
	cr_expect_str_eq(s->product, "Product");
	cr_expect_not(s->open_ended, "null removes");
	cr_assert_eq(s->source_count, 3);
	cr_expect_str_eq(s->sources[1].title, "The page");
	cr_expect_str_eq(s->sources[1].date, "2009");
	cr_expect_str_eq(s->sources[2].id, "new");
	cr_assert_eq(s->role_count, 6);
	cr_expect_str_eq(s->roles[0].id, "manager", "in its place");
	cr_expect_str_eq(s->roles[0].title, "manager", "null removes");
	cr_expect_eq(s->roles[0].coverage, COVERAGE_PARTIAL);
	cr_expect_str_eq(s->roles[5].id, "box", "behind");
	cr_expect_eq(s->modes[1].default_value, 1);
	cr_expect_eq(s->modes[1].value_count, 3);
	cr_expect_not(s->parameters[1].suspect);
	cr_expect_eq(s->parameters[1].allowed_count, 0);
	cr_expect_eq(s->parameters[1].defaults[0].low, 1162);
	cr_assert_eq(s->rule_count, 4);
	cr_expect_str_eq(s->rules[0].id, "session");
	cr_expect_null(s->rules[0].title);
	cr_expect_eq(s->rules[0].to, 4 | 32, "lists within an entry are replaced");
	cr_expect_eq(s->rules[0].from, 9);
	cr_expect_eq(s->rules[0].when.count, 1);
	cr_expect_eq(s->rules[0].when.items[0].mode, 0);
	cr_expect(s->rules[0].presence.required);
	cr_expect_eq(s->rules[0].presence.or_rules.count, 0);
	cr_expect_eq(s->rules[0].presence.within_sec, 60);
	cr_expect_eq(s->rules[0].cite.source, 2);
	cr_expect_str_eq(s->rules[0].cite.where, "row 1", "objects merge field by field");
	cr_expect_str_eq(s->rules[3].id, "extra");
	cr_assert_eq(s->note_count, 2);
	cr_expect_str_eq(s->notes[0].kind, "gap");
	cr_expect_str_eq(s->notes[1].kind, "error");
	cr_expect_eq(s->example_count, 0);
	message_list_clear(&messages);
	signature_library_close(library);
	cr_expect_eq(mem_live(), 0);
}

Test(signature_inherit, examples_follow_and_keep_their_null)
{
	struct message_list messages = {0};
	struct signature_library *library;
	const struct signature *s =
	    load(&library, &messages,
		 CHILD ", 'examples': [{'flow': 'tcp client > device:1', 'verdict': 'unexpected',"
		       " 'rule': null}]}");

	cr_assert_not_null(s);
	cr_assert_eq(s->example_count, 7);
	cr_expect_str_eq(s->examples[0].path, "$.examples[0] of full");
	cr_expect_str_eq(s->examples[6].path, "$.examples[0]");
	cr_expect(s->examples[6].rule_stated);
	cr_expect_null(s->examples[6].rule);
	message_list_clear(&messages);
	signature_library_close(library);
}

Test(signature_inherit, mistakes)
{
	static const struct {
		const char *name, *text, *lines;
	} cases[] = {
	    {"unknown parent", "{'schema': 'tapaudit.signature/1', 'id': 'child', 'extends': 'ful'}",
	     "child.json: $.extends: unknown signature \"ful\"; signatures are child, full"},
	    {"parent as a path", "{'schema': 'tapaudit.signature/1', 'id': 'child', 'extends': '../full'}",
	     "child.json: $.extends: \"../full\" is not an id; ids hold a-z, 0-9 and \"-\" only"},
	    {"itself", "{'schema': 'tapaudit.signature/1', 'id': 'child', 'extends': 'child'}",
	     "child.json: $.extends: \"extends\" runs in a circle: child -> child"},
	    {"no id of its own", "{'schema': 'tapaudit.signature/1', 'extends': 'full'}",
	     "child.json: $: field \"id\" is missing"},
	    {"no schema of its own", "{'id': 'child', 'extends': 'full'}",
	     "child.json: $: field \"schema\" is missing"},
	    {"remove what is not there", CHILD ", 'rules': [{'id': 'rule-9', 'remove': true}]}",
	     "child.json: $.rules[0]: nothing to remove: no such id is inherited"},
	    {"remove and change",
	     CHILD
	     ", 'notes': null, 'examples': null, 'sources': [{'id': 'web', 'remove': true, 'title': 'x'}]}",
	     "child.json: $.sources[0]: \"remove\" stands beside \"id\" alone\n"
	     "child.json: $.rules[2].cite.source of full: unknown source \"web\"; sources are guide"},
	    {"remove false", CHILD ", 'parameters': [{'id': 'trap', 'remove': false}]}",
	     "child.json: $.parameters[0].remove: must be true"},
	    {"removed but used", CHILD ", 'roles': [{'id': 'dns', 'remove': true}]}",
	     "child.json: $.examples[4].flow of full: unknown role \"dns\"; roles are manager, primary, "
	     "device, client\n"
	     "child.json: $.examples[5].flow of full: unknown role \"dns\"; roles are manager, primary, "
	     "device, client"},
	    {"removed field that is required", CHILD ", 'rules': [{'id': 'ping', 'basis': null}]}",
	     "child.json: $.rules[0]: field \"basis\" is missing"},
	    {"new entry twice",
	     CHILD ", 'roles': [{'id': 'x', 'kind': 'person'}, {'id': 'x', 'kind': 'person'}]}",
	     "child.json: $.roles[1].id: role \"x\" is given twice"},
	    {"changed entry twice",
	     CHILD ", 'roles': [{'id': 'dns', 'title': 'x'}, {'id': 'dns', 'kind': 'person'}]}",
	     "child.json: $.roles[1].id: role \"dns\" is given twice"},
	    {"field in a changed entry", CHILD ", 'rules': [{'id': 'ping', 'prots': [1]}]}",
	     "child.json: $.rules[0]: unknown field \"prots\"; did you mean \"proto\"?"},
	    {"another kind", CHILD ", 'notes': {}}", "child.json: $.notes: must be a list, not an object"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct message_list messages = {0};
		struct signature_library *library;

		cr_expect_null(load(&library, &messages, cases[i].text), "%s", cases[i].name);
		signature_library_close(library);
		/* Again with the child's own name in the listing. */
		message_list_clear(&messages);
		cr_expect_null(load(&library, &messages, cases[i].text), "%s", cases[i].name);
		expect_lines(cases[i].name, messages.errors, messages.error_count, cases[i].lines);
		message_list_clear(&messages);
		signature_library_close(library);
		cr_expect_eq(mem_live(), 0);
	}
}

Test(signature_inherit, mistakes_of_the_parent)
{
	struct message_list messages = {0};
	struct signature_library *library;
	char *text = with_change(full_signature, "'basis': 'implied'", "'basis': 'implicit'");

	write_quoted("child.json", CHILD "}");
	write_quoted("full.json", "{\n,}");
	library = open_here();
	cr_expect_null(signature_load(library, "child.json", &messages));
	write_quoted("full.json", "{'schema': 'tapaudit.signature/2'}");
	cr_expect_null(signature_load(library, "child.json", &messages));
	write_quoted("full.json", text);
	cr_expect_null(signature_load(library, "child.json", &messages));
	write_quoted("full.json", "{'schema': 'tapaudit.signature/1', 'id': 'fool', 'id': 'full'}");
	cr_expect_null(signature_load(library, "child.json", &messages));
	expect_lines(
	    "parent", messages.errors, messages.error_count,
	    "./full.json:2:1: expected a key in double quotes, found \",\"\n"
	    "child.json: $.schema of full: schema \"tapaudit.signature/2\" is not supported; supported is "
	    "\"tapaudit.signature/1\"\n"
	    "child.json: $.rules[1].basis of full: unknown basis \"implicit\"; bases are documented, "
	    "ambiguous, "
	    "implied, inferred\n"
	    "child.json: $ of full: key \"id\" is given twice\n"
	    "child.json: $.id of full: must be \"full\", as the file is named\n"
	    "child.json: $: field \"vendor\" is missing\n"
	    "child.json: $: field \"product\" is missing\n"
	    "child.json: $: field \"revision\" is missing\n"
	    "child.json: $: field \"roles\" is missing\n"
	    "child.json: $: field \"rules\" is missing");
	message_list_clear(&messages);
	signature_library_close(library);
	free(text);
	cr_expect_eq(mem_live(), 0);
}

static void write_generation(size_t number)
{
	char path[32], text[256];

	snprintf(path, sizeof(path), "g%zu.json", number);
	snprintf(text, sizeof(text), "{'schema': 'tapaudit.signature/1', 'id': 'g%zu', 'extends': '%s%zu'}",
		 number, number == 1 ? "least" : "g", number - 1);
	if (number == 1)
		snprintf(text, sizeof(text),
			 "{'schema': 'tapaudit.signature/1', 'id': 'g1', 'extends': 'least'}");
	write_quoted(path, text);
}

Test(signature_inherit, eight_deep_and_no_deeper)
{
	struct message_list messages = {0};
	struct signature_library *library;
	const struct signature *s;

	write_quoted("least.json", least_signature);
	for (size_t i = 1; i <= 9; i++)
		write_generation(i);
	library = open_here();
	s = signature_load(library, "g8.json", &messages);
	cr_assert_not_null(s);
	cr_expect_str_eq(s->id, "g8");
	cr_expect_str_eq(s->vendor, "V");
	cr_expect_null(signature_load(library, "g9.json", &messages));
	expect_lines("deep", messages.errors, messages.error_count,
		     "g9.json: $.extends of g1: more than 8 files deep");
	message_list_clear(&messages);
	signature_library_close(library);
}

Test(signature_inherit, circle_of_three)
{
	struct message_list messages = {0};
	struct signature_library *library;

	write_quoted("a.json", "{'schema': 'tapaudit.signature/1', 'id': 'a', 'extends': 'b'}");
	write_quoted("b.json", "{'schema': 'tapaudit.signature/1', 'id': 'b', 'extends': 'c'}");
	write_quoted("c.json", "{'schema': 'tapaudit.signature/1', 'id': 'c', 'extends': 'b'}");
	library = open_here();
	cr_expect_null(signature_load(library, "a.json", &messages));
	expect_lines("circle", messages.errors, messages.error_count,
		     "a.json: $.extends of c: \"extends\" runs in a circle: b -> c -> b");
	message_list_clear(&messages);
	signature_library_close(library);
}

Test(signature_inherit, parent_beside_the_file)
{
	struct message_list messages = {0};
	struct signature_library *library;
	struct err err;

	cr_assert_eq(mkdir("lib", 0700), 0);
	cr_assert_eq(mkdir("mine", 0700), 0);
	write_quoted("mine/full.json", full_signature);
	write_quoted("mine/child.json", CHILD "}");
	library = signature_library_open("lib", &err);
	cr_assert_not_null(library);
	cr_expect_not_null(signature_load(library, "mine/child.json", &messages));
	cr_expect_eq(messages.error_count, 0);
	/* The library's own comes first. */
	write_quoted("lib/full.json", "{");
	cr_expect_null(signature_load(library, "mine/child.json", &messages));
	expect_lines("both", messages.errors, messages.error_count,
		     "lib/full.json:1:2: expected a key in double quotes, found the end of the file");
	message_list_clear(&messages);
	signature_library_close(library);
}
