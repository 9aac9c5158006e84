#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""layout_asserts.py FROZEN_HEADER NEW_HEADER - prints a C++ program whose compilation proves that the new header keeps
every promise of the frozen one: each struct, its size, the offset and size of each member, each constant.

A struct that begins with struct_size may have grown at its end; any other is exactly as it was. Both headers are included
in a namespace of their own."""
import re
import sys


def without_comments(text):
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.S)


def structs(text):
    """(name, [member]) of each `typedef struct NAME {...} NAME;`."""
    for found in re.finditer(r"typedef struct (\w+) \{(.*?)\} \1;", text, flags=re.S):
        members = []
        for declaration in found.group(2).split(";"):
            declaration = " ".join(declaration.split())
            if not declaration:
                continue
            function = re.match(r".*?\(\*(\w+)\)", declaration)
            plain = re.search(r"(\w+)(\[\w+\])?$", declaration)
            members.append(function.group(1) if function else plain.group(1))
        yield found.group(1), members


def constants(text):
    for block in re.findall(r"enum \{(.*?)\}", text, flags=re.S):
        yield from re.findall(r"(FALCO_\w+)\s*=", block)


def macros(text):
    return re.findall(r"^#define (\w+)", text, flags=re.M)


def main(frozen_path, new_path):
    with open(frozen_path, encoding="utf-8") as file:
        frozen = without_comments(file.read())
    with open(new_path, encoding="utf-8") as file:
        new = without_comments(file.read())
    # Numbers that are macros become constants of their namespace. The version itself may change.
    numbers = [name for name in re.findall(r"^#define (\w+)\s+\w+\s*$", frozen, flags=re.M)
               if name not in ("FALCO_ABI_MINOR", "FALCO_ABI_TARGET_MINOR", "FALCO_EXPORT")]
    print("#include <cstddef>\n#include <cstdint>")
    for space, path, text in (("frozen", frozen_path, frozen), ("now", new_path, new)):
        print(f"#define falco_plugin_entry falco_plugin_entry_{space}")
        print(f"namespace {space} {{\n#include \"{path}\"")
        for name in numbers:
            print(f"constexpr auto number_{name} = {name};")
        print("}\n#undef falco_plugin_entry")
        for name in macros(text):
            print(f"#undef {name}")
    for name, members in structs(frozen):
        grows = members[0] == "struct_size" or "struct_size" in members[:2]
        print(f"static_assert(sizeof(now::{name}) {'>=' if grows else '=='} sizeof(frozen::{name}), "
              f"\"the size of {name} has changed\");")
        for member in members:
            print(f"static_assert(offsetof(now::{name}, {member}) == offsetof(frozen::{name}, {member}) && "
                  f"sizeof(now::{name}::{member}) == sizeof(frozen::{name}::{member}), "
                  f"\"{name}.{member} has changed\");")
    for name in constants(frozen):
        print(f"static_assert(int64_t(now::{name}) == int64_t(frozen::{name}), \"{name} has changed\");")
    for name in numbers:
        print(f"static_assert(now::number_{name} == frozen::number_{name}, \"{name} has changed\");")


if __name__ == "__main__":
    main(*sys.argv[1:])
