#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# guide_test.sh SOURCE_DIR - the listings in docs/WRITING_A_PLUGIN.md are the files in examples/output-lines.
set -euo pipefail
guide=$1/docs/WRITING_A_PLUGIN.md
example=$1/examples/output-lines

# The first block of a language in the guide.
listing() {
	awk -v start="\`\`\`$1" '$0 == start && !done {inside = 1; next} /^```$/ && inside {inside = 0; done = 1} inside' "$guide"
}

listing cpp | diff -u --label guide --label output_lines.cpp - "$example/output_lines.cpp"
listing cmake | diff -u --label guide --label CMakeLists.txt - "$example/CMakeLists.txt"
