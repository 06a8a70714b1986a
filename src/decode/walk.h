/*
 * How a frame is walked. Each header is one step: it reads itself off `at`, notes facts, and names the next
 * step or ends the walk with a result. `cut` counts the bytes of the present layer that were on the wire but
 * not captured, so that a header which does not fit is told apart: cut by the snap length, or never there.
 *
 * A tunnel saves the facts of its own packet before it goes in (walk_enter_tunnel). Where nothing sound lies
 * inside, the saved ones stand.
 */
#ifndef DECODE_WALK_H
#define DECODE_WALK_H

#include "base/cursor.h"
#include "decode/decode.h"

enum { WALK_MAX_STEPS = 128 };

struct walk;
typedef enum decode_result walk_step(struct walk *w);

struct walk {
	struct cursor at;    /* bytes at hand of the present layer, from here on */
	size_t cut;          /* bytes behind them, on the wire but not captured */
	size_t declared;     /* below an IP header: bytes that it says follow from here */
	bool runt;           /* the last header asked for does not even lie on the wire */
	bool length_guessed; /* the IP header states no length (segmentation offload, jumbo) */
	bool guessed;        /* inside a tunnel that was recognised by port only: what is in it must fit */
	bool has_outer;
	bool macs_fresh;       /* link-layer addresses were met since the last IP header */
	bool wifi_padded;      /* radiotap: the 802.11 header is padded to 4 bytes */
	bool wifi_decrypted;   /* CAPWAP: the protected bit is history */
	bool wifi_swapped;     /* CAPWAP: the two bytes of frame control come the wrong way round */
	uint8_t link_delivery; /* enum delivery by link-layer destination */
	uint8_t ip_headers;
	uint8_t extensions; /* IPv6 extension headers of the present packet */
	uint16_t vlan;      /* the innermost that is no mere priority tag; 0: none */
	uint32_t link_type;
	unsigned steps;
	walk_step *next; /* NULL: the walk has ended */
	const uint8_t *subframes; /* 802.11: where those of an aggregate begin, outside of any tunnel; or NULL */
	const struct decode_options *options;
	struct packet_facts *facts;
	struct packet_facts outer; /* of the innermost tunnel entered, if has_outer */
};

/* The next N bytes as a cursor of their own, and past them. Too few: an empty one; walk_short says why. */
static inline struct cursor walk_head(struct walk *w, size_t n)
{
	w->runt = n > cur_left(&w->at) + w->cut;
	w->declared -= n < w->declared ? n : w->declared;
	return cur_sub(&w->at, n);
}

/* Bytes of the present layer on the wire, from here. */
static inline size_t walk_wire(const struct walk *w)
{
	return cur_left(&w->at) + w->cut;
}

/* The present layer ends N bytes from here (padding, trailers). */
static inline void walk_trim(struct walk *w, size_t n)
{
	size_t left = cur_left(&w->at);

	cur_trim(&w->at, n);
	if (n <= left)
		w->cut = 0;
	else if (n - left < w->cut)
		w->cut = n - left;
}

/* After a failed walk_head: CUT if the snap length is to blame, else a runt. */
static inline enum decode_result walk_short(const struct walk *w, enum decode_result cut)
{
	return w->runt ? DECODE_RUNT : cut;
}

static inline enum decode_result walk_go(struct walk *w, walk_step *next)
{
	w->next = next;
	return DECODE_OK;
}

/* walk.c */
void walk_set_macs(struct walk *w, const uint8_t *dst, const uint8_t *src);
void walk_add_vlan(struct walk *w, uint16_t vlan);
void walk_set_vni(struct walk *w, uint32_t vni);
/* Starts a new innermost IP packet: clears what belongs to the one outside. DECODE_OK or DECODE_TOO_DEEP. */
enum decode_result walk_enter_ip(struct walk *w, uint8_t version);
void walk_set_addresses(struct walk *w, const struct addr *src, const struct addr *dst);
/* Gives ADDRESS the VLAN or VNI that belongs to it. */
void walk_scope(const struct walk *w, struct addr *address);
/* Notes that the facts so far stand if nothing sound comes of NEXT. GUESSED: recognised by port only. */
enum decode_result walk_enter_tunnel(struct walk *w, walk_step *next, bool guessed);
enum decode_result walk_run(struct walk *w, walk_step *first);
/* What follows here is the payload; the walk ends well. */
enum decode_result walk_payload(struct walk *w);

/* link.c: by link type; also for wrappers that name the link type of what they wrap. */
enum { LINK_ETHERNET = 1 };
walk_step step_link; /* by w->link_type */
enum decode_result walk_link(struct walk *w, uint32_t link_type);

/* ethernet.c */
walk_step step_ethernet, step_llc, step_snap, step_vlan;
enum decode_result walk_ethertype(struct walk *w, uint16_t type);
/* As above, where values below 1536 are the length of an 802.3 frame. */
enum decode_result walk_type_or_length(struct walk *w, uint16_t type);
enum decode_result walk_nlpid(struct walk *w, uint8_t nlpid);

/* The rest, by file. */
walk_step step_ipv4, step_ipv6, step_ip;                                       /* ipv4.c, ipv6.c */
walk_step step_hop_by_hop, step_extension, step_last_extension, step_fragment; /* ipv6.c */
enum decode_result walk_protocol(struct walk *w, uint8_t protocol);            /* protocol.c */
walk_step step_tcp, step_udp, step_ports, step_igmp, step_ah;                  /* protocol.c */
walk_step step_icmp4, step_icmp6;                                              /* icmp.c */
void icmp_read_quote(const struct walk *w, struct cursor quote, bool ipv6);    /* quote.c */
walk_step step_mpls, step_pbb, step_macsec;                                    /* mpls.c, ethernet.c */
walk_step step_skip1_chdlc, step_multilink_frame_relay, step_slip_bsdos, step_ppp_bsdos;
walk_step step_netanalyzer, step_netanalyzer_preamble, step_dsa_broadcom, step_dsa_broadcom_front, step_dsa,
    step_dsa_ethertype, step_ipnet, step_arcnet, step_arcnet_linux, step_epon, step_docsis;
walk_step step_ppp, step_pppoe, step_chdlc, step_frame_relay, step_ppp_serial, step_skip1_ppp,
    step_skip1_frame_relay;
walk_step step_wifi, step_radiotap, step_ppi, step_avs, step_prism;
walk_step step_fddi, step_token_ring, step_nflog, step_pktap, step_ipoib, step_infiniband, step_mpacket,
    step_sunatm, step_firewire, step_fibre_channel;
walk_step step_cooked, step_cooked2, step_null, step_slip, step_enc, step_pflog;
walk_step step_gre, step_nsh;
walk_step step_vxlan, step_vxlan_gpe, step_geneve, step_gtp, step_teredo, step_l2tp, step_capwap, step_tzsp;

/* The tunnel that speaks on this UDP port, or NULL. One list; here so that the fast road has it inline. */
static inline walk_step *udp_tunnel_on_port(uint16_t port)
{
	switch (port) {
	case 1701: return step_l2tp;
	case 2152: return step_gtp;
	case 3544: return step_teredo;
	case 4789: return step_vxlan;
	case 4790: return step_vxlan_gpe;
	case 5247: return step_capwap;
	case 6081: return step_geneve;
	case 6635: return step_mpls;
	case 8472: return step_vxlan; /* before the assignment; still the Linux default */
	case 37008: return step_tzsp;
	default: return NULL;
	}
}

/* ICMP's stand-in for ports, see packet_facts. Returns true if question or answer, which carry an identifier.
 */
struct icmp_ports {
	uint16_t src_port, dst_port;
	bool asks, answers;
};
bool icmp_has_id(bool ipv6, uint8_t type);
struct icmp_ports icmp_ports_of(bool ipv6, uint8_t type, uint8_t code, uint16_t id);

/* decode.c: the general road, which decodes everything; decode_frame tries the fast one first. */
enum decode_result decode_general(const struct decode_options *options, uint16_t link_type,
				  const uint8_t *data, uint32_t caplen, uint32_t wirelen,
				  struct packet_facts *facts);

/* fast.c: the straight road. False where the packet is not of the plain kinds; FACTS is then unspecified. */
bool decode_fast(const struct decode_options *options, const uint8_t *data, uint32_t caplen, uint32_t wirelen,
		 struct packet_facts *facts);

#endif
