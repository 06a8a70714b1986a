#include "internal.h"
#include <stdarg.h>
#include <stdio.h>

/* A share above which the grade is D; a fifth of it gives C, anything above 0 gives B (design section 3). */
struct health_share {
	const char *what;
	uint64_t part, whole;
	double limit_percent;
};

/* What has no limit: anything above 0 gives B. */
struct health_count {
	const char *one, *many;
	uint64_t count;
};

enum { SHARE_TEXT_MAX = 24 };

static const double grade_c_part = 0.2;

static void grade_lower(struct ledger_health *health, char grade)
{
	if (grade > health->grade)
		health->grade = grade;
}

static void PRINTF_LIKE(2, 3) reason_add(struct ledger_health *health, const char *format, ...)
{
	va_list args;

	if (health->reason_count == HEALTH_REASONS_MAX)
		return;
	va_start(args, format);
	(void)vsnprintf(health->reasons[health->reason_count], sizeof(health->reasons[0]), format, args);
	va_end(args);
	health->reason_count++;
}

/* What is above 0 never reads as 0. */
static void share_text(char out[SHARE_TEXT_MAX], double percent)
{
	if (percent < 0.1)
		(void)snprintf(out, SHARE_TEXT_MAX, "under 0.1%%");
	else
		(void)snprintf(out, SHARE_TEXT_MAX, "%.1f%%", percent);
}

static void share_judge(struct ledger_health *health, const struct health_share *share)
{
	double percent = share->whole ? 100.0 * (double)share->part / (double)share->whole : 100.0;
	double lower = share->limit_percent * grade_c_part;
	char text[SHARE_TEXT_MAX];

	if (share->part == 0)
		return;
	share_text(text, percent);
	if (percent > share->limit_percent) {
		grade_lower(health, 'D');
		reason_add(health, "%s %s (over %g%%)", share->what, text, share->limit_percent);
	} else if (percent > lower) {
		grade_lower(health, 'C');
		reason_add(health, "%s %s (over %g%%)", share->what, text, lower);
	} else {
		grade_lower(health, 'B');
		reason_add(health, "%s %s", share->what, text);
	}
}

static void count_judge(struct ledger_health *health, const struct health_count *count)
{
	if (count->count == 0)
		return;
	grade_lower(health, 'B');
	reason_add(health, "%llu %s", (unsigned long long)count->count,
		   count->count == 1 ? count->one : count->many);
}

/* Of SENSOR, or of all where it is NULL. */
static struct coverage_row coverage_total(const struct ledger *ledger, const uint32_t *sensor)
{
	struct coverage_row total = {0};

	for (size_t i = 0; i < ledger->coverage.count; i++) {
		const struct coverage_row *row = row_table_at(&ledger->coverage, i);

		if (!sensor || row->sensor == *sensor)
			coverage_row_add(&total, row);
	}
	return total;
}

/* What a capture lacks that was cut short, damaged or refused is not known. */
static uint64_t troubled_inputs(const struct ledger *ledger)
{
	size_t count;
	const struct input_record *inputs = ledger_inputs(ledger, &count);
	uint64_t troubled = 0;

	for (size_t i = 0; i < count; i++)
		troubled += inputs[i].trouble;
	return troubled;
}

static void judge(struct ledger_health *health, const struct coverage_row *total, uint64_t troubled)
{
	const struct health_share shares[] = {
	    {"drops", total->dropped, total->packets + total->dropped, 1},
	    {"packets that could not be read (unsupported, malformed, cut, lone fragments)",
	     total->accounting[ACCOUNT_UNSUPPORTED] + total->accounting[ACCOUNT_MALFORMED] +
		 total->accounting[ACCOUNT_TRUNCATED] + total->accounting[ACCOUNT_FRAGMENT],
	     total->packets - total->accounting[ACCOUNT_FILTERED], 5},
	    {"TCP bytes acknowledged but never seen", total->health.acked_unseen_bytes,
	     total->health.tcp_bytes + total->health.acked_unseen_bytes, 5},
	    {"TCP flows seen from one side only", total->health.onesided_flows, total->health.sided_flows,
	     50},
	};
	const struct health_count counts[] = {
	    {"capture not read whole", "captures not read whole", troubled},
	    {"packet mirrored twice", "packets mirrored twice", total->duplicates},
	    {"payload cut that could have told the direction",
	     "payloads cut that could have told the direction", total->health.evidence_cut},
	    {"clock step backwards", "clock steps backwards", total->clock_steps},
	    {"flow ended early for want of memory", "flows ended early for want of memory",
	     total->health.evicted},
	    {"fragment or announced connection forgotten for want of memory",
	     "fragments or announced connections forgotten for want of memory", total->forgotten},
	    {"row folded for want of memory", "rows folded for want of memory", total->folded},
	};

	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
		share_judge(health, &shares[i]);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		count_judge(health, &counts[i]);
	if (total->snaplen_min != 0) {
		grade_lower(health, 'B');
		reason_add(health, "frames cut, the shortest to %u bytes", total->snaplen_min);
	}
}

static struct ledger_health health_of(const struct ledger *ledger, const uint32_t *sensor)
{
	struct coverage_row total = coverage_total(ledger, sensor);
	struct ledger_health health = {.grade = 'A',
				       .packets = total.packets,
				       .dropped = total.dropped,
				       .duplicates = total.duplicates,
				       .clock_steps = total.clock_steps,
				       .folded = total.folded,
				       .forgotten = total.forgotten,
				       .snaplen_min = total.snaplen_min,
				       .flows = total.health};

	/* No input tells which sensor it is of. */
	judge(&health, &total, sensor ? 0 : troubled_inputs(ledger));
	return health;
}

struct ledger_health ledger_health(const struct ledger *ledger)
{
	return health_of(ledger, NULL);
}

struct ledger_health ledger_sensor_health(const struct ledger *ledger, uint32_t sensor)
{
	return health_of(ledger, &sensor);
}
