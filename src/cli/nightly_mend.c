/*
 * Captures that come again. A copy that was cut short is copied once more; a file that was taken grew since.
 * What begins with all that was taken of another and goes on replaces it, together with all that was read
 * with it, under whatever name it lies; what is no more than the beginning of another adds nothing.
 */
#include "base/mem.h"
#include "nightly.h"
#include <string.h>

struct mending {
	struct spool *spool;
	struct nightly *nightly;
	bool *dropped; /* by item */
};

static int fail(const struct err *err)
{
	say_error("%s", err->text);
	return -1;
}

/* True when ITEM begins with all of a capture of so many packets. */
static bool begins_with(const struct mending *mending, const struct spool_item *item, uint64_t packets,
			uint64_t bytes, int64_t last_ns)
{
	struct capture_options options = reading_capture_options(mending->nightly->options);
	struct beginning all;

	return beginning_read(&item->input, &options, packets, &all, NULL) && all.packets == packets &&
	       all.bytes == bytes && all.last_ns == last_ns;
}

static uint64_t item_packets(const struct spool_item *item)
{
	return item->input.scanned ? item->input.scanned->packets : 0;
}

static void drop(struct mending *mending, size_t item, const char *other)
{
	struct spool_item *of = &mending->spool->items[item];

	mending->dropped[item] = true;
	say_warning(mending->nightly->options, "%s: all of it is in %s too; not taken", of->input.path,
		    other);
}

/* Of what the store knows of TAKEN, ITEM is less, or another capture, or goes on. */
static void hold_against(struct mending *mending, size_t item, const struct store_taken *taken)
{
	struct spool_item *of = &mending->spool->items[item];
	const struct capture_summary *summary = of->input.scanned;

	if (!beginnings_agree(taken->beginning, of->beginning.text) || of->segment != 0)
		return;
	if (summary->packets > taken->packets) {
		if (begins_with(mending, of, taken->packets, taken->bytes, taken->last_ns))
			of->segment = taken->segment;
	} else if (summary->bytes <= taken->bytes && summary->last_ns <= taken->last_ns) {
		drop(mending, item, taken->name);
	}
}

static int hold_against_store(struct mending *mending, size_t item)
{
	struct spool_item *of = &mending->spool->items[item];
	struct store_taken *taken;
	struct err err;
	size_t count;

	if (store_taken_like(mending->nightly->store, nightly_sensor(mending->nightly->options),
			     of->beginning.text, &mending->spool->arena, &taken, &count, &err) != 0)
		return fail(&err);
	/* The longest first: what is in one of them replaces none. */
	for (size_t i = count; i-- > 0 && !mending->dropped[item];)
		hold_against(mending, item, &taken[i]);
	return 0;
}

/* Both are new: the cut copy lies there still. */
static void hold_against_item(struct mending *mending, size_t item, size_t longer)
{
	const struct spool_item *of = &mending->spool->items[item], *other = &mending->spool->items[longer];
	const struct capture_summary *summary = of->input.scanned;

	if (item == longer || mending->dropped[longer] || item_packets(other) <= item_packets(of) ||
	    !beginnings_agree(of->beginning.text, other->beginning.text))
		return;
	if (begins_with(mending, other, summary->packets, summary->bytes, summary->last_ns))
		drop(mending, item, other->input.path);
}

/* Without how it began there is only its first time to know it by: of another store, or another version. */
static int refuse_grown(struct mending *mending, size_t item)
{
	struct spool_item *of = &mending->spool->items[item];
	const struct store_file *old = &of->old;
	const char *beginning = "";
	struct err err;

	if (!old->fingerprint[0] || of->segment != 0 || old->first_ns != of->first_ns ||
	    old->packets >= item_packets(of))
		return 0;
	if (store_beginning_of(mending->nightly->store, old->fingerprint, &mending->spool->arena, &beginning,
			       &err) != 0)
		return fail(&err);
	if (beginning[0])
		return 0;
	(void)err_set(&err, "%s: has grown since it was taken; what came later is not read", of->input.path);
	spool_refuse(mending->nightly, &mending->spool->files[of->file], CAPTURE_SKIPPED, err.text);
	mending->dropped[item] = true;
	return 0;
}

/* What was read with it has to be read again too. */
static int read_rest_again(struct mending *mending, size_t item)
{
	struct spool *spool = mending->spool;
	struct spool_item of = spool->items[item];
	const char *gone = NULL;
	struct err err;

	if (spool_read_again(spool, mending->nightly, of.segment, &gone) != 0)
		return -1;
	if (!gone) {
		say_warning(mending->nightly->options, "%s: goes on after what was taken of it; taken whole",
			    of.input.path);
		return 0;
	}
	(void)err_set(
	    &err,
	    "%s: goes on after what was taken of it, but %s, which was read with it, is gone; put it "
	    "back, or take both into another store",
	    of.input.path, gone);
	spool_refuse(mending->nightly, &spool->files[of.file], CAPTURE_SKIPPED, err.text);
	for (size_t i = 0; i < spool->item_count; i++)
		if (spool->items[i].segment == of.segment)
			mending->dropped[i] = true;
	return 0;
}

static void take_out_dropped(struct mending *mending)
{
	struct spool *spool = mending->spool;
	size_t kept = 0;

	for (size_t i = 0; i < spool->item_count; i++)
		if (!mending->dropped[i])
			spool->items[kept++] = spool->items[i];
	spool->item_count = kept;
}

static int mend(struct mending *mending)
{
	struct spool *spool = mending->spool;
	size_t count = spool->item_count;

	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < count && !mending->dropped[i]; k++)
			hold_against_item(mending, i, k);
		if (!mending->dropped[i] &&
		    (hold_against_store(mending, i) != 0 || refuse_grown(mending, i) != 0))
			return -1;
	}
	for (size_t i = 0; i < count; i++)
		if (!mending->dropped[i] && spool->items[i].segment != 0 && read_rest_again(mending, i) != 0)
			return -1;
	return 0;
}

int spool_mend(struct spool *spool, struct nightly *nightly)
{
	struct mending mending = {spool, nightly, NULL};
	int result = -1;

	/* Those that are added to be read again come after them. */
	mending.dropped = mem_calloc(spool->item_count + spool->list.count + 1, sizeof *mending.dropped);
	if (mending.dropped)
		result = mend(&mending);
	else
		say_error("out of memory");
	if (result == 0)
		take_out_dropped(&mending);
	mem_free(mending.dropped);
	return result;
}
