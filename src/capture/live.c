/* All rings of all interfaces: opening, reading by time, waiting. */
#include "live.h"
#include "base/mem.h"
#include "capture/filter.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
	GATHER_PACKETS = 256,        /* since the last wait: they come thick */
	GATHER_BYTES_MSEC = 8 << 20, /* of a ring, for each msec: more than any port delivers */
	GATHER_MSEC = 8
};

static int interface_init(struct capture_live *live, size_t i, const char *name, unsigned workers,
			  struct err *err)
{
	struct live_interface *interface = &live->interfaces[i];

	for (size_t k = 0; k < i; k++)
		if (strcmp(live->interfaces[k].name, name) == 0)
			return err_set(err, "%s: named twice", name);
	interface->is_any = strcmp(name, "any") == 0;
	interface->refused_fds[0] = interface->refused_fds[1] = -1;
	interface->name = mem_strdup(name);
	interface->rings = mem_calloc(workers, sizeof(*interface->rings));
	if (!interface->name || !interface->rings)
		return err_no_memory(err);
	interface->workers = workers;
	for (unsigned w = 0; w < workers; w++)
		interface->rings[w] =
		    (struct live_ring){.interface = interface, .worker = w, .workers = workers, .fd = -1};
	live_link_ask(interface);
	live_refused_open(interface);
	return 0;
}

static int parts_init(struct capture_live *live, const struct capture_live_options *options, struct err *err)
{
	if (options->interface_count == 0 || options->interface_count > CAPTURE_LIVE_INTERFACES)
		return err_set(err, "1 to %d interfaces can be read at once", CAPTURE_LIVE_INTERFACES);
	if (live->workers > CAPTURE_LIVE_WORKERS)
		return err_set(err, "at most %d workers", CAPTURE_LIVE_WORKERS);
	live->interfaces = mem_calloc(options->interface_count, sizeof(*live->interfaces));
	live->wake_fds = mem_calloc(live->workers, sizeof(*live->wake_fds));
	if (!live->interfaces || !live->wake_fds)
		return err_no_memory(err);
	for (unsigned w = 0; w < live->workers; w++) {
		live->wake_fds[w] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (live->wake_fds[w] < 0)
			return err_set(err, "cannot make an event descriptor: %s", strerror(errno));
	}
	if (options->filter) {
		live->filter = capture_filter_new(options->filter, err);
		if (!live->filter)
			return -1;
	}
	live->link_fd = live_links_open(err);
	if (live->link_fd < 0)
		return -1;
	for (size_t i = 0; i < options->interface_count; i++) {
		live->interface_count = i + 1;
		if (interface_init(live, i, options->interfaces[i], live->workers, err) != 0)
			return -1;
	}
	return 0;
}

/* What comes while some workers are not there yet goes to others: it is passed over. */
static int rings_open(struct capture_live *live, bool *forbidden, struct err *err)
{
	for (size_t i = 0; i < live->interface_count; i++) {
		struct live_interface *interface = &live->interfaces[i];

		atomic_store(&interface->since_ns, INT64_MAX);
		for (unsigned w = 0; w < live->workers; w++)
			if (live_ring_open(live, &interface->rings[w], forbidden, err) != 0)
				return -1;
	}
	for (size_t i = 0; i < live->interface_count; i++)
		atomic_store(&live->interfaces[i].since_ns, live_now_ns());
	return 0;
}

struct capture_live *capture_live_open(const struct capture_live_options *options, bool *forbidden,
				       struct err *err)
{
	struct capture_live *live = mem_calloc(1, sizeof(*live));

	*forbidden = false;
	if (!live) {
		(void)err_no_memory(err);
		return NULL;
	}
	live->link_fd = -1;
	live->workers = options->workers ? options->workers : 1;
	live->promiscuous = !options->not_promiscuous;
	live->snaplen = options->snaplen;
	live->ring_bytes = options->ring_bytes;
	live->recent_bytes = options->recent_bytes;
	if (parts_init(live, options, err) == 0 && rings_open(live, forbidden, err) == 0)
		return live;
	capture_live_close(live);
	return NULL;
}

static void interface_clear(struct live_interface *interface)
{
	for (unsigned w = 0; interface->rings && w < interface->workers; w++) {
		live_ring_close(&interface->rings[w]);
		live_buffer_clear(&interface->rings[w].buffer);
	}
	for (size_t i = 0; i < 2; i++)
		if (interface->refused_fds[i] > 0)
			(void)close(interface->refused_fds[i]);
	mem_free(interface->rings);
	mem_free(interface->name);
}

void capture_live_close(struct capture_live *live)
{
	if (!live)
		return;
	for (size_t i = 0; i < live->interface_count; i++)
		interface_clear(&live->interfaces[i]);
	for (unsigned w = 0; live->wake_fds && w < live->workers; w++)
		if (live->wake_fds[w] > 0)
			(void)close(live->wake_fds[w]);
	if (live->link_fd >= 0)
		(void)close(live->link_fd);
	capture_filter_free(live->filter);
	mem_free(live->wake_fds);
	mem_free(live->interfaces);
	mem_free(live);
}

static struct live_ring *ring_of(const struct capture_live *live, size_t interface, unsigned worker)
{
	return &live->interfaces[interface].rings[worker];
}

/* Up to when RING can have nothing older than what is read now: its next packet's time, or what the kernel
 * has handed over for certain. A ring that is not read holds nobody up. */
static int64_t ring_bound(const struct live_ring *ring)
{
	const struct live_record *record = live_ring_peek(ring);

	if (record)
		return record->time_ns;
	return ring->failed ? INT64_MAX : ring->complete_ns;
}

/* The interface whose packet is next, or -1: packets of all interfaces are read by time, and one that another
 * interface may still have an older one than waits. */
static int next_interface(const struct capture_live *live, unsigned worker, const int64_t *bounds)
{
	int first = -1;
	int64_t least_ns = INT64_MAX;

	for (size_t i = 0; i < live->interface_count; i++) {
		if (bounds[i] < least_ns || first < 0) {
			least_ns = bounds[i];
			first = (int)i;
		}
	}
	return live_ring_peek(ring_of(live, (size_t)first, worker)) ? first : -1;
}

static size_t read_merged(struct capture_live *live, unsigned worker, struct packet *packets,
			  uint32_t *interfaces, size_t max)
{
	int64_t bounds[CAPTURE_LIVE_INTERFACES];
	size_t count = 0;

	for (size_t i = 0; i < live->interface_count; i++)
		bounds[i] = ring_bound(ring_of(live, i, worker));
	while (count < max) {
		int interface = next_interface(live, worker, bounds);

		if (interface < 0)
			break;
		if (!live_ring_take(ring_of(live, (size_t)interface, worker), &packets[count]))
			break;
		interfaces[count++] = (uint32_t)interface;
		bounds[interface] = ring_bound(ring_of(live, (size_t)interface, worker));
	}
	return count;
}

static size_t read_one(struct live_ring *ring, struct packet *packets, uint32_t *interfaces, size_t max)
{
	size_t count = 0;

	if (!ring->keeps) {
		count = live_ring_hand(ring, packets, max);
		memset(interfaces, 0, count * sizeof(*interfaces));
		return count;
	}
	live_ring_fill(ring);
	while (count < max && live_ring_take(ring, &packets[count]))
		interfaces[count++] = 0;
	return count;
}

size_t capture_live_read(struct capture_live *live, unsigned worker, struct packet *packets,
			 uint32_t *interfaces, size_t max)
{
	for (size_t i = 0; i < live->interface_count; i++) {
		struct live_ring *ring = ring_of(live, i, worker);

		live_ring_resume(live, ring);
		if (atomic_load_explicit(&ring->interface->wide, memory_order_relaxed))
			live_ring_widen(ring);
	}
	if (live->interface_count == 1)
		return read_one(ring_of(live, 0, worker), packets, interfaces, max);
	for (size_t i = 0; i < live->interface_count; i++)
		live_ring_fill(ring_of(live, i, worker));
	return read_merged(live, worker, packets, interfaces, max);
}

/* Where packets come thick, being woken for each block costs more than reading it: they gather for as long as
 * a ring of that size allows at the highest rates. 0: they do not. */
static unsigned gather_msec(const struct capture_live *live, unsigned worker)
{
	size_t bytes = live->ring_bytes ? live->ring_bytes : LIVE_RING_BYTES;
	unsigned msec =
	    bytes / GATHER_BYTES_MSEC < GATHER_MSEC ? (unsigned)(bytes / GATHER_BYTES_MSEC) : GATHER_MSEC;
	uint64_t met = 0;

	for (size_t i = 0; i < live->interface_count; i++) {
		struct live_ring *ring = ring_of(live, i, worker);

		met += ring->count - ring->waited_count;
		ring->waited_count = ring->count;
	}
	return met >= GATHER_PACKETS ? msec : 0;
}

void capture_live_wait(struct capture_live *live, unsigned worker, unsigned timeout_msec)
{
	struct pollfd polled[CAPTURE_LIVE_INTERFACES + 1];
	unsigned gathering_msec = gather_msec(live, worker);
	nfds_t count = 0;
	uint64_t times;

	polled[count++] = (struct pollfd){.fd = live->wake_fds[worker], .events = POLLIN};
	if (gathering_msec > 0 && gathering_msec < timeout_msec)
		timeout_msec = gathering_msec;
	for (size_t i = 0; i < live->interface_count && gathering_msec == 0; i++) {
		const struct live_ring *ring = ring_of(live, i, worker);

		if (!ring->failed && ring->pcap && atomic_load(&ring->interface->up))
			polled[count++] = (struct pollfd){.fd = ring->fd, .events = POLLIN};
		/* What waits for other interfaces' packets is looked at again soon. */
		if (live_ring_peek(ring) && timeout_msec > CAPTURE_LIVE_DELAY_MSEC / 4)
			timeout_msec = CAPTURE_LIVE_DELAY_MSEC / 4;
	}
	if (poll(polled, count, (int)timeout_msec) > 0 && (polled[0].revents & POLLIN))
		(void)!read(live->wake_fds[worker], &times, sizeof(times));
}

void capture_live_wake(struct capture_live *live, unsigned worker)
{
	const uint64_t once = 1;

	(void)!write(live->wake_fds[worker], &once, sizeof(once));
}

int64_t capture_live_complete_until(const struct capture_live *live, unsigned worker)
{
	int64_t least_ns = INT64_MAX;

	for (size_t i = 0; i < live->interface_count; i++) {
		int64_t bound_ns = ring_bound(ring_of(live, i, worker));

		if (bound_ns < least_ns)
			least_ns = bound_ns;
	}
	return least_ns;
}

void capture_live_count(struct capture_live *live, unsigned worker)
{
	for (size_t i = 0; i < live->interface_count; i++)
		live_ring_count(ring_of(live, i, worker));
}

void capture_live_widen(struct capture_live *live, unsigned worker, uint32_t interface)
{
	(void)worker;
	atomic_store(&live->interfaces[interface].wide, true);
}

void capture_live_recent(const struct capture_live *live, unsigned worker, uint32_t interface, void *context,
			 bool (*each)(void *context, const struct packet *packet))
{
	const struct live_ring *ring = ring_of(live, interface, worker);
	uint64_t at = ring->buffer.oldest;
	const struct live_record *record;

	while ((record = live_buffer_step(&ring->buffer, &at, ring->buffer.next))) {
		const struct packet packet = {.time_ns = record->time_ns,
					      .data = live_record_bytes(record),
					      .frame = record->frame,
					      .caplen = record->caplen,
					      .wirelen = record->wirelen,
					      .snaplen = record->snaplen,
					      .link_type = ring->link_type};

		if (!each(context, &packet))
			return;
	}
}

size_t capture_live_interface_count(const struct capture_live *live)
{
	return live->interface_count;
}

unsigned capture_live_workers(const struct capture_live *live)
{
	return live->workers;
}

void capture_live_state(const struct capture_live *live, uint32_t number, struct capture_live_state *out)
{
	struct live_interface *interface = &live->interfaces[number];

	*out =
	    (struct capture_live_state){.name = interface->name,
					.present = interface->is_any || atomic_load(&interface->index) != 0,
					.up = atomic_load(&interface->up),
					.refused = live_refused(interface),
					.snaplen = atomic_load(&interface->snaplen),
					.link_type = interface->rings[0].link_type};
	out->reading = out->up;
	for (unsigned w = 0; w < interface->workers; w++) {
		struct live_ring *ring = &interface->rings[w];

		out->packets += atomic_load_explicit(&ring->packets, memory_order_relaxed);
		out->bytes += atomic_load_explicit(&ring->bytes, memory_order_relaxed);
		out->dropped += atomic_load(&ring->dropped);
		out->reading = out->reading && atomic_load(&ring->reading);
	}
}

const char *capture_live_filter(const struct capture_live *live)
{
	return live->filter ? capture_filter_text(live->filter) : "";
}

size_t capture_live_memory(const struct capture_live *live)
{
	size_t bytes = 0;

	for (size_t i = 0; i < live->interface_count; i++)
		for (unsigned w = 0; w < live->workers; w++)
			bytes += live->interfaces[i].rings[w].buffer.size;
	return bytes;
}
