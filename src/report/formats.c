#include "report/report.h"
#include <string.h>

const struct report_format report_formats[] = {
    {"text", "report.txt", "a page for a person", report_text},
    {"json", "report.json", "everything, for programs (tapaudit.report/1)", report_json},
    {"html", "report.html", "a page for a browser, in one file", report_html},
    {"csv", "findings.csv", "one line a finding, for a spreadsheet", report_csv},
    {"junit", "junit.xml", "one case a rule, for a build server", report_junit},
};
const size_t report_format_count = sizeof report_formats / sizeof report_formats[0];

const struct report_format *report_format_find(const char *name)
{
	for (size_t i = 0; i < report_format_count; i++) {
		if (strcmp(report_formats[i].name, name) == 0)
			return &report_formats[i];
	}
	return NULL;
}
