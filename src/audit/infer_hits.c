/* From the ledger's rows to hits. */
#include "infer.h"
#include "work.h"
#include <stdlib.h>

/* Ports that many products use, so that they tell little of one. */
static const uint16_t common_ports[] = {
    20,   21,   22,   23,   25,   53,   67,   68,   69,   80,   88,   110,  111,  119,  123,  135,
    137,  138,  139,  143,  161,  162,  179,  389,  443,  445,  465,  500,  514,  515,  546,  547,
    554,  587,  631,  636,  873,  993,  995,  1433, 1434, 1521, 1723, 1812, 1813, 1883, 1900, 2049,
    3128, 3268, 3269, 3306, 3389, 4500, 5000, 5060, 5061, 5222, 5353, 5355, 5432, 5672, 5800, 5900,
    5901, 5985, 6379, 8000, 8008, 8080, 8081, 8443, 8883, 8888, 9000, 9090, 9100, 9200,
};

enum { EPHEMERAL_FIRST = 32768, WIDE_RANGE = 4096 };

static bool is_rare(uint16_t port)
{
	for (size_t i = 0; i < sizeof(common_ports) / sizeof(common_ports[0]); i++)
		if (common_ports[i] == port)
			return false;
	return port > 0 && port < EPHEMERAL_FIRST;
}

static bool is_host(const struct addr *address)
{
	return (address->family == ADDR_IPV4 || address->family == ADDR_IPV6) && address->prefix == 0 &&
	       !addr_is_group(address) && !addr_is_unspecified(address);
}

static bool row_counts(const struct edge_row *row)
{
	enum row_outcome outcome = row_outcome(row);

	if (row->key.fold != FOLD_NONE || row_is_group(row) || row->key.confidence == CONFIDENCE_UNKNOWN ||
	    !protocol_has_ports(row->key.protocol) || !is_host(&row->key.initiator) ||
	    !is_host(&row->key.responder))
		return false;
	return outcome == OUTCOME_ESTABLISHED || outcome == OUTCOME_ANSWERED ||
	       (outcome == OUTCOME_ONEWAY && row->key.protocol == PROTO_TCP);
}

static int compare_addresses(const void *a, const void *b)
{
	return addr_compare(a, b);
}

static int compare_numbers(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare_conversations(const void *a, const void *b)
{
	const struct conversation *left = a, *right = b;
	int order = compare_numbers(left->initiator, right->initiator);

	if (order == 0)
		order = compare_numbers(left->responder, right->responder);
	if (order == 0)
		order = compare_numbers(left->protocol, right->protocol);
	if (order == 0)
		order = compare_numbers(left->port, right->port);
	return order != 0 ? order : compare_numbers(left->opener_port, right->opener_port);
}

/* NO_INDEX: it took no part in a conversation that counts. */
static size_t host_number(const struct infer_facts *facts, const struct addr *address)
{
	const struct addr *found =
	    bsearch(address, facts->hosts, facts->host_count, sizeof(*facts->hosts), compare_addresses);

	return found ? (size_t)(found - facts->hosts) : NO_INDEX;
}

static void number_hosts(struct infer_facts *facts, const struct ledger *ledger)
{
	size_t count = ledger_edge_count(ledger), kept = 0;

	for (size_t i = 0; i < count; i++) {
		const struct edge_row row = ledger_edge(ledger, i);

		if (!row_counts(&row))
			continue;
		facts->hosts[facts->host_count++] = row.key.initiator;
		facts->hosts[facts->host_count++] = row.key.responder;
	}
	if (facts->host_count > 1)
		qsort(facts->hosts, facts->host_count, sizeof(*facts->hosts), compare_addresses);
	for (size_t i = 0; i < facts->host_count; i++)
		if (kept == 0 || !addr_equal(&facts->hosts[kept - 1], &facts->hosts[i]))
			facts->hosts[kept++] = facts->hosts[i];
	facts->host_count = kept;
}

/* The MAC of each host, where all buckets agree on it. */
static int read_macs(const struct ledger *ledger, struct infer_facts *facts)
{
	size_t count = ledger_host_count(ledger);
	struct host_macs *macs = host_macs_new(ledger);
	bool *torn = arena_calloc(&facts->arena, facts->host_count + 1, sizeof(*torn));

	facts->macs = arena_calloc(&facts->arena, facts->host_count + 1, sizeof(*facts->macs));
	for (size_t i = 0; macs && torn && facts->macs && i < count; i++) {
		const struct host_row row = ledger_host(ledger, i);
		const uint8_t *mac = host_macs_find(macs, row.sensor, row.bucket, &row.address);
		size_t host = host_number(facts, &row.address);
		struct addr own;

		if (!mac || host == NO_INDEX)
			continue;
		own = addr_mac(mac);
		torn[host] |= facts->macs[host].family != ADDR_NONE && !addr_equal(&facts->macs[host], &own);
		facts->macs[host] = own;
	}
	for (size_t i = 0; torn && facts->macs && i < facts->host_count; i++)
		if (torn[i])
			facts->macs[i] = (struct addr){0};
	host_macs_free(macs);
	return macs && torn && facts->macs ? 0 : -1;
}

int infer_facts_read(const struct ledger *ledger, struct infer_facts *facts)
{
	size_t count = ledger_edge_count(ledger), kept = 0;

	facts->hosts = arena_calloc(&facts->arena, 2 * count + 1, sizeof(*facts->hosts));
	facts->items = arena_calloc(&facts->arena, count + 1, sizeof(*facts->items));
	if (!facts->hosts || !facts->items)
		return -1;
	number_hosts(facts, ledger);
	if (read_macs(ledger, facts) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct edge_row row = ledger_edge(ledger, i);

		if (row_counts(&row))
			facts->items[facts->count++] = (struct conversation){
			    host_number(facts, &row.key.initiator), host_number(facts, &row.key.responder),
			    row.key.responder_port, row.key.opener_port, row.key.protocol};
	}
	if (facts->count > 1)
		qsort(facts->items, facts->count, sizeof(*facts->items), compare_conversations);
	for (size_t i = 0; i < facts->count; i++)
		if (kept == 0 || compare_conversations(&facts->items[kept - 1], &facts->items[i]) != 0)
			facts->items[kept++] = facts->items[i];
	facts->count = kept;
	return 0;
}

/* PORT is one of LIST's with parameters at their defaults; *WIDE when only a range that names no service
 * holds it. */
static bool port_fits(const struct signature *signature, const struct port_list *list, uint16_t port,
		      bool *wide)
{
	bool found = false;

	*wide = true;
	for (size_t i = 0; i < list->count; i++) {
		const struct port_spec *spec = &list->items[i];
		const struct port_range *ranges = &spec->range;
		size_t count = 1;

		if (spec->parameter != NO_INDEX) {
			ranges = signature->parameters[spec->parameter].defaults;
			count = signature->parameters[spec->parameter].default_count;
		}
		for (size_t j = 0; j < count; j++) {
			if (port < ranges[j].low || port > ranges[j].high)
				continue;
			found = true;
			*wide &= ranges[j].high - ranges[j].low >= WIDE_RANGE;
		}
	}
	return found;
}

/* The weight of a conversation for a rule; 0: it does not fit. */
static uint8_t rule_weight(const struct signature *signature, const struct sig_rule *rule,
			   const struct conversation *conversation)
{
	bool wide, wide_source = true;
	bool sourced = rule->source_ports.count > 0;

	if (rule->from_any || rule->to_any || !rule_names_protocol(rule, conversation->protocol) ||
	    !port_fits(signature, &rule->ports, conversation->port, &wide) ||
	    (sourced && !port_fits(signature, &rule->source_ports, conversation->opener_port, &wide_source)))
		return 0;
	if (!wide)
		return is_rare(conversation->port) ? WEIGHT_RARE : WEIGHT_COMMON;
	/* The port says nothing; the one that it came from may. */
	return wide_source || !is_rare(conversation->opener_port) ? 0 : WEIGHT_RARE;
}

static void add_hits(struct hit_list *hits, const struct conversation *conversation, size_t rule,
		     uint8_t weight, bool turned)
{
	struct hit hit = {.host = conversation->initiator,
			  .peer = conversation->responder,
			  .rule = rule,
			  .port = conversation->port,
			  .protocol = conversation->protocol,
			  .as_from = !turned,
			  .weight = weight};

	hits->items[hits->count++] = hit;
	hit.host = conversation->responder;
	hit.peer = conversation->initiator;
	hit.as_from = turned;
	hit.listens = true;
	hits->items[hits->count++] = hit;
}

static int compare_hits(const void *a, const void *b)
{
	const struct hit *left = a, *right = b;
	int order = compare_numbers(left->host, right->host);

	if (order == 0)
		order = compare_numbers(left->rule, right->rule);
	if (order == 0)
		order = compare_numbers(left->peer, right->peer);
	if (order == 0)
		order = compare_numbers(left->port, right->port);
	if (order == 0)
		order = compare_numbers(left->protocol, right->protocol);
	if (order == 0)
		order = compare_numbers(left->as_from, right->as_from);
	return order != 0 ? order : compare_numbers(left->listens, right->listens);
}

/* With HITS->items NULL only counts. */
static size_t match_rules(const struct infer_facts *facts, const struct signature *signature,
			  struct hit_list *hits)
{
	size_t count = 0;

	for (size_t i = 0; i < facts->count; i++) {
		for (size_t j = 0; j < signature->rule_count; j++) {
			uint8_t weight = rule_weight(signature, &signature->rules[j], &facts->items[i]);

			if (weight == 0)
				continue;
			for (int turned = 0; turned <= (signature->rules[j].either ? 1 : 0); turned++) {
				count += 2;
				if (hits->items)
					add_hits(hits, &facts->items[i], j, weight, turned != 0);
			}
		}
	}
	return count;
}

int infer_hits_read(const struct infer_facts *facts, const struct signature *signature, struct arena *arena,
		    struct hit_list *hits)
{
	size_t count, kept = 0;

	*hits = (struct hit_list){0};
	count = match_rules(facts, signature, hits);
	hits->items = arena_calloc(arena, count + 1, sizeof(*hits->items));
	hits->first = arena_calloc(arena, facts->host_count + 1, sizeof(*hits->first));
	if (!hits->items || !hits->first)
		return -1;
	match_rules(facts, signature, hits);
	if (hits->count > 1)
		qsort(hits->items, hits->count, sizeof(*hits->items), compare_hits);
	for (size_t i = 0; i < hits->count; i++)
		if (kept == 0 || compare_hits(&hits->items[kept - 1], &hits->items[i]) != 0)
			hits->items[kept++] = hits->items[i];
	hits->count = kept;
	for (size_t i = 0, host = 0; host <= facts->host_count; host++) {
		while (i < hits->count && hits->items[i].host < host)
			i++;
		hits->first[host] = i;
	}
	return 0;
}
