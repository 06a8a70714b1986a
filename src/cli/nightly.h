/*
 * Private to cli/: the parts of `tapaudit nightly`. In order: lock, take what is new in the spool into the
 * store, judge the day and the one before it, compare, write the day's folder at once or not at all,
 * remember, list all days. Each part can be killed anywhere and run again.
 */
#ifndef CLI_NIGHTLY_H
#define CLI_NIGHTLY_H

#include "audit/compare.h"
#include "base/hash.h"
#include "evidence.h"
#include "nightly_beginning.h"
#include "stored.h"

enum { DIGEST_TEXT = 33 };

/* Files of the spool that were refused, or left for another time. */
struct spool_notes {
	struct input_record *items;
	size_t count, capacity;
	struct arena arena;
};

/* Captures that were left out because they count already: how many, and the first of them. */
struct known_notes {
	size_t count;
	char *name, *sensor, *site;
};

struct nightly {
	const struct run_options *options;
	struct judged files; /* site and signatures as they are now */
	struct store *store;
	char site_digest[DIGEST_TEXT], signatures_digest[DIGEST_TEXT];
	int32_t day;
	bool trouble; /* something could not be read, which was said */
	struct spool_notes notes;
	struct known_notes known;
};

/* Threads that -j allows, from 1 on. */
enum { NIGHTLY_THREADS_MAX = 64 };
size_t nightly_threads(const struct run_options *options);
/* The name under which is kept what no --sensor names. */
const char *nightly_sensor(const struct run_options *options);

/* nightly_spool.c, nightly_scan.c, nightly_groups.c: what is new in the spool. */
struct spool_file {
	char *path;
	uint64_t bytes;
	int64_t changed_ns;
	char fingerprint[CAPTURE_FINGERPRINT_TEXT]; /* of the last capture in it */
	int64_t first_ns;
	uint64_t packets;
	size_t last_group; /* with which the whole file is taken; SIZE_MAX: there is nothing in it to take */
	bool skipped;      /* not to be remembered: growing, known already, or unreadable */
};

struct spool_item {
	struct capture_input input; /* the list's, and what is known of it */
	size_t file;
	int64_t first_ns, last_ns; /* unknown where unscanned */
	bool unscanned;            /* the only one: what it holds shows when it is read */
	int64_t segment;           /* of the store, which is read again with it; 0: none */
	bool again;                /* read again for its segment's sake alone */
	struct beginning beginning;
	struct store_file old; /* as its candidate's */
};

/* A capture that may be new. */
struct spool_candidate {
	const struct capture_input *input;
	size_t file;
	struct store_file old; /* what was taken from that path before; fingerprint "" if nothing */
	bool opened;           /* by nightly_scan.c, which filled the rest */
	struct beginning beginning;
	struct capture_summary summary;
};

/* Items from FIRST up to END, read together: they overlap, or begin on one day. */
struct spool_group {
	size_t first, end;
};

struct spool {
	struct capture_list list;
	struct spool_file *files;
	size_t file_count, file_capacity;
	struct spool_candidate *candidates;
	size_t candidate_count, candidate_capacity;
	struct spool_item *items; /* to be taken, by time */
	size_t item_count, item_capacity;
	struct spool_group *groups;
	size_t group_count, group_capacity;
	size_t growing; /* files left for the next time */
	struct arena arena;
};

/* Finds what the store does not know yet. 0, or -1 after saying why; to be cleared in both cases. */
int spool_find(struct spool *spool, struct nightly *nightly);
/* Walks all candidates, several at once. */
void spool_scan(struct spool *spool, const struct nightly *nightly);
/* Puts items in order and parts them into groups. 0/-1 (memory). */
int spool_group_items(struct spool *spool);
void spool_clear(struct spool *spool);

/* nightly_mend.c. Of captures that begin as one that was taken does: those that go on replace it, with all
 * that was read together with it; those that do not are dropped. 0, or -1 after saying why. */
int spool_mend(struct spool *spool, struct nightly *nightly);
/* nightly_again.c. Adds the captures of SEGMENT but those that REPLACED says true of, to be read again.
 * *FOUND false: one of them, *GONE, does not lie in the spool any more; nothing was added. 0, or -1 after
 * saying why. */
int spool_read_again(struct spool *spool, struct nightly *nightly, int64_t segment, const char **gone);
/* The captures of the day after those that come late, as far as they lie in the spool. 0, or -1 after saying
 * why. */
int spool_follow(struct spool *spool, struct nightly *nightly);
/* nightly_change.c. What storing LEDGER, read of GROUP, changes beside adding it. In ARENA. 0/-1 (memory). */
int spool_change(const struct spool *spool, size_t group, const struct ledger *ledger, struct arena *arena,
		 struct store_change *out);
/* Says which other days than the one judged it changed. */
void spool_say_days(const struct spool *spool, size_t group, const struct nightly *nightly);
/* Adds an item of CANDIDATE. 0, or -1 after saying why. */
int spool_item_add(struct spool *spool, const struct spool_candidate *candidate);
/* Says TEXT, which is trouble each time, until somebody takes FILE away. */
void spool_refuse(struct nightly *nightly, struct spool_file *file, enum capture_status status,
		  const char *text);

/* nightly_links.c. Says which links of the spool are passed over. */
void spool_say_links(struct nightly *nightly);
/* nightly_notes.c. Notes for the report what became of the file at PATH; trouble makes it the run's. */
void nightly_note(struct nightly *nightly, const char *path, const char *status, const char *text,
		  bool trouble);
/* Adds them to LEDGER as inputs. 0, or -1 after saying why. */
int nightly_notes_add(const struct nightly *nightly, struct ledger *ledger);
void nightly_notes_clear(struct nightly *nightly);

/* nightly_known.c. True when the capture of FINGERPRINT, which INPUT holds, counts already; that is noted, to
 * be said at the end. 0, or -1 after saying why. */
int nightly_look_known(struct nightly *nightly, const struct capture_input *input, const char *fingerprint,
		       bool *known);
/* Says what was left out, and what waits. */
void nightly_say_known(const struct nightly *nightly);
/* nightly_settle.c. All that the sensor saw up to the end of the day is in the store. 0, or -1 after saying
 * why not. */
int nightly_settle(const struct nightly *nightly);
void nightly_say_waiting(const struct nightly *nightly);
void nightly_known_clear(struct nightly *nightly);

/* nightly_take.c. Reads all groups, -j at once, and stores them in their order. 0, or -1 after saying why. */
int spool_take(struct spool *spool, struct nightly *nightly);

/* nightly_digest.c. Digests of the files under which is judged. 0, or -1 after saying why. */
int nightly_digests(struct nightly *nightly);

/* nightly_compare.c: the day, the one before it, and what the report shows of both. */
struct night {
	struct stored today, before;
	bool has_before;
	int32_t day_before;
	struct arena arena;
	struct comparison *comparison;
	const struct store_finding *past; /* what was reported of the day before, by id */
	size_t past_count;
	const struct addr *hosts; /* of the day, ascending and distinct */
	size_t host_count;
	bool keeps_places; /* the store does */
	struct report_history history;
	const char *remark;   /* on what it was compared with, where that is not the day before; or NULL */
	const char *evidence; /* the day's folder of it, or NULL */
	struct evidence_files proof;
};
int night_judge(struct night *night, struct nightly *nightly);
/* True when nothing was captured on the day. */
bool night_is_empty(const struct night *night);
/* nightly_remark.c. Says so and returns true when something was, but --keep forgot it: nothing can be judged.
 */
bool night_say_forgotten(const struct night *night, const struct nightly *nightly);
/* Keeps what was found, so that the next day can be compared. 0, or -1 after saying why. */
int night_remember(const struct night *night, struct nightly *nightly);
void night_clear(struct night *night);
/* What was reported of the day before under ID, or NULL. */
const struct store_finding *night_past(const struct night *night, const char *id);
/* The texts of a finding that is gone. */
struct fixed_finding night_fixed(const struct night *night, const struct compare_item *item,
				 char since[TIME_TEXT_MAX]);

/* nightly_unseen.c: findings that are gone because nothing of the day could show them. */
/* Lists the day's hosts. 0/-1 (memory). */
int night_list_hosts(struct night *night);
/* As struct compare_options asks; CONTEXT is the night. */
bool night_could_show(const void *context, const struct audit_finding *finding,
		      const struct compare_past *past);
/* The text by which the store knows where FINDING was seen; NULL: no memory. */
const char *night_place(struct arena *arena, const struct audit_finding *finding);
/* The same text into PAST. 0/-1 (memory). */
int night_read_place(struct night *night, const struct store_finding *stored, struct compare_past *past);
/* Appends to the COUNT findings of OUT those that were not to be seen, so that the next day knows of them.
 * How many there are then; SIZE_MAX: no memory. */
size_t night_gather_unseen(const struct night *night, struct arena *arena, struct store_finding *out,
			   size_t count);

/* nightly_remark.c. Says of which days nothing is stored. 0, or -1 after saying why. */
int night_add_remark(struct night *night, struct nightly *nightly);

/* nightly_prove.c. Writes the packets of the day's findings. 0, or -1 after saying why. */
int night_prove(struct night *night, const struct nightly *nightly);
/* Refuses an evidence folder that the day's report would replace. 0, or -1 after saying so. */
int night_proof_check(const struct run_options *options);

/* nightly_summary.c. The page that fits into a mail. */
void summary_add(struct strbuf *out, const struct night *night, const struct nightly *nightly);

/* nightly_write.c. All files of the day below -o DIR, at once or not at all. 0, or -1 after saying why. */
int night_write(const struct night *night, const struct nightly *nightly);
/* TEXT as file NAME of FOLDER, there whole and lasting when this returns. 0/-1 and errno. */
int write_lasting(const char *folder, const char *name, const char *text, size_t length);
/* Takes away what a run that was killed left behind. */
void night_sweep(const char *folder);

/* nightly_claim.c. Makes -o DIR the site's; another's is refused. 0, or -1 after saying why. */
int folder_claim(const struct nightly *nightly);

/* nightly_index.c. index.html over all days. 0, or -1 after saying why. */
int index_write(const struct nightly *nightly);

#endif
