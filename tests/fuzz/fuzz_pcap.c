/*
 * Door: a pcap file. The first byte says whether a cut last record is accepted, the rest is the file.
 * Checked: what the capture says of itself is what was read; read by hand, as a file and by a scan it is the
 * same.
 */
#include "capture_road.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return road_run(data, size, MAGIC_PCAP);
}
