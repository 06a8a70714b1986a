#include "ledger/internal.h"
#include "ledger_samples.h"
#include <criterion/criterion.h>

TestSuite(ledger_fold_choice, .timeout = 10);

static bool folds_last(struct ledger *ledger, const struct addr *address)
{
	uint32_t hash = address_hash(&ledger->addresses, address);

	return ledger_folds_last(ledger, address_obtain(&ledger->addresses, address, hash));
}

Test(ledger_fold_choice, finds_an_address_in_any_of_many_ranges)
{
	static const char *const texts[] = {
	    "10.0.9.0/24", "10.0.1.0/24", "10.0.1.128-10.0.2.5",  "10.0.1.7", "fd00::/64",
	    "10.0.5.5",    "10.0.5.6",    "mac:00:11:22:33:44:55"};
	static const struct {
		const char *address;
		bool last;
	} cases[] = {{"10.0.0.255", false},
		     {"10.0.1.0", true},
		     {"10.0.1.7", true},
		     {"10.0.1.200", true},
		     {"10.0.2.5", true},
		     {"10.0.2.6", false},
		     {"10.0.5.4", false},
		     {"10.0.5.5", true},
		     {"10.0.5.6", true},
		     {"10.0.5.7", false},
		     {"10.0.9.255", true},
		     {"10.0.10.0", false},
		     {"fd00::9", true},
		     {"fd01::9", false},
		     {"mac:00:11:22:33:44:55", true},
		     {"mac:00:11:22:33:44:56", false}};
	struct addr_range ranges[sizeof(texts) / sizeof(texts[0])];
	struct ledger_options options = {.fold_last = ranges,
					 .fold_last_count = sizeof(texts) / sizeof(texts[0])};
	struct ledger *ledger;

	for (size_t i = 0; i < options.fold_last_count; i++)
		cr_assert_eq(addr_range_parse(&ranges[i], texts[i], NULL), 0, "%s", texts[i]);
	ledger = ledger_new(&options, NULL);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct addr address;

		cr_assert_eq(addr_parse(&address, cases[i].address), 0);
		cr_assert_eq(folds_last(ledger, &address), cases[i].last, "%s", cases[i].address);
		address.scope_kind = ADDR_SCOPE_VLAN;
		address.scope = 7;
		cr_assert_eq(folds_last(ledger, &address), cases[i].last, "%s in a VLAN",
			     cases[i].address);
	}
	ledger_free(ledger);
}

static uint64_t limit_of(const uint64_t *packets, size_t count)
{
	struct fold_half half = {0};

	for (size_t i = 0; i < count; i++)
		fold_half_add(&half, packets[i]);
	return fold_half_limit(&half);
}

Test(ledger_fold_choice, at_least_half_and_whole_magnitudes)
{
	static const uint64_t equal[] = {1, 1, 1};
	static const uint64_t few[] = {1000, 0, 5, 3};
	static const uint64_t odd[] = {1, 100, 1000};
	static const uint64_t huge[] = {UINT64_MAX, UINT64_MAX};

	cr_assert_eq(limit_of(equal, 3), 1);
	cr_assert_eq(limit_of(few, 4), 3);
	cr_assert_eq(limit_of(odd, 3), 127);
	cr_assert_eq(limit_of(huge, 2), UINT64_MAX);
	cr_assert_eq(limit_of(NULL, 0), 0);
}
