/*
 * A fleet's page for the test in a browser: fleet_page FOLDER writes fleet.html of 1,000 sites, 50 of which
 * fail, and 1,200 sensors; every twentieth site that fails, one sensor and one finding hold markup in their
 * names. Sites of one hundred have their own report beside it, "sites/site 7.html" and so on, which whoever
 * calls puts there.
 */
#include "base/strbuf.h"
#include "report/fleet.h"
#include <stdio.h>
#include <string.h>

enum { SITES = 1000, SENSORS = 1200, TEXT = 300, PATH = 1000, FAIL_EVERY = 20, OPEN_EVERY = 33 };

static const char markup[] = "\"'><img src=x onerror=alert(1)><script>alert(2)</script></style></title><a "
			     "href=\"http://example.invalid/\">&amp;";
static const int64_t day_ns = INT64_C(1794960000) * NSEC_PER_SEC; /* 2026-11-18 */

static struct audit_finding make_finding(size_t i)
{
	struct audit_finding finding = {.kind = i % 3 ? FINDING_UNEXPECTED : FINDING_WRONG_DIRECTION,
					.severity = i % 2 ? SEVERITY_HIGH : SEVERITY_MEDIUM,
					.system = "ward-terminals",
					.rule = i % 3 ? NULL : "agent-webservice-http",
					.message =
					    i % 400 ? "10.0.0.9 opened TCP port 9100 of 10.0.0.5." : markup,
					.first_ns = day_ns + (int64_t)i * NSEC_PER_SEC,
					.last_ns = day_ns + (int64_t)i * NSEC_PER_SEC};

	(void)snprintf(finding.id, sizeof finding.id, "%032zx", i);
	return finding;
}

static int add_site(struct fleet *fleet, struct ledger *ledger, size_t i, struct err *err)
{
	static const struct signature signature = {.id = "wyse-wdm"};
	struct audit_system system = {.name = "ward-terminals", .signature = &signature};
	struct audit_finding finding = make_finding(i);
	bool fails = i % FAIL_EVERY == 0, open = !fails && i % OPEN_EVERY == 0;
	struct audit_result result = {
	    .verdict = fails  ? RUN_FAIL
		       : open ? RUN_INCONCLUSIVE
			      : RUN_PASS,
	    .systems = &system,
	    .system_count = 1,
	    .findings = &finding,
	    .finding_count = fails,
	    .health = {.grade = open ? 'D' : 'A', .reason_count = open, .reasons = {"drops 3.0% (over 1%)"}}};
	char name[TEXT], file[TEXT], link[TEXT];

	(void)snprintf(name, sizeof name, "Branch %zu%s", i, i % 400 ? "" : markup);
	(void)snprintf(file, sizeof file, "sites/site %zu.site.json", i);
	(void)snprintf(link, sizeof link, "sites/site %zu.html", i);
	const struct fleet_site site = {
	    .name = name, .file = file, .link = i % 10 == 0 ? link : NULL, .sensors = i % 99 ? 1 : 0};

	return fleet_add_site(fleet, &site, &result, ledger, err);
}

static int add_sensor(struct fleet *fleet, size_t i, struct err *err)
{
	char name[TEXT], site[TEXT];

	(void)snprintf(name, sizeof name, "sensor-%zu%s", i, i == 7 ? markup : "");
	(void)snprintf(site, sizeof site, "Branch %zu", i % SITES);
	const struct fleet_sensor sensor = {.name = name,
					    .site = site,
					    .last_ns = day_ns,
					    .written_ns = day_ns,
					    .grade = i % 70 ? 'A' : 'D',
					    .health = i % 70 ? NULL : "drops 3.0% (over 1%)",
					    .silent = i % 100 == 7,
					    .away = i == 9};

	return fleet_add_sensor(fleet, &sensor, err);
}

static int make(struct fleet *fleet, struct err *err)
{
	struct ledger *ledger = ledger_new(&(struct ledger_options){.memory_bytes = 1 << 22}, err);
	const struct fleet_site unread = {.file = "sites/broken.json",
					  .error = "sites/broken.json:1:44: not JSON"};
	int status = ledger ? fleet_add_site(fleet, &unread, NULL, NULL, err) : -1;

	if (status == 0 &&
	    (ledger_sensor(ledger, "-") < 0 || ledger_cover(ledger, 0, day_ns, day_ns + NSEC_PER_SEC) < 0))
		status = err_no_memory(err);
	for (size_t i = 0; i < SITES && status == 0; i++)
		status = add_site(fleet, ledger, i, err);
	for (size_t i = 0; i < SENSORS && status == 0; i++)
		status = add_sensor(fleet, i, err);
	ledger_free(ledger);
	return status;
}

static int write_page(const struct fleet *fleet, const char *folder, struct err *err)
{
	const struct fleet_options options = {.generated_ns = day_ns,
					      .from_ns = day_ns,
					      .until_ns = day_ns + 86400 * NSEC_PER_SEC,
					      .version = "0.1.0"};
	struct strbuf text = {0};
	char path[PATH];
	int status = -1;

	for (size_t i = 0; i < fleet_format_count; i++) {
		if (strcmp(fleet_formats[i].name, "html") == 0)
			status = fleet_formats[i].write(&text, fleet, &options, err);
	}
	(void)snprintf(path, sizeof path, "%s/fleet.html", folder);
	FILE *file = status == 0 ? fopen(path, "we") : NULL;
	if (!file || fwrite(text.text, 1, text.length, file) != text.length || fclose(file) != 0)
		status = status == 0 ? err_set(err, "%s: cannot be written", path) : status;
	strbuf_clear(&text);
	return status;
}

int main(int argc, char **argv)
{
	struct err err = {""};
	struct fleet *fleet = argc == 2 ? fleet_new(&err) : NULL;

	if (!fleet || make(fleet, &err) != 0) {
		fprintf(stderr, "fleet_page: %s\n", argc == 2 ? err.text : "usage: fleet_page FOLDER");
		return 2;
	}
	fleet_finish(fleet);
	int status = write_page(fleet, argv[1], &err);
	if (status != 0)
		fprintf(stderr, "fleet_page: %s\n", err.text);
	fleet_free(fleet);
	return status == 0 ? 0 : 1;
}
