/* Private to store/: how ClickHouse's writing side is divided. */
#ifndef STORE_CLICKHOUSE_PARTS_H
#define STORE_CLICKHOUSE_PARTS_H

#include "clickhouse.h"

struct encoded_extras {
	const struct store_file *files;
	size_t file_count;
	const struct store_chain *chain;   /* or NULL */
	const struct store_change *change; /* or NULL: of a live sensor, and never dropped again */
};
/* clickhouse_encode.c. All of NAMES' ledger (or NULL) and EXTRAS into the spool, or nothing of it. 0/-1. */
int encode_segment(struct clickhouse *house, const struct spool_segment *segment,
		   const struct house_names *names, const struct encoded_extras *extras,
		   struct err *err) MUST_CHECK;

/* clickhouse_write.c. LEDGER (or NULL) and EXTRAS as segment NAME (NULL: named after its captures). 0/-1. */
int clickhouse_spool_add(struct clickhouse *house, const char *name, const struct ledger *ledger,
			 const struct encoded_extras *extras, struct err *err) MUST_CHECK;

/* clickhouse_confirm.c. All rows of a segment are there as an attempt. */
struct segment_seen {
	uint64_t attempt, version, rows;
	const char *site;
};
/* Adds the rows to OUT that make SEGMENT seen, and hide what it replaces: for one insert into one shard. */
enum clickhouse_answer clickhouse_put_seen(struct clickhouse *house, const struct spool_segment *segment,
					   const struct segment_seen *seen, struct strbuf *out,
					   struct err *err);
/* clickhouse_memory.c. The first two inside a transaction of the spool. */
int memory_put_file(struct spool *spool, const char *sensor, const struct store_file *file,
		    struct err *err) MUST_CHECK;
int memory_put_chain(struct spool *spool, const struct store_chain *chain, const struct strbuf *flows,
		     struct err *err) MUST_CHECK;
int memory_find_file(struct spool *spool, const char *sensor, const char *path, struct arena *arena,
		     struct store_file *out, bool *found, struct err *err) MUST_CHECK;
/* Whether what SENSOR took before the spool was made was recalled. */
int memory_put_recalled(struct spool *spool, const char *sensor, struct err *err) MUST_CHECK;
int memory_recalled(struct spool *spool, const char *sensor, bool *out, struct err *err) MUST_CHECK;
/* Whom SENSOR writes for, as the server says; or, where that was not heard, as it writes itself: a live one
 * does not know that its site is being renamed. */
int memory_put_site(struct spool *spool, const char *sensor, const char *site, struct err *err) MUST_CHECK;
int memory_note_site(struct spool *spool, const char *sensor, const char *site, struct err *err) MUST_CHECK;
/* The same; IF_IT_WAITS: for whom something of it was written that waits. */
int memory_site(struct spool *spool, const char *sensor, bool if_it_waits, struct strbuf *out, bool *found,
		struct err *err) MUST_CHECK;
/* What SENSOR wrote for WAS is SITE's. */
int memory_rename_site(struct spool *spool, const char *sensor, const char *was, const char *site,
		       struct err *err) MUST_CHECK;

/* clickhouse_taken.c. The first inside a transaction of the spool. */
int taken_put_capture(struct spool *spool, const struct spool_segment *segment,
		      const struct input_record *input, const char *beginning, struct err *err) MUST_CHECK;
/* What was added together with SEGMENT, and when it began; FLOWS were open at its end. */
int taken_put_segment(struct spool *spool, const struct spool_segment *segment, int64_t begin_ns,
		      int64_t end_ns, const struct strbuf *flows, struct err *err) MUST_CHECK;
/* Drops what was added of SENSOR as segment NUMBER. */
int taken_drop(struct spool *spool, const char *sensor, int64_t number, struct err *err) MUST_CHECK;
/* Adds segment NUMBER to OUT as struct spool_segment has it in `replaces`, unless it is NAME. */
int taken_describe(struct spool *spool, const char *sensor, int64_t number, const char *name,
		   struct strbuf *out, struct err *err) MUST_CHECK;
/* True when the capture of FINGERPRINT was added of SENSOR as segment NUMBER. */
int taken_is_of(struct spool *spool, const char *sensor, const char *fingerprint, int64_t number, bool *out,
		struct err *err) MUST_CHECK;
/* What was open at the end of what began before BEFORE. */
int taken_flows(struct spool *spool, const char *sensor, int64_t before_ns, struct strbuf *out, bool *found,
		struct err *err) MUST_CHECK;
/* clickhouse_taken_list.c. As the functions of store.h. */
int clickhouse_taken_like(struct store *store, const char *sensor, const char *beginning, struct arena *arena,
			  struct store_taken **out, size_t *count, struct err *err);
int clickhouse_taken_with(struct store *store, int64_t segment, struct arena *arena, struct store_taken **out,
			  size_t *count, struct err *err);
int clickhouse_taken_after(struct store *store, const char *sensor, int64_t from_ns, int64_t until_ns,
			   struct arena *arena, struct store_taken **out, size_t *count, struct err *err);
int clickhouse_beginning_of(struct store *store, const char *fingerprint, struct arena *arena,
			    const char **out, struct err *err);
/* clickhouse_recall.c. A spool that is new learns from the server what its sensor took. */
enum clickhouse_answer clickhouse_recall(struct clickhouse *house, struct err *err);
/* As store_knows, for whoever writes as SENSOR for SITE. */
int taken_knows(struct spool *spool, const char *sensor, const char *site, const char *fingerprint,
		struct arena *arena, struct store_origin *out, struct err *err) MUST_CHECK;

/* clickhouse_ids.c. Ids of all inputs of a ledger: a capture's is its fingerprint. NULL for want of memory.
 */
uint8_t (*input_ids(const struct ledger *ledger))[INPUT_ID_BYTES];
/* A name for what is added, the same for the same captures and files. */
void segment_name(struct strbuf *out, const struct ledger *ledger, uint8_t (*ids)[INPUT_ID_BYTES],
		  const struct store_file *files, size_t file_count);

#endif
