#include "sig_flow.h"
#include "names.h"
#include "parts.h"
#include "ports.h"
#include <string.h>

enum { FLOW_MAX_WORDS = 7 };

static const char flow_form[] =
    "must be PROTO[/DELIVERY][/ipv6] ROLE[:PORT] > ROLE:PORT [basis=..] [outcome=..] [answered_from=..]";

/* A decimal number to the end of TEXT, at most MAX; -1 when it is none. */
static int32_t parse_number(const char *text, int32_t max)
{
	int32_t number = 0;

	if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0'))
		return -1;
	for (const char *p = text; *p; p++) {
		if (*p < '0' || *p > '9')
			return -1;
		number = number * 10 + (*p - '0');
		if (number > max)
			return -1;
	}
	return number;
}

/* Cuts TEXT at the first MARK; what follows it, or NULL when there is none. */
static char *cut_at(char *text, char mark)
{
	char *at = strchr(text, mark);

	if (!at)
		return NULL;
	*at = '\0';
	return at + 1;
}

static void parse_protocol(struct loader *loader, const struct doc_value *value, char *word,
			   struct sig_example *example)
{
	char *part = cut_at(word, '/');
	int number = protocol_number(word);

	if (number < 0)
		number = parse_number(word, UINT8_MAX);
	if (number < 0 || number == PROTOCOL_ICMP6)
		loader_error(
		    loader, value,
		    "unknown protocol \"%.*s\"; protocols are tcp, udp, icmp, sctp or a number 0-255",
		    SHOW(word));
	example->protocol = (uint8_t)(number < 0 ? 0 : number);
	while (part) {
		char *next = cut_at(part, '/');
		size_t delivery = id_list_find(&deliveries, part);

		if (strcmp(part, "ipv6") == 0)
			example->ipv6 = true;
		else if (delivery != NO_INDEX)
			example->delivery = (uint8_t)delivery;
		else
			loader_error(loader, value,
				     "unknown \"%.*s\" behind the protocol; unicast, broadcast, multicast "
				     "and ipv6 may "
				     "stand there",
				     SHOW(part));
		part = next;
	}
}

/* One end, without its port. */
static void parse_end(struct loader *loader, const struct doc_value *value, const char *word, size_t *role,
		      bool *local)
{
	struct id_list roles = signature_roles(loader->signature);

	*local = strcmp(word, "unbound") == 0;
	if (!*local && strcmp(word, "stranger") != 0)
		*role = name_find(loader, value, word, &roles);
}

/* TYPE/CODE */
static int32_t parse_icmp(char *text)
{
	char *code_text = cut_at(text, '/');
	int32_t type = parse_number(text, UINT8_MAX);
	int32_t code = code_text ? parse_number(code_text, UINT8_MAX) : -1;

	return type < 0 || code < 0 ? -1 : type * 256 + code;
}

static void parse_source(struct loader *loader, const struct doc_value *value, char *word,
			 struct sig_example *example, bool has_ports)
{
	char *port = cut_at(word, ':');

	parse_end(loader, value, word, &example->from_role, &example->from_local);
	if (!port)
		return;
	example->source_port = has_ports ? parse_number(port, UINT16_MAX) : -1;
	if (!has_ports)
		loader_error(loader, value, "the opener has no port in this protocol");
	else if (example->source_port < 0)
		loader_error(loader, value, "port \"%.*s\" is out of range 0-65535", SHOW(port));
}

static void parse_destination(struct loader *loader, const struct doc_value *value, char *word,
			      struct sig_example *example, bool has_ports)
{
	char *port = cut_at(word, ':');
	bool icmp = example->protocol == PROTOCOL_ICMP;

	example->group_destination = strcmp(word, "group") == 0;
	if (!example->group_destination)
		parse_end(loader, value, word, &example->to_role, &example->to_local);
	else if (example->delivery == UNICAST)
		loader_error(loader, value, "\"group\" needs /broadcast or /multicast behind the protocol");
	if (!has_ports && !icmp) {
		if (port)
			loader_error(loader, value, "the listener has no port in this protocol");
		return;
	}
	if (!port) {
		loader_error(loader, value,
			     icmp ? "the listener needs :TYPE/CODE" : "the listener needs a port");
		return;
	}
	example->port = icmp ? parse_icmp(port) : parse_number(port, UINT16_MAX);
	if (example->port < 0 && icmp)
		loader_error(loader, value, "icmp needs TYPE/CODE, each 0-255");
	else if (example->port < 0)
		loader_error(loader, value, "port \"%.*s\" is out of range 0-65535", SHOW(port));
}

static void parse_option(struct loader *loader, const struct doc_value *value, char *word,
			 struct sig_example *example)
{
	char *setting = cut_at(word, '=');
	size_t option = name_find(loader, value, word, &example_options), found;

	if (option == NO_INDEX)
		return;
	if (!setting)
		setting = word + strlen(word);
	if (option == 2) {
		example->answered_from = parse_number(setting, UINT16_MAX);
		if (example->answered_from < 0)
			loader_error(loader, value, "port \"%.*s\" is out of range 0-65535", SHOW(setting));
		return;
	}
	found = name_find(loader, value, setting, option == 0 ? &example_bases : &example_outcomes);
	if (found == NO_INDEX)
		return;
	if (option == 0)
		example->basis = id_list_name(&example_bases, found);
	else
		example->outcome = id_list_name(&example_outcomes, found);
}

static void fill_defaults(struct sig_example *example)
{
	bool tcp = example->protocol == PROTOCOL_TCP;

	if (!example->basis)
		example->basis = tcp ? "handshake" : "protocol";
	if (!example->outcome)
		example->outcome = tcp ? "established" : example->delivery == UNICAST ? "answered" : "oneway";
}

/* Cuts TEXT into words at spaces. Their number, FLOW_MAX_WORDS + 1 when there are more. */
static size_t split_words(char *text, char *words[FLOW_MAX_WORDS])
{
	size_t count = 0;

	for (char *p = text; p && *p;) {
		char *next = cut_at(p, ' ');

		if (*p && count == FLOW_MAX_WORDS)
			return FLOW_MAX_WORDS + 1;
		if (*p)
			words[count++] = p;
		p = next;
	}
	return count;
}

void example_flow_parse(struct loader *loader, const struct doc_value *value, struct sig_example *example)
{
	char *words[FLOW_MAX_WORDS] = {NULL};
	char *text = arena_strdup(loader->arena, example->flow);
	size_t count = text ? split_words(text, words) : 0;
	bool has_ports;

	if (!text) {
		loader_no_memory(loader);
		return;
	}
	if (count < 4 || count > FLOW_MAX_WORDS || strcmp(words[2], ">") != 0) {
		loader_error(loader, value, "%s", flow_form);
		return;
	}
	parse_protocol(loader, value, words[0], example);
	has_ports = protocols_have_ports(&example->protocol, 1);
	parse_source(loader, value, words[1], example, has_ports);
	parse_destination(loader, value, words[3], example, has_ports);
	for (size_t i = 4; i < count; i++)
		parse_option(loader, value, words[i], example);
	fill_defaults(example);
}
