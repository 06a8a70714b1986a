/* Who the process is to become. */
#include "confine_parts.h"
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ENTRY_MAX = 16384 };

/* A decimal number up to END, which must be there. The highest one means "no user" to the kernel. */
static bool parse_id(const char *text, char end, uint32_t *out)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 10 || text[digits] != end)
		return false;
	unsigned long long value = strtoull(text, NULL, 10);
	*out = (uint32_t)value;
	return value < UINT32_MAX;
}

static void name_identity(struct identity *identity, const char *name)
{
	snprintf(identity->name, sizeof identity->name, "%s", name);
}

static bool is_number(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789:")] == '\0';
}

int identity_find(const char *text, struct identity *out, struct err *err)
{
	const char *colon = strchr(text, ':');
	struct passwd entry, *found = NULL;
	char memory[ENTRY_MAX];
	uint32_t uid = 0, gid = 0;

	*out = (struct identity){.change = true};
	if (colon) {
		if (!parse_id(text, ':', &uid) || !parse_id(colon + 1, '\0', &gid))
			return err_set(err, "user \"%s\": neither a name, UID nor UID:GID", text);
		out->uid = uid;
		out->gid = gid;
		name_identity(out, text);
		return 0;
	}
	if (parse_id(text, '\0', &uid)) {
		if (getpwuid_r(uid, &entry, memory, sizeof memory, &found) != 0)
			found = NULL;
		out->uid = uid;
		out->gid = found ? found->pw_gid : uid;
		name_identity(out, found ? found->pw_name : text);
		return 0;
	}
	if (is_number(text))
		return err_set(err, "user \"%s\": no such number can be a user", text);
	int failed = getpwnam_r(text, &entry, memory, sizeof memory, &found);
	if (!found)
		return err_set(err, "user \"%s\": %s", text,
			       failed ? strerror(failed) : "there is no such user");
	out->uid = found->pw_uid;
	out->gid = found->pw_gid;
	name_identity(out, found->pw_name);
	return 0;
}
