/*
 * Door: what a payload says about who asks. Four bytes are the ports, one how much of the payload was cut
 * off; the rest is the payload. Checked: what is said is of the enums, and a payload that says nothing says
 * nothing else either.
 */
#include "decode/evidence.h"
#include "fuzz.h"

static void check(const struct evidence *e)
{
	static const uint8_t no_mac[MAC_BYTES];

	FUZZ_CHECK(e->side <= EVIDENCE_ANSWERS && e->protocol < EVIDENCE_PROTOCOL_COUNT);
	FUZZ_CHECK(evidence_protocol_name((enum evidence_protocol)e->protocol));
	FUZZ_CHECK(e->side == EVIDENCE_NONE || e->protocol != EVIDENCE_NO_PROTOCOL);
	FUZZ_CHECK(e->protocol == EVIDENCE_DHCP || memcmp(e->client_mac, no_mac, MAC_BYTES) == 0);
	FUZZ_CHECK(e->has_id || e->id == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cur_make(data, size);
	uint16_t src_port = cur_be16(&in), dst_port = cur_be16(&in);
	uint8_t cut = cur_u8(&in);
	struct packet_facts facts = {.src_port = src_port, .dst_port = dst_port, .ip_version = 4};
	struct evidence evidence;

	if (!cur_ok(&in))
		return 0;
	facts.payload = in.p;
	facts.payload_caplen = (uint32_t)cur_left(&in);
	facts.payload_length = facts.payload_caplen + cut;
	facts.protocol = PROTO_UDP;
	evidence = evidence_datagram(&facts);
	check(&evidence);
	facts.protocol = PROTO_TCP;
	evidence = evidence_segment(&facts);
	check(&evidence);
	return 0;
}
