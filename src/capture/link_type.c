#include "link_type.h"
#include "reader.h"
#include <pcap/pcap.h>
#include <stdio.h>

/* What some systems wrote into files: their own DLT_ value where a LINKTYPE_ value belongs. */
static const struct {
	uint16_t in_file;
	uint16_t link_type;
} historic[] = {
    {11, 100}, /* DLT_ATM_RFC1483 */
    {12, 101}, /* DLT_RAW of most systems */
    {14, 101}, /* DLT_RAW of OpenBSD */
    {15, 102}, /* DLT_SLIP_BSDOS */
    {16, 103}, /* DLT_PPP_BSDOS */
    {19, 106}, /* DLT_ATM_CLIP of Linux */
};

static const struct {
	uint16_t link_type;
	int dlt;
} differing[] = {
    {100, DLT_ATM_RFC1483}, {101, DLT_RAW},      {102, DLT_SLIP_BSDOS},
    {103, DLT_PPP_BSDOS},   {106, DLT_ATM_CLIP}, {246, DLT_PFSYNC},
};

uint16_t reader_link_type(uint32_t field)
{
	/* The upper half holds the length of the frame check sequence and reserved bits. */
	uint16_t link_type = (uint16_t)(field & 0xffff);

	for (size_t i = 0; i < sizeof(historic) / sizeof(historic[0]); i++)
		if (historic[i].in_file == link_type)
			return historic[i].link_type;
	return link_type;
}

int link_type_dlt(uint16_t link_type)
{
	for (size_t i = 0; i < sizeof(differing) / sizeof(differing[0]); i++)
		if (differing[i].link_type == link_type)
			return differing[i].dlt;
	return link_type;
}

uint16_t link_type_from_dlt(int dlt)
{
	for (size_t i = 0; i < sizeof(differing) / sizeof(differing[0]); i++)
		if (differing[i].dlt == dlt)
			return differing[i].link_type;
	return (uint16_t)dlt;
}

char *capture_link_type_name(uint16_t link_type, char out[CAPTURE_LINK_NAME_MAX])
{
	const char *name = pcap_datalink_val_to_name(link_type_dlt(link_type));

	if (link_type == CAPTURE_LINK_TYPE_UNDESCRIBED)
		(void)snprintf(out, CAPTURE_LINK_NAME_MAX, "undescribed");
	else if (name)
		(void)snprintf(out, CAPTURE_LINK_NAME_MAX, "%s", name);
	else
		(void)snprintf(out, CAPTURE_LINK_NAME_MAX, "linktype %u", link_type);
	return out;
}
