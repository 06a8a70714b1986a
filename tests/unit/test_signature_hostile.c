/* Files that were cut, damaged or made to hurt, and memory that runs out: never a crash, never a leak, never
 * half a site. Meant for AddressSanitizer; texts lie in blocks of exactly their size. */
#include "signature_files.h"
#include "signature_texts.h"

TestSuite(signature_hostile, .timeout = 10, .init = files_setup, .fini = files_teardown);

/* A test each for every fourth part of the mutations, so that none comes near its time. */
enum { MUTATIONS_PER_PART = 5000 };

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static size_t below(uint64_t *state, size_t limit)
{
	return (size_t)(next_random(state) % limit);
}

/* Replaces CUT bytes at AT by the PIECE; the block is exactly as long as the result. */
static char *splice(char *text, size_t *length, size_t at, size_t cut, const char *piece, size_t piece_length)
{
	size_t rest = *length - at - cut;
	char *out = malloc(at + piece_length + rest + 1);

	memcpy(out, text, at);
	memcpy(out + at, piece, piece_length);
	memcpy(out + at + piece_length, text + at + cut, rest);
	*length = at + piece_length + rest;
	free(text);
	return out;
}

/* One to four changes: what an editor's slip, a bad disk and an attacker would do. */
static char *mutate(const char *text, size_t *length, uint64_t *random)
{
	static const char *const pieces[] = {"\"",
					     "{",
					     "}",
					     "[",
					     "]",
					     ",",
					     ":",
					     "null",
					     "true",
					     "-1",
					     "1e999",
					     "70000",
					     "3.5",
					     "\"any\"",
					     "\"manager\"",
					     "\\u0000",
					     "\\ud800",
					     "\xff",
					     "\xef\xbb\xbf",
					     "{}",
					     "[]",
					     "\"\"",
					     "[[1,2]]",
					     "\"$session\"",
					     "18446744073709551616",
					     "[[[[[[",
					     "\"id\":",
					     "\n"};
	char *copy = malloc(*length + 1);
	size_t changes = 1 + below(random, 4);

	memcpy(copy, text, *length);
	for (size_t i = 0; i<changes && * length> 0; i++) {
		size_t at = below(random, *length), room = *length - at,
		       span = below(random, room < 40 ? room : 40);
		const char *piece = pieces[below(random, sizeof(pieces) / sizeof(pieces[0]))];
		char byte = (char)next_random(random);

		switch (below(random, 5)) {
		case 0: copy[at] = byte; break;
		case 1: copy = splice(copy, length, at, span, "", 0); break;
		case 2: copy = splice(copy, length, at, 0, piece, strlen(piece)); break;
		case 3: copy = splice(copy, length, at, span, piece, strlen(piece)); break;
		default: {
			char again[40];

			memcpy(again, copy + at, span);
			copy = splice(copy, length, at, 0, again, span);
		}
		}
	}
	return copy;
}

/* One library for many files: what is refused leaves nothing in it. */
static void try_signature(struct signature_library *library, const char *text, size_t length)
{
	struct message_list messages = {0};
	size_t before = mem_live();
	char *exact = malloc(length ? length : 1);
	const struct signature *signature;

	memcpy(exact, text, length);
	signature = signature_parse(library, exact, length, "f.json", &messages);
	free(exact);
	cr_assert((signature != NULL) == (messages.error_count == 0), "%.*s", (int)length, text);
	message_list_clear(&messages);
	cr_assert(signature || mem_live() == before, "%.*s", (int)length, text);
}

static void try_site(struct signature_library *library, const char *text, size_t length)
{
	struct message_list messages = {0};
	size_t before = mem_live();
	char *exact = malloc(length ? length : 1);
	struct site *site;

	memcpy(exact, text, length);
	site = site_parse(exact, length, "s.site", library, &messages);
	cr_assert((site != NULL) == (messages.error_count == 0), "%.*s", (int)length, text);
	site_free(site);
	free(exact);
	message_list_clear(&messages);
	cr_assert_eq(mem_live(), before, "%.*s", (int)length, text);
}

/* A library in which both signatures of the full site are loaded. */
static struct signature_library *open_loaded(void)
{
	struct message_list messages = {0};
	struct signature_library *library;

	write_quoted("full.json", full_signature);
	write_quoted("least.json", least_signature);
	library = open_here();
	cr_assert_not_null(signature_get(library, "full", &messages));
	cr_assert_not_null(signature_get(library, "least", &messages));
	message_list_clear(&messages);
	return library;
}

Test(signature_hostile, every_prefix_of_a_signature)
{
	struct signature_library *library = open_here();
	char *text = quoted(full_signature);

	for (size_t length = 0; length <= strlen(text); length++)
		try_signature(library, text, length);
	signature_library_close(library);
	free(text);
	cr_expect_eq(mem_live(), 0);
}

Test(signature_hostile, every_prefix_of_a_site)
{
	struct signature_library *library = open_loaded();
	char *text = quoted(full_site);

	for (size_t length = 0; length <= strlen(text); length++)
		try_site(library, text, length);
	signature_library_close(library);
	free(text);
}

static void try_mutated_signatures(const char *right, uint64_t random, size_t count)
{
	struct signature_library *library;
	char *text = quoted(right);

	write_quoted("full.json", full_signature);
	library = open_here();
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(text);
		char *wrong = mutate(text, &length, &random);

		try_signature(library, wrong, length);
		free(wrong);
	}
	signature_library_close(library);
	free(text);
	cr_expect_eq(mem_live(), 0);
}

static void try_mutated_sites(uint64_t random, size_t count)
{
	struct signature_library *library = open_loaded();
	char *text = quoted(full_site);

	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(text);
		char *wrong = mutate(text, &length, &random);

		try_site(library, wrong, length);
		free(wrong);
	}
	signature_library_close(library);
	free(text);
	cr_expect_eq(mem_live(), 0);
}

#define MUTATION_TESTS(part)                                                                                 \
	Test(signature_hostile, mutated_signatures_##part)                                                   \
	{                                                                                                    \
		try_mutated_signatures(full_signature, UINT64_C(0x9e3779b97f4a7c15) + (part),                \
				       MUTATIONS_PER_PART);                                                  \
	}                                                                                                    \
	Test(signature_hostile, mutated_sites_##part)                                                        \
	{                                                                                                    \
		try_mutated_sites(UINT64_C(0xd1b54a32d192ed03) + (part), MUTATIONS_PER_PART);                \
	}
MUTATION_TESTS(1)
MUTATION_TESTS(2)
MUTATION_TESTS(3)
MUTATION_TESTS(4)

Test(signature_hostile, mutated_children)
{
	try_mutated_signatures(
	    "{'schema': 'tapaudit.signature/1', 'id': 'child', 'extends': 'full', 'open_ended': null,"
	    " 'roles': [{'id': 'box', 'kind': 'product'}, {'id': 'manager', 'title': null}],"
	    " 'rules': [{'id': 'backup', 'remove': true}, {'id': 'session', 'when': {'log': null}}],"
	    " 'notes': [], 'examples': null}",
	    UINT64_C(0x2545f4914f6cdd1d), MUTATIONS_PER_PART);
}

/* Fails allocation 1, 2, .. until LOAD needs none more: each time nothing, a reason, and no leak. */
static void sweep(const char *name, bool (*load)(struct signature_library *, struct message_list *),
		  bool right)
{
	uint64_t nth = 0;
	bool reached;

	do {
		struct message_list messages = {0};
		struct signature_library *library = open_here();
		bool loaded;

		mem_fail_at(++nth);
		loaded = load(library, &messages);
		reached = mem_fail_reached();
		mem_fail_at(0);
		cr_assert_eq(loaded, right && !reached, "%s, allocation %zu", name, (size_t)nth);
		cr_assert((messages.error_count > 0) == !loaded, "%s, allocation %zu", name, (size_t)nth);
		if (reached)
			cr_assert_not_null(strstr(messages.errors[messages.error_count - 1], "out of memory"),
					   "%s, allocation %zu: %s", name, (size_t)nth,
					   messages.errors[messages.error_count - 1]);
		message_list_clear(&messages);
		signature_library_close(library);
		cr_assert_eq(mem_live(), 0, "%s, allocation %zu", name, (size_t)nth);
	} while (reached);
	cr_expect_gt(nth, 20, "%s", name);
}

static bool load_child(struct signature_library *library, struct message_list *messages)
{
	return signature_get(library, "child", messages) != NULL;
}

static bool load_wrong(struct signature_library *library, struct message_list *messages)
{
	return signature_load(library, "wrong.json", messages) != NULL;
}

static bool load_site(struct signature_library *library, struct message_list *messages)
{
	struct site *site = site_load("s.site", library, messages);
	bool loaded = site != NULL;

	site_free(site);
	return loaded;
}

Test(signature_hostile, memory_runs_out)
{
	write_quoted("full.json", full_signature);
	write_quoted("least.json", least_signature);
	write_quoted("child.json",
		     "{'schema': 'tapaudit.signature/1', 'id': 'child', 'extends': 'full', 'rules':"
		     " [{'id': 'backup', 'title': 'B'}], 'notes': []}");
	write_quoted("s.site", full_site);
	sweep("child", load_child, true);
	sweep("site", load_site, true);
}

Test(signature_hostile, memory_runs_out_over_mistakes)
{
	char *text =
	    with_change(full_signature, "'from': ['client', 'manager']", "'frm': ['client', 'manger']");
	uint64_t nth = 0;
	bool reached;

	write_quoted("wrong.json", text);
	do {
		struct message_list messages = {0};
		struct signature_library *library = open_here();

		mem_fail_at(++nth);
		cr_assert_not(load_wrong(library, &messages));
		reached = mem_fail_reached();
		mem_fail_at(0);
		cr_assert_gt(messages.error_count, 0);
		message_list_clear(&messages);
		signature_library_close(library);
		cr_assert_eq(mem_live(), 0, "allocation %zu", (size_t)nth);
	} while (reached);
	free(text);
}

Test(signature_hostile, memory_runs_out_for_a_library)
{
	struct signature_library *library = NULL;

	write_quoted("full.json", full_signature);
	for (uint64_t nth = 1; !library; nth++) {
		struct err err = {""};

		mem_fail_at(nth);
		library = signature_library_open(".", &err);
		mem_fail_at(0);
		cr_assert_str_eq(err.text, library ? "" : "out of memory");
		cr_assert(library || mem_live() == 0);
	}
	signature_library_close(library);
}

/* Many keys, many names, many entries: time must not grow with their square. */
Test(signature_hostile, large_sites_load_in_time)
{
	struct signature_library *library = open_loaded();
	struct message_list messages = {0};
	size_t count = 50000, size = count * 64 + 1000, used;
	char *text = malloc(size);
	struct site *site;

	used = (size_t)snprintf(text, size,
				"{\"schema\":\"tapaudit.site/1\",\"name\":\"S\",\"systems\":[],\"names\":{");
	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(text + used, size - used, "%s\"10.%zu.%zu.%zu\":\"host-%zu\"",
					 i == 0 ? "" : ",", i >> 16, i >> 8 & 255, i & 255, i);
	used += (size_t)snprintf(text + used, size - used, "}}");
	site = site_parse(text, used, "s.site", library, &messages);
	expect_lines("large", messages.errors, messages.error_count, "");
	cr_assert_not_null(site);
	cr_expect_eq(site->name_count, count);
	site_free(site);
	message_list_clear(&messages);
	signature_library_close(library);
	free(text);
}
