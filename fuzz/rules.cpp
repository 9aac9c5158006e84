// SPDX-License-Identifier: Apache-2.0
//
// A rules file.
#include "fuzz/load_rules.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static falco::fuzz::RulesLoader loader;
	loader.load(data, size);
	return 0;
}
