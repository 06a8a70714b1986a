/*
 * Private to report/: the role-by-role picture. Each role has a lane; each documented rule is an arrow from
 * those who may open to those who listen, drawn by its state; what was seen against the documents is an arrow
 * of its own under it.
 */
#ifndef REPORT_HTML_ROLES_H
#define REPORT_HTML_ROLES_H

#include "html_parts.h"

/* Lanes: one bit a role of the system; `others` stands for any host without a role. */
struct lane_set {
	uint64_t roles;
	bool others;
};

enum { LANES_MAX = SIGNATURE_MAX_ROLES + 1, PIECES_MAX = 12 };

/* One arrow. */
struct role_arrow {
	struct lane_set from, to;
	const char *class; /* style.css's; also tells the dashes */
	const char *mark;  /* a sign beside the name: the colour never stands alone */
	bool either;
};

/* Findings alike enough to be one arrow. */
struct violation {
	struct lane_set from, to;
	enum finding_kind kind;
	uint64_t findings;
};
struct violation_list {
	struct violation items[PIECES_MAX];
	size_t count;
	uint64_t more; /* findings that found no room */
};

/* Where the lanes stand. */
struct role_picture {
	struct html *html;
	const struct audit_system *system;
	size_t index;
	unsigned lane_x[LANES_MAX]; /* the last is the others' */
	struct lane_set used;
	unsigned lanes, pitch, width, y;
};

struct lane_set lanes_of_names(const struct audit_system *system, struct name_list names);
/* What the findings of RULE (NO_INDEX: of none) were, excused ones and those of documented arrows aside. */
void violations_gather(const struct html *html, size_t system, size_t rule, struct violation_list *list);
/* Draws ARROW at the picture's y. */
void role_arrow_draw(const struct role_picture *picture, const struct role_arrow *arrow);
/* TEXT for an SVG, cut to COLUMNS with an ellipsis. */
void svg_text_add(struct strbuf *out, const char *text, size_t columns);

#endif
