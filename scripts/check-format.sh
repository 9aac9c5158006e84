#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fails when a C or C++ file is not formatted as .clang-format says; prints the lines.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tool=$(command -v clang-format-14 || command -v clang-format)
git ls-files -z '*.c' '*.h' '*.cpp' '*.hpp' | xargs -0 "$tool" --dry-run --Werror
echo "format: all files are as .clang-format says"
