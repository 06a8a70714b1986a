/* What the capture's maker says it lost: totals in interface statistics (section 4.6), or packet by packet.
 * Both tell of the same losses, so the larger one counts. */
#include "pcapng.h"

enum {
	STATISTICS_LEAST = 24,
	STATISTICS_OPTIONS_AT = 20,
	OPTION_INTERFACE_DROPS = 5,
	OPTION_SYSTEM_DROPS = 7,
	OPTION_PACKET_DROPS = 4,
};

/* No port loses more in a year; whoever says so does not know ("all ones"), and sums of many inputs must fit.
 */
static const uint64_t drops_max = UINT64_C(1) << 47;

static uint64_t sum_of(uint64_t a, uint64_t b)
{
	return b > drops_max - a ? drops_max : a + b;
}

static uint64_t drops_of(const struct pcapng_options *option, bool swapped)
{
	uint64_t drops = option->length == 8 ? reader_u64(option->value, swapped) : 0;

	return drops > drops_max ? 0 : drops;
}

/* TOTAL since the interface's start. */
static void note_total(struct capture *c, struct capture_interface *interface, uint64_t total)
{
	if (total <= interface->dropped)
		return;
	c->summary.dropped = sum_of(c->summary.dropped, total - interface->dropped);
	interface->dropped = total;
}

void pcapng_statistics(struct capture *c, const uint8_t *block, size_t length)
{
	struct pcapng_options options;
	uint64_t total = 0;
	uint32_t id;

	if (length < STATISTICS_LEAST)
		return;
	id = reader_u32(block + 8, c->swapped);
	if (id >= c->interface_count)
		return;
	options = pcapng_options(block + STATISTICS_OPTIONS_AT, length - STATISTICS_LEAST);
	while (pcapng_option_next(&options, c->swapped))
		if (options.code == OPTION_INTERFACE_DROPS || options.code == OPTION_SYSTEM_DROPS)
			total = sum_of(total, drops_of(&options, c->swapped));
	note_total(c, &c->interfaces[id], total);
}

void pcapng_lost(struct capture *c, uint32_t id, uint64_t packets)
{
	struct capture_interface *interface;

	if (id >= c->interface_count)
		return;
	interface = &c->interfaces[id];
	interface->dropped_between = sum_of(interface->dropped_between, packets);
	note_total(c, interface, interface->dropped_between);
}

void pcapng_packet_options(struct capture *c, uint32_t id, const uint8_t *p, size_t length)
{
	struct pcapng_options options = pcapng_options(p, length);

	while (pcapng_option_next(&options, c->swapped))
		if (options.code == OPTION_PACKET_DROPS)
			pcapng_lost(c, id, drops_of(&options, c->swapped));
}
