/* What of the spool was not taken, and why: it is to stand in the report, for who opens that does not see
 * what was said when it was made. */
#include "base/mem.h"
#include "nightly.h"

void nightly_note(struct nightly *nightly, const char *path, const char *status, const char *text,
		  bool trouble)
{
	struct input_record *items = nightly->notes.items;
	const struct input_record note = {.name = arena_strdup(&nightly->notes.arena, path),
					  .fingerprint = "",
					  .sha256 = "",
					  .format = "",
					  .status = status,
					  .error = arena_strdup(&nightly->notes.arena, text),
					  .trouble = trouble,
					  .first_ns = TIME_UNKNOWN,
					  .last_ns = TIME_UNKNOWN,
					  .unsupported = "",
					  .link_types = ""};

	nightly->trouble |= trouble;
	if (!note.name || !note.error ||
	    mem_grow((void **)&items, &nightly->notes.capacity, nightly->notes.count + 1, sizeof *items) !=
		0) {
		say_error("out of memory");
		nightly->trouble = true;
		return;
	}
	nightly->notes.items = items;
	items[nightly->notes.count++] = note;
}

int nightly_notes_add(const struct nightly *nightly, struct ledger *ledger)
{
	for (size_t i = 0; i < nightly->notes.count; i++) {
		if (ledger_add_input(ledger, &nightly->notes.items[i]) < 0) {
			say_error("out of memory");
			return -1;
		}
	}
	return 0;
}

void nightly_notes_clear(struct nightly *nightly)
{
	mem_free(nightly->notes.items);
	arena_clear(&nightly->notes.arena);
	nightly->notes = (struct spool_notes){.count = 0};
}
