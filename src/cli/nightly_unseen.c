/*
 * What is gone is fixed only where the day could have shown it. A finding on traffic is to be seen while the
 * mirror shows anything of one of the product's hosts that took part; a missing one while its rule is
 * observable. What was not to be seen stays open and is kept with the day, so that it goes on, since its
 * first day, when it is seen again.
 *
 * With a finding the store keeps a text of the places where it was seen: by addresses alone (struct
 * audit_finding), then the product's hosts; a "?" in front says that it was not to be seen.
 */
#include "base/mem.h"
#include "nightly.h"
#include <stdlib.h>
#include <string.h>

enum { NOT_SEEN = '?', HOSTS = 2 };

static int compare_addresses(const void *a, const void *b)
{
	return addr_compare(a, b);
}

int night_list_hosts(struct night *night)
{
	const struct ledger *ledger = night->today.ledger;
	size_t count = ledger_host_count(ledger), kept = 0;
	struct addr *hosts = arena_calloc(&night->arena, count + 1, sizeof *hosts);

	if (!hosts)
		return -1;
	for (size_t i = 0; i < count; i++)
		hosts[i] = ledger_host(ledger, i).address;
	if (count > 1)
		qsort(hosts, count, sizeof *hosts, compare_addresses);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || !addr_equal(&hosts[kept - 1], &hosts[i]))
			hosts[kept++] = hosts[i];
	night->hosts = hosts;
	night->host_count = kept;
	return 0;
}

static bool has_host(const struct night *night, const struct addr *address)
{
	return bsearch(address, night->hosts, night->host_count, sizeof *night->hosts, compare_addresses) !=
	       NULL;
}

static size_t hosts_of(const struct audit_finding *finding, const struct audit_end *hosts[HOSTS])
{
	const struct audit_end *const ends[] = {&finding->initiator, &finding->responder};
	size_t count = 0;

	for (size_t i = 0; i < HOSTS; i++)
		if (ends[i]->roles.count > 0 && ends[i]->address.family != ADDR_NONE)
			hosts[count++] = ends[i];
	return count;
}

/* Nobody is named, or somebody who is named was seen. */
static bool finding_shows(const struct night *night, const struct audit_finding *finding)
{
	const struct audit_end *hosts[HOSTS];
	size_t count = hosts_of(finding, hosts);

	for (size_t i = 0; i < count; i++)
		if (has_host(night, &hosts[i]->address))
			return true;
	return count == 0;
}

/* The same of the hosts that stand behind the place in TEXT. */
static bool text_shows(const struct night *night, const char *text)
{
	char word[ADDR_TEXT_MAX];
	bool any = false;

	for (const char *p = strchr(text, ' '); p; p = strchr(p, ' ')) {
		size_t length = strcspn(++p, " ");
		struct addr address;

		if (length >= sizeof word)
			continue;
		memcpy(word, p, length);
		word[length] = '\0';
		if (addr_parse(&address, word) != 0)
			continue;
		any = true;
		if (has_host(night, &address))
			return true;
	}
	return !any;
}

static const struct audit_rule *find_rule(const struct audit_result *result, const char *system,
					  const char *rule)
{
	for (size_t i = 0; i < result->system_count; i++)
		for (size_t k = 0;
		     k < result->systems[i].rule_count && strcmp(result->systems[i].name, system) == 0; k++)
			if (strcmp(result->systems[i].rules[k].rule->id, rule) == 0)
				return &result->systems[i].rules[k];
	return NULL;
}

/* HOST: whose is missing, or NULL. A rule that is no more, or that is off, misses nothing. */
static bool rule_shows(const struct night *night, const char *system, const char *rule, const char *host)
{
	const struct audit_rule *found =
	    system && rule ? find_rule(night->today.judged.result, system, rule) : NULL;

	if (!found)
		return true;
	for (size_t i = 0; host && i < found->unobservable_hosts.count; i++)
		if (strcmp(found->unobservable_hosts.items[i], host) == 0)
			return false;
	return found->state != STATE_NOT_OBSERVABLE;
}

bool night_could_show(const void *context, const struct audit_finding *finding,
		      const struct compare_past *past)
{
	const struct night *night = context;
	const struct store_finding *stored = past && !finding ? night_past(night, past->id) : NULL;

	/* Then nothing is called missing either. */
	if (night->today.judged.result->health.grade == 'D' || night->today.judged.unwatched)
		return false;
	if (finding && finding->kind == FINDING_MISSING)
		return rule_shows(night, finding->system, finding->rule, finding->host);
	if (finding)
		return finding_shows(night, finding);
	if (!stored || !stored->place)
		return true;
	if (strcmp(stored->kind, finding_kind_name(FINDING_MISSING)) == 0)
		return rule_shows(night, stored->system, stored->rule, NULL);
	return text_shows(night, stored->place);
}

const char *night_place(struct arena *arena, const struct audit_finding *finding)
{
	const struct audit_end *hosts[HOSTS];
	char address[HOSTS][ADDR_TEXT_MAX] = {"", ""};
	size_t count = hosts_of(finding, hosts);

	for (size_t i = 0; i < count; i++)
		addr_format(&hosts[i]->address, address[i]);
	return arena_printf(arena, "%s%s%s%s%s", finding->place, count > 0 ? " " : "", address[0],
			    count > 1 ? " " : "", address[1]);
}

int night_read_place(struct night *night, const struct store_finding *stored, struct compare_past *past)
{
	const char *text = stored->place ? stored->place : "";

	past->unseen = *text == NOT_SEEN;
	text += past->unseen;
	past->place = arena_printf(&night->arena, "%.*s", (int)strcspn(text, " "), text);
	return past->place ? 0 : -1;
}

size_t night_gather_unseen(const struct night *night, struct arena *arena, struct store_finding *out,
			   size_t count)
{
	for (size_t i = 0; i < night->comparison->unseen_count; i++) {
		const struct compare_item *item = &night->comparison->unseen[i];
		const struct store_finding *stored = night_past(night, item->id);
		char since[TIME_TEXT_MAX];
		struct fixed_finding texts = night_fixed(night, item, since);
		const char *place = item->finding ? night_place(arena, item->finding)
						  : (stored && stored->place ? stored->place : "");

		if (!place)
			return SIZE_MAX;
		/* A place that keeps no such text could not tell it from a finding of the day. */
		if (!night->keeps_places)
			continue;
		out[count] = (struct store_finding){
		    .id = item->id,
		    .kind = texts.kind,
		    .severity = texts.severity,
		    .system = texts.system,
		    .rule = texts.rule,
		    .message = texts.message,
		    .exception = stored ? stored->exception : NULL,
		    .since_day = item->since_day,
		    .place = arena_printf(arena, "%c%s", NOT_SEEN, place + (*place == NOT_SEEN))};
		if (!out[count++].place)
			return SIZE_MAX;
	}
	return count;
}
