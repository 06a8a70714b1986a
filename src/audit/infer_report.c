/* What is said of a product that was recognised: its score, and each host with its reasons. */
#include "base/strbuf.h"
#include "infer.h"
#include <stdlib.h>

enum { PORTS_SHOWN = 6 };

static uint64_t role_bits(const struct signature *signature, size_t role)
{
	return signature->roles[role].implies | UINT64_C(1) << role;
}

/* HIT is explained by the role of its host. */
static bool is_explained(const struct assignment *assignment, const struct hit *hit)
{
	const struct sig_rule *rule = &assignment->signature->rules[hit->rule];
	size_t role = assignment->role[hit->host];

	return role != NO_INDEX && hit->peer != hit->host &&
	       ((hit->as_from ? rule->from : rule->to) & role_bits(assignment->signature, role)) != 0 &&
	       infer_peer_fits(assignment, hit);
}

/* Each rule once, by its best port. */
static double system_score(const struct assignment *assignment, struct arena *arena, bool *failed)
{
	uint8_t *weights = arena_calloc(arena, assignment->signature->rule_count + 1, sizeof(*weights));
	double score = 0;

	*failed = !weights;
	for (size_t i = 0; weights && i < assignment->hits.count; i++) {
		const struct hit *hit = &assignment->hits.items[i];

		if (is_explained(assignment, hit) && hit->weight > weights[hit->rule])
			weights[hit->rule] = hit->weight;
	}
	for (size_t i = 0; weights && i < assignment->signature->rule_count; i++)
		score += weights[i];
	return score;
}

struct shown_port {
	uint8_t weight, protocol;
	uint16_t port;
};

/* Rare ones first. */
static int compare_shown(const void *a, const void *b)
{
	const struct shown_port *left = a, *right = b;

	if (left->weight != right->weight)
		return left->weight > right->weight ? -1 : 1;
	if (left->protocol != right->protocol)
		return left->protocol < right->protocol ? -1 : 1;
	return (left->port > right->port) - (left->port < right->port);
}

static size_t gather_ports(const struct assignment *assignment, size_t host, bool listens,
			   struct shown_port *out)
{
	const struct hit_list *hits = &assignment->hits;
	size_t count = 0, kept = 0;

	for (size_t i = hits->first[host]; i < hits->first[host + 1]; i++) {
		const struct hit *hit = &hits->items[i];

		if (hit->listens == listens && is_explained(assignment, hit))
			out[count++] = (struct shown_port){hit->weight, hit->protocol, hit->port};
	}
	if (count > 1)
		qsort(out, count, sizeof(*out), compare_shown);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || compare_shown(&out[kept - 1], &out[i]) != 0)
			out[kept++] = out[i];
	return kept;
}

static void write_ports(struct strbuf *buf, const char *verb, const struct shown_port *ports, size_t count)
{
	char name[16];

	if (count == 0)
		return;
	strbuf_addf(buf, "%s%s ", buf->length > 0 ? "; " : "", verb);
	for (size_t i = 0; i < count && i < PORTS_SHOWN; i++) {
		bool repeated = i > 0 && ports[i].protocol == ports[i - 1].protocol;

		strbuf_add(buf, i > 0 ? ", " : "");
		if (!repeated)
			strbuf_addf(buf, "%s ", protocol_name(ports[i].protocol, name));
		strbuf_addf(buf, "%u", ports[i].port);
	}
	strbuf_add(buf, count > PORTS_SHOWN ? ", .." : "");
}

/* "listens on tcp 3871, 2068; opens udp 3211" */
static const char *why(const struct assignment *assignment, size_t host, struct arena *arena)
{
	size_t most = assignment->hits.first[host + 1] - assignment->hits.first[host];
	struct shown_port *ports = arena_calloc(arena, most + 1, sizeof(*ports));
	struct strbuf buf = {0};
	const char *text;

	if (!ports)
		return NULL;
	write_ports(&buf, "listens on", ports, gather_ports(assignment, host, true, ports));
	write_ports(&buf, "opens", ports, gather_ports(assignment, host, false, ports));
	text = strbuf_ok(&buf) ? arena_strdup(arena, strbuf_text(&buf)) : NULL;
	strbuf_clear(&buf);
	return text;
}

/* Of one role. */
static int compare_bindings(const void *a, const void *b)
{
	const struct inferred_binding *left = a, *right = b;

	if (left->score < right->score || left->score > right->score)
		return left->score > right->score ? -1 : 1;
	return addr_compare(&left->address, &right->address);
}

int infer_describe(const struct assignment *assignment, struct arena *arena, struct inferred_system *out)
{
	const struct signature *signature = assignment->signature;
	size_t count = assignment->facts->host_count;
	struct inferred_binding *bindings = arena_calloc(arena, count + 1, sizeof(*bindings));
	bool failed;

	out->signature = signature;
	out->score = system_score(assignment, arena, &failed);
	if (!bindings || failed)
		return -1;
	for (size_t role = 0; role < signature->role_count; role++) {
		size_t first = out->binding_count;

		for (size_t i = 0; i < count; i++) {
			if (assignment->role[i] != role)
				continue;
			bindings[out->binding_count++] =
			    (struct inferred_binding){.role = signature->roles[role].id,
						      .address = assignment->facts->hosts[i],
						      .score = infer_weigh(assignment, i, role, false).score,
						      .why = why(assignment, i, arena)};
			if (!bindings[out->binding_count - 1].why)
				return -1;
		}
		if (out->binding_count - first > 1)
			qsort(bindings + first, out->binding_count - first, sizeof(*bindings),
			      compare_bindings);
	}
	out->bindings = bindings;
	return 0;
}
