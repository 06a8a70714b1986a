/* What an example's flow would leave behind in a ledger. */
#include "examples.h"
#include <string.h>

/* 2026-01-07 12:00 UTC, and a day on both sides: longer than any `within` that a signature is likely to
 * state. */
#define EXAMPLE_TIME_NS (INT64_C(1767787200) * NSEC_PER_SEC)
#define EXAMPLE_DAY_NS  (INT64_C(86400) * NSEC_PER_SEC)

enum { EPHEMERAL_PORT = 50000, PACKET_BYTES = 100 };

int64_t example_end_ns(void)
{
	return EXAMPLE_TIME_NS + EXAMPLE_DAY_NS;
}

/* What a flow with this outcome adds: events, and packets each way. */
struct outcome_text {
	const char *name;
	enum flow_event event; /* besides OPENED; FLOW_OPENED: none */
	uint64_t packets[2];
	bool retransmitted;
};

static const struct outcome_text outcomes[] = {
    {"established", FLOW_SUCCEEDED, {5, 5}, false}, {"answered", FLOW_SUCCEEDED, {1, 1}, false},
    {"oneway", FLOW_ONEWAY, {2, 0}, false},         {"probed", FLOW_PROBED, {2, 1}, false},
    {"refused", FLOW_REFUSED, {1, 1}, false},       {"reset", FLOW_RESET, {1, 1}, false},
    {"unanswered", FLOW_EXPIRED, {3, 0}, true},     {"pending", FLOW_OPENED, {1, 0}, false},
    {"stray", FLOW_STRAY, {1, 0}, false},
};

static const struct outcome_text *find_outcome(const char *name)
{
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (strcmp(outcomes[i].name, name) == 0)
			return &outcomes[i];
	return &outcomes[0];
}

static enum direction_basis find_basis(const char *name)
{
	for (size_t i = 0; i < DIRECTION_COUNT; i++)
		if (strcmp(direction_name((enum direction_basis)i), name) == 0)
			return (enum direction_basis)i;
	return DIRECTION_NONE;
}

/* The confidence that design section 3 gives the basis at its best. */
static enum confidence basis_confidence(enum direction_basis basis)
{
	switch (basis) {
	case DIRECTION_NONE: return CONFIDENCE_UNKNOWN;
	case DIRECTION_PORTS:
	case DIRECTION_FIRST:
	case DIRECTION_QUIET: return CONFIDENCE_LIKELY;
	case DIRECTION_CARRIED:
	case DIRECTION_CHILD:
	case DIRECTION_ANSWER:
	case DIRECTION_PROTOCOL:
	case DIRECTION_GROUP:
	case DIRECTION_SYNACK:
	case DIRECTION_HANDSHAKE:
	case DIRECTION_COUNT: break;
	}
	return CONFIDENCE_PROVEN;
}

static uint16_t opener_port(const struct sig_example *example)
{
	if (!protocol_has_ports(example->protocol))
		return 0;
	return example->source_port < 0 ? EPHEMERAL_PORT : (uint16_t)example->source_port;
}

static struct flow_delta delta_base(const struct example_run *run)
{
	const struct sig_example *example = run->example;
	enum direction_basis basis = find_basis(example->basis);
	struct flow_delta delta = {.bucket = time_bucket(EXAMPLE_TIME_NS),
				   .initiator = run->from,
				   .responder = run->to,
				   .initiator_port = opener_port(example),
				   .responder_port = (uint16_t)example->port,
				   .protocol = example->protocol,
				   .delivery = example->delivery,
				   .basis = (uint8_t)basis,
				   .confidence = (uint8_t)basis_confidence(basis),
				   .first_ns = EXAMPLE_TIME_NS,
				   .last_ns = EXAMPLE_TIME_NS + NSEC_PER_SEC};

	if (example->protocol == PROTO_ICMP && run->family == ADDR_IPV6)
		delta.protocol = PROTO_ICMP6;
	delta.opened_minutes = time_minute_bit(EXAMPLE_TIME_NS);
	delta.openings[0] = (struct frame_ref){.time_ns = EXAMPLE_TIME_NS, .frame = 1};
	return delta;
}

static void set_packets(struct flow_delta *delta, uint64_t out, uint64_t in)
{
	delta->packets[0] = out;
	delta->packets[1] = in;
	delta->bytes[0] = out * PACKET_BYTES;
	delta->bytes[1] = in * PACKET_BYTES;
}

static void set_outcome(struct flow_delta *delta, const struct outcome_text *outcome)
{
	bool tcp = delta->protocol == PROTO_TCP;
	uint64_t in = outcome->packets[1];

	delta->events[FLOW_OPENED] = 1;
	delta->events[outcome->event] = 1;
	/* A datagram that nobody answered expires; whether it had to be answered is for the rule to say. */
	if (outcome->event == FLOW_ONEWAY) {
		delta->events[FLOW_ONEWAY] = tcp;
		delta->events[tcp ? FLOW_SUCCEEDED : FLOW_EXPIRED] = 1;
	}
	/* What refuses a datagram is ICMP, which is no packet of the flow. */
	if (outcome->event == FLOW_REFUSED && !tcp)
		in = 0;
	if (delta->events[FLOW_SUCCEEDED] > 0)
		delta->active_minutes = delta->opened_minutes;
	if (in > 0 && outcome->event != FLOW_REFUSED) {
		delta->answered_minutes = delta->opened_minutes;
		delta->answer = (struct frame_ref){.time_ns = EXAMPLE_TIME_NS, .frame = 2};
	}
	delta->syn_retransmitted = outcome->retransmitted;
	set_packets(delta, outcome->packets[0], in);
}

static bool answered_elsewhere(const struct sig_example *example)
{
	return example->answered_from >= 0 && example->answered_from != example->port &&
	       !example->group_destination;
}

/* An answer from another port leaves two rows: the question, counted as answered, and the answer itself. */
static void add_flow(struct ledger *ledger, uint32_t sensor, const struct example_run *run)
{
	struct flow_delta delta = delta_base(run), answer = delta;

	set_outcome(&delta, find_outcome(run->example->outcome));
	if (answered_elsewhere(run->example)) {
		set_packets(&delta, delta.packets[0], 0);
		answer.basis = DIRECTION_ANSWER;
		answer.answered_from = (uint16_t)run->example->answered_from;
		answer.events[FLOW_ANSWER] = 1;
		answer.active_minutes = answer.answered_minutes = answer.opened_minutes;
		answer.opened_minutes = 0;
		set_packets(&answer, 0, 1);
		ledger_add_delta(ledger, sensor, &answer);
	}
	ledger_add_delta(ledger, sensor, &delta);
}

struct ledger *example_ledger(const struct example_run *run, struct err *err)
{
	struct ledger_options options = {0};
	struct ledger *ledger = ledger_new(&options, err);
	int64_t sensor;

	if (!ledger)
		return NULL;
	sensor = ledger_sensor(ledger, "example");
	if (sensor < 0 ||
	    ledger_cover(ledger, (uint32_t)sensor, EXAMPLE_TIME_NS - EXAMPLE_DAY_NS, example_end_ns()) < 0) {
		ledger_free(ledger);
		err_no_memory(err);
		return NULL;
	}
	add_flow(ledger, (uint32_t)sensor, run);
	ledger_sort(ledger);
	return ledger;
}

size_t example_row(const struct example_run *run, const struct ledger *ledger)
{
	uint16_t wanted = answered_elsewhere(run->example) ? (uint16_t)run->example->answered_from : 0;
	size_t count = ledger_edge_count(ledger);

	for (size_t i = 0; i < count; i++)
		if (ledger_edge_brief(ledger, i).answered_from == wanted)
			return i;
	return NO_INDEX;
}
