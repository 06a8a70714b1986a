/*
 * The socket behind a ring. Workers share an interface by a program of the kernel's packet filter that names
 * the worker: from two addresses alone, the same for both directions, so that what belongs to two hosts stays
 * together. ICMP errors go where the packet that they quote went.
 */
#include "live.h"
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>

/* Offsets from the network header, wherever the kernel has it. */
enum {
	NET = SKF_NET_OFF,
	IPV4_PROTOCOL = 9,
	IPV4_SOURCE = 12,
	IPV4_TARGET = 16,
	IPV6_NEXT = 6,
	IPV6_SOURCE = 8,
	IPV6_HEADER = 40
};
enum {
	ICMP_HEADER = 8,
	UNREACHABLE = 3,
	REDIRECT = 5,
	TIME_EXCEEDED = 11,
	PARAMETER_PROBLEM = 12,
	ICMP6_FIRST_QUESTION = 128
};
enum { PROTOCOL_ICMP = 1, PROTOCOL_ICMP6 = 58 };

#define WORD(at)           BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(NET + (at)))
#define BYTE(at)           BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)(NET + (at)))
#define WORD_BEYOND(at)    BPF_STMT(BPF_LD | BPF_W | BPF_IND, (uint32_t)(NET + (at)))
#define BYTE_BEYOND(at)    BPF_STMT(BPF_LD | BPF_B | BPF_IND, (uint32_t)(NET + (at)))
#define IS(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)
#define GO(steps)          BPF_STMT(BPF_JMP | BPF_JA, steps)
#define KEEP               BPF_STMT(BPF_MISC | BPF_TAX, 0)
#define XOR_KEPT           BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0)
#define AND_WORD(at)       KEEP, WORD(at), XOR_KEPT
/* 22 steps: source and target of an IPv6 header */
#define IPV6_PAIR(at)                                                                                        \
	WORD(at), AND_WORD((at) + 4), AND_WORD((at) + 8), AND_WORD((at) + 12), AND_WORD((at) + 16),          \
	    AND_WORD((at) + 20), AND_WORD((at) + 24), AND_WORD((at) + 28)

/* The kernel takes the remainder by the number of workers. A load beyond the packet ends it with 0. */
static const struct sock_filter pair_program[] = {
    /*  0 */ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL)),
    /*  1 */ IS(ETH_P_IPV6, 21, 0),
    /*  2 */ IS(ETH_P_IP, 1, 0),
    /*  3 */ BPF_STMT(BPF_RET | BPF_K, 0),
    /*  4 */ BYTE(IPV4_PROTOCOL),
    /*  5 */ IS(PROTOCOL_ICMP, 0, 12),
    /*  6: X = length of the IPv4 header */ BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, (uint32_t)NET),
    /*  7 */ BYTE_BEYOND(0),
    /*  8 */ IS(UNREACHABLE, 3, 0),
    /*  9 */ IS(REDIRECT, 2, 0),
    /* 10 */ IS(TIME_EXCEEDED, 1, 0),
    /* 11 */ IS(PARAMETER_PROBLEM, 0, 6),
    /* 12: the quoted pair */ WORD_BEYOND(ICMP_HEADER + IPV4_SOURCE),
    /* 13 */ BPF_STMT(BPF_ST, 0),
    /* 14 */ WORD_BEYOND(ICMP_HEADER + IPV4_TARGET),
    /* 15 */ BPF_STMT(BPF_LDX | BPF_W | BPF_MEM, 0),
    /* 16 */ XOR_KEPT,
    /* 17 */ GO(54),
    /* 18 */ WORD(IPV4_SOURCE),
    /* 19 */ AND_WORD(IPV4_TARGET),
    /* 22 */ GO(49),
    /* 23 */ BYTE(IPV6_NEXT),
    /* 24 */ IS(PROTOCOL_ICMP6, 0, 25),
    /* 25 */ BYTE(IPV6_HEADER),
    /* 26 */ BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, ICMP6_FIRST_QUESTION, 23, 0),
    /* 27 */ IPV6_PAIR(IPV6_HEADER + ICMP_HEADER + IPV6_SOURCE),
    /* 49 */ GO(22),
    /* 50 */ IPV6_PAIR(IPV6_SOURCE),
    /* 72: neighbouring addresses go to different workers */ BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, 0x9E3779B1U),
    /* 73 */ BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 8),
    /* 74 */ BPF_STMT(BPF_RET | BPF_A, 0),
};
enum { PAIR_STEPS = sizeof(pair_program) / sizeof(pair_program[0]) };
_Static_assert(PAIR_STEPS == 75, "jumps count steps");

enum { FANOUT_TYPE_SHIFT = 16, FANOUT_ID_MASK = 0xffff };

static int set_program(int fd, int option_level, int option, const struct sock_filter *steps, size_t count)
{
	struct sock_filter copy[PAIR_STEPS];
	struct sock_fprog program = {.len = (unsigned short)count, .filter = copy};

	memcpy(copy, steps, count * sizeof(*steps));
	return setsockopt(fd, option_level, option, &program, sizeof(program));
}

/* The first worker makes a group whose number nobody has; the others join it, in their order. */
int live_port_share(const struct live_ring *ring)
{
	unsigned type = PACKET_FANOUT_CBPF | (ring->worker == 0 ? PACKET_FANOUT_FLAG_UNIQUEID : 0);
	unsigned number = ring->worker == 0 ? 0 : ring->interface->fanout;
	int value = (int)(number | type << FANOUT_TYPE_SHIFT);
	socklen_t size = sizeof(value);

	if (setsockopt(ring->fd, SOL_PACKET, PACKET_FANOUT, &value, sizeof(value)) != 0)
		return -1;
	if (ring->worker > 0)
		return 0;
	if (getsockopt(ring->fd, SOL_PACKET, PACKET_FANOUT, &value, &size) != 0)
		return -1;
	ring->interface->fanout = (unsigned)value & FANOUT_ID_MASK;
	return set_program(ring->fd, SOL_PACKET, PACKET_FANOUT_DATA, pair_program, PAIR_STEPS);
}

int live_port_promiscuous(const struct live_ring *ring, int index)
{
	const struct packet_mreq request = {.mr_ifindex = index, .mr_type = PACKET_MR_PROMISC};

	return setsockopt(ring->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof(request));
}

int live_port_bind(const struct live_ring *ring, int index)
{
	const struct sockaddr_ll address = {
	    .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = index};

	return bind(ring->fd, (const struct sockaddr *)(const void *)&address, sizeof(address));
}

int live_port_cut(const struct live_ring *ring, uint32_t snaplen)
{
	const struct sock_filter all = BPF_STMT(BPF_RET | BPF_K, snaplen);

	return set_program(ring->fd, SOL_SOCKET, SO_ATTACH_FILTER, &all, 1);
}
