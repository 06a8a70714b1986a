/*
 * Flows that were open when one table's coverage ended and go on in the next.
 */
#include "flow_testkit.h"

TestSuite(flow_carried, .timeout = 10);

enum { OPEN_MAX = 8 };

struct opened {
	struct kit *kit;
	struct flow_open flows[OPEN_MAX];
	size_t count;
};

static void on_open(void *context, const struct flow_open *open)
{
	struct opened *opened = context;

	cr_assert_lt(opened->count, OPEN_MAX);
	opened->flows[opened->count++] = *open;
}

static void on_delta(void *context, const struct flow_delta *delta)
{
	kit_delta(((struct opened *)context)->kit, delta);
}

static void on_settled(void *context, uint32_t input, int64_t time_ns, uint64_t packets,
		       enum accounting bucket)
{
	kit_settled(((struct opened *)context)->kit, input, time_ns, packets, bucket);
}

/* Runs SCRIPT on a table that takes up BEFORE; what is open after it into AFTER. Checks what is told. */
static void run(const struct opened *before, const char *script, struct opened *after, const char *expected)
{
	const struct flow_options options = {.memory_bytes = 1 << 20,
					     .hash_seed = 5,
					     .carried = before ? before->flows : NULL,
					     .carried_count = before ? before->count : 0};
	const struct flow_sink sink = {
	    .context = after, .delta = on_delta, .settled = on_settled, .open = on_open};
	struct kit *kit = kit_new(NULL, false);
	struct strbuf told;

	after->kit = kit;
	after->count = 0;
	flow_table_free(kit->table);
	kit->table = flow_table_new(&options, &sink, NULL);
	cr_assert_not_null(kit->table);
	kit_run(kit, script);
	told = kit_told(kit);
	if (expected)
		cr_expect_str_eq(strbuf_text(&told), expected, "%s--- expected\n%s", strbuf_text(&told),
				 expected);
	kit_check_sums(kit);
	strbuf_clear(&told);
	kit_free(kit);
}

static void check_open(const struct opened *opened, const char *expected)
{
	struct strbuf out = {0};

	for (size_t i = 0; i < opened->count; i++) {
		const struct flow_open *open = &opened->flows[i];

		kit_add_end(&out, &open->initiator, open->initiator_port);
		strbuf_add(&out, ">");
		kit_add_end(&out, &open->responder, open->responder_port);
		strbuf_addf(&out, " %u %s %lld\n", (unsigned)open->protocol,
			    confidence_name((enum confidence)open->confidence),
			    (long long)((open->last_ns - kit_time(0)) / NSEC_PER_SEC));
	}
	cr_expect_str_eq(strbuf_text(&out), expected);
	strbuf_clear(&out);
}

/* The port classes say nothing of 5000 and 6000. */
static const char opening[] =
    "0 A:5000>B:6000 S seq=1\n1 B:6000>A:5000 S. seq=9 ack=2\n2 A:5000>B:6000 . seq=2 ack=10\n";

Test(flow_carried, a_connection_keeps_its_opener)
{
	struct opened first = {0}, second = {0}, third = {0};
	char script[256];

	(void)snprintf(script, sizeof(script), "%sfinish 10\n", opening);
	run(NULL, script, &first, NULL);
	check_open(&first, "A:5000>B:6000 6 proven 2\n");
	run(&first, "100 B:6000>A:5000 . seq=10 ack=2 len=5\n101 A:5000>B:6000 . seq=2 ack=15\nfinish 110\n",
	    &second, "b0 A:5000>B:6000 6 carried/proven continued,succeeded 1/1 40/45 o2 a1\n");
	check_open(&second, "A:5000>B:6000 6 proven 101\n");
	run(&second, "200 A:5000>B:6000 R seq=2 ack=15\nfinish 210\n", &third, NULL);
	check_open(&third, "");
}

Test(flow_carried, what_is_over_is_not_handed_on)
{
	static const char *const ends[] = {
	    "3 B:6000>A:5000 R seq=10\nfinish 4\n",
	    "3 A:5000>B:6000 F. seq=2 ack=10\n4 B:6000>A:5000 F. seq=10 ack=3\nfinish 5\n", "finish 86403\n"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct opened opened = {0};
		char script[256];

		(void)snprintf(script, sizeof(script), "%s%s", opening, ends[i]);
		run(NULL, script, &opened, NULL);
		check_open(&opened, "");
	}
}

Test(flow_carried, what_ports_alone_say_is_guessed_anew)
{
	struct opened opened = {0};

	run(NULL, "0 A:50000>B:443 . seq=1 len=4\n1 B:443>A:50000 . seq=1 ack=5\nfinish 2\n", &opened, NULL);
	check_open(&opened, "");
}

static struct opened one_open(uint8_t protocol, double last)
{
	struct opened opened = {.count = 1};

	opened.flows[0] = (struct flow_open){.initiator = kit_host('A'),
					     .responder = kit_host('B'),
					     .initiator_port = 5000,
					     .responder_port = 6000,
					     .protocol = protocol,
					     .confidence = CONFIDENCE_LIKELY,
					     .last_ns = kit_time(last)};
	return opened;
}

Test(flow_carried, as_long_as_it_may_be_the_same_flow)
{
	struct opened tcp = one_open(PROTO_TCP, 0), udp = one_open(PROTO_UDP, 0), after = {0};

	run(&tcp, "86399 B:6000>A:5000 . seq=1 len=4\nfinish 86399\n", &after,
	    "b95 A:5000>B:6000 6 carried/likely continued,succeeded,oneway 0/1 0/44 o1 a1\n");
	run(&tcp, "86400 B:6000>A:5000 . seq=1 len=4\nfinish 86400\n", &after,
	    "b96 B:6000>A:5000 6 none/unknown continued,succeeded,oneway 1/0 44/0 o1\n");
	run(&udp, "59 B:6000>A:5000 U\n59.5 A:5000>B:6000 U\nfinish 59.6\n", &after,
	    "b0 A:5000>B:6000 17 carried/likely continued,succeeded 1/1 28/28 o2 a1\n");
	run(&udp, "60 B:6000>A:5000 U\n60.5 A:5000>B:6000 U\nfinish 60.6\n", &after,
	    "b0 B:6000>A:5000 17 none/unknown opened,succeeded 1/1 28/28 o1 a2\n");
	/* Captures that came late: what is known of the time after them tells nothing. */
	tcp = one_open(PROTO_TCP, 50);
	run(&tcp, "49 B:6000>A:5000 . seq=1 len=4\nfinish 49\n", &after,
	    "b0 B:6000>A:5000 6 none/unknown continued,succeeded,oneway 1/0 44/0 o1\n");
}

Test(flow_carried, a_new_opening_is_no_going_on)
{
	struct opened tcp = one_open(PROTO_TCP, 0), after = {0};

	run(&tcp, "5 B:6000>A:5000 S seq=7\n6 A:5000>B:6000 R. seq=0 ack=8\nfinish 20\n", &after,
	    "b0 B:6000>A:5000 6 handshake/proven opened,refused 1/1 40/40 o1 a2\n");
	check_open(&after, "");
}

Test(flow_carried, what_did_not_show_is_handed_on_again)
{
	struct opened tcp = one_open(PROTO_TCP, 0), udp = one_open(PROTO_UDP, 0), after = {0};

	run(&tcp, "100 C:1>D:2 I50\nfinish 100\n", &after, NULL);
	check_open(&after, "A:5000>B:6000 6 likely 0\n");
	run(&udp, "100 C:1>D:2 I50\nfinish 100\n", &after, NULL);
	check_open(&after, "");
}
