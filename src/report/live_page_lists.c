/* The terminal page's lists: each system's rules by state, those that need a look by name, and the newest
 * events. */
#include "live_lines.h"
#include "text_parts.h"
#include "words.h"
#include <string.h>

enum { COLUMN_NAME = 2, COLUMN_STATES = 24, COLUMN_RULE = 17, COLUMN_KIND = 12, COLUMN_TEXT = 24 };

/* States that need a look, in the order in which they are named. */
static const struct {
	enum rule_state state;
	enum page_style style;
} bad_states[] = {
    {STATE_MISSING, STYLE_YELLOW}, {STATE_UNANSWERED, STYLE_YELLOW}, {STATE_NOT_OBSERVABLE, STYLE_DIM}};

static uint64_t rules_in(const struct audit_system *system, enum rule_state state)
{
	uint64_t count = 0;

	for (size_t r = 0; r < system->rule_count; r++)
		count += system->rules[r].state == state;
	return count;
}

static void put_system(struct live_lines *lines, const struct audit_system *system)
{
	static const enum rule_state order[] = {STATE_OBSERVED,       STATE_MISSING, STATE_UNANSWERED,
						STATE_NOT_OBSERVABLE, STATE_IDLE,    STATE_OFF};
	struct strbuf text = {0};
	char number[32];

	line_fill(lines, COLUMN_NAME);
	line_put(lines, verdict_style(system->verdict), system->name);
	line_fill(lines, COLUMN_STATES);
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		uint64_t count = rules_in(system, order[i]);

		if (count > 0)
			strbuf_addf(&text, "%s%s %s", text.length ? ", " : "", word_count(count, number),
				    rule_state_name(order[i]));
	}
	line_put_built(lines, STYLE_PLAIN, &text);
	line_end(lines);
}

static void put_rule(struct live_lines *lines, const struct audit_system *system,
		     const struct audit_rule *rule, enum page_style style)
{
	line_fill(lines, COLUMN_NAME);
	line_put(lines, style, rule_state_name(rule->state));
	line_fill(lines, COLUMN_RULE);
	line_put(lines, STYLE_PLAIN, system->name);
	line_put(lines, STYLE_PLAIN, ", ");
	line_put(lines, STYLE_PLAIN, rule->rule->id);
	if (rule->reason) {
		line_put(lines, STYLE_DIM, "  ");
		line_put(lines, STYLE_DIM, rule->reason);
	}
	line_end(lines);
}

static void put_more(struct live_lines *lines, uint64_t left_out, const char *noun)
{
	struct strbuf text = {0};

	line_fill(lines, COLUMN_NAME);
	strbuf_add(&text, "and ");
	add_count(&text, left_out, noun);
	strbuf_add(&text, " more, in the report");
	line_put_built(lines, STYLE_DIM, &text);
	line_end(lines);
}

static void put_title(struct live_lines *lines, const char *title)
{
	line_put(lines, STYLE_BOLD, title);
	line_end(lines);
}

static uint64_t bad_rules(const struct audit_result *result)
{
	uint64_t count = 0;

	for (size_t i = 0; i < sizeof bad_states / sizeof bad_states[0]; i++) {
		for (size_t s = 0; s < result->system_count; s++)
			count += rules_in(&result->systems[s], bad_states[i].state);
	}
	return count;
}

/* ROWS lines at most; the last of them says what was left out. */
static void put_bad_rules(struct live_lines *lines, const struct audit_result *result, unsigned rows)
{
	uint64_t count = bad_rules(result), shown = 0;
	uint64_t room = count <= rows ? count : rows > 0 ? rows - 1 : 0;

	for (size_t i = 0; i < sizeof bad_states / sizeof bad_states[0]; i++) {
		for (size_t s = 0; s < result->system_count; s++) {
			const struct audit_system *system = &result->systems[s];

			for (size_t r = 0; r < system->rule_count && shown < room; r++) {
				if (system->rules[r].state != bad_states[i].state)
					continue;
				put_rule(lines, system, &system->rules[r], bad_states[i].style);
				shown++;
			}
		}
	}
	if (count > shown && rows > 0)
		put_more(lines, count - shown, "rule");
}

void live_page_rules(struct live_lines *lines, const struct live_page *page, unsigned rows)
{
	const struct audit_result *result = page->result;
	unsigned end = lines->filled + rows;

	if (!result || result->system_count == 0 || rows < 3)
		return;
	line_end(lines);
	put_title(lines, "RULES");
	unsigned room = end - lines->filled;
	size_t systems = result->system_count <= room ? result->system_count : room - 1;
	for (size_t s = 0; s < systems; s++)
		put_system(lines, &result->systems[s]);
	if (systems < result->system_count)
		put_more(lines, result->system_count - systems, "system");
	else
		put_bad_rules(lines, result, end - lines->filled);
}

static enum page_style news_style(const struct live_news *news)
{
	if (news->kind == EVENT_CLEARED || news->kind == EVENT_WITHDRAWN)
		return STYLE_GREEN;
	return news->syslog_severity <= 3   ? STYLE_RED
	       : news->syslog_severity == 4 ? STYLE_YELLOW
					    : STYLE_PLAIN;
}

static void put_news(struct live_lines *lines, const struct live_news *news)
{
	char time[TIME_TEXT_MAX];
	const char *clock = strchr(word_time(news->time_ns, time), ' ');

	line_fill(lines, COLUMN_NAME);
	line_put(lines, STYLE_DIM, clock ? clock + 1 : time);
	line_fill(lines, COLUMN_KIND);
	line_put(lines, STYLE_DIM, event_kind_name(news->kind));
	line_fill(lines, COLUMN_TEXT);
	line_put(lines, news_style(news), news->text);
	line_end(lines);
}

void live_page_news(struct live_lines *lines, const struct live_page *page, unsigned rows)
{
	if (rows < 3)
		return;
	line_end(lines);
	put_title(lines, "NEWEST");
	if (page->news_count == 0) {
		line_fill(lines, COLUMN_NAME);
		line_put(lines, STYLE_DIM, "no finding so far");
		line_end(lines);
		return;
	}
	for (size_t i = 0; i < page->news_count && i + 2 < rows; i++)
		put_news(lines, &page->news[i]);
}
