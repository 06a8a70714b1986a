/* Why a rule could not be observed, in words, and what to do about it. */
#include "rule_work.h"

static uint64_t lowest_role(uint64_t roles)
{
	return roles & (~roles + 1);
}

/* "10.0.0.5 (manager)" */
static const char *host_with_role(struct audit_work *work, const struct rule_view *view, size_t host,
				  enum rule_side side)
{
	const struct audit_host *at = &view->system->hosts.items[host];
	uint64_t role = lowest_role(at->roles & view->ends[side].roles);

	return work_text(work, "%s (%s)", at->text,
			 roles_text(work, view->system->plain->signature, role, false));
}

/* The host of SIDE to name: best one that is there. */
static size_t host_to_mirror(const struct rule_view *view, enum rule_side side, size_t except)
{
	const struct rule_end *end = &view->ends[side];
	size_t found = NO_INDEX;

	for (size_t i = 0; i < end->count; i++) {
		if (end->hosts[i] == except)
			continue;
		if (host_talks(&view->system->hosts.items[end->hosts[i]]))
			return end->hosts[i];
		if (found == NO_INDEX)
			found = end->hosts[i];
	}
	return found;
}

/* "mirror the link of A (manager) or B (device)": either end's link shows the flow. */
const char *mirror_text(struct audit_work *work, const struct rule_view *view, size_t host,
			enum rule_side side)
{
	size_t hosts[2];

	for (int i = SIDE_FROM; i <= SIDE_TO; i++) {
		if (host != NO_INDEX && (enum rule_side)i == side)
			hosts[i] = host;
		else
			hosts[i] = host_to_mirror(view, (enum rule_side)i, host);
	}
	if (hosts[SIDE_FROM] != NO_INDEX && hosts[SIDE_TO] != NO_INDEX)
		return work_text(work, "mirror the link of %s or %s",
				 host_with_role(work, view, hosts[SIDE_FROM], SIDE_FROM),
				 host_with_role(work, view, hosts[SIDE_TO], SIDE_TO));
	for (int i = SIDE_FROM; i <= SIDE_TO; i++)
		if (hosts[i] != NO_INDEX)
			return work_text(work, "mirror the link of %s",
					 host_with_role(work, view, hosts[i], (enum rule_side)i));
	return "bind the hosts in the site file";
}

static const char *unbound_text(struct audit_work *work, const struct rule_view *view)
{
	const struct rule_end *end = &view->ends[SIDE_FROM];

	if (end->open || end->bound)
		end = &view->ends[SIDE_TO];
	return work_text(work, "nobody is bound to %s: name the host in the site file",
			 roles_text(work, view->system->plain->signature, end->roles, false));
}

static size_t silent_host(const struct rule_view *view, enum rule_side side)
{
	const struct rule_end *end = &view->ends[side];

	for (size_t i = 0; i < end->count; i++)
		if (!host_talks(&view->system->hosts.items[end->hosts[i]]))
			return end->hosts[i];
	return NO_INDEX;
}

/* The side that nobody was seen on. Where one host alone talks, and holds both, it is either. */
static enum rule_side silent_side(const struct rule_view *view)
{
	if (rule_end_is_silent(&view->ends[SIDE_FROM]))
		return SIDE_FROM;
	if (rule_end_is_silent(&view->ends[SIDE_TO]))
		return SIDE_TO;
	return silent_host(view, SIDE_TO) == NO_INDEX ? SIDE_FROM : SIDE_TO;
}

static const char *silent_text(struct audit_work *work, const struct rule_view *view, size_t host,
			       enum rule_side side)
{
	enum rule_side other = side == SIDE_FROM ? SIDE_TO : SIDE_FROM;
	size_t silent = host;

	if (host == NO_INDEX)
		other = silent_side(view);
	if (host == NO_INDEX || host_talks(&view->system->hosts.items[host]))
		silent = silent_host(view, other);
	if (silent == NO_INDEX)
		return work_text(
		    work, "no host bound to %s was seen: mirror its link",
		    roles_text(work, view->system->plain->signature, view->ends[other].roles, false));
	if (host == NO_INDEX)
		return work_text(work, "%s was never seen talking both ways: %s",
				 view->system->hosts.items[silent].text,
				 mirror_text(work, view, silent, other));
	return work_text(work, "%s was never seen talking both ways: %s",
			 view->system->hosts.items[silent].text, mirror_text(work, view, host, side));
}

static const char *short_text(struct audit_work *work, const struct rule_view *view)
{
	return work_text(work, "the longest stretch without a gap covers %lld s; it would take %u s to tell",
			 (long long)(work->cover.longest_ns / NSEC_PER_SEC),
			 view->rule->presence->within_sec);
}

const char *unobservable_text(struct audit_work *work, const struct rule_view *view, enum unobservable why,
			      size_t host, enum rule_side side)
{
	const char *name = host == NO_INDEX ? "the same host" : view->system->hosts.items[host].text;

	switch (why) {
	case UNOBSERVABLE_UNBOUND: return unbound_text(work, view);
	case UNOBSERVABLE_SILENT: return silent_text(work, view, host, side);
	case UNOBSERVABLE_SHORT: return short_text(work, view);
	case UNOBSERVABLE_COLOCATED:
		return work_text(
		    work, "co-located: %s holds both ends, and what stays in a host is on no link", name);
	case UNOBSERVABLE_FILTERED: return "filtered out: the capture filter keeps such packets away";
	case UNOBSERVABLE_NO_TRIGGER:
		return "filtered out: the capture filter keeps away what would make it due";
	case UNOBSERVABLE_FOLDED:
		return "folded: memory ran short, and such edges were joined; allow more memory";
	case UNOBSERVABLE_DIRECTION:
		return "direction unknown: nobody saw who opened it; capture from before the connection "
		       "opens";
	case UNOBSERVABLE_HEALTH: return "health D: too much of the traffic is missing from the capture";
	case UNOBSERVABLE_UNWATCHED:
		return work_text(work, "it may be where nobody watched: %s", work->options->unwatched);
	case UNOBSERVABLE_PENDING: return "opened too near the end of the capture to know what became of it";
	case UNOBSERVABLE_EDGE:
		return "each flow that makes it due is too near the edge of the capture or a gap";
	case OBSERVABLE: break;
	}
	return NULL;
}
