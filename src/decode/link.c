/*
 * One table: link type (https://www.tcpdump.org/linktypes.html) -> the step that reads it. What is not in it
 * is DECODE_LINK_UNSUPPORTED.
 */
#include "walk.h"

static const struct {
	uint32_t link_type;
	walk_step *step;
} links[] = {
    {LINK_ETHERNET, step_ethernet},
    {113, step_cooked},  /* Linux cooked v1 */
    {276, step_cooked2}, /* Linux cooked v2 */
    {101, step_ip},      /* raw IP */
    {12, step_ip},       /* raw IP, as written by some systems */
    {14, step_ip},
    {228, step_ipv4},
    {229, step_ipv6},
    {0, step_null},                /* BSD loopback, host byte order */
    {108, step_null},              /* OpenBSD loopback, network byte order */
    {105, step_wifi},              /* 802.11 */
    {127, step_radiotap},          /* 802.11 with radiotap */
    {192, step_ppi},               /* per-packet information */
    {163, step_avs},               /* 802.11 with AVS header */
    {119, step_prism},             /* 802.11 with Prism header */
    {9, step_ppp},                 /* PPP */
    {50, step_ppp_serial},         /* PPP or C-HDLC */
    {51, step_pppoe},              /* PPPoE */
    {166, step_skip1_ppp},         /* PPP, direction in place of the address byte */
    {204, step_skip1_ppp},         /* PPP with direction */
    {104, step_chdlc},             /* C-HDLC */
    {205, step_skip1_chdlc},       /* C-HDLC with direction */
    {107, step_frame_relay},       /* frame relay */
    {206, step_skip1_frame_relay}, /* frame relay with direction */
    {10, step_fddi},               /* FDDI */
    {6, step_token_ring},          /* token ring */
    {239, step_nflog},             /* Linux netfilter log */
    {258, step_pktap},             /* macOS packet tap */
    {242, step_ipoib},             /* IP over InfiniBand */
    {247, step_infiniband},        /* InfiniBand */
    {8, step_slip},                /* SLIP */
    {274, step_mpacket},           /* Ethernet mPackets, IEEE 802.3br */
    {100, step_llc},               /* ATM, RFC 2684 */
    {106, step_llc},               /* classical IP over ATM */
    {19, step_llc},                /* the same, as written by Linux */
    {123, step_sunatm},            /* SunATM */
    {138, step_firewire},          /* Apple IP over IEEE 1394 */
    {122, step_fibre_channel},     /* IP over Fibre Channel */
    {109, step_enc},               /* OpenBSD IPsec */
    {117, step_pflog},             /* OpenBSD packet filter log */
    {128, step_tzsp},              /* TaZmen Sniffer Protocol */
    {240, step_netanalyzer},       /* netANALYZER, an industrial tap */
    {241, step_netanalyzer_preamble},
    {281, step_dsa_broadcom}, /* what a switch's port for its own processor carries */
    {282, step_dsa_broadcom_front},
    {284, step_dsa},
    {285, step_dsa_ethertype},
    {226, step_ipnet}, /* Solaris ipnet */
    {7, step_arcnet},  /* ARCNET */
    {129, step_arcnet_linux},
    {259, step_epon},                  /* Ethernet passive optical network */
    {143, step_docsis},                /* cable modems */
    {182, step_multilink_frame_relay}, /* FRF.16 */
    {102, step_slip_bsdos},
    {103, step_ppp_bsdos},
};

enum decode_result walk_link(struct walk *w, uint32_t link_type)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (links[i].link_type == link_type)
			return walk_go(w, links[i].step);
	}
	return DECODE_LINK_UNSUPPORTED;
}

enum decode_result step_link(struct walk *w)
{
	return walk_link(w, w->link_type);
}
