/* Rows put together for whoever reads them. */
#include "base/mem.h"
#include "internal.h"

size_t ledger_edge_count(const struct ledger *ledger)
{
	return ledger->edges.count;
}

size_t ledger_host_count(const struct ledger *ledger)
{
	return ledger->hosts.count;
}

static void edge_join(const struct ledger *ledger, const struct edge_core *core, struct edge_row *row)
{
	edge_core_join(row, core);
	row->key.initiator = *ledger_addr(ledger, core->initiator);
	row->key.responder = *ledger_addr(ledger, core->responder);
	if (core->extra != 0)
		edge_row_add(ledger, row, edge_extra(ledger, core));
}

struct edge_row ledger_edge(const struct ledger *ledger, size_t i)
{
	struct edge_row row;

	edge_join(ledger, edge_at(ledger, i), &row);
	return row;
}

struct edge_key ledger_edge_key(const struct ledger *ledger, size_t i)
{
	const struct edge_core *core = edge_at(ledger, i);
	struct edge_key key;

	edge_core_join_key(&key, core);
	key.initiator = *ledger_addr(ledger, core->initiator);
	key.responder = *ledger_addr(ledger, core->responder);
	return key;
}

int64_t ledger_last_ns(const struct ledger *ledger)
{
	int64_t last_ns = TIME_UNKNOWN;

	for (size_t i = 0; i < ledger->edges.count; i++) {
		const struct edge_core *core = edge_at(ledger, i);
		const struct edge_row *extra = edge_extra(ledger, core);
		int64_t time_ns = edge_core_last_ns(core);

		if (extra && extra->last_ns > time_ns)
			time_ns = extra->last_ns;
		if (time_ns > last_ns)
			last_ns = time_ns;
	}
	return last_ns;
}

/* Of either part of a row. */
static bool is_event(const struct edge_core *core, const struct edge_row *extra, enum flow_event event)
{
	return core->events[event] != 0 || (extra && extra->events[event] != 0);
}

bool ledger_edge_has_outcome(const struct ledger *ledger, size_t i)
{
	const struct edge_core *core = edge_at(ledger, i);
	const struct edge_row *extra = edge_extra(ledger, core);

	return is_event(core, extra, FLOW_SUCCEEDED) || is_event(core, extra, FLOW_EXPIRED) ||
	       is_event(core, extra, FLOW_REFUSED) || is_event(core, extra, FLOW_RESET) ||
	       is_event(core, extra, FLOW_PROBED) || is_event(core, extra, FLOW_ANSWER);
}

struct edge_brief ledger_edge_brief(const struct ledger *ledger, size_t i)
{
	const struct edge_core *core = edge_at(ledger, i);
	const struct edge_row *extra = edge_extra(ledger, core);

	return (struct edge_brief){.sensor = core->sensor,
				   .bucket = core->bucket,
				   .initiator = core->initiator,
				   .responder = core->responder,
				   .responder_port = core->responder_port,
				   .opener_port = core->opener_port,
				   .answered_from = core->answered_from,
				   .parent = core->parent,
				   .protocol = core->protocol,
				   .delivery = core_delivery(core),
				   .confidence = core_confidence(core),
				   .fold = (uint8_t)core_fold(core),
				   .flows = (uint64_t)core->events[FLOW_OPENED] +
					    core->events[FLOW_CONTINUED] + (extra ? edge_flows(extra) : 0)};
}

size_t ledger_address_count(const struct ledger *ledger)
{
	return ledger->addresses.rows.count;
}

const struct addr *ledger_address(const struct ledger *ledger, uint32_t place)
{
	return ledger_addr(ledger, place);
}

static void host_read(const struct ledger *ledger, size_t i, struct host_row *row)
{
	const struct host_core *core = host_at(ledger, i);

	memset(row, 0, sizeof(*row));
	row->sensor = core->sensor;
	row->bucket = core->bucket;
	row->address = *ledger_addr(ledger, core->address);
	memcpy(row->mac, core->mac, MAC_BYTES);
	row->unicast_sent = core->unicast_sent;
	row->unicast_received = core->unicast_received;
	row->group_sent = core->group_sent;
	row->group_received = core->group_received;
}

struct host_row ledger_host(const struct ledger *ledger, size_t i)
{
	struct host_row row;

	host_read(ledger, i, &row);
	return row;
}

void ledger_drop_view(struct ledger_view *view)
{
	mem_free(view->edges);
	mem_free(view->hosts);
	*view = (struct ledger_view){0};
}

/* The view as it is to be now: nothing older than the latest change. */
static struct ledger_view *view_of(const struct ledger *ledger)
{
	if (ledger->view->made_at != ledger->changes)
		ledger_drop_view(ledger->view);
	ledger->view->made_at = ledger->changes;
	return ledger->view;
}

const struct edge_row *ledger_edges(const struct ledger *ledger, size_t *count)
{
	struct ledger_view *view = view_of(ledger);

	if (!view->edges) {
		view->edges = mem_calloc(ledger->edges.count, sizeof(*view->edges));
		for (size_t i = 0; view->edges && i < ledger->edges.count; i++)
			edge_join(ledger, edge_at(ledger, i), &view->edges[i]);
	}
	*count = view->edges ? ledger->edges.count : 0;
	return view->edges;
}

const struct host_row *ledger_hosts(const struct ledger *ledger, size_t *count)
{
	struct ledger_view *view = view_of(ledger);

	if (!view->hosts) {
		view->hosts = mem_calloc(ledger->hosts.count, sizeof(*view->hosts));
		for (size_t i = 0; view->hosts && i < ledger->hosts.count; i++)
			host_read(ledger, i, &view->hosts[i]);
	}
	*count = view->hosts ? ledger->hosts.count : 0;
	return view->hosts;
}
