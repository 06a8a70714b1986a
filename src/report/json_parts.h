/* Private to report/: the parts of the JSON report that have files of their own. */
#ifndef REPORT_JSON_PARTS_H
#define REPORT_JSON_PARTS_H

#include "json_value.h"
#include "report/report.h"

void json_systems(struct json_page *page, const struct audit_result *result);
void json_findings(struct json_page *page, const struct audit_result *result,
		   const struct report_options *options);
/* The fields of one finding, in a report and in an event alike. */
void json_finding(struct json_page *page, cJSON *object, const struct audit_finding *finding, const char *pcap);
/* "health": {"grade": .., ..} */
void json_health(struct json_page *page, cJSON *parent, const struct ledger_health *health);
/* {"audited": .., ..} in the order of the contract. */
void json_accounting(struct json_page *page, cJSON *parent, const char *name,
		     const uint64_t counts[ACCOUNT_COUNT]);

/* The day before and what of it is gone; null where nothing was compared. */
void json_comparison(struct json_page *page, const struct report_options *options);

#endif
