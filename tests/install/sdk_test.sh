#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# sdk_test.sh SOURCE_DIR BUILD_DIR LIBS_PREFIX - what a third party does with an installed falco, outside of falco's
# tree: a project of `falco plugin new`, and the examples in C++, C99 and Rust, built, checked and used.
# FALCO_SKIP_RUST=1: not the one in Rust.
set -euo pipefail
# shellcheck source=tests/install/checks.sh
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
source_dir=$1 build=$2 libs=$3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/falco
falco=$tree/bin/falco
unset CMAKE_C_COMPILER_LAUNCHER CMAKE_CXX_COMPILER_LAUNCHER

# build_example NAME [CMAKE_ARGUMENT...]
build_example() {
	local name=$1
	shift
	cp -r "$source_dir/examples/$name" "$work/$name"
	run cmake -S "$work/$name" -B "$work/$name/build" -DCMAKE_BUILD_TYPE=Release "-DCMAKE_PREFIX_PATH=$tree" \
		"-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror" "-DCMAKE_C_FLAGS=-Wall -Wextra -pedantic -Werror" "$@"
	run cmake --build "$work/$name/build"
}
# check FILE [ARGUMENT...]: keeps to the contract without a warning.
check() {
	run "$falco" plugin check "$@"
	refute '^P-[0-9]+ +(fail|warn|crash|hang)' "$work/out"
}

echo "-- install"
run cmake --install "$build" --prefix "$tree"
cd "$work"

echo "-- the headers need nothing but the standard library"
for header in plugin.h plugin.hpp plugin_test.hpp plugin/{common,matcher,output,source,tap,tool}.hpp; do
	echo "#include <falco/$header>" >"$work/one.cpp"
	PKG_CONFIG_PATH=$(dirname "$(find "$tree" -name falco-plugin.pc)")
	export PKG_CONFIG_PATH
	# shellcheck disable=SC2046
	run c++ -std=c++17 -Wall -Wextra -Werror -fsyntax-only $(pkg-config --cflags falco-plugin) "$work/one.cpp"
done
[ -d "$(pkg-config --variable=plugindir falco-plugin)" ] || { echo "FAILED: plugindir is no folder"; exit 1; }

echo "-- falco plugin new"
run "$falco" plugin new output my-queue
[ -x output-my-queue/ci.sh ]
FALCO_PREFIX=$tree run output-my-queue/ci.sh
expect '100% tests passed' "$work/out"
expect 'plugin-check.output-my-queue .*Passed' "$work/out"
expect 'output-my-queue-test .*Passed' "$work/out"
check output-my-queue/build/output-my-queue.so --config "{\"path\": \"$work/checked\"}"
if "$falco" plugin new output my-queue >"$work/out" 2>&1; then echo "FAILED: it wrote over a project"; exit 1; fi
expect 'is there already' "$work/out"
if "$falco" plugin new output 'My Queue' >"$work/out" 2>&1; then echo "FAILED: it took a bad name"; exit 1; fi
run cmake --install output-my-queue/build --prefix "$tree"
cat >short.yaml <<-YAML
	my-queue_output: {enabled: true, path: $work/queue, prefix: "> "}
	log_syslog: false
	log_stderr: true
YAML
run "$falco" -c short.yaml -r "$tree/etc/falco/falco_rules.yaml" -e "$source_dir/tests/traces/mixed.scap"
expect '^> [0-9:.]+: [A-Z][a-z]+ .' "$work/queue"

echo "-- an output in C99"
build_example output-c99
touch "$work/c99"
check "$work/output-c99/build/output-fifo.so" --config "{\"path\": \"$work/c99\"}"

echo "-- a source and a matcher of a family of their own"
build_example lines-family
printf 'hello world\nan ERROR here\nbye\n' >"$work/log"
printf '# rules\nfailure 3 ERROR\n' >"$work/lines.rules"
check "$work/lines-family/build/source-lines.so" --with "$work/log"
check "$work/lines-family/build/matcher-lines.so" --with "$work/lines.rules"
cat >lines.yaml <<-YAML
	source: $work/lines-family/build/source-lines.so
	matcher: $work/lines-family/build/matcher-lines.so
	plugins:
	  - {library: $work/lines-family/build/source-lines.so, config: {paths: [$work/log]}}
	  - {library: $work/output-c99/build/output-fifo.so, config: {path: $work/c99}}
	log_syslog: false
	log_stderr: true
YAML
: >"$work/c99"
run "$falco" -c lines.yaml -r "$work/lines.rules"
expect "Error $work/log has ERROR: an ERROR here\$" "$work/c99"
[ "$(wc -l <"$work/c99")" -eq 1 ] || { echo "FAILED: one alert was expected"; exit 1; }
printf 'no rule\n' >"$work/broken.rules"
if "$falco" -c lines.yaml -r "$work/broken.rules" >"$work/out" 2>&1; then echo "FAILED: broken rules load"; exit 1; fi
expect 'broken.rules:1:1: expected: a name' "$work/out"

echo "-- a matcher for the events of falco's own sources"
build_example matcher-programs "-DFALCO_LIBS_PREFIX=$libs"
run cmake --install "$work/matcher-programs/build" --prefix "$tree"
printf '/bin/bash\n/usr/bin/bash\n/bin/ls\n/usr/bin/ls\n/bin/cat\n/bin/sed\n/usr/bin/sed\n/usr/bin/cat\n/bin/sh\n/bin/dash\n/usr/bin/dash\n' >programs.rules
printf 'stdout_output: {enabled: true}\nmatcher: matcher-programs\nlog_syslog: false\nlog_stderr: true\n' >programs.yaml
check "$tree"/lib*/falco/plugins/matcher-programs.so --with "$work/programs.rules"
run "$falco" -c programs.yaml -r programs.rules -e "$source_dir/tests/traces/mixed.scap"
expect ': Notice Program started: [a-z]+ \(pid=[0-9]+\)$' "$work/out"

echo "-- an output in Rust"
if [ "${FALCO_SKIP_RUST:-}" = 1 ]; then
	echo "   SKIPPED: FALCO_SKIP_RUST is set"
elif command -v rustc >"$work/out"; then
	cp -r "$source_dir/examples/output-rust" "$work/output-rust"
	run "$work/output-rust/build.sh" "$work"
	check "$work/output-rust.so" --config "{\"path\": \"$work/checked-rust\"}"
	sed "s|output-c99/build/output-fifo.so|output-rust.so|; s|$work/c99|$work/rust|" lines.yaml >rust.yaml
	run "$falco" -c rust.yaml -r "$work/lines.rules"
	cut -d' ' -f2- "$work/c99" >"$work/expected" # without the time
	cut -d' ' -f2- "$work/rust" | diff "$work/expected" -
else
	echo "FAILED: there is no rustc on this machine (Debian: apt-get install rustc); FALCO_SKIP_RUST=1 goes on without"
	exit 1
fi
echo "-- done"
