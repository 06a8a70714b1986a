/*
 * Observes captures under a memory limit and says whether everything is accounted for, in one line of
 * numbers: packets, sum of all buckets, audited, sum of both sides of all edges, all that the hosts sent.
 *
 *   edge_totals MEMORY_BYTES THREADS FILE..
 */
#include "capture/capture.h"
#include "observe/observe.h"
#include <stdio.h>
#include <stdlib.h>

static void print_totals(const struct ledger *ledger)
{
	uint64_t packets = 0, accounted = 0, audited = 0, of_edges = 0, of_hosts = 0;
	size_t count;
	const struct coverage_row *rows = ledger_coverages(ledger, &count);

	for (size_t i = 0; i < count; i++) {
		packets += rows[i].packets;
		audited += rows[i].accounting[ACCOUNT_AUDITED];
		for (size_t k = 0; k < ACCOUNT_COUNT; k++)
			accounted += rows[i].accounting[k];
	}
	for (size_t i = 0; i < ledger_edge_count(ledger); i++) {
		const struct edge_row edge = ledger_edge(ledger, i);

		of_edges += edge.packets[0] + edge.packets[1];
	}
	for (size_t i = 0; i < ledger_host_count(ledger); i++) {
		const struct host_row host = ledger_host(ledger, i);

		of_hosts += host.unicast_sent + host.group_sent;
	}
	printf("%llu %llu %llu %llu %llu\n", (unsigned long long)packets, (unsigned long long)accounted,
	       (unsigned long long)audited, (unsigned long long)of_edges, (unsigned long long)of_hosts);
}

int main(int argc, char **argv)
{
	struct observe_options options = {.hash_seed = 1};
	struct capture_list list = {0};
	struct ledger *ledger = NULL;
	struct err err = {""};

	if (argc < 4) {
		(void)fprintf(stderr, "usage: edge_totals MEMORY_BYTES THREADS FILE..\n");
		return 2;
	}
	options.memory_bytes = strtoull(argv[1], NULL, 10);
	options.threads = (unsigned)strtoul(argv[2], NULL, 10);
	if (capture_list_expand(&list, (const char *const *)argv + 3, (size_t)argc - 3, &options.capture,
				&err) ||
	    observe_run(&list, &options, &ledger, &err)) {
		(void)fprintf(stderr, "edge_totals: %s\n", err.text);
		return 2;
	}
	print_totals(ledger);
	ledger_free(ledger);
	capture_list_clear(&list);
	return 0;
}
