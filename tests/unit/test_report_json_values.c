/* Every field of the report in JSON, by value. */
#include "report_parsed.h"

TestSuite(report_json_values, .timeout = 10);

Test(report_json_values, fields_stand_in_the_order_of_the_contract)
{
	struct report report;

	report_open(&report);
	expect_fields(&report, "",
		      "schema tool generated verdict reasons inputs capture systems edges findings "
		      "exceptions site comparison remarks warnings");
	expect_fields(&report, "systems/0", "name signature inferred verdict roles rules score");
	report_close(&report);
}

Test(report_json_values, head)
{
	struct report report;

	report_open(&report);
	expect_value(&report, "schema", "'tapaudit.report/1'");
	expect_value(&report, "tool", "{'name':'tapaudit','version':'0.1.0'}");
	expect_value(&report, "generated", "'2026-11-19T08:00:00Z'");
	expect_value(&report, "verdict", "'fail'");
	expect_value(&report, "reasons", "['2 findings at or above medium']");
	expect_value(
	    &report, "edges",
	    "{'documented':25,'site-documented':0,'unexpected':1234,'wrong-direction':0,'inconclusive':0,"
	    "'not-covered':0,'out-of-scope':3}");
	expect_value(&report, "exceptions",
		     "[{'id':'EX-7','state':'used','used':true,'expires':'2027-01-31','owner':'netops',"
		     "'reason':'metrics scrape until the agent is replaced'},{'id':'EX-8','state':'expired',"
		     "'used':false,'expires':'2026-10-31','owner':'datacentre','reason':'remote support'}]");
	expect_value(&report, "site", "'Example HQ'");
	expect_value(&report, "warnings",
		     "['hq-kvm: parameter trap lies outside 1-255','cut short: 62 of 92 bytes of a record at "
		     "byte 63000, after frame 471']");
	report_close(&report);
}

Test(report_json_values, inputs)
{
	struct report report;

	report_open(&report);
	expect_value(
	    &report, "inputs/0",
	    "{'path':'a.pcap','fingerprint':'0123456789abcdef0123456789abcdef','sha256':null,"
	    "'format':'pcap','packets':1000,'bytes':81234,'first':'2026-11-18T08:00:00.000000000Z',"
	    "'last':'2026-11-18T09:10:00.000000000Z','status':'complete','error':null,"
	    "'link_types':'ethernet','unsupported':null,'accounting':{'audited':990,'housekeeping':0,"
	    "'icmp_error':0,'non_ip':10,'unsupported':0,'malformed':0,'truncated':0,'fragment':0,"
	    "'filtered':0}}");
	expect_value(
	    &report, "inputs/1",
	    "{'path':'night shift/b.pcap.gz','fingerprint':null,"
	    "'sha256':'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',"
	    "'format':'pcap gzip','packets':1000,'bytes':81234,'first':'2026-11-18T08:00:00.000000000Z',"
	    "'last':'2026-11-18T09:10:00.000000000Z','status':'cut',"
	    "'error':'cut short: 62 of 92 bytes of a record at byte 63000, after frame 471',"
	    "'link_types':'ethernet','unsupported':null,'accounting':{'audited':990,'housekeeping':0,"
	    "'icmp_error':0,'non_ip':10,'unsupported':0,'malformed':0,'truncated':0,'fragment':0,"
	    "'filtered':0}}");
	expect_value(
	    &report, "inputs/2",
	    "{'path':'c.pcapng','fingerprint':'0123456789abcdef0123456789abcdef','sha256':null,"
	    "'format':'pcapng','packets':0,'bytes':81234,'first':null,'last':null,'status':'complete',"
	    "'error':null,'link_types':'ethernet','unsupported':'ieee802_15_4',"
	    "'accounting':{'audited':990,'housekeeping':0,'icmp_error':0,'non_ip':10,'unsupported':0,"
	    "'malformed':0,'truncated':0,'fragment':0,'filtered':0}}");
	report_close(&report);
}

Test(report_json_values, capture_and_health)
{
	struct report report;

	report_open(&report);
	expect_value(
	    &report, "capture",
	    "{'packets':2000,'accounting':{'audited':1980,'housekeeping':0,'icmp_error':0,'non_ip':20,"
	    "'unsupported':0,'malformed':0,'truncated':0,'fragment':0,'filtered':0},'flows':77,"
	    "'edges':31,'health':{'grade':'C','reasons':['0.4% of packets dropped','12 duplicates'],"
	    "'dropped':8,'tcp_bytes':1,'acked_unseen_bytes':2,'sided_flows':3,'onesided_flows':4,"
	    "'duplicates':12,'evidence_cut':5,'clock_steps':1,'evicted':6,'forgotten':8,'folded':3,'snaplen_"
	    "min':96},"
	    "'filter':'not port 22'}");
	report_close(&report);
}

Test(report_json_values, systems_and_roles)
{
	struct report report;

	report_open(&report);
	expect_value(
	    &report, "systems/0/roles",
	    "[{'id':'manager','bound':1,'seen':1,'silent':[],'assumed':[],'title':'KVM manager',"
	    "'kind':'product'},{'id':'device','bound':1203,'seen':1202,'silent':['kvm-9'],'assumed':[],"
	    "'title':'KVM device','kind':'product'},{'id':'client','bound':0,'seen':0,'silent':[],"
	    "'assumed':['10.2.0.7','10.2.0.9'],'title':'client','kind':'person'},{'id':'ldap','bound':0,"
	    "'seen':0,'silent':[],'assumed':[],'title':'directory','kind':'infrastructure'}]");
	expect_value(&report, "systems/0/name", "'hq-kvm'");
	expect_value(&report, "systems/0/signature", "'example-kvm'");
	expect_value(&report, "systems/0/inferred", "false");
	expect_value(&report, "systems/0/verdict", "'fail'");
	expect_value(&report, "systems/0/score", "null");
	report_close(&report);
}

Test(report_json_values, rules)
{
	struct report report;

	report_open(&report);
	expect_value(
	    &report, "systems/0/rules/1",
	    "{'id':'manager-device-authorize','from':['manager'],'to':['device'],'proto':['tcp'],"
	    "'ports':[[3871,3871],[8192,8193]],'state':'missing','reason':'required,"
	    " and not seen of 1 host','flows':2,'packets':0,'bytes':0,'expected_hosts':3,"
	    "'observed_hosts':2,'missing_hosts':['kvm-9'],'unanswered_hosts':[],'unobservable_hosts':[],"
	    "'first':'2026-11-18T08:00:01.000000000Z','last':'2026-11-18T08:01:01.000000000Z',"
	    "'cite':{'source':null,'where':'table 1, row 2'},'title':'a session is allowed',"
	    "'basis':'documented','either':false,'attempts':0}");
	expect_value(
	    &report, "systems/0/rules/2",
	    "{'id':'manager-ldap','from':['manager'],'to':['ldap'],'proto':['tcp'],'ports':[[389,389]],"
	    "'state':'unanswered','reason':null,'flows':5,'packets':0,'bytes':0,'expected_hosts':0,"
	    "'observed_hosts':0,'missing_hosts':[],'unanswered_hosts':['ldap'],'unobservable_hosts':[],"
	    "'first':null,'last':null,'cite':null,'title':null,'basis':'documented','either':false,"
	    "'attempts':5}");
	expect_value(
	    &report, "systems/0/rules/3",
	    "{'id':'ping','from':['any'],'to':['device'],'proto':['icmp'],'ports':[],"
	    "'state':'not-observable','reason':'both ends lie behind one switch: mirror the link of kvm-9"
	    "','flows':0,'packets':0,'bytes':0,'expected_hosts':8,'observed_hosts':0,'missing_hosts':[],"
	    "'unanswered_hosts':[],'unobservable_hosts':['10.0.1.1','10.0.1.2','10.0.1.3','10.0.1.4',"
	    "'10.0.1.5','10.0.1.6','10.0.1.7','10.0.1.8'],'first':null,'last':null,'cite':null,"
	    "'title':null,'basis':'ambiguous','either':false,'attempts':0}");
	expect_value(
	    &report, "systems/0/rules/4",
	    "{'id':'discovery','from':['manager'],'to':['device'],'proto':['udp'],'ports':[[3080,3080]],"
	    "'state':'idle','reason':null,'flows':0,'packets':0,'bytes':0,'expected_hosts':0,"
	    "'observed_hosts':0,'missing_hosts':[],'unanswered_hosts':[],'unobservable_hosts':[],"
	    "'first':null,'last':null,'cite':null,'title':null,'basis':'documented','either':true,"
	    "'attempts':0}");
	expect_value(
	    &report, "systems/0/rules/5",
	    "{'id':'client-device-bypass','from':['client'],'to':['device'],'proto':['tcp'],"
	    "'ports':[[2068,2068]],'state':'off','reason':'connection is proxied','flows':0,'packets':0,"
	    "'bytes':0,'expected_hosts':0,'observed_hosts':0,'missing_hosts':[],'unanswered_hosts':[],"
	    "'unobservable_hosts':[],'first':null,'last':null,'cite':null,'title':null,"
	    "'basis':'documented','either':false,'attempts':0}");
	expect_value(&report, "systems/0/rules/0/cite", "{'source':'KVM guide','where':'table 1, row 1'}");
	expect_value(&report, "systems/0/rules/0/title", "'operator~s web interface'");
	expect_value(&report, "systems/0/rules/0/last", "'2026-11-18T09:00:00.000000001Z'");
	report_close(&report);
}

Test(report_json_values, findings)
{
	struct report report;

	report_open(&report);
	expect_value(
	    &report, "findings/0",
	    "{'id':'aaaa0000111122223333444455556666','kind':'wrong-direction',"
	    "'reason':'opened-by-responder','severity':'high','system':'hq-kvm',"
	    "'rule':'manager-device-authorize','initiator':{'address':'10.0.1.9','name':'kvm-9',"
	    "'roles':['device']},'responder':{'address':'10.0.0.5','name':'kvm-manager',"
	    "'roles':['manager']},'peers':[],'peer_count':1,'proto':'tcp','port':3871,'ports':[],'port_"
	    "ranges':[],'port_count':1,"
	    "'direction':{'basis':'handshake','confidence':'proven'},'outcome':'established','flows':2,"
	    "'packets':1234,'bytes':98765,'first':'2026-11-18T08:00:00.000000000Z',"
	    "'last':'2026-11-18T08:01:30.000000000Z',"
	    "'message':'kvm-9 opened TCP port 3871 of kvm-manager. Rule manager-device-authorize has it t"
	    "he other way round.','impact':'Sessions are refused.','evidence':{'frames':[{'input':0,"
	    "'frame':17},{'input':0,'frame':18},{'input':1,'frame':4}],"
	    "'filter':'host 10.0.1.9 and host 10.0.0.5 and tcp port 3871','pcap':null},'exception':null,"
	    "'host':null,'cite':'KVM guide, table 1, row 2',"
	    "'nearest':[{'rule':'manager-device-authorize','failed':'kvm-9 opened it,"
	    " the rule lets only manager open'},{'rule':'discovery','failed':'protocol tcp is not "
	    "udp'}],'history':null}");
	expect_value(
	    &report, "findings/2",
	    "{'id':'bbbb0000111122223333444455556666','kind':'missing','reason':null,'severity':'medium',"
	    "'system':'hq-kvm','rule':'manager-device-authorize','initiator':null,'responder':null,"
	    "'peers':[],'peer_count':1,'proto':null,'port':null,'ports':[],'port_ranges':[],'port_count':0,'"
	    "direction':null,'outcome':null,"
	    "'flows':0,'packets':0,'bytes':0,'first':null,'last':null,"
	    "'message':'kvm-9 takes no part in manager-device-authorize.','impact':null,"
	    "'evidence':{'frames':[],'filter':'host 10.0.1.9 and tcp port 3871','pcap':null},"
	    "'exception':null,'host':'kvm-9','cite':'KVM guide, table 1, row "
	    "2','nearest':[],'history':null}");
	expect_value(
	    &report, "findings/3",
	    "{'id':'cccc0000111122223333444455556666','kind':'unanswered','reason':null,'severity':'low',"
	    "'system':'hq-kvm','rule':'manager-ldap','initiator':{'address':'fd00:10::5',"
	    "'name':'kvm-manager','roles':['manager']},"
	    "'responder':{'address':'2001:db8:85a3:1234:5678:8a2e:370:7334','name':null,"
	    "'roles':['ldap']},'peers':[],'peer_count':1,'proto':'tcp','port':389,'ports':[],'port_ranges':[]"
	    ",'port_count':1,"
	    "'direction':{'basis':'handshake','confidence':'proven'},'outcome':'unanswered','flows':5,"
	    "'packets':15,'bytes':900,'first':'2026-11-18T08:00:00.000000000Z',"
	    "'last':'2026-11-19T08:00:00.000000000Z','message':'The directory never answers.',"
	    "'impact':null,'evidence':{'frames':[],'filter':null,'pcap':null},'exception':null,"
	    "'host':null,'cite':null,'nearest':[],'history':null}");
	expect_value(
	    &report, "findings/4",
	    "{'id':'dddd0000111122223333444455556666','kind':'fallback','reason':null,'severity':'low',"
	    "'system':'hq-kvm','rule':null,'initiator':{'address':'10.0.0.5','name':'kvm-manager',"
	    "'roles':['manager']},'responder':{'address':'10.0.1.9','name':'kvm-9','roles':['device']},"
	    "'peers':[],'peer_count':1,'proto':'icmp','port':32771,'ports':[],'port_ranges':[],'port_count':"
	    "1,'direction':{'basis':'protocol'"
	    ","
	    "'confidence':'proven'},'outcome':'answered','flows':0,'packets':1,'bytes':1,"
	    "'first':'2026-11-18T08:00:00.000000000Z','last':'2026-11-18T08:00:00.000000000Z',"
	    "'message':'The second way was taken.','impact':null,'evidence':{'frames':[],'filter':null,"
	    "'pcap':null},'exception':null,'host':null,'cite':null,'nearest':[],'history':null}");
	expect_value(
	    &report, "findings/5",
	    "{'id':'eeee0000111122223333444455556666','kind':'unexpected','reason':'group-noise',"
	    "'severity':'info','system':'hq-kvm','rule':null,'initiator':{'address':'10.0.0.5',"
	    "'name':'kvm-manager','roles':['manager']},'responder':{'address':'10.0.0.255','name':null,"
	    "'roles':[]},'peers':[],'peer_count':1,'proto':'udp','port':1900,'ports':[],'port_ranges':[],'"
	    "port_count':1,"
	    "'direction':{'basis':'group','confidence':'proven'},'outcome':'oneway','flows':1,"
	    "'packets':1,'bytes':122,'first':'2026-11-18T08:00:00.000000000Z',"
	    "'last':'2026-11-18T08:00:00.000000000Z',"
	    "'message':'kvm-manager sent to UDP port 1900 of 10.0.0.255.','impact':null,"
	    "'evidence':{'frames':[],'filter':null,'pcap':null},'exception':null,'host':null,'cite':null,"
	    "'nearest':[],'history':null}");
	expect_value(
	    &report, "findings/6",
	    "{'id':'ffff0000111122223333444455556666','kind':'unexpected','reason':'no-rule',"
	    "'severity':'high','system':'hq-kvm','rule':null,'initiator':{'address':'10.9.0.4',"
	    "'name':null,'roles':[]},'responder':{'address':'10.0.0.5','name':'kvm-manager',"
	    "'roles':['manager']},'peers':[],'peer_count':1,'proto':'tcp','port':9100,'ports':[],'port_"
	    "ranges':[],'port_count':1,"
	    "'direction':{'basis':'handshake','confidence':'proven'},'outcome':'established','flows':1,"
	    "'packets':10,'bytes':462,'first':'2026-11-18T08:00:00.000000000Z',"
	    "'last':'2026-11-18T08:00:00.000000000Z',"
	    "'message':'10.9.0.4 opened TCP port 9100 of kvm-manager.','impact':null,"
	    "'evidence':{'frames':[{'input':0,'frame':40}],"
	    "'filter':'host 10.9.0.4 and host 10.0.0.5 and tcp port 9100','pcap':null},"
	    "'exception':'EX-7','host':null,'cite':null,'nearest':[],'history':null}");
	report_close(&report);
}

Test(report_json_values, a_folded_finding_lists_its_peers)
{
	struct report report;

	report_open(&report);
	expect_value(&report, "findings/1/initiator", "{'address':'10.9.0.4','name':null,'roles':[]}");
	expect_value(&report, "findings/1/peers/1", "{'address':'10.0.1.2','name':null,'roles':['device']}");
	expect_value(&report, "findings/1/peers/19",
		     "{'address':'10.0.1.20','name':null,'roles':['device']}");
	expect_value(&report, "findings/1/peer_count", "200");
	expect_value(&report, "findings/1/port", "null");
	expect_value(&report, "findings/1/evidence",
		     "{'frames':[{'input':0,'frame':900}],'filter':'host 10.9.0.4 and tcp','pcap':null}");
	report_close(&report);
}
