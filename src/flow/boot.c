/*
 * BOOTP and DHCP: a BOOTREPLY belongs to the BOOTREQUEST of the same transaction and client MAC, however it
 * is addressed (RFC 2131 section 4.1). It is keyed by the client as that was keyed when it asked.
 */
#include "base/hash.h"
#include "decode/evidence.h"
#include "table.h"

struct boot_request {
	struct fifo_link link;
	struct flow_end asker, asked;
	uint64_t transaction;
	uint8_t client_mac[MAC_BYTES];
};

int boot_tables_new(struct flow_table *table, size_t memory_bytes)
{
	return fifo_init(&table->boot_requests, sizeof(struct boot_request), memory_bytes);
}

static struct evidence boot_evidence(const struct keyed_packet *p)
{
	struct evidence evidence = {0};

	if (p->facts->protocol == PROTO_UDP && boot_is_on_port(p->facts) && !p->is_mute)
		evidence = evidence_datagram(p->facts);
	if (evidence.protocol != EVIDENCE_DHCP)
		evidence = (struct evidence){0};
	return evidence;
}

bool boot_is_reply(const struct keyed_packet *p)
{
	return boot_evidence(p).side == EVIDENCE_ANSWERS;
}

static uint32_t boot_hash(const struct flow_table *table, const struct evidence *evidence)
{
	uint8_t key[sizeof(evidence->id) + MAC_BYTES];

	memcpy(key, &evidence->id, sizeof(evidence->id));
	memcpy(key + sizeof(evidence->id), evidence->client_mac, MAC_BYTES);
	return (uint32_t)hash_bytes(table->seed[0], key, sizeof(key));
}

static bool is_request_of(const struct flow_table *table, const struct boot_request *request,
			  const struct evidence *evidence)
{
	return request->transaction == evidence->id &&
	       memcmp(request->client_mac, evidence->client_mac, MAC_BYTES) == 0 &&
	       time_between(request->link.time_ns, table->clock.now_ns) <
		   SECONDS_ANSWER * (uint64_t)NSEC_PER_SEC;
}

static bool same_host(const struct flow_end *a, const struct flow_end *b)
{
	struct flow_end x = flow_end_host(a), y = flow_end_host(b);

	return flow_end_differs(&x, &y) == 0;
}

/* The request that a reply from SRC to DST answers. A relay asks the server for the client with the same
 * transaction: one whose answer would go exactly where this goes is meant first, and nobody answers himself.
 */
static const struct boot_request *find_request(const struct flow_table *table, const struct keyed_packet *p,
					       const struct evidence *evidence)
{
	const struct boot_request *request = fifo_first(&table->boot_requests, boot_hash(table, evidence));
	const struct boot_request *best = NULL;

	for (; request; request = fifo_following(&table->boot_requests, request)) {
		if (!is_request_of(table, request, evidence) || same_host(&request->asker, &p->src))
			continue;
		if (flow_end_differs(&request->asker, &p->dst) == 0)
			return request;
		if (!best && flow_end_port(&request->asker) == flow_end_port(&p->dst))
			best = request;
	}
	return best;
}

static void remember_request(struct flow_table *table, const struct keyed_packet *p,
			     const struct evidence *evidence)
{
	const struct boot_request *oldest =
	    fifo_is_full(&table->boot_requests) ? fifo_oldest(&table->boot_requests) : NULL;
	struct boot_request *request;

	if (oldest &&
	    time_between(oldest->link.time_ns, table->clock.now_ns) < SECONDS_ANSWER * (uint64_t)NSEC_PER_SEC)
		table_forget(table, &table->statistics.expectations_evicted);
	request = fifo_add(&table->boot_requests, boot_hash(table, evidence), p->time_ns);
	request->asker = p->src;
	request->asked = p->dst;
	request->transaction = evidence->id;
	memcpy(request->client_mac, evidence->client_mac, MAC_BYTES);
}

bool boot_key(struct flow_table *table, struct keyed_packet *p)
{
	struct evidence evidence = boot_evidence(p);
	const struct boot_request *request;

	if (evidence.side == EVIDENCE_ASKS) {
		remember_request(table, p, &evidence);
		return false;
	}
	if (evidence.side != EVIDENCE_ANSWERS)
		return false;
	request = find_request(table, p, &evidence);
	if (request) {
		p->dst = request->asker;
	} else if (p->facts->delivery != DELIVERY_UNICAST) {
		/* Nobody saw who asked: the client that it is for, by the MAC that it names. */
		struct addr client = addr_mac(evidence.client_mac);

		client.scope_kind = p->facts->dst.scope_kind;
		client.scope = p->facts->dst.scope;
		p->dst = flow_end_make(&client, p->facts->dst_port);
	}
	return true;
}

struct flow_entry *boot_question(struct flow_table *table, const struct keyed_packet *p)
{
	struct evidence evidence = boot_evidence(p);
	const struct boot_request *request = find_request(table, p, &evidence);
	unsigned side;

	if (!request)
		return NULL;
	return table_find_alive(table, &request->asker, &request->asked, PROTO_UDP, &side);
}
