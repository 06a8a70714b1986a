#include "html_roles.h"
#include "clean.h"

/* In pixels of the picture's own scale. */
enum {
	GUTTER_LEFT = 210,
	GUTTER_RIGHT = 120,
	PICTURE_WIDTH = 1160,
	PITCH_MIN = 72,
	PITCH_MAX = 170,
	HEAD = 52,
	STEP = 24,
	COLUMN = 6, /* of a character, roughly */
	LABEL_COLUMN = 7
};

void svg_text_add(struct strbuf *out, const char *text, size_t columns)
{
	size_t at = 0, width = 0;
	bool cut = clean_width(text) > columns;

	for (struct glyph glyph = glyph_at(text); glyph.bytes; glyph = glyph_at(text + at)) {
		if (cut && width + glyph.width + 1 > columns)
			break;
		char one[8] = {0};

		for (size_t i = 0; i < glyph.bytes; i++)
			one[i] = text[at + i];
		html_text_add(out, one);
		width += glyph.width;
		at += glyph.bytes;
	}
	strbuf_add(out, cut ? "\u2026" : "");
}

static void use_lanes(struct role_picture *picture, struct lane_set lanes)
{
	picture->used.roles |= lanes.roles;
	picture->used.others |= lanes.others;
}

static bool is_drawn(const struct audit_rule *rule)
{
	return rule->state != STATE_OFF;
}

static void find_used(struct role_picture *picture)
{
	struct violation_list list;

	for (size_t i = 0; i <= picture->system->rule_count; i++) {
		bool none = i == picture->system->rule_count;
		const struct audit_rule *rule = none ? NULL : &picture->system->rules[i];

		if (rule && is_drawn(rule)) {
			use_lanes(picture, lanes_of_names(picture->system, rule->from));
			use_lanes(picture, lanes_of_names(picture->system, rule->to));
		}
		violations_gather(picture->html, picture->index, none ? NO_INDEX : i, &list);
		for (size_t j = 0; j < list.count; j++) {
			use_lanes(picture, list.items[j].from);
			use_lanes(picture, list.items[j].to);
		}
	}
}

static bool is_used(const struct role_picture *picture, size_t lane)
{
	if (lane == SIGNATURE_MAX_ROLES)
		return picture->used.others;
	return lane < picture->system->role_count && picture->used.roles >> lane & 1;
}

/* Others first, then persons, the product, and what it leans on. */
static void place_lanes(struct role_picture *picture)
{
	static const enum role_kind order[] = {ROLE_PERSON, ROLE_PRODUCT, ROLE_INFRASTRUCTURE};
	size_t lanes[LANES_MAX];
	unsigned count = 0;

	if (picture->used.others)
		lanes[count++] = SIGNATURE_MAX_ROLES;
	for (size_t k = 0; k < sizeof order / sizeof order[0]; k++) {
		for (size_t i = 0; i < picture->system->role_count && i < SIGNATURE_MAX_ROLES; i++)
			if (picture->system->roles[i].kind == order[k] && is_used(picture, i))
				lanes[count++] = i;
	}
	picture->lanes = count;
	picture->pitch = (PICTURE_WIDTH - GUTTER_LEFT - GUTTER_RIGHT) / (count ? count : 1);
	picture->pitch = picture->pitch < PITCH_MIN ? PITCH_MIN : picture->pitch;
	picture->pitch = picture->pitch > PITCH_MAX ? PITCH_MAX : picture->pitch;
	picture->width = GUTTER_LEFT + count * picture->pitch + GUTTER_RIGHT;
	for (unsigned i = 0; i < count; i++)
		picture->lane_x[lanes[i]] = GUTTER_LEFT + i * picture->pitch + picture->pitch / 2;
}

static const char *kind_class(const struct role_picture *picture, size_t lane)
{
	if (lane == SIGNATURE_MAX_ROLES)
		return "other";
	return role_kind_name(picture->system->roles[lane].kind);
}

/* Names of neighbours stand at two heights where lanes are narrow. */
static void draw_lanes(const struct role_picture *picture, unsigned height)
{
	struct strbuf *out = picture->html->out;

	for (size_t lane = 0; lane < LANES_MAX; lane++) {
		if (!is_used(picture, lane))
			continue;
		unsigned x = picture->lane_x[lane], turn = (x - GUTTER_LEFT) / picture->pitch % 2;
		bool narrow = picture->pitch < 120;
		const char *name =
		    lane == SIGNATURE_MAX_ROLES ? "other hosts" : picture->system->roles[lane].id;

		strbuf_addf(
		    out,
		    "<g class=\"lane %s\"><line x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\"/><text x=\"%u\" "
		    "y=\"%u\">",
		    kind_class(picture, lane), x, HEAD - 8, x, height - 6, x,
		    narrow && turn ? HEAD - 28 : HEAD - 14);
		svg_text_add(out, name, (narrow ? 2 : 1) * picture->pitch / LABEL_COLUMN - 1);
		strbuf_add(out, "</text></g>\n");
	}
}

static const struct {
	const char *class, *mark;
} states[STATE_COUNT] = {
    [STATE_OFF] = {"idle", "\u2013"},
    [STATE_MISSING] = {"missing", "\u25cb"},
    [STATE_UNANSWERED] = {"unanswered", "\u25d0"},
    [STATE_OBSERVED] = {"observed", "\u2713"},
    [STATE_NOT_OBSERVABLE] = {"unseen", "?"},
    [STATE_IDLE] = {"idle", "\u2013"},
};

static void open_row(const struct role_picture *picture, const struct role_arrow *arrow, const char *name)
{
	struct strbuf *out = picture->html->out;

	strbuf_addf(out, "<g class=\"row %s\"><text class=\"sign\" x=\"4\" y=\"%u\">%s</text>", arrow->class,
		    picture->y + 4, arrow->mark);
	strbuf_addf(out, "<text class=\"name\" x=\"22\" y=\"%u\">", picture->y + 4);
	svg_text_add(out, name, (GUTTER_LEFT - 26) / COLUMN);
	strbuf_add(out, "</text>");
	role_arrow_draw(picture, arrow);
}

static void close_row(struct role_picture *picture, const char *note)
{
	struct strbuf *out = picture->html->out;

	strbuf_addf(out, "<text class=\"note\" x=\"%u\" y=\"%u\">", picture->width - GUTTER_RIGHT + 6,
		    picture->y + 4);
	svg_text_add(out, note, GUTTER_RIGHT / COLUMN);
	strbuf_add(out, "</text></g>\n");
	picture->y += STEP;
}

static void draw_rule(struct role_picture *picture, const struct audit_rule *rule)
{
	struct role_arrow arrow = {.from = lanes_of_names(picture->system, rule->from),
				   .to = lanes_of_names(picture->system, rule->to),
				   .class = states[rule->state].class,
				   .mark = states[rule->state].mark,
				   .either = rule->rule->either};
	struct strbuf ports = {0};
	char name[16];

	for (size_t i = 0; i < rule->rule->protocol_count; i++)
		strbuf_addf(&ports, "%s%s", i ? "+" : "", protocol_name(rule->rule->protocols[i], name));
	strbuf_add(&ports, rule->port_count ? " " : "");
	add_port_ranges(&ports, rule->ports, rule->port_count, ",");
	open_row(picture, &arrow, rule->rule->id);
	close_row(picture, strbuf_text(&ports));
	picture->html->out->failed |= ports.failed;
	strbuf_clear(&ports);
}

static void draw_violations(struct role_picture *picture, size_t rule)
{
	struct violation_list list;

	violations_gather(picture->html, picture->index, rule, &list);
	for (size_t i = 0; i < list.count; i++) {
		struct role_arrow arrow = {.from = list.items[i].from,
					   .to = list.items[i].to,
					   .class = "violated",
					   .mark = "\u2715"};
		struct strbuf note = {0};

		add_count(&note, list.items[i].findings, "finding");
		open_row(picture, &arrow, finding_kind_name(list.items[i].kind));
		close_row(picture, strbuf_text(&note));
		picture->html->out->failed |= note.failed;
		strbuf_clear(&note);
	}
	if (list.more > 0) {
		strbuf_addf(picture->html->out,
			    "<text class=\"name\" x=\"22\" y=\"%u\">and %zu findings more</text>\n",
			    picture->y + 4, (size_t)list.more);
		picture->y += STEP;
	}
}

static unsigned count_rows(const struct role_picture *picture)
{
	struct violation_list list;
	size_t rows = 0;

	for (size_t i = 0; i <= picture->system->rule_count; i++) {
		bool none = i == picture->system->rule_count;

		rows += !none && is_drawn(&picture->system->rules[i]);
		violations_gather(picture->html, picture->index, none ? NO_INDEX : i, &list);
		rows += list.count + (list.more > 0);
	}
	return (unsigned)rows;
}

static void add_legend(struct html *html)
{
	strbuf_add(html->out,
		   "<figcaption>Lanes are roles; a dot opens, an arrowhead listens. "
		   "<span class=\"key\"><b>\u2713</b> documented and observed</span> "
		   "<span class=\"key\"><b>\u2013</b> documented, nothing due and nothing seen</span> "
		   "<span class=\"key\"><b>\u25cb</b> missing</span> "
		   "<span class=\"key\"><b>\u25d0</b> unanswered</span> "
		   "<span class=\"key\"><b>?</b> not observable</span> "
		   "<span class=\"key\"><b>\u2715</b> against the documents</span></figcaption></figure>\n");
}

void html_roles(struct html *html, size_t system)
{
	struct role_picture picture = {
	    .html = html, .system = &html->result->systems[system], .index = system, .y = HEAD + STEP / 2};
	unsigned height;

	find_used(&picture);
	place_lanes(&picture);
	height = HEAD + STEP * count_rows(&picture) + 8;
	if (picture.lanes == 0)
		return;
	strbuf_addf(html->out,
		    "<figure class=\"picture\"><div class=\"wide\"><svg role=\"img\" viewBox=\"0 0 %u %u\" "
		    "width=\"%u\" height=\"%u\" aria-label=\"Which role opens connections to which role, "
		    "documented and observed; the table above says the same in words\">\n",
		    picture.width, height, picture.width, height);
	draw_lanes(&picture, height);
	for (size_t i = 0; i < picture.system->rule_count; i++) {
		if (is_drawn(&picture.system->rules[i]))
			draw_rule(&picture, &picture.system->rules[i]);
		draw_violations(&picture, i);
	}
	draw_violations(&picture, NO_INDEX);
	strbuf_add(html->out, "</svg></div>\n");
	add_legend(html);
}
