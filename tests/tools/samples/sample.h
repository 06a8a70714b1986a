/*
 * A sample: the day of one product's network, told by a script, and the file that it goes to.
 */
#ifndef SAMPLES_SAMPLE_H
#define SAMPLES_SAMPLE_H

#include "dhcp.h"
#include "file.h"
#include "ftp.h"
#include "tcp.h"
#include "udp.h"

struct sample {
	const char *file;
	enum file_form form;
	void (*tell)(struct script *script);
	bool (*keep)(const struct packet *packet); /* what the capture shows of the day, NULL: all */
	size_t cut;                                /* bytes that are missing at its end */
};

struct product {
	const struct host *main_host,
	    *gateway; /* an ARP request between them is the first and the last frame */
	const struct sample *samples;
	size_t count;
};

enum { FIRST_HOUR = 8, LAST_HOUR = 9, LAST_MINUTE = 10 };

/* 08:05, 08:15 .. 09:05. */
enum { BASE_TIMES = 7 };

static void at_base(struct script *script, int time)
{
	at(script, FIRST_HOUR, 5 + 10 * time, 0);
}

/* What follows comes a tenth of a second after what was before. */
static void at_once(struct script *script)
{
	pass(script, USEC_PER_SEC / 10 - PAUSE_USEC);
}

#endif
