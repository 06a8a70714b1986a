#include "words.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

char *word_time(int64_t time_ns, char out[TIME_TEXT_MAX])
{
	time_format(time_ns, 0, out);
	char *middle = strchr(out, 'T');
	char *end = strchr(out, 'Z');
	if (middle)
		*middle = ' ';
	if (end)
		*end = '\0';
	return out;
}

char *word_count(uint64_t count, char out[32])
{
	char digits[24];
	int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
	size_t at = 0;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

char *word_exception(const struct audit_exception *exception, char out[EXCEPTION_TEXT_MAX])
{
	bool expiring = strcmp(exception->state, "expiring") == 0;

	snprintf(out, EXCEPTION_TEXT_MAX, "%s%s", exception->state,
		 !expiring         ? ""
		 : exception->used ? ", used"
				   : ", unused");
	return out;
}

const char *word_grade(const struct ledger_health *health, char out[2])
{
	out[0] = health->grade;
	out[1] = '\0';
	return health->packets > 0 ? out : NULL;
}

bool word_is_told(const struct input_record *input)
{
	return input->trouble ||
	       (input->error[0] && !word_is_skipped(input) && strcmp(input->status, "duplicate") != 0);
}

bool word_is_skipped(const struct input_record *input)
{
	return strcmp(input->status, "skipped") == 0;
}

void add_count(struct strbuf *out, uint64_t count, const char *noun)
{
	char number[32];

	strbuf_addf(out, "%s %s%s", word_count(count, number), noun, count == 1 ? "" : "s");
}

bool history_is_worse(const struct finding_history *history, const struct audit_finding *finding)
{
	return history->severity_known && finding->severity > history->severity_before;
}

void add_severity_before(struct strbuf *out, const struct finding_history *history,
			 const struct audit_finding *finding, const char *before)
{
	if (history->severity_known && finding->severity != history->severity_before)
		strbuf_addf(out, "%s%swas %s", before, history_is_worse(history, finding) ? "worse, " : "",
			    severity_name(history->severity_before));
}

void add_new_peers(struct strbuf *out, const struct finding_history *history)
{
	enum { SHOWN = 3 };
	uint64_t count = history->new_peer_count;
	char number[32], address[ADDR_TEXT_MAX];

	if (count == 1)
		strbuf_add(out, "new peer ");
	else
		strbuf_addf(out, "%s new peers: ", word_count(count, number));
	for (size_t i = 0; i < history->new_peers_listed && i < SHOWN; i++) {
		const struct audit_end *peer = &history->new_peers[i];

		strbuf_addf(out, "%s%s", i ? ", " : "",
			    peer->name ? peer->name : addr_format(&peer->address, address));
	}
	if (count > SHOWN)
		strbuf_addf(out, " and %s more", word_count(count - SHOWN, number));
}

static void add_zone_span(struct strbuf *out, int64_t first_ns, int64_t last_ns, const char *zone)
{
	char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX];

	word_time(first_ns, first);
	word_time(last_ns, last);
	char *clock = strchr(last, ' ');
	bool same_day = clock && strncmp(first, last, (size_t)(clock - last)) == 0;
	strbuf_add(out, first);
	if (last[0] && strcmp(first, last) != 0)
		strbuf_addf(out, " to %s", same_day ? clock + 1 : last);
	strbuf_addf(out, " %s", zone);
}

void add_span(struct strbuf *out, int64_t first_ns, int64_t last_ns)
{
	if (first_ns != TIME_UNKNOWN)
		add_zone_span(out, first_ns, last_ns, "UTC");
}

void add_local_span(struct strbuf *out, const struct report_options *options, int64_t first_ns,
		    int64_t last_ns)
{
	if (!options->zone || !options->zone_offset_sec || first_ns == TIME_UNKNOWN)
		return;
	add_zone_span(out, first_ns + options->zone_offset_sec(first_ns) * NSEC_PER_SEC,
		      last_ns + options->zone_offset_sec(last_ns) * NSEC_PER_SEC, options->zone);
}

void add_protocol(struct strbuf *out, uint8_t protocol)
{
	char name[16];

	protocol_name(protocol, name);
	strbuf_addf(out, "%s%s", name[0] >= '0' && name[0] <= '9' ? "protocol " : "", name);
}

void add_service(struct strbuf *out, int32_t protocol, int32_t port, bool many_ports)
{
	if (protocol < 0)
		return;
	add_protocol(out, (uint8_t)protocol);
	if (many_ports)
		strbuf_add(out, ", many ports");
	else if (port >= 0 && (protocol == PROTO_ICMP || protocol == PROTO_ICMP6))
		strbuf_addf(out, " type %d code %d", (int)port / 256, (int)port % 256);
	else if (port >= 0)
		strbuf_addf(out, " %d", (int)port);
}

size_t finding_port_ranges(const struct audit_finding *finding)
{
	if (!finding->many_ports || finding->protocol < 0)
		return 0;
	return protocol_has_ports((uint8_t)finding->protocol) || finding->protocol == PROTO_ICMP ||
		       finding->protocol == PROTO_ICMP6
		   ? finding->port_range_count
		   : 0;
}

static void add_many_ports(struct strbuf *out, const struct audit_finding *finding, size_t count)
{
	size_t listed = count < PORT_RANGES_LISTED ? count : PORT_RANGES_LISTED;

	add_protocol(out, (uint8_t)finding->protocol);
	strbuf_add_char(out, ' ');
	add_port_ranges(out, finding->port_ranges, listed, ", ");
	strbuf_addf(out, "%s (%" PRIu64 " ports)", listed < count ? " .." : "", finding->port_total);
}

void add_finding_service(struct strbuf *out, const struct audit_finding *finding)
{
	size_t ranges = finding_port_ranges(finding);

	if (finding->port_count < 2 && ranges > 0 && protocol_has_ports((uint8_t)finding->protocol)) {
		add_many_ports(out, finding, ranges);
		return;
	}
	if (finding->port_count < 2 || finding->protocol < 0) {
		add_service(out, finding->protocol, finding->port, finding->many_ports);
		return;
	}
	add_protocol(out, (uint8_t)finding->protocol);
	for (size_t i = 0; i < finding->port_count; i++)
		strbuf_addf(out, "%s%u", i ? ", " : " ", finding->ports[i]);
}

void add_names(struct strbuf *out, struct name_list names, size_t shown)
{
	for (size_t i = 0; i < names.count && i < shown; i++)
		strbuf_addf(out, "%s%s", i ? ", " : "", names.items[i]);
	if (names.count > shown)
		strbuf_addf(out, " and %zu more", names.count - shown);
}

void add_port_ranges(struct strbuf *out, const struct port_range *ranges, size_t count, const char *separator)
{
	for (size_t i = 0; i < count; i++) {
		strbuf_addf(out, "%s%u", i ? separator : "", ranges[i].low);
		if (ranges[i].high != ranges[i].low)
			strbuf_addf(out, "-%u", ranges[i].high);
	}
}

void add_shell_word(struct strbuf *out, const char *path)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./,:+=@%-";

	if (*path && path[strspn(path, plain)] == '\0') {
		strbuf_add(out, path);
		return;
	}
	strbuf_add_char(out, '\'');
	for (; *path; path++) {
		if (*path == '\'')
			strbuf_add(out, "'\\''");
		else
			strbuf_add_char(out, *path);
	}
	strbuf_add_char(out, '\'');
}

/* Below zero, zero, above: A comes first, they are the same frame, B comes first. */
static int frame_compare(const struct frame_ref *a, const struct frame_ref *b)
{
	if (a->input != b->input)
		return a->input < b->input ? -1 : 1;
	return (a->frame > b->frame) - (a->frame < b->frame);
}

static size_t frame_insert(struct frame_ref out[EVIDENCE_FRAMES_MAX], size_t count,
			   const struct frame_ref *frame)
{
	size_t at = 0;

	if (frame->frame == 0)
		return count;
	while (at < count && frame_compare(&out[at], frame) < 0)
		at++;
	if (at < count && frame_compare(&out[at], frame) == 0)
		return count;
	memmove(&out[at + 1], &out[at], (count - at) * sizeof *out);
	out[at] = *frame;
	return count + 1;
}

size_t evidence_frames(const struct ledger_evidence *evidence, struct frame_ref out[EVIDENCE_FRAMES_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < LEDGER_OPENINGS; i++)
		count = frame_insert(out, count, &evidence->openings[i]);
	count = frame_insert(out, count, &evidence->answer);
	return frame_insert(out, count, &evidence->contradiction);
}
