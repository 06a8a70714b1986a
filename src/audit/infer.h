/*
 * Private to the inference of roles. Answered conversations become *hits*: somebody used a rule's port the
 * way the rule has it. Hosts are then given product roles so that the hits are explained.
 *
 *   infer_hits.c    conversations, hosts and hits
 *   infer_assign.c  which host plays which role
 *   infer_report.c  what is said of a product that was recognised
 *   infer.c         every signature in turn; which of two that share rows
 *
 * What counts, and how much:
 *  - A conversation counts when both sides took part (or TCP made progress before a one-sided mirror) and
 * somebody is known, at least likely, to have opened it; groups, echoes and rules that let anybody act do
 * not.
 *  - A rule counts once for a host, with weight 4 through a rare port, 1 through a common one (the table in
 * infer_hits.c).
 *  - A host gets a role when it listens in that role and a rare port takes part; or, among private addresses,
 * when two different things are explained by it and at least one of them with a host that has a product role
 * itself.
 *  - A host without a role gets that of a host of the other address family which has the same MAC, or in
 * whose role all is known that it does: most hosts have an IPv4 and an IPv6 address.
 *  - A product is recognised when one of its hosts shows two rare ports under two rules, or one rare port and
 * three ports in all. So a single port proves nothing, and neither does any number of common ones.
 */
#ifndef AUDIT_INFER_H
#define AUDIT_INFER_H

#include "audit/audit.h"

enum {
	WEIGHT_RARE = 4,
	WEIGHT_COMMON = 1,
	RARE_PORTS_MIN = 2,        /* of one host, */
	PORTS_BESIDE_RARE_MIN = 3, /* or one of them and this many in all */
	EVIDENCE_MIN = 2,          /* for a host without a rare port */
	ASSIGN_ROUNDS = 8
};

/* Somebody opened a conversation with somebody's port, and was answered. */
struct conversation {
	size_t initiator, responder; /* numbers of hosts */
	uint16_t port, opener_port;
	uint8_t protocol;
};

struct infer_facts {
	struct arena arena;
	struct addr *hosts; /* sorted */
	struct addr
	    *macs; /* of each host the MAC that is its only one and no router's; family none: unknown */
	size_t host_count;
	struct conversation *items; /* sorted, each once */
	size_t count;
};

/* One end's share in a conversation that fits a rule. */
struct hit {
	size_t host, peer;
	size_t rule;
	uint16_t port;
	uint8_t protocol;
	bool as_from; /* the host stands on the rule's `from` side */
	bool listens;
	uint8_t weight;
};

/* One signature's hits; those of one host lie together. */
struct hit_list {
	struct hit *items; /* sorted by host, rule, peer, port */
	size_t count;
	size_t *first; /* by host, and one more */
};

/* What speaks for a host in a role. */
struct role_case {
	double score;
	double share;         /* of the role's rules: how well the role is filled */
	unsigned rare, ports; /* distinct, under distinct rules */
	unsigned evidence;    /* distinct (rule, port, peer) */
	bool listens, with_product;
};

struct assignment {
	const struct signature *signature;
	const struct infer_facts *facts;
	struct hit_list hits;
	size_t *role; /* of each host, or NO_INDEX */
};

/* 0, or -1 without memory. */
int infer_facts_read(const struct ledger *ledger, struct infer_facts *facts) MUST_CHECK;
int infer_hits_read(const struct infer_facts *facts, const struct signature *signature, struct arena *arena,
		    struct hit_list *hits) MUST_CHECK;
/* Finds a role for each host that needs one. */
int infer_assign(struct assignment *assignment, struct arena *arena) MUST_CHECK;
/* Gives hosts without a role that of their own address in the other family. */
int infer_twins(struct assignment *assignment, struct arena *arena) MUST_CHECK;
/* Enough speaks for one who listens and is no rare port's: among private addresses. */
bool infer_is_private(const struct addr *address);
/* The case for HOST in ROLE as the others stand; OPEN: as if they could be anything. */
struct role_case infer_weigh(const struct assignment *assignment, size_t host, size_t role, bool open);
/* The other end of HIT may stand where the rule wants it. */
bool infer_peer_fits(const struct assignment *assignment, const struct hit *hit);
bool infer_is_recognised(const struct assignment *assignment);
/* 0, or -1 without memory. */
int infer_describe(const struct assignment *assignment, struct arena *arena,
		   struct inferred_system *out) MUST_CHECK;

#endif
