/*
 * Private to cli/: the only floor that prints errors, reads the clock and the environment, and ends the
 * program.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/strbuf.h"
#include "observe/observe.h"
#include "report/report.h"
#include <limits.h>
#include <stdio.h>

#define TAPAUDIT_VERSION "0.1.0"

/* Exit statuses, as the manual says. */
enum { STATUS_PASS = 0, STATUS_FINDINGS = 1, STATUS_TROUBLE = 2, STATUS_INCONCLUSIVE = 3 };

struct text_list {
	const char **items;
	size_t count, capacity;
};

/* Every option of every command; a command's table says which of them it takes. */
struct run_options {
	const char *site;
	const char *signatures;
	const char *formats;
	const char *output;
	const char *filter;
	const char *fail_on;
	const char *expect;
	const char *key;
	const char *sensor;
	const char *store;
	const char *spool;
	const char *day;
	const char *since;
	const char *until;
	const char *settle;
	const char *from_store;
	const char *site_name;
	const char *from_site;
	const char *evidence;
	const char *events;
	const char *metrics;
	const char *syslog;
	const char *user;
	struct text_list interfaces, retired;
	uint64_t events_interval;
	uint64_t store_interval;
	uint64_t evidence_limit;
	uint64_t ring_bytes;
	uint64_t snaplen;
	uint64_t workers;
	uint64_t duration;
	uint64_t keep_days;
	uint64_t memory_bytes;
	uint64_t threads;
	uint64_t max_ratio;
	uint64_t max_bytes;
	bool accept_cut;
	bool hash;
	bool suggest_exceptions;
	bool unsorted;
	bool no_sandbox;
	bool no_promiscuous;
	bool quiet;
	bool verbose;
	bool help;
	bool version;
};

/* OPTION_COUNT: a number above 0. OPTION_MEMORY: a size of at least 1M. OPTION_LIST: may be given several times; a struct
 * text_list. */
enum option_kind {
	OPTION_FLAG,
	OPTION_TEXT,
	OPTION_NUMBER,
	OPTION_COUNT,
	OPTION_SIZE,
	OPTION_MEMORY,
	OPTION_LIST
};

struct option_spec {
	char letter; /* 0: none */
	const char *name;
	const char *argument; /* what stands for it in the usage, NULL for a flag */
	enum option_kind kind;
	size_t offset; /* in struct run_options */
	const char *help;
};

struct command {
	const char *name;
	const char *operands; /* "FILE|DIR|-..." */
	const char *summary;
	const char *details; /* more for --help, or NULL */
	const struct option_spec *options;
	size_t option_count;
	size_t operands_min, operands_max;
	bool confines_itself; /* enters its sandbox when its ports and outputs are open; else before run */
	bool sorts_on_disk;   /* needs the folder of temporary files */
	int (*run)(const struct run_options *options, char *const *operands, size_t operand_count);
};

extern const struct command command_audit, command_flows, command_matrix, command_check, command_discover,
    command_explain, command_nightly, command_report, command_live, command_store;

/* Parses and runs one command; returns the exit status. */
int command_run(const struct command *command, int argc, char **argv);

/* Rows that several commands share, for their option tables. */
#define OPTION_ROW(letter, name, argument, kind, field, help)                                                \
	{                                                                                                    \
		letter, name, argument, kind, offsetof(struct run_options, field), help                      \
	}
#define OPTION_HELP_ROWS                                                                                     \
	OPTION_ROW(0, "no-sandbox", NULL, OPTION_FLAG, no_sandbox,                                           \
		   "keep all the rights that you have while reading"),                                       \
	    OPTION_ROW('h', "help", NULL, OPTION_FLAG, help, "this text"),                                   \
	    OPTION_ROW('V', "version", NULL, OPTION_FLAG, version, "the version")
#define OPTION_SIGNATURES_ROW                                                                                \
	OPTION_ROW('S', "signatures", "DIR", OPTION_TEXT, signatures,                                        \
		   "folder of signature files (default: the program's own)")
#define OPTION_VERBOSITY_ROWS                                                                                \
	OPTION_ROW('q', "quiet", NULL, OPTION_FLAG, quiet, "no progress, no warnings"),                      \
	    OPTION_ROW('v', "verbose", NULL, OPTION_FLAG, verbose, "say more")
#define OPTION_READING_ROWS                                                                                  \
	OPTION_ROW(0, "filter", "EXPR", OPTION_TEXT, filter,                                                 \
		   "read only packets that this BPF expression admits, inside VLAN tags too"),               \
	    OPTION_ROW(0, "key", "LIST", OPTION_TEXT, key,                                                   \
		       "vlan, vni or both: what else tells addresses apart where they overlap"),             \
	    OPTION_ROW(0, "accept-cut", NULL, OPTION_FLAG, accept_cut,                                       \
		       "a last record that is cut short is no trouble"),                                     \
	    OPTION_ROW(0, "memory", "SIZE", OPTION_MEMORY, memory_bytes,                                       \
		       "memory limit, such as 512M (default 1G)"),                                           \
	    OPTION_ROW('j', "jobs", "N", OPTION_COUNT, threads, "threads (default 1)"),                     \
	    OPTION_ROW(0, "max-ratio", "N", OPTION_COUNT, max_ratio,                                        \
		       "refuse input that decompresses to over N times its size (default 1000)"),            \
	    OPTION_ROW(0, "max-bytes", "SIZE", OPTION_SIZE, max_bytes,                                       \
		       "refuse input that decompresses to over SIZE (default 1T)")

/* "tapaudit: TEXT" on standard error. */
void say_error(const char *format, ...) PRINTF_LIKE(1, 2);
void say_warning(const struct run_options *options, const char *format, ...) PRINTF_LIKE(2, 3);
/* All errors and warnings of a load; true when there was an error. */
bool say_messages(const struct run_options *options, const struct message_list *messages);

bool path_is_folder(const char *path);

/* The signatures that OPTIONS or the program's own place name. NULL after saying why. */
struct signature_library *open_signatures(const struct run_options *options);
/* The folder that they are in. 0, or -1: there is none. */
int signatures_find(const struct run_options *options, char out[PATH_MAX]);
/* The same, or -1 after saying so. */
int signatures_folder(const struct run_options *options, char out[PATH_MAX]);
/* The report's own time: SOURCE_DATE_EPOCH or now. */
int64_t report_time_ns(void);
/* FOLDER as seen from PAGE, a file that is to be written, into OUT: "evidence", "../proof". -1: the page goes to standard
 * output, or one of them cannot be found. */
int link_folder(struct strbuf *out, const char *page, const char *folder);
/* Width, colour, version and time for a report on standard output (TO_TERMINAL) or in a file. */
struct report_options report_defaults(const struct run_options *options, bool to_terminal);

/* Writes TEXT to PATH ("-" or NULL: standard output), aside and renamed. 0, or -1 after saying why. */
int write_output(const char *path, const char *text, size_t length);
/* A whole file, or standard input for "-". NULL after saying why. The caller frees with mem_free. */
char *read_whole(const char *path, size_t *length);

/* What to read, and who wants to hear of it. */
struct reading {
	const struct run_options *options;
	char *const *operands;
	size_t operand_count;
	const struct site *site; /* or NULL: what it names is kept longest when memory runs short */
	void *context;
	void (*record)(void *context, const struct flow_record *record, const char *input_name); /* or NULL */
	const struct flow_open *carried; /* as observe_options */
	size_t carried_count;
	void (*open)(void *context, const struct flow_open *open); /* or NULL */
};

/* Every address that SITE binds to a role (mem_free). NULL with *COUNT above 0: no memory. */
struct addr_range *site_ranges(const struct site *site, size_t *count);
/* 0 and *OUT; -1 after saying why. *TROUBLE: an input could not be read whole (said already). */
int reading_run(const struct reading *reading, struct ledger **out, bool *trouble);
/* The same for inputs that are listed already; operands are not looked at. */
int reading_run_list(const struct reading *reading, const struct capture_list *list, struct ledger **out,
		     bool *trouble);
/* What the operands name, expanded; to be cleared in both cases. 0, or -1 after saying why. */
int reading_expand(const struct reading *reading, struct capture_list *list);
/* What --key says. 0, or -1 after saying why. */
int reading_decode_options(const struct run_options *options, struct decode_options *decode);
/* How OPTIONS say that captures are to be opened. */
struct capture_options reading_capture_options(const struct run_options *options);

/* A progress line on a terminal, from the second second on. */
struct progress {
	int64_t start_ns, last_ns;
	bool enabled, shown;
};
void progress_start(struct progress *progress, const struct run_options *options);
bool progress_show(struct progress *progress, const struct observe_progress *state);
void progress_end(struct progress *progress);

#endif
