/* A night is judged over all that its sensor saw, or not at all: what still waits for the server would make
 * its report a wrong one. */
#include "nightly.h"
#include "zone.h"
#include <time.h>

/* So long another process may take to send what lies before ours. */
enum { PATIENCE_SEC = 60, TRIES_PER_SEC = 5 };

int nightly_settle(const struct nightly *nightly)
{
	char day[TIME_TEXT_MAX];
	int32_t first, end;
	struct err why;

	stored_buckets(0, zone_day_start_ns(nightly->day + 1), &first, &end);
	enum store_sent sent = store_send_own(nightly->store, end, &why);
	if (sent == STORE_BUSY)
		say_warning(nightly->options, "%s; waiting", why.text);
	for (int try = 0; sent == STORE_BUSY && try < PATIENCE_SEC * TRIES_PER_SEC; try++) {
		const struct timespec pause = {.tv_nsec = NSEC_PER_SEC / TRIES_PER_SEC};

		(void)nanosleep(&pause, NULL);
		sent = store_send_own(nightly->store, end, &why);
	}
	if (sent == STORE_SENT)
		return 0;
	time_format_day(nightly->day, day);
	say_error("%s is not judged, for not all that was seen is in the store yet: %s", day, why.text);
	return -1;
}
