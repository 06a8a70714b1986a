/* One system after the other: its roles, then the vendor's own table with what was observed. */
#include "clean.h"
#include "text_parts.h"

enum { NAMES_SHOWN = 6, ROLE_HANG_MOST = 26 };

static unsigned role_hang(const struct audit_system *system)
{
	size_t widest = clean_width("verdict");

	for (size_t i = 0; i < system->role_count; i++) {
		size_t width = clean_width(system->roles[i].id);

		widest = width > widest ? width : widest;
	}
	return widest + 4 < ROLE_HANG_MOST ? (unsigned)widest + 4 : ROLE_HANG_MOST;
}

static void put_role(struct page *page, const struct audit_role *role, unsigned hang, size_t shown,
		     struct strbuf *line)
{
	char bound[32], seen[32];

	if (role->bound > 0)
		strbuf_addf(line, "%s bound, %s seen", word_count(role->bound, bound),
			    word_count(role->seen, seen));
	if (role->silent.count > 0) {
		strbuf_add(line, "; silent: ");
		add_names(line, role->silent, shown);
	}
	if (role->assumed.count > 0) {
		strbuf_add(line, line->length ? "; assumed: " : "assumed: ");
		add_names(line, role->assumed, shown);
	}
	page_built_paragraph(page, TEXT_LABEL, hang, role->id, line);
}

static void put_system(struct page *page, const struct text_context *context,
		       const struct audit_system *system)
{
	size_t shown = context->options->verbose ? SIZE_MAX : NAMES_SHOWN;
	unsigned hang = role_hang(system);
	struct strbuf line = {0};

	strbuf_addf(&line, "SYSTEM %s: %s %s", system->name, system->signature->vendor,
		    system->signature->product);
	if (system->inferred)
		strbuf_addf(&line, " (roles inferred, score %.1f)", system->score);
	page_heading(page, strbuf_text(&line));
	line.length = 0;
	page_styled_paragraph(page, TEXT_LABEL, hang, "verdict", verdict_style(system->verdict),
			      run_verdict_name(system->verdict));
	for (size_t i = 0; i < system->role_count; i++)
		put_role(page, &system->roles[i], hang, shown, &line);
	page->out->failed |= line.failed;
	strbuf_clear(&line);
	text_rules(page, context, system);
}

void text_systems(struct page *page, const struct text_context *context)
{
	for (size_t i = 0; i < context->result->system_count; i++)
		put_system(page, context, &context->result->systems[i]);
}
