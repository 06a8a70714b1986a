/*
 * `extends`: the child's file is a merge patch (RFC 7396) over its parent's. A field given as null is
 * removed, which leaves its default; objects merge field by field; anything else replaces. Two things go
 * beyond the RFC:
 *
 * - `sources`, `roles`, `modes`, `parameters`, `rules` merge by id: an entry whose id the parent has patches
 * that entry in its place, others are added behind. {"id": "x", "remove": true} takes the parent's entry x
 * out.
 * - `notes` and `examples` have no ids: the child's follow the parent's, whose examples hold under the child
 * as well. null drops the parent's.
 *
 * `schema`, `id` and `extends` are never inherited. Values keep the place where they were written, for
 * messages.
 */
#include "parts.h"
#include <string.h>

/* Both sides are searched for each other, so their product is time. */
enum { MERGE_MAX_PAIRS = 16 * 1024 * 1024 };

static const char *const merged_by_id[] = {"sources", "roles", "modes", "parameters", "rules"};
static const char *const appended[] = {"notes", "examples"};
static const char *const never_inherited[] = {"schema", "id", "extends"};
#define IS_ONE_OF(key, names) is_one_of(key, names, sizeof(names) / sizeof((names)[0]))

static bool is_one_of(const char *key, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(key, names[i]) == 0)
			return true;
	return false;
}

/* CHILD's copy with room for the items of both. False, and said, without memory or when there are too many.
 */
static bool merge_begin(struct loader *loader, const struct doc_value *parent, const struct doc_value *child,
			struct doc_value *out)
{
	size_t parents = parent ? parent->count : 0;

	*out = *child;
	out->count = 0;
	if (parents > 0 && child->count > MERGE_MAX_PAIRS / parents) {
		loader_error(loader, child, "too many entries to merge with those of \"%s\"",
			     parent->file->label);
		return false;
	}
	out->items = loader_calloc(loader, parents + child->count, sizeof(*out->items));
	return out->items != NULL;
}

static struct doc_value merge_object(struct loader *loader, const struct doc_value *parent,
				     const struct doc_value *child);

static struct doc_value merge_value(struct loader *loader, const struct doc_value *parent,
				    const struct doc_value *child)
{
	if (child->kind == DOC_OBJECT)
		return merge_object(loader, parent && parent->kind == DOC_OBJECT ? parent : NULL, child);
	return *child;
}

/* Recursion ends: no tree is deeper than DOC_MAX_DEPTH. PARENT may be NULL: then only nulls go. */
static struct doc_value merge_object(struct loader *loader, const struct doc_value *parent,
				     const struct doc_value *child)
{
	struct doc_value out;

	if (!merge_begin(loader, parent, child, &out))
		return out;
	for (size_t i = 0; parent && i < parent->count; i++) {
		const struct doc_value *own = doc_find(child, parent->items[i].key);

		if (!own)
			out.items[out.count++] = parent->items[i];
		else if (own->kind != DOC_NULL)
			out.items[out.count++] = merge_value(loader, &parent->items[i], own);
	}
	for (size_t i = 0; i < child->count; i++)
		if (child->items[i].kind != DOC_NULL && !(parent && doc_find(parent, child->items[i].key)))
			out.items[out.count++] = merge_value(loader, NULL, &child->items[i]);
	return out;
}

/* The first entry of LIST with ID. */
static const struct doc_value *find_entry(const struct doc_value *list, const char *id)
{
	for (size_t i = 0; list && id && i < list->count; i++) {
		const char *known = doc_find_text(&list->items[i], "id");

		if (known && strcmp(known, id) == 0)
			return &list->items[i];
	}
	return NULL;
}

static bool is_removal(struct loader *loader, const struct doc_value *entry)
{
	const struct doc_value *removal = doc_find(entry, "remove");

	if (!removal)
		return false;
	if (removal->kind != DOC_FLAG || !removal->flag)
		loader_error(loader, removal, "must be true");
	else if (entry->count != 2)
		loader_error(loader, entry, "\"remove\" stands beside \"id\" alone");
	return true;
}

static struct doc_value merge_entries(struct loader *loader, const struct doc_value *parent,
				      const struct doc_value *child)
{
	struct doc_value out;

	if (parent && parent->kind != DOC_LIST)
		parent = NULL;
	if (!merge_begin(loader, parent, child, &out))
		return out;
	for (size_t i = 0; parent && i < parent->count; i++) {
		const struct doc_value *own = find_entry(child, doc_find_text(&parent->items[i], "id"));

		if (!own)
			out.items[out.count++] = parent->items[i];
		else if (!is_removal(loader, own))
			out.items[out.count++] = merge_value(loader, &parent->items[i], own);
	}
	for (size_t i = 0; i < child->count; i++) {
		const struct doc_value *entry = &child->items[i];
		const char *id = doc_find_text(entry, "id");

		if (find_entry(parent, id) && find_entry(child, id) == entry)
			continue;
		if (is_removal(loader, entry))
			loader_error(loader, entry, "nothing to remove: no such id is inherited");
		else
			out.items[out.count++] = merge_value(loader, NULL, entry);
	}
	return out;
}

static struct doc_value append_entries(struct loader *loader, const struct doc_value *parent,
				       const struct doc_value *child)
{
	struct doc_value out;

	if (!merge_begin(loader, parent, child, &out))
		return out;
	for (size_t i = 0; parent && i < parent->count; i++)
		out.items[out.count++] = parent->items[i];
	for (size_t i = 0; i < child->count; i++)
		out.items[out.count++] = child->items[i]; /* whole: in an example null is an answer */
	return out;
}

static struct doc_value merge_part(struct loader *loader, const struct doc_value *parent,
				   const struct doc_value *own)
{
	if (own->kind == DOC_LIST && IS_ONE_OF(own->key, merged_by_id))
		return merge_entries(loader, parent, own);
	if (own->kind == DOC_LIST && IS_ONE_OF(own->key, appended))
		return append_entries(loader, parent && parent->kind == DOC_LIST ? parent : NULL, own);
	return merge_value(loader, parent, own);
}

struct doc_value *merge_documents(struct loader *loader, const struct doc_value *parent,
				  const struct doc_value *child)
{
	struct doc_value *out = loader_calloc(loader, 1, sizeof(*out));

	if (!out || !merge_begin(loader, parent, child, out))
		return NULL;
	for (size_t i = 0; i < parent->count; i++)
		if (!doc_find(child, parent->items[i].key) &&
		    !IS_ONE_OF(parent->items[i].key, never_inherited))
			out->items[out->count++] = parent->items[i];
	for (size_t i = 0; i < child->count; i++) {
		const struct doc_value *own = &child->items[i];

		if (own->kind != DOC_NULL)
			out->items[out->count++] = merge_part(loader, doc_find(parent, own->key), own);
	}
	return out;
}
