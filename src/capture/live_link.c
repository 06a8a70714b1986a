/*
 * Whether interfaces are there and up. The kernel tells on a netlink socket that was opened at the start and
 * is only listened to; at the start it is asked once.
 */
#include "live.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MESSAGE_BYTES = 32 << 10, MESSAGES_MAX = 1024, COUNTER_TEXT = 32 };

static const char *const refused_names[2] = {"rx_missed_errors", "rx_over_errors"};

int live_links_open(struct err *err)
{
	const struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

	if (fd >= 0 && bind(fd, (const struct sockaddr *)(const void *)&address, sizeof(address)) == 0)
		return fd;
	(void)err_set(err, "cannot listen for interfaces' states: %s", strerror(errno));
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

static bool can_carry(unsigned flags)
{
	return (flags & (IFF_UP | IFF_RUNNING)) == (IFF_UP | IFF_RUNNING);
}

static void set_state(struct live_interface *interface, int index, bool up)
{
	bool was_up = atomic_load(&interface->up) && atomic_load(&interface->index) == index;

	atomic_store(&interface->index, index);
	if (up && !was_up)
		atomic_fetch_add(&interface->generation, 1);
	atomic_store(&interface->up, up);
}

void live_link_ask(struct live_interface *interface)
{
	struct ifreq request = {.ifr_ifindex = 0};
	int fd;

	if (interface->is_any) {
		atomic_store(&interface->up, true);
		return;
	}
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", interface->name);
	if (fd >= 0 && ioctl(fd, SIOCGIFINDEX, &request) == 0) {
		atomic_store(&interface->index, request.ifr_ifindex);
		atomic_store(&interface->up, ioctl(fd, SIOCGIFFLAGS, &request) == 0 &&
						 can_carry((unsigned short)request.ifr_flags));
	}
	if (fd >= 0)
		(void)close(fd);
}

/* The name in a message about a link, or NULL. */
static const char *name_of(struct nlmsghdr *message)
{
	struct ifinfomsg *info = NLMSG_DATA(message);
	unsigned left = (unsigned)IFLA_PAYLOAD(message);

	/* RTA_NEXT, whose signs the compiler dislikes */
	for (struct rtattr *item = IFLA_RTA(info); left >= sizeof(*item) && RTA_OK(item, (int)left);
	     item = (struct rtattr *)(void *)((char *)item + RTA_ALIGN(item->rta_len))) {
		const char *text = RTA_DATA(item);

		left -= RTA_ALIGN(item->rta_len) < left ? RTA_ALIGN(item->rta_len) : left;
		if (item->rta_type == IFLA_IFNAME && RTA_PAYLOAD(item) > 0 &&
		    text[RTA_PAYLOAD(item) - 1] == '\0')
			return text;
	}
	return NULL;
}

static void take_message(struct capture_live *live, struct nlmsghdr *message)
{
	struct ifinfomsg *info = NLMSG_DATA(message);
	const char *name;

	if ((message->nlmsg_type != RTM_NEWLINK && message->nlmsg_type != RTM_DELLINK) ||
	    message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)))
		return;
	name = name_of(message);
	for (size_t i = 0; name && i < live->interface_count; i++) {
		struct live_interface *interface = &live->interfaces[i];

		if (interface->is_any || strcmp(interface->name, name) != 0)
			continue;
		/* A bridge that loses a port tells of it too, with the port's name. */
		if (message->nlmsg_type == RTM_NEWLINK)
			set_state(interface, info->ifi_index, can_carry(info->ifi_flags));
		else if (info->ifi_family == AF_UNSPEC && info->ifi_index == atomic_load(&interface->index))
			set_state(interface, 0, false);
	}
}

static void take_messages(struct capture_live *live, char *bytes, size_t size)
{
	while (size >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr *message = (struct nlmsghdr *)(void *)bytes;
		size_t step;

		if (!NLMSG_OK(message, size))
			return;
		take_message(live, message);
		step = NLMSG_ALIGN(message->nlmsg_len);
		if (step >= size)
			return;
		bytes += step;
		size -= step;
	}
}

void capture_live_links(struct capture_live *live)
{
	union {
		struct nlmsghdr first;
		char bytes[MESSAGE_BYTES];
	} buffer;

	for (unsigned i = 0; i < MESSAGES_MAX; i++) {
		ssize_t got = recv(live->link_fd, buffer.bytes, sizeof(buffer.bytes), 0);

		if (got > 0) {
			take_messages(live, buffer.bytes, (size_t)got);
			continue;
		}
		if (got < 0 && errno == ENOBUFS) {
			/* Some messages were lost: ask. */
			for (size_t k = 0; k < live->interface_count; k++) {
				bool was_up = atomic_load(&live->interfaces[k].up);
				int index = atomic_load(&live->interfaces[k].index);

				live_link_ask(&live->interfaces[k]);
				if (!was_up || index != atomic_load(&live->interfaces[k].index))
					atomic_fetch_add(&live->interfaces[k].generation, 1);
			}
			continue;
		}
		if (got < 0 && errno == EINTR)
			continue;
		return;
	}
}

/* A port that was shared, or whose socket cannot be bound again, is opened anew; that needs the right to
 * capture. */
static bool open_again(const struct capture_live *live, struct live_ring *ring)
{
	bool forbidden;
	struct err err;

	/* Workers join in their order, so that the same pairs go to the same worker on every interface. */
	if (ring->worker > 0 && ring[-1].generation != atomic_load(&ring->interface->generation))
		return false;
	if (ring->worker == 0)
		atomic_store(&ring->interface->since_ns, INT64_MAX);
	live_ring_close(ring);
	if (live_ring_open(live, ring, &forbidden, &err) != 0) {
		live_ring_close(ring);
		return false;
	}
	if (ring->worker + 1 == ring->workers)
		atomic_store(&ring->interface->since_ns, live_now_ns());
	return true;
}

static bool bind_again(const struct capture_live *live, struct live_ring *ring, int index)
{
	if (!ring->pcap || live_port_bind(ring, index) != 0)
		return false;
	return !live->promiscuous || live_port_promiscuous(ring, index) == 0;
}

void live_ring_resume(const struct capture_live *live, struct live_ring *ring)
{
	int index = atomic_load(&ring->interface->index);
	unsigned generation = atomic_load(&ring->interface->generation);

	if (generation == ring->generation || !atomic_load(&ring->interface->up) ||
	    (ring->failed && ring->last_turns > 0))
		return;
	if (index != ring->bound_index || !ring->pcap) {
		if (ring->workers > 1 ? !open_again(live, ring)
				      : !bind_again(live, ring, index) && !open_again(live, ring))
			return;
	}
	ring->bound_index = index;
	ring->generation = generation;
	ring->failed = false;
	ring->complete_ns = live_now_ns() - 2 * CAPTURE_LIVE_DELAY_MSEC * NSEC_PER_MSEC;
	atomic_store(&ring->reading, true);
}

static uint64_t counter_read(int fd)
{
	char text[COUNTER_TEXT];
	ssize_t got = fd < 0 ? -1 : pread(fd, text, sizeof(text) - 1, 0);

	if (got <= 0)
		return 0;
	text[got] = '\0';
	return strtoull(text, NULL, 10);
}

void live_refused_open(struct live_interface *interface)
{
	for (size_t i = 0; i < 2; i++) {
		char path[256];

		(void)snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/%s", interface->name,
			       refused_names[i]);
		interface->refused_fds[i] = interface->is_any ? -1 : open(path, O_RDONLY | O_CLOEXEC);
		interface->refused_start[i] = counter_read(interface->refused_fds[i]);
	}
}

uint64_t live_refused(const struct live_interface *interface)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < 2; i++) {
		uint64_t now = counter_read(interface->refused_fds[i]);

		if (now > interface->refused_start[i])
			sum += now - interface->refused_start[i];
	}
	return sum;
}
