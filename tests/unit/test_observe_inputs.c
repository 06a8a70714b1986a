#include "observe_samples.h"
#include <fcntl.h>

TestSuite(observe_inputs, .timeout = 10);

static const int64_t t0 = INT64_C(1700000000) * NSEC_PER_SEC;

static void write_fillers(const struct sample_folder *folder, const char *name, int64_t first_ns, int count,
			  int64_t step_ns)
{
	FILE *file = pcap_begin(folder, name, SAMPLE_ETHERNET, 65535);

	for (int i = 0; i < count; i++)
		pcap_filler(file, first_ns + i * step_ns);
	cr_assert_eq(fclose(file), 0);
}

static void write_text(const struct sample_folder *folder, const char *name, const char *text)
{
	char path[SAMPLE_PATH * 2];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	file = fopen(path, "wb");
	cr_assert_not_null(file);
	(void)fputs(text, file);
	cr_assert_eq(fclose(file), 0);
}

static void check_input(const struct input_record *input, const char *name, const char *status, bool trouble,
			uint64_t packets)
{
	cr_assert_str_eq(strrchr(input->name, '/') + 1, name);
	cr_assert_str_eq(input->status, status, "%s", input->status);
	cr_assert_eq(input->trouble, trouble);
	cr_assert_eq(input->packets, packets, "%zu", (size_t)input->packets);
	cr_assert_eq(input->trouble, input->error[0] != '\0' && strcmp(status, "duplicate") != 0);
}

Test(observe_inputs, one_file_has_a_whole_record)
{
	static const char *const names[] = {"a.pcap"};
	struct sample_folder folder;
	struct ledger *ledger;
	const struct input_record *input;
	size_t count;

	folder_make(&folder);
	write_fillers(&folder, "a.pcap", t0, 3, NSEC_PER_SEC);
	ledger = sample_observe(&folder, names, 1, NULL);
	input = ledger_inputs(ledger, &count);
	cr_assert_eq(count, 1);
	check_input(input, "a.pcap", "complete", false, 3);
	cr_assert_eq(strlen(input->fingerprint), 32);
	cr_assert_str_eq(input->sha256, "");
	cr_assert_str_eq(input->format, "pcap");
	cr_assert_str_eq(input->link_types, "EN10MB");
	cr_assert_str_eq(input->unsupported, "");
	cr_assert_eq(input->bytes, 3 * SAMPLE_FRAME);
	cr_assert_eq(input->first_ns, t0);
	cr_assert_eq(input->last_ns, t0 + 2 * NSEC_PER_SEC);
	cr_assert_eq(input->accounting[ACCOUNT_AUDITED], 3);
	cr_assert_eq(check_accounting(ledger), 3);
	cr_assert_str_eq(ledger_sensor_name(ledger, 0), "local");
	ledger_free(ledger);
	folder_remove(&folder);
	cr_assert_eq(mem_live(), 0);
}

Test(observe_inputs, every_input_says_what_became_of_it)
{
	static const char *const names[] = {"late.pcap", "text.txt",  "copy.pcap", "missing.pcap",
					    "none.pcap", "void.pcap", "cut.pcap"};
	struct sample_folder folder;
	char path[SAMPLE_PATH * 2];
	char copy[SAMPLE_PATH * 3];
	struct ledger *ledger;
	const struct input_record *inputs;
	size_t count;

	folder_make(&folder);
	write_fillers(&folder, "late.pcap", t0 + 100 * NSEC_PER_SEC, 4, 1);
	write_fillers(&folder, "copy.pcap", t0 + 100 * NSEC_PER_SEC, 4, 1);
	write_fillers(&folder, "cut.pcap", t0, 5, 1);
	write_fillers(&folder, "none.pcap", t0, 0, 1);
	write_text(&folder, "text.txt",
		   "no capture, whatever it is called, but long enough to be looked at\n");
	write_text(&folder, "void.pcap", "");
	(void)snprintf(path, sizeof(path), "%s/cut.pcap", folder.path);
	cr_assert_eq(truncate(path, 24 + 5 * (16 + SAMPLE_FRAME) - 1), 0);
	/* The fillers' IP ids differ, so the copy is made of the bytes. */
	(void)snprintf(copy, sizeof(copy), "cp %s/late.pcap %s/copy.pcap", folder.path, folder.path);
	cr_assert_eq(system(copy), 0);

	ledger = sample_observe(&folder, names, 7, NULL);
	inputs = ledger_inputs(ledger, &count);
	cr_assert_eq(count, 7);
	check_input(&inputs[0], "late.pcap", "complete", false, 4);
	check_input(&inputs[1], "text.txt", "foreign", true, 0);
	check_input(&inputs[2], "copy.pcap", "duplicate", false, 0);
	check_input(&inputs[3], "missing.pcap", "unreadable", true, 0);
	check_input(&inputs[4], "none.pcap", "complete", false, 0);
	check_input(&inputs[5], "void.pcap", "empty", true, 0);
	check_input(&inputs[6], "cut.pcap", "cut", true, 4);
	cr_assert_str_eq(inputs[2].fingerprint, inputs[0].fingerprint);
	cr_assert_eq(check_accounting(ledger), 8);
	ledger_free(ledger);
	folder_remove(&folder);
	cr_assert_eq(mem_live(), 0);
}

Test(observe_inputs, standard_input_and_pipes_are_read_as_they_come)
{
	static const char *const names[] = {"-", "b.pcap", "-"};
	struct sample_folder folder;
	char path[SAMPLE_PATH * 2];
	struct ledger *ledger;
	const struct input_record *inputs;
	size_t count;
	int file;

	folder_make(&folder);
	write_fillers(&folder, "a.pcap", t0, 100, NSEC_PER_SEC);
	write_fillers(&folder, "b.pcap", t0 + NSEC_PER_SEC / 2, 100, NSEC_PER_SEC);
	(void)snprintf(path, sizeof(path), "%s/a.pcap", folder.path);
	file = open(path, O_RDONLY);
	cr_assert_geq(file, 0);
	cr_assert_eq(dup2(file, STDIN_FILENO), STDIN_FILENO);
	ledger = sample_observe(&folder, names, 3, NULL);
	inputs = ledger_inputs(ledger, &count);
	cr_assert_eq(count, 3);
	cr_assert_eq(inputs[0].packets, 100);
	cr_assert_eq(inputs[1].packets, 100);
	cr_assert_str_eq(inputs[2].status, "duplicate");
	cr_assert_eq(check_accounting(ledger), 200);
	cr_assert_eq(ledger_health(ledger).clock_steps, 0);
	(void)ledger_spans(ledger, &count);
	cr_assert_eq(count, 1, "merged by time");
	ledger_free(ledger);
	(void)close(file);
	folder_remove(&folder);
}

Test(observe_inputs, a_pipe_is_never_scanned)
{
	struct sample_folder folder;
	const char *names[2];
	char path[SAMPLE_PATH * 2];
	char pipe_path[SAMPLE_PATH];
	uint8_t bytes[4096];
	int ends[2];
	struct ledger *ledger;
	FILE *file;
	size_t length;

	folder_make(&folder);
	write_fillers(&folder, "a.pcap", t0, 10, NSEC_PER_SEC);
	write_fillers(&folder, "b.pcap", t0, 10, NSEC_PER_SEC);
	(void)snprintf(path, sizeof(path), "%s/a.pcap", folder.path);
	file = fopen(path, "rb");
	length = fread(bytes, 1, sizeof(bytes), file);
	(void)fclose(file);
	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(write(ends[1], bytes, length), (ssize_t)length);
	(void)close(ends[1]);
	(void)snprintf(pipe_path, sizeof(pipe_path), "/dev/fd/%d", ends[0]);
	names[0] = pipe_path;
	names[1] = "b.pcap";
	ledger = sample_observe(&folder, names, 2, NULL);
	cr_assert_eq(check_accounting(ledger), 20);
	ledger_free(ledger);
	(void)close(ends[0]);
	folder_remove(&folder);
}

Test(observe_inputs, link_types_not_understood_are_named)
{
	static const char *const names[] = {"user.pcap", "plain.pcap"};
	static const uint8_t bytes[20] = {1};
	struct sample_folder folder;
	struct ledger *ledger;
	const struct input_record *inputs;
	FILE *file;
	size_t count;

	folder_make(&folder);
	file = pcap_begin(&folder, "user.pcap", SAMPLE_USER0, 65535);
	pcap_frame(file, t0, bytes, sizeof(bytes));
	pcap_frame(file, t0, bytes, sizeof(bytes));
	cr_assert_eq(fclose(file), 0);
	write_fillers(&folder, "plain.pcap", t0, 1, 1);
	ledger = sample_observe(&folder, names, 2, NULL);
	inputs = ledger_inputs(ledger, &count);
	cr_assert_eq(inputs[0].accounting[ACCOUNT_UNSUPPORTED], 2);
	cr_assert_str_eq(inputs[0].unsupported, inputs[0].link_types);
	cr_assert_str_neq(inputs[0].unsupported, "");
	cr_assert_str_eq(inputs[1].unsupported, "");
	cr_assert_eq(check_accounting(ledger), 3);
	ledger_free(ledger);
	folder_remove(&folder);
}

Test(observe_inputs, what_the_filter_refuses_is_counted)
{
	static const char *const names[] = {"a.pcap"};
	const struct observe_options options = {.filter = "tcp dst port 80", .sensor = "hall"};
	struct sample_folder folder;
	struct ledger *ledger;
	const struct input_record *input;
	FILE *file;
	size_t count;

	folder_make(&folder);
	file = pcap_begin(&folder, "a.pcap", SAMPLE_ETHERNET, 0);
	for (uint16_t i = 0; i < 200; i++)
		pcap_segment(file, t0 + i,
			     &(struct sample_segment){1, 2, 40000, i % 4 ? 443 : 80, TCP_ACK, 1, 1});
	cr_assert_eq(fclose(file), 0);
	ledger = sample_observe(&folder, names, 1, &options);
	input = ledger_inputs(ledger, &count);
	cr_assert_eq(input->accounting[ACCOUNT_FILTERED], 150);
	cr_assert_eq(input->accounting[ACCOUNT_AUDITED], 50);
	cr_assert_eq(check_accounting(ledger), 200);
	cr_assert_not_null(strstr(ledger_filter(ledger), "dst port 80"));
	cr_assert_str_eq(ledger_sensor_name(ledger, 0), "hall");
	ledger_free(ledger);
	folder_remove(&folder);
}

Test(observe_inputs, a_filter_that_does_not_compile_fails_the_run)
{
	const struct observe_options options = {.filter = "no such words ("};
	struct capture_list list = {0};
	struct ledger *ledger = NULL;
	struct err err = {""};

	cr_assert_eq(observe_run(&list, &options, &ledger, &err), -1);
	cr_assert_null(ledger);
	cr_assert_str_neq(err.text, "");
	cr_assert_eq(mem_live(), 0);
}

static bool stop_after_a_while(void *context, const struct observe_progress *progress)
{
	uint64_t *seen = context;

	*seen = progress->packets;
	cr_assert_leq(progress->done_bytes, progress->total_bytes);
	cr_assert_not_null(progress->input);
	return progress->packets < 10000;
}

Test(observe_inputs, a_stop_keeps_what_was_read)
{
	static const char *const names[] = {"a.pcap", "b.pcap"};
	uint64_t seen = 0;
	const struct observe_options options = {.context = &seen, .progress = stop_after_a_while};
	struct sample_folder folder;
	struct ledger *ledger;
	const struct input_record *inputs;
	size_t count;

	folder_make(&folder);
	write_fillers(&folder, "a.pcap", t0, 30000, 1000);
	write_fillers(&folder, "b.pcap", t0 + NSEC_PER_SEC, 3, 1000);
	ledger = sample_observe(&folder, names, 2, &options);
	inputs = ledger_inputs(ledger, &count);
	cr_assert_geq(seen, 10000);
	cr_assert_lt(inputs[0].packets, 30000);
	check_input(&inputs[0], "a.pcap", "cut", true, seen);
	check_input(&inputs[1], "b.pcap", "cut", true, 0);
	cr_assert_eq(check_accounting(ledger), seen);
	ledger_free(ledger);
	folder_remove(&folder);
}

Test(observe_inputs, a_stop_while_scanning_leaves_all_unread)
{
	static const char *const names[] = {"a.pcap", "b.pcap"};
	uint64_t seen = 0;
	const struct observe_options options = {.context = &seen, .progress = stop_after_a_while};
	struct sample_folder folder;
	struct ledger *ledger;
	const struct input_record *inputs;
	size_t count;

	folder_make(&folder);
	write_fillers(&folder, "a.pcap", t0, 30000, 1000);
	write_fillers(&folder, "b.pcap", t0, 30000, 1000);
	ledger = sample_observe(&folder, names, 2, &options);
	inputs = ledger_inputs(ledger, &count);
	cr_assert_eq(check_accounting(ledger), seen);
	cr_assert_str_eq(inputs[1].status, "cut");
	ledger_free(ledger);
	folder_remove(&folder);
}

/* Without memory: an error or a whole ledger, never a crash, never a leak. */
Test(observe_inputs, fails_cleanly_without_memory)
{
	struct sample_folder folder;
	char paths[2][SAMPLE_PATH * 2];
	const char *pointers[] = {paths[0], paths[1]};
	const struct observe_options options = {.hash_seed = 3, .memory_bytes = (size_t)1 << 20};
	bool failed = true;

	folder_make(&folder);
	write_fillers(&folder, "a.pcap", t0, 5, 1000);
	write_fillers(&folder, "b.pcap", t0 + 2500, 5, 1000);
	(void)snprintf(paths[0], sizeof(paths[0]), "%s/a.pcap", folder.path);
	(void)snprintf(paths[1], sizeof(paths[1]), "%s/b.pcap", folder.path);
	for (uint64_t nth = 1; failed; nth++) {
		struct capture_list list = {0};
		struct ledger *ledger = NULL;
		struct err err = {""};
		int result;

		cr_assert_eq(capture_list_expand(&list, pointers, 2, &options.capture, &err), 0);
		mem_fail_at(nth);
		result = observe_run(&list, &options, &ledger, &err);
		failed = mem_fail_reached();
		mem_fail_at(0);
		cr_assert_eq(result == 0, ledger != NULL);
		cr_assert(result == 0 || err.text[0] != '\0', "allocation %zu", (size_t)nth);
		if (ledger)
			(void)check_accounting(ledger);
		ledger_free(ledger);
		capture_list_clear(&list);
		cr_assert_eq(mem_live(), 0, "allocation %zu", (size_t)nth);
	}
	folder_remove(&folder);
}
