#include "live.h"
#include <string.h>

void live_state_beat(struct live_run *run)
{
	struct live_out *out = &run->out;
	struct observe_live_totals totals;
	uint64_t packets, bytes;

	observe_live_totals(run->observe, &totals);
	run->dropped = totals.dropped;
	packets = totals.packets - out->last_packets;
	bytes = totals.bytes - out->last_bytes;
	out->last_packets = totals.packets;
	out->last_bytes = totals.bytes;
	if (out->rate_count == LIVE_RATES_MAX)
		memmove(out->rates, out->rates + 1, (LIVE_RATES_MAX - 1) * sizeof *out->rates);
	else
		out->rate_count++;
	out->rates[out->rate_count - 1] = (float)packets;
	memmove(out->packets_per_sec + 1, out->packets_per_sec,
		(LIVE_RATE_SEC - 1) * sizeof *out->packets_per_sec);
	memmove(out->bytes_per_sec + 1, out->bytes_per_sec, (LIVE_RATE_SEC - 1) * sizeof *out->bytes_per_sec);
	out->packets_per_sec[0] = (double)packets;
	out->bytes_per_sec[0] = (double)bytes;
}

static double mean(const double values[LIVE_RATE_SEC])
{
	double sum = 0;

	for (size_t i = 0; i < LIVE_RATE_SEC; i++)
		sum += values[i];
	return sum / LIVE_RATE_SEC;
}

static void fill_interfaces(struct live_run *run, struct live_state *state)
{
	size_t count = capture_live_interface_count(run->capture);

	for (size_t i = 0; i < count; i++) {
		struct capture_live_state one;

		capture_live_state(run->capture, (uint32_t)i, &one);
		run->out.interfaces[i] = (struct live_interface){.name = one.name,
								 .up = one.up,
								 .packets = one.packets,
								 .dropped = one.dropped + one.refused};
	}
	state->interfaces = run->out.interfaces;
	state->interface_count = count;
}

static void fill_doors(struct live_run *run, struct live_state *state)
{
	for (unsigned i = 0; run->confinement.entered && i < DOOR_COUNT; i++)
		run->out.doors[i] =
		    (struct live_door){.name = confine_door_name((enum confine_door)i),
				       .state = door_state_name(run->confinement.doors[i].state)};
	state->doors = run->confinement.entered ? run->out.doors : NULL;
	state->door_count = DOOR_COUNT;
}

void live_state_fill(struct live_run *run, struct live_state *state)
{
	struct live_out *out = &run->out;
	struct observe_live_totals totals;
	size_t edges = 0;

	observe_live_totals(run->observe, &totals);
	if (run->ledger)
		edges = ledger_edge_count(run->ledger);
	*state = (struct live_state){
	    .version = TAPAUDIT_VERSION,
	    .sensor = run->options->sensor ? run->options->sensor : "local",
	    .site_name = run->files.site->name,
	    .started_ns = run->started_ns,
	    .now_ns = live_real_ns(),
	    .packets = totals.packets,
	    .bytes = totals.bytes,
	    .dropped = totals.dropped,
	    .flows = totals.flows,
	    .open_flows = totals.open_flows,
	    .edges = edges,
	    .memory_bytes = totals.memory_bytes,
	    .memory_limit_bytes = run->options->memory_bytes ? run->options->memory_bytes : (uint64_t)1 << 30,
	    .packets_per_sec = mean(out->packets_per_sec),
	    .bits_per_sec = mean(out->bytes_per_sec) * 8,
	    .judge_ns = run->judge_ns,
	    .store_writes = run->store_writes,
	    .store_failures = run->store_failures,
	    .stored_ns = run->stored_ns,
	    .evidence_packets = run->evidence_packets,
	    .evidence_dropped = run->evidence_dropped,
	    .workers = capture_live_workers(run->capture),
	    .rates = out->rates,
	    .rate_count = out->rate_count};
	memcpy(state->accounting, totals.accounting, sizeof state->accounting);
	if (state->packets_per_sec > 0 && run->judged_last_ns != TIME_UNKNOWN)
		state->lag_ns = state->now_ns > run->judged_last_ns ? state->now_ns - run->judged_last_ns : 0;
	if (out->events)
		state->events_lost += writer_counts(out->events).lost;
	if (out->syslog)
		state->events_lost += syslog_counts(out->syslog).lost;
	fill_interfaces(run, state);
	fill_doors(run, state);
}
