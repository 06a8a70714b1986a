#include "base/mem.h"
#include "run.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool run_is_stream(const struct capture_input *input)
{
	struct stat status;

	if (strcmp(input->path, "-") == 0)
		return true;
	return stat(input->path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

static void state_fail(struct input_state *state, enum capture_status status, const char *error)
{
	struct err err;

	state->summary.status = status;
	(void)err_set(&err, "%s", error);
	memcpy(state->summary.error, err.text, sizeof(err.text));
}

static void plan_stream(struct run *run, uint32_t input, bool alone)
{
	struct input_state *state = &run->inputs[input];

	state->wanted = true;
	if (alone)
		return;
	state->opened = source_open(run, input);
	if (state->opened)
		state->order_ns = source_head_ns(state->opened);
}

static void plan_file(struct run *run, uint32_t input)
{
	struct input_state *state = &run->inputs[input];
	struct capture_summary *summary = &state->summary;

	if (!state->scanned)
		state->scan_failed = capture_scan(&run->list->items[input], &run->capture, summary) != 0;
	if (state->scan_failed || summary->packets == 0)
		return;
	state->wanted = true;
	state->order_ns = summary->first_ns == TIME_UNKNOWN ? 0 : summary->first_ns;
	run->total_bytes += summary->file_bytes;
}

static void leave_unread(struct run *run, uint32_t first)
{
	for (uint32_t i = first; i < run->list->count; i++)
		run->inputs[i].wanted = true;
}

/* A single file is read at once, without a look at it before: so it is walked only one time. */
static void plan_inputs(struct run *run)
{
	bool alone = run->list->count == 1;
	bool stdin_taken = false;

	for (uint32_t i = 0; i < run->list->count && !run->stopped; i++) {
		const struct capture_input *input = &run->list->items[i];
		bool is_stdin = strcmp(input->path, "-") == 0;

		if (is_stdin && stdin_taken)
			state_fail(&run->inputs[i], CAPTURE_DUPLICATE,
				   "-: standard input was named before, read once");
		else if (run_is_stream(input))
			plan_stream(run, i, alone);
		else if (alone && !run->capture.sha256)
			run->inputs[i].wanted = true;
		else
			plan_file(run, i);
		stdin_taken |= is_stdin;
		if (!alone)
			run_progress(run, i);
		if (run->stopped)
			leave_unread(run, i + 1);
	}
}

static int by_fingerprint(const void *a, const void *b, void *context)
{
	const struct run *run = context;
	uint32_t left = *(const uint32_t *)a;
	uint32_t right = *(const uint32_t *)b;
	int order = strcmp(run->inputs[left].summary.fingerprint, run->inputs[right].summary.fingerprint);

	return order != 0 ? order : (left > right) - (left < right);
}

static int by_time(const void *a, const void *b, void *context)
{
	const struct run *run = context;
	uint32_t left = *(const uint32_t *)a;
	uint32_t right = *(const uint32_t *)b;
	int64_t left_ns = run->inputs[left].order_ns;
	int64_t right_ns = run->inputs[right].order_ns;

	if (left_ns != right_ns)
		return left_ns < right_ns ? -1 : 1;
	return (left > right) - (left < right);
}

static void mark_duplicate(struct run *run, uint32_t input, uint32_t first)
{
	struct input_state *state = &run->inputs[input];
	char text[ERR_TEXT_MAX * 2];

	state->wanted = false;
	run->total_bytes -= state->summary.file_bytes;
	state_fail(state, CAPTURE_DUPLICATE, "");
	(void)snprintf(text, sizeof(text), "%s: the same capture as %s, read once", state->name,
		       run->inputs[first].name);
	state_fail(state, CAPTURE_DUPLICATE, text);
}

/* ORDER holds all wanted inputs; equal fingerprints come together, the first of the list in front. */
static void drop_duplicates(struct run *run)
{
	uint32_t first;

	if (run->order_count < 2)
		return;
	qsort_r(run->order, run->order_count, sizeof(*run->order), by_fingerprint, run);
	first = run->order[0];
	for (size_t i = 1; i < run->order_count; i++) {
		const char *print = run->inputs[run->order[i]].summary.fingerprint;

		if (print[0] != '\0' && strcmp(print, run->inputs[first].summary.fingerprint) == 0)
			mark_duplicate(run, run->order[i], first);
		else
			first = run->order[i];
	}
}

static void order_wanted(struct run *run)
{
	run->order_count = 0;
	for (uint32_t i = 0; i < run->list->count; i++)
		if (run->inputs[i].wanted)
			run->order[run->order_count++] = i;
}

/* Archives are told what will be asked for, if there is more than one way to go through them. */
static int expect_inputs(struct run *run)
{
	const struct capture_input **inputs;
	int result;

	if (!run->capture.archives || run->order_count < 2)
		return 0;
	inputs = mem_calloc(run->order_count, sizeof(*inputs));
	if (!inputs)
		return -1;
	for (size_t i = 0; i < run->order_count; i++)
		inputs[i] = &run->list->items[run->order[i]];
	result = capture_archives_expect(run->capture.archives, inputs, run->order_count);
	mem_free(inputs);
	return result;
}

int run_plan(struct run *run, unsigned threads)
{
	run->order = mem_calloc(run->list->count + 1, sizeof(*run->order));
	if (!run->order)
		return -1;
	if (threads > 1 && run->list->count > 1 && run_scan(run, threads))
		return -1;
	if (run->stopped)
		leave_unread(run, 0);
	else
		plan_inputs(run);
	order_wanted(run);
	drop_duplicates(run);
	order_wanted(run);
	if (run->order_count > 1)
		qsort_r(run->order, run->order_count, sizeof(*run->order), by_time, run);
	return run->out_of_memory || expect_inputs(run) ? -1 : 0;
}
