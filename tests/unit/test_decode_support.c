/* What the decoder's tests share: hexadecimal to bytes, facts to one line, captures of others to frames. */
#include "base/strbuf.h"
#include "capture/capture.h"
#include "decode_samples.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const struct decode_samples *const all_samples[] = {
    &samples_ethernet, &samples_ipv4, &samples_ipv6,   &samples_protocol,    &samples_icmp,
    &samples_cooked,   &samples_wifi, &samples_ppp,    &samples_mpls,        &samples_lan,
    &samples_taplog,   &samples_gre,  &samples_tunnel, &samples_tap_headers, NULL};

static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	cr_assert(c >= 'a' && c <= 'f', "not hexadecimal: '%c'", c);
	return (unsigned)(c - 'a') + 10;
}

size_t hex_bytes(const char *hex, uint8_t out[SAMPLE_BYTES_MAX])
{
	size_t digits = 0;

	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		cr_assert_lt(digits / 2, SAMPLE_BYTES_MAX);
		out[digits / 2] = (uint8_t)(digits % 2 ? out[digits / 2] * 16U + digit(*hex) : digit(*hex));
		digits++;
	}
	cr_assert_eq(digits % 2, 0, "half a byte");
	return digits / 2;
}

static const char *result_name(enum decode_result result)
{
	static const char *const names[] = {
#define X(name, bucket, text) #name,
	    DECODE_RESULTS(X)
#undef X
	};

	return names[result];
}

static void add_ends(struct strbuf *b, const struct addr *src, uint16_t src_port, const struct addr *dst,
		     uint16_t dst_port)
{
	char text[ADDR_TEXT_MAX];

	strbuf_addf(b, " %s:%u", addr_format(src, text), src_port);
	strbuf_addf(b, " > %s:%u", addr_format(dst, text), dst_port);
}

static void add_mac(struct strbuf *b, const uint8_t *mac)
{
	strbuf_addf(b, " %02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

static void add_fragment(struct strbuf *b, const struct packet_facts *f)
{
	char src[ADDR_TEXT_MAX], dst[ADDR_TEXT_MAX];

	if (f->has_ip_id)
		strbuf_addf(b, " id %u", f->ip_id);
	if (f->is_fragment)
		strbuf_addf(b, " fragment %u%s of %u", f->fragment_offset, f->more_fragments ? "+" : "",
			    f->fragment_protocol);
	if (f->has_outer_fragment)
		strbuf_addf(b, " outer %s > %s id %u proto %u", addr_format(&f->outer_fragment.src, src),
			    addr_format(&f->outer_fragment.dst, dst), f->outer_fragment.ip_id,
			    f->outer_fragment.protocol);
}

static void add_link(struct strbuf *b, const struct packet_facts *f)
{
	if (f->tunnel_depth)
		strbuf_addf(b, " depth %u", f->tunnel_depth);
	if (f->has_macs) {
		strbuf_add(b, " macs");
		add_mac(b, f->src_mac);
		strbuf_add(b, " >");
		add_mac(b, f->dst_mac);
	}
	if (f->vlan_count)
		strbuf_add(b, " vlans");
	for (unsigned i = 0; i < f->vlan_count && i < DECODE_MAX_VLANS; i++)
		strbuf_addf(b, " %u", f->vlans[i]);
	if (f->vlan_count > DECODE_MAX_VLANS)
		strbuf_addf(b, " (%u)", f->vlan_count);
	if (f->has_vni)
		strbuf_addf(b, " vni %u", f->vni);
}

static void add_transport(struct strbuf *b, enum decode_result result, const struct packet_facts *f)
{
	if (result == DECODE_OK && f->protocol == PROTO_TCP)
		strbuf_addf(b, " flags %u seq %u ack %u", f->tcp_flags, f->tcp_seq, f->tcp_ack);
	if (f->protocol == (f->ip_version == 4 ? PROTO_ICMP : PROTO_ICMP6) && result != DECODE_LATER_FRAGMENT)
		strbuf_addf(b, " icmp %u/%u%s%s", f->icmp_type, f->icmp_code, f->icmp_asks ? " asks" : "",
			    f->icmp_answers ? " answers" : "");
	strbuf_addf(b, " payload %u/%u", f->payload_caplen, f->payload_length);
	if (result != DECODE_ICMP_ERROR)
		return;
	strbuf_add(b, " quotes");
	if (f->quoted.src.family == ADDR_NONE) {
		strbuf_add(b, " nothing");
		return;
	}
	add_ends(b, &f->quoted.src, f->quoted.src_port, &f->quoted.dst, f->quoted.dst_port);
	strbuf_addf(b, " proto %u%s", f->quoted.protocol, f->quoted.has_ports ? "" : " without ports");
}

char *facts_text(enum decode_result result, const struct packet_facts *f, char out[FACTS_TEXT_MAX])
{
	struct strbuf b = {0};

	strbuf_add(&b, result_name(result));
	if (result == DECODE_OK || result == DECODE_LATER_FRAGMENT || result == DECODE_ICMP_ERROR) {
		strbuf_addf(&b, " v%u", f->ip_version);
		add_ends(&b, &f->src, f->src_port, &f->dst, f->dst_port);
		strbuf_addf(&b, " proto %u %s len %u", f->protocol, delivery_name((enum delivery)f->delivery),
			    f->ip_length);
		add_fragment(&b, f);
		add_link(&b, f);
		add_transport(&b, result, f);
	}
	cr_assert(strbuf_ok(&b));
	snprintf(out, FACTS_TEXT_MAX, "%s", strbuf_text(&b));
	strbuf_clear(&b);
	return out;
}

#define SAME(field)                                                                                          \
	do {                                                                                                 \
		if (memcmp(&a->field, &b->field, sizeof(a->field)) != 0)                                     \
			return #field;                                                                       \
	} while (0)

static const char *plain_difference(const struct packet_facts *a, const struct packet_facts *b)
{
	SAME(src);
	SAME(dst);
	SAME(src_port);
	SAME(dst_port);
	SAME(protocol);
	SAME(ip_version);
	SAME(delivery);
	SAME(tcp_flags);
	SAME(tcp_seq);
	SAME(tcp_ack);
	SAME(ip_length);
	SAME(ip_id);
	SAME(fragment_offset);
	SAME(has_ip_id);
	SAME(is_fragment);
	SAME(more_fragments);
	SAME(fragment_protocol);
	SAME(has_outer_fragment);
	SAME(has_macs);
	SAME(icmp_asks);
	SAME(icmp_answers);
	SAME(icmp_type);
	SAME(icmp_code);
	SAME(src_mac);
	SAME(dst_mac);
	SAME(vlan_count);
	SAME(has_vni);
	SAME(vlans);
	SAME(vni);
	SAME(tunnel_depth);
	SAME(tcp_header);
	SAME(payload);
	SAME(payload_caplen);
	SAME(payload_length);
	return NULL;
}

static const char *quote_difference(const struct quoted *a, const struct quoted *b)
{
	SAME(src);
	SAME(dst);
	SAME(src_port);
	SAME(dst_port);
	SAME(protocol);
	SAME(has_ports);
	return NULL;
}

static const char *key_difference(const struct fragment_key *a, const struct fragment_key *b)
{
	SAME(src);
	SAME(dst);
	SAME(ip_id);
	SAME(protocol);
	return NULL;
}

const char *facts_difference(enum decode_result result, const struct packet_facts *a,
			     const struct packet_facts *b)
{
	const char *field = plain_difference(a, b);

	if (!field && result == DECODE_ICMP_ERROR)
		field = quote_difference(&a->quoted, &b->quoted);
	if (!field && a->has_outer_fragment)
		field = key_difference(&a->outer_fragment, &b->outer_fragment);
	return field;
}

void check_samples(const struct decode_samples *samples)
{
	static const struct decode_options options = {0};
	uint8_t bytes[SAMPLE_BYTES_MAX];
	struct packet_facts facts;
	char text[FACTS_TEXT_MAX];

	for (size_t i = 0; i < samples->count; i++) {
		const struct decode_sample *row = &samples->rows[i];
		uint32_t length = (uint32_t)hex_bytes(row->hex, bytes);
		enum decode_result result;

		memset(&facts, 0xa5, sizeof(facts));
		result = decode_frame(&options, row->link_type, bytes, length, length + row->cut, &facts);
		facts_text(result, &facts, text);
		cr_expect_str_eq(text, row->expect, "%s:\n  is     %s\n  should %s", row->name, text,
				 row->expect);
	}
}

static void each_frame(const struct capture_input *input, frame_callback *each, void *context, unsigned max)
{
	const struct capture_options options = {.accept_cut = true};
	enum capture_status status;
	struct packet packets[64];
	unsigned done = 0;
	size_t n;
	struct err err;
	struct capture *capture = capture_open(input, &options, &status, &err);

	if (!capture)
		return;
	while (done < max && (n = capture_read(capture, packets, 64)) > 0) {
		for (size_t i = 0; i < n && done < max; i++, done++)
			each(context, input->path, packets[i].link_type, packets[i].data, packets[i].caplen,
			     packets[i].wirelen);
	}
	capture_close(capture);
}

unsigned each_shared_frame(frame_callback *each, void *context, unsigned max_per_file)
{
	static const char *const folder[] = {"../shared/pcaps"};
	const struct capture_options options = {.accept_cut = true};
	struct capture_list list = {0};
	unsigned files = 0;
	struct err err;

	if (access(folder[0], R_OK) != 0)
		return 0;
	cr_assert_eq(capture_list_expand(&list, folder, 1, &options, &err), 0);
	for (size_t i = 0; i < list.count; i++, files++)
		each_frame(&list.items[i], each, context, max_per_file);
	capture_list_clear(&list);
	return files;
}
