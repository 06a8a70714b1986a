/*
 * Private to the judge's own files. A row is read as one or more *views*: somebody opens towards somebody's
 * port. Each rule is held against each view and says which of its conditions fail; every verdict is a
 * question about that set.
 *
 *   judge_hosts.c    who is bound where, once for each distinct host
 *   judge_views.c    a row's views
 *   judge_test.c     a rule against a view
 *   judge_system.c   a row against one system: the verdict table of design section 5, in its order
 *   judge_reasons.c  its lower half: what no rule documents
 *   judge_site.c     a row against the site's own rules
 *   judge_folded.c   rows that memory pressure folded
 *   judge.c          every row against all systems, and which verdict stands
 *   judge_stray.c    rows of RST and FIN alone
 *   judge_nearest.c  the rules that came nearest; judge_words.c says what each wanted
 */
#ifndef AUDIT_JUDGE_PARTS_H
#define AUDIT_JUDGE_PARTS_H

#include "judge.h"

/* What one host is bound to in one system. */
struct host_membership {
	size_t system;
	uint64_t roles;    /* bound */
	uint64_t possible; /* what any host behind a folded address may be bound to; else as roles */
};

struct judge_host {
	struct addr address;
	uint8_t mac[MAC_BYTES];
	bool has_mac;
	size_t first, count; /* in judge_hosts.memberships, by system */
	bool in_site_rule;   /* some rule of the site names it, or anybody */
	bool is_folded;      /* "any" or a prefix */
};

struct judge_hosts {
	struct judge_host *items;
	size_t count, capacity;
	size_t *slots; /* hash table of item numbers + 1; a power of two */
	size_t slot_count;
	struct host_membership *memberships;
	size_t membership_count, membership_capacity;
	uint64_t seed;
	uint8_t *places; /* PLACE_ of each address of the ledger without a MAC; 0: not looked at yet */
};

/* The number of the host with ADDRESS and MAC (NULL: none); NO_INDEX without memory. */
size_t judge_hosts_add(struct judge_hosts *hosts, const struct matrix *matrix, const struct addr *address,
		       const uint8_t *mac);
/* What is known of the address at PLACE of LEDGER; 0 without memory. */
enum {
	PLACE_KNOWN = 1,
	PLACE_CONCERNS = 2, /* some system binds it, or some site rule may name it */
	PLACE_FOLDED = 4
};
unsigned judge_new_place(struct judge_hosts *hosts, const struct matrix *matrix, const struct ledger *ledger,
			 uint32_t place);
static inline unsigned judge_place(struct judge_hosts *hosts, const struct matrix *matrix,
				   const struct ledger *ledger, uint32_t place)
{
	return hosts->places && hosts->places[place] ? hosts->places[place]
						     : judge_new_place(hosts, matrix, ledger, place);
}
void judge_hosts_clear(struct judge_hosts *hosts);

/* How far a port is known. The ledger keeps an opener's port only below 32768, and of those the 16 smallest.
 */
enum port_knowledge { PORT_KNOWN, PORT_HIGH, PORT_ANY };

struct view_port {
	enum port_knowledge knowledge;
	uint16_t port;
};

/* One end of a row in one system. */
struct judge_end {
	const struct addr *address;
	uint64_t roles;     /* bound */
	uint64_t assumable; /* may fill them though not bound to them */
	bool group;         /* a group destination: stands for any role that a rule lets listen */
};

/* A way to read a row in one system. The opener is the one that this way takes for it. */
struct judge_view {
	struct judge_end opener, listener;
	uint8_t protocol, delivery;
	struct view_port port, source;
	bool turned;             /* the row's responder is taken for the opener */
	bool child;              /* stands for the control connection of an FTP data connection */
	bool without_address;    /* the opener has none yet */
	bool has_answer;         /* a datagram answer is in the row, */
	struct view_port answer; /* from this port */
};

/* Conditions of a rule that a view can fail. */
enum judge_condition {
	FAIL_PROTOCOL = 1 << 0,
	FAIL_PORT = 1 << 1,
	FAIL_OPENER = 1 << 2,   /* lacks the role that opens */
	FAIL_LISTENER = 1 << 3, /* lacks the role that listens */
	FAIL_UNBOUND = 1 << 4,  /* both ends would be assumed */
	FAIL_MODE = 1 << 5,
	FAIL_DELIVERY = 1 << 6,
	FAIL_SOURCE = 1 << 7,
	FAIL_REPLY = 1 << 8,
	FAIL_UNCONFIGURED = 1 << 9, /* the opener has no address, and the rule wants one */
	FAIL_CHILDREN = 1 << 10     /* the rule has no FTP data connections */
};

/* How a rule fits a view. SWAPPED: the opener acts as the rule's `to`, the listener as its `from`. */
struct judge_fit {
	unsigned failed;                   /* enum judge_condition */
	bool opener_bound, listener_bound; /* to the roles that the rule wants, not merely assumed */
	bool opener_assumed, listener_assumed;
};
struct judge_fit judge_test(const struct matrix_rule *rule, const struct judge_view *view, bool swapped);

/* PORT may be one of RANGES; none of them: any port is. */
bool view_port_fits(const struct view_port *port, const struct port_range *ranges, size_t count);

/* A row in one system. */
struct judge_case {
	const struct matrix *matrix;
	size_t system;
	const struct edge_row *row;
	struct judge_end initiator, responder;
	bool orientation_known;
	bool group; /* sent to a group: the responder is nobody's address */
};

enum { JUDGE_VIEWS_MAX = 4 };
/* The row as it stands and, where the orientation is unknown, turned round. Returns how many. */
size_t judge_plain_views(const struct judge_case *judged, struct judge_view views[2]);
/* These and, for a data connection, its control connection both ways. */
size_t judge_all_views(const struct judge_case *judged, struct judge_view views[JUDGE_VIEWS_MAX]);
/* The row turned round, whatever is known of its orientation. */
struct judge_view judge_turned_view(const struct judge_case *judged);
/* What a row says of its ports: [0] the responder's, [1] the opener's. */
void judge_row_ports(const struct edge_key *key, struct view_port ports[2]);
/* How the question was sent. */
uint8_t edge_delivery(const struct edge_key *key);
bool edge_is_group(const struct edge_key *key);
bool edge_is_folded(const struct edge_key *key);

/* Rules that may speak about a view; ITEMS NULL: all of the system's, by number. */
struct judge_candidates {
	const size_t *items;
	size_t count;
};
struct judge_candidates judge_candidates(const struct judge_case *judged, const struct judge_view *view);
static inline size_t judge_candidate(const struct judge_candidates *candidates, size_t i)
{
	return candidates->items ? candidates->items[i] : i;
}

/* Matches of one row, gathered before it is known whether they count. */
struct match_list {
	struct judge_match *items;
	size_t count, capacity;
};
/* Adds MATCH, or improves the one that its row has for its rule. 0, or -1 without memory. */
int match_list_add(struct match_list *list, size_t since, const struct judge_match *match) MUST_CHECK;

/* One system's verdict on a row. */
struct system_verdict {
	struct judged_edge edge; /* row and site_rule not set */
	unsigned ways;           /* bit 0: documented as it stands, 1: turned round */
	unsigned bound_ends;
};
enum { WAY_AS_IT_STANDS = 1, WAY_TURNED = 2, WAYS_BOTH = 3 };

/* Judges one row by one system; documented matches and those with an undocumented reply are added to MATCHES.
 */
int judge_system(const struct judge_case *judged, size_t row_number, struct match_list *matches,
		 struct system_verdict *out) MUST_CHECK;
/* What rules said on the way to documented that matters when none documents the row. */
struct judge_misses {
	struct judge_match
	    mode_off; /* the first documented rule that its mode forbids; rule NO_INDEX: none */
	bool capped;  /* a rule that is not `documented` matched in a mode that forbids it, or turned round */
};
/* The rows of the verdict table below mode-off and undocumented-reply. */
void judge_reasons(const struct judge_case *judged, const struct judge_misses *misses,
		   struct system_verdict *out);

/* The place of a verdict in the table of design section 5. */
unsigned judged_edge_rank(const struct judged_edge *edge);

/* Some rule may hold of a row with ADDRESS at one end. */
bool judge_site_names(const struct site *site, const struct addr *address);
/* The ways in which site rules match ROW; *RULE is the first of them or NO_INDEX. */
unsigned judge_site_rules(const struct site *site, const struct edge_row *row, bool orientation_known,
			  size_t *rule);

/* A folded row: certain verdicts, else inconclusive or out-of-scope. */
int judge_folded(const struct judge_case *judged, const uint64_t possible[2], size_t row_number,
		 struct match_list *matches, struct system_verdict *out) MUST_CHECK;

/* A row of strays alone. */
bool edge_is_stray(const struct ledger *ledger, const struct edge_row *row);

/* The case of ROW in SYSTEM, when the ends' roles are known. */
struct judge_case judge_case_make(const struct matrix *matrix, size_t system, const struct edge_row *row,
				  uint64_t initiator_roles, uint64_t responder_roles);

#endif
