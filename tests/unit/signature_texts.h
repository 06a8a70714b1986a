/* A signature and a site that use every field once, written with ' for ". */
#ifndef TESTS_SIGNATURE_TEXTS_H
#define TESTS_SIGNATURE_TEXTS_H

static const char full_signature[] =
	"{'schema': 'tapaudit.signature/1', 'id': 'full', 'vendor': 'Vendor', 'product': 'Product', 'revision': 7,\n"
	" 'open_ended': true,\n"
	" 'sources': [{'id': 'guide', 'title': 'The guide', 'date': '2008-11'}, {'id': 'web', 'title': 'The page'}],\n"
	" 'roles': [{'id': 'manager', 'title': 'The manager', 'kind': 'product'},\n"
	"           {'id': 'primary', 'kind': 'product', 'is_a': 'manager', 'coverage': 'partial'},\n"
	"           {'id': 'device', 'kind': 'product', 'coverage': 'none'},\n"
	"           {'id': 'client', 'kind': 'person'},\n"
	"           {'id': 'dns', 'kind': 'infrastructure', 'external': true}],\n"
	" 'modes': [{'id': 'link', 'values': ['direct', 'proxied'], 'default': 'proxied'},\n"
	"           {'id': 'log', 'values': ['on', 'off', 'auto']},\n"
	"           {'id': 'web', 'values': ['http', 'https']}],\n"
	" 'parameters': [{'id': 'session', 'default': [[900, 902], 910], 'allowed': [[1, 65535]], 'disputed': [4154]},\n"
	"                {'id': 'trap', 'default': [162], 'allowed': [[1, 255]], 'suspect': true}],\n"
	" 'rules': [\n"
	"  {'id': 'session', 'title': 'A session', 'proto': ['tcp', 'udp'], 'from': ['client', 'manager'],\n"
	"   'to': ['device'], 'opens': 'either', 'ports': ['$session', 80, [8000, 8010]],\n"
	"   'source_ports': [[1024, 65535]], 'disputed_ports': [81], 'delivery': ['unicast', 'multicast'],\n"
	"   'unconfigured': true, 'reply': {'expect': 'yes', 'ports': [3080]},\n"
	"   'when': {'link': ['direct'], 'log': ['on', 'auto']},\n"
	"   'presence': {'level': 'required', 'when': {'log': ['on']}, 'each': 'to', 'after': ['ping', 'control'],\n"
	"                'within': 120, 'or': ['backup']},\n"
	"   'basis': 'documented', 'impact': 'No session.', 'cite': {'source': 'guide', 'where': 'row 1'}},\n"
	"  {'id': 'ping', 'proto': ['icmp'], 'from': 'any', 'to': ['device'], 'icmp': [[8, 0], [13, -1]],\n"
	"   'icmp6': [[128, 0]], 'presence': {'level': 'optional', 'after': ['control']}, 'basis': 'implied'},\n"
	"  {'id': 'control', 'proto': ['tcp'], 'from': ['primary'], 'to': ['any'], 'ports': [21],\n"
	"   'reply': {'expect': 'no', 'ports': 'any'}, 'children': ['ftp-data'], 'basis': 'ambiguous',\n"
	"   'cite': {'source': 'web'}},\n"
	"  {'id': 'backup', 'proto': [47], 'from': ['device'], 'to': ['manager'], 'fallback_for': 'session',\n"
	"   'basis': 'inferred'}],\n"
	" 'notes': [{'kind': 'gap', 'about': 'the figure', 'treatment': 'left out'}],\n"
	" 'examples': [\n"
	"  {'modes': {'link': 'direct'}, 'flow': 'tcp client:40000 > device:900', 'verdict': 'documented',\n"
	"   'reason': null, 'rule': 'session', 'expect_state': {'session': 'observed', 'backup': 'idle'}},\n"
	"  {'flow': 'udp/multicast/ipv6 unbound > group:8005 basis=none outcome=pending answered_from=5',\n"
	"   'verdict': 'unexpected', 'reason': 'mode-off'},\n"
	"  {'flow': 'icmp stranger > device:8/0', 'expect_state': {'ping': 'off'}},\n"
	"  {'flow': '47 device > manager', 'verdict': 'documented', 'rule': null},\n"
	"  {'flow': 'udp/broadcast dns > group:53', 'verdict': 'out-of-scope'},\n"
	"  {'flow': 'udp dns:53 > primary:53', 'verdict': 'unexpected'}]}\n";

static const char least_signature[] =
	"{'schema': 'tapaudit.signature/1', 'id': 'least', 'vendor': 'V', 'product': 'P', 'revision': 0,\n"
	" 'roles': [{'id': 'a', 'kind': 'product'}],\n"
	" 'rules': [{'id': 'r', 'proto': ['udp'], 'from': ['a'], 'to': 'any', 'ports': [53], 'basis': 'inferred'}]}";

static const char full_site[] =
	"{'schema': 'tapaudit.site/1', 'name': 'Example HQ', 'timezone': 'Europe/Berlin',\n"
	" 'local_networks': ['10.0.0.0/8', '192.0.2.7-192.0.2.9'],\n"
	" 'names': {'mac:00:11:22:33:44:55': 'unit-3', '10.0.0.5': 'kvm-manager', 'fd00::5': 'kvm-manager'},\n"
	" 'systems': [\n"
	"  {'name': 'hq', 'signature': 'full',\n"
	"   'roles': {'manager': ['10.0.0.5'], 'client': ['10.2.0.0/16', 'fd00:1::/64'],\n"
	"             'device': ['10.0.3.7-10.0.3.20', 'mac:00:11:22:33:44:55',\n"
	"                        {'name': 'switch-9', 'addresses': ['10.0.4.9', 'fd00::9', 'mac:00:aa:bb:cc:dd:ee']}]},\n"
	"   'modes': {'link': 'direct', 'log': 'on'}, 'parameters': {'session': [[900, 910], 950]},\n"
	"   'expect': {'session': {'each': 'system', 'within': 86400},\n"
	"              'ping': {'level': 'optional', 'when': {'log': ['on']}, 'after': [], 'or': ['control']}}},\n"
	"  {'name': 'lab', 'signature': 'least', 'roles': {'a': [{'name': 'switch-9', 'addresses':\n"
	"   ['fd00::9', 'mac:00:aa:bb:cc:dd:ee', '10.0.4.9']}, '10.0.4.10/32']}}],\n"
	" 'site_rules': [\n"
	"  {'id': 'Backup 1', 'proto': ['tcp', 50], 'from': ['10.0.0.20', 'switch-9'], 'to': ['kvm-manager'],\n"
	"   'opens': 'either', 'ports': [10000, [10010, 10020]], 'delivery': ['broadcast'], 'owner': 'storage',\n"
	"   'reason': 'nightly', 'review': '2027-06-30'},\n"
	"  {'id': 'ping', 'proto': ['icmp'], 'from': 'any', 'to': ['10.0.0.0/24'], 'owner': 'net', 'reason': 'checks'}],\n"
	" 'exceptions': [\n"
	"  {'id': 'EX-7', 'match': {'kind': 'unexpected', 'system': 'hq', 'rule': 'session', 'initiator': '10.9.0.4',\n"
	"   'responder': 'switch-9', 'host': '10.0.0.0/24', 'proto': 'udp', 'ports': [9100, [9200, 9300]]},\n"
	"   'reason': 'metrics', 'owner': 'netops', 'ticket': 'CHG-1042', 'expires': '2027-01-31'},\n"
	"  {'id': 'EX-8', 'match': {'rule': 'r', 'proto': 132}, 'reason': 'x', 'owner': 'y', 'expires': '1970-01-02'},\n"
	"  {'id': 'EX-9', 'match': {'kind': 'missing', 'host': 'unit-3'}, 'reason': 'spare', 'owner': 'me',\n"
	"   'expires': '2027-12-31'}]}\n";

static const char least_site[] = "{'schema': 'tapaudit.site/1', 'name': 'S', 'systems': []}";

#endif
