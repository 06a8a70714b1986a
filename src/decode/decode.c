#include "decode/decode.h"
#include "walk.h"

const char *accounting_name(enum accounting bucket)
{
	static const char *const names[ACCOUNT_COUNT] = {
	    [ACCOUNT_FILTERED] = "filtered",         [ACCOUNT_UNSUPPORTED] = "unsupported",
	    [ACCOUNT_HOUSEKEEPING] = "housekeeping", [ACCOUNT_NON_IP] = "non_ip",
	    [ACCOUNT_MALFORMED] = "malformed",       [ACCOUNT_FRAGMENT] = "fragment",
	    [ACCOUNT_ICMP_ERROR] = "icmp_error",     [ACCOUNT_TRUNCATED] = "truncated",
	    [ACCOUNT_AUDITED] = "audited",
	};

	return (unsigned)bucket < ACCOUNT_COUNT ? names[bucket] : "?";
}

enum accounting decode_result_bucket(enum decode_result result)
{
	static const uint8_t buckets[DECODE_RESULT_COUNT] = {
#define X(name, bucket, text) [DECODE_##name] = ACCOUNT_##bucket,
	    DECODE_RESULTS(X)
#undef X
	};

	return (unsigned)result < DECODE_RESULT_COUNT ? (enum accounting)buckets[result]
						      : ACCOUNT_UNSUPPORTED;
}

const char *decode_result_text(enum decode_result result)
{
	static const char *const texts[DECODE_RESULT_COUNT] = {
#define X(name, bucket, text) [DECODE_##name] = text,
	    DECODE_RESULTS(X)
#undef X
	};

	return (unsigned)result < DECODE_RESULT_COUNT ? texts[result] : "?";
}

const char *delivery_name(enum delivery delivery)
{
	static const char *const names[DELIVERY_COUNT] = {
	    [DELIVERY_UNICAST] = "unicast",
	    [DELIVERY_BROADCAST] = "broadcast",
	    [DELIVERY_MULTICAST] = "multicast",
	};

	return (unsigned)delivery < DELIVERY_COUNT ? names[delivery] : "?";
}

enum decode_result decode_general(const struct decode_options *options, uint16_t link_type,
				  const uint8_t *data, uint32_t caplen, uint32_t wirelen,
				  struct packet_facts *facts)
{
	static const struct decode_options no_options = {0};
	static const uint8_t no_bytes[1] = {0};
	struct walk w;

	/* The saved outer facts are large and seldom used: they are written before they are read. */
	memset(&w, 0, offsetof(struct walk, outer));
	memset(facts, 0, offsetof(struct packet_facts, quoted));
	w.at = cur_make(data ? data : no_bytes, data ? caplen : 0);
	w.cut = wirelen > caplen ? wirelen - caplen : 0;
	w.options = options ? options : &no_options;
	w.facts = facts;
	w.link_type = link_type;
	return walk_run(&w, step_link);
}
