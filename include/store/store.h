/*
 * Ledgers kept across runs, so that a night can be judged again without its packets. This floor promises: the
 * four tables by sensor and quarter hour, merged by the ledger's own rules; each capture counted
 * once, known by its fingerprint; everything of one store_add, or nothing of it, whatever happens meanwhile.
 * It refuses to know what a finding is: those are rows with opaque texts, kept by site and day.
 *
 * It is made for several implementations (ops.h): nothing here speaks of how or where rows lie. Two know how:
 * SQLite, in one file, and ClickHouse, for a fleet of sensors (a place that begins with "clickhouse://").
 *
 * Ownership: what is handed out lives in the arena that the caller gave, or is a ledger that the caller
 * frees. One handle is one thread's at a time; several processes may hold the same place, one of them
 * writing.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "ledger/ledger.h"

struct arena;
struct store;

enum store_mode {
	STORE_READ, /* changes nothing; the place must be there and of this version */
	STORE_WRITE /* made when absent, upgraded in place when older */
};

/* What a place's own text does not say. NULL members: none. */
struct store_access {
	const char *password;  /* from the environment; a password file that the place names goes before it */
	const char *site;      /* name of the site that rows are written for, and read of */
	const char *spool;     /* file for what waits while a server is away, where the place names none */
	bool is_live; /* what is not written now is lost: a server that is away keeps nothing from being
			 written, not even under a name of the site that it has to confirm */
	unsigned patience_sec; /* so long a server may say nothing before it is away; 0: 60 */
};
bool store_place_is_clickhouse(const char *place);
/* Loads what reaching a server takes. Opening a place does so too, but in a process that is confined it is too late. 0/-1. */
int store_load_remote(struct err *err) MUST_CHECK;
/* What a place names, in ARENA; NULL: nothing, or a place that is a file. */
struct place_parts {
	const char *sensor;
	const char *spool, *password_file, *ca; /* files */
};
/* 0, or -1 for a place that is malformed. */
int store_place_read(const char *place, struct arena *arena, struct place_parts *out,
		     struct err *err) MUST_CHECK;
/* Makes a server's tables where they are missing, on all nodes when the place names a cluster. 0/-1. */
int store_init(const char *place, const struct store_access *access, struct err *err) MUST_CHECK;
/* As store_open, with ACCESS. */
struct store *store_open_with(const char *place, enum store_mode mode, const struct ledger_options *limits,
			      const struct store_access *access, struct err *err) MUST_CHECK;
/* Has a server drop, in its own time, rows that nobody reads: what was cut short, written again or replaced.
 * 0/-1. */
int store_tidy(const char *place, const struct store_access *access, struct err *err) MUST_CHECK;
/* A fleet's sites and sensors; PLACE names the server. 0, or -1 also where there is no such site or sensor.
 * What was written for site OLD is NEW's, with its sensors and days that were judged; *SENSORS of them. */
int store_rename_site(const char *place, const struct store_access *access, const char *old_name,
		      const char *new_name, uint64_t *sensors, struct err *err) MUST_CHECK;
/* SENSOR writes for SITE from now on. FROM (or NULL): what it wrote for that site by mistake is SITE's too.
 */
int store_move_sensor(const char *place, const struct store_access *access, const char *sensor,
		      const char *site, const char *from, struct err *err) MUST_CHECK;
/* SENSOR writes no more, and is not waited for; what it wrote stays. */
int store_retire_sensor(const char *place, const struct store_access *access, const char *sensor,
			struct err *err) MUST_CHECK;
/* What was added and waits for a server that is away; 0 for a file. 0/-1. */
int store_waiting(struct store *store, uint64_t *segments, uint64_t *bytes, struct err *err) MUST_CHECK;

enum store_sent {
	STORE_SENT, /* nothing of the handle's sensor that was asked for waits */
	STORE_BUSY, /* it waits, and another process is sending just now */
	STORE_KEPT  /* it waits for a server that did not take it */
};
/* Sends what waits, and looks whether anything of this handle's sensor and of quarter hours before END still
 * does: what is loaded then is not all that was added. WHY unless STORE_SENT. */
enum store_sent store_send_own(struct store *store, int32_t end_bucket, struct err *why);

/* The file that it waits in; NULL: nothing ever waits. */
const char *store_spool(const struct store *store);

/* LIMITS (of ledgers that are loaded, also to be merged; NULL: the ledger's defaults) is copied, what it
 * points to is not. */
struct store *store_open(const char *place, enum store_mode mode, const struct ledger_options *limits,
			 struct err *err) MUST_CHECK;
void store_close(struct store *store);

/* A file that was taken, so that it need not be read again to know it. */
struct store_file {
	const char *path;
	uint64_t bytes;          /* as it lies on disk */
	int64_t changed_ns;      /* last change of its content */
	const char *fingerprint; /* of the capture in it; "" where it holds none, or several */
	int64_t first_ns;        /* of its packets */
	uint64_t packets;
};

/* Flows that were open when a sensor's captures ended, for those that follow. */
struct store_chain {
	const char *sensor;
	int64_t end_ns; /* of coverage; not told when asked for */
	const struct flow_open *flows;
	size_t count;
};

/* Where a capture that is known came from; texts in the caller's arena, "" where the place does not tell. */
struct store_origin {
	bool known;
	const char *sensor, *site;
};
/*
 * Whether the capture of FINGERPRINT counts already where this handle writes. A file is of one site: there it
 * does once it is in it. In a fleet's store it does when a sensor gave it for the handle's site, or the
 * handle's own sensor for any; given for another site by another sensor it counts there too. 0/-1.
 */
int store_knows(struct store *store, const char *fingerprint, struct arena *arena, struct store_origin *out,
		struct err *err) MUST_CHECK;
/* What was remembered of the file at PATH; *FOUND false: nothing. 0/-1. */
int store_find_file(struct store *store, const char *path, struct arena *arena, struct store_file *out,
		    bool *found, struct err *err) MUST_CHECK;

/*
 * What a live sensor has to say, about once a minute: SETTLED is added as store_add does, but its inputs are
 * of format "live" and grow: each stands in the store once, with its latest totals. OPEN, what flows that are
 * still open would say, replaces what was open of SENSOR the last time, so that nothing counts twice; who
 * loads sees both as the sensor's. All of it or nothing. Both ledgers sorted, of SENSOR alone. CHAIN's end
 * tells when this was.
 */
int store_put_live(struct store *store, const char *sensor, const struct ledger *settled,
		   const struct ledger *open, const struct store_chain *chain, struct err *err) MUST_CHECK;
/* SENSOR starts: what was open when it last stopped without a word is settled by that. Before the first
 * store_put_live. */
int store_begin_live(struct store *store, const char *sensor, struct err *err) MUST_CHECK;

/* The sensor ends: what was put and not sent yet is sent. 0/-1; a server that is away is no failure. */
int store_end_live(struct store *store, struct err *err) MUST_CHECK;

/* Why a server did not take what was put last, or could not be asked at the start; what was put is safe in
 * the spool. NULL: it did, or the place is a file. */
const char *store_away(const struct store *store);

/* What is open at the latest end known of SENSOR; count 0: nothing. 0/-1. */
int store_open_flows(struct store *store, const char *sensor, struct arena *arena, struct store_chain *out,
		     struct err *err) MUST_CHECK;

/*
 * Adds all of LEDGER (rows, coverage, inputs) and remembers FILES, together or not at all. LEDGER may be
 * NULL: FILES alone. CHAIN (or NULL) replaces what is open of its sensor, unless captures that end later were
 * added before. -1 and nothing changed also when one of its inputs is in the store already: counting a
 * capture twice is never right.
 */
int store_add(struct store *store, const struct ledger *ledger, const struct store_file *files,
	      size_t file_count, const struct store_chain *chain, struct err *err) MUST_CHECK;

/*
 * What is added by one call can be dropped again by a later one, where the place can do that: so a capture
 * that comes back whole, or longer, replaces what was taken of it. Whoever replaces reads all captures of
 * that call again, because they may have been read together.
 *
 * BEGINNING is an opaque text that tells how a capture begins. Of two captures that begin alike the shorter
 * one's text begins the longer one's; its first 16 characters are of the first packet.
 */
struct store_capture {
	const char *fingerprint, *beginning;
};
struct store_change {
	const int64_t *replaced; /* segments to be dropped */
	size_t replaced_count;
	const struct store_capture *captures; /* of the ledger's inputs, those of which it is known */
	size_t capture_count;
};
/* A capture that is in the store. */
struct store_taken {
	const char *name, *fingerprint;
	const char *beginning; /* "" not known */
	bool trouble;
	uint64_t packets, bytes;
	int64_t last_ns;
	int64_t segment; /* with which it was added; 0: it cannot be dropped any more */
};
bool store_can_replace(const struct store *store);
/* As store_add, after dropping what CHANGE replaces. Only where store_can_replace. */
int store_put(struct store *store, const struct ledger *ledger, const struct store_file *files,
	      size_t file_count, const struct store_chain *chain, const struct store_change *change,
	      struct err *err) MUST_CHECK;
/* How the capture of FINGERPRINT begins; "" where that is not known. 0/-1. */
int store_beginning_of(struct store *store, const char *fingerprint, struct arena *arena, const char **out,
		       struct err *err) MUST_CHECK;
/* Captures of SENSOR (NULL: of any) whose first packet is that of BEGINNING. None where nothing can be
 * replaced. 0/-1. */
int store_taken_like(struct store *store, const char *sensor, const char *beginning, struct arena *arena,
		     struct store_taken **out, size_t *count, struct err *err) MUST_CHECK;
/* Those of one segment. 0/-1. */
int store_taken_with(struct store *store, int64_t segment, struct arena *arena, struct store_taken **out,
		     size_t *count, struct err *err) MUST_CHECK;
/* Those of SENSOR's segments that begin from FROM up to UNTIL, by segment. 0/-1. */
int store_taken_after(struct store *store, const char *sensor, int64_t from_ns, int64_t until_ns,
		      struct arena *arena, struct store_taken **out, size_t *count,
		      struct err *err) MUST_CHECK;
/* As store_open_flows, at the end of what began before BEFORE, as far as the place knows. 0/-1. */
int store_open_flows_before(struct store *store, const char *sensor, int64_t before_ns, struct arena *arena,
			    struct store_chain *out, struct err *err) MUST_CHECK;

/* A sorted ledger of what is stored of the quarter hours FIRST up to but without END; spans are cut there.
 * 0/-1. */
int store_load(struct store *store, int32_t first_bucket, int32_t end_bucket, struct ledger **out,
	       struct err *err) MUST_CHECK;
/* First and last quarter hour below END that any input covered; *FOUND false: none. 0/-1. */
int store_extent(struct store *store, int32_t end_bucket, int32_t *first, int32_t *last, bool *found,
		 struct err *err) MUST_CHECK;

/* Who writes into a fleet's store, and for whom. A sensor that moved stands once for each site of which it
 * has something of the time asked for. */
struct store_sensor {
	const char *name, *site;
	const char *const
	    *names; /* that SITE had when it wrote, NULL behind the last; NULL: that one alone */
	int32_t first_bucket, last_bucket; /* of what it saw; both 0: nothing, or nothing that is kept */
	int64_t written_ns;                /* when it wrote last, by the server's clock; 0 likewise */
	uint64_t rows;                     /* that it wrote of FIRST up to END, about */
	bool away; /* what it wrote lies on a shard that is away; nothing but its site is known */
};
/* All sensors, by name, in ARENA; a file has none of its own. Whoever writes for a site stands here until it
 * is retired, also when nothing of it is kept any more. 0/-1. */
int store_sensors(struct store *store, int32_t first_bucket, int32_t end_bucket, struct arena *arena,
		  struct store_sensor **out, size_t *count, struct err *err) MUST_CHECK;
/* As store_load for each of SITES (names) at once: OUT gets as many sorted ledgers. SENSORS: of
 * what store_sensors gave, at least theirs. -1 and ERR also for a file, which does not keep sites apart. */
int store_load_sites(struct store *store, int32_t first_bucket, int32_t end_bucket, const char *const *sites,
		     size_t site_count, const struct store_sensor *sensors, size_t sensor_count,
		     struct ledger **out, struct err *err) MUST_CHECK;

/* Forgets rows of quarter hours before END, the oldest first, one quarter hour a step (each a transaction of
 * its own, so that nobody waits long); *MORE tells whether another step is due. Fingerprints, files and days
 * judged stay. 0/-1. */
int store_expire_step(struct store *store, int32_t end_bucket, bool *more, struct err *err) MUST_CHECK;

/* One day of one site as it was judged. Texts are opaque here. */
struct store_day {
	int32_t day; /* of the site's own calendar, since 1970-01-01 */
	const char *site_digest, *signatures_digest;
	const char *verdict, *grade;
	uint64_t packets, findings, excepted, fresh, continuing, fixed;
};
struct store_finding {
	const char *id, *kind, *severity;
	const char *system, *rule, *message; /* or NULL */
	const char *exception;               /* or NULL */
	int32_t since_day;                   /* first day of its unbroken run */
	const char *place;                   /* another text to know it by; NULL or "" where none is kept */
};

/* Replaces what is kept of DAY. 0/-1. */
int store_put_day(struct store *store, const char *site, const struct store_day *day,
		  const struct store_finding *findings, size_t finding_count, struct err *err) MUST_CHECK;
/* False where texts of places are not kept (struct store_finding). */
bool store_keeps_places(const struct store *store);
/* All days kept of SITE, in order. 0/-1. */
int store_days(struct store *store, const char *site, struct arena *arena, struct store_day **out,
	       size_t *count, struct err *err) MUST_CHECK;
/* Names of all sites of which days are kept, in order. None where the place keeps one site. 0/-1. */
int store_sites(struct store *store, struct arena *arena, const char ***out, size_t *count,
		struct err *err) MUST_CHECK;
/* The findings of a day, by id. 0/-1. */
int store_findings(struct store *store, const char *site, int32_t day, struct arena *arena,
		   struct store_finding **out, size_t *count, struct err *err) MUST_CHECK;

#endif
