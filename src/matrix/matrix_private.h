/*
 * Private to matrix/: the parts of a compiled matrix. One file builds each: rules.c resolves rules, holders.c
 * who is bound to what, ports.c the index of rules by port, names.c the site's names.
 */
#ifndef MATRIX_MATRIX_PRIVATE_H
#define MATRIX_MATRIX_PRIVATE_H

#include "matrix/matrix.h"

enum { IP_ICMP = 1, IP_TCP = 6, IP_UDP = 17, IP_DCCP = 33, IP_ICMP6 = 58, IP_SCTP = 132, IP_UDP_LITE = 136 };

/* Addresses from LOW up to the next segment's LOW; the first segment of a family begins at its lowest
 * address. */
struct holder_segment {
	struct addr low;
	uint64_t roles;
};

struct segment_list {
	const struct holder_segment *items;
	size_t count; /* 0: nothing of this family is bound */
};

/* An address that a named host's entry lists, or a MAC that an entry binds; sorted by address, then by entry.
 */
struct holder_identity {
	struct addr address;
	const struct site_binding *binding;
	uint64_t roles; /* of all entries with this address: MACs only */
};

struct identity_list {
	const struct holder_identity *items;
	size_t count;
};

struct holder_index {
	struct segment_list ipv4, ipv6;
	struct identity_list hosts, macs;
	uint64_t mac_roles; /* all roles that MACs bind */
};

struct rule_segment {
	uint16_t low;
	const size_t *rules;
	size_t count;
};

/* Rules of one protocol by port: segments as above, the first at port 0. */
struct port_index {
	uint8_t protocol;
	const struct rule_segment *items;
	size_t count;
};

struct compiled_system {
	struct matrix_system plain;
	struct holder_index holders;
	const struct port_index *ports; /* one for each protocol that its rules name, ascending */
	size_t port_count;
};

struct name_entry {
	struct addr address;
	const char *name;
	size_t order; /* earlier ones win */
};

struct matrix {
	struct arena arena;
	const struct site *site;
	struct compiled_system *systems;
	size_t system_count;
	const struct name_entry *names;
	size_t name_count;
	bool binds_macs;
};

/* Each fills its part of SYSTEM, whose `plain.site` and `plain.signature` are set. 0, or -1 without memory.
 */
int compile_rules(struct arena *arena, struct compiled_system *system) MUST_CHECK;
int compile_holders(struct arena *arena, struct compiled_system *system) MUST_CHECK;
int compile_ports(struct arena *arena, struct compiled_system *system) MUST_CHECK;
int compile_names(struct arena *arena, struct matrix *matrix) MUST_CHECK;

/* The last of COUNT segments that begins at or before ADDRESS's bytes. */
size_t segment_at(const struct holder_segment *items, size_t count, const struct addr *address);
/* ROLE with all that it implies. */
uint64_t roles_implied(const struct signature *signature, size_t role);

#endif
