#include "worker.h"

void tally_begin(struct tally *tally, int32_t bucket)
{
	*tally = (struct tally){.bucket = bucket, .snaplen_min = UINT32_MAX, .end_ns = INT64_MAX};
	if (bucket < time_bucket(INT64_MAX))
		tally->end_ns = bucket_start_ns(bucket + 1);
}

int tally_write(const struct tally *tally, struct ledger *ledger, uint32_t sensor)
{
	struct coverage_row *row;

	if (tally->packets == 0 && tally->clock_steps == 0)
		return 0;
	row = ledger_coverage(ledger, sensor, tally->bucket);
	if (!row)
		return -1;
	row->packets += tally->packets;
	row->clock_steps += tally->clock_steps;
	for (size_t i = 0; i < ACCOUNT_COUNT; i++)
		row->accounting[i] += tally->accounting[i];
	if (tally->snaplen_min != UINT32_MAX &&
	    (row->snaplen_min == 0 || tally->snaplen_min < row->snaplen_min))
		row->snaplen_min = tally->snaplen_min;
	return 0;
}

void tally_flush(struct worker *worker)
{
	if (tally_write(&worker->tally, worker->ledger, worker->run->sensor) != 0)
		worker->out_of_memory = true;
}

void tally_turn(struct worker *worker, int64_t time_ns)
{
	tally_flush(worker);
	tally_begin(&worker->tally, time_bucket(time_ns));
}

void tally_late(struct worker *worker, uint32_t input, int64_t time_ns, enum accounting bucket,
		uint64_t count)
{
	struct coverage_row *row = ledger_coverage(worker->ledger, worker->run->sensor, time_bucket(time_ns));

	worker->accounting[input][bucket] += count;
	if (row)
		row->accounting[bucket] += count;
	else
		worker->out_of_memory = true;
}

/* What stands for "of an ICMP error" until it is known becomes BUCKET. */
void tally_settled(struct worker *worker, uint32_t input, int64_t time_ns, enum accounting bucket,
		   uint64_t packets)
{
	if (worker->calls) {
		if (bucket != ACCOUNT_AUDITED && (bucket != ACCOUNT_FRAGMENT || worker->number != 0))
			return;
		tally_late(worker, input, time_ns, ACCOUNT_ICMP_ERROR, 0 - packets);
	}
	tally_late(worker, input, time_ns, bucket, packets);
}
