/* --evidence: a folder a day, because a day's report links it for as long as it is kept. */
#include "nightly.h"

int night_prove(struct night *night, const struct nightly *nightly)
{
	struct run_options options = *nightly->options;
	char day[TIME_TEXT_MAX];

	if (!options.evidence)
		return 0;
	time_format_day(nightly->day, day);
	night->evidence = arena_printf(&night->arena, "%s/%s", options.evidence, day);
	if (!night->evidence) {
		say_error("out of memory");
		return -1;
	}
	if (evidence_folder(&options) != 0)
		return -1;
	options.evidence = night->evidence;
	return evidence_stored(&night->proof, &options, night->today.ledger, night->today.judged.result);
}
