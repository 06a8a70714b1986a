/*
 * Shared by the tests of matrix and audit: one small product with every kind of rule, a site that binds it,
 * rows written as text, and verdicts read as text. JSON is written with ' for ".
 */
#ifndef TESTS_AUDIT_TESTKIT_H
#define TESTS_AUDIT_TESTKIT_H

#include "audit/audit.h"
#include "audit/judge.h"

enum { KIT_TEXT_MAX = 512 };

struct kit {
	char directory[64];
	struct signature_library *library;
	struct message_list messages;
	struct site *site;
	struct matrix *matrix;
	struct ledger *ledger;
	uint32_t sensor;
	uint8_t family;  /* ADDR_IPV4, ADDR_IPV6: what host names in rows stand for */
	int64_t time_ns; /* of the rows that follow */
};

/* The product `kit`, and the site under which most tests run. */
extern const char kit_signature[];
extern const char kit_site[];

/* Loads SIGNATURE (NULL: kit_signature) as kit.json, parses SITE (NULL: kit_site) and compiles it. Fails the
 * test that calls it when anything is wrong with them. */
void kit_open(struct kit *kit, uint8_t family, const char *signature, const char *site);
void kit_close(struct kit *kit);
/* An empty ledger, and rows from the kit's first time on. */
void kit_clear_ledger(struct kit *kit);

/* A host by name (manager, device, ..) or any address. */
struct addr kit_host(const struct kit *kit, const char *name);
/*
 * Adds a row: "tcp manager:50000 > device:443 basis=handshake conf=likely ev=opened,succeeded out=5 in=5
 * from=0 parent=21 assumed". Protocols: tcp udp icmp icmp6 or a number, with /broadcast or /multicast. What
 * is not said: a handshake (tcp), a group, or a protocol's word; its confidence; opened and succeeded; five
 * packets each way (to groups none back).
 */
struct flow_delta kit_delta(const struct kit *kit, const char *text);
void kit_add(struct kit *kit, const char *text);

/* Judges the ledger. To be cleared by the caller. */
void kit_judge(struct kit *kit, struct judge_result *out);
/* "documented https turned | https turned": verdict, reason, rule (with "1/" before it in the second system),
 * what else is set; behind the bar all matches of that row. Returns OUT. */
char *kit_describe(const struct kit *kit, const struct judge_result *result, size_t row,
		   char out[KIT_TEXT_MAX]);

#endif
