/*
 * Reads captures with one thread and with several, and holds what was observed against each other, row by
 *row:
 *
 *	thread_runs [-j LIST] [-m] [-c] [-v] [-F FILTER] FILE...
 *
 * Each file by itself, then (-m) all of them as one stream; with -c once more with the flows carried over
 *that were open at the end. -j 2,3,7 is which numbers of threads are tried, however few packets there are; -v
 *keys addresses by VLAN. The last line is "N passed, M failed".
 */
#include "base/hash.h"
#include "base/mem.h"
#include "observe/observe.h"
#include "observe/record_sort.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS_MAX = 16 };

/* All that one run told. */
struct told {
	struct ledger *ledger;
	struct flow_record *records;
	size_t record_count, record_capacity;
	struct flow_open *open;
	size_t open_count, open_capacity;
};

static unsigned tried[THREADS_MAX] = {2, 3, 7};
static size_t tried_count = 3;
static struct observe_options base;
static unsigned passed, failed;

static void on_record(void *context, const struct flow_record *record)
{
	struct told *told = context;

	if (mem_grow((void **)&told->records, &told->record_capacity, told->record_count + 1,
		     sizeof(*record)))
		abort();
	told->records[told->record_count++] = *record;
}

static void on_open(void *context, const struct flow_open *open)
{
	struct told *told = context;

	if (mem_grow((void **)&told->open, &told->open_capacity, told->open_count + 1, sizeof(*open)))
		abort();
	told->open[told->open_count++] = *open;
}

static int compare_records(const void *a, const void *b)
{
	return flow_record_compare(a, b);
}

static int compare_open(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct flow_open));
}

static void observe(const struct capture_list *list, unsigned threads, const struct told *before,
		    struct told *out)
{
	struct observe_options options = base;
	struct err err;

	*out = (struct told){0};
	options.threads = threads;
	options.eager = true;
	options.hash_seed = hash_seed_random();
	options.context = out;
	options.record = on_record;
	options.open = on_open;
	options.carried = before ? before->open : NULL;
	options.carried_count = before ? before->open_count : 0;
	if (observe_run(list, &options, &out->ledger, &err) != 0) {
		fprintf(stderr, "thread_runs: %s\n", err.text);
		exit(2);
	}
	if (out->record_count > 0)
		qsort(out->records, out->record_count, sizeof(*out->records), compare_records);
	if (out->open_count > 0)
		qsort(out->open, out->open_count, sizeof(*out->open), compare_open);
}

static void forget(struct told *told)
{
	ledger_free(told->ledger);
	mem_free(told->records);
	mem_free(told->open);
}

/* Where two arrays of rows differ: said, and true. */
static bool differ(const char *what, const void *a, size_t a_count, const void *b, size_t b_count,
		   size_t size)
{
	size_t at = 0;

	while (at < a_count && at < b_count &&
	       memcmp((const char *)a + at * size, (const char *)b + at * size, size) == 0)
		at++;
	if (at == a_count && at == b_count)
		return false;
	printf("  %s: row %zu of %zu differs from that of %zu\n", what, at, a_count, b_count);
	return true;
}

static bool inputs_differ(const struct ledger *a, const struct ledger *b)
{
	size_t a_count, b_count;
	const struct input_record *x = ledger_inputs(a, &a_count), *y = ledger_inputs(b, &b_count);
	bool result = a_count != b_count;

	for (size_t i = 0; i < a_count && !result; i++)
		result = strcmp(x[i].name, y[i].name) != 0 ||
			 strcmp(x[i].fingerprint, y[i].fingerprint) != 0 ||
			 strcmp(x[i].status, y[i].status) != 0 || strcmp(x[i].error, y[i].error) != 0 ||
			 strcmp(x[i].unsupported, y[i].unsupported) != 0 || x[i].packets != y[i].packets ||
			 x[i].bytes != y[i].bytes ||
			 memcmp(x[i].accounting, y[i].accounting, sizeof(x[i].accounting)) != 0;
	if (result)
		printf("  inputs differ\n");
	return result;
}

static bool record_differs(const struct flow_record *x, const struct flow_record *y)
{
	return flow_record_compare(x, y) != 0 || x->last_ns != y->last_ns || x->basis != y->basis ||
	       x->confidence != y->confidence || strcmp(x->outcome, y->outcome) != 0 ||
	       x->answered_from != y->answered_from || x->parent != y->parent ||
	       memcmp(x->packets, y->packets, sizeof(x->packets)) != 0 ||
	       memcmp(x->bytes, y->bytes, sizeof(x->bytes)) != 0 || x->start.time_ns != y->start.time_ns;
}

static bool records_differ(const struct told *a, const struct told *b)
{
	size_t at = 0;

	while (at < a->record_count && at < b->record_count &&
	       !record_differs(&a->records[at], &b->records[at]))
		at++;
	if (at == a->record_count && at == b->record_count)
		return false;
	printf("  records: row %zu of %zu differs from that of %zu\n", at, a->record_count, b->record_count);
	return true;
}

static bool spans_differ(const struct ledger *a, const struct ledger *b)
{
	size_t n, m;
	const struct coverage_span *x = ledger_spans(a, &n), *y = ledger_spans(b, &m);
	bool result = n != m;

	for (size_t i = 0; i < n && !result; i++)
		result = x[i].sensor != y[i].sensor || x[i].first_ns != y[i].first_ns ||
			 x[i].last_ns != y[i].last_ns;
	if (result)
		printf("  spans differ\n");
	return result;
}

static bool told_differ(const struct told *a, const struct told *b)
{
	size_t n, m;
	const void *x, *y;
	bool result = inputs_differ(a->ledger, b->ledger);

	x = ledger_edges(a->ledger, &n);
	y = ledger_edges(b->ledger, &m);
	result |= differ("edges", x, n, y, m, sizeof(struct edge_row));
	x = ledger_hosts(a->ledger, &n);
	y = ledger_hosts(b->ledger, &m);
	result |= differ("hosts", x, n, y, m, sizeof(struct host_row));
	x = ledger_coverages(a->ledger, &n);
	y = ledger_coverages(b->ledger, &m);
	result |= differ("coverage", x, n, y, m, sizeof(struct coverage_row));
	x = ledger_anomalies(a->ledger, &n);
	y = ledger_anomalies(b->ledger, &m);
	result |= differ("anomalies", x, n, y, m, sizeof(struct anomaly_row));
	result |= spans_differ(a->ledger, b->ledger);
	result |= records_differ(a, b);
	result |= differ("open", a->open, a->open_count, b->open, b->open_count, sizeof(*a->open));
	return result;
}

static void try_list(const struct capture_list *list, const char *name, const struct told *before,
		     struct told *alone)
{
	observe(list, 1, before, alone);
	for (size_t i = 0; i < tried_count; i++) {
		struct told told;

		observe(list, tried[i], before, &told);
		if (told_differ(alone, &told)) {
			printf("FAIL %s%s: 1 and %u threads\n", name, before ? ", carried over" : "",
			       tried[i]);
			failed++;
		} else {
			passed++;
		}
		forget(&told);
	}
}

static void try_twice(const struct capture_list *list, const char *name, bool carried)
{
	struct told first, second;

	try_list(list, name, NULL, &first);
	if (carried) {
		try_list(list, name, &first, &second);
		forget(&second);
	}
	forget(&first);
}

static void read_numbers(char *text)
{
	tried_count = 0;
	for (char *word = strtok(text, ","); word && tried_count < THREADS_MAX; word = strtok(NULL, ","))
		tried[tried_count++] = (unsigned)strtoul(word, NULL, 10);
}

int main(int argc, char **argv)
{
	bool mix = false, carried = false;
	struct capture_list list = {0};
	struct err err;
	int option;

	while ((option = getopt(argc, argv, "j:mcvF:")) != -1) {
		switch (option) {
		case 'j': read_numbers(optarg); break;
		case 'm': mix = true; break;
		case 'c': carried = true; break;
		case 'v': base.decode.key_vlan = true; break;
		case 'F': base.filter = optarg; break;
		default: return 2;
		}
	}
	if (capture_list_expand(&list, (const char *const *)argv + optind, (size_t)(argc - optind),
				&base.capture, &err) != 0)
		return 2;
	for (size_t i = 0; i < list.count; i++) {
		struct capture_list one = {.items = &list.items[i], .count = 1};

		try_twice(&one, list.items[i].path, carried);
	}
	if (mix)
		try_twice(&list, "all together", carried);
	capture_list_clear(&list);
	printf("%u passed, %u failed\n", passed, failed);
	return failed > 0;
}
