/* The ways in which one row can be read. */
#include "judge_parts.h"

bool edge_is_folded(const struct edge_key *key)
{
	return key->fold != FOLD_NONE || key->initiator.family == ADDR_NONE ||
	       key->responder.family == ADDR_NONE || key->initiator.prefix != 0 || key->responder.prefix != 0;
}

/* Server clusters share a link-layer group address for what is one host to TCP. */
uint8_t edge_delivery(const struct edge_key *key)
{
	if (key->protocol == PROTO_TCP && !addr_is_group(&key->responder))
		return DELIVERY_UNICAST;
	return key->delivery;
}

/* An answer comes from one host, whatever its question was sent to. */
bool edge_is_group(const struct edge_key *key)
{
	return edge_delivery(key) != DELIVERY_UNICAST && key->basis != DIRECTION_ANSWER;
}

static struct judge_end end_make(const struct matrix *matrix, size_t system, const struct addr *address,
				 uint64_t roles)
{
	struct matrix_holder holder = {.roles = roles};

	return (struct judge_end){.address = address,
				  .roles = roles,
				  .assumable = matrix_assumable(matrix, system, address, &holder)};
}

struct judge_case judge_case_make(const struct matrix *matrix, size_t system, const struct edge_row *row,
				  uint64_t initiator_roles, uint64_t responder_roles)
{
	const struct edge_key *key = &row->key;
	struct judge_case judged = {.matrix = matrix, .system = system, .row = row};

	judged.group = edge_is_group(key);
	judged.orientation_known = key->confidence != CONFIDENCE_UNKNOWN || judged.group;
	judged.initiator = end_make(matrix, system, &key->initiator, initiator_roles);
	if (judged.group)
		judged.responder = (struct judge_end){.address = &key->responder, .group = true};
	else
		judged.responder = end_make(matrix, system, &key->responder, responder_roles);
	return judged;
}

static bool lacks_address(const struct addr *address)
{
	return address->family == ADDR_MAC || addr_is_unspecified(address);
}

static bool ports_are_folded(const struct edge_key *key)
{
	return key->fold == FOLD_RESPONDERS || key->fold == FOLD_BOTH;
}

static struct view_port responder_port(const struct edge_key *key)
{
	if (ports_are_folded(key))
		return (struct view_port){PORT_ANY, 0};
	return (struct view_port){PORT_KNOWN, key->responder_port};
}

/* ICMP has one number that stands for the port, whoever sent it. */
static struct view_port opener_port(const struct edge_key *key)
{
	if (edge_is_folded(key))
		return (struct view_port){PORT_ANY, 0};
	if (!protocol_has_ports(key->protocol))
		return (struct view_port){PORT_KNOWN, key->responder_port};
	return (struct view_port){key->opener_port == 0 ? PORT_HIGH : PORT_KNOWN, key->opener_port};
}

void judge_row_ports(const struct edge_key *key, struct view_port ports[2])
{
	ports[0] = responder_port(key);
	ports[1] = opener_port(key);
}

/* Answers are paired with questions in datagrams only; a question answered from elsewhere has no packets
 * back. */
static void set_answer(const struct edge_row *row, struct judge_view *view)
{
	const struct edge_key *key = &row->key;
	bool to_question = key->answered_from != 0 || key->basis == DIRECTION_ANSWER;

	if (key->protocol != PROTO_UDP)
		return;
	view->has_answer =
	    view->turned ? !to_question && row->packets[0] > 0 : to_question || row->packets[1] > 0;
	view->answer = view->port;
	if (key->answered_from != 0)
		view->answer = (struct view_port){PORT_KNOWN, key->answered_from};
	else if (to_question && edge_is_folded(key))
		view->answer = (struct view_port){PORT_ANY, 0};
}

static struct judge_view plain_view(const struct judge_case *judged)
{
	const struct edge_key *key = &judged->row->key;
	struct judge_view view = {.opener = judged->initiator,
				  .listener = judged->responder,
				  .protocol = key->protocol,
				  .delivery = edge_delivery(key),
				  .port = responder_port(key),
				  .source = opener_port(key),
				  .without_address = lacks_address(&key->initiator)};

	set_answer(judged->row, &view);
	return view;
}

struct judge_view judge_turned_view(const struct judge_case *judged)
{
	const struct edge_key *key = &judged->row->key;
	struct judge_view view = {.opener = judged->responder,
				  .listener = judged->initiator,
				  .protocol = key->protocol,
				  .delivery = edge_delivery(key),
				  .port = opener_port(key),
				  .source = responder_port(key),
				  .turned = true,
				  .without_address = lacks_address(&key->responder)};

	set_answer(judged->row, &view);
	return view;
}

size_t judge_plain_views(const struct judge_case *judged, struct judge_view views[2])
{
	views[0] = plain_view(judged);
	if (judged->orientation_known)
		return 1;
	views[1] = judge_turned_view(judged);
	return 2;
}

/* A data connection runs in either direction, whoever opened the control connection. */
size_t judge_all_views(const struct judge_case *judged, struct judge_view views[JUDGE_VIEWS_MAX])
{
	size_t count = judge_plain_views(judged, views);

	if (judged->row->key.parent == 0)
		return count;
	for (size_t way = 0; way < 2; way++) {
		struct judge_view *view = &views[count++];

		*view = way == 0 ? plain_view(judged) : judge_turned_view(judged);
		view->child = true;
		view->port = (struct view_port){PORT_KNOWN, judged->row->key.parent};
	}
	return count;
}

struct judge_candidates judge_candidates(const struct judge_case *judged, const struct judge_view *view)
{
	struct judge_candidates all = {NULL, matrix_system(judged->matrix, judged->system)->rule_count};
	struct judge_candidates found = {0};

	if (view->port.knowledge != PORT_KNOWN)
		return all;
	found.items =
	    matrix_candidates(judged->matrix, judged->system, view->protocol, view->port.port, &found.count);
	return found;
}
