/*
 * An office whose hosts belong to no product: nothing here can be judged.
 */
#ifndef SAMPLES_OFFICE_H
#define SAMPLES_OFFICE_H

#include "sample.h"

static const struct host office_desk = {.ipv4 = "10.200.1.10"}, office_desk_11 = {.ipv4 = "10.200.1.11"};
static const struct host office_gateway = {.ipv4 = "10.200.0.1"}, office_web = {.ipv4 = "10.200.0.80"};

static void office_day(struct script *script)
{
	for (int time = 0; time < BASE_TIMES; time++) {
		at_base(script, time);
		tcp_session(script, &office_desk, &office_web, 80);
		tcp_session(script, &office_desk_11, &office_web, 443);
	}
}

static const struct sample office_samples[] = {
    {"unmatched.pcap", PCAP, .tell = office_day},
};

#endif
