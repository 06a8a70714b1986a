/* Private to store/: how ClickHouse's writing side is divided. */
#ifndef STORE_CLICKHOUSE_PARTS_H
#define STORE_CLICKHOUSE_PARTS_H

#include "clickhouse.h"

struct encoded_extras {
	const struct store_file *files;
	size_t file_count;
	const struct store_chain *chain; /* or NULL */
};
/* clickhouse_encode.c. All of NAMES' ledger (or NULL) and EXTRAS into the spool, or nothing of it. 0/-1. */
int encode_segment(struct clickhouse *house, const struct spool_segment *segment,
		   const struct house_names *names, const struct encoded_extras *extras,
		   struct err *err) MUST_CHECK;

/* clickhouse_write.c. LEDGER (or NULL) and EXTRAS as segment NAME (NULL: named after its captures). 0/-1. */
int clickhouse_spool_add(struct clickhouse *house, const char *name, const struct ledger *ledger,
			 const struct encoded_extras *extras, struct err *err) MUST_CHECK;

/* clickhouse_memory.c. The first two inside a transaction of the spool. */
int memory_put_file(struct spool *spool, const char *sensor, const struct store_file *file,
		    struct err *err) MUST_CHECK;
int memory_put_chain(struct spool *spool, const struct store_chain *chain, const struct strbuf *flows,
		     struct err *err) MUST_CHECK;
int memory_find_file(struct spool *spool, const char *sensor, const char *path, struct arena *arena,
		     struct store_file *out, bool *found, struct err *err) MUST_CHECK;
int memory_chain(struct spool *spool, const char *sensor, struct strbuf *flows, bool *found,
		 struct err *err) MUST_CHECK;

/* Whom SENSOR writes for. */
int memory_put_site(struct spool *spool, const char *sensor, const char *site, struct err *err) MUST_CHECK;
/* The same; IF_IT_WAITS: for whom something of it was written that waits. */
int memory_site(struct spool *spool, const char *sensor, bool if_it_waits, struct strbuf *out, bool *found,
		struct err *err) MUST_CHECK;
/* What SENSOR wrote for WAS is SITE's. */
int memory_rename_site(struct spool *spool, const char *sensor, const char *was, const char *site,
		       struct err *err) MUST_CHECK;

/* clickhouse_taken.c. The first inside a transaction of the spool. */
int taken_put_capture(struct spool *spool, const struct spool_segment *segment,
		      const struct input_record *input, const char *beginning, struct err *err) MUST_CHECK;
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
