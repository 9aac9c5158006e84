// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace falco::matcher {

// A rule with a list, a macro, both kinds of parts and an exception.
inline const char *const kShadowRules = R"yaml(- list: shadow_files
  items: [/etc/shadow, /etc/gshadow]
- macro: opened
  condition: evt.type in (open, openat) and evt.dir = <
- rule: read_shadow
  desc: d
  condition: opened and (fd.name in (shadow_files) or
    fd.name startswith /root) and not proc.name = sshd
  output: o
  priority: info
  exceptions:
    - name: known_programs
      fields: [proc.name, fd.name]
      values:
        - [passwd, /etc/shadow]
)yaml";

} // namespace falco::matcher
