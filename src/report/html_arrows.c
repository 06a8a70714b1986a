/* Arrows of the role-by-role picture: which lanes they join, and their lines. */
#include "html_roles.h"
#include <string.h>

enum { GAP = 4, HEAD_LONG = 8, HEAD_WIDE = 4 };

struct lane_set lanes_of_names(const struct audit_system *system, struct name_list names)
{
	struct lane_set lanes = {0};

	for (size_t i = 0; i < names.count; i++) {
		bool known = false;

		for (size_t r = 0; r < system->role_count && r < SIGNATURE_MAX_ROLES; r++) {
			if (strcmp(system->roles[r].id, names.items[i]) == 0) {
				lanes.roles |= UINT64_C(1) << r;
				known = true;
			}
		}
		lanes.others |= !known;
	}
	lanes.others |= names.count == 0;
	return lanes;
}

/* A host stands in the lane of what it is, not of every role that this implies (is_a). */
static struct lane_set lanes_of_holder(const struct audit_system *system, struct name_list names)
{
	struct lane_set lanes = lanes_of_names(system, names);
	const struct signature *signature = system->signature;
	uint64_t implied = 0;

	for (size_t i = 0; i < system->role_count && i < signature->role_count; i++) {
		bool same = strcmp(signature->roles[i].id, system->roles[i].id) == 0;

		if (same && i < SIGNATURE_MAX_ROLES && lanes.roles >> i & 1)
			implied |= signature->roles[i].implies & ~(UINT64_C(1) << i);
	}
	if (lanes.roles & ~implied)
		lanes.roles &= ~implied;
	return lanes;
}

static bool same_lanes(struct lane_set a, struct lane_set b)
{
	return a.roles == b.roles && a.others == b.others;
}

static void add_violation(struct violation_list *list, struct violation violation)
{
	for (size_t i = 0; i < list->count; i++) {
		struct violation *item = &list->items[i];

		if (item->kind == violation.kind && same_lanes(item->from, violation.from) &&
		    same_lanes(item->to, violation.to)) {
			item->findings++;
			return;
		}
	}
	if (list->count < PIECES_MAX)
		list->items[list->count++] = violation;
	else
		list->more++;
}

void violations_gather(const struct html *html, size_t system, size_t rule, struct violation_list *list)
{
	const struct audit_system *audited = &html->result->systems[system];

	*list = (struct violation_list){.count = 0};
	for (size_t i = 0; i < html->result->finding_count; i++) {
		const struct audit_finding *finding = &html->result->findings[i];
		bool own_arrow =
		    finding->kind == FINDING_UNEXPECTED || finding->kind == FINDING_WRONG_DIRECTION;

		if (html->places[i].system != system || html->places[i].rule != rule || !own_arrow ||
		    finding->exception)
			continue;
		add_violation(list, (struct violation){lanes_of_holder(audited, finding->initiator.roles),
						       lanes_of_holder(audited, finding->responder.roles),
						       finding->kind, 1});
	}
}

static bool in_lanes(struct lane_set lanes, size_t lane)
{
	return lane == SIGNATURE_MAX_ROLES ? lanes.others : lanes.roles >> lane & 1;
}

static void stretch(const struct role_picture *picture, struct lane_set lanes, unsigned *low, unsigned *high)
{
	for (size_t lane = 0; lane < LANES_MAX; lane++) {
		unsigned x = picture->lane_x[lane];

		if (!in_lanes(lanes, lane))
			continue;
		*low = x < *low ? x : *low;
		*high = x > *high ? x : *high;
	}
}

/* An arrowhead at X that points away from where the line comes from. */
static void draw_head(const struct role_picture *picture, unsigned x, bool to_right)
{
	unsigned y = picture->y, tip = to_right ? x - 1 : x + 1;
	unsigned back = to_right ? tip - HEAD_LONG : tip + HEAD_LONG;

	strbuf_addf(picture->html->out, "<path class=\"head\" d=\"M%u %uL%u %uL%u %uZ\"/>", tip, y, back,
		    y - HEAD_WIDE, back, y + HEAD_WIDE);
}

/* A role that talks to itself. */
static void draw_loop(const struct role_picture *picture, unsigned x)
{
	unsigned y = picture->y;

	strbuf_addf(
	    picture->html->out,
	    "<path class=\"line\" d=\"M%u %uC%u %u %u %u %u %u\"/><circle cx=\"%u\" cy=\"%u\" r=\"3\"/>", x,
	    y - 5, x + 34, y - 10, x + 34, y + 10, x + GAP + 4, y + 5, x, y - 5);
	strbuf_addf(picture->html->out, "<path class=\"head\" d=\"M%u %uL%u %uL%u %uZ\"/>", x + 1, y + 4,
		    x + 9, y + 1, x + 8, y + 9);
}

static void draw_ends(const struct role_picture *picture, const struct role_arrow *arrow, unsigned from_low,
		      unsigned from_high)
{
	for (size_t lane = 0; lane < LANES_MAX; lane++) {
		unsigned x = picture->lane_x[lane];

		if (in_lanes(arrow->to, lane) && !(in_lanes(arrow->from, lane)))
			draw_head(picture, x,
				  from_low < x && (from_high <= x || x - from_low < from_high - x));
		else if (in_lanes(arrow->from, lane) && !arrow->either)
			strbuf_addf(picture->html->out, "<circle cx=\"%u\" cy=\"%u\" r=\"3.5\"/>", x,
				    picture->y);
	}
}

void role_arrow_draw(const struct role_picture *picture, const struct role_arrow *arrow)
{
	unsigned low = UINT32_MAX, high = 0, from_low = UINT32_MAX, from_high = 0, to_low = UINT32_MAX,
		 to_high = 0;

	stretch(picture, arrow->from, &from_low, &from_high);
	stretch(picture, arrow->to, &to_low, &to_high);
	low = from_low < to_low ? from_low : to_low;
	high = from_high > to_high ? from_high : to_high;
	if (low < high)
		strbuf_addf(picture->html->out,
			    "<line class=\"line\" x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\"/>", low, picture->y,
			    high, picture->y);
	for (size_t lane = 0; lane < LANES_MAX; lane++)
		if (in_lanes(arrow->from, lane) && in_lanes(arrow->to, lane) && low == high)
			draw_loop(picture, picture->lane_x[lane]);
	if (low < high)
		draw_ends(picture, arrow, from_low, from_high);
	if (low < high && arrow->either)
		for (size_t lane = 0; lane < LANES_MAX; lane++)
			if (in_lanes(arrow->from, lane))
				draw_head(picture, picture->lane_x[lane], to_low < picture->lane_x[lane]);
}
