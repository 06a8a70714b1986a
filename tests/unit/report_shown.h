/* Shared by the tests of the documented matrix: a product with every kind of field, a site, and both as the
 * matrix shows them. */
#ifndef TESTS_REPORT_SHOWN_H
#define TESTS_REPORT_SHOWN_H

#include "report_testkit.h"
#include "signature_files.h"

static const char signature_text[] =
    "{'schema': 'tapaudit.signature/1', 'id': 'example-kvm', 'vendor': 'Example', 'product': 'KVM', "
    "'revision': 3, "
    "'open_ended': true, "
    "'sources': [{'id': 'guide', 'title': 'KVM guide', 'date': '2008-11-03'}, {'id': 'faq', 'title': "
    "'Questions'}], "
    "'roles': [{'id': 'manager', 'kind': 'product', 'title': 'KVM manager'}, "
    "{'id': 'primary', 'kind': 'product', 'is_a': 'manager'}, "
    "{'id': 'device', 'kind': 'product', 'coverage': 'partial'}, {'id': 'client', 'kind': 'person'}, "
    "{'id': 'dns', 'kind': 'infrastructure', 'external': true}], "
    "'modes': [{'id': 'replication', 'values': ['on', 'off', 'auto'], 'default': 'auto'}], "
    "'parameters': [{'id': 'session', 'default': [[900, 902]], 'allowed': [[1, 1023]], 'suspect': true, "
    "'disputed': [1900]}], "
    "'rules': ["
    "{'id': 'https', 'title': 'status of devices', 'proto': ['tcp'], 'from': ['manager'], 'to': ['device'], "
    "'opens': 'either', 'ports': [443], 'presence': {'level': 'required', 'each': 'to', 'within': 600}, "
    "'basis': 'documented', 'impact': 'Nothing works.', 'cite': {'source': 'guide', 'where': 'row 1'}}, "
    "{'id': 'session', 'proto': ['tcp', 'udp'], 'from': ['client'], 'to': ['device'], 'ports': ['$session', "
    "5900], "
    "'disputed_ports': [1900, [2000, 2010]], 'source_ports': [68], "
    "'presence': {'level': 'required', 'after': ['https'], 'when': {'replication': ['on']}, 'or': "
    "['second']}, "
    "'basis': 'documented', 'cite': {'source': 'guide', 'where': 'row 2, \\'quoted\\''}}, "
    "{'id': 'second', 'proto': ['udp'], 'from': ['primary'], 'to': 'any', 'ports': [3081], "
    "'delivery': ['unicast', 'broadcast'], 'reply': {'expect': 'yes', 'ports': [3080]}, 'fallback_for': "
    "'session', "
    "'when': {'replication': ['on', 'auto']}, 'basis': 'documented', 'cite': {'source': 'faq', 'where': "
    "'L3'}}, "
    "{'id': 'ping', 'proto': ['icmp'], 'from': 'any', 'to': ['device', 'dns'], 'icmp': [[8, 0], [3, -1]], "
    "'icmp6': [[128, 0]], 'basis': 'inferred'}, "
    "{'id': 'tunnel', 'proto': [47], 'from': ['manager'], 'to': ['device'], 'basis': 'implied', "
    "'reply': {'expect': 'no', 'ports': 'any'}}], "
    "'notes': [{'kind': 'ambiguity', 'about': 'who answers is left unsaid', 'treatment': 'anybody may'}]}";

static const char site_text[] =
    "{'schema': 'tapaudit.site/1', 'name': 'Example HQ', 'systems': [{'name': 'hq-kvm', 'signature': "
    "'example-kvm', "
    "'roles': {'primary': ['10.0.0.5'], 'device': [{'name': 'kvm-9', 'addresses': ['10.0.1.9', 'fd00::9']}, "
    "'10.0.2.0/24', "
    "'mac:02:00:00:00:00:07']}, 'modes': {'replication': 'off'}, 'parameters': {'session': [[700, 701]]}}]}";

struct shown {
	struct signature_library *library;
	struct message_list messages;
	const struct signature *signature;
	struct site *site;
	struct matrix *matrix;
	enum matrix_format format;
	struct report_options options;
};

static inline void shown_open(struct shown *shown, const char *site)
{
	struct err err = {""};

	*shown = (struct shown){.options = {.width = 80}};
	write_quoted("example-kvm.json", signature_text);
	shown->library = open_here();
	shown->signature = signature_get(shown->library, "example-kvm", &shown->messages);
	cr_assert_not_null(shown->signature, "%s",
			   shown->messages.error_count ? shown->messages.errors[0] : "no message");
	if (!site)
		return;
	char *json = quoted(site);
	shown->site = site_parse(json, strlen(json), "site.json", shown->library, &shown->messages);
	free(json);
	cr_assert_not_null(shown->site, "%s",
			   shown->messages.error_count ? shown->messages.errors[0] : "no message");
	shown->matrix = matrix_compile(shown->site, &err);
	cr_assert_not_null(shown->matrix, "%s", err.text);
}

static inline void shown_close(struct shown *shown)
{
	matrix_free(shown->matrix);
	site_free(shown->site);
	signature_library_close(shown->library);
	message_list_clear(&shown->messages);
}

static inline int write_matrix(struct strbuf *out, void *context, struct err *err)
{
	const struct shown *shown = context;

	return report_matrix(out, shown->signature, shown->matrix, 0, shown->format, &shown->options, err);
}

static inline void expect_matrix(struct shown *shown, enum matrix_format format, const char *expected)
{
	struct strbuf out = {0};
	struct err err = {""};

	shown->format = format;
	cr_assert_eq(write_matrix(&out, shown, &err), 0, "%s", err.text);
	cr_expect_str_eq(strbuf_text(&out), expected, "got:\n%s", strbuf_text(&out));
	strbuf_clear(&out);
}

#endif
