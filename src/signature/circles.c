#include "parts.h"

struct step {
	size_t node, edge;
};

enum { NEW, OPEN, DONE };

/* The part of the road that begins and ends at BACK_TO. */
static void report(struct loader *loader, const struct doc_value *list, const char *field,
		   const struct id_list *names, const struct step *road, size_t length, size_t back_to)
{
	struct strbuf text = {0};
	size_t i = length;

	while (i > 0 && road[i - 1].node != back_to)
		i--;
	for (i = i > 0 ? i - 1 : 0; i < length; i++)
		strbuf_addf(&text, "%.*s -> ", SHOW(id_list_name(names, road[i].node)));
	strbuf_addf(&text, "%.*s", SHOW(id_list_name(names, back_to)));
	if (strbuf_ok(&text))
		loader_error(loader, &list->items[road[length - 1].node], "\"%s\" runs in a circle: %s",
			     field, strbuf_text(&text));
	else
		loader_no_memory(loader);
	strbuf_clear(&text);
}

/* A walk in depth with a road of its own, as a file must not decide how deep we recurse. */
static void walk(struct loader *loader, const struct doc_value *list, const char *field,
		 const struct id_list *names, struct rule_list (*next)(const struct signature *, size_t),
		 struct step *road, uint8_t *state, size_t start)
{
	size_t length = 1;

	road[0] = (struct step){start, 0};
	state[start] = OPEN;
	while (length > 0) {
		struct step *here = &road[length - 1];
		struct rule_list targets = next(loader->signature, here->node);
		size_t target;

		if (here->edge == targets.count) {
			state[here->node] = DONE;
			length--;
			continue;
		}
		target = targets.items[here->edge++];
		if (state[target] == OPEN) {
			report(loader, list, field, names, road, length, target);
		} else if (state[target] == NEW) {
			state[target] = OPEN;
			road[length++] = (struct step){target, 0};
		}
	}
}

void circles_report(struct loader *loader, const struct doc_value *list, const char *field,
		    struct id_list names,
		    struct rule_list (*next)(const struct signature *signature, size_t node))
{
	struct step *road = mem_calloc(names.count, sizeof(*road));
	uint8_t *state = mem_calloc(names.count, 1);

	if (!road || !state)
		loader_no_memory(loader);
	for (size_t i = 0; road && state && i < names.count; i++)
		if (state[i] == NEW)
			walk(loader, list, field, &names, next, road, state, i);
	mem_free(road);
	mem_free(state);
}
