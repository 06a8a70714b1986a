/*
 * Site files: which hosts hold which roles of which product here, what the site itself documents, and what it
 * tolerates for a time. Loaded, checked and resolved like signatures; one arena, freed by site_free.
 */
#ifndef SIGNATURE_SITE_H
#define SIGNATURE_SITE_H

#include "signature/signature.h"

/* One entry of a role's list. */
enum binding_kind { BINDING_RANGE, BINDING_MAC, BINDING_HOST };

struct site_binding {
	enum binding_kind kind;
	size_t role;
	const char *name;         /* BINDING_HOST's name, or from `names`, or NULL */
	const struct addr_range *ranges; /* RANGE: one; HOST: its addresses, each single; MAC: none */
	size_t range_count;
	struct addr mac;          /* MAC, or a HOST's mac: entry; else family none */
	bool single;              /* one host, always expected: HOST, MAC, or a range of one address */
	const char *text;         /* as written */
};

struct site_parameter {
	const struct port_range *ranges;
	size_t count; /* 0: the signature's default */
};

struct site_system {
	const char *name;
	const struct signature *signature;
	const struct site_binding *bindings; /* in file order */
	size_t binding_count;
	const size_t *mode_values;           /* by mode index */
	const bool *mode_stated;
	const struct site_parameter *parameters; /* by parameter index */
	const struct presence *presence;     /* by rule index: the signature's, overridden by `expect` */
};

/* Addresses of a site rule or an exception: any of the ranges, or a host's name resolved to them. */
struct site_ends {
	const struct addr_range *ranges;
	size_t count; /* 0: any */
	const char *text;
};

struct site_rule {
	const char *id;
	const uint8_t *protocols;
	size_t protocol_count;
	struct site_ends from, to;
	bool either;
	const struct port_range *ports; /* none: any */
	size_t port_count;
	uint8_t deliveries; /* default unicast only */
	const char *owner, *reason, *review; /* review: a day or NULL */
};

struct site_exception {
	const char *id;
	/* match; NULL, count 0 or -1: not tested */
	const char *kind, *system, *rule;
	struct site_ends initiator, responder, host;
	const char *initiator_text, *responder_text, *host_text; /* NULL when not given */
	int32_t protocol;
	const struct port_range *ports;
	size_t port_count;
	const char *reason, *owner, *ticket, *expires; /* ticket or NULL */
	int32_t expires_day; /* days since 1970; the last day on which it excuses */
};

struct site_name {
	struct addr address;
	const char *name;
};

struct site {
	struct arena arena;
	const char *path, *name, *timezone; /* timezone or NULL: UTC */
	const struct addr_range *local_networks; /* the default ones when the file names none */
	size_t local_network_count;
	const struct site_name *names; /* sorted by address */
	size_t name_count;
	const struct site_system *systems;
	size_t system_count;
	const struct site_rule *rules;
	size_t rule_count;
	const struct site_exception *exceptions;
	size_t exception_count;
};

/* NULL and errors in MESSAGES when anything in it is wrong: nothing is ever audited under a half-read site. */
struct site *site_load(const char *path, struct signature_library *library, struct message_list *messages) MUST_CHECK;
/* The same from text (a draft that discover made, an example's stand-in); PATH is used in messages only. */
struct site *site_parse(const char *text, size_t length, const char *path, struct signature_library *library,
			struct message_list *messages) MUST_CHECK;
void site_free(struct site *site);

#endif
