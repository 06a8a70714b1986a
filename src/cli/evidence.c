#include "base/hash.h"
#include "capture/pcapng_write.h"
#include "evidence_wants.h"
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int evidence_folder(const struct run_options *options)
{
	struct stat state;

	if (!options->evidence || mkdir(options->evidence, 0755) == 0)
		return 0;
	if (errno == EEXIST && stat(options->evidence, &state) == 0 && !S_ISDIR(state.st_mode))
		errno = ENOTDIR;
	if (errno == EEXIST)
		return 0;
	say_error("--evidence: %s: %s", options->evidence, strerror(errno));
	return -1;
}

static void add_section_comment(struct strbuf *text, const struct audit_finding *finding,
				const struct evidence_found *found)
{
	const char *reason = finding_reason_name(finding->reason);

	strbuf_addf(text, "Finding %s\n%s%s%s, severity %s\n", finding->id, finding_kind_name(finding->kind),
		    reason ? ": " : "", reason ? reason : "", severity_name(finding->severity));
	strbuf_addf(text, "System: %s\nRule: %s%s%s%s\n", finding->system ? finding->system : "none",
		    finding->rule ? finding->rule : "none", finding->cite ? " (" : "",
		    finding->cite ? finding->cite : "", finding->cite ? ")" : "");
	strbuf_addf(text, "%s\n", finding->message ? finding->message : "");
	strbuf_addf(text, "The finding is of %" PRIu64 " packets; %zu stand here.", finding->packets,
		    found->count);
	if (found->missing > 0)
		strbuf_addf(text, " %zu that prove it could not be read again.", found->missing);
	if (found->left_out > 0)
		strbuf_addf(text, " %" PRIu64 " found no room.", found->left_out);
}

static void add_packet_comment(struct strbuf *text, const struct audit_finding *finding,
			       const struct evidence_packet *packet, const char *source)
{
	strbuf_addf(text, "Frame %" PRIu64 " of %s", packet->packet.frame, source);
	if (packet->untimed)
		strbuf_add(text, ", which gives it no time: this is that of the packet before");
	if (packet->named)
		strbuf_addf(text, "\nProof of finding %s: %s, rule %s\n%s", finding->id,
			    finding_kind_name(finding->kind), finding->rule ? finding->rule : "none",
			    finding->message ? finding->message : "");
}

static void build_file(struct pcapng_writer *writer, const struct evidence_job *job,
		       const struct audit_finding *finding, const struct evidence_found *found)
{
	struct strbuf text = {0};

	add_section_comment(&text, finding, found);
	pcapng_write_start(writer, "tapaudit " TAPAUDIT_VERSION, strbuf_text(&text));
	for (size_t i = 0; i < found->count; i++) {
		const struct evidence_packet *packet = &found->packets[i];
		const char *source = packet->input < job->input_count ? job->inputs[packet->input].name : "?";

		text.length = 0;
		add_packet_comment(&text, finding, packet, source);
		pcapng_write_packet(writer, &packet->packet, source, strbuf_text(&text));
	}
	writer->bytes.failed |= text.failed;
	strbuf_clear(&text);
}

/* Findings of one id (a host's two addresses; what an exception covers and what it does not) have files of
 * their own: the second is ID-2. NULL without memory. */
char *evidence_path(struct arena *arena, const struct run_options *options, const struct audit_result *result,
		    size_t i)
{
	const struct audit_finding *findings = result->findings;
	const char *id = findings[i].id;
	size_t same = 1;

	/* All of them count, so that the page's second anchor and the second file are of one finding. */
	for (size_t k = 0; k < i; k++)
		same += strcmp(findings[k].id, id) == 0;
	if (same == 1)
		return arena_printf(arena, "%s/%s.pcapng", options->evidence, id);
	return arena_printf(arena, "%s/%s-%zu.pcapng", options->evidence, id, same);
}

int evidence_write_file(struct evidence_job *job, size_t want, const struct evidence_found *found)
{
	const struct audit_finding *finding = &job->result->findings[job->findings[want]];
	struct pcapng_writer writer = {0};
	struct err err = {""};
	char *path = evidence_path(&job->files->arena, job->options, job->result, job->findings[want]);
	int result = path ? 0 : err_no_memory(&err);

	if (result == 0) {
		build_file(&writer, job, finding, found);
		result = pcapng_write_file(&writer, path, &err);
		pcapng_write_clear(&writer);
	}
	if (result != 0) {
		say_error("%s", err.text);
		return -1;
	}
	job->files->paths[job->findings[want]] = path;
	job->files->count++;
	return 0;
}

static int write_files(struct evidence_job *job, const struct evidence_set *set)
{
	size_t without = 0, partial = 0;

	for (size_t i = 0; i < set->count; i++) {
		without += set->found[i].count == 0;
		partial += set->found[i].count > 0 && set->found[i].missing > 0;
		if (set->found[i].count > 0 && evidence_write_file(job, i, &set->found[i]) != 0)
			return -1;
	}
	if (set->streams > 0)
		say_warning(job->options,
			    "--evidence: a stream cannot be read twice; its packets are in no file");
	if (set->unread > 0)
		say_warning(job->options, "--evidence: %zu input%s could not be read again", set->unread,
			    set->unread > 1 ? "s" : "");
	if (without + partial > 0)
		say_warning(job->options, "--evidence: of %zu finding%s packets that prove it are missing",
			    without + partial, without + partial > 1 ? "s" : "");
	return 0;
}

static bool show_progress(void *context, const struct observe_progress *state)
{
	return progress_show(context, state);
}

static int read_again(struct evidence_job *job, const struct capture_list *list, const struct ledger *ledger,
		      struct evidence_set *set)
{
	struct progress progress;
	struct observe_options observe = {
	    .capture = reading_capture_options(job->options),
	    .filter = job->options->filter,
	    .hash_seed = hash_seed_random(),
	    .context = &progress,
	    .progress = show_progress,
	};
	struct err err;

	if (reading_decode_options(job->options, &observe.decode) != 0)
		return -1;
	progress_start(&progress, job->options);
	int result = evidence_read(list, &observe, ledger, job->wants, job->want_count, set, &err);
	progress_end(&progress);
	if (result != 0)
		say_error("--evidence: %s", err.text);
	return result;
}

int evidence_write(struct evidence_files *files, const struct run_options *options,
		   const struct capture_list *list, const struct ledger *ledger,
		   const struct audit_result *result)
{
	struct evidence_job job = {.options = options, .result = result, .files = files};
	struct evidence_set set = {.count = 0};

	job.inputs = ledger_inputs(ledger, &job.input_count);
	if (evidence_wants(&job, ledger) != 0) {
		say_error("out of memory");
		return -1;
	}
	int lock = evidence_lock(options->evidence);
	int status = read_again(&job, list, ledger, &set);
	if (status == 0)
		status = write_files(&job, &set);
	if (status == 0 && !files->partial)
		evidence_sweep(files, options, result->finding_count);
	if (lock >= 0)
		close(lock);
	evidence_clear(&set);
	return status;
}

void evidence_files_clear(struct evidence_files *files)
{
	arena_clear(&files->arena);
	*files = (struct evidence_files){.count = 0};
}
