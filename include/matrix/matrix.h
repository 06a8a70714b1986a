/*
 * Signatures x site -> a compiled look-up: who is bound to which role, which roles an unbound host may fill, which rules
 * could speak about a protocol and port, with parameters and modes resolved. Pure. It knows no flows and no verdicts.
 *
 * Ownership: a matrix points into its site and signatures, which must outlive it.
 */
#ifndef MATRIX_MATRIX_H
#define MATRIX_MATRIX_H

#include "signature/site.h"

struct matrix;

struct matrix_rule {
	const struct sig_rule *rule;
	size_t index;                     /* in the signature */
	const struct port_range *ports;   /* parameters resolved; none: unconstrained */
	size_t port_count;
	const struct port_range *source_ports;
	size_t source_port_count;
	const struct port_range *disputed;
	size_t disputed_count;
	const struct port_range *reply_ports; /* none: the asked port only, unless reply_any_port */
	size_t reply_port_count;
	bool allowed;                     /* its mode lets it be used here */
	bool required;                    /* presence, its own `when` and the site's `expect` resolved; false if not allowed */
	const struct presence *presence;
};

struct matrix_system {
	const struct site_system *site;
	const struct signature *signature;
	const struct matrix_rule *rules; /* in signature order */
	size_t rule_count;
	uint64_t product_roles, infrastructure_roles, person_roles; /* bit sets by kind */
	uint64_t bound_roles;            /* roles that the site binds at least one entry to (implied ones too) */
};

/* NULL and ERR for want of memory only. */
struct matrix *matrix_compile(const struct site *site, struct err *err) MUST_CHECK;
void matrix_free(struct matrix *matrix);
const struct site *matrix_site(const struct matrix *matrix);
size_t matrix_system_count(const struct matrix *matrix);
const struct matrix_system *matrix_system(const struct matrix *matrix, size_t system);

/* What a host is in one system. */
struct matrix_holder {
	uint64_t roles;                     /* bound, with implied ones; 0: unbound */
	const struct site_binding *binding; /* its identity when bound as a named host or by MAC: the first such entry; else NULL */
};

/* ADDRESS's roles in SYSTEM; MAC (NULL: unknown or not its own) may bind it too. A folded address holds what all behind
 * it hold. */
struct matrix_holder matrix_holder(const struct matrix *matrix, size_t system, const struct addr *address,
				   const uint8_t mac[MAC_BYTES]);
/* Roles that ADDRESS may fill without being bound to them: person roles that the site leaves unbound, unless it holds a
 * product role of this system; infrastructure roles that the site leaves unbound, if it holds nothing in this system and is
 * local (or the role is external). HOLDER is what matrix_holder said. Group addresses fill none. */
uint64_t matrix_assumable(const struct matrix *matrix, size_t system, const struct addr *address,
			  const struct matrix_holder *holder);
/* Roles that any address behind a folded one may be bound to, by MAC too; family none: all that the site binds. */
uint64_t matrix_possible(const struct matrix *matrix, size_t system, const struct addr *address);
/* Some system binds a host by MAC. */
bool matrix_binds_macs(const struct matrix *matrix);
bool matrix_is_local(const struct matrix *matrix, const struct addr *address);
/* The site's name for ADDRESS (`names`, or a named host's), or NULL. */
const char *matrix_name(const struct matrix *matrix, const struct addr *address);

/* Indexes into the system's rules that speak about PROTOCOL (`icmp` stands for ICMPv6 as well) and whose listener's, reply's
 * or disputed ports include PORT, or that leave ports open; ascending, *COUNT of them. Owned by MATRIX. */
const size_t *matrix_candidates(const struct matrix *matrix, size_t system, uint8_t protocol, uint16_t port, size_t *count);

bool port_in_ranges(uint16_t port, const struct port_range *ranges, size_t count);
/* TCP, UDP, SCTP, DCCP, UDP-Lite: elsewhere a rule's ports mean nothing. */
bool protocol_has_ports(uint8_t protocol);
/* RULE names PROTOCOL; ICMPv6 is named by `icmp` too. */
bool rule_names_protocol(const struct sig_rule *rule, uint8_t protocol);
/* RULE allows this message of ICMP or ICMPv6; TYPE_CODE is type * 256 + code. A rule that lists messages of neither
 * allows all; one that lists those of the other version only, none. */
bool rule_names_icmp(const struct sig_rule *rule, uint8_t protocol, uint16_t type_code);

#endif
