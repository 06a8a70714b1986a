/* What a run did not take because it counts already, and what it took that waits. */
#include "base/mem.h"
#include "nightly.h"
#include <inttypes.h>

static int note(struct nightly *nightly, const struct capture_input *input, const struct store_origin *origin)
{
	struct known_notes *known = &nightly->known;

	if (known->count++ > 0)
		return 0;
	known->name = capture_input_name(input);
	known->sensor = mem_strdup(origin->sensor);
	known->site = mem_strdup(origin->site);
	if (known->name && known->sensor && known->site)
		return 0;
	say_error("out of memory");
	return -1;
}

int nightly_look_known(struct nightly *nightly, const struct capture_input *input, const char *fingerprint,
		       bool *known)
{
	struct arena arena = {0};
	struct store_origin origin;
	struct err err;
	int result = store_knows(nightly->store, fingerprint, &arena, &origin, &err);

	*known = result == 0 && origin.known;
	if (result != 0)
		say_error("%s", err.text);
	else if (origin.known)
		result = note(nightly, input, &origin);
	arena_clear(&arena);
	return result;
}

void nightly_say_known(const struct nightly *nightly)
{
	const struct known_notes *known = &nightly->known;
	char more[48] = "", from[2 * LEDGER_NAME_MAX] = "";

	if (known->count == 0)
		return;
	if (known->sensor[0] && known->site[0])
		(void)snprintf(from, sizeof from, ", from sensor %s of site \"%s\"", known->sensor,
			       known->site);
	else if (known->sensor[0])
		(void)snprintf(from, sizeof from, ", from sensor %s", known->sensor);
	if (known->count > 1)
		(void)snprintf(more, sizeof more, ", and %zu more", known->count - 1);
	say_warning(nightly->options, "%zu capture%s not taken, for the store has %s already: %s%s%s",
		    known->count, known->count == 1 ? "" : "s", known->count == 1 ? "it" : "them",
		    known->name, from, more);
}

/* In a run that ends badly, so that nobody looks for what was lost: nothing was. */
void nightly_say_waiting(const struct nightly *nightly)
{
	uint64_t segments = 0, bytes = 0;
	struct err err;

	if (!nightly->store || !store_spool(nightly->store))
		return;
	if (store_waiting(nightly->store, &segments, &bytes, &err) != 0)
		say_error("%s", err.text);
	else if (segments > 0)
		say_error("%" PRIu64 " segment%s (%" PRIu64
			  " bytes) wait%s safely in %s; the next nightly, or `tapaudit "
			  "store send`, hands %s over",
			  segments, segments == 1 ? "" : "s", bytes, segments == 1 ? "s" : "",
			  store_spool(nightly->store), segments == 1 ? "it" : "them");
}

void nightly_known_clear(struct nightly *nightly)
{
	mem_free(nightly->known.name);
	mem_free(nightly->known.sensor);
	mem_free(nightly->known.site);
}
