#include "report_testkit.h"
#include "base/mem.h"
#include "report/clean.h"
#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void rewrite_list(struct sample *sample, struct name_list *list, const char *what,
			 sample_writer *write, void *context)
{
	const char **items = arena_calloc(&sample->lists, list->count + 1, sizeof *items);

	cr_assert_not_null(items);
	for (size_t i = 0; i < list->count; i++)
		items[i] = write(context, what, list->items[i]);
	list->items = items;
}

static void rewrite_end(struct sample *sample, struct audit_end *end, sample_writer *write, void *context)
{
	if (end->name)
		end->name = write(context, "name of an end", end->name);
	rewrite_list(sample, &end->roles, "role of an end", write, context);
}

static void rewrite_finding(struct sample *sample, struct audit_finding *finding, sample_writer *write,
			    void *context)
{
	const struct {
		const char *what, **text;
	} texts[] = {{"system of a finding", &finding->system},
		     {"rule of a finding", &finding->rule},
		     {"message", &finding->message},
		     {"impact", &finding->impact},
		     {"citation", &finding->cite},
		     {"filter of a finding", &finding->filter},
		     {"host", &finding->host}};

	rewrite_end(sample, &finding->initiator, write, context);
	rewrite_end(sample, &finding->responder, write, context);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (*texts[i].text)
			*texts[i].text = write(context, texts[i].what, *texts[i].text);
	}
}

static void rewrite_system(struct sample *sample, sample_writer *write, void *context)
{
	sample->system.name = write(context, "system", sample->system.name);
	sample->signature.vendor = write(context, "vendor", sample->signature.vendor);
	sample->signature.product = write(context, "product", sample->signature.product);
	for (size_t i = 0; i < SAMPLE_ROLES; i++) {
		sample->roles[i].id = write(context, "role", sample->roles[i].id);
		sample->roles[i].title = write(context, "title of a role", sample->roles[i].title);
		rewrite_list(sample, &sample->roles[i].silent, "silent host", write, context);
		rewrite_list(sample, &sample->roles[i].assumed, "assumed host", write, context);
	}
	for (size_t i = 0; i < SAMPLE_RULES; i++) {
		struct audit_rule *rule = &sample->rules[i];

		sample->said[i].id = write(context, "rule", sample->said[i].id);
		if (rule->reason)
			rule->reason = write(context, "reason of a rule", rule->reason);
		if (rule->cite_source)
			rule->cite_source = write(context, "source of a rule", rule->cite_source);
		if (rule->cite_where)
			rule->cite_where = write(context, "place of a rule", rule->cite_where);
		rewrite_list(sample, &rule->from, "from", write, context);
		rewrite_list(sample, &rule->to, "to", write, context);
		rewrite_list(sample, &rule->missing_hosts, "missing host", write, context);
		rewrite_list(sample, &rule->unanswered_hosts, "unanswered host", write, context);
		rewrite_list(sample, &rule->unobservable_hosts, "unobservable host", write, context);
	}
}

void sample_rewrite(struct sample *sample, sample_writer *write, void *context)
{
	rewrite_system(sample, write, context);
	for (size_t i = 0; i < SAMPLE_PEERS; i++)
		rewrite_end(sample, &sample->peers[i], write, context);
	for (size_t i = 0; i < SAMPLE_FINDINGS; i++)
		rewrite_finding(sample, &sample->findings[i], write, context);
	for (size_t i = 0; i < 2; i++) {
		struct audit_exception *exception = &sample->exceptions[i];

		exception->id = write(context, "exception", exception->id);
		exception->owner = write(context, "owner", exception->owner);
		exception->reason = write(context, "reason of an exception", exception->reason);
		sample->nearest[i].rule = write(context, "nearest rule", sample->nearest[i].rule);
		sample->nearest[i].failed = write(context, "failed condition", sample->nearest[i].failed);
	}
	sample->findings[6].exception = sample->exceptions[0].id;
	for (size_t i = 0; i < SAMPLE_INPUTS; i++) {
		sample->inputs[i].name = write(context, "input", sample->inputs[i].name);
		sample->inputs[i].format = write(context, "format", sample->inputs[i].format);
		if (sample->inputs[i].error[0])
			sample->inputs[i].error = write(context, "error", sample->inputs[i].error);
		if (sample->inputs[i].unsupported[0])
			sample->inputs[i].unsupported =
			    write(context, "link type", sample->inputs[i].unsupported);
	}
	rewrite_list(sample, &sample->result.reasons, "reason of the verdict", write, context);
	rewrite_list(sample, &sample->result.warnings, "warning", write, context);
	sample->filter = write(context, "filter", sample->filter);
	sample->options.site_name = write(context, "site", sample->options.site_name);
}

/* SplitMix64. */
uint64_t sample_random(uint64_t *seed)
{
	uint64_t z = (*seed += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

char *sample_words(uint64_t *seed, size_t count, size_t longest)
{
	static const char *const letters[] = {
	    "a", "-", "Z", "7", ",", "/", "\xc3\xa9", "\xd0\x96", "\xe7\xbd\x91", "e\xcc\x81"};
	struct strbuf text = {0};

	for (size_t word = 0; word < count; word++) {
		size_t length = 1 + sample_random(seed) % longest;

		strbuf_add(&text, word ? " " : "");
		for (size_t i = 0; i < length; i++)
			strbuf_add(&text,
				   letters[sample_random(seed) % (sizeof letters / sizeof letters[0])]);
	}
	char *copy = strdup(strbuf_text(&text));
	strbuf_clear(&text);
	return copy;
}

struct strbuf sample_text(const struct sample *sample)
{
	struct strbuf out = {0};
	struct err err = {""};

	cr_assert_eq(report_text(&out, &sample->result, sample->ledger, &sample->options, &err), 0, "%s",
		     err.text);
	return out;
}

struct strbuf sample_json(const struct sample *sample)
{
	struct strbuf out = {0};
	struct err err = {""};

	cr_assert_eq(report_json(&out, &sample->result, sample->ledger, &sample->options, &err), 0, "%s",
		     err.text);
	return out;
}

/* What is wrong with LINE, or NULL. */
static const char *line_fault(const char *line, unsigned width)
{
	size_t length = strlen(line), at = 0;

	if (length > 0 && line[length - 1] == ' ')
		return "a blank at its end";
	while (at < length) {
		struct glyph glyph = glyph_at(line + at);

		if (!glyph.safe)
			return "a character that must not be shown";
		at += glyph.bytes;
	}
	return clean_width(line) > width ? "more columns than the page has" : NULL;
}

const char *page_fault(const char *text, unsigned width, char out[256])
{
	size_t number = 0;

	while (*text) {
		size_t length = strcspn(text, "\n");
		char *line = strndup(text, length);
		const char *fault = line_fault(line, width);

		number++;
		if (fault)
			(void)snprintf(out, 256, "line %zu has %s: %.180s", number, fault, line);
		free(line);
		if (fault)
			return out;
		text += length;
		text += *text == '\n';
	}
	return NULL;
}

size_t starve(report_writer *write, void *context)
{
	cJSON_Hooks hooks = {mem_hook_alloc, mem_hook_free};
	size_t failures = 0;

	cJSON_InitHooks(&hooks);
	for (uint64_t nth = 1;; nth++) {
		struct strbuf out = {0};
		struct err err = {""};
		size_t before = mem_live();

		mem_fail_at(nth);
		int result = write(&out, context, &err);
		bool reached = mem_fail_reached();
		mem_fail_at(0);
		strbuf_clear(&out);
		cr_assert_eq(mem_live(), before, "allocation %zu: %zu blocks leak", (size_t)nth,
			     mem_live() - before);
		if (!reached) {
			cr_assert_eq(result, 0, "nothing failed, but: %s", err.text);
			break;
		}
		cr_assert_eq(result, -1, "allocation %zu failed unseen", (size_t)nth);
		cr_assert_str_eq(err.text, "out of memory", "allocation %zu", (size_t)nth);
		failures++;
	}
	cJSON_InitHooks(NULL);
	return failures;
}
