#include "evidence_samples.h"
#include <criterion/criterion.h>

TestSuite(decode_evidence_tls, .timeout = 10);

static const struct evidence_row tls_rows[] = {
    {"of SSL 2, cut behind its lengths", SEGMENT_ROW, 40000, 443, "802b 01 0002 0012 0000 0010", "tls asks",
     34},
    {"client hello", SEGMENT_ROW, 40000, 443, CLIENT_HELLO, "tls asks", 0},
    {"client hello over two segments", SEGMENT_ROW, 40000, 443,
     "16 0301 0800 01 0007fc 0303" RANDOM32 "20" RANDOM32 "0020 1301", "tls asks", 0},
    {"server hello", SEGMENT_ROW, 443, 40000, SERVER_HELLO, "tls answers", 0},
    {"server hello, others in its record", SEGMENT_ROW, 443, 40000,
     "16 0301 0400 02 000026 0301" RANDOM32 "00 002f 00 0b0003d2", "tls answers", 0},
    {"SSL 2 hello", SEGMENT_ROW, 40000, 443,
     "801f 01 0301 0006 0000 0010 00002f 000035 000102030405060708090a0b0c0d0e0f", "tls asks", 0},
    {"SSL 2 hello, sum wrong", SEGMENT_ROW, 40000, 443,
     "8020 01 0301 0006 0000 0010 00002f 000035 000102030405060708090a0b0c0d0e0f", NOTHING, 0},
    {"certificate", SEGMENT_ROW, 443, 40000, "16 0303 0010 0b 00000c 000009 000006 000003", NOTHING, 0},
    {"application data", SEGMENT_ROW, 443, 40000, "17 0303 0010 00112233445566778899aabbccddeeff", NOTHING,
     0},
    {"unknown version", SEGMENT_ROW, 40000, 443, "16 0305 002d 01 000029 0303" RANDOM32 "00 0002 002f 01 00",
     NOTHING, 0},
    {"odd cipher list", SEGMENT_ROW, 40000, 443, "16 0301 002d 01 000029 0303" RANDOM32 "00 0003 002f 01 00",
     NOTHING, 0},
    {"record longer than its hello", SEGMENT_ROW, 40000, 443,
     "16 0301 002f 01 000029 0303" RANDOM32 "00 0002 002f 01 00", NOTHING, 0},
};

Test(decode_evidence_tls, tls)
{
	CHECK(tls_rows);
}
