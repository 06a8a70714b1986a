/* Private to cli/: days of the site's own calendar. The zone is the process's (TZ): enter one before threads
 * start. */
#ifndef CLI_ZONE_H
#define CLI_ZONE_H

#include "cli.h"

/* Takes NAME ("Europe/Berlin"; NULL: UTC) as the zone of all that follows. 0, or -1 after saying why. */
int zone_enter(const char *name);
/* The same where the zone is known here, else UTC: a report that can do without. */
void zone_enter_if_known(const char *name);
/* Has OPTIONS tell times in the zone entered, beside UTC. */
void zone_show(struct report_options *options);
/* The day on which a moment falls, and the moment at which a day starts. */
int32_t zone_day(int64_t time_ns);
int64_t zone_day_start_ns(int32_t day);
/* RFC 3339, or a day of the zone: its start, or with WHOLE_DAY the start of the next. 0, or -1 after saying
 * what is wrong with OPTION. */
int zone_parse(const char *option, const char *text, bool whole_day, int64_t *out_ns);

#endif
