#include "live.h"

static void refuse(struct live_run *run, const struct judged *fresh)
{
	char text[ERR_TEXT_MAX + 80];

	snprintf(text, sizeof text, "files refused, the old ones stay: %s",
		 fresh->messages.error_count > 0 ? fresh->messages.errors[0] : "they cannot be read");
	live_out_notice(run, SYSLOG_ERROR, "reload-refused", text);
}

void live_reload(struct live_run *run)
{
	struct judged fresh = {0};

	notify_send(&run->notify, NOTIFY_RELOADING, "reading site and signatures again");
	if (run->out.events)
		writer_reopen(run->out.events);
	if (live_files_load(run, &fresh) != 0) {
		refuse(run, &fresh);
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
