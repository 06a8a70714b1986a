/* The parts of a site file, each read by its own source file, in the order of site_document.c's table. */
#ifndef SIGNATURE_SITE_PARTS_H
#define SIGNATURE_SITE_PARTS_H

#include "fields.h"
#include "signature/site.h"

/* One address that the file gives a name: in `names`, or as a host in a role. */
struct name_claim {
	const char *name;
	struct addr address;
	size_t host; /* which host, NO_INDEX for `names` */
	const struct doc_value *at;
};

struct site_loader {
	struct loader loader; /* first, so that readers find this struct again */
	struct site *site;
	size_t host_count;
	struct name_claim *claims; /* on the heap; sorted by name once all systems are read */
	size_t claim_count, claim_capacity;
};

static inline struct site_loader *site_loader_of(struct loader *loader)
{
	return (struct site_loader *)(void *)loader;
}

extern const struct field_table system_fields, host_fields, site_rule_fields, exception_fields, match_fields;

void names_read(struct loader *loader, const struct doc_value *value, void *object);
void local_networks_read(struct loader *loader, const struct doc_value *list, void *object);
/* private, unique-local and link-local (RFC 1918, RFC 4193, RFC 3927, RFC 4291). */
void local_networks_default(struct loader *loader, struct site *site);
void systems_read(struct loader *loader, const struct doc_value *list, void *object);
/* A system's `roles`. */
void bindings_read(struct loader *loader, const struct doc_value *value, void *object);
void site_rules_read(struct loader *loader, const struct doc_value *list, void *object);
void exceptions_read(struct loader *loader, const struct doc_value *list, void *object);

/* A name for people that no address could be taken for; NULL, and said, when it is none. */
const char *host_name_read(struct loader *loader, const struct doc_value *value);
void claim_add(struct loader *loader, const char *name, const struct addr *address, size_t host,
	       const struct doc_value *at);
/* Says which names contradict each other, and sorts them for ends_read. */
void claims_check(struct loader *loader);

/* One address, prefix, range, "mac:.." or known name; with LISTS also "any" and lists. */
void ends_read(struct loader *loader, const struct doc_value *value, bool lists, struct site_ends *out);

#endif
