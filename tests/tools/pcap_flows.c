/*
 * The other limit of the benchmark: the least that a program does which knows its flows. Reads files in
 * blocks, takes the IPv4 five-tuple of each Ethernet frame, looks it up in batches that are hashed and asked
 * for ahead, and adds packets, bytes and time to an entry of one cache line. No state, no direction, no
 * checks, no ledger; only files of this machine's byte order with frames of this benchmark.
 *
 *   pcap_flows [-m] FLOWS FILE..     -m: mapped instead of read
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FILE_HEADER = 24,
	RECORD_HEADER = 16,
	CAPLEN_OFFSET = 8,
	IP_OFFSET = 14,
	FRAME_LEAST = 42,
	BATCH = 64,
	LINE = 64
};
enum { BLOCK_BYTES = 1 << 18, HUGE_PAGE = 2 << 20 };

struct entry {
	uint64_t addresses, packets[2], bytes[2];
	uint32_t ports, protocol, first_sec, last_sec;
};
_Static_assert(sizeof(struct entry) <= LINE, "one line of the cache");

struct key {
	uint64_t addresses, hash;
	uint32_t ports, protocol, time_sec, length;
	unsigned side;
};

struct table {
	struct entry *entries;
	size_t mask;
	uint64_t packets, flows;
	struct key batch[BATCH];
	size_t waiting;
};

static uint64_t stir(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The smaller end first, so that both ways have one key. */
static void key_make(struct key *key, const uint8_t *record, const uint8_t *ip)
{
	uint32_t src, dst;
	uint16_t src_port, dst_port;

	memcpy(&src, ip + 12, sizeof(src));
	memcpy(&dst, ip + 16, sizeof(dst));
	memcpy(&src_port, ip + 20, sizeof(src_port));
	memcpy(&dst_port, ip + 22, sizeof(dst_port));
	memcpy(&key->time_sec, record, sizeof(key->time_sec));
	memcpy(&key->length, record + CAPLEN_OFFSET, sizeof(key->length));
	key->protocol = ip[9];
	key->side = src > dst || (src == dst && src_port > dst_port);
	key->addresses = key->side ? (uint64_t)src << 32 | dst : (uint64_t)dst << 32 | src;
	key->ports = key->side ? (uint32_t)src_port << 16 | dst_port : (uint32_t)dst_port << 16 | src_port;
	key->hash = stir(key->addresses ^ UINT64_C(0x9E3779B97F4A7C15),
			 (uint64_t)key->ports << 8 ^ key->protocol ^ UINT64_C(0xBF58476D1CE4E5B9));
}

static void count(struct table *table, const struct key *key)
{
	size_t at = key->hash & table->mask;
	struct entry *entry;

	for (;; at = (at + 1) & table->mask) {
		entry = &table->entries[at];
		if (entry->protocol == 0) {
			*entry = (struct entry){.addresses = key->addresses,
						.ports = key->ports,
						.protocol = key->protocol,
						.first_sec = key->time_sec};
			table->flows++;
		}
		if (entry->addresses == key->addresses && entry->ports == key->ports &&
		    entry->protocol == key->protocol)
			break;
	}
	entry->packets[key->side]++;
	entry->bytes[key->side] += key->length;
	entry->last_sec = key->time_sec;
}

static void flush(struct table *table)
{
	for (size_t i = 0; i < table->waiting; i++)
		count(table, &table->batch[i]);
	table->waiting = 0;
}

static void take(struct table *table, const uint8_t *record, uint32_t caplen)
{
	table->packets++;
	if (caplen < FRAME_LEAST)
		return;
	key_make(&table->batch[table->waiting], record, record + RECORD_HEADER + IP_OFFSET);
	__builtin_prefetch(&table->entries[table->batch[table->waiting].hash & table->mask], 1);
	if (++table->waiting == BATCH)
		flush(table);
}

/* Returns how many bytes were whole records. */
static size_t walk(struct table *table, const uint8_t *bytes, size_t length)
{
	size_t at = 0;

	while (length - at >= RECORD_HEADER) {
		uint32_t caplen;

		memcpy(&caplen, bytes + at + CAPLEN_OFFSET, sizeof(caplen));
		if (caplen > length - at - RECORD_HEADER)
			break;
		take(table, bytes + at, caplen);
		at += RECORD_HEADER + caplen;
	}
	return at;
}

static bool read_mapped(struct table *table, int fd)
{
	struct stat status;
	void *map = MAP_FAILED;

	if (fstat(fd, &status) == 0 && status.st_size >= FILE_HEADER)
		map = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return false;
	(void)madvise(map, (size_t)status.st_size, MADV_SEQUENTIAL);
	(void)walk(table, (uint8_t *)map + FILE_HEADER, (size_t)status.st_size - FILE_HEADER);
	(void)munmap(map, (size_t)status.st_size);
	return true;
}

static bool read_blocks(struct table *table, int fd)
{
	static uint8_t block[2 * BLOCK_BYTES];
	size_t kept = 0;
	ssize_t got;

	if (read(fd, block, FILE_HEADER) != FILE_HEADER)
		return false;
	while ((got = read(fd, block + kept, BLOCK_BYTES)) > 0) {
		size_t done = walk(table, block, kept + (size_t)got);

		kept += (size_t)got - done;
		memmove(block, block + done, kept);
		if (kept > BLOCK_BYTES)
			return false;
	}
	return got == 0;
}

int main(int argc, char **argv)
{
	bool mapped = argc > 1 && strcmp(argv[1], "-m") == 0;
	int first = mapped ? 2 : 1;
	size_t flows = argc > first + 1 ? strtoull(argv[first], NULL, 10) : 0;
	struct table table = {.mask = 1023};

	if (flows == 0) {
		fprintf(stderr, "usage: pcap_flows [-m] FLOWS FILE..\n");
		return 2;
	}
	while (table.mask / 4 * 3 < flows)
		table.mask = table.mask * 2 + 1;
	table.entries = aligned_alloc(HUGE_PAGE, ((table.mask + 1) * sizeof(struct entry) + HUGE_PAGE - 1) &
						     ~(size_t)(HUGE_PAGE - 1));
	if (!table.entries)
		return 2;
	(void)madvise(table.entries, (table.mask + 1) * sizeof(struct entry), MADV_HUGEPAGE);
	memset(table.entries, 0, (table.mask + 1) * sizeof(struct entry));
	for (int i = first + 1; i < argc; i++) {
		int fd = open(argv[i], O_RDONLY | O_CLOEXEC);
		bool done = fd >= 0 && (mapped ? read_mapped(&table, fd) : read_blocks(&table, fd));

		if (fd >= 0)
			(void)close(fd);
		if (!done) {
			fprintf(stderr, "pcap_flows: cannot read %s\n", argv[i]);
			return 2;
		}
	}
	flush(&table);
	printf("%" PRIu64 " packets, %" PRIu64 " flows\n", table.packets, table.flows);
	return 0;
}
