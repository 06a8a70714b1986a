#include "observe/record_sort.h"
#include "base/mem.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS_MAX = 4096 };

/* One sorted run on disk and the record at its front. */
struct run {
	FILE *file;
	struct flow_record front;
	bool live;
};

struct record_sort {
	struct flow_record *records;
	size_t count, capacity, limit;
	struct run *runs;
	size_t run_count, run_capacity;
	struct err failure;
	bool failed;
};

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

int flow_record_compare(const struct flow_record *a, const struct flow_record *b)
{
	int order = (a->first_ns > b->first_ns) - (a->first_ns < b->first_ns);

	if (order == 0)
		order = compare_numbers(a->protocol, b->protocol);
	if (order == 0)
		order = addr_compare(&a->initiator, &b->initiator);
	if (order == 0)
		order = compare_numbers(a->initiator_port, b->initiator_port);
	if (order == 0)
		order = addr_compare(&a->responder, &b->responder);
	if (order == 0)
		order = compare_numbers(a->responder_port, b->responder_port);
	if (order == 0)
		order = compare_numbers(a->start.input, b->start.input);
	return order ? order : compare_numbers(a->start.frame, b->start.frame);
}

static int compare_records(const void *a, const void *b)
{
	return flow_record_compare(a, b);
}

struct record_sort *record_sort_new(size_t memory_bytes, struct err *err)
{
	struct record_sort *sort = mem_calloc(1, sizeof *sort);

	if (!sort) {
		err_no_memory(err);
		return NULL;
	}
	sort->limit = (memory_bytes ? memory_bytes : (size_t)256 << 20) / sizeof *sort->records;
	if (sort->limit == 0)
		sort->limit = 1;
	return sort;
}

static void sort_fail(struct record_sort *sort, const char *what)
{
	if (!sort->failed)
		err_set(&sort->failure, "sorting flows: %s: %s; --unsorted needs no room", what,
			strerror(errno));
	sort->failed = true;
}

static void sort_write_run(struct record_sort *sort)
{
	if (sort->run_count >= RUNS_MAX) {
		errno = EFBIG;
		sort_fail(sort, "too many temporary files");
		return;
	}
	if (mem_grow((void **)&sort->runs, &sort->run_capacity, sort->run_count + 1, sizeof *sort->runs) !=
	    0) {
		errno = ENOMEM;
		sort_fail(sort, "memory");
		return;
	}
	FILE *file = tmpfile();
	if (!file) {
		sort_fail(sort, "temporary file");
		return;
	}
	sort->runs[sort->run_count++] = (struct run){.file = file};
	qsort(sort->records, sort->count, sizeof *sort->records, compare_records);
	if (fwrite(sort->records, sizeof *sort->records, sort->count, file) != sort->count ||
	    fflush(file) != 0)
		sort_fail(sort, "temporary file");
	sort->count = 0;
}

void record_sort_add(struct record_sort *sort, const struct flow_record *record)
{
	if (sort->failed)
		return;
	if (sort->count >= sort->limit)
		sort_write_run(sort);
	if (!sort->failed &&
	    mem_grow((void **)&sort->records, &sort->capacity, sort->count + 1, sizeof *sort->records) != 0) {
		errno = ENOMEM;
		sort_fail(sort, "memory");
	}
	if (!sort->failed)
		sort->records[sort->count++] = *record;
}

static void run_advance(struct record_sort *sort, struct run *run)
{
	run->live = fread(&run->front, sizeof run->front, 1, run->file) == 1;
	if (ferror(run->file))
		sort_fail(sort, "temporary file");
}

/* Few runs (each is 256 MiB of records), so the smallest front is simply looked for. */
static struct run *run_smallest(struct record_sort *sort)
{
	struct run *best = NULL;

	for (size_t i = 0; i < sort->run_count; i++) {
		struct run *run = &sort->runs[i];

		if (run->live && (!best || flow_record_compare(&run->front, &best->front) < 0))
			best = run;
	}
	return best;
}

static void sort_merge(struct record_sort *sort, void *context,
		       void (*each)(void *context, const struct flow_record *record))
{
	size_t at = 0;

	for (size_t i = 0; i < sort->run_count; i++) {
		rewind(sort->runs[i].file);
		run_advance(sort, &sort->runs[i]);
	}
	for (;;) {
		struct run *run = run_smallest(sort);
		bool from_memory =
		    at < sort->count && (!run || flow_record_compare(&sort->records[at], &run->front) <= 0);

		if (!run && !from_memory)
			return;
		each(context, from_memory ? &sort->records[at] : &run->front);
		if (from_memory)
			at++;
		else
			run_advance(sort, run);
	}
}

int record_sort_finish(struct record_sort *sort, void *context,
		       void (*each)(void *context, const struct flow_record *record), struct err *err)
{
	if (sort->count > 0)
		qsort(sort->records, sort->count, sizeof *sort->records, compare_records);
	sort_merge(sort, context, each);
	if (sort->failed)
		*err = sort->failure;
	return sort->failed ? -1 : 0;
}

void record_sort_free(struct record_sort *sort)
{
	if (!sort)
		return;
	for (size_t i = 0; i < sort->run_count; i++)
		fclose(sort->runs[i].file);
	mem_free(sort->runs);
	mem_free(sort->records);
	mem_free(sort);
}
