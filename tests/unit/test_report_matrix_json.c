/* The documented matrix in JSON, with and without a site. */
#include "report_shown.h"

TestSuite(report_matrix_json, .timeout = 10, .init = files_setup, .fini = files_teardown);

/* PART of the matrix in JSON, ITEM of it if it is a list; written with ' for ", and ~ for an escaped one. */
static void expect_part(const cJSON *root, const char *part, int item, const char *expected)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(root, part);
	char *text = cJSON_PrintUnformatted(item < 0 ? value : cJSON_GetArrayItem(value, item)), *to = text;

	cr_assert_not_null(text, "no %s", part);
	for (const char *from = text; *from; from++) {
		if (*from == '\\')
			*to++ = '~', from++;
		else
			*to++ = *from == '"' ? '\'' : *from;
	}
	*to = '\0';
	cr_expect_str_eq(text, expected, "%s is\n%s", part, text);
	cJSON_free(text);
}

static cJSON *matrix_json_of(struct shown *shown)
{
	struct strbuf out = {0};
	struct err err = {""};

	shown->format = MATRIX_JSON;
	cr_assert_eq(write_matrix(&out, shown, &err), 0, "%s", err.text);
	cJSON *root = cJSON_ParseWithLength(out.text, out.length);
	cr_assert_not_null(root);
	strbuf_clear(&out);
	return root;
}

Test(report_matrix_json, of_a_site_as_json)
{
	struct shown shown;

	shown_open(&shown, site_text);
	cJSON *root = matrix_json_of(&shown);
	expect_part(root, "signature", -1, "'example-kvm'");
	expect_part(root, "vendor", -1, "'Example'");
	expect_part(root, "product", -1, "'KVM'");
	expect_part(root, "revision", -1, "3");
	expect_part(root, "open_ended", -1, "true");
	expect_part(root, "system", -1, "'hq-kvm'");
	expect_part(root, "sources", -1,
		    "[{'id':'guide','title':'KVM guide','date':'2008-11-03'},{'id':'faq','title':'Questions',"
		    "'date':null}]");
	expect_part(
	    root, "roles", -1,
	    "[{'id':'manager','title':'KVM manager','kind':'product','is_a':null,'external':false,"
	    "'coverage':'full','hosts':['10.0.0.5']},{'id':'primary','title':'primary','kind':'product',"
	    "'is_a':'manager','external':false,'coverage':'full','hosts':['10.0.0.5']},{'id':'device',"
	    "'title':'device','kind':'product','is_a':null,'external':false,'coverage':'partial',"
	    "'hosts':['kvm-9','10.0.2.0/24','mac:02:00:00:00:00:07']},{'id':'client','title':'client',"
	    "'kind':'person','is_a':null,'external':false,'coverage':'full','hosts':[]},{'id':'dns',"
	    "'title':'dns','kind':'infrastructure','is_a':null,'external':true,'coverage':'full',"
	    "'hosts':[]}]");
	expect_part(root, "modes", -1,
		    "[{'id':'replication','values':['on','off','auto'],'default':'auto','here':'off'}]");
	expect_part(root, "parameters", -1,
		    "[{'id':'session','default':[[900,902]],'allowed':[[1,1023]],'suspect':true,"
		    "'disputed':[[1900,1900]],'here':[[700,701]]}]");
	expect_part(
	    root, "rules", 0,
	    "{'id':'https','title':'status of devices','proto':['tcp'],'from':['manager'],"
	    "'to':['device'],'opens':'either','ports':[[443,443]],'icmp':[],'icmp6':[],'source_ports':[],"
	    "'delivery':['unicast'],'unconfigured':false,'reply':{'expect':'any','any_port':false,"
	    "'ports':[]},'disputed_ports':[],'when':{},'presence':{'level':'required','when':{},"
	    "'each':'to','after':[],'within':600,'or':[],'by_site':false},'fallback_for':null,"
	    "'children':[],'basis':'documented','impact':'Nothing works.','cite':{'source':'guide',"
	    "'where':'row 1'},'here':{'allowed':true,'required':true}}");
	expect_part(
	    root, "rules", 1,
	    "{'id':'session','title':null,'proto':['tcp','udp'],'from':['client'],'to':['device'],"
	    "'opens':'from','ports':[[700,701],[5900,5900]],'icmp':[],'icmp6':[],'source_ports':[[68,"
	    "68]],'delivery':['unicast'],'unconfigured':false,'reply':{'expect':'any','any_port':false,"
	    "'ports':[]},'disputed_ports':[[1900,1900],[2000,2010]],'when':{},"
	    "'presence':{'level':'required','when':{'replication':['on']},'each':'system',"
	    "'after':['https'],'within':60,'or':['second'],'by_site':false},'fallback_for':null,"
	    "'children':[],'basis':'documented','impact':null,'cite':{'source':'guide','where':'row 2,"
	    " ~quoted~'},'here':{'allowed':true,'required':false}}");
	expect_part(
	    root, "rules", 2,
	    "{'id':'second','title':null,'proto':['udp'],'from':['primary'],'to':['any'],'opens':'from',"
	    "'ports':[[3081,3081]],'icmp':[],'icmp6':[],'source_ports':[],'delivery':['unicast',"
	    "'broadcast'],'unconfigured':false,'reply':{'expect':'yes','any_port':false,'ports':[[3080,"
	    "3080]]},'disputed_ports':[],'when':{'replication':['on','auto']},"
	    "'presence':{'level':'optional','when':{},'each':'system','after':[],'within':3600,'or':[],"
	    "'by_site':false},'fallback_for':'session','children':[],'basis':'documented','impact':null,"
	    "'cite':{'source':'faq','where':'L3'},'here':{'allowed':false,'required':false}}");
	expect_part(root, "rules", 3,
		    "{'id':'ping','title':null,'proto':['icmp'],'from':['any'],'to':['device','dns'],"
		    "'opens':'from','ports':[],'icmp':[[8,0],[3,null]],'icmp6':[[128,0]],'source_ports':[],"
		    "'delivery':['unicast'],'unconfigured':false,'reply':{'expect':'any','any_port':false,"
		    "'ports':[]},'disputed_ports':[],'when':{},'presence':{'level':'optional','when':{},"
		    "'each':'system','after':[],'within':3600,'or':[],'by_site':false},'fallback_for':null,"
		    "'children':[],'basis':'inferred','impact':null,'cite':null,'here':{'allowed':true,"
		    "'required':false}}");
	expect_part(
	    root, "rules", 4,
	    "{'id':'tunnel','title':null,'proto':['47'],'from':['manager'],'to':['device'],"
	    "'opens':'from','ports':[],'icmp':[],'icmp6':[],'source_ports':[],'delivery':['unicast'],"
	    "'unconfigured':false,'reply':{'expect':'no','any_port':true,'ports':[]},'disputed_ports':[],"
	    "'when':{},'presence':{'level':'optional','when':{},'each':'system','after':[],'within':3600,"
	    "'or':[],'by_site':false},'fallback_for':null,'children':[],'basis':'implied','impact':null,"
	    "'cite':null,'here':{'allowed':true,'required':false}}");
	expect_part(root, "notes", -1,
		    "[{'kind':'ambiguity','about':'who answers is left unsaid','treatment':'anybody may'}]");
	cJSON_Delete(root);
	shown_close(&shown);
}

Test(report_matrix_json, without_a_site_nothing_is_here)
{
	struct shown shown;

	shown_open(&shown, NULL);
	cJSON *root = matrix_json_of(&shown);
	expect_part(root, "system", -1, "null");
	expect_part(root, "modes", -1,
		    "[{'id':'replication','values':['on','off','auto'],'default':'auto','here':null}]");
	expect_part(root, "parameters", -1,
		    "[{'id':'session','default':[[900,902]],'allowed':[[1,1023]],'suspect':true,"
		    "'disputed':[[1900,1900]],'here':null}]");
	expect_part(cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(root, "rules"), 0), "here", -1,
		    "null");
	expect_part(cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(root, "rules"), 1), "ports", -1,
		    "[[900,902],[5900,5900]]");
	expect_part(cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(root, "roles"), 2), "hosts", -1,
		    "[]");
	cJSON_Delete(root);
	shown_close(&shown);
}
