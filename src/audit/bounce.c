/*
 * FTP bounces: a control connection that names a third host for its data. A finding of its own where one of
 * the three hosts is bound to a product role; the connection's own verdict stays what it is.
 */
#include "work.h"
#include <stdlib.h>

enum { PEERS_LISTED_MAX = 20, BOUNCE_HOSTS = 3 };

struct bounce {
	const struct anomaly_row *anomaly;
	size_t system, exception;
	struct host_ref hosts[BOUNCE_HOSTS]; /* initiator, responder, third */
	uint8_t anchor;                      /* the first of these that is bound to a product role */
};

static const char *const sides[BOUNCE_HOSTS] = {"initiator", "responder", "third"};

static const struct addr *bounce_address(const struct anomaly_row *anomaly, size_t which)
{
	return which == 0 ? &anomaly->initiator : which == 1 ? &anomaly->responder : &anomaly->third;
}

static bool read_bounce(const struct audit_work *work, const struct anomaly_row *anomaly, size_t system,
			struct bounce *bounce)
{
	uint64_t products = work->systems[system].plain->product_roles;

	*bounce = (struct bounce){.anomaly = anomaly, .system = system, .anchor = BOUNCE_HOSTS};
	for (size_t i = BOUNCE_HOSTS; i-- > 0;) {
		bounce->hosts[i] =
		    host_ref_find(work, system, anomaly->sensor, anomaly->bucket, bounce_address(anomaly, i));
		if (host_ref_roles(work, system, &bounce->hosts[i]) & products)
			bounce->anchor = (uint8_t)i;
	}
	return bounce->anchor < BOUNCE_HOSTS;
}

static int compare_subjects(const struct bounce *a, const struct bounce *b)
{
	int order;

	if (a->system != b->system)
		return a->system < b->system ? -1 : 1;
	if (a->exception != b->exception)
		return a->exception < b->exception ? -1 : 1;
	if (a->anchor != b->anchor)
		return a->anchor < b->anchor ? -1 : 1;
	order = host_ref_compare(&a->hosts[a->anchor], &b->hosts[b->anchor]);
	if (order != 0)
		return order;
	return (a->anomaly->responder_port > b->anomaly->responder_port) -
	       (a->anomaly->responder_port < b->anomaly->responder_port);
}

static int compare_bounces(const void *a, const void *b)
{
	const struct bounce *left = a, *right = b;
	int order = compare_subjects(left, right);

	for (size_t i = BOUNCE_HOSTS; order == 0 && i-- > 0;)
		order = addr_compare(bounce_address(left->anomaly, i), bounce_address(right->anomaly, i));
	return order;
}

/* The rows of the control connections lie together in rank order. With SET->rows NULL only counts. */
static void add_control_rows(const struct audit_work *work, const struct anomaly_row *anomaly,
			     struct row_set *set)
{
	struct edge_row wanted = {.key = {.initiator = anomaly->initiator,
					  .responder = anomaly->responder,
					  .protocol = anomaly->protocol,
					  .responder_port = anomaly->responder_port}};
	size_t at = rank_of_edge(work, &wanted);

	for (; at < work->row_count; at++) {
		const struct edge_row row = work_row(work, work->order[at]);

		if (!rows_same_edge(&row, &wanted))
			return;
		if (set->rows)
			set->rows[set->count] = work->order[at];
		set->count++;
	}
}

static void list_thirds(struct audit_work *work, struct audit_finding *finding, const struct bounce *items,
			size_t count)
{
	struct audit_end *peers = work_alloc(work, PEERS_LISTED_MAX, sizeof(*peers));

	for (size_t i = 0; peers && i < count; i++) {
		if (i > 0 && addr_equal(&items[i].anomaly->third, &items[i - 1].anomaly->third))
			continue;
		finding->peer_count++;
		if (finding->peers_listed < PEERS_LISTED_MAX)
			peers[finding->peers_listed++] =
			    host_ref_end(work, items[i].system, &items[i].hosts[2], &items[i].anomaly->third);
	}
	finding->peers = peers;
}

static bool same_control(const struct bounce *a, const struct bounce *b)
{
	return addr_equal(&a->anomaly->initiator, &b->anomaly->initiator) &&
	       addr_equal(&a->anomaly->responder, &b->anomaly->responder);
}

static void add_controls(const struct audit_work *work, const struct bounce *items, size_t count,
			 struct row_set *set)
{
	for (size_t i = 0; i < count; i++) {
		bool repeated = false;

		for (size_t j = 0; j < i && !repeated && j < PEERS_LISTED_MAX; j++)
			repeated = same_control(&items[i], &items[j]);
		if (!repeated && i < PEERS_LISTED_MAX)
			add_control_rows(work, items[i].anomaly, set);
	}
}

/* The command itself, and where its connection was opened: the last time that one was before it. */
static void take_evidence(struct audit_work *work, struct audit_finding *finding, const struct bounce *items,
			  size_t count, const struct row_set *set)
{
	struct ledger_evidence commands = {0}, opening = {0};

	for (size_t i = 0; i < count; i++)
		evidence_add(work, &commands,
			     &(struct ledger_evidence){.openings = {items[i].anomaly->evidence}});
	for (size_t i = 0; i < set->count; i++) {
		const struct edge_row whole = work_row(work, set->rows[i]), *row = &whole;

		if (row->events[FLOW_OPENED] > 0 &&
		    row->evidence.openings[0].time_ns <= commands.openings[0].time_ns &&
		    (opening.openings[0].frame == 0 ||
		     row->evidence.openings[0].time_ns > opening.openings[0].time_ns))
			opening.openings[0] = row->evidence.openings[0];
	}
	opening.openings[1] = commands.openings[0];
	finding->evidence = (struct ledger_evidence){0};
	evidence_add(work, &finding->evidence, &opening);
}

static void set_id(struct audit_work *work, struct audit_finding *finding, const struct bounce *first)
{
	struct finding_key key = {
	    .kind = FINDING_UNEXPECTED,
	    .reason = REASON_FTP_BOUNCE,
	    .system = first->system,
	    .rule = NO_INDEX,
	    .host = host_ref_identity(work, first->system, &first->hosts[first->anchor]),
	    .host_place = host_ref_place(work, first->system, &first->hosts[first->anchor]),
	    .side = sides[first->anchor],
	    .protocol = first->anomaly->protocol,
	    .port = first->anomaly->responder_port};

	finding_ids(work, &key, finding);
}

static const char *bounce_text(struct audit_work *work, const struct audit_finding *finding)
{
	const char *more = finding->peer_count > 1 ? work_text(work, " and %llu more",
							       (unsigned long long)finding->peer_count - 1)
						   : "";

	return work_text(work,
			 "A PORT or PASV in the FTP session of %s with %s named a third host, %s%s, which "
			 "the session does "
			 "not belong to. No rule of the matrix allows that: it is how FTP is misused to "
			 "reach other hosts.",
			 end_text(work, &finding->initiator), end_text(work, &finding->responder),
			 end_text(work, &finding->peers[0]), more);
}

static void add_finding(struct audit_work *work, const struct bounce *items, size_t count)
{
	struct audit_finding_draft *draft = work_draft(work);
	struct row_set set = {NULL, 0};
	struct audit_finding *finding;

	add_controls(work, items, count, &set);
	set.rows = work_scratch(work, set.count + 1, sizeof(size_t));
	if (!draft || !set.rows)
		return;
	set.count = 0;
	add_controls(work, items, count, &set);
	finding = &draft->plain;
	finding->kind = FINDING_UNEXPECTED;
	finding->reason = REASON_FTP_BOUNCE;
	finding->severity = SEVERITY_HIGH;
	finding->protocol = items->anomaly->protocol;
	finding->port = items->anomaly->responder_port;
	draft->system = items->system;
	finding_cite(work, finding, items->system, NO_INDEX);
	finding->initiator = host_ref_end(work, items->system, &items->hosts[0], &items->anomaly->initiator);
	finding->responder = host_ref_end(work, items->system, &items->hosts[1], &items->anomaly->responder);
	list_thirds(work, finding, items, count);
	finding_sum_rows(work, finding, &set);
	take_evidence(work, finding, items, count, &set);
	set_id(work, finding, items);
	if (finding->peers_listed == 0)
		return;
	finding->filter = finding_filter(work, finding, &set);
	finding->message = bounce_text(work, finding);
	draft_except(work, draft, items->exception);
}

static size_t gather(const struct audit_work *work, const struct anomaly_row *anomalies, size_t count,
		     struct bounce *items)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < work->system_count && anomalies[i].kind == ANOMALY_FTP_BOUNCE; j++) {
			struct bounce *bounce = &items[kept];
			struct exception_subject subject = {.kind = FINDING_UNEXPECTED,
							    .system = j,
							    .rule = NO_INDEX,
							    .initiator = &bounce->hosts[0],
							    .responder = &bounce->hosts[1],
							    .protocol = anomalies[i].protocol,
							    .port = anomalies[i].responder_port};

			if (!read_bounce(work, &anomalies[i], j, bounce))
				continue;
			bounce->exception = exception_find(work, &subject);
			kept++;
		}
	}
	return kept;
}

void bounce_findings(struct audit_work *work)
{
	size_t count, kept;
	const struct anomaly_row *anomalies = ledger_anomalies(work->ledger, &count);
	struct bounce *items = work_scratch(work, count * work->system_count + 1, sizeof(*items));

	if (!items)
		return;
	kept = gather(work, anomalies, count, items);
	if (kept > 1)
		qsort(items, kept, sizeof(*items), compare_bounces);
	for (size_t i = 0, end; i < kept && !work->failed; i = end) {
		for (end = i + 1; end < kept && compare_subjects(&items[i], &items[end]) == 0;)
			end++;
		add_finding(work, &items[i], end - i);
	}
}
