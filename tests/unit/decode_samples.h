/*
 * Hand-made frames for the decoder's tests: each is a line of hexadecimal and the one line that must come out
 * of it, which names every field that is set. The same frames are walked prefix by prefix, mutated, and sent
 * down both roads.
 */
#ifndef TESTS_DECODE_SAMPLES_H
#define TESTS_DECODE_SAMPLES_H

#include "decode/decode.h"
#include <stddef.h>
#include <stdint.h>

enum { SAMPLE_BYTES_MAX = 4096, FACTS_TEXT_MAX = 1024 };

struct decode_sample {
	const char *name;
	uint16_t link_type;
	const char *hex;    /* blanks aside */
	const char *expect; /* as facts_text says it */
	uint32_t cut;       /* bytes that were on the wire behind these */
};

struct decode_samples {
	const struct decode_sample *rows;
	size_t count;
};

#define SAMPLES(rows)                                                                                        \
	{                                                                                                    \
		rows, sizeof(rows) / sizeof((rows)[0])                                                       \
	}

extern const struct decode_samples samples_ethernet, samples_ipv4, samples_ipv6, samples_protocol,
    samples_icmp, samples_cooked, samples_wifi, samples_ppp, samples_mpls, samples_lan, samples_taplog,
    samples_gre, samples_tunnel, samples_tap_headers;

/* Every table above, then NULL. */
extern const struct decode_samples *const all_samples[];

/* Bytes of HEX into OUT; returns how many. */
size_t hex_bytes(const char *hex, uint8_t out[SAMPLE_BYTES_MAX]);
/* Result and all facts in one line. Returns OUT. */
char *facts_text(enum decode_result result, const struct packet_facts *facts, char out[FACTS_TEXT_MAX]);
/* The name of the first field in which they differ (the quoted header and outer fragment only where valid),
 * or NULL. */
const char *facts_difference(enum decode_result result, const struct packet_facts *a,
			     const struct packet_facts *b);
/* Decodes every row and asserts its line. */
void check_samples(const struct decode_samples *samples);

/* Calls EACH for every frame of the captures in ../shared/pcaps; returns how many files were read, 0 without
 * any. */
typedef void frame_callback(void *context, const char *file, uint16_t link_type, const uint8_t *data,
			    uint32_t caplen, uint32_t wirelen);
unsigned each_shared_frame(frame_callback *each, void *context, unsigned max_per_file);

/* Building blocks: destination and source of Ethernet; fixed TCP SYN (20 bytes) and UDP header (8 + 4 bytes).
 */
#define MACS                 "020000000002 020000000001 "
#define SAID_MACS            " macs 02:00:00:00:00:01 > 02:00:00:00:00:02"
#define IP4(total, protocol) "4500" total "0007 4000 40" protocol "0000 0a000001 0a000002 "
#define IP6(length, next)                                                                                    \
	"60000000" length next "40"                                                                          \
	"20010db8000000000000000000000001"                                                                   \
	"20010db8000000000000000000000002 "
#define SYN       "0401 0050 00000001 00000000 5002 2000 0000 0000 "
#define SYN_PORTS "10.0.0.1:1025 > 10.0.0.2:80 proto 6 unicast"
#define DATAGRAM  "0401 0045 000c 0000 61626364 "
#define PLAIN_SYN IP4("0028", "06") SYN
#define SAID_SYN  "OK v4 " SYN_PORTS " len 40 id 7"
#define TCP_TAIL  " flags 2 seq 1 ack 0 payload 0/0"

#endif
