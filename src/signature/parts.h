/* The parts of a signature file, each read by its own source file, in the order of sig_document.c's table. */
#ifndef SIGNATURE_PARTS_H
#define SIGNATURE_PARTS_H

#include "fields.h"

#define SIGNATURE_SCHEMA "tapaudit.signature/1"
#define SITE_SCHEMA      "tapaudit.site/1"

extern const struct field_table source_fields, role_fields, mode_fields, parameter_fields, rule_fields,
    reply_fields, cite_fields, presence_fields, expect_fields, note_fields, example_fields;

/* "schema" must be SUPPORTED. */
bool schema_check(struct loader *loader, const struct doc_value *root, const char *supported);
/* Fills SIGNATURE (zeroed, its arena the loader's) from the whole, merged file. */
void signature_read(struct loader *loader, const struct doc_value *root, struct signature *signature);

/* Each reads one list; OBJECT is the struct signature. */
void roles_read(struct loader *loader, const struct doc_value *list, void *object);
void modes_read(struct loader *loader, const struct doc_value *list, void *object);
void parameters_read(struct loader *loader, const struct doc_value *list, void *object);
void rules_read(struct loader *loader, const struct doc_value *list, void *object);
void examples_read(struct loader *loader, const struct doc_value *list, void *object);

struct id_list signature_roles(const struct signature *signature);
struct id_list signature_modes(const struct signature *signature);
struct id_list signature_rules(const struct signature *signature);
struct id_list mode_values(const struct sig_mode *mode);

/* {mode: [values]} */
void conditions_read(struct loader *loader, const struct doc_value *value, struct mode_condition_list *out);
/* A rule's `presence`. */
void presence_read(struct loader *loader, const struct doc_value *value, struct presence *out);
/* The site's `expect` for the rule with INDEX, over what OUT holds. */
void expect_read(struct loader *loader, const struct doc_value *value, size_t index, struct presence *out);
/* Says so when the rule with INDEX is among what its own PRESENCE, at VALUE, names. */
void presence_check_self(struct loader *loader, const struct doc_value *value, size_t index,
			 const struct presence *presence);

/* Whether following NEXT from node to node comes back; each way round is said once, at its place in LIST.
 * FIELD names what was followed. */
void circles_report(struct loader *loader, const struct doc_value *list, const char *field,
		    struct id_list names,
		    struct rule_list (*next)(const struct signature *signature, size_t node));

/* The child's tree with what it inherits by `extends`; ROOT itself without it; NULL, and said, when it cannot
 * be had. DIRECTORY: where to look besides the library. */
struct doc_value *inherit(struct loader *loader, struct doc_value *root, const char *directory);
/* CHILD over PARENT as a merge patch (RFC 7396); lists of entries with ids merge by id. */
struct doc_value *merge_documents(struct loader *loader, const struct doc_value *parent,
				  const struct doc_value *child);

#endif
