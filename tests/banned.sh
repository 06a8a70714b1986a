#!/bin/sh
# Functions that this house does not call, in src and include, outside comments and texts. One line a violation.
set -eu
cd "$(dirname "$0")/.."

# No bound, hidden state, silent overflow, or a stack that the sender of packets can size.
unsafe='sprintf vsprintf strcpy stpcpy strcat strncat strtok atoi atol atoll atof gets alloca bzero'
# Only as a call: the words are also good names.
unsafe_calls='rand srand random'
# Whoever allocates goes through base/mem.h.
heap='malloc calloc realloc reallocarray free strdup strndup asprintf vasprintf aligned_alloc posix_memalign memalign
	getline getdelim open_memstream'

found=$(find src include -name '*.[ch]' | sort | xargs awk -v unsafe="$unsafe" -v unsafe_calls="$unsafe_calls" -v heap="$heap" '
function list(text, into, why,   words, n, i) {
	n = split(text, words, " ")
	for (i = 1; i <= n; i++) into[words[i]] = why
}
BEGIN {
	list(unsafe, banned, "is banned")
	list(heap, banned, "belongs to base/mem.c alone; use base/mem.h")
	list(heap, is_heap, 1)
	list(unsafe_calls, banned_call, "is banned")
}
FNR == 1 { in_comment = 0 }
# The line without comments, and with empty texts and character constants.
function bare(line,   out, i, c, pair, quote) {
	out = ""
	quote = ""
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		pair = substr(line, i, 2)
		if (in_comment) {
			if (pair == "*/") { in_comment = 0; i++ }
		} else if (quote != "") {
			if (c == "\\") i++
			else if (c == quote) quote = ""
		} else if (pair == "/*") { in_comment = 1; i++; out = out " " }
		else if (pair == "//") break
		else if (c == "\"" || c == "\047") { quote = c; out = out " " }
		else out = out c
	}
	return out
}
{
	rest = bare($0)
	before = ""
	while (match(rest, /[A-Za-z_][A-Za-z0-9_]*/)) {
		before = before substr(rest, 1, RSTART - 1)
		word = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		member = before ~ /(\.|->)[ \t]*$/
		before = before word
		if (member || (FILENAME == "src/base/mem.c" && word in is_heap)) continue
		if (word in banned) print FILENAME ":" FNR ": " word " " banned[word]
		else if (word in banned_call && rest ~ /^[ \t]*\(/) print FILENAME ":" FNR ": " word " " banned_call[word]
	}
}')
if [ -n "$found" ]; then
	printf '%s\n' "$found"
	echo "banned: $(printf '%s\n' "$found" | wc -l) violation(s)" >&2
	exit 1
fi
echo "banned: none called"
