/* What is in force, in words. */
#include "confine_parts.h"
#include <stdio.h>

static const char *const door_names[] = {
    [DOOR_USER] = "user",
    [DOOR_CAPABILITIES] = "capabilities",
    [DOOR_PRIVILEGES] = "privileges",
    [DOOR_FILES] = "files",
    [DOOR_TRUNCATE] = "truncation",
    [DOOR_TCP] = "tcp",
    [DOOR_DEVICES] = "devices",
    [DOOR_SCOPE] = "scope",
    [DOOR_CALLS] = "calls",
    [DOOR_CORE] = "core",
    [DOOR_MEMORY] = "memory",
    [DOOR_DESCRIPTORS] = "descriptors",
    [DOOR_PROCESSES] = "processes",
};

static const char *const state_names[] = {
    [DOOR_OPEN] = "open",
    [DOOR_SHUT] = "shut",
    [DOOR_MISSING] = "missing",
};

const char *confine_door_name(enum confine_door door)
{
	return door < DOOR_COUNT ? door_names[door] : "?";
}

const char *door_state_name(enum door_state state)
{
	return state <= DOOR_MISSING ? state_names[state] : "?";
}

/* A limit that nobody asked for is no news. */
static bool is_worth_a_word(const struct confinement *confinement, int door)
{
	return confinement->doors[door].state != DOOR_OPEN ||
	       (door != DOOR_MEMORY && door != DOOR_DESCRIPTORS && door != DOOR_PROCESSES);
}

/* One state's doors, each with its detail in brackets; those that are shut by Landlock or seccomp need no
 * word. */
static size_t add_state(const struct confinement *confinement, enum door_state state, char *out,
			size_t length)
{
	const char *between = ": ";

	for (int i = 0; i < DOOR_COUNT && length < CONFINE_TEXT_MAX; i++) {
		const char *detail = confinement->doors[i].detail;
		bool plain =
		    detail[0] == '\0' || (state == DOOR_SHUT && i != DOOR_USER && i != DOOR_CAPABILITIES);

		if (confinement->doors[i].state != state || !is_worth_a_word(confinement, i))
			continue;
		if (between[0] == ':')
			length += (size_t)snprintf(out + length, CONFINE_TEXT_MAX - length, "%s%s",
						   length > 0 ? "; " : "", door_state_name(state));
		if (length < CONFINE_TEXT_MAX)
			length += (size_t)snprintf(out + length, CONFINE_TEXT_MAX - length, "%s%s%s%s%s",
						   between, confine_door_name((enum confine_door)i),
						   plain ? "" : " (", plain ? "" : detail, plain ? "" : ")");
		between = ", ";
	}
	return length;
}

char *confine_describe(const struct confinement *confinement, char out[CONFINE_TEXT_MAX])
{
	size_t length = 0;

	if (!confinement->entered) {
		snprintf(out, CONFINE_TEXT_MAX, "none in force");
		return out;
	}
	length = add_state(confinement, DOOR_SHUT, out, length);
	length = add_state(confinement, DOOR_OPEN, out, length);
	if (length < CONFINE_TEXT_MAX)
		(void)add_state(confinement, DOOR_MISSING, out, length);
	return out;
}

bool confine_is_whole(const struct confinement *confinement)
{
	for (int i = 0; i < DOOR_COUNT; i++) {
		if (confinement->doors[i].state == DOOR_MISSING)
			return false;
	}
	return confinement->entered;
}
