/* The terminal page of `tapaudit live`: verdict and health, figures, rules that need a look, newest findings.
 */
#include "live_lines.h"
#include "text_parts.h"
#include "words.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	COLUMN_FIGURES = 2,
	COLUMN_SECOND = 34,
	COLUMN_THIRD = 58,
	BARS_MAX = 24,
	HEAD_ROWS = 3,
	NUMBER_ROWS = 4
};

static void add_duration(struct strbuf *out, int64_t time_ns)
{
	int64_t sec = time_ns > 0 ? time_ns / NSEC_PER_SEC : 0;

	if (sec >= 86400)
		strbuf_addf(out, "%" PRId64 " d ", sec / 86400);
	strbuf_addf(out, "%02d:%02d:%02d", (int)(sec / 3600 % 24), (int)(sec / 60 % 60), (int)(sec % 60));
}

static void add_scaled(struct strbuf *out, double value, double step, const char *const *units,
		       size_t unit_count)
{
	size_t unit = 0;

	while (value >= step && unit + 1 < unit_count) {
		value /= step;
		unit++;
	}
	strbuf_addf(out, unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}

static void add_size(struct strbuf *out, uint64_t bytes)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};

	add_scaled(out, (double)bytes, 1024, units, sizeof units / sizeof units[0]);
}

static void add_bit_rate(struct strbuf *out, double bits_per_sec)
{
	static const char *const units[] = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s"};

	add_scaled(out, bits_per_sec, 1000, units, sizeof units / sizeof units[0]);
}

static void put_interfaces(struct live_lines *lines, const struct live_state *state)
{
	for (size_t i = 0; i < state->interface_count; i++) {
		const struct live_interface *interface = &state->interfaces[i];

		line_put(lines, STYLE_PLAIN, i ? ", " : "");
		line_put(lines, interface->up ? STYLE_PLAIN : STYLE_RED, interface->name);
		if (!interface->up)
			line_put(lines, STYLE_RED, " (down)");
	}
}

static void put_verdict(struct live_lines *lines, const struct live_page *page)
{
	const struct audit_result *result = page->result;
	char health[24] = "", grade[2];
	const char *name = result ? run_verdict_name(result->verdict) : "no packet judged yet";
	char verdict[32] = "";

	for (size_t i = 0; result && name[i] && i + 1 < sizeof verdict; i++)
		verdict[i] = (char)(name[i] - 'a' + 'A');
	line_put(lines, result ? verdict_style(result->verdict) : STYLE_DIM, result ? verdict : name);
	if (result && result->reasons.count > 0) {
		line_put(lines, STYLE_PLAIN, "  ");
		/* Room for the health stays. */
		unsigned columns = lines->columns, room = result->health.packets > 0 ? 10 : 20;
		lines->columns = columns > room ? columns - room : columns;
		if (lines->used < lines->columns)
			line_put(lines, STYLE_PLAIN, result->reasons.items[0]);
		lines->columns = columns;
	}
	if (result) {
		const char *seen = word_grade(&result->health, grade);

		snprintf(health, sizeof health, "health %s", seen ? seen : "not observed");
		line_put_right(lines, seen && *seen == 'A' ? STYLE_GREEN : STYLE_YELLOW, health);
	}
	line_end(lines);
}

void live_page_head(struct live_lines *lines, const struct live_page *page)
{
	const struct live_state *state = page->state;
	char time[TIME_TEXT_MAX], clock[TIME_TEXT_MAX + 8];

	line_put(lines, STYLE_BOLD, state->site_name ? state->site_name : "tapaudit live");
	line_put(lines, STYLE_PLAIN, "  ");
	put_interfaces(lines, state);
	snprintf(clock, sizeof clock, "%s UTC", word_time(state->now_ns, time));
	line_put_right(lines, STYLE_DIM, clock);
	line_end(lines);
	put_verdict(lines, page);
	line_end(lines);
}

static void put_label(struct live_lines *lines, unsigned column, const char *label)
{
	line_fill(lines, column);
	line_put(lines, STYLE_DIM, label);
	line_put(lines, STYLE_PLAIN, " ");
}

/* A column a second, or the mean of several, as high as its rate is beside the highest. */
static void put_bars(struct live_lines *lines, const struct live_page *page)
{
	static const char *const bars[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	const struct live_state *state = page->state;
	size_t count = state->rate_count < BARS_MAX ? state->rate_count : BARS_MAX;
	const float *rates = state->rates + (state->rate_count - count);
	float highest = 0;

	for (size_t i = 0; i < count; i++)
		highest = rates[i] > highest ? rates[i] : highest;
	for (size_t i = 0; page->unicode && highest > 0 && i < count; i++)
		line_put(lines, STYLE_CYAN, bars[(size_t)(rates[i] / highest * 8.0F + 0.5F)]);
}

static void put_rate(struct live_lines *lines, const struct live_page *page)
{
	const struct live_state *state = page->state;
	struct strbuf text = {0};
	char number[32];

	put_label(lines, COLUMN_FIGURES, "rate    ");
	strbuf_addf(&text, "%s packets/s", word_count((uint64_t)state->packets_per_sec, number));
	line_put_built(lines, STYLE_PLAIN, &text);
	put_label(lines, COLUMN_SECOND, "traffic");
	add_bit_rate(&text, state->bits_per_sec);
	line_put_built(lines, STYLE_PLAIN, &text);
	line_fill(lines, COLUMN_THIRD);
	put_bars(lines, page);
	line_end(lines);
}

static void put_totals(struct live_lines *lines, const struct live_state *state)
{
	struct strbuf text = {0};
	char number[32];

	put_label(lines, COLUMN_FIGURES, "packets ");
	line_put(lines, STYLE_PLAIN, word_count(state->packets, number));
	put_label(lines, COLUMN_SECOND, "dropped");
	line_put(lines, state->dropped ? STYLE_RED : STYLE_PLAIN, word_count(state->dropped, number));
	put_label(lines, COLUMN_THIRD, "up");
	add_duration(&text, state->now_ns - state->started_ns);
	line_put_built(lines, STYLE_PLAIN, &text);
	line_end(lines);
	put_label(lines, COLUMN_FIGURES, "flows   ");
	line_put(lines, STYLE_PLAIN, word_count(state->flows, number));
	strbuf_addf(&text, ", %s open", word_count(state->open_flows, number));
	line_put_built(lines, STYLE_PLAIN, &text);
	put_label(lines, COLUMN_SECOND, "edges  ");
	line_put(lines, STYLE_PLAIN, word_count(state->edges, number));
	put_label(lines, COLUMN_THIRD, "lag");
	strbuf_addf(&text, "%.1f s", (double)state->lag_ns / (double)NSEC_PER_SEC);
	line_put_built(lines, STYLE_PLAIN, &text);
	line_end(lines);
}

static void put_memory(struct live_lines *lines, const struct live_state *state)
{
	struct strbuf text = {0};
	char time[TIME_TEXT_MAX], number[32];

	put_label(lines, COLUMN_FIGURES, "memory  ");
	add_size(&text, state->memory_bytes);
	strbuf_add(&text, " of ");
	add_size(&text, state->memory_limit_bytes);
	line_put_built(lines, STYLE_PLAIN, &text);
	if (state->stored_ns != TIME_UNKNOWN) {
		put_label(lines, COLUMN_SECOND, "stored ");
		word_time(state->stored_ns, time);
		const char *clock = strchr(time, ' ');
		line_put(lines, state->store_failures ? STYLE_YELLOW : STYLE_PLAIN, clock ? clock + 1 : time);
	}
	if (state->events_lost > 0) {
		put_label(lines, COLUMN_THIRD, "events lost");
		line_put(lines, STYLE_YELLOW, word_count(state->events_lost, number));
	}
	line_end(lines);
}

void live_page_numbers(struct live_lines *lines, const struct live_page *page)
{
	put_rate(lines, page);
	put_totals(lines, page->state);
	put_memory(lines, page->state);
}

int report_live_page(struct strbuf *out, const struct live_page *page, struct err *err)
{
	struct live_lines lines = {.page = {.out = out, .width = page->columns, .colour = page->colour},
				   .columns = page->columns ? page->columns : 1,
				   .rows = page->rows ? page->rows : 1};

	if (lines.rows > HEAD_ROWS + 1)
		live_page_head(&lines, page);
	if (lines.rows > HEAD_ROWS + NUMBER_ROWS + 1)
		live_page_numbers(&lines, page);
	unsigned left = lines_left(&lines) > 1 ? lines_left(&lines) - 1 : 0;
	live_page_rules(&lines, page, left / 2);
	left = lines_left(&lines) > 1 ? lines_left(&lines) - 1 : 0;
	live_page_news(&lines, page, left);
	while (lines_left(&lines) > 1)
		line_end(&lines);
	line_put(&lines, STYLE_DIM, page->message ? page->message : "");
	line_end(&lines);
	return strbuf_ok(out) ? 0 : err_no_memory(err);
}
