/*
 * The day by quarter hours: what was documented stands above the line, what was not hangs below it, each on a
 * scale of its own, and the strip between says which time any capture covered.
 */
#include "html_parts.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	COLUMNS_MAX = 192,
	WIDTH = 960,
	LEFT = 88, /* room for the name of a zone's city */
	PLOT = WIDTH - LEFT - 8,
	UP = 96,
	UP_BASE = 112,
	STRIP = 6,
	DOWN_BASE = UP_BASE + STRIP + 2,
	DOWN = 56,
	HEIGHT = DOWN_BASE + DOWN + 26,
	ZONE = 18, /* for a second row of ticks */
	TICKS = 10,
	BAR_MAX = 48
};

struct column {
	uint64_t documented, other, unexpected, wrong;
	bool covered;
};

struct timeline {
	struct column columns[COLUMNS_MAX];
	int64_t first, step; /* bucket of the first column, buckets a column */
	size_t count;
	uint64_t above, below; /* the highest of each */
};

/* Buckets a column: quarter hours, then steps that a clock or calendar has. */
static int64_t choose_step(int64_t buckets)
{
	static const int64_t steps[] = {1, 2, 4, 8, 12, 24, 48, 96, 192, 672};

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		if (buckets <= steps[i] * COLUMNS_MAX - steps[i])
			return steps[i];
	return buckets / (COLUMNS_MAX - 1) + 1;
}

static struct column *column_of(struct timeline *timeline, int32_t bucket)
{
	return &timeline->columns[(bucket - timeline->first) / timeline->step];
}

static void stretch(int64_t *first, int64_t *last, int64_t bucket, bool any)
{
	*first = !any || bucket < *first ? bucket : *first;
	*last = !any || bucket > *last ? bucket : *last;
}

/* False: there is no time to show. */
static bool find_span(const struct html *html, struct timeline *timeline)
{
	int64_t first = 0, last = 0;
	size_t count, any = 0;
	const struct coverage_row *coverages = ledger_coverages(html->ledger, &count);

	for (size_t i = 0; i < count; i++)
		if (coverages[i].minutes)
			stretch(&first, &last, coverages[i].bucket, any++ > 0);
	for (size_t i = 0; i < html->result->timeline_count; i++)
		stretch(&first, &last, html->result->timeline[i].bucket, any++ > 0);
	timeline->step = choose_step(last - first + 1);
	timeline->first = first - ((first % timeline->step) + timeline->step) % timeline->step;
	timeline->count = (size_t)((last - timeline->first) / timeline->step) + 1;
	return any > 0;
}

static void fill(const struct html *html, struct timeline *timeline)
{
	size_t count;
	const struct coverage_row *coverages = ledger_coverages(html->ledger, &count);

	for (size_t i = 0; i < count; i++)
		if (coverages[i].minutes)
			column_of(timeline, coverages[i].bucket)->covered = true;
	for (size_t i = 0; i < html->result->timeline_count; i++) {
		const struct audit_bucket *bucket = &html->result->timeline[i];
		struct column *column = column_of(timeline, bucket->bucket);

		column->documented +=
		    bucket->flows[VERDICT_DOCUMENTED] + bucket->flows[VERDICT_SITE_DOCUMENTED];
		column->unexpected += bucket->flows[VERDICT_UNEXPECTED];
		column->wrong += bucket->flows[VERDICT_WRONG_DIRECTION];
		column->other += bucket->flows[VERDICT_INCONCLUSIVE] + bucket->flows[VERDICT_NOT_COVERED] +
				 bucket->flows[VERDICT_OUT_OF_SCOPE];
	}
	for (size_t i = 0; i < timeline->count; i++) {
		const struct column *column = &timeline->columns[i];
		uint64_t above = column->documented + column->other,
			 below = column->unexpected + column->wrong;

		timeline->above = above > timeline->above ? above : timeline->above;
		timeline->below = below > timeline->below ? below : timeline->below;
	}
}

/* Pixels of VALUE where HIGHEST takes ROOM; what is not nothing is seen. */
static double height_of(uint64_t value, uint64_t highest, unsigned room, double least)
{
	double height = highest ? (double)value / (double)highest * room : 0;

	return value > 0 && height < least ? least : height;
}

/* A short capture does not blow its few columns up to the whole width. */
static double column_width(const struct timeline *timeline)
{
	double width = (double)PLOT / (double)timeline->count;

	return width > BAR_MAX ? BAR_MAX : width;
}

static double column_x(const struct timeline *timeline, size_t column)
{
	return LEFT + column_width(timeline) * (double)column;
}

/* "2026-11-18 08:15" of UTC, or with LOCAL of the site's zone; or its part after OFFSET. */
static void add_column_time(struct strbuf *out, const struct timeline *timeline, size_t column,
			    const struct report_options *local, unsigned offset)
{
	int64_t bucket = timeline->first + (int64_t)column * timeline->step;
	int64_t time_ns = bucket_start_ns((int32_t)bucket);
	char text[TIME_TEXT_MAX];

	if (local)
		time_ns += local->zone_offset_sec(time_ns) * NSEC_PER_SEC;
	word_time(time_ns, text);
	text[16] = '\0';
	strbuf_add(out, text + offset);
}

static void draw_bar(struct html *html, const struct timeline *timeline, size_t column, const char *class,
		     double y, double height)
{
	double width = column_width(timeline);
	double gap = width > 4 ? 1 : 0;

	if (height > 0)
		strbuf_addf(html->out,
			    "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
			    class, column_x(timeline, column), y, width - gap, height);
}

static void draw_column(struct html *html, const struct timeline *timeline, size_t i)
{
	const struct column *column = &timeline->columns[i];
	double documented = height_of(column->documented, timeline->above, UP, 2);
	double other = height_of(column->other, timeline->above, UP, 2);
	double wrong = height_of(column->wrong, timeline->below, DOWN, 4);
	double unexpected = height_of(column->unexpected, timeline->below, DOWN, 4);

	if (column->covered)
		draw_bar(html, timeline, i, "covered", UP_BASE + 1, STRIP);
	if (documented + other + wrong + unexpected <= 0)
		return;
	strbuf_add(html->out, "<g><title>");
	add_column_time(html->out, timeline, i, NULL, 0);
	strbuf_addf(html->out,
		    " UTC: %" PRIu64 " documented, %" PRIu64 " unexpected, %" PRIu64
		    " in the wrong direction, %" PRIu64 " other</title>",
		    column->documented, column->unexpected, column->wrong, column->other);
	draw_bar(html, timeline, i, "documented", UP_BASE - documented, documented);
	draw_bar(html, timeline, i, "other", UP_BASE - documented - other, other);
	draw_bar(html, timeline, i, "wrong", DOWN_BASE, wrong);
	draw_bar(html, timeline, i, "unexpected", DOWN_BASE + wrong, unexpected);
	strbuf_add(html->out, "</g>\n");
}

static bool has_zone(const struct html *html)
{
	return html->options->zone && html->options->zone_offset_sec;
}

/* Clock times below the columns, in UTC or with LOCAL in the site's zone, as that row's first word says. */
static void draw_ticks(struct html *html, const struct timeline *timeline, const struct report_options *local,
		       int y)
{
	size_t every = timeline->count / TICKS + 1;
	bool long_span = timeline->step * (int64_t)timeline->count > 2 * 96;
	const char *zone = local ? strrchr(local->zone, '/') : NULL;

	strbuf_addf(html->out, "<text class=\"end\" x=\"%d\" y=\"%d\">", LEFT - 6, y);
	html_text_add(html->out, !local ? "UTC" : zone ? zone + 1 : local->zone);
	strbuf_add(html->out, "</text>");
	for (size_t i = 0; i < timeline->count; i += every) {
		/* The last one has to fit in front of the edge. */
		if (column_x(timeline, i) + (long_span ? 76 : 38) > LEFT + PLOT)
			break;
		strbuf_addf(html->out, "<text class=\"tick\" x=\"%.1f\" y=\"%d\">", column_x(timeline, i), y);
		add_column_time(html->out, timeline, i, local, long_span ? 5 : 11);
		strbuf_add(html->out, "</text>");
	}
}

static void draw_scale(struct html *html, const struct timeline *timeline)
{
	char above[32], below[32];

	strbuf_addf(html->out,
		    "<text class=\"end\" x=\"%d\" y=\"%d\">%s</text><text class=\"end\" x=\"%d\" "
		    "y=\"%d\">%s</text><line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n",
		    LEFT - 6, UP_BASE - UP + 8, word_count(timeline->above, above), LEFT - 6,
		    DOWN_BASE + DOWN, word_count(timeline->below, below), LEFT, UP_BASE, LEFT + PLOT,
		    UP_BASE);
	draw_ticks(html, timeline, NULL, HEIGHT - 6);
	if (has_zone(html))
		draw_ticks(html, timeline, html->options, HEIGHT + ZONE - 6);
	strbuf_add_char(html->out, '\n');
}

static void add_table(struct html *html, const struct timeline *timeline)
{
	strbuf_add(html->out,
		   "<details><summary>The same as a table</summary><div class=\"wide\" tabindex=\"0\" "
		   "role=\"region\" aria-label=\"Flows by time\"><table><caption>Flows by time, "
		   "UTC</caption><thead><tr><th scope=\"col\">From</th>"
		   "<th scope=\"col\" class=\"num\">Documented</th>"
		   "<th scope=\"col\" class=\"num\">Unexpected</th>"
		   "<th scope=\"col\" class=\"num\">Wrong direction</th>"
		   "<th scope=\"col\" class=\"num\">Other</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < timeline->count; i++) {
		const struct column *column = &timeline->columns[i];

		if (column->documented + column->unexpected + column->wrong + column->other == 0)
			continue;
		strbuf_add(html->out, "<tr><th scope=\"row\">");
		add_column_time(html->out, timeline, i, NULL, 0);
		strbuf_addf(html->out,
			    "</th><td class=\"num\">%" PRIu64 "</td><td class=\"num\">%" PRIu64
			    "</td><td class=\"num\">%" PRIu64 "</td><td class=\"num\">%" PRIu64
			    "</td></tr>\n",
			    column->documented, column->unexpected, column->wrong, column->other);
	}
	strbuf_add(html->out, "</tbody></table></div></details>\n");
}

void html_timeline(struct html *html)
{
	struct timeline *timeline = mem_calloc(1, sizeof(*timeline));

	if (!timeline) {
		html->out->failed = true;
		return;
	}
	if (find_span(html, timeline)) {
		fill(html, timeline);
		html_section(html, "timeline", "The day");
		strbuf_addf(html->out,
			    "<figure class=\"picture\"><div class=\"wide\"><svg class=\"timeline\" "
			    "role=\"img\" viewBox=\"0 0 %d "
			    "%d\" aria-label=\"Flows by time; the table below says the same in words\"><defs>"
			    "<pattern id=\"hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
			    "patternTransform=\"rotate(45)\"><rect class=\"hatch-back\" width=\"5\" "
			    "height=\"5\"/><rect class=\"hatch-line\" width=\"2.5\" height=\"5\"/>"
			    "</pattern></defs>\n",
			    WIDTH, HEIGHT + (has_zone(html) ? ZONE : 0));
		for (size_t i = 0; i < timeline->count; i++)
			draw_column(html, timeline, i);
		draw_scale(html, timeline);
		strbuf_add(
		    html->out,
		    "</svg></div><figcaption>Flows opened or going on. Above the line what is documented, "
		    "below it, "
		    "on a scale of its own, what is not; the strip between is time that a capture "
		    "covers. <span class=\"key\"><i class=\"documented\"></i> documented</span> "
		    "<span class=\"key\"><i class=\"other\"></i> other</span> "
		    "<span class=\"key\"><i class=\"wrong\"></i> wrong direction</span> "
		    "<span class=\"key\"><i class=\"unexpected\"></i> unexpected</span> "
		    "<span class=\"key\"><i class=\"covered\"></i> covered</span>"
		    "</figcaption></figure>\n");
		add_table(html, timeline);
		strbuf_add(html->out, "</section>\n");
	}
	mem_free(timeline);
}
