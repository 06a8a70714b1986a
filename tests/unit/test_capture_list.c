#include "capture_samples.h"
#include <sys/stat.h>

TestSuite(capture_list, .timeout = 20);

/* A folder under the temporary one, removed with what the test puts there. */
struct place {
	char root[64];
};

static void make_place(struct place *p)
{
	(void)snprintf(p->root, sizeof(p->root), "/tmp/tapaudit-list-XXXXXX");
	cr_assert_not_null(mkdtemp(p->root));
}

static void remove_place(const struct place *p)
{
	char command[256];

	(void)snprintf(command, sizeof(command), "chmod -R u+rwX %s; rm -r %s", p->root, p->root);
	cr_assert_eq(system(command), 0);
}

static void put(const struct place *p, const char *name, const void *bytes, size_t length)
{
	char path[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", p->root, name);
	f = fopen(path, "wb");
	cr_assert_not_null(f);
	cr_assert_eq(fwrite(bytes, 1, length, f), length);
	cr_assert_eq(fclose(f), 0);
}

static void put_folder(const struct place *p, const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", p->root, name);
	cr_assert_eq(mkdir(path, 0755), 0);
}

/* What each input comes to, one a line, the place's own name left out. */
static void expect_list(const struct place *p, const char *below, const struct capture_options *options,
			const char *expected)
{
	char path[256];
	const char *paths[] = {path};
	struct capture_list list = {0};
	struct strbuf out = {0};
	struct err err;

	(void)snprintf(path, sizeof(path), "%s%s", p->root, below);
	cr_assert_eq(capture_list_expand(&list, paths, 1, options, &err), 0);
	for (size_t i = 0; i < list.count; i++) {
		char *name = capture_input_name(&list.items[i]);
		struct capture_summary s;
		int r = capture_scan(&list.items[i], options, &s);

		cr_assert_not_null(name);
		cr_expect_eq(r == 0, s.format[0] != '\0');
		strbuf_addf(&out, "%s: %s", name + strlen(p->root), capture_status_name(s.status));
		if (r == 0)
			strbuf_addf(&out, " %s %llu", s.format, (unsigned long long)s.packets);
		if (s.error[0]) {
			cr_expect(strncmp(s.error, name, strlen(name)) == 0, "%s", s.error);
			strbuf_add(&out, s.error + strlen(name));
		}
		strbuf_add_char(&out, '\n');
		mem_free(name);
	}
	cr_expect_str_eq(strbuf_text(&out), expected, "%s", strbuf_text(&out));
	strbuf_clear(&out);
	capture_list_clear(&list);
}

static struct sample *plain(void)
{
	struct sample *s = sample_new(false);

	sample_plain_pcap(s);
	return s;
}

Test(capture_list, folders)
{
	struct place p;
	struct sample *s = plain();
	char path[256], target[256];

	make_place(&p);
	put_folder(&p, "b");
	put_folder(&p, "b/c");
	put_folder(&p, "empty");
	put(&p, "z.pcap", s->bytes, s->length);
	put(&p, "b/capture_without_extension", s->bytes, s->length);
	put(&p, "b/c/deep.cap", s->bytes, s->length);
	put(&p, "b/notes.txt", "notes", 5);
	put(&p, "b/text.pcap.gz", "notes", 5);
	put(&p, "b/none.pcap3", "", 0);
	put(&p, "b/none.log", "", 0);
	(void)snprintf(path, sizeof(path), "%s/a-link.pcap", p.root);
	(void)snprintf(target, sizeof(target), "%s/z.pcap", p.root);
	cr_assert_eq(symlink(target, path), 0);
	expect_list(&p, "", NULL,
		    "/b/c/deep.cap: complete pcap 3\n"
		    "/b/capture_without_extension: complete pcap 3\n"
		    "/b/none.log: skipped: skipped, no capture\n"
		    "/b/none.pcap3: empty: empty: holds no bytes; was it copied whole?\n"
		    "/b/notes.txt: skipped: skipped, no capture\n"
		    "/b/text.pcap.gz: foreign: not a capture: starts with 'notes' (text); a hex dump is "
		    "converted with: "
		    "text2pcap\n"
		    "/z.pcap: complete pcap 3\n");
	/* A link that the user names is followed, and anything that the user names has to be a capture. */
	expect_list(&p, "/a-link.pcap", NULL, "/a-link.pcap: complete pcap 3\n");
	expect_list(
	    &p, "/b/notes.txt", NULL,
	    "/b/notes.txt: foreign: not a capture: starts with 'notes' (text); a hex dump is converted with: "
	    "text2pcap\n");
	expect_list(&p, "/b/none.log", NULL,
		    "/b/none.log: empty: empty: holds no bytes; was it copied whole?\n");
	expect_list(&p, "/empty", NULL,
		    "/empty: foreign: a folder that holds no captures; name one that does\n");
	expect_list(&p, "/absent", NULL,
		    "/absent: unreadable: cannot be opened: No such file or directory; check the name\n");
	remove_place(&p);
	free(s);
}

Test(capture_list, folder_of_other_things_says_so)
{
	struct place p;

	make_place(&p);
	put(&p, "notes.txt", "notes", 5);
	expect_list(&p, "", NULL,
		    "/notes.txt: skipped: skipped, no capture\n"
		    ": foreign: a folder that holds no captures; name one that does\n");
	remove_place(&p);
}

/* Members in the order of the archive; a compressed one, one in an archive within, one that is none. */
static uint8_t *mixed_archive(int format, int filter, size_t *length)
{
	struct sample *s = plain();
	struct sample_member one = {"in/y.pcap", s->bytes, s->length};
	size_t gz_length, tar_length;
	uint8_t *gz = sample_archive(ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, &one, 1, &gz_length);
	uint8_t *tar = sample_archive(ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_ZSTD, &one, 1, &tar_length), *out;
	struct sample_member members[] = {{"a.pcap", s->bytes, s->length}, {"read.me", "text", 4},
					  {"b.pcap.gz", gz, gz_length},    {"bad\x1b[31m.cap", "text", 4},
					  {"c.tar.zst", tar, tar_length},  {"d", s->bytes, s->length - 1}};

	out = sample_archive(format, filter, members, sizeof(members) / sizeof(members[0]), length);
	free(gz);
	free(tar);
	free(s);
	return out;
}

#define MEMBERS(path, how)                                                                                   \
	path ":a.pcap: complete pcap " how " 3\n" path ":read.me: skipped: skipped, no capture\n" path       \
	     ":b.pcap.gz: complete pcap gzip " how " 3\n" path                                               \
	     ":bad?[31m.cap: foreign: not a capture: starts with 'text' (text); a hex dump is converted "    \
	     "with: "                                                                                        \
	     "text2pcap\n" path ":c.tar.zst:in/y.pcap: complete pcap tar zstd " how " 3\n" path              \
	     ":d: cut pcap " how                                                                             \
	     " 2: cut short: 15 of 16 bytes of a record at byte 67, after frame 2; all before it "           \
	     "was read; copy the file again, or use --accept-cut\n"

Test(capture_list, archives)
{
	static const struct {
		const char *name;
		int format, filter;
		const char *expected;
	} rows[] = {
	    {"/x.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, MEMBERS("/x.zip", "zip")},
	    {"/x.tar", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, MEMBERS("/x.tar", "tar")},
	    {"/x.tgz", ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FILTER_GZIP, MEMBERS("/x.tgz", "tar gzip")},
	    {"/x.tar.zst", ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_ZSTD, MEMBERS("/x.tar.zst", "tar zstd")},
	    {"/x.7z", ARCHIVE_FORMAT_7ZIP, ARCHIVE_FILTER_NONE, MEMBERS("/x.7z", "7z")},
	    {"/x.cpio", ARCHIVE_FORMAT_CPIO, ARCHIVE_FILTER_NONE, MEMBERS("/x.cpio", "cpio")},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct place p;
		size_t length;
		uint8_t *bytes = mixed_archive(rows[i].format, rows[i].filter, &length);

		make_place(&p);
		put(&p, rows[i].name + 1, bytes, length);
		expect_list(&p, rows[i].name, NULL, rows[i].expected);
		expect_list(&p, "", NULL, rows[i].expected);
		remove_place(&p);
		free(bytes);
	}
}

Test(capture_list, archive_without_captures)
{
	struct place p;
	struct sample_member m = {"word/document.xml", "<?xml", 5};
	size_t length;
	uint8_t *bytes = sample_archive(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, &m, 1, &length);
	struct sample *s = plain();

	make_place(&p);
	put(&p, "office.docx", bytes, length);
	put(&p, "x.pcap", s->bytes, s->length);
	expect_list(&p, "/office.docx", NULL, "/office.docx: foreign: an archive that holds no capture\n");
	expect_list(&p, "", NULL,
		    "/office.docx: skipped: an archive that holds no capture\n"
		    "/x.pcap: complete pcap 3\n");
	remove_place(&p);
	free(bytes);
	free(s);
}

Test(capture_list, archive_that_is_cut)
{
	struct place p;
	struct sample *s = plain();
	struct sample_member members[] = {{"a.pcap", s->bytes, s->length},
					  {"b.pcap", s->bytes, s->length},
					  {"c.pcap", s->bytes, s->length}};
	struct capture_options accept = {.accept_cut = true};
	size_t length;
	uint8_t *bytes = sample_archive(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, members, 3, &length);

	make_place(&p);
	/* A header and a body of 512 bytes each: within the second body, and within the third header. */
	put(&p, "body.tar", bytes, 1536 + 60);
	put(&p, "header.tar", bytes, 2048 + 60);
	expect_list(
	    &p, "/body.tar", NULL,
	    "/body.tar:a.pcap: complete pcap tar 3\n"
	    "/body.tar:b.pcap: cut pcap tar 1: ends in the middle of its tar: Truncated tar archive, stopped "
	    "at "
	    "byte 45, after frame 1; all before it was read; copy the file again, or use --accept-cut\n"
	    "/body.tar: cut: ends in the middle of its tar: Truncated tar archive; no member after that can "
	    "be "
	    "read; copy the file again, or use --accept-cut\n");
	expect_list(&p, "/header.tar", NULL,
		    "/header.tar:a.pcap: complete pcap tar 3\n"
		    "/header.tar:b.pcap: complete pcap tar 3\n"
		    "/header.tar: cut: ends in the middle of its tar: Truncated tar archive; no member after "
		    "that can "
		    "be read; copy the file again, or use --accept-cut\n");
	expect_list(&p, "/header.tar", &accept,
		    "/header.tar:a.pcap: complete pcap tar 3\n"
		    "/header.tar:b.pcap: complete pcap tar 3\n");
	free(bytes);
	bytes = sample_archive(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP, members, 3, &length);
	put(&p, "x.tgz", bytes, length - 9);
	expect_list(&p, "/x.tgz", &accept,
		    "/x.tgz:a.pcap: complete pcap tar gzip 3\n"
		    "/x.tgz:b.pcap: complete pcap tar gzip 3\n"
		    "/x.tgz:c.pcap: complete pcap tar gzip 3\n");
	remove_place(&p);
	free(bytes);
	free(s);
}

/* Once the compression around an archive is cut, that is the reason given, whatever the readers above it say.
 */
Test(capture_list, archive_whose_compression_is_cut)
{
	struct place p;
	struct sample *s = sample_long_pcap(1000);
	struct capture_summary summary;
	char path[256];
	struct capture_input archive = {.path = path};
	struct sample_member members[] = {{"a.pcap", s->bytes, s->length}, {"b.pcap", s->bytes, s->length}};
	size_t length;
	uint8_t *bytes = sample_archive(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_BZIP2, members, 1, &length);

	make_place(&p);
	put(&p, "x.tbz", bytes, length / 2);
	expect_list(&p, "/x.tbz", NULL,
		    "/x.tbz: cut: ends in the middle of its bzip2: truncated bzip2 input; copy the file "
		    "again, or use "
		    "--accept-cut\n");
	free(bytes);
	bytes = sample_archive(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP, members, 2, &length);
	put(&p, "x.tgz", bytes, length / 2);
	(void)snprintf(path, sizeof(path), "%s/x.tgz", p.root);
	cr_expect_eq(capture_scan(&archive, NULL, &summary), -1);
	cr_expect_eq(summary.status, CAPTURE_CUT);
	cr_expect_str_eq(
	    summary.error + strlen(path),
	    ": ends in the middle of its gzip: truncated gzip input; no member after that can be read; copy "
	    "the file again, or use --accept-cut");
	remove_place(&p);
	free(bytes);
	free(s);
}

Test(capture_list, standard_input_is_left_alone)
{
	const char *const paths[] = {"-", "/nowhere"};
	struct capture_list list = {0};
	struct err err;
	char *name;

	cr_assert_eq(capture_list_expand(&list, paths, 2, NULL, &err), 0);
	cr_assert_eq(list.count, 2);
	cr_expect_str_eq(list.items[0].path, "-");
	cr_expect_null(list.items[0].member);
	cr_expect(list.items[0].named);
	name = capture_input_name(&list.items[0]);
	cr_expect_str_eq(name, "standard input");
	mem_free(name);
	capture_list_clear(&list);
	cr_expect_eq(list.count, 0);
}

Test(capture_list, memory_failures)
{
	struct place p;
	struct sample *s = plain();
	size_t length;
	uint8_t *bytes = mixed_archive(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, &length);
	bool complete = false;

	make_place(&p);
	put_folder(&p, "b");
	put(&p, "b/x.zip", bytes, length);
	put(&p, "b/y.pcap", s->bytes, s->length);
	for (uint64_t nth = 1; nth < 500 && !complete; nth++) {
		const char *const paths[] = {p.root};
		struct capture_list list = {0};
		struct err err = {""};
		size_t before = mem_live();
		int r;

		mem_fail_at(nth);
		r = capture_list_expand(&list, paths, 1, NULL, &err);
		complete = !mem_fail_reached();
		mem_fail_at(0);
		/* A member that could not be looked at for want of memory stays in the list, to be tried
		 * again. */
		cr_expect(r == 0 || err.text[0]);
		if (complete)
			cr_expect_eq(list.count, 7);
		capture_list_clear(&list);
		cr_expect_eq(mem_live(), before, "allocation %llu leaks", (unsigned long long)nth);
	}
	cr_expect(complete);
	remove_place(&p);
	free(bytes);
	free(s);
}
