#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over the sources of the build in build/ (.clang-tidy says which checks); any finding fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tool=$(command -v clang-tidy-14 || command -v clang-tidy)
# The compiler's precompiled headers are nothing clang can read: the commands are taken without them.
mkdir -p build/tidy
sed 's/ -Winvalid-pch -include [^ ]*cmake_pch\.hxx//' build/compile_commands.json >build/tidy/compile_commands.json
git ls-files -z 'common/*.cpp' 'host/*.cpp' 'plugins/*.cpp' |
	xargs -0 -n 4 -P "$(nproc)" "$tool" --quiet -p build/tidy 2>/dev/null
echo "tidy: no finding"
