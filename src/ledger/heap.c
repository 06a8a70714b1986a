#include "heap.h"

/* Williams's heap: lets the thing at AT sink below the greater of its two followers, among the first COUNT.
 */
static void heap_sink(const struct heap_order *order, size_t at, size_t count)
{
	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= count)
			return;
		if (child + 1 < count && order->compare(order->context, child, child + 1) < 0)
			child++;
		if (order->compare(order->context, at, child) >= 0)
			return;
		order->swap(order->context, at, child);
		at = child;
	}
}

void heap_sort(const struct heap_order *order, size_t count)
{
	for (size_t i = count / 2; i-- > 0;)
		heap_sink(order, i, count);
	for (size_t left = count; left > 1; left--) {
		order->swap(order->context, 0, left - 1);
		heap_sink(order, 0, left - 1);
	}
}
