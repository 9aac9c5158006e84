// SPDX-License-Identifier: Apache-2.0
//
// From a match to its delivery: the capture thread makes one Alert of each match and hands it to the queue of every
// output that wants it; each output's worker composes the text it needs and writes. This header is what the rest of the
// host includes.
#pragma once

#include "host/pipeline/format.hpp"     // FormatOptions
#include "host/pipeline/outputs.hpp"    // Outputs, Drain
#include "host/pipeline/priority.hpp"   // priority_name
#include "host/pipeline/rule_texts.hpp" // RuleSet
#include "host/pipeline/statistics.hpp" // Statistics
