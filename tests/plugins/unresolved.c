/* SPDX-License-Identifier: Apache-2.0 */
/* Uses a function that no library has. */
#include <falco/plugin.h>

int a_function_that_nobody_defines(void);
FALCO_EXPORT int use_it(void);

int use_it(void)
{
	return a_function_that_nobody_defines();
}
