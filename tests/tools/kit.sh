# What tests in shell count by and compare with; to be read by them: ". tests/tools/kit.sh". Their last line is
# "$passed passed, $failed failed".
# shellcheck shell=sh
passed=0
failed=0

ok() {
	passed=$((passed + 1))
}

no() { # no NAME WHAT..
	failed=$((failed + 1))
	kit_name=$1
	shift
	printf 'FAIL %s: %s\n' "$kit_name" "$*"
}

is() { # is NAME GOT WANTED
	if [ "$2" = "$3" ]; then ok; else no "$1" "\"$2\", not \"$3\""; fi
}

has() { # has NAME FILE TEXT
	if grep -qF -- "$3" "$2"; then ok; else no "$1" "$2 lacks \"$3\""; fi
}

lacks() { # lacks NAME FILE TEXT
	if grep -qF -- "$3" "$2"; then no "$1" "$2 has \"$3\""; else ok; fi
}
