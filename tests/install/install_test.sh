#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# install_test.sh SOURCE_DIR BUILD_DIR COMPILER - installs the build, moves the tree and uses it from there: the
# program, its plugins, its rules and configuration, and the SDK, with which the example plugin is built and used.
set -euo pipefail
# shellcheck source=tests/install/checks.sh
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
source_dir=$1 build=$2 compiler=$3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/moved
falco=$tree/bin/falco

echo "-- install, and move"
run cmake --install "$build" --prefix "$work/first"
mv "$work/first" "$tree"
cd "$work"

echo "-- nothing in the tree leads back"
for file in "$falco" "$tree"/lib*/falco/plugins/*.so "$tree"/lib*/falco/*.so; do
	readelf -d "$file" >"$work/elf"
	refute "R(UN)?PATH.*(${build}|${FALCO_DEPS_CACHE:-/.cache/})" "$work/elf"
	LD_LIBRARY_PATH='' ldd "$file" >"$work/ldd"
	refute 'not found' "$work/ldd"
	while read -r library; do
		case $library in
		"$tree"/*) ;;
		*) echo "FAILED: $file uses $library, which is not the tree's"; exit 1 ;;
		esac
	done < <(sed -nE 's/.*lib(sinsp|scap[a-z_]*|pman)\.so[^ ]* => ([^ ]+) .*/\2/p' "$work/ldd")
done

echo "-- the program and its plugins"
run "$falco" --version
expect '[0-9]+\.[0-9]+\.[0-9]+' "$work/out"
run "$falco" plugin list
for plugin in source-scapfile source-kmod source-ebpf matcher-sinsp tap-recorder tool-trace output-stdout output-file output-syslog output-http output-program \
	output-kafka; do
	expect "^ *$plugin " "$work/out"
done
refute 'Refused' "$work/out"

echo "-- the script for the kernel module finds its sources, also by a link"
ln -s "$tree/bin/falco-driver" "$work/driver"
for driver in "$tree/bin/falco-driver" "$work/driver"; do
	if "$driver" build --kernel 9.9.9 >"$work/out" 2>&1; then echo "FAILED: it builds for no kernel"; exit 1; fi
	expect 'headers of kernel 9.9.9 are missing' "$work/out"
done

echo "-- man pages of every command, which groff reads without a word, and man finds"
for page in falco falco-compare falco-completion falco-explain falco-man falco-plugin-check falco-profile falco-test falco-trace-build; do
	[ -s "$tree/share/man/man8/$page.8" ] || { echo "FAILED: there is no $page.8"; exit 1; }
done
for page in "$tree"/share/man/man8/*.8; do
	groff -man -Tutf8 -ww "$page" 2>&1 >/dev/null | tee "$work/groff" >&2
	[ ! -s "$work/groff" ] || { echo "FAILED: groff complains about $page"; exit 1; }
done
if command -v man >"$work/out"; then
	MANPATH=$tree/share/man run man -w 8 falco-explain
	expect "^$tree/share/man/man8/falco-explain.8\$" "$work/out"
fi

echo "-- completion in the shells, as they load it"
completes() { # SHELL COMMAND...: prints the candidates for "falco exp"
	local shell=$1
	shift
	if ! command -v "$shell" >"$work/out"; then
		echo "   SKIPPED: there is no $shell on this machine (Debian: apt-get install $shell)"
		return
	fi
	HOME=$work run "$@"
	expect '^explain' "$work/out"
	refute '^(test|falco)$' "$work/out"
}
# shellcheck disable=SC2016
completes bash bash -c '. "$1"; COMP_WORDS=(falco exp); COMP_CWORD=1; _falco; printf "%s\n" "${COMPREPLY[@]}"' - \
	"$tree/share/bash-completion/completions/falco"
# shellcheck disable=SC2016
completes zsh zsh -f -c 'fpath=($1 $fpath); autoload -Uz compinit; compinit -u -D; [[ $_comps[falco] = _falco ]] || exit 1
	compadd() { shift; print -l -- ${(M)@:#$words[CURRENT]*}; }; words=(falco exp); CURRENT=2; _falco' - \
	"$tree/share/zsh/site-functions"
completes fish env XDG_DATA_DIRS="$tree/share" PATH="$tree/bin:$PATH" fish -c "complete -C 'falco exp'"

echo "-- a replay with the installed configuration and rules"
quiet=(-o syslog_output.enabled=false -o log_syslog=false -o log_stderr=true)
run "$falco" -c "$tree/etc/falco/falco.yaml" -r "$tree/etc/falco/falco_rules.yaml" "${quiet[@]}" \
	-o file_output.enabled=true -o "file_output.filename=$work/alerts" -e "$source_dir/tests/traces/mixed.scap"
expect '^[0-9:.]+: [A-Z][a-z]+ .' "$work/out"
expect '^[0-9:.]+: [A-Z][a-z]+ .' "$work/alerts"

echo "-- a plugin, built outside of the source tree with the installed SDK"
cp -r "$source_dir/examples/output-lines" "$work/plugin"
run cmake -S "$work/plugin" -B "$work/plugin/build" -DCMAKE_BUILD_TYPE=Release "-DCMAKE_PREFIX_PATH=$tree" \
	"-DCMAKE_CXX_COMPILER=$compiler" "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wshadow -Wconversion -Werror"
run cmake --build "$work/plugin/build"
run ctest --test-dir "$work/plugin/build" --no-tests=error
library=$work/plugin/build/output-lines.so
run "$falco" plugin check "$library" --config "{\"path\": \"$work/checked\"}"
refute '^P-[0-9]+ +(fail|warn|crash|hang)' "$work/out"

echo "-- alerts through it: by its path, and installed by its name"
cat >"$work/long.yaml" <<-YAML
	plugins:
	  - library: $library
	    config: {path: $work/long}
	log_syslog: false
	log_stderr: true
YAML
cat >"$work/short.yaml" <<-YAML
	lines_output:
	  enabled: true
	  path: $work/short
	log_syslog: false
	log_stderr: true
YAML
run "$falco" -c "$work/long.yaml" -r "$tree/etc/falco/falco_rules.yaml" -e "$source_dir/tests/traces/mixed.scap"
expect $'^[0-7]\t[a-z_]+\t.' "$work/long"
[ "$(wc -l <"$work/long")" -eq "$(wc -l <"$work/alerts")" ] || { echo "FAILED: lines are missing"; exit 1; }
run cmake --install "$work/plugin/build" --prefix "$tree"
run "$falco" plugin list
expect '^ *output-lines ' "$work/out"
run "$falco" -c "$work/short.yaml" -r "$tree/etc/falco/falco_rules.yaml" -e "$source_dir/tests/traces/mixed.scap"
cmp "$work/long" "$work/short"
echo "-- done"
