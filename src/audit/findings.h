/*
 * Private to audit/: from judged rows to findings: candidates, what is said of their rows, severity,
 * exceptions, ids, ports, filters, messages. Comes with work.h.
 */
#ifndef AUDIT_FINDINGS_H
#define AUDIT_FINDINGS_H

#include "work.h"

/* edges.c, scan.c, fold.c: findings from judged rows */
struct candidate {
	size_t edge; /* in judged.edges */
	enum finding_reason reason;
	enum finding_kind kind;
	size_t system, rule, exception;
	struct host_ref ends[2];
	uint8_t anchor; /* which end the finding is about: 0 initiator, 1 responder */
	uint8_t protocol;
	int32_t
	    fold_port; /* what tells findings apart: the responder's port, 0: any ephemeral one, -1: many */
	enum severity severity;
};
struct candidate_list {
	struct candidate *items;
	size_t count;
};
static inline const struct host_ref *candidate_anchor(const struct candidate *candidate)
{
	return &candidate->ends[candidate->anchor];
}
static inline const struct host_ref *candidate_peer(const struct candidate *candidate)
{
	return &candidate->ends[!candidate->anchor];
}
void edge_findings(struct audit_work *work);
void scans_mark(struct audit_work *work, struct candidate_list *list);
void candidates_fold(struct audit_work *work, struct candidate_list *list);
void bounce_findings(struct audit_work *work);
/* peers.c: lists the peers of ITEMS, those of one peer beside each other, and names the finding's ends.
 * Returns the candidate that names them: that of the first peer. */
const struct candidate *finding_list_peers(struct audit_work *work, struct audit_finding *finding,
					   const struct candidate *items, size_t count);
/* A finding's rows: what it says of them. ROWS are put into rank order. */
struct row_set {
	size_t *rows;
	size_t count;
};
void finding_sum_rows(struct audit_work *work, struct audit_finding *finding, struct row_set *set);
void finding_cite(struct audit_work *work, struct audit_finding *finding, size_t system, size_t rule);
void evidence_add(const struct audit_work *work, struct ledger_evidence *into,
		  const struct ledger_evidence *more);
void draft_except(struct audit_work *work, struct audit_finding_draft *draft, size_t exception);

/* severity.c */
enum severity edge_severity(const struct audit_work *work, const struct candidate *candidate);
enum severity missing_severity(const struct audit_work *work, const struct matrix_rule *rule);
enum severity unanswered_severity(const struct audit_work *work, const struct matrix_rule *rule);

/* inferred.c: nobody told how the system is set up */
void inferred_find(struct audit_work *work);
void inferred_build(struct audit_work *work);
/* The rule whose port the site may have set to the candidate's; or NO_INDEX. */
size_t inferred_setting(const struct audit_work *work, const struct candidate *candidate);

/* exceptions.c */
struct exception_subject {
	enum finding_kind kind;
	size_t system, rule;
	const struct host_ref *initiator, *responder, *host; /* NULL: none */
	int32_t protocol, port;                              /* -1: none */
};
/* The first valid exception that covers SUBJECT, or NO_INDEX. */
size_t exception_find(const struct audit_work *work, const struct exception_subject *subject);
void exceptions_report(struct audit_work *work);

/* ids.c */
struct finding_key {
	enum finding_kind kind;
	enum finding_reason reason;
	size_t system, rule;
	const char *host;                    /* identity, or NULL */
	const char *host_place, *peer_place; /* the same by addresses */
	const char *side;                    /* "initiator", .. or NULL */
	const char *peer;                    /* identity, of pairs */
	int32_t protocol, port;
};
/* The same with and without an exception, so that an excuse makes nothing new and nothing fixed: what is
 * excepted and what is not may share one. */
void finding_ids(struct audit_work *work, const struct finding_key *key, struct audit_finding *finding);
/* Sorts the drafts into the result. */
void drafts_settle(struct audit_work *work);

/* ports.c: the ports of a finding's rows where they are of one protocol, and no more than can be listed */
enum { PORTS_NAMED_MAX = AUDIT_PORTS_MAX };
struct port_names {
	uint16_t ports[PORTS_NAMED_MAX]; /* ascending, each once */
	size_t count;                    /* 0: not to be named */
	bool more;                       /* than can be listed */
};
struct port_names port_names_of(const struct audit_work *work, const struct row_set *set);
/* Names them in FINDING where they are several. */
void port_names_keep(struct audit_finding *finding, const struct port_names *names);
/* All ports of SET, in ranges; none where rows of it were folded over ports. */
void port_ranges_keep(struct audit_work *work, struct audit_finding *finding, const struct row_set *set);
/* Those of NAMES if there are several, else PORT. */
const char *port_names_text(struct audit_work *work, int32_t protocol, int32_t port,
			    const struct port_names *names);

/* filter.c */
const char *finding_filter(struct audit_work *work, const struct audit_finding *finding,
			   const struct row_set *set);
/* What would show the rule's packets, of HOST (NULL: of anybody). */
const char *rule_filter(struct audit_work *work, const struct matrix_rule *rule,
			const struct audit_host *host);

/* messages.c: MESSAGE of a finding whose other fields are set */
struct edge_message {
	const struct candidate *first;
	const struct audit_finding *finding;
	uint16_t answered_from, opener_port;
	bool one_opener_port; /* known, and the same of all */
	struct port_names ports;
};
const char *edge_message(struct audit_work *work, const struct edge_message *message);
/* An end of the finding; the one with several peers says how many. */
const char *side_text(struct audit_work *work, const struct edge_message *message, uint8_t side);
/* rule_findings.c */
const char *fallback_message(struct audit_work *work, const struct edge_message *message);
/* words.c */
const char *end_text(struct audit_work *work, const struct audit_end *end);
enum { PORT_SEVERAL = -1, PORT_MANY = -2 };
const char *port_text(struct audit_work *work, int32_t protocol, int32_t port);
/* "TCP" */
const char *protocol_text(struct audit_work *work, int32_t protocol);
const char *roles_text(struct audit_work *work, const struct signature *signature, uint64_t roles, bool any);
const char *mode_text(struct audit_work *work, const struct matrix_system *system,
		      const struct matrix_rule *rule);
const char *ports_text(struct audit_work *work, const struct matrix_rule *rule);
/* "1 host", "2 hosts" */
const char *count_text(struct audit_work *work, uint64_t count, const char *one, const char *many);

#endif
