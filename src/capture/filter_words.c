#include "filter_words.h"
#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

enum { WORD_MAX = 128 };

/* What a word of libpcap's language means to the words after it (pcap-filter(7)). */
enum word_kind {
	WORD_JOINS,   /* what may follow stays as it was: "port http or https" */
	WORD_ADDRESS, /* an address may follow, or a name that would be looked up */
	WORD_NAMED,   /* a name may follow that libpcap knows or the system's files hold */
};

struct filter_word {
	const char *text;
	enum word_kind kind;
};

static const struct filter_word words[] = {
    {"host", WORD_ADDRESS},        {"net", WORD_ADDRESS},      {"gateway", WORD_ADDRESS},
    {"ra", WORD_ADDRESS},          {"ta", WORD_ADDRESS},       {"addr1", WORD_ADDRESS},
    {"addr2", WORD_ADDRESS},       {"addr3", WORD_ADDRESS},    {"addr4", WORD_ADDRESS},
    {"address1", WORD_ADDRESS},    {"address2", WORD_ADDRESS}, {"address3", WORD_ADDRESS},
    {"address4", WORD_ADDRESS},    {"mask", WORD_ADDRESS},     {"port", WORD_NAMED},
    {"portrange", WORD_NAMED},     {"proto", WORD_NAMED},      {"protochain", WORD_NAMED},
    {"type", WORD_NAMED},          {"subtype", WORD_NAMED},    {"dir", WORD_NAMED},
    {"direction", WORD_NAMED},     {"ifname", WORD_NAMED},     {"on", WORD_NAMED},
    {"rset", WORD_NAMED},          {"ruleset", WORD_NAMED},    {"reason", WORD_NAMED},
    {"action", WORD_NAMED},        {"rnr", WORD_NAMED},        {"rulenum", WORD_NAMED},
    {"srnr", WORD_NAMED},          {"subrulenum", WORD_NAMED}, {"src", WORD_ADDRESS},
    {"dst", WORD_ADDRESS},         {"and", WORD_JOINS},        {"or", WORD_JOINS},
    {"not", WORD_JOINS},           {"ether", WORD_ADDRESS},    {"link", WORD_ADDRESS},
    {"fddi", WORD_ADDRESS},        {"tr", WORD_ADDRESS},       {"wlan", WORD_ADDRESS},
    {"ppp", WORD_ADDRESS},         {"slip", WORD_ADDRESS},     {"arp", WORD_ADDRESS},
    {"rarp", WORD_ADDRESS},        {"ip", WORD_ADDRESS},       {"ip6", WORD_ADDRESS},
    {"tcp", WORD_ADDRESS},         {"udp", WORD_ADDRESS},      {"sctp", WORD_ADDRESS},
    {"icmp", WORD_ADDRESS},        {"icmp6", WORD_ADDRESS},    {"igmp", WORD_ADDRESS},
    {"igrp", WORD_ADDRESS},        {"pim", WORD_ADDRESS},      {"vrrp", WORD_ADDRESS},
    {"carp", WORD_ADDRESS},        {"ah", WORD_ADDRESS},       {"esp", WORD_ADDRESS},
    {"atalk", WORD_ADDRESS},       {"aarp", WORD_ADDRESS},     {"decnet", WORD_ADDRESS},
    {"lat", WORD_ADDRESS},         {"sca", WORD_ADDRESS},      {"moprc", WORD_ADDRESS},
    {"mopdl", WORD_ADDRESS},       {"iso", WORD_ADDRESS},      {"esis", WORD_ADDRESS},
    {"es-is", WORD_ADDRESS},       {"isis", WORD_ADDRESS},     {"is-is", WORD_ADDRESS},
    {"clnp", WORD_ADDRESS},        {"stp", WORD_ADDRESS},      {"ipx", WORD_ADDRESS},
    {"netbeui", WORD_ADDRESS},     {"l1", WORD_ADDRESS},       {"l2", WORD_ADDRESS},
    {"iih", WORD_ADDRESS},         {"lsp", WORD_ADDRESS},      {"snp", WORD_ADDRESS},
    {"csnp", WORD_ADDRESS},        {"psnp", WORD_ADDRESS},     {"broadcast", WORD_ADDRESS},
    {"multicast", WORD_ADDRESS},   {"less", WORD_ADDRESS},     {"greater", WORD_ADDRESS},
    {"len", WORD_ADDRESS},         {"length", WORD_ADDRESS},   {"byte", WORD_ADDRESS},
    {"inbound", WORD_ADDRESS},     {"outbound", WORD_ADDRESS}, {"ifindex", WORD_ADDRESS},
    {"vlan", WORD_ADDRESS},        {"mpls", WORD_ADDRESS},     {"pppoed", WORD_ADDRESS},
    {"pppoes", WORD_ADDRESS},      {"geneve", WORD_ADDRESS},   {"llc", WORD_ADDRESS},
    {"lane", WORD_ADDRESS},        {"metac", WORD_ADDRESS},    {"bcc", WORD_ADDRESS},
    {"oam", WORD_ADDRESS},         {"oamf4", WORD_ADDRESS},    {"oamf4ec", WORD_ADDRESS},
    {"oamf4sc", WORD_ADDRESS},     {"sc", WORD_ADDRESS},       {"ilmic", WORD_ADDRESS},
    {"vpi", WORD_ADDRESS},         {"vci", WORD_ADDRESS},      {"connectmsg", WORD_ADDRESS},
    {"metaconnect", WORD_ADDRESS}, {"radio", WORD_ADDRESS},    {"supervisory", WORD_ADDRESS},
    {"unnumbered", WORD_ADDRESS},
};

/* Where a word changes which header the words after it speak of, or names a tag by its number. */
static const char *const tag_words[] = {"vlan",   "mpls",   "pppoes", "geneve", "0x8100",
					"0x88a8", "0x9100", "33024",  "34984",  "37120"};

/* The next word at *AT into WORD; false at the end. Words too long to be of the language are cut, so match
 * nothing. */
static bool next_word(const char **at, char word[WORD_MAX])
{
	size_t n = 0;

	while (**at && !isalnum((unsigned char)**at) && **at != ':')
		(*at)++;
	while (isalnum((unsigned char)**at) || (**at && strchr("._:-", **at))) {
		if (n < WORD_MAX - 1)
			word[n++] = **at;
		(*at)++;
	}
	word[n] = '\0';
	return n > 0;
}

static const struct filter_word *find_word(const char *text)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].text, text) == 0)
			return &words[i];
	return NULL;
}

/* Numbers, and addresses of all kinds: libpcap takes these for what they are. */
static bool is_number_or_address(const char *word)
{
	size_t digits = strspn(word, "0123456789.");
	size_t hex = strspn(word, "0123456789abcdefABCDEF:.-");

	if (word[digits] == '\0')
		return true;
	if (word[0] == '0' && (word[1] == 'x' || word[1] == 'X'))
		return word[2 + strspn(word + 2, "0123456789abcdefABCDEF")] == '\0';
	if (word[hex] != '\0')
		return false;
	/* fe80::1, 0:11:22:33:44:55, 00-11-22-33-44-55, 0011.2233.4455. A name of hexadecimal digits is still
	 * a name. */
	return strchr(word, ':') != NULL || (strlen(word) == 17 && word[2] == '-' && word[5] == '-') ||
	       (strlen(word) == 14 && word[4] == '.' && word[9] == '.');
}

/* tcp-syn, icmp-echo, icmp6-type and kin stand for numbers. */
static bool is_packet_constant(const char *word)
{
	return strncmp(word, "tcp-", 4) == 0 || strncmp(word, "icmp-", 5) == 0 ||
	       strncmp(word, "icmp6-", 6) == 0 || strcmp(word, "tcpflags") == 0 ||
	       strcmp(word, "icmptype") == 0 || strcmp(word, "icmpcode") == 0;
}

/* In "port-range" a hyphen may join what libpcap reads apart; only whole words are compared, as its lexer
 * does. */
int filter_check_names(const char *expression, struct err *err)
{
	char word[WORD_MAX];
	enum word_kind expects = WORD_ADDRESS;

	while (next_word(&expression, word)) {
		const struct filter_word *known = find_word(word);

		if (known && known->kind != WORD_JOINS)
			expects = known->kind;
		if (known || expects == WORD_NAMED || is_number_or_address(word) || is_packet_constant(word))
			continue;
		return err_set(err,
			       "filter: '%s' is no word of filters, number or address; a name would have to "
			       "be looked up in "
			       "the network, which this program never does",
			       word);
	}
	return 0;
}

bool filter_speaks_of_tags(const char *expression)
{
	char word[WORD_MAX];

	while (next_word(&expression, word))
		for (size_t i = 0; i < sizeof(tag_words) / sizeof(tag_words[0]); i++)
			if (strcasecmp(word, tag_words[i]) == 0)
				return true;
	return false;
}
