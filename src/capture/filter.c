#include "capture/filter.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "filter_cooked.h"
#include "filter_live.h"
#include "filter_words.h"
#include "link_type.h"
#include <pcap/pcap.h>

enum { PROGRAMS_MAX = 64, LINKTYPE_ETHERNET = 1, SNAPLEN = 262144 };

/* Packets without a tag of their own: the expression is to be tried on the header that it means. */
#define UNTAGGED "not (ether proto 0x8100 or ether proto 0x88a8 or ether proto 0x9100)"

struct link_program {
	uint16_t link_type;
	bool compiled;
	bool widened; /* the program itself looks inside tags */
	struct bpf_program code;
};

struct capture_filter {
	char *plain;   /* as the user wrote it */
	char *widened; /* NULL where it must be left alone */
	char *text;
	size_t count, uncompiled;
	size_t last; /* the program used last: most inputs have one link type */
	struct link_program programs[PROGRAMS_MAX];
};

static char *format_text(const char *head, const char *expression, const char *tail)
{
	struct strbuf text = {0};

	strbuf_add(&text, head);
	strbuf_add(&text, expression);
	strbuf_add(&text, tail);
	if (strbuf_ok(&text))
		return text.text;
	strbuf_clear(&text);
	return NULL;
}

/* libpcap's `vlan` moves all that follows it one tag deeper, so each tag is entered once, from outside to
 * inside. Without UNTAGGED an expression with `not` would let every tagged packet pass at the outermost
 * level. */
static char *widen(const char *e)
{
	struct strbuf text = {0};

	strbuf_addf(&text,
		    "(" UNTAGGED " and (%s)) or (vlan and ((" UNTAGGED " and (%s)) or (vlan and (%s))))", e,
		    e, e);
	if (strbuf_ok(&text))
		return text.text;
	strbuf_clear(&text);
	return NULL;
}

static int compile(struct bpf_program *code, uint16_t link_type, const char *expression, struct err *err)
{
	pcap_t *dead = pcap_open_dead(link_type_dlt(link_type), SNAPLEN);
	int result;

	if (!dead)
		return err_no_memory(err);
	result = pcap_compile(dead, code, expression, 1, PCAP_NETMASK_UNKNOWN);
	if (result != 0)
		(void)err_set(err, "filter: %s in '%s'; see man pcap-filter", pcap_geterr(dead), expression);
	pcap_close(dead);
	return result == 0 ? 0 : -1;
}

/* Link types that have no VLANs take the expression as it is. */
static struct link_program *add_program(struct capture_filter *f, uint16_t link_type, struct err *err)
{
	struct link_program *p = &f->programs[f->count++];

	p->link_type = link_type;
	p->widened = f->widened && compile(&p->code, link_type, f->widened, NULL) == 0;
	p->compiled = p->widened || compile(&p->code, link_type, f->plain, err) == 0;
	f->uncompiled += !p->compiled;
	return p;
}

/* The expression must stand by itself: ours around it would make sense of "port 53) or (tcp". */
static int check_alone(const char *expression, struct err *err)
{
	struct bpf_program code;

	if (compile(&code, LINKTYPE_ETHERNET, expression, err) != 0)
		return -1;
	pcap_freecode(&code);
	return 0;
}

static int describe(struct capture_filter *f, const char *expression)
{
	bool alone = filter_speaks_of_tags(expression);

	f->plain = mem_strdup(expression);
	f->widened = alone ? NULL : widen(expression);
	f->text = format_text("", expression,
			      alone ? " (as written: it names tags or tunnels itself)"
				    : " (also inside up to two VLAN tags)");
	return f->plain && f->text && (f->widened || alone) ? 0 : -1;
}

struct capture_filter *capture_filter_new(const char *expression, struct err *err)
{
	struct capture_filter *f;

	if (filter_check_names(expression, err) != 0)
		return NULL;
	f = mem_calloc(1, sizeof(*f));
	if (!f || describe(f, expression) != 0) {
		(void)err_no_memory(err);
		capture_filter_free(f);
		return NULL;
	}
	if (check_alone(expression, err) == 0 && add_program(f, LINKTYPE_ETHERNET, err)->compiled)
		return f;
	capture_filter_free(f);
	return NULL;
}

static const struct link_program *find_program(struct capture_filter *f, uint16_t link_type)
{
	if (f->programs[f->last].link_type == link_type)
		return &f->programs[f->last];
	for (size_t i = 0; i < f->count; i++) {
		if (f->programs[i].link_type == link_type) {
			f->last = i;
			return &f->programs[i];
		}
	}
	return f->count < PROGRAMS_MAX ? add_program(f, link_type, NULL) : NULL;
}

/* Without their tags, as libpcap does not look behind them. */
static __attribute__((noinline)) bool match_cooked(const struct link_program *p, const struct packet *packet)
{
	uint8_t room[FILTER_COOKED_BYTES];
	struct packet bare;

	if (filter_cooked_untag(packet, &bare, room))
		packet = &bare;
	return bpf_filter(p->code.bf_insns, packet->data, packet->wirelen, packet->caplen) != 0;
}

bool capture_filter_match(struct capture_filter *f, const struct packet *packet)
{
	const struct link_program *p = find_program(f, packet->link_type);

	if (!p || !p->compiled)
		return true;
	if (f->widened && !p->widened)
		return match_cooked(p, packet);
	return bpf_filter(p->code.bf_insns, packet->data, packet->wirelen, packet->caplen) != 0;
}

int filter_compile_live(const struct capture_filter *f, pcap_t *port, uint32_t snaplen,
			struct bpf_program *out, struct err *err)
{
	if ((!f->widened || pcap_compile(port, out, f->widened, 1, PCAP_NETMASK_UNKNOWN) != 0) &&
	    pcap_compile(port, out, f->plain, 1, PCAP_NETMASK_UNKNOWN) != 0)
		return err_set(err, "filter: %s in '%s'; see man pcap-filter", pcap_geterr(port), f->plain);
	for (unsigned i = 0; i < out->bf_len; i++)
		if (out->bf_insns[i].code == (BPF_RET | BPF_K) && out->bf_insns[i].k != 0)
			out->bf_insns[i].k = snaplen;
	return 0;
}

size_t capture_filter_uncompiled(const struct capture_filter *f)
{
	return f->uncompiled;
}

const char *capture_filter_text(const struct capture_filter *f)
{
	return f->text;
}

void capture_filter_free(struct capture_filter *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->count; i++)
		if (f->programs[i].compiled)
			pcap_freecode(&f->programs[i].code);
	mem_free(f->plain);
	mem_free(f->widened);
	mem_free(f->text);
	mem_free(f);
}
