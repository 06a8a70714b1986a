#include "ports.h"
#include "names.h"
#include <string.h>

static bool range_read(struct loader *loader, const struct doc_value *value, struct port_range *out,
		       const char *allowed)
{
	int64_t low, high;

	if (value->kind == DOC_NUMBER) {
		if (!value_number(loader, value, "port", 0, PORT_MAX, &low))
			return false;
		*out = (struct port_range){(uint16_t)low, (uint16_t)low};
		return true;
	}
	if (value->kind != DOC_LIST || value->count != 2) {
		if (!value->reported)
			loader_error(loader, value, "must be %s", allowed);
		return false;
	}
	if (!value_number(loader, &value->items[0], "port", 0, PORT_MAX, &low) ||
	    !value_number(loader, &value->items[1], "port", 0, PORT_MAX, &high))
		return false;
	if (low > high) {
		loader_error(loader, value, "range %lld-%lld runs backwards; write [%lld, %lld]",
			     (long long)low, (long long)high, (long long)high, (long long)low);
		return false;
	}
	*out = (struct port_range){(uint16_t)low, (uint16_t)high};
	return true;
}

/* Whether VALUE is a list with something in it; says so if not. */
static bool is_filled_list(struct loader *loader, const struct doc_value *value)
{
	if (!value_is(loader, value, DOC_LIST))
		return false;
	if (value->count == 0)
		loader_error(loader, value, "must not be empty");
	return value->count > 0;
}

void ranges_read(struct loader *loader, const struct doc_value *list, const struct port_range **out,
		 size_t *count)
{
	struct port_range *ranges;

	if (!is_filled_list(loader, list))
		return;
	ranges = loader_calloc(loader, list->count, sizeof(*ranges));
	if (!ranges)
		return;
	for (size_t i = 0; i < list->count; i++)
		if (!range_read(loader, &list->items[i], &ranges[i], "a port or [low, high]"))
			ranges[i] =
			    (struct port_range){1, 0}; /* told already: ranges_check_allowed passes over it */
	*out = ranges;
	*count = list->count;
}

static void spec_read(struct loader *loader, const struct doc_value *value, struct port_spec *out)
{
	struct id_list parameters = ID_LIST("parameter", "parameters", loader->signature->parameters,
					    loader->signature->parameter_count);

	out->parameter = NO_INDEX;
	if (value->kind == DOC_TEXT && value->text[0] == '$')
		out->parameter = name_find(loader, value, value->text + 1, &parameters);
	else
		(void)range_read(loader, value, &out->range, "a port, [low, high] or \"$parameter\"");
}

void ports_read(struct loader *loader, const struct doc_value *list, struct port_list *out)
{
	struct port_spec *items;

	if (!is_filled_list(loader, list))
		return;
	items = loader_calloc(loader, list->count, sizeof(*items));
	if (!items)
		return;
	for (size_t i = 0; i < list->count; i++)
		spec_read(loader, &list->items[i], &items[i]);
	*out = (struct port_list){items, list->count};
}

void icmp_read(struct loader *loader, const struct doc_value *list, const struct icmp_match **out,
	       size_t *count)
{
	struct icmp_match *items;

	if (!is_filled_list(loader, list))
		return;
	items = loader_calloc(loader, list->count, sizeof(*items));
	if (!items)
		return;
	for (size_t i = 0; i < list->count; i++) {
		const struct doc_value *pair = &list->items[i];
		int64_t type, code;

		if (pair->kind != DOC_LIST || pair->count != 2) {
			if (!pair->reported)
				loader_error(loader, pair, "must be [type, code], code -1 for any");
			continue;
		}
		if (value_number(loader, &pair->items[0], "ICMP type", 0, UINT8_MAX, &type))
			items[i].type = (uint8_t)type;
		if (value_number(loader, &pair->items[1], "ICMP code", -1, UINT8_MAX, &code))
			items[i].code = (int16_t)code;
	}
	*out = items;
	*count = list->count;
}

int protocol_read(struct loader *loader, const struct doc_value *value)
{
	int64_t number;
	int named;

	if (value->reported)
		return -1;
	if (value->kind == DOC_NUMBER) {
		if (!value_number(loader, value, "protocol", 0, UINT8_MAX, &number))
			return -1;
		if (number != PROTOCOL_ICMP6)
			return (int)number;
		loader_error(loader, value, "58 is ICMPv6; write \"icmp\", which stands for both");
		return -1;
	}
	named = value->kind == DOC_TEXT ? protocol_number(value->text) : -1;
	if (value->kind != DOC_TEXT)
		loader_error(loader, value, "must be tcp, udp, icmp, sctp or a number 0-255, not %s",
			     doc_kind_name(value->kind));
	else if (named < 0)
		loader_error(
		    loader, value,
		    "unknown protocol \"%.*s\"; protocols are tcp, udp, icmp, sctp or a number 0-255",
		    SHOW(value->text));
	return named;
}

void protocols_read(struct loader *loader, const struct doc_value *list, const uint8_t **out, size_t *count)
{
	bool seen[UINT8_MAX + 1] = {false};
	uint8_t *numbers;
	size_t used = 0;
	char name[16];

	if (!is_filled_list(loader, list))
		return;
	numbers = loader_calloc(loader, list->count, 1);
	if (!numbers)
		return;
	for (size_t i = 0; i < list->count; i++) {
		int number = protocol_read(loader, &list->items[i]);

		if (number < 0)
			continue;
		if (seen[number])
			loader_error(loader, &list->items[i], "protocol \"%s\" is given twice",
				     protocol_name((uint8_t)number, name));
		else
			numbers[used++] = (uint8_t)number;
		seen[number] = true;
	}
	*out = numbers;
	*count = used;
}

bool protocols_hold(const uint8_t *numbers, size_t count, uint8_t protocol)
{
	return count > 0 && memchr(numbers, protocol, count) != NULL;
}

bool protocols_have_ports(const uint8_t *numbers, size_t count)
{
	return protocols_hold(numbers, count, PROTOCOL_TCP) || protocols_hold(numbers, count, PROTOCOL_UDP) ||
	       protocols_hold(numbers, count, PROTOCOL_SCTP);
}

static bool ranges_cover(const struct port_range *ranges, size_t count, struct port_range wanted)
{
	uint32_t next = wanted.low;

	/* Each round takes one range further; more rounds than ranges cannot help. */
	for (size_t round = 0; round <= count && next <= wanted.high; round++)
		for (size_t i = 0; i < count; i++)
			if (next >= ranges[i].low && next <= ranges[i].high)
				next = (uint32_t)ranges[i].high + 1;
	return next > wanted.high;
}

static void range_add(struct strbuf *out, struct port_range range)
{
	if (range.low == range.high)
		strbuf_addf(out, "%u", (unsigned)range.low);
	else
		strbuf_addf(out, "%u-%u", (unsigned)range.low, (unsigned)range.high);
}

static void report_outside(struct loader *loader, const struct doc_value *value, struct port_range range,
			   const struct sig_parameter *parameter)
{
	struct strbuf text = {0};

	range_add(&text, range);
	strbuf_addf(&text, " lies outside what \"%.*s\" allows (", SHOW(parameter->id));
	for (size_t i = 0; i < parameter->allowed_count && i < 8; i++) {
		strbuf_add(&text, i == 0 ? "" : ", ");
		range_add(&text, parameter->allowed[i]);
	}
	strbuf_add(&text, parameter->allowed_count > 8 ? ", ..)" : ")");
	if (!strbuf_ok(&text))
		loader_no_memory(loader);
	else if (parameter->suspect)
		loader_warn(loader, value, "%s; its source is suspect, so it is taken as given",
			    strbuf_text(&text));
	else
		loader_error(loader, value, "%s", strbuf_text(&text));
	strbuf_clear(&text);
}

void ranges_check_allowed(struct loader *loader, const struct doc_value *list,
			  const struct port_range *values, size_t count,
			  const struct sig_parameter *parameter)
{
	if (parameter->allowed_count == 0)
		return;
	for (size_t i = 0; i < count && i < list->count; i++)
		if (values[i].low <= values[i].high &&
		    !ranges_cover(parameter->allowed, parameter->allowed_count, values[i]))
			report_outside(loader, &list->items[i], values[i], parameter);
}
