#!/bin/sh
# embed.sh NAME FILE: FILE as a C text called NAME, and as NAME_hash what a Content-Security-Policy calls its contents.
set -eu
hash=$(sha256sum <"$2" | cut -c1-64 | tr a-f A-F | basenc --base16 -d | base64)
# A shell does not see that a command within a pipe failed: 32 bytes are 44 characters.
[ ${#hash} = 44 ] || { echo "$2: cannot be hashed: sha256sum and basenc (coreutils 8.31) are needed" >&2; exit 1; }
printf '/* Made of %s: change that. */\n' "$2"
printf 'static const char %s_hash[] = "sha256-%s";\n' "$1" "$hash"
printf 'static const char %s[] =\n' "$1"
sed 's/\\/\\\\/g; s/"/\\"/g; s/?/\\?/g; s/^/    "/; s/$/\\n"/' "$2"
printf '    ;\n'
