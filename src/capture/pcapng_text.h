/* Private to capture/: texts as pcapng holds them, UTF-8 without a final zero. */
#ifndef SRC_CAPTURE_PCAPNG_TEXT_H
#define SRC_CAPTURE_PCAPNG_TEXT_H

#include <stddef.h>

/* TEXT as valid UTF-8 (RFC 3629) into OUT, ROOM bytes at most, never cut inside a character. What is none,
 * and control characters save the newline, become '?'. Returns the length. */
size_t pcapng_text_clean(const char *text, char *out, size_t room);

#endif
