/* Private to report/: times, counts, ports and proofs in words. */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include "base/strbuf.h"
#include "report/report.h"

/* "2026-11-19 08:00:07" (UTC); "" for TIME_UNKNOWN. Returns OUT. */
char *word_time(int64_t time_ns, char out[TIME_TEXT_MAX]);
/* "1,234,567". Returns OUT. */
char *word_count(uint64_t count, char out[32]);
/* Adds "1 flow", "2,000 flows". */
void add_count(struct strbuf *out, uint64_t count, const char *noun);
/* Adds "2026-11-19 08:00:07 to 09:10:00 UTC"; nothing for TIME_UNKNOWN. */
void add_span(struct strbuf *out, int64_t first_ns, int64_t last_ns);
/* Adds "2026-11-19 09:00:07 to 10:10:00 Europe/Berlin", the same in the site's zone; nothing where that is
 * UTC or not known, or for TIME_UNKNOWN. */
void add_local_span(struct strbuf *out, const struct report_options *options, int64_t first_ns,
		    int64_t last_ns);
/* "used", "expiring, unused": what is about to end says both. Returns OUT. */
enum { EXCEPTION_TEXT_MAX = 32 };
char *word_exception(const struct audit_exception *exception, char out[EXCEPTION_TEXT_MAX]);
/* Adds "tcp", "protocol 47". */
void add_protocol(struct strbuf *out, uint8_t protocol);
/* Adds "tcp 443", "icmp type 8 code 0", "udp, many ports"; PORT -1: none. */
void add_service(struct strbuf *out, int32_t protocol, int32_t port, bool many_ports);
/* Ranges of several ports that are listed at most; how many ports there are is told beside them. */
enum { PORT_RANGES_LISTED = 32 };
/* How many ranges its several ports are; 0: it is of one port, of none, or they are not known. */
size_t finding_port_ranges(const struct audit_finding *finding);
/* The same of a finding; of several ports those that it lists: "tcp 4000-4039 (40 ports)". */
void add_finding_service(struct strbuf *out, const struct audit_finding *finding);
/* Adds the items, ", " between them, at most SHOWN of them, and how many more there are. */
void add_names(struct strbuf *out, struct name_list names, size_t shown);
/* Adds "80, 443-445", with SEPARATOR between the ranges. */
void add_port_ranges(struct strbuf *out, const struct port_range *ranges, size_t count,
		     const char *separator);
/* It was there the day before, and less severe. */
bool history_is_worse(const struct finding_history *history, const struct audit_finding *finding);
/* Adds BEFORE and "worse, was medium", or "was high"; nothing where it is as severe as ever. */
void add_severity_before(struct strbuf *out, const struct finding_history *history,
			 const struct audit_finding *finding, const char *before);
/* Adds "new peer 10.9.0.4", "3 new peers: 10.9.0.4, printer, 10.9.0.7"; of many the first. */
void add_new_peers(struct strbuf *out, const struct finding_history *history);
/* "A" to "D"; NULL where no packet was seen, of which nobody can say how well. */
const char *word_grade(const struct ledger_health *health, char out[2]);
/* True when something is to be said of an input: it was not read, or not whole. */
bool word_is_told(const struct input_record *input);
/* A folder's or archive's file that is no capture: listed, but nothing that was read. */
bool word_is_skipped(const struct input_record *input);
/* Adds PATH as one word of a shell. */
void add_shell_word(struct strbuf *out, const char *path);

/* The frames that prove something, each once, by input and number. Returns how many. */
enum { EVIDENCE_FRAMES_MAX = LEDGER_OPENINGS + 2 };
size_t evidence_frames(const struct ledger_evidence *evidence, struct frame_ref out[EVIDENCE_FRAMES_MAX]);

#endif
