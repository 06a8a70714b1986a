/*
 * Private to audit/: every edge row held against every system. Says for each row the one verdict that stands
 * (design section 5's table), and for each (system, rule) the rows that count for it. Rule states and
 * findings are made from this, elsewhere.
 */
#ifndef AUDIT_JUDGE_H
#define AUDIT_JUDGE_H

#include "audit/audit.h"

/* A row's verdict. One for each ledger row, in row order. */
struct judged_edge {
	size_t row; /* its place in the ledger */
	enum edge_verdict verdict;
	enum finding_reason
	    reason;       /* for unexpected and wrong-direction; SCAN is set by findings, not here */
	size_t system;    /* whose verdict stands; NO_INDEX for out-of-scope and site-documented */
	size_t rule;      /* index in that system: first match, or the rule that failed; NO_INDEX */
	size_t site_rule; /* site-documented: index; else NO_INDEX */
	bool turned; /* unknown orientation and it is the other way round that matched; either-rules opened by
			`to` */
	bool capped_medium; /* fell through from a rule that is not `documented`: at most medium */
	bool initiator_assumed, responder_assumed; /* the peer was assumed, not bound */
	bool stray;  /* flows of RST and FIN alone: inconclusive or out-of-scope for that */
	bool folded; /* an end is a prefix or "any"; only what is certain of all hosts behind it was judged */
};

/* Row ROW counts for rule RULE of system SYSTEM. */
struct judge_match {
	size_t row;
	size_t system, rule;
	bool turned; /* the row's responder acts as the rule's `from` */
	bool assumed_from, assumed_to;
	bool child;     /* an FTP data child of the rule's control connection */
	bool bad_reply; /* matched save where the answer came from */
	bool uncertain; /* the row's verdict is inconclusive: orientation unknown */
	bool folded; /* the row is folded: no host can be named by it. With `uncertain` it may hold flows of
		      * this rule, which is said once a rule, of the first such row */
};

struct judge_result {
	struct arena arena;
	const struct judged_edge *edges;
	size_t edge_count;
	const struct judge_match *matches; /* sorted by system, rule, row */
	size_t match_count;
};

/* MAC addresses bind in a bucket where the MAC was the address's only one and carried at most 8 addresses. */
struct host_macs;
struct host_macs *host_macs_new(const struct ledger *ledger) MUST_CHECK;
/* The MAC of ADDRESS in that bucket by that sensor when it may bind; else NULL. */
const uint8_t *host_macs_find(const struct host_macs *macs, uint32_t sensor, int32_t bucket,
			      const struct addr *address);
void host_macs_free(struct host_macs *macs);

int judge_ledger(const struct ledger *ledger, const struct matrix *matrix, const struct host_macs *macs,
		 struct judge_result *out, struct err *err) MUST_CHECK;
void judge_clear(struct judge_result *result);

/* Up to MAX rules of the edge's system that come nearest, with the condition that each failed, for `explain`.
 * Texts in ARENA. */
size_t judge_nearest(const struct ledger *ledger, const struct matrix *matrix, const struct host_macs *macs,
		     const struct judged_edge *edge, struct audit_near *out, size_t max, struct arena *arena);

#endif
