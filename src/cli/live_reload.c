#include "live.h"
#include "zone.h"
#include <string.h>

static void refuse(struct live_run *run, const char *why)
{
	char text[ERR_TEXT_MAX + 80];

	snprintf(text, sizeof text, "files refused, the old ones stay: %s", why);
	live_out_notice(run, SYSLOG_ERROR, "reload-refused", text);
}

/* Days end by the site's own clock. Its environment has a zone since the start: replacing its value moves no
 * other one, so that threads may read theirs. 0/-1. */
static int change_zone(struct live_run *run, const struct judged *fresh)
{
	const char *old = run->files.site->timezone, *new = fresh->site->timezone;
	char text[ERR_TEXT_MAX];

	if ((!old && !new) || (old && new &&strcmp(old, new) == 0) || zone_enter(new) == 0)
		return 0;
	snprintf(text, sizeof text, "timezone \"%s\" of the site file is not known here", new ? new : "UTC");
	refuse(run, text);
	return -1;
}

static const char *why_refused(const struct judged *fresh)
{
	return fresh->messages.error_count > 0 ? fresh->messages.errors[0] : "they cannot be read";
}

void live_reload(struct live_run *run)
{
	struct judged fresh = {0};

	notify_send(&run->notify, NOTIFY_RELOADING, "reading site and signatures again");
	if (run->out.events)
		writer_reopen(run->out.events);
	if (live_files_load(run, &fresh) != 0) {
		refuse(run, why_refused(&fresh));
		judged_clear(&fresh);
	} else if (change_zone(run, &fresh) != 0) {
		judged_clear(&fresh);
	} else {
		live_judge_clear(run);
		judged_clear(&run->files);
		run->files = fresh;
		run->next_judge_ns = 0;
		observe_live_set_window(run->observe, live_files_window_ns(&run->files));
		event_tracker_files_changed(run->out.tracker);
		live_out_notice(run, SYSLOG_NOTICE, "reloaded", "site and signature files were read again");
		if (live_judge(run, false) == 0)
			live_out_findings(run);
	}
	notify_send(&run->notify, NOTIFY_READY, "listening");
}
