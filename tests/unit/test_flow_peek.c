/* What flow_table_peek says is what flow_table_finish would say, and nothing changes by it. */
#include "flow_testkit.h"

TestSuite(flow_peek, .timeout = 10);

static const struct {
	const char *script;
	double end;
} scripts[] = {
    {"0 A:40000>B:80 S seq=100\n0.1 B:80>A:40000 S. seq=500 ack=101\n0.2 A:40000>B:80 . seq=101 ack=501\n",
     1},
    {"0 A:40000>B:80 S seq=100\n", 10},
    {"0 A:40000>B:80 S seq=100\n", 100},
    {"0 A:40000>B:80 P. seq=100 ack=5 len=10\n1 A:40000>B:80 P. seq=110 ack=5 len=10\n", 2},
    {"0 A:40000>B:80 R seq=100\n", 2},
    {"0 A:40000>B:9000 U\n0.1 B:9000>A:40000 U\n3 A:40000>B:9000 U\n", 4},
    {"0 A:40000>N:3080 U group\n0.1 B:3080>A:40000 U\n0.2 C:3080>A:40000 U\n", 1},
    {"898 A:40000>B:80 S seq=100\n899 B:80>A:40000 S. seq=500 ack=101\n901 A:40000>B:80 . seq=101 ack=501\n",
     950},
    {"0 A:40000>B:21 S seq=1\n0.1 B:21>A:40000 S. seq=5 ack=2\n0.2 A:40000>B:21 . seq=2 ack=6\n"
     "0.3 A:40000>B:21 P. seq=2 ack=6 data=PORT\\x2010,0,0,1,200,10\\r\\n\n1 B:20>A:51210 S seq=9\n",
     2},
};

static void tell(struct kit *kit, const char *script, double end)
{
	kit_run(kit, script);
	flow_table_finish(kit->table, kit_time(end));
}

Test(flow_peek, says_what_the_end_would_say)
{
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		struct kit *kit = kit_new(NULL, false), *view = kit_new(NULL, false),
			   *plain = kit_new(NULL, false);
		const struct flow_sink sink = {.context = view, .delta = kit_delta};
		size_t before;

		kit_run(kit, scripts[i].script);
		before = kit->line_count;
		cr_assert_eq(flow_table_peek(kit->table, kit_time(scripts[i].end), &sink), 0);
		cr_assert_eq(kit->line_count, before, "peeking told the table's own sink");
		flow_table_finish(kit->table, kit_time(scripts[i].end));
		tell(plain, scripts[i].script, scripts[i].end);

		struct strbuf with = kit_told(kit), without = kit_told(plain), seen;
		cr_expect_str_eq(strbuf_text(&with), strbuf_text(&without), "script %zu went on differently",
				 i);
		/* What was told before the peek stands; the peek says the rest. */
		seen = kit_told(view);
		if (before == 0)
			cr_expect_str_eq(strbuf_text(&seen), strbuf_text(&without), "script %zu", i);
		else
			cr_expect_eq(view->line_count, plain->line_count - before, "script %zu", i);
		strbuf_clear(&with);
		strbuf_clear(&without);
		strbuf_clear(&seen);
		kit_free(kit);
		kit_free(view);
		kit_free(plain);
	}
}

Test(flow_peek, twice_says_the_same)
{
	struct kit *kit = kit_new(NULL, false), *one = kit_new(NULL, false), *two = kit_new(NULL, false);
	struct flow_sink sink = {.context = one, .delta = kit_delta};
	struct strbuf first, second;

	kit_run(kit, "0 A:40000>B:80 S seq=100\n0.1 B:80>A:40000 S. seq=500 ack=101\n");
	cr_assert_eq(flow_table_peek(kit->table, kit_time(1), &sink), 0);
	sink.context = two;
	cr_assert_eq(flow_table_peek(kit->table, kit_time(1), &sink), 0);
	first = kit_told(one);
	second = kit_told(two);
	cr_expect_str_eq(strbuf_text(&first), "b0 A:40000>B:80 6 handshake/proven opened 1/1 40/40 o1 a2\n");
	cr_expect_str_eq(strbuf_text(&second), strbuf_text(&first));
	strbuf_clear(&first);
	strbuf_clear(&second);
	kit_free(kit);
	kit_free(one);
	kit_free(two);
}
