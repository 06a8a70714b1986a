/* One ring: what the kernel hands over is copied to a buffer of ours, so that it outlives the kernel's block.
 */
#include "filter_live.h"
#include "link_type.h"
#include "live.h"
#include <linux/if_packet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
	FILL_PACKETS = 128,
	LAST_TURNS = 6,
	BUFFER_LEAST_BYTES = 1 << 20,
	RECORD_EXTRA = 64,
	CACHE_LINE = 64,
	HANDED_ALIGN = 16,
	AHEAD_BYTES = 512 /* of packets that lie in the block behind this one */
};

int64_t live_now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

/* The kernel cuts at what the filter returns; the ring itself is made for the larger length. */
static uint32_t largest_snaplen(const struct capture_live *live)
{
	return live->snaplen ? live->snaplen : CAPTURE_LIVE_SNAPLEN_TUNNELS;
}

static uint32_t first_snaplen(const struct capture_live *live)
{
	if (live->snaplen)
		return live->snaplen;
	/* A filter cannot be changed without losing packets: it starts with the larger length. */
	return live->filter ? CAPTURE_LIVE_SNAPLEN_TUNNELS : CAPTURE_LIVE_SNAPLEN;
}

static int refuse(const struct live_ring *ring, int code, bool *forbidden, struct err *err)
{
	const char *name = ring->interface->name;

	*forbidden = code == PCAP_ERROR_PERM_DENIED || code == PCAP_ERROR_PROMISC_PERM_DENIED;
	switch (code) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		return err_set(err,
			       "%s: no right to capture: CAP_NET_RAW is wanted. Give it with \"setcap "
			       "cap_net_raw+ep\" on the "
			       "program, run it by its systemd unit, or as root",
			       name);
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return err_set(err, "%s: no such interface; \"ip link\" lists them", name);
	case PCAP_ERROR_IFACE_NOT_UP:
		return err_set(err, "%s: the interface is down; \"ip link set %s up\" brings it up", name,
			       name);
	default:
		return err_set(err, "%s: cannot capture: %s", name,
			       code == PCAP_ERROR ? pcap_geterr(ring->pcap) : pcap_statustostr(code));
	}
}

static int set_up(const struct capture_live *live, struct live_ring *ring, bool *forbidden, struct err *err)
{
	char text[PCAP_ERRBUF_SIZE] = "";
	size_t bytes = live->ring_bytes ? live->ring_bytes : LIVE_RING_BYTES;
	int code;

	ring->pcap = pcap_create(ring->interface->name, text);
	if (!ring->pcap)
		return err_set(err, "%s: cannot capture: %s", ring->interface->name, text);
	/* Promiscuous mode is set by ourselves, as it has to be set again when the interface was away. */
	(void)pcap_set_snaplen(ring->pcap, (int)largest_snaplen(live));
	(void)pcap_set_timeout(ring->pcap, CAPTURE_LIVE_DELAY_MSEC);
	(void)pcap_set_buffer_size(ring->pcap, bytes > INT32_MAX ? INT32_MAX : (int)bytes);
	(void)pcap_set_tstamp_precision(ring->pcap, PCAP_TSTAMP_PRECISION_NANO);
	code = pcap_activate(ring->pcap);
	if (code < 0)
		return refuse(ring, code, forbidden, err);
	if (pcap_setnonblock(ring->pcap, 1, text) != 0)
		return err_set(err, "%s: cannot capture: %s", ring->interface->name, text);
	return 0;
}

static int set_filter(const struct capture_live *live, struct live_ring *ring, struct err *err)
{
	struct bpf_insn all = {.code = BPF_RET | BPF_K, .k = ring->snaplen};
	struct bpf_program program = {.bf_len = 1, .bf_insns = &all};
	int result;

	if (live->filter && filter_compile_live(live->filter, ring->pcap, ring->snaplen, &program, err) != 0)
		return -1;
	result = pcap_setfilter(ring->pcap, &program);
	if (live->filter)
		pcap_freecode(&program);
	return result == 0 ? 0
			   : err_set(err, "%s: filter: %s", ring->interface->name, pcap_geterr(ring->pcap));
}

int live_ring_open(const struct capture_live *live, struct live_ring *ring, bool *forbidden, struct err *err)
{
	if (set_up(live, ring, forbidden, err) != 0)
		return -1;
	ring->fd = pcap_fileno(ring->pcap);
	ring->link_type = link_type_from_dlt(pcap_datalink(ring->pcap));
	ring->snaplen = first_snaplen(live);
	if (set_filter(live, ring, err) != 0)
		return -1;
	if (live->promiscuous && !ring->interface->is_any &&
	    live_port_promiscuous(ring, atomic_load(&ring->interface->index)) != 0)
		return err_set(err, "%s: cannot be made promiscuous: %m", ring->interface->name);
	if (ring->workers > 1 && live_port_share(ring) != 0)
		return err_set(err, "%s: cannot be shared by workers: %m", ring->interface->name);
	ring->bound_index = atomic_load(&ring->interface->index);
	ring->generation = atomic_load(&ring->interface->generation);
	ring->kernel_drops = 0;
	ring->complete_ns = TIME_UNKNOWN;
	atomic_store(&ring->interface->snaplen, ring->snaplen);
	ring->keeps = live->recent_bytes > 0;
	atomic_store(&ring->reading, true);
	if (ring->buffer.bytes)
		return 0;
	size_t least = (size_t)2 * FILL_PACKETS * (largest_snaplen(live) + RECORD_EXTRA);
	size_t want = least > BUFFER_LEAST_BYTES ? least : BUFFER_LEAST_BYTES;

	if (live->recent_bytes > want)
		want = live->recent_bytes;
	return live_buffer_init(&ring->buffer, want) == 0 ? 0 : err_no_memory(err);
}

void live_ring_close(struct live_ring *ring)
{
	if (ring->pcap)
		pcap_close(ring->pcap);
	ring->pcap = NULL;
}

/* The stamp of a packet that is to be read; false: it is passed over. Precision is nanoseconds: that field
 * holds them. */
static inline bool stamp_of(const struct live_ring *ring, const struct pcap_pkthdr *header, int64_t *time_ns)
{
	*time_ns = (int64_t)header->ts.tv_sec * NSEC_PER_SEC + header->ts.tv_usec;
	return *time_ns >= atomic_load_explicit(&ring->interface->since_ns, memory_order_relaxed);
}

static inline uint64_t next_frame(struct live_ring *ring)
{
	return ring->count++ * ring->workers + ring->worker + 1;
}

/* pcap_handler: to the buffer. */
static void keep(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct live_ring *ring = (struct live_ring *)(void *)user;
	struct live_record *record;
	int64_t time_ns;

	if (!stamp_of(ring, header, &time_ns))
		return;
	record = live_buffer_add(&ring->buffer, header->caplen);
	if (!record)
		return;
	record->wirelen = header->len > header->caplen ? header->len : header->caplen;
	record->snaplen = ring->snaplen;
	record->time_ns = time_ns;
	record->frame = next_frame(ring);
	memcpy(record + 1, bytes, header->caplen);
}

/* pcap_handler: to who asked. The kernel takes its block back while others of the same batch are still to be
 * looked at, hence the copy. */
static void hand(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct live_ring *ring = (struct live_ring *)(void *)user;
	uint8_t *copy = ring->buffer.bytes + ring->handed_bytes;
	int64_t time_ns;

	__builtin_prefetch(bytes + AHEAD_BYTES);
	__builtin_prefetch(bytes + AHEAD_BYTES + CACHE_LINE);
	if (!stamp_of(ring, header, &time_ns) || ring->buffer.size - ring->handed_bytes < header->caplen)
		return;
	memcpy(copy, bytes, header->caplen);
	ring->handed_bytes += (header->caplen + HANDED_ALIGN - 1) / HANDED_ALIGN * HANDED_ALIGN;
	*ring->handed++ =
	    (struct packet){.time_ns = time_ns,
			    .data = copy,
			    .frame = next_frame(ring),
			    .caplen = header->caplen,
			    .wirelen = header->len > header->caplen ? header->len : header->caplen,
			    .snaplen = ring->snaplen,
			    .link_type = ring->link_type};
	ring->wire_bytes += ring->handed[-1].wirelen;
}

/* Up to MAX packets of what the kernel has, to HANDLER. */
static void dispatch(struct live_ring *ring, pcap_handler handler, int max)
{
	int64_t before_ns;
	int got;

	if (ring->failed && ring->last_turns == 0)
		return;
	ring->last_turns -= ring->failed;
	/* The last reading came to the end: asking again before waiting costs a system call. */
	if (ring->drained) {
		ring->drained = false;
		return;
	}
	before_ns = live_now_ns();
	got = pcap_dispatch(ring->pcap, max, handler, (u_char *)ring);
	ring->drained = got > 0 && got < max;
	if (got >= 0 && got < max)
		ring->complete_ns = before_ns - 2 * CAPTURE_LIVE_DELAY_MSEC * NSEC_PER_MSEC;
	if (got < 0 && !ring->failed) {
		ring->failed = true;
		ring->last_turns = LAST_TURNS;
		atomic_store(&ring->reading, false);
	}
	atomic_store_explicit(&ring->bytes, ring->wire_bytes, memory_order_relaxed);
	if (got > 0)
		atomic_store_explicit(&ring->packets, ring->count, memory_order_relaxed);
}

void live_ring_fill(struct live_ring *ring)
{
	/* A little at a time, so that it is still in the processor's cache when it is looked at. */
	if (live_ring_peek(ring))
		return;
	/* Where nothing is kept, the same bytes are used each time. */
	if (!ring->keeps)
		ring->buffer.oldest = ring->buffer.next = ring->buffer.head = 0;
	dispatch(ring, keep, FILL_PACKETS);
}

size_t live_ring_hand(struct live_ring *ring, struct packet *packets, size_t max)
{
	ring->handed = packets;
	ring->handed_bytes = 0;
	dispatch(ring, hand, max < FILL_PACKETS ? (int)max : FILL_PACKETS);
	return (size_t)(ring->handed - packets);
}

const struct live_record *live_ring_peek(const struct live_ring *ring)
{
	uint64_t at = ring->buffer.next;

	return live_buffer_step(&ring->buffer, &at, ring->buffer.head);
}

bool live_ring_take(struct live_ring *ring, struct packet *out)
{
	const struct live_record *record =
	    live_buffer_step(&ring->buffer, &ring->buffer.next, ring->buffer.head);

	if (!record)
		return false;
	*out = (struct packet){.time_ns = record->time_ns,
			       .data = live_record_bytes(record),
			       .frame = record->frame,
			       .caplen = record->caplen,
			       .wirelen = record->wirelen,
			       .snaplen = record->snaplen,
			       .link_type = ring->link_type};
	ring->wire_bytes += record->wirelen;
	return true;
}

void live_ring_count(struct live_ring *ring)
{
	struct pcap_stat stat;

	if (ring->failed || pcap_stats(ring->pcap, &stat) != 0)
		return;
	/* The kernel's number has 32 bits and wraps. */
	atomic_fetch_add(&ring->dropped, (uint32_t)(stat.ps_drop - ring->kernel_drops));
	ring->kernel_drops = stat.ps_drop;
}

void live_ring_widen(struct live_ring *ring)
{
	if (ring->snaplen >= CAPTURE_LIVE_SNAPLEN_TUNNELS ||
	    live_port_cut(ring, CAPTURE_LIVE_SNAPLEN_TUNNELS) != 0)
		return;
	ring->snaplen = CAPTURE_LIVE_SNAPLEN_TUNNELS;
	atomic_store(&ring->interface->snaplen, ring->snaplen);
}
