/* The folder of signatures, for those in this floor who look something up there. */
#ifndef SIGNATURE_LIBRARY_H
#define SIGNATURE_LIBRARY_H

#include "fields.h"

/* DIRECTORY/ID.json in the loader's arena; NULL, and told, without memory. */
char *library_path(struct loader *loader, const char *directory, const char *id);
const char *library_directory(const struct signature_library *library);
struct id_list library_ids(const struct signature_library *library);
/* signature_get for a reference at VALUE of another file: an unknown id is that file's mistake. */
const struct signature *library_find(struct loader *loader, const struct doc_value *value, const char *id);

#endif
