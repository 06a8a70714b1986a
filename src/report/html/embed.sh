#!/bin/sh
# embed.sh NAME FILE: FILE as a C text called NAME, and as NAME_hash what a Content-Security-Policy calls its contents.
set -eu
hash=$(sha256sum <"$2" | cut -c1-64 | tr a-f A-F | basenc --base16 -d | base64)
printf '/* Made of %s: change that. */\n' "$2"
printf 'static const char %s_hash[] = "sha256-%s";\n' "$1" "$hash"
printf 'static const char %s[] =\n' "$1"
sed 's/\\/\\\\/g; s/"/\\"/g; s/?/\\?/g; s/^/    "/; s/$/\\n"/' "$2"
printf '    ;\n'
