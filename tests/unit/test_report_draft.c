/* What discover writes: a draft site file, and the reasons for a person. */
#include "report_testkit.h"
#include "signature/site.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(report_draft, .timeout = 10);

static const char kvm_text[] =
    "{\"schema\": \"tapaudit.signature/1\", \"id\": \"example-kvm\", \"vendor\": \"Example\", \"product\": "
    "\"KVM\", "
    "\"revision\": 1, \"open_ended\": false, \"sources\": [{\"id\": \"guide\", \"title\": \"KVM guide\"}], "
    "\"roles\": [{\"id\": \"manager\", \"kind\": \"product\"}, {\"id\": \"device\", \"kind\": \"product\"}], "
    "\"rules\": [{\"id\": \"https\", \"proto\": [\"tcp\"], \"from\": [\"manager\"], \"to\": [\"device\"], "
    "\"ports\": [443], "
    "\"basis\": \"documented\", \"cite\": {\"source\": \"guide\", \"where\": \"row 1\"}}]}";

struct draft {
	char folder[64];
	struct signature_library *library;
	struct message_list messages;
	struct inferred_binding bindings[6];
	struct inferred_system system;
	struct inference inference;
};

static struct addr address_of(const char *text)
{
	struct addr address;

	cr_assert_eq(addr_parse(&address, text), 0);
	return address;
}

static void draft_open(struct draft *draft)
{
	struct err err = {""};
	char path[96];
	FILE *file;

	*draft = (struct draft){.folder = "/tmp/tapaudit-draft-XXXXXX"};
	cr_assert_not_null(mkdtemp(draft->folder));
	(void)snprintf(path, sizeof path, "%s/example-kvm.json", draft->folder);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	cr_assert_geq(fputs(kvm_text, file), 0);
	cr_assert_eq(fclose(file), 0);
	draft->library = signature_library_open(draft->folder, &err);
	cr_assert_not_null(draft->library, "%s", err.text);
	draft->system.signature = signature_get(draft->library, "example-kvm", &draft->messages);
	cr_assert_not_null(draft->system.signature, "%s",
			   draft->messages.error_count ? draft->messages.errors[0] : "no message");
	draft->bindings[0] =
	    (struct inferred_binding){"device", address_of("10.0.1.7"), 8.04, "listens on tcp 443"};
	draft->bindings[1] =
	    (struct inferred_binding){"device", address_of("fe80::1"), 7, "listens on tcp 443"};
	draft->bindings[1].address.scope_kind = ADDR_SCOPE_VLAN;
	draft->bindings[1].address.scope = 7;
	draft->bindings[2] = draft->bindings[1];
	draft->bindings[2].address.scope = 8;
	draft->bindings[3] =
	    (struct inferred_binding){"device", address_of("mac:02:00:0a:00:01:09"), 3, "opens udp 67"};
	draft->bindings[4] =
	    (struct inferred_binding){"manager", address_of("10.0.0.5"), 29, "opens tcp 443"};
	draft->bindings[5] = (struct inferred_binding){"manager", address_of("fd00::5"), 29, "opens tcp 443"};
	draft->system.bindings = draft->bindings;
	draft->system.binding_count = 6;
	draft->system.score = 41.96;
	draft->inference.systems = &draft->system;
	draft->inference.system_count = 1;
}

static void draft_close(struct draft *draft)
{
	char path[96];

	signature_library_close(draft->library);
	message_list_clear(&draft->messages);
	(void)snprintf(path, sizeof path, "%s/example-kvm.json", draft->folder);
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(rmdir(draft->folder), 0);
}

static const char expected_draft[] =
    "{\n"
    "  \"schema\": \"tapaudit.site/1\",\n"
    "  \"name\": \"draft\",\n"
    "  \"systems\": [\n"
    "    {\n"
    "      \"name\": \"example-kvm\",\n"
    "      \"signature\": \"example-kvm\",\n"
    "      \"roles\": {\n"
    "        \"device\": [\"10.0.1.7\", \"fe80::1\", \"mac:02:00:0a:00:01:09\"],\n"
    "        \"manager\": [\"10.0.0.5\", \"fd00::5\"]\n"
    "      }\n"
    "    }\n"
    "  ]\n"
    "}\n";

static struct site *parse(struct draft *draft, const struct strbuf *out)
{
	struct site *site =
	    site_parse(out->text, out->length, "draft.json", draft->library, &draft->messages);

	cr_assert_not_null(site, "%s",
			   draft->messages.error_count ? draft->messages.errors[0] : "no message");
	return site;
}

Test(report_draft, is_a_site_file_that_binds_what_was_inferred)
{
	struct draft draft;
	struct strbuf out = {0};
	struct err err;

	draft_open(&draft);
	cr_assert_eq(report_draft_site(&out, &draft.inference, "draft", &err), 0);
	cr_expect_str_eq(strbuf_text(&out), expected_draft, "got:\n%s", strbuf_text(&out));
	struct site *site = parse(&draft, &out);
	cr_assert_eq(site->system_count, 1);
	cr_expect_eq(site->systems[0].signature, draft.system.signature);
	cr_expect_eq(site->systems[0].binding_count, 5);
	site_free(site);
	strbuf_clear(&out);
	draft_close(&draft);
}

Test(report_draft, leaves_out_whom_folding_left_without_an_address)
{
	struct draft draft;
	struct strbuf out = {0};
	struct err err;

	draft_open(&draft);
	draft.bindings[4].address = addr_fold(&draft.bindings[4].address, 0);
	draft.bindings[0].address = addr_fold(&draft.bindings[0].address, 24);
	cr_assert_eq(report_draft_site(&out, &draft.inference, "draft", &err), 0);
	cr_expect_not_null(strstr(strbuf_text(&out), "\"device\": [\"10.0.1.0/24\", \"fe80::1\", "));
	cr_expect_not_null(strstr(strbuf_text(&out), "\"manager\": [\"fd00::5\"]\n"));
	site_free(parse(&draft, &out));
	strbuf_clear(&out);
	draft_close(&draft);
}

Test(report_draft, of_nothing_is_a_site_file_too)
{
	struct draft draft;
	struct strbuf out = {0};
	struct err err;

	draft_open(&draft);
	draft.inference.system_count = 0;
	cr_assert_eq(report_draft_site(&out, &draft.inference, "d\xff\"", &err), 0);
	cr_expect_not_null(
	    strstr(strbuf_text(&out), "  \"name\": \"d\xef\xbf\xbd\\\"\",\n  \"systems\": []\n"));
	site_free(parse(&draft, &out));
	strbuf_clear(&out);
	draft_close(&draft);
}

Test(report_draft, says_who_and_why)
{
	const struct report_options options = {.width = 60};
	struct draft draft;
	struct strbuf out = {0};
	struct err err;

	draft_open(&draft);
	cr_assert_eq(report_inference_text(&out, &draft.inference, &options, &err), 0);
	cr_expect_str_eq(strbuf_text(&out),
			 "Example KVM, score 42.0\n"
			 "  role     host                   score  why\n"
			 "  device   10.0.1.7                 8.0  listens on tcp 443\n"
			 "  device   fe80::1%vlan7            7.0  listens on tcp 443\n"
			 "  device   fe80::1%vlan8            7.0  listens on tcp 443\n"
			 "  device   mac:02:00:0a:00:01:09    3.0  opens udp 67\n"
			 "  manager  10.0.0.5                29.0  opens tcp 443\n"
			 "  manager  fd00::5                 29.0  opens tcp 443\n",
			 "got:\n%s", strbuf_text(&out));
	out.length = 0;
	draft.inference.system_count = 0;
	cr_assert_eq(report_inference_text(&out, &draft.inference, &options, &err), 0);
	cr_expect_str_eq(strbuf_text(&out), "No product was recognised: nothing seen fits a signature\n"
					    "well enough.\n");
	strbuf_clear(&out);
	draft_close(&draft);
}

static int write_draft(struct strbuf *out, void *context, struct err *err)
{
	return report_draft_site(out, context, "draft", err);
}

static int write_reasons(struct strbuf *out, void *context, struct err *err)
{
	const struct report_options options = {.width = 80};

	return report_inference_text(out, context, &options, err);
}

Test(report_draft, want_of_memory_is_said_and_leaks_nothing)
{
	struct draft draft;

	draft_open(&draft);
	cr_expect_gt(starve(write_draft, &draft.inference), 20);
	cr_expect_gt(starve(write_reasons, &draft.inference), 20);
	draft_close(&draft);
}
