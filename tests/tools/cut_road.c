/*
 * Runs the whole road (capture, decode, flow, ledger, audit, report) within one process over captures that
 * are not whole, over several together, and without memory. Built with sanitizers it is the program's test
 * against damaged input.
 *
 *   cut_road cut CUTS FILE..         each file cut at CUTS places, drawn from a fixed seed; the smallest at
 * every byte cut_road together TIMES FILE..   TIMES draws of a few files each, in two orders cut_road memory
 * STEP FILE..      each file alone, with allocation 1, 1 + STEP, .. failing, until none is left to fail
 *
 * It runs in the project's root: a file is judged under the site file of pcaps/ that its name begins with.
 * Says each thing that does not hold in one line; the last line is "N passed, M failed".
 */
#include "audit/audit.h"
#include "base/mem.h"
#include "observe/observe.h"
#include "report/report.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PATH_BYTES = 4096,
	EVERY_BYTE_BELOW = 300, /* files this small are cut at every byte */
	HEAD_ENOUGH = 32,       /* bytes from which every kind of capture shows what it is */
	TOGETHER_MOST = 6,
	MEMORY_BYTES = 32 << 20
};

/* What one trip over the road came to. */
struct trip {
	uint64_t packets;
	const char *status; /* of the first input */
	struct err err;     /* why there is no result */
};

struct judge {
	struct signature_library *library;
	struct site *site;
	struct matrix *matrix;
	struct message_list messages;
};

static unsigned passed, failed;
static const char *subject; /* for messages */
static uint64_t subject_at;

static void complain(const char *what)
{
	failed++;
	printf("%s, %llu: does not hold: %s\n", subject, (unsigned long long)subject_at, what);
}

#define HOLDS(condition) ((condition) ? (void)0 : complain(#condition))

/* The same numbers each time (xorshift). */
static uint64_t draw(uint64_t *state, uint64_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state % below;
}

static void judge_close(struct judge *judge)
{
	matrix_free(judge->matrix);
	site_free(judge->site);
	signature_library_close(judge->library);
	message_list_clear(&judge->messages);
	*judge = (struct judge){.library = NULL};
}

/* The site file whose name, less ".site.json", the name of PATH begins with; else the first one of the table.
 */
static const char *site_of(const char *path)
{
	static const char *const sites[] = {"kvmnet2", "dsview", "cam", "converge", "wdm"};
	static char name[PATH_BYTES];
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	size_t found = 0;

	for (size_t i = 0; i < sizeof(sites) / sizeof(sites[0]); i++)
		if (strncmp(base, sites[i], strlen(sites[i])) == 0)
			found = i;
	(void)snprintf(name, sizeof(name), "pcaps/%s.site.json", sites[found]);
	return name;
}

static int judge_open(struct judge *judge, const char *path, struct err *err)
{
	*judge = (struct judge){.library = signature_library_open("signatures", err)};
	if (judge->library)
		judge->site = site_load(site_of(path), judge->library, &judge->messages);
	if (judge->library && !judge->site)
		(void)err_set(err, "%s",
			      judge->messages.error_count ? judge->messages.errors[0]
							  : "site file: no reason given");
	if (judge->site)
		judge->matrix = matrix_compile(judge->site, err);
	if (judge->matrix)
		return 0;
	judge_close(judge);
	return -1;
}

static uint64_t sum_of(const uint64_t accounting[ACCOUNT_COUNT])
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < ACCOUNT_COUNT; i++)
		sum += accounting[i];
	return sum;
}

/* Every packet read is in one bucket, by input, by quarter hour and in total; the audited ones are on edges.
 */
static void check_accounting(const struct ledger *ledger, const struct audit_result *result)
{
	uint64_t by_input = 0, by_bucket = 0, on_edges = 0, audited = 0;
	size_t count;
	const struct input_record *inputs = ledger_inputs(ledger, &count);

	for (size_t i = 0; i < count; i++) {
		HOLDS(sum_of(inputs[i].accounting) == inputs[i].packets);
		HOLDS(inputs[i].trouble == (inputs[i].error[0] != '\0') ||
		      strcmp(inputs[i].status, "duplicate") == 0 || strcmp(inputs[i].status, "skipped") == 0);
		by_input += inputs[i].packets;
		audited += inputs[i].accounting[ACCOUNT_AUDITED];
	}
	const struct coverage_row *rows = ledger_coverages(ledger, &count);
	for (size_t i = 0; i < count; i++) {
		by_bucket += rows[i].packets;
		HOLDS(sum_of(rows[i].accounting) == rows[i].packets);
	}
	const struct edge_row *edges = ledger_edges(ledger, &count);
	for (size_t i = 0; i < count; i++)
		on_edges += edges[i].packets[0] + edges[i].packets[1];
	HOLDS(by_bucket == by_input);
	/* Without the memory to put them together the ledger hands out none. */
	HOLDS(!edges || on_edges == audited);
	HOLDS(result->packets == by_input && sum_of(result->accounting) == by_input);
	HOLDS(result->accounting[ACCOUNT_AUDITED] == audited);
}

static void check_json(const struct strbuf *json, uint64_t packets)
{
	cJSON *root = cJSON_ParseWithLength(json->text, json->length);
	const cJSON *capture = cJSON_GetObjectItemCaseSensitive(root, "capture");
	const cJSON *count = cJSON_GetObjectItemCaseSensitive(capture, "packets");

	HOLDS(root && count && count->valuedouble == (double)packets);
	cJSON_Delete(root);
}

/* Ledger -> result -> pages. 0/-1; FULL also checks what came out, which takes memory of its own. */
static int judge_and_report(const struct judge *judge, const struct ledger *ledger, bool full,
			    struct trip *trip)
{
	const struct audit_options options = {.now_ns = INT64_C(1800000000) * NSEC_PER_SEC,
					      .fail_on = SEVERITY_MEDIUM};
	const struct report_options report = {.version = "test", .site_name = judge->site->name};
	struct audit_result *result = audit_run(ledger, judge->matrix, &options, &trip->err);
	struct strbuf text = {0}, json = {0};
	int status = -1;

	if (result && report_text(&text, result, ledger, &report, &trip->err) == 0 &&
	    report_json(&json, result, ledger, &report, &trip->err) == 0)
		status = 0;
	if (status == 0) {
		trip->packets = result->packets;
		HOLDS(strbuf_ok(&text) && text.length > 0);
		check_accounting(ledger, result);
		if (full)
			check_json(&json, trip->packets);
	}
	strbuf_clear(&text);
	strbuf_clear(&json);
	if (result)
		audit_free(result);
	return status;
}

static int travel(const struct judge *judge, const char *const *paths, size_t count, bool full,
		  struct trip *trip)
{
	const struct observe_options options = {.memory_bytes = MEMORY_BYTES, .hash_seed = 1};
	struct capture_list list = {0};
	struct ledger *ledger = NULL;
	int status = -1;

	*trip = (struct trip){.status = ""};
	if (capture_list_expand(&list, paths, count, NULL, &trip->err) == 0 &&
	    observe_run(&list, &options, &ledger, &trip->err) == 0) {
		size_t inputs;
		const struct input_record *first = ledger_inputs(ledger, &inputs);

		for (enum capture_status s = 0; inputs > 0 && s < CAPTURE_STATUS_COUNT; s++)
			if (strcmp(capture_status_name(s), first->status) == 0)
				trip->status = capture_status_name(s);
		status = judge_and_report(judge, ledger, full, trip);
	}
	capture_list_clear(&list);
	ledger_free(ledger);
	return status;
}

static bool one_of(const char *status, const char *list)
{
	return *status != '\0' && strstr(list, status) != NULL;
}

static int by_size_falling(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return (*x < *y) - (*x > *y);
}

/* The lengths to try, longest first, so that the file only ever shrinks. The caller frees them. */
static size_t *choose_cuts(size_t size, size_t cuts, size_t *count)
{
	uint64_t state = UINT64_C(20261120) + size;
	size_t *lengths;

	*count = size < EVERY_BYTE_BELOW ? size : cuts;
	lengths = calloc(*count + 1, sizeof(*lengths));
	if (!lengths)
		exit(2);
	for (size_t i = 0; i < *count; i++)
		lengths[i] = size < EVERY_BYTE_BELOW ? i : draw(&state, size);
	qsort(lengths, *count, sizeof(*lengths), by_size_falling);
	return lengths;
}

/* The bytes of PATH in a file without a name; its descriptor, or -1. */
static int copy_of(const char *path, char copy[PATH_BYTES], size_t *size)
{
	int fd = memfd_create("cut", MFD_CLOEXEC);
	FILE *file = fopen(path, "rb");
	char block[1 << 16];
	size_t n;

	*size = 0;
	while (fd >= 0 && file && (n = fread(block, 1, sizeof(block), file)) > 0) {
		if (write(fd, block, n) != (ssize_t)n)
			exit(2);
		*size += n;
	}
	if (file)
		(void)fclose(file);
	(void)snprintf(copy, PATH_BYTES, "/proc/self/fd/%d", fd);
	return file ? fd : -1;
}

/* Shorter and shorter: never more packets than before, and a status that says what happened. */
static void cut_shorter(const struct judge *judge, int fd, const char *copy, const size_t *lengths,
			size_t count)
{
	struct trip whole, trip;
	uint64_t packets;
	bool is_capture;

	HOLDS(travel(judge, &copy, 1, true, &whole) == 0);
	is_capture = one_of(whole.status, "complete cut damaged");
	packets = whole.packets;
	for (size_t i = 0; i < count; i++) {
		subject_at = lengths[i];
		if (ftruncate(fd, (off_t)lengths[i]) != 0)
			exit(2);
		HOLDS(travel(judge, &copy, 1, true, &trip) == 0);
		HOLDS(trip.packets <= packets);
		HOLDS(!is_capture || lengths[i] < HEAD_ENOUGH || one_of(trip.status, "complete cut damaged"));
		HOLDS(lengths[i] > 0 || strcmp(trip.status, "empty") == 0);
		packets = trip.packets;
	}
}

static void cut_file(const char *path, size_t cuts)
{
	char copy[PATH_BYTES];
	size_t size, count, *lengths;
	struct judge judge;
	struct err err;
	int fd = copy_of(path, copy, &size);
	unsigned before = failed;

	subject = path;
	subject_at = size;
	if (fd < 0 || judge_open(&judge, path, &err) != 0) {
		complain(fd < 0 ? "can be read" : err.text);
		return;
	}
	lengths = choose_cuts(size, cuts, &count);
	cut_shorter(&judge, fd, copy, lengths, count);
	free(lengths);
	judge_close(&judge);
	(void)close(fd);
	passed += failed == before;
}

/* A few files, and the same ones the other way round: the same packets. */
static void draw_together(char *const *files, size_t count, uint64_t *state)
{
	const char *chosen[TOGETHER_MOST], *turned[TOGETHER_MOST];
	size_t most = 2 + draw(state, TOGETHER_MOST - 1);
	struct trip one, other;
	struct judge judge;
	unsigned before = failed;

	for (size_t i = 0; i < most; i++) {
		chosen[i] = files[draw(state, count)];
		turned[most - 1 - i] = chosen[i];
	}
	subject = chosen[0];
	if (judge_open(&judge, chosen[0], &one.err) != 0) {
		complain(one.err.text);
		return;
	}
	HOLDS(travel(&judge, chosen, most, true, &one) == 0);
	HOLDS(travel(&judge, turned, most, true, &other) == 0);
	HOLDS(one.packets == other.packets);
	judge_close(&judge);
	passed += failed == before;
}

/* All that a run does, from the site file on. */
static int whole_run(const char *path, struct trip *trip)
{
	struct judge judge;
	int status = judge_open(&judge, path, &trip->err);

	if (status == 0) {
		status = travel(&judge, &path, 1, false, trip);
		judge_close(&judge);
	}
	return status;
}

/* The run fails with a line that says so, or does without; whichever, nothing is left over. */
static void starve(const char *path, uint64_t step)
{
	size_t live = mem_live();
	unsigned before = failed;
	bool reached = true;

	subject = path;
	for (uint64_t nth = 1; reached; nth += step) {
		struct trip trip = {.err = {""}};
		int status;

		subject_at = nth;
		mem_fail_at(nth);
		status = whole_run(path, &trip);
		reached = mem_fail_reached();
		mem_fail_at(0);
		HOLDS(status == 0 || (reached && trip.err.text[0] != '\0'));
		HOLDS(mem_live() == live);
	}
	printf("%s: %llu allocations\n", path, (unsigned long long)subject_at);
	passed += failed == before;
}

static bool is_regular(const char *path)
{
	struct stat state;

	return stat(path, &state) == 0 && S_ISREG(state.st_mode);
}

int main(int argc, char **argv)
{
	cJSON_Hooks hooks = {.malloc_fn = mem_hook_alloc, .free_fn = mem_hook_free};
	uint64_t number = argc > 3 ? strtoull(argv[2], NULL, 10) : 0, state = 20261120;

	if (number == 0) {
		fprintf(stderr, "usage: cut_road cut|together|memory NUMBER FILE..\n");
		return 2;
	}
	cJSON_InitHooks(&hooks);
	/* Tables that live for one short capture must not have huge pages zeroed for them. */
	(void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	for (int i = 3; i < argc && strcmp(argv[1], "together") != 0; i++) {
		if (!is_regular(argv[i]))
			continue;
		if (strcmp(argv[1], "cut") == 0)
			cut_file(argv[i], number);
		else
			starve(argv[i], number);
	}
	for (uint64_t i = 0; i < number && strcmp(argv[1], "together") == 0; i++)
		draw_together(argv + 3, (size_t)argc - 3, &state);
	printf("%u passed, %u failed\n", passed, failed);
	return failed > 0;
}
