# make            build/tapaudit                    make demo       set up, build, audit the samples, print the report
# make test       set up, build, every test         make help       all targets
#
# Variants differ only by BUILD, CFLAGS, CC and SAN, so their objects never mix:
#   make BUILD=asan SAN=address,undefined unit      make BUILD=clang CC=clang

BUILD   ?= release
SAN     ?=
DESTDIR ?=
PREFIX  ?= /usr/local
V       ?=

OUT     := build/$(BUILD)
Q       := $(if $(V),,@)

LINKED    := libpcap libcjson libarchive libxxhash libcrypto sqlite3
# libcurl is loaded when a server is named: see src/store/curl_loaded.c
PKGS      := $(LINKED) libcurl
PKG_FLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS  := $(shell pkg-config --libs $(LINKED) 2>/dev/null)
TEST_LIBS := $(shell pkg-config --libs criterion 2>/dev/null)

OPT      ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wpointer-arith -Wwrite-strings \
	    -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wundef -Wformat=2 -Wvla -Wswitch-enum \
	    -Wimplicit-fallthrough -Wnull-dereference -Wdouble-promotion
HARDEN   := -fstack-protector-strong -fPIE $(if $(SAN),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
ALL_CFLAGS  = -std=c17 -D_GNU_SOURCE $(OPT) $(WARNINGS) $(WERROR) $(HARDEN) $(SANFLAGS) -Iinclude $(PKG_FLAGS) \
	      -DTAPAUDIT_DATA_DIR='"$(PREFIX)/share/tapaudit"' $(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now $(SANFLAGS) $(LDFLAGS)
# Warnings are errors here; a newer compiler's new ones need not stop a user: make WERROR=
WERROR   ?= -Werror

FLOORS   := base capture decode flow ledger signature matrix audit observe report store system cli
SOURCES  := $(wildcard $(FLOORS:%=src/%/*.c))
OBJECTS  := $(SOURCES:src/%.c=$(OUT)/%.o)
LIBRARY  := $(filter-out $(OUT)/cli/main.o,$(OBJECTS))
UNIT     := $(wildcard tests/unit/*.c)
UNIT_OBJ := $(UNIT:tests/%.c=$(OUT)/tests/%.o)
TOOLS    := $(patsubst tests/tools/%.c,$(OUT)/tools/%,$(wildcard tests/tools/*.c))
PROGRAM  := $(if $(filter release,$(BUILD)),build/tapaudit,$(OUT)/tapaudit)

.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

all: $(PROGRAM) ## build the program (never installs anything)

$(PROGRAM): $(OBJECTS)
	@echo "  LINK  $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) $(LDLIBS)

$(OUT)/%.o: src/%.c | need-packages
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The browser page's style and script are files that people edit; the program holds them as texts.
$(OUT)/gen/html_style.h: src/report/html/style.css src/report/html/embed.sh
	@mkdir -p $(@D)
	$(Q)src/report/html/embed.sh html_style $< >$@

$(OUT)/gen/html_script.h: src/report/html/script.js src/report/html/embed.sh
	@mkdir -p $(@D)
	$(Q)src/report/html/embed.sh html_script $< >$@

$(OUT)/gen/fleet_style.h: src/report/html/fleet.css src/report/html/embed.sh
	@mkdir -p $(@D)
	$(Q)src/report/html/embed.sh fleet_style $< >$@

$(OUT)/gen/fleet_script.h: src/report/html/fleet.js src/report/html/embed.sh
	@mkdir -p $(@D)
	$(Q)src/report/html/embed.sh fleet_script $< >$@

PAGE_PARTS = $(addprefix $(OUT)/gen/,html_style.h html_script.h fleet_style.h fleet_script.h)
$(OUT)/report/html_assets.o: $(PAGE_PARTS)
$(OUT)/report/html_assets.o: ALL_CFLAGS += -I$(OUT)/gen

$(OUT)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(ALL_CFLAGS) -DTAPAUDIT_SOURCE_DIR='"$(CURDIR)"' -Isrc -Itests/unit -MMD -MP -c -o $@ $<

$(OUT)/tools/%: tests/tools/%.c $(LIBRARY)
	@mkdir -p $(@D)
	@echo "  TOOL  $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -o $@ $< $(LIBRARY) $(PKG_LIBS) $(LDLIBS)

$(OUT)/unit: $(LIBRARY) $(UNIT_OBJ)
	@echo "  LINK  $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) $(TEST_LIBS) $(LDLIBS)

tools: $(TOOLS)

need-packages:
	@pkg-config --exists $(PKGS) || { echo "Missing: one of $(PKGS). Run: make setup" >&2; exit 2; }
.PHONY: need-packages

setup: ## install what a fresh Debian 12 lacks (apt, as root or by sudo)
	@.ci/setup test

demo: ## set up, build, audit the sample captures for all five products, print the report
	@.ci/setup
	@$(MAKE) --no-print-directory all
	@tests/tools/demo.sh

test: ## set up, build, run every test
	@.ci/setup test
	@.ci/setup fleet || echo "setup: no ClickHouse here; the tests that need it will say that they are skipped" >&2
	@$(MAKE) --no-print-directory all
	@tests/run.sh

unit: $(OUT)/unit ## unit tests alone (Criterion)
	@tests/unit.sh $(OUT)/unit

golden: all tools ## golden runs of the program alone
	@tests/golden.sh

golden-update: all tools ## rewrite expected outputs: make golden-update T=name (all without T)
	@tests/golden.sh --update $(T)

floors: ## refuse any arrow that the plan of the house does not allow
	@tests/floors.sh

# The fuzz targets are a variant of their own. FUZZ_SEC: seconds for each; FUZZ: names of some of tests/fuzz/fuzz_*.c.
FUZZ_SEC  ?= 300
FUZZ_MAKE := $(MAKE) --no-print-directory BUILD=$(if $(filter release,$(BUILD)),fuzz,$(BUILD)-fuzz) CC=clang \
	     SAN=fuzzer-no-link,address,undefined OPT='-O1 -g'
FUZZERS   := $(patsubst tests/fuzz/%.c,$(OUT)/%,$(wildcard tests/fuzz/fuzz_*.c))

$(OUT)/fuzz_%: tests/fuzz/fuzz_%.c $(LIBRARY)
	@echo "  FUZZ  $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -fsanitize=fuzzer -Isrc -MMD -MP -o $@ $< $(LIBRARY) $(PKG_LIBS) $(LDLIBS)

fuzz-run: $(FUZZERS)
	@tests/fuzz/run.sh $(OUT) $(FUZZ_SEC) $(FUZZ)

fuzz: all ## hostile input at every door, FUZZ_SEC=300 seconds each; FUZZ='frame pcap' for some
	@+$(FUZZ_MAKE) fuzz-run

fuzz-brief: all ## the same for 5 seconds each
	@+$(FUZZ_MAKE) fuzz-run FUZZ_SEC=5

.PHONY: fuzz-run fuzz fuzz-brief

cut-road: $(OUT)/tools/cut_road ## captures cut, mixed, read without memory, over the whole road (best with SAN=)
	@tests/fuzz/cut_road.sh $< brief

analyze: $(PAGE_PARTS) ## gcc -fanalyzer, clang-tidy and cppcheck, all silent
	@.ci/setup analyze
	@tests/analyze.sh $(OUT)/gen -std=c17 -D_GNU_SOURCE $(OPT) -Iinclude $(PKG_FLAGS) '-DTAPAUDIT_DATA_DIR="$(PREFIX)"'

valgrind-run: $(OUT)/unit
	@tests/valgrind.sh $<

# Without fortified calls, whose memmove valgrind takes for a memcpy of bytes that overlap.
valgrind: ## unit tests under valgrind, where that is installed
	@+$(MAKE) --no-print-directory BUILD=valgrind OPT='-O1 -g' CFLAGS=-U_FORTIFY_SOURCE valgrind-run

ASAN_MAKE := $(MAKE) --no-print-directory SAN=address,undefined OPT='-O1 -g'

test-long: test ## test, and what takes long: clang, valgrind, every cut, analyzers, a minute of fuzzing a door
	@.ci/setup test analyze
	@+$(MAKE) --no-print-directory BUILD=clang CC=clang all tools unit
	@+$(ASAN_MAKE) BUILD=clang-asan CC=clang unit
	@+$(MAKE) --no-print-directory valgrind
	@+$(ASAN_MAKE) BUILD=asan build/asan/tools/cut_road
	@tests/fuzz/cut_road.sh build/asan/tools/cut_road long
	@+$(MAKE) --no-print-directory analyze
	@+$(MAKE) --no-print-directory fuzz FUZZ_SEC=60

.PHONY: cut-road analyze valgrind valgrind-run test-long

bench: all tools ## ratios to libpcap's empty loop, medians of interleaved runs
	@tests/bench/bench.py

test-live: all tools ## the live sensor on veth pairs, where network namespaces are permitted
	@tests/live.sh

test-fleet: ## a fleet's store on two ClickHouse nodes that the test starts, and on a present release
	@.ci/setup fleet
	@$(MAKE) --no-print-directory all
	@tests/fleet.sh
	@$(MAKE) --no-print-directory tools
	@tests/fleet_sensors.sh
	@tests/live_fleet.sh

.PHONY: test-fleet

test-live-long: all tools ## the same with every sample and 30 minutes of steady memory
	@LIVE_SEC=1800 tests/live.sh $$(python3 tests/live_tests.py --list) samples-all missing

.PHONY: test-live test-live-long

conformance: all ## flows of the real captures beside the project, held against their truth
	@tests/conformance/conformance.sh

format: ## clang-format everything
	@clang-format -i $(shell find src include tests -name '*.[ch]')

SHARE     := $(DESTDIR)$(PREFIX)/share
LIB       := $(DESTDIR)$(PREFIX)/lib
MAN_PAGES := $(wildcard src/man/*.[15])
UNITS     := $(wildcard src/systemd/*.service src/systemd/*.timer)
PLACED    := sed 's|@PREFIX@|$(PREFIX)|g'

install: all ## program, man pages, completion, units, signatures and schemas under DESTDIR/PREFIX
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/tapaudit
	install -d $(SHARE)/tapaudit/signatures $(SHARE)/tapaudit/schema
	install -m 644 signatures/*.json $(SHARE)/tapaudit/signatures
	install -m 644 src/schema/*.json $(SHARE)/tapaudit/schema
	set -e; for page in $(MAN_PAGES); do $(PLACED) $$page | \
		install -D -m 644 /dev/stdin $(SHARE)/man/man$${page##*.}/$${page##*/}; done
	set -e; for unit in $(UNITS); do $(PLACED) $$unit | \
		install -D -m 644 /dev/stdin $(LIB)/systemd/system/$${unit##*/}; done
	install -D -m 644 src/systemd/tapaudit.sysusers $(LIB)/sysusers.d/tapaudit.conf
	install -D -m 644 src/systemd/tapaudit.tmpfiles $(LIB)/tmpfiles.d/tapaudit.conf
	install -D -m 644 src/completion/tapaudit.bash $(SHARE)/bash-completion/completions/tapaudit

clean: ## remove everything built
	rm -rf build

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.PHONY: all tools setup demo test unit golden golden-update floors bench conformance format install clean help

-include $(shell find build/$(BUILD) -name '*.d' 2>/dev/null)
