/*
 * The floor's door: what include/flow/flow.h promises, on top of the table.
 */
#include "flow/flow.h"
#include "base/hash.h"
#include "base/mem.h"
#include "table.h"

enum {
	EXTRA_SHIFT = 10,
	MEMORY_DEFAULT_MIB = 256,
	GAPS_MAX = 4096,
	/* of a flow: its share of the index at its emptiest, and of heads of chains */
	INDEX_BYTES = 40,
	LARGE_MIB = 48 /* from so much on a large page more or less does not matter */
};

static uint32_t items_in(size_t bytes, size_t each)
{
	size_t items = bytes / each;

	if (items < 1)
		return 1;
	return items < UINT32_MAX / 2 ? (uint32_t)items : UINT32_MAX / 2;
}

/* Three quarters are for flows, an eighth for fragments and expectations, another for extras. */
static void share_out(struct flow_table *table, size_t memory_bytes)
{
	uint32_t extras = items_in(memory_bytes / 8, sizeof(struct flow_extra));

	table->room.bytes = memory_bytes / 4 * 3;
	table->room.line = sizeof(struct flow_hot) + INDEX_BYTES;
	table->room.entry = sizeof(struct flow_entry);
	/* Where records are asked for, every flow has an extra. */
	if (table->sink.record) {
		table->room.entry += sizeof(struct flow_extra);
		extras += items_in(table->room.bytes, table->room.entry);
	}
	flow_pool_init(&table->hots, sizeof(struct flow_hot), HOT_SHIFT, 1);
	flow_pool_init(&table->entries, sizeof(struct flow_entry), ENTRY_SHIFT, 1);
	flow_pool_init(&table->extras, sizeof(struct flow_extra), EXTRA_SHIFT, extras);
	table->max_flows = items_in(table->room.bytes / 2, table->room.line);
}

static int make_parts(struct flow_table *table, size_t memory_bytes)
{
	size_t share = memory_bytes / 32;

	if (flow_index_init(&table->index, memory_bytes >= (size_t)LARGE_MIB << 20) ||
	    flow_pool_reach(&table->hots, 0) || flow_pool_reach(&table->entries, 0) ||
	    flow_pool_reach(&table->extras, 0) || answer_tables_new(table) || boot_tables_new(table, share))
		return -1;
	table->gaps = mem_calloc(GAPS_MAX, sizeof(struct gap));
	table->fragments = fragments_new(share * 2);
	table->ftp = ftp_new(share);
	return table->gaps && table->fragments && table->ftp ? 0 : -1;
}

struct flow_table *flow_table_new(const struct flow_options *options, const struct flow_sink *sink,
				  struct err *err)
{
	struct flow_table *table = mem_calloc(1, sizeof(*table));
	size_t memory_bytes =
	    options->memory_bytes ? options->memory_bytes : (size_t)MEMORY_DEFAULT_MIB << 20;

	if (!table) {
		(void)err_no_memory(err);
		return NULL;
	}
	table->sink = *sink;
	table->clock.minute_end_ns = INT64_MIN;
	table->clock.now_ns = INT64_MIN;
	table->nobody = (struct flow_hot){.ports = UINT32_MAX, .protocol = UINT8_MAX};
	for (uint64_t i = 0; i < 4; i++)
		table->seed[i] = hash_bytes(options->hash_seed, &i, sizeof(i)) | 1;
	share_out(table, memory_bytes);
	if (options->max_flows > 0 && options->max_flows < table->max_flows)
		table->max_flows = options->max_flows;
	if (make_parts(table, memory_bytes) || carried_new(table, options->carried, options->carried_count)) {
		flow_table_free(table);
		(void)err_no_memory(err);
		return NULL;
	}
	return table;
}

void flow_table_free(struct flow_table *table)
{
	if (!table)
		return;
	mem_free(table->leaving.flows);
	flow_index_clear(&table->index);
	flow_pool_clear(&table->hots);
	flow_pool_clear(&table->entries);
	flow_pool_clear(&table->extras);
	answer_tables_clear(table);
	fifo_clear(&table->boot_requests);
	fragments_free(table->fragments);
	ftp_free(table->ftp);
	mem_free(table->gaps);
	mem_free(table->carried);
	mem_free(table);
}

void flow_table_start(struct flow_table *table, int64_t time_ns)
{
	table->started = true;
	table->covered_ns = time_ns;
}

void flow_table_step(struct flow_table *table, int64_t size_ns)
{
	if (table->started && size_ns > SECONDS_QUIET * NSEC_PER_SEC)
		table->covered_ns = table->clock.now_ns;
}

void flow_table_gap(struct flow_table *table, int64_t from_ns, int64_t to_ns)
{
	uint64_t size_ns = time_between(from_ns, to_ns);

	if (size_ns == 0)
		return;
	/* A gap of a minute hides as much as the time before the first packet; a shorter one takes off its
	 * own length. */
	if (size_ns > SECONDS_QUIET * (uint64_t)NSEC_PER_SEC)
		table->covered_ns = to_ns;
	else
		table->covered_ns = time_plus(table->covered_ns, (int64_t)size_ns);
	if (table->gap_count == GAPS_MAX)
		table_settle_gaps(table);
	table->gaps[table->gap_count++] = (struct gap){.from_ns = from_ns, .to_ns = to_ns};
}

void flow_table_clock(struct flow_table *table, int64_t time_ns)
{
	table_clock(table, time_ns > table->clock.now_ns ? time_ns : table->clock.now_ns);
}

void flow_table_expire(struct flow_table *table, int64_t time_ns)
{
	table_clock(table, time_ns > table->clock.now_ns ? time_ns : table->clock.now_ns);
	fragments_expire(table, table->clock.now_ns, false);
	table_walk_due(table);
}

void flow_table_finish(struct flow_table *table, int64_t time_ns)
{
	table_clock(table, time_ns > table->clock.now_ns ? time_ns : table->clock.now_ns);
	fragments_expire(table, table->clock.now_ns, true);
	table_end_all(table, table->clock.now_ns);
	carried_say_unmet(table, table->clock.now_ns);
}

struct flow_statistics flow_table_statistics(const struct flow_table *table)
{
	struct flow_statistics statistics = table->statistics;

	statistics.memory_bytes = sizeof(*table) + table->leaving.capacity * sizeof(struct candidate) +
				  flow_index_memory(&table->index) + flow_pool_memory(&table->hots) +
				  flow_pool_memory(&table->entries) + flow_pool_memory(&table->extras) +
				  answer_tables_memory(table) + fifo_memory(&table->boot_requests) +
				  fragments_memory(table->fragments) + ftp_memory(table->ftp) +
				  table->gap_count * sizeof(struct gap);
	return statistics;
}
