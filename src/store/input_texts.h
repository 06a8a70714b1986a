/* Private to store/: an input's record as texts and numbers, in the order in which every store keeps them. */
#ifndef STORE_INPUT_TEXTS_H
#define STORE_INPUT_TEXTS_H

#include "ledger/ledger.h"

/* The last one is the filter, which is the ledger's. */
enum { INPUT_TEXTS = 9 };
extern const char *const input_text_names[INPUT_TEXTS];
void input_texts_get(const struct input_record *record, const char *filter, const char *texts[INPUT_TEXTS]);
/* A record of TEXTS, which it points to, and no numbers. */
struct input_record input_of_texts(const char *const texts[INPUT_TEXTS]);

enum { INPUT_FILTER = INPUT_TEXTS - 1 };

#endif
