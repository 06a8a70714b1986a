/* The ports that a finding is about: named where they are few enough to read. */
#include "work.h"

static void add_port(struct port_names *names, uint16_t port)
{
	size_t at = 0;

	while (at < names->count && names->ports[at] < port)
		at++;
	if (at < names->count && names->ports[at] == port)
		return;
	if (names->count == PORTS_NAMED_MAX) {
		names->more = true;
		return;
	}
	for (size_t i = names->count++; i > at; i--)
		names->ports[i] = names->ports[i - 1];
	names->ports[at] = port;
}

struct port_names port_names_of(const struct audit_work *work, const struct row_set *set)
{
	struct port_names names = {.count = 0};

	for (size_t i = 0; i < set->count && !names.more; i++) {
		const struct edge_key whole = work_key(work, set->rows[i]), *key = &whole;

		if (!protocol_has_ports(key->protocol) ||
		    key->protocol != work_key(work, set->rows[0]).protocol)
			return (struct port_names){.count = 0};
		add_port(&names, key->responder_port);
	}
	if (names.more)
		names.count = 0;
	return names;
}

void port_names_keep(struct audit_finding *finding, const struct port_names *names)
{
	if (!finding->many_ports || names->count < 2)
		return;
	for (size_t i = 0; i < names->count; i++)
		finding->ports[i] = names->ports[i];
	finding->port_count = names->count;
}

/* "TCP ports 40000, 41000 and 42000"; "many TCP ports"; else as port_text says it. */
const char *port_names_text(struct audit_work *work, int32_t protocol, int32_t port,
			    const struct port_names *names)
{
	struct strbuf buf = {0};

	if (names->more)
		return port_text(work, protocol, PORT_MANY);
	if (names->count < 2)
		return port_text(work, protocol, port);
	strbuf_addf(&buf, "%s ports ", protocol_text(work, protocol));
	for (size_t i = 0; i < names->count; i++)
		strbuf_addf(&buf, "%s%u",
			    i == 0                  ? ""
			    : i + 1 == names->count ? " and "
						    : ", ",
			    names->ports[i]);
	return work_take(work, &buf);
}

/* A bit for each port there is. */
struct port_bits {
	uint64_t words[(UINT16_MAX + 1) / 64];
};

static bool bit_is_set(const struct port_bits *bits, size_t port)
{
	return bits->words[port / 64] >> (port % 64) & 1;
}

/* The next run of ports from *PORT on, which is put behind it. False: there is none. */
static bool next_range(const struct port_bits *bits, size_t *port, struct port_range *out)
{
	while (*port <= UINT16_MAX && !bit_is_set(bits, *port))
		*port += bits->words[*port / 64] >> (*port % 64) == 0 ? 64 - *port % 64 : 1;
	if (*port > UINT16_MAX)
		return false;
	out->low = (uint16_t)*port;
	while (*port <= UINT16_MAX && bit_is_set(bits, *port))
		out->high = (uint16_t)(*port)++;
	return true;
}

/* The usual finding: all its rows are of one port. */
static bool is_one_port(const struct audit_work *work, const struct row_set *set)
{
	for (size_t i = 1; i < set->count; i++)
		if (work_key(work, set->rows[i]).responder_port !=
		    work_key(work, set->rows[0]).responder_port)
			return false;
	return set->count > 0;
}

static void keep_one(struct audit_work *work, struct audit_finding *finding, uint16_t port)
{
	struct port_range *range = work_alloc(work, 1, sizeof(*range));

	if (!range)
		return;
	*range = (struct port_range){port, port};
	finding->port_ranges = range;
	finding->port_range_count = 1;
	finding->port_total = 1;
}

static void keep_ranges(struct audit_work *work, struct audit_finding *finding, const struct port_bits *bits)
{
	struct port_range range, *ranges;
	size_t port = 0, count = 0;

	while (next_range(bits, &port, &range))
		count++;
	ranges = work_alloc(work, count, sizeof(*ranges));
	for (port = 0; ranges && next_range(bits, &port, &range);) {
		ranges[finding->port_range_count++] = range;
		finding->port_total += (uint64_t)(range.high - range.low) + 1;
	}
	finding->port_ranges = ranges;
}

static void keep_several(struct audit_work *work, struct audit_finding *finding, const struct row_set *set)
{
	struct port_bits bits = {{0}};

	for (size_t i = 0; i < set->count; i++) {
		const uint16_t port = work_key(work, set->rows[i]).responder_port;

		bits.words[port / 64] |= (uint64_t)1 << (port % 64);
	}
	keep_ranges(work, finding, &bits);
}

void port_ranges_keep(struct audit_work *work, struct audit_finding *finding, const struct row_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		const uint8_t fold = work_key(work, set->rows[i]).fold;

		if (fold == FOLD_RESPONDERS || fold == FOLD_BOTH)
			return;
	}
	if (is_one_port(work, set))
		keep_one(work, finding, work_key(work, set->rows[0]).responder_port);
	else
		keep_several(work, finding, set);
}
