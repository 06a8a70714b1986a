/*
 * Whether a flow of a rule could have been seen at all. Missing is claimed only then; else the reason, and
 * the link that would have to be mirrored.
 */
#include "rule_work.h"

enum { PROBES_MAX = 32, EPHEMERAL_PORT = 50000, PORTS_TRIED = 64 };

static bool is_expected(const struct audit_host *host)
{
	return host->listed || host->seen;
}

static void list_hosts(struct audit_work *work, const struct system_work *system, struct rule_end *end)
{
	end->hosts = work_scratch(work, system->hosts.count + 1, sizeof(*end->hosts));
	for (size_t i = 0; end->hosts && i < system->hosts.count; i++) {
		const struct audit_host *host = &system->hosts.items[i];

		if (!(host->roles & end->roles) || !is_expected(host))
			continue;
		end->hosts[end->count++] = i;
		end->talking += host_talks(host);
	}
}

static void build_end(struct audit_work *work, const struct system_work *system, uint64_t roles, bool any,
		      struct rule_end *end)
{
	uint64_t unbound = roles & ~system->plain->bound_roles;

	end->roles = roles;
	end->bound = (roles & system->plain->bound_roles) != 0;
	end->open = any || (unbound & system->plain->person_roles) != 0;
	list_hosts(work, system, end);
}

void rule_view_build(struct audit_work *work, size_t system, size_t rule, struct rule_view *view)
{
	const struct system_work *at = &work->systems[system];
	const struct sig_rule *plain = at->plain->rules[rule].rule;
	const struct match_slice *slice = &at->slices[rule];

	*view = (struct rule_view){.system = at, .rule = &at->plain->rules[rule]};
	build_end(work, at, plain->from, plain->from_any, &view->ends[SIDE_FROM]);
	build_end(work, at, plain->to, plain->to_any, &view->ends[SIDE_TO]);
	for (size_t i = 0; i < slice->count; i++)
		view->folded |= slice->items[i].folded;
}

static bool host_is_of(const struct rule_view *view, size_t host, enum rule_side side)
{
	return (view->system->hosts.items[host].roles & view->ends[side].roles) != 0;
}

static bool talks(const struct rule_view *view, size_t host)
{
	return host_talks(&view->system->hosts.items[host]);
}

/* What HOST needs on SIDE: somebody other than itself, who was seen talking both ways. */
static enum unobservable observe_peers(const struct rule_view *view, size_t host, enum rule_side side)
{
	const struct rule_end *end = &view->ends[side];
	bool itself = host != NO_INDEX && host_is_of(view, host, side);
	size_t others = end->count - itself;

	if (end->open)
		return OBSERVABLE;
	if (!end->bound)
		return UNOBSERVABLE_UNBOUND;
	if (itself && (others == 0 || view->ends[SIDE_FROM].roles != view->ends[SIDE_TO].roles))
		return UNOBSERVABLE_COLOCATED;
	return end->talking - (itself && talks(view, host)) > 0 ? OBSERVABLE : UNOBSERVABLE_SILENT;
}

static bool is_among(const struct rule_end *end, size_t host)
{
	for (size_t i = 0; i < end->count; i++)
		if (end->hosts[i] == host)
			return true;
	return false;
}

/* One host stands on both sides, and there is none besides. */
static bool is_alone(const struct rule_end *from, const struct rule_end *to)
{
	return from->count == 1 && to->count == 1 && from->hosts[0] == to->hosts[0];
}

/* Two different hosts talk, one a side: a host that holds both ends can stand for one of them only. */
static bool two_talk(const struct rule_view *view)
{
	const struct rule_end *from = &view->ends[SIDE_FROM], *to = &view->ends[SIDE_TO];

	if (from->open || to->open || from->talking != 1 || to->talking != 1)
		return true;
	for (size_t i = 0; i < from->count; i++)
		if (talks(view, from->hosts[i]))
			return !is_among(to, from->hosts[i]);
	return true;
}

/* Nobody in particular. */
static enum unobservable observe_sides(const struct rule_view *view)
{
	const struct rule_end *from = &view->ends[SIDE_FROM], *to = &view->ends[SIDE_TO];

	if ((!from->open && !from->bound) || (!to->open && !to->bound))
		return UNOBSERVABLE_UNBOUND;
	if (rule_end_is_silent(from) || rule_end_is_silent(to))
		return UNOBSERVABLE_SILENT;
	if (!from->open && !to->open && is_alone(from, to))
		return UNOBSERVABLE_COLOCATED;
	return two_talk(view) ? OBSERVABLE : UNOBSERVABLE_SILENT;
}

static enum unobservable observe_hosts(const struct rule_view *view, size_t host, enum rule_side side)
{
	enum unobservable peers;

	if (host == NO_INDEX)
		return observe_sides(view);
	peers = observe_peers(view, host, side == SIDE_FROM ? SIDE_TO : SIDE_FROM);
	if (peers == UNOBSERVABLE_UNBOUND)
		return peers;
	return talks(view, host) ? peers : UNOBSERVABLE_SILENT;
}

/* One address of HOST and one of PEER in the same family. */
static bool share_family(const struct audit_host *host, const struct audit_host *peer, struct addr ends[2])
{
	const struct addr *mine[2] = {&host->address, &host->other},
			  *theirs[2] = {&peer->address, &peer->other};

	for (size_t i = 0; i < 4; i++) {
		ends[0] = *mine[i / 2];
		ends[1] = *theirs[i % 2];
		if (ends[0].family == ends[1].family &&
		    (ends[0].family == ADDR_IPV4 || ends[0].family == ADDR_IPV6))
			return true;
	}
	return false;
}

/* What the filter does with what hosts would send under a rule. */
struct filter_answer {
	bool admits, denies; /* some of it */
};

static void ask(const struct audit_work *work, const struct audit_probe *probe, struct filter_answer *answer)
{
	if (work->options->admits(work->options->context, probe))
		answer->admits = true;
	else
		answer->denies = true;
}

/* What the first of ENDS would send to the other, to each of the rule's ports. Of a wide range the first ones
 * tell. */
static void ask_rule(const struct audit_work *work, const struct matrix_rule *rule, const struct addr ends[2],
		     struct filter_answer *answer)
{
	struct audit_probe probe = {.from = ends[0], .to = ends[1], .from_port = EPHEMERAL_PORT};
	unsigned tried = 0;

	if (rule->source_port_count > 0)
		probe.from_port = rule->source_ports[0].low;
	for (size_t i = 0; i < rule->rule->protocol_count; i++) {
		probe.protocol = rule->rule->protocols[i];
		if (probe.protocol == PROTO_ICMP && ends[0].family == ADDR_IPV6)
			probe.protocol = PROTO_ICMP6;
		if (rule->port_count == 0)
			ask(work, &probe, answer);
		for (size_t j = 0; j < rule->port_count; j++) {
			for (unsigned port = rule->ports[j].low;
			     port <= rule->ports[j].high && tried < PORTS_TRIED; port++, tried++) {
				probe.to_port = (uint16_t)port;
				ask(work, &probe, answer);
			}
		}
	}
}

static void ask_pair(const struct audit_work *work, const struct rule_view *view,
		     const struct audit_host *from, const struct audit_host *to, struct filter_answer *answer)
{
	struct addr ends[2], back[2];

	if (!share_family(from, to, ends))
		return;
	back[0] = ends[1];
	back[1] = ends[0];
	ask_rule(work, view->rule, ends, answer);
	if (view->rule->rule->either)
		ask_rule(work, view->rule, back, answer);
}

/* Where nobody is known on one side, a host of the other stands for it: then the ports alone decide. */
static void ask_hosts(const struct audit_work *work, const struct rule_view *view, size_t from, size_t to,
		      struct filter_answer *answer)
{
	const struct audit_host *hosts = view->system->hosts.items;

	if (from == to || (from == NO_INDEX && to == NO_INDEX))
		return;
	ask_pair(work, view, &hosts[from == NO_INDEX ? to : from], &hosts[to == NO_INDEX ? from : to],
		 answer);
}

/* The number of hosts to try on a side, and each: HOST alone where the question is about it, NO_INDEX where
 * nobody is known. */
static size_t count_tried(const struct rule_end *end, bool alone)
{
	return alone || end->count == 0 ? 1 : end->count;
}

static size_t host_tried(const struct rule_end *end, bool alone, size_t host, size_t i)
{
	if (alone)
		return host;
	return end->count == 0 ? NO_INDEX : end->hosts[i];
}

/* Pairs are tried up to a limit: a filter that spares the first ones and not the others is beyond telling. */
static struct filter_answer ask_filter(const struct audit_work *work, const struct rule_view *view,
				       size_t host, enum rule_side side)
{
	const struct rule_end *from = &view->ends[SIDE_FROM], *to = &view->ends[SIDE_TO];
	bool alone[2] = {host != NO_INDEX && side == SIDE_FROM, host != NO_INDEX && side == SIDE_TO};
	struct filter_answer answer = {0};
	unsigned probes = 0;

	if (!work->options->admits)
		return (struct filter_answer){.admits = true};
	for (size_t i = 0; i < count_tried(from, alone[SIDE_FROM]); i++) {
		for (size_t j = 0; j < count_tried(to, alone[SIDE_TO]) && probes < PROBES_MAX; j++) {
			probes++;
			ask_hosts(work, view, host_tried(from, alone[SIDE_FROM], host, i),
				  host_tried(to, alone[SIDE_TO], host, j), &answer);
		}
	}
	return answer;
}

bool rule_is_filtered(const struct audit_work *work, const struct rule_view *view, size_t host,
		      enum rule_side side)
{
	return ask_filter(work, view, host, side).denies;
}

bool rule_is_hidden(const struct audit_work *work, const struct rule_view *view)
{
	struct filter_answer answer = ask_filter(work, view, NO_INDEX, SIDE_FROM);

	return answer.denies && !answer.admits;
}

static bool direction_unknown(const struct audit_work *work, const struct rule_view *view, size_t host)
{
	struct sighting_list list =
	    sightings_of(work, view->system->index, (size_t)(view->rule - view->system->plain->rules), host);

	for (size_t i = 0; i < list.count; i++)
		if (list.items[i].uncertain)
			return true;
	return false;
}

enum unobservable observe_host(struct audit_work *work, const struct rule_view *view, size_t host,
			       enum rule_side side)
{
	enum unobservable why = observe_hosts(view, host, side);
	struct filter_answer filter = ask_filter(work, view, host, side);
	int64_t within_ns = (int64_t)view->rule->presence->within_sec * NSEC_PER_SEC;

	/* No mirror and no binding helps against a filter. */
	if (filter.denies && !filter.admits)
		return UNOBSERVABLE_FILTERED;
	if (why == UNOBSERVABLE_UNBOUND || why == UNOBSERVABLE_SILENT)
		return why;
	if (work->cover.longest_ns < within_ns)
		return UNOBSERVABLE_SHORT;
	if (why != OBSERVABLE)
		return why;
	if (filter.denies)
		return UNOBSERVABLE_FILTERED;
	if (view->folded)
		return UNOBSERVABLE_FOLDED;
	if (direction_unknown(work, view, host))
		return UNOBSERVABLE_DIRECTION;
	if (work->health.grade == 'D')
		return UNOBSERVABLE_HEALTH;
	return work->options->unwatched ? UNOBSERVABLE_UNWATCHED : OBSERVABLE;
}
