#include "formats.h"
#include "nightly.h"
#include "zone.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct option_spec nightly_options[] = {
    OPTION_ROW('s', "site", "SITE", OPTION_TEXT, site, "site file: which hosts hold which roles"),
    OPTION_SIGNATURES_ROW,
    OPTION_ROW(0, "spool", "DIR", OPTION_TEXT, spool,
	       "folder of captures; what is new in it is taken (without it: what the store holds is judged)"),
    OPTION_ROW(0, "store", "DB", OPTION_TEXT, store, "file that keeps what was observed; made when absent"),
    OPTION_ROW('o', "output", "DIR", OPTION_TEXT, output,
	       "where DAY/report.html and its kin and index.html go"),
    OPTION_ROW(0, "day", "D", OPTION_TEXT, day,
	       "day to judge, such as 2026-11-18, in the site's time zone (default: yesterday)"),
    OPTION_ROW(0, "settle", "SEC", OPTION_TEXT, settle,
	       "leave files that changed within this time for the next run (default 60)"),
    OPTION_ROW(0, "keep", "DAYS", OPTION_COUNT, keep_days,
	       "forget what was observed over so many days ago (default: keep all)"),
    OPTION_ROW(0, "sensor", "NAME", OPTION_TEXT, sensor,
	       "name of the place where was captured (default local)"),
    OPTION_ROW(
	0, "evidence", "DIR", OPTION_TEXT, evidence,
	"write a pcapng for each finding below DIR/DAY, of captures that lie in the spool; implies --hash"),
    OPTION_JUDGING_ROWS,
    OPTION_READING_ROWS,
    OPTION_VERBOSITY_ROWS,
    OPTION_HELP_ROWS,
};

/* Locks of a run: of the store and of the folder, because another run may share only one of them. */
struct locks {
	int store, output;
};

static int lock_file(const struct run_options *options, const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		say_warning(options, "%s: another run holds it; waiting", path);
		while (flock(fd, LOCK_EX) != 0) {
			if (errno == EINTR)
				continue;
			close(fd);
			fd = -1;
			break;
		}
	}
	if (fd < 0)
		say_error("%s: cannot lock: %s", path, strerror(errno));
	return fd;
}

static int locks_take(struct locks *locks, const struct run_options *options)
{
	char store[PATH_MAX], output[PATH_MAX];

	if (mkdir(options->output, 0755) != 0 && errno != EEXIST) {
		say_error("%s: cannot be made: %s", options->output, strerror(errno));
		return -1;
	}
	/* A server's store is locked where it waits, and here only against another run into the same folder.
	 */
	bool is_file = !store_place_is_clickhouse(options->store);
	if (snprintf(store, sizeof store, is_file ? "%s.lock" : "%s/.store.lock",
		     is_file ? options->store : options->output) >= PATH_MAX ||
	    snprintf(output, sizeof output, "%s/.lock", options->output) >= PATH_MAX) {
		say_error("%s: name too long", options->store);
		return -1;
	}
	locks->store = lock_file(options, store);
	locks->output = locks->store < 0 ? -1 : lock_file(options, output);
	return locks->output < 0 ? -1 : 0;
}

static void locks_release(const struct locks *locks)
{
	if (locks->output >= 0)
		close(locks->output);
	if (locks->store >= 0)
		close(locks->store);
}

static int check_command(const struct run_options *options)
{
	const struct {
		const char *value, *name;
	} needed[] = {
	    {options->site, "-s SITE"}, {options->store, "--store DB"}, {options->output, "-o DIR"}};
	enum severity fail_on;

	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
		if (!needed[i].value) {
			say_error("nightly: %s is missing", needed[i].name);
			return -1;
		}
	}
	if (options->settle && (!options->settle[0] || strlen(options->settle) > 9 ||
				options->settle[strspn(options->settle, "0123456789")])) {
		say_error("--settle: \"%s\" is not a number", options->settle);
		return -1;
	}
	if (evidence_check(options, "nightly") != 0 || night_proof_check(options) != 0 ||
	    parse_severity(options->fail_on, &fail_on) != 0)
		return -1;
	return parse_expect(options->expect);
}

static int choose_day(struct nightly *nightly)
{
	const char *text = nightly->options->day;

	nightly->day = zone_day(report_time_ns()) - 1;
	if (!text || time_parse_day(&nightly->day, text) == 0)
		return 0;
	say_error("--day: \"%s\" is no day such as 2026-11-18", text);
	return -1;
}

static int take_new(struct nightly *nightly)
{
	struct spool spool = {.file_count = 0};
	/* A live sensor may be all that writes the store. */
	int result = nightly->options->spool ? spool_find(&spool, nightly) : 0;

	if (result == 0)
		result = spool_take(&spool, nightly);
	if (result == 0 && spool.growing > 0)
		say_warning(nightly->options,
			    "%zu file(s) of the spool may still be growing; left for the next run",
			    spool.growing);
	nightly_say_known(nightly);
	spool_clear(&spool);
	return result;
}

static int forget_old(struct nightly *nightly)
{
	uint64_t keep = nightly->options->keep_days;
	bool more = keep > 0 && keep < INT32_MAX / 2;
	struct err err;

	while (more) {
		int32_t day = zone_day(report_time_ns()) - (int32_t)keep;

		if (store_expire_step(nightly->store, time_bucket(zone_day_start_ns(day)), &more, &err) !=
		    0) {
			say_error("%s", err.text);
			return -1;
		}
	}
	return 0;
}

/* Exit status, or -1. The report is in its place before it is remembered: a run killed between the two does
 * both again. */
static int judge_and_write(struct nightly *nightly)
{
	struct night night = {.has_before = false};
	int status = -1;

	night_sweep(nightly->options->output);
	if (night_judge(&night, nightly) == 0 && !night_say_forgotten(&night, nightly)) {
		/* The report is written also when evidence could not be. */
		nightly->trouble |= night_prove(&night, nightly) != 0;
		if (night_write(&night, nightly) == 0 && night_remember(&night, nightly) == 0 &&
		    index_write(nightly) == 0)
			status = verdict_status(night.today.judged.result);
	}
	/* Said when it was taken; a run after that one, or after one that was killed, must not end better. */
	if (status >= 0 && stored_has_trouble(night.today.ledger) && !nightly->trouble) {
		say_warning(nightly->options, "a capture of the day was not read whole; the report lists it");
		nightly->trouble = true;
	}
	night_clear(&night);
	return status;
}

static int run_locked(struct nightly *nightly)
{
	int status = -1;

	if (folder_claim(nightly) != 0)
		return STATUS_TROUBLE;
	nightly->store = stored_open(nightly->options, STORE_WRITE);
	if (nightly->store && take_new(nightly) == 0 && nightly_settle(nightly) == 0)
		status = judge_and_write(nightly);
	/* What was seen after the day. */
	if (status >= 0 && store_away(nightly->store)) {
		say_error("what was seen since waits: %s", store_away(nightly->store));
		nightly->trouble = true;
	}
	if (status >= 0 && forget_old(nightly) != 0)
		status = -1;
	nightly_say_waiting(nightly);
	store_close(nightly->store);
	return status < 0 || nightly->trouble ? STATUS_TROUBLE : status;
}

static int nightly_command(const struct run_options *options, char *const *operands, size_t operand_count)
{
	struct nightly nightly = {.options = options};
	struct locks locks = {-1, -1};
	int status = STATUS_TROUBLE;

	(void)operands;
	(void)operand_count;
	if (check_command(options) == 0 && judged_load(&nightly.files, options) == 0 &&
	    zone_enter(nightly.files.site->timezone) == 0 && choose_day(&nightly) == 0 &&
	    nightly_digests(&nightly) == 0 && locks_take(&locks, options) == 0)
		status = run_locked(&nightly);
	nightly_notes_clear(&nightly);
	nightly_known_clear(&nightly);
	locks_release(&locks);
	judged_clear(&nightly.files);
	return status;
}

const struct command command_nightly = {
    .name = "nightly",
    .operands = "",
    .summary = "take new captures into the store, judge a day, compare, report",
    .details = "Safe to run twice, at the same time, and after a crash.",
    .options = nightly_options,
    .option_count = sizeof nightly_options / sizeof nightly_options[0],
    .operands_min = 0,
    .operands_max = 0,
    .run = nightly_command,
};
