/*
 * Private to audit/: rules of one system, each with its sides here: whether its flows could have been seen,
 * who is missing, who asked in vain, and its state.
 */
#ifndef AUDIT_RULE_WORK_H
#define AUDIT_RULE_WORK_H

#include "work.h"

/* observable.c */
enum unobservable {
	OBSERVABLE,
	UNOBSERVABLE_UNBOUND,
	UNOBSERVABLE_SILENT,
	UNOBSERVABLE_SHORT,
	UNOBSERVABLE_COLOCATED,
	UNOBSERVABLE_FILTERED,
	UNOBSERVABLE_NO_TRIGGER, /* what would make it due is filtered out */
	UNOBSERVABLE_FOLDED,
	UNOBSERVABLE_DIRECTION,
	UNOBSERVABLE_HEALTH,
	UNOBSERVABLE_UNWATCHED,
	UNOBSERVABLE_PENDING,
	UNOBSERVABLE_EDGE
};
/* One side of a rule here. */
struct rule_end {
	uint64_t roles;
	bool open;     /* anybody may act: any, or a person role that the site leaves unbound */
	bool bound;    /* the site binds one of its roles */
	size_t *hosts; /* that hold one of its roles and are expected or were seen */
	size_t count, talking;
};
static inline bool rule_end_is_silent(const struct rule_end *end)
{
	return !end->open && end->talking == 0;
}
struct rule_view {
	const struct system_work *system;
	const struct matrix_rule *rule;
	struct rule_end ends[2]; /* by enum rule_side */
	bool folded;
};
void rule_view_build(struct audit_work *work, size_t system, size_t rule, struct rule_view *view);
/* Whether HOST's (on SIDE; NO_INDEX: anybody's) flows of the rule could have been seen. */
enum unobservable observe_host(struct audit_work *work, const struct rule_view *view, size_t host,
			       enum rule_side side);
/* The filter keeps some of what HOST (on SIDE; NO_INDEX: anybody) would send or be sent under the rule away.
 */
bool rule_is_filtered(const struct audit_work *work, const struct rule_view *view, size_t host,
		      enum rule_side side);
/* The filter keeps everything of the rule away. */
bool rule_is_hidden(const struct audit_work *work, const struct rule_view *view);
static inline bool is_filters_doing(enum unobservable why)
{
	return why == UNOBSERVABLE_FILTERED || why == UNOBSERVABLE_NO_TRIGGER;
}
const char *unobservable_text(struct audit_work *work, const struct rule_view *view, enum unobservable why,
			      size_t host, enum rule_side side);

/* "mirror the link of A (manager) or B (device)" */
const char *mirror_text(struct audit_work *work, const struct rule_view *view, size_t host,
			enum rule_side side);

/* presence.c */
struct presence_result {
	bool required, due;
	bool system_missing;
	uint64_t expected, observed;
	size_t *missing, *unobservable; /* hosts */
	size_t missing_count, unobservable_count;
	enum unobservable why; /* of the first that is not observable */
	size_t why_host;
	enum rule_side side;
	bool system_unobservable;
};
bool rule_is_required(const struct audit_work *work, const struct matrix_rule *rule);
void presence_judge(struct audit_work *work, const struct rule_view *view, struct presence_result *result);

/* pairs.c */
struct rule_pair {
	struct host_ref initiator, responder;
	size_t first, count; /* in pair_list.rows */
	bool works, unanswered, group;
	bool tried; /* and not merely pending */
	bool refused, reset;
	bool heard;    /* something of the responder came that was no refusal */
	bool filtered; /* the filter keeps its answers away */
};
struct pair_list {
	struct rule_pair *items;
	size_t count;
	size_t *rows;
	bool any_attempt, any_success, any_pending;
};
void pairs_build(struct audit_work *work, size_t system, size_t rule, bool folded, struct pair_list *list);

/* states.c */
void states_build(struct audit_work *work);

/* rule_findings.c */
void missing_finding(struct audit_work *work, const struct rule_view *view, size_t host);
void unanswered_finding(struct audit_work *work, const struct rule_view *view, const struct pair_list *pairs,
			const struct rule_pair *pair);

#endif
