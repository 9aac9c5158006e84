# SPDX-License-Identifier: Apache-2.0
# A thin front: set-up and build are scripts/setup.sh and CMake's.
PRESET ?= release
JOBS ?= $(shell nproc)

.PHONY: all setup build demo test check-format tidy sanitize fuzz bench bench-live flood driver vm-test install clean

all: build

setup:
	@scripts/setup.sh

build: setup
	@cmake --preset $(PRESET) >/dev/null || { echo "build: FAILED while configuring: run 'cmake --preset $(PRESET)' to see why" >&2; exit 1; }
	@echo "build: compiling (preset $(PRESET))" >&2
	@cmake --build --preset $(PRESET) -j $(JOBS) || { echo "build: FAILED while compiling: see the first error above" >&2; exit 1; }

# Alerts from a bundled recording.
demo: build
	@echo "demo: build/falco -c tests/demo.yaml -r rules/falco_rules.yaml -e tests/traces/mixed.scap" >&2
	@build/falco -c tests/demo.yaml -r rules/falco_rules.yaml -e tests/traces/mixed.scap

test: build
	@ctest --preset $(PRESET) -j $(JOBS) -LE 'vm-long|^long$$'

check-format:
	@scripts/check-format.sh

tidy: build
	@scripts/tidy.sh

# The tests that need no libsinsp under the address and undefined-behaviour sanitizers, and the threaded ones under the thread sanitizer.
sanitize: setup
	@scripts/sanitize.sh

# The fuzzers, FUZZ_SECONDS (60) each.
fuzz: setup
	@scripts/fuzz.sh $(FUZZ_SECONDS)

# The kernel module for the running kernel, or for KERNEL=RELEASE, HEADERS=DIR.
driver: setup
	@scripts/falco-driver build $(if $(KERNEL),--kernel $(KERNEL)) $(if $(HEADERS),--headers $(HEADERS)) $(if $(OUTPUT),--output $(OUTPUT))

# Live capture in a virtual machine, on all kernels.
vm-test: build
	@ctest --preset $(PRESET) -L '^vm' --output-on-failure

bench: build
	@bench/run.sh

# 100,000 alerts a second for a minute, with one dead, one slow and one good output.
flood: build
	@build/bench/bench-flood --in-time 60 100000

# Live capture under load, in the virtual machine.
bench-live: build
	@bench/live/run.sh

install: build
	@cmake --install build

clean:
	rm -rf build build-debug build-asan-ubsan build-tsan build-fuzz
