/* What the site tolerates for a time. Compared with the last day judged; an expired exception excuses
 * nothing. */
#include "work.h"
#include <string.h>

/* So long before its end an exception is called expiring, to be renewed or settled in time. */
enum { EXPIRING_DAYS = 14 };

static bool in_ranges(const struct site_ends *ends, const struct addr *address)
{
	for (size_t i = 0; i < ends->count; i++)
		if (addr_in_range(address, &ends->ranges[i]))
			return true;
	return false;
}

/* TEXT, as the exception writes it, or NULL: anybody. A host bound by its MAC is known by name or MAC alone.
 */
static bool end_matches(const struct audit_work *work, size_t system, const struct site_ends *ends,
			const char *text, const struct host_ref *ref)
{
	const struct audit_host *host;

	if (!text && ends->count == 0)
		return true;
	if (!ref)
		return false;
	if (in_ranges(ends, &ref->address))
		return true;
	host = system == NO_INDEX ? NULL : host_of(work, system, ref);
	if (!host || host->binding == NO_INDEX || !text)
		return false;
	return strcmp(text, host->text) == 0 || strcmp(text, host->identity) == 0;
}

/* HOST tells either end of what has ends. */
static bool host_matches(const struct audit_work *work, const struct site_exception *exception,
			 const struct exception_subject *subject)
{
	const struct site_ends *host = &exception->host;

	if (!exception->host_text && host->count == 0)
		return true;
	if (subject->host || (!subject->initiator && !subject->responder))
		return end_matches(work, subject->system, host, exception->host_text, subject->host);
	return end_matches(work, subject->system, host, exception->host_text, subject->initiator) ||
	       end_matches(work, subject->system, host, exception->host_text, subject->responder);
}

static bool names_match(const struct audit_work *work, const struct site_exception *exception,
			const struct exception_subject *subject)
{
	const struct system_work *system =
	    subject->system == NO_INDEX ? NULL : &work->systems[subject->system];

	if (exception->kind && strcmp(exception->kind, finding_kind_name(subject->kind)) != 0)
		return false;
	if (exception->system && (!system || strcmp(exception->system, system->plain->site->name) != 0))
		return false;
	if (!exception->rule)
		return true;
	return system && subject->rule != NO_INDEX &&
	       strcmp(exception->rule, system->plain->rules[subject->rule].rule->id) == 0;
}

static bool protocol_matches(int32_t wanted, int32_t protocol)
{
	return wanted < 0 || wanted == protocol || (wanted == PROTO_ICMP && protocol == PROTO_ICMP6);
}

static bool exception_matches(const struct audit_work *work, const struct site_exception *exception,
			      const struct exception_subject *subject)
{
	if (!names_match(work, exception, subject) ||
	    !protocol_matches(exception->protocol, subject->protocol))
		return false;
	if (exception->port_count > 0 &&
	    (subject->port < 0 ||
	     !port_in_ranges((uint16_t)subject->port, exception->ports, exception->port_count)))
		return false;
	return end_matches(work, subject->system, &exception->initiator, exception->initiator_text,
			   subject->initiator) &&
	       end_matches(work, subject->system, &exception->responder, exception->responder_text,
			   subject->responder) &&
	       host_matches(work, exception, subject);
}

static int32_t judged_day(const struct audit_work *work)
{
	return work->options->last_day ? *work->options->last_day : work->cover.last_day;
}

static bool has_expired(const struct audit_work *work, const struct site_exception *exception)
{
	return exception->expires_day < judged_day(work);
}

size_t exception_find(const struct audit_work *work, const struct exception_subject *subject)
{
	const struct site *site = matrix_site(work->matrix);

	for (size_t i = 0; i < site->exception_count; i++)
		if (!has_expired(work, &site->exceptions[i]) &&
		    exception_matches(work, &site->exceptions[i], subject))
			return i;
	return NO_INDEX;
}

/* In this order: what has run out, or soon will, matters more than whether it was of use. */
static const char *exception_state(const struct audit_work *work, size_t i)
{
	const struct site_exception *exception = &matrix_site(work->matrix)->exceptions[i];

	if (has_expired(work, exception))
		return "expired";
	if (exception->expires_day - judged_day(work) <= EXPIRING_DAYS)
		return "expiring";
	return work->exception_used[i] ? "used" : "unused";
}

void exceptions_report(struct audit_work *work)
{
	const struct site *site = matrix_site(work->matrix);
	struct audit_exception *items = work_alloc(work, site->exception_count, sizeof(*items));

	for (size_t i = 0; items && i < site->exception_count; i++) {
		const struct site_exception *exception = &site->exceptions[i];

		items[i] = (struct audit_exception){.id = exception->id,
						    .state = exception_state(work, i),
						    .used = work->exception_used[i],
						    .expires = exception->expires,
						    .owner = exception->owner,
						    .reason = exception->reason};
	}
	work->result->exceptions = items;
	work->result->exception_count = site->exception_count;
}
