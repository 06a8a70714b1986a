/* Ids that stay from night to night, and the order in which findings are listed. */
#include "base/hash.h"
#include "work.h"
#include <stdlib.h>
#include <string.h>

enum { ID_BYTES = 16 };

/* A byte that is in no name. */
#define SEPARATOR "\x1f"

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static void hash_text(struct audit_work *work, struct strbuf *buf, char out[33])
{
	uint8_t hash[ID_BYTES];

	work->failed |= !strbuf_ok(buf);
	hash128_bytes(strbuf_text(buf), buf->length, hash);
	hash_hex(hash, ID_BYTES, out);
	strbuf_clear(buf);
}

static void hash_key(struct audit_work *work, const struct finding_key *key, const char *host,
		     const char *peer, char out[33])
{
	const struct system_work *system = key->system == NO_INDEX ? NULL : &work->systems[key->system];
	struct strbuf buf = {0};

	strbuf_addf(&buf, "%s" SEPARATOR "%s" SEPARATOR "%s" SEPARATOR "%s" SEPARATOR,
		    finding_kind_name(key->kind), or_empty(finding_reason_name(key->reason)),
		    system ? system->plain->site->name : "",
		    system && key->rule != NO_INDEX ? system->plain->rules[key->rule].rule->id : "");
	strbuf_addf(&buf, "%s" SEPARATOR "%s" SEPARATOR "%s" SEPARATOR "%d" SEPARATOR "%d", or_empty(host),
		    or_empty(key->side), or_empty(peer), (int)key->protocol, (int)key->port);
	hash_text(work, &buf, out);
}

void finding_ids(struct audit_work *work, const struct finding_key *key, struct audit_finding *finding)
{
	hash_key(work, key, key->host, key->peer, finding->id);
	hash_key(work, key, key->host_place, key->peer_place, finding->place);
}

static int compare_numbers(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare_ends(const struct audit_finding *a, const struct audit_finding *b)
{
	int order = addr_compare(&a->initiator.address, &b->initiator.address);

	if (order == 0)
		order = addr_compare(&a->responder.address, &b->responder.address);
	if (order != 0)
		return order;
	order = strcmp(or_empty(a->host), or_empty(b->host));
	return order != 0 ? order : (a->port > b->port) - (a->port < b->port);
}

static int compare_drafts(const void *a, const void *b)
{
	const struct audit_finding_draft *left = *(struct audit_finding_draft *const *)a,
					 *right = *(struct audit_finding_draft *const *)b;
	int order;

	if (left->plain.severity != right->plain.severity)
		return left->plain.severity > right->plain.severity ? -1 : 1;
	if (left->plain.kind != right->plain.kind)
		return left->plain.kind < right->plain.kind ? -1 : 1;
	order = compare_numbers(left->system, right->system);
	if (order == 0)
		order = compare_numbers(left->rule, right->rule);
	if (order == 0)
		order = compare_ends(&left->plain, &right->plain);
	if (order == 0)
		order = strcmp(left->plain.id, right->plain.id);
	/* Of one id, what an exception excuses comes last: NO_INDEX + 1 is 0. */
	return order != 0 ? order : compare_numbers(left->exception + 1, right->exception + 1);
}

void drafts_settle(struct audit_work *work)
{
	struct audit_finding_draft **drafts = work_scratch(work, work->draft_count + 1, sizeof(*drafts));
	struct audit_finding *findings = work_alloc(work, work->draft_count, sizeof(*findings));

	if (!drafts || !findings)
		return;
	for (size_t i = 0; i < work->draft_count; i++)
		drafts[i] = &work->drafts[i];
	if (work->draft_count > 0)
		qsort(drafts, work->draft_count, sizeof(*drafts), compare_drafts);
	for (size_t i = 0; i < work->draft_count; i++)
		findings[i] = drafts[i]->plain;
	work->result->findings = findings;
	work->result->finding_count = work->draft_count;
}
