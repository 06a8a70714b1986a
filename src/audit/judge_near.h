/*
 * Private to judge_nearest.c, which finds the rules that came nearest, and judge_words.c, which says what
 * they wanted.
 */
#ifndef AUDIT_JUDGE_NEAR_H
#define AUDIT_JUDGE_NEAR_H

#include "judge_parts.h"

/* A rule, one way to read the row, and how far it is off. */
struct near_rule {
	const struct matrix_rule *rule;
	struct judge_view view;
	bool swapped;
	unsigned failed;
	bool turned_round; /* the listener opened, and the rule does not let it */
	unsigned distance;
};

/* How far the failed conditions take a rule away. */
unsigned near_distance(unsigned failed);
/* The port is one that other editions print. */
bool near_is_disputed(const struct near_rule *near);
/* The failed conditions in words, in ARENA; NULL without memory. */
const char *near_explain(const struct judge_case *judged, const struct near_rule *near, struct arena *arena);

#endif
