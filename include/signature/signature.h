/*
 * Signature files: one product's documented matrix, without addresses. This floor loads a file, checks all of it,
 * resolves every name to an index, and hands out plain data that nobody changes. It says what is wrong with a file in
 * one line for each mistake, with line and column or JSON path, and what would be allowed. It refuses to know sites'
 * packets, flows and verdicts. With report/ it is the only place that knows cJSON.
 *
 * Ownership: a signature lives in the library that loaded it, all its memory in one arena.
 */
#ifndef SIGNATURE_SIGNATURE_H
#define SIGNATURE_SIGNATURE_H

#include "base/addr.h"
#include "base/err.h"
#include "base/mem.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIGNATURE_MAX_ROLES = 64, SIGNATURE_MAX_MODE_VALUES = 32, SIGNATURE_MAX_RULES = 1024 };
#define NO_INDEX SIZE_MAX

/* Mistakes and warnings of a load, one line each: "FILE:LINE:COLUMN: what" or "FILE: $.rules[3].ports[0]: what". */
struct message_list {
	struct arena arena;
	const char **errors;
	size_t error_count, error_capacity;
	const char **warnings;
	size_t warning_count, warning_capacity;
};
void message_list_clear(struct message_list *list);

enum role_kind { ROLE_PRODUCT, ROLE_INFRASTRUCTURE, ROLE_PERSON };
enum role_coverage { COVERAGE_FULL, COVERAGE_PARTIAL, COVERAGE_NONE };

struct sig_role {
	const char *id;
	const char *title; /* for people; the id when the file gives none */
	enum role_kind kind;
	enum role_coverage coverage;
	size_t is_a;       /* role index or NO_INDEX */
	uint64_t implies;  /* bit set of roles that a holder of this one holds: itself and its is_a chain */
	bool external;     /* an assumed holder may lie outside the local networks */
};

struct sig_mode {
	const char *id;
	const char *const *values;
	size_t value_count;
	size_t default_value;
};

struct port_range {
	uint16_t low, high;
};

struct sig_parameter {
	const char *id;
	const struct port_range *defaults;
	size_t default_count;
	const struct port_range *allowed; /* none: 0-65535 */
	size_t allowed_count;
	bool suspect;                     /* outside `allowed` warns instead of refusing */
	const struct port_range *disputed;
	size_t disputed_count;
};

/* A range, or a parameter that stands for some. */
struct port_spec {
	struct port_range range;
	size_t parameter; /* index or NO_INDEX */
};

struct port_list {
	const struct port_spec *items;
	size_t count; /* 0: unconstrained */
};

struct icmp_match {
	uint8_t type;
	int16_t code; /* -1: any */
};

/* The mode's value must be one of the bits. All conditions of a list must hold; an empty list always does. */
struct mode_condition {
	size_t mode;
	uint32_t values;
};

struct mode_condition_list {
	const struct mode_condition *items;
	size_t count;
};

struct rule_list {
	const size_t *items;
	size_t count;
};

enum presence_each { EACH_SYSTEM, EACH_FROM, EACH_TO };

struct presence {
	bool required;
	struct mode_condition_list when; /* required only then */
	enum presence_each each;
	struct rule_list after;      /* due only when one of these succeeded with the same host */
	struct rule_list or_rules;   /* satisfy it as well */
	uint32_t within_sec;         /* whole minutes */
	bool within_stated;          /* the file says so; else the default (3600; with after 60) */
	bool by_site;                /* the site's `expect` made it so */
};

enum rule_basis { BASIS_DOCUMENTED, BASIS_AMBIGUOUS, BASIS_IMPLIED, BASIS_INFERRED };
enum reply_expect { REPLY_ANY, REPLY_YES, REPLY_NO };

struct sig_cite {
	size_t source;     /* index or NO_INDEX */
	const char *where; /* or NULL */
};

struct sig_rule {
	const char *id;
	const uint8_t *protocols; /* IP protocol numbers; 1 stands for ICMPv6 as well */
	size_t protocol_count;
	uint64_t from, to;        /* role bit sets as written (implied roles are the matrix's work) */
	bool from_any, to_any;
	bool either;              /* opens: either */
	struct port_list ports;
	struct port_list source_ports;
	struct port_list disputed_ports;
	const struct icmp_match *icmp;
	size_t icmp_count;
	const struct icmp_match *icmp6;
	size_t icmp6_count;
	uint8_t deliveries;       /* bit for each enum delivery */
	bool unconfigured;
	enum reply_expect reply;
	bool reply_any_port;
	struct port_list reply_ports; /* none: the asked port */
	struct mode_condition_list when;
	struct presence presence;
	size_t fallback_for;      /* rule index or NO_INDEX */
	bool ftp_data;            /* children: ["ftp-data"] */
	enum rule_basis basis;
	const char *impact;       /* or NULL */
	const char *title;        /* what it is for, our own words, or NULL */
	struct sig_cite cite;
};

struct sig_source {
	const char *id, *title, *date; /* date or NULL */
};

struct sig_note {
	const char *kind, *about, *treatment;
};

/* One line of `examples`, parsed. */
struct sig_example {
	const char *flow; /* as written */
	const char *path; /* JSON path, for messages */
	size_t *mode_values; /* for each mode: value index */
	uint8_t protocol;
	uint8_t delivery;
	size_t from_role, to_role; /* NO_INDEX: "stranger", a host bound to nothing outside the local networks; see schema */
	bool from_local, to_local; /* "unbound": a host bound to nothing inside the local networks */
	bool group_destination;    /* "group": broadcast or multicast address */
	int32_t source_port;       /* -1: unstated, an ephemeral port stands in */
	int32_t port;              /* icmp: type * 256 + code */
	const char *basis;         /* default "handshake" for tcp, "protocol" else */
	const char *outcome;       /* default "established" for tcp, "answered" for unicast else, "oneway" for groups */
	int32_t answered_from;     /* -1: unstated */
	bool ipv6;                 /* told by "/ipv6" after the delivery; the runner tries both where unstated and the protocol allows */
	const char *verdict;       /* or NULL */
	const char *reason;        /* or NULL */
	const char *rule;          /* rule id or NULL */
	bool reason_stated;        /* the file has the field; NULL then means that there must be none */
	bool rule_stated;
	const struct sig_expected_state *states;
	size_t state_count;
};

struct sig_expected_state {
	size_t rule;
	const char *state;
};

struct signature {
	struct arena arena;
	const char *path;
	const char *id, *vendor, *product, *extends; /* extends or NULL */
	uint32_t revision;
	bool open_ended;
	const struct sig_source *sources;
	size_t source_count;
	const struct sig_role *roles;
	size_t role_count;
	const struct sig_mode *modes;
	size_t mode_count;
	const struct sig_parameter *parameters;
	size_t parameter_count;
	const struct sig_rule *rules;
	size_t rule_count;
	const struct sig_note *notes;
	size_t note_count;
	const struct sig_example *examples;
	size_t example_count;
};

/* The signatures of one folder, loaded when first asked for. */
struct signature_library;
/* NULL and ERR when DIRECTORY cannot be read. */
struct signature_library *signature_library_open(const char *directory, struct err *err) MUST_CHECK;
void signature_library_close(struct signature_library *library);
/* By id, from "<directory>/<id>.json". NULL and at least one error in MESSAGES when absent or wrong. */
const struct signature *signature_get(struct signature_library *library, const char *id,
				      struct message_list *messages) MUST_CHECK;
/* Any file, by path; `extends` is looked up in the library, then beside the file. */
const struct signature *signature_load(struct signature_library *library, const char *path,
				       struct message_list *messages) MUST_CHECK;
/* The same from text; PATH is used in messages and to look beside. */
const struct signature *signature_parse(struct signature_library *library, const char *text, size_t length,
					const char *path, struct message_list *messages) MUST_CHECK;
/* Ids of all files in the folder, sorted; *COUNT of them. Owned by LIBRARY. */
const char *const *signature_library_ids(struct signature_library *library, size_t *count);

/* What a file says it is in its "schema"; WRONG, and an error in MESSAGES, when it is neither or cannot be read. */
enum file_kind { FILE_KIND_WRONG, FILE_KIND_SIGNATURE, FILE_KIND_SITE };
enum file_kind signature_file_kind(const char *path, struct message_list *messages);

size_t signature_find_role(const struct signature *signature, const char *id);
size_t signature_find_rule(const struct signature *signature, const char *id);
const char *rule_basis_name(enum rule_basis basis);
const char *role_kind_name(enum role_kind kind);
const char *role_coverage_name(enum role_coverage coverage);
const char *reply_expect_name(enum reply_expect expect);
const char *presence_each_name(enum presence_each each);
/* "tcp", "udp", "icmp" (ICMPv6 too), "sctp", or the number. Returns OUT. */
char *protocol_name(uint8_t protocol, char out[16]);

#endif
