/* SPDX-License-Identifier: Apache-2.0 */
/* Exports the one symbol from which every type of the contract can be reached. abidw describes it; abidiff compares
   that with what was described when the header was frozen. */
#include "plugin.h"

const falco_plugin falco_plugin_entry = {0};
