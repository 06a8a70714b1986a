#!/bin/sh
# Three static analyzers over src/: tests/analyze.sh FOLDER FLAG.., where FOLDER holds generated headers and the FLAGs are
# the compiler's. Each must be silent. A tool that is not installed is skipped, saying so.
set -u
cd "$(dirname "$0")/.." || exit 2
generated=$1
shift
logs=build/analyze
mkdir -p "$logs"
passed=0
failed=0
jobs=$(nproc 2>/dev/null || echo 2)

verdict() { # verdict NAME: its log must be empty
	if [ -s "$logs/$1.log" ]; then
		failed=$((failed + 1))
		echo "FAIL $1:"
		tail -60 "$logs/$1.log"
	else
		passed=$((passed + 1))
		echo "ok   $1"
	fi
}

have() {
	command -v "$1" >/dev/null || { echo "skipped: $1 is not installed"; return 1; }
}

# Not -fsyntax-only: the analyzer works on what the optimizer made. GCC 12 loses track of structs that are returned by
# value and calls them uninitialized; valgrind looks for that in `make test-long`. In cmd_flows.c it believes that the file
# that was just opened may be standard output, and so never be closed.
run_gcc() {
	set -- "$@" -I"$generated" -fanalyzer -Wno-analyzer-use-of-uninitialized-value -c -o /dev/null
	find src -name '*.c' ! -path src/cli/cmd_flows.c | sort | xargs -P "$jobs" -n 1 gcc "$@"
	gcc "$@" -Wno-analyzer-file-leak -Wno-analyzer-malloc-leak src/cli/cmd_flows.c
}

# The flags stand behind the file, so one file at a time.
run_tidy() {
	find src -name '*.c' | sort | xargs -P "$jobs" -I FILE clang-tidy --quiet FILE -- "$@" -I"$generated"
}

# variableScope: this house declares at the head of a block. knownConditionTrueFalse: Cppcheck 2.10 believes that
# "a < N ? a : N" is below 1. unassignedVariable: the byte that an empty cursor points to has no value on purpose.
# autoVariables: the packet whose facts are replaced is not looked at after that call. shadowFunction: -Wshadow tells.
# uninitvar, ctuuninitvar: of quick facts only what evidence_segment asks for is set (src/flow/payload.c); valgrind would tell.
run_cppcheck() {
	cppcheck -q -j "$jobs" --std=c11 --enable=warning,performance,portability,style --inline-suppr \
		--suppress=missingIncludeSystem --suppress=variableScope --suppress=shadowFunction --suppress=knownConditionTrueFalse \
		--suppress=unassignedVariable:include/base/cursor.h --suppress=autoVariables:src/flow/fragment.c \
		--suppress=uninitvar:src/flow/payload.c --suppress=ctuuninitvar:src/decode/evidence.c \
		-Iinclude -D_GNU_SOURCE "-DTAPAUDIT_DATA_DIR=\"\"" src
}

if have gcc; then
	run_gcc "$@" >"$logs/gcc.log" 2>&1
	verdict gcc
fi
if have clang-tidy; then
	run_tidy "$@" >"$logs/clang-tidy.log" 2>/dev/null
	verdict clang-tidy
fi
if have cppcheck; then
	run_cppcheck >"$logs/cppcheck.log" 2>&1
	verdict cppcheck
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
