/* What a pcapng file says of its own making reaches the record of its input, the coverage and the grade. */
#include "capture_samples.h"
#include "observe_samples.h"

TestSuite(observe_record, .timeout = 10);

static void statistics(struct sample *s, uint32_t id, uint64_t drops)
{
	struct sample *b = sample_new(s->big);

	sample_u32(b, id);
	sample_u64(b, 0);
	sample_u16(b, 7); /* isb_osdrop */
	sample_u16(b, 8);
	sample_u64(b, drops);
	sample_block(s, 5, b);
	free(b);
}

/* COUNT packets a second, from SECOND on; then DROPS. */
static int pcapng_file(uint32_t second, unsigned count, uint64_t drops, char path[SAMPLE_PATH_MAX])
{
	struct sample *s = sample_new(false);
	int fd;

	sample_section(s);
	sample_interface(s, 1, 0, NULL, 0);
	for (unsigned i = 0; i < count; i++)
		sample_enhanced(s, 0, (uint64_t)(second + i) * 1000000, "no Internet packet at all", 25);
	statistics(s, 0, drops);
	fd = sample_file(s->bytes, s->length, path);
	free(s);
	return fd;
}

static struct ledger *observe_two(const char *a, const char *b)
{
	const char *const names[] = {a, b};

	return sample_observe(NULL, names, 2, NULL);
}

Test(observe_record, drops_count_where_their_capture_ends)
{
	char a[SAMPLE_PATH_MAX], b[SAMPLE_PATH_MAX];
	int fds[] = {pcapng_file(900 * 1000 - 50, 100, 2, a), pcapng_file(900 * 1001, 99, 1, b)};
	struct ledger *ledger = observe_two(a, b);
	size_t count;
	const struct coverage_row *rows = ledger_coverages(ledger, &count);
	struct ledger_health health = ledger_health(ledger);

	cr_assert_eq(count, 3);
	cr_expect_eq(rows[0].dropped, 0);
	cr_expect_eq(rows[1].dropped, 2);
	cr_expect_eq(rows[2].dropped, 1);
	cr_expect_eq(health.dropped, 3);
	cr_expect_eq(health.grade, 'D');
	cr_expect_str_eq(health.reasons[0], "drops 1.5% (over 1%)");
	cr_expect_eq(check_accounting(ledger), 199);
	ledger_free(ledger);
	for (size_t i = 0; i < 2; i++)
		(void)close(fds[i]);
}

Test(observe_record, drops_of_a_capture_given_twice_count_once)
{
	char a[SAMPLE_PATH_MAX], b[SAMPLE_PATH_MAX];
	int fds[] = {pcapng_file(900, 500, 1, a), pcapng_file(900, 500, 1, b)};
	struct ledger *ledger = observe_two(a, b);
	struct ledger_health health = ledger_health(ledger);

	cr_expect_eq(health.dropped, 1);
	cr_expect_eq(health.grade, 'B');
	ledger_free(ledger);
	for (size_t i = 0; i < 2; i++)
		(void)close(fds[i]);
}

Test(observe_record, packets_of_undescribed_interfaces_are_unsupported)
{
	struct sample *s = sample_new(false);
	char path[SAMPLE_PATH_MAX];
	const char *const names[] = {path};
	const struct input_record *input;
	struct ledger *ledger;
	size_t count;
	int fd;

	sample_section(s);
	sample_interface(s, 1, 0, NULL, 0);
	sample_enhanced(s, 0, 5000000, "no Internet packet at all", 25);
	sample_enhanced(s, 3, 6000000, "no Internet packet at all", 25);
	sample_enhanced(s, 0, 7000000, "no Internet packet at all", 25);
	fd = sample_file(s->bytes, s->length, path);
	ledger = sample_observe(NULL, names, 1, NULL);
	input = ledger_inputs(ledger, &count);
	cr_expect_str_eq(input->status, "damaged");
	cr_expect(input->trouble);
	cr_expect_str_eq(input->unsupported, "undescribed");
	cr_expect_str_eq(input->link_types, "EN10MB");
	cr_expect_eq(input->accounting[ACCOUNT_UNSUPPORTED], 1);
	cr_expect_eq(check_accounting(ledger), 3);
	ledger_free(ledger);
	(void)close(fd);
	free(s);
}

/* Capture filter and the user's own, which differ; one that does not compile says nothing. */
Test(observe_record, filters_of_captures_are_the_ledgers)
{
	static const char *const filters[] = {"not port 22", "host example.com"};
	char paths[2][SAMPLE_PATH_MAX];
	const char *const names[] = {paths[0], paths[1]};
	int fds[2];
	struct ledger *ledger;

	for (size_t i = 0; i < 2; i++) {
		struct sample *s = sample_new(false), *options = sample_new(false);

		sample_u16(options, 11);
		sample_u16(options, (unsigned)strlen(filters[i]) + 1);
		sample_u8(options, 0);
		sample_bytes(options, filters[i], strlen(filters[i]));
		sample_bytes(options, "\0\0\0\0", (4 - options->length % 4) % 4);
		sample_section(s);
		sample_interface(s, 1, 0, options->bytes, options->length);
		sample_enhanced(s, 0, 5000000 + i, "no Internet packet at all", 25);
		fds[i] = sample_file(s->bytes, s->length, paths[i]);
		free(options);
		free(s);
	}
	ledger = sample_observe(NULL, names, 2, NULL);
	cr_expect_str_eq(ledger_filter(ledger), "(not port 22) (as it was captured)");
	ledger_free(ledger);
	ledger = sample_observe(NULL, names, 2, &(struct observe_options){.filter = "vlan 5"});
	cr_expect_str_eq(ledger_filter(ledger),
			 "(not port 22) (as it was captured);vlan 5 (as written: it names tags or "
			 "tunnels itself)");
	ledger_free(ledger);
	for (size_t i = 0; i < 2; i++)
		(void)close(fds[i]);
}
