#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build.sh [FOLDER] - builds output-rust.so there (default: here). No registry is asked: rustc is all it takes.
set -eu
exec rustc --edition 2021 --crate-type cdylib -O -A non_upper_case_globals -C panic=unwind \
	"$(dirname "$0")/output_lines.rs" -o "${1:-.}/output-rust.so"
