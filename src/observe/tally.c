#include "run.h"

void tally_begin(struct run *run, int32_t bucket)
{
	run->tally = (struct tally){.bucket = bucket, .snaplen_min = UINT32_MAX, .end_ns = INT64_MAX};
	if (bucket < time_bucket(INT64_MAX))
		run->tally.end_ns = bucket_start_ns(bucket + 1);
}

void tally_flush(struct run *run)
{
	const struct tally *tally = &run->tally;
	struct coverage_row *row;

	if (tally->packets == 0)
		return;
	row = ledger_coverage(run->ledger, run->sensor, tally->bucket);
	if (!row) {
		run->out_of_memory = true;
		return;
	}
	row->packets += tally->packets;
	row->clock_steps += tally->clock_steps;
	for (size_t i = 0; i < ACCOUNT_COUNT; i++)
		row->accounting[i] += tally->accounting[i];
	if (tally->snaplen_min != UINT32_MAX &&
	    (row->snaplen_min == 0 || tally->snaplen_min < row->snaplen_min))
		row->snaplen_min = tally->snaplen_min;
}

void run_settled(void *context, uint32_t input, int64_t time_ns, uint64_t packets, enum accounting bucket)
{
	struct run *run = context;
	struct coverage_row *row = ledger_coverage(run->ledger, run->sensor, time_bucket(time_ns));

	run->inputs[input].accounting[bucket] += packets;
	if (row)
		row->accounting[bucket] += packets;
	else
		run->out_of_memory = true;
}
