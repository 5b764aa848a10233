#!/usr/bin/env python3
# Writes a C++ file that holds every file of a folder: embed.py NAME DIR OUT (see cmake/Embed.cmake).
import os
import sys

name, top, out = sys.argv[1:4]
paths = sorted(
    os.path.join(folder, file)
    for folder, folders, files in os.walk(top)
    for file in files
    if "node_modules" not in folder
)
plain = set(range(32, 127)) - set(b'"\\?')
escapes = [chr(byte) if byte in plain else f"\\{byte:03o}" for byte in range(256)]
escapes[10] = '\\n"\n    "'
lines = ['#include "base/embedded.hpp"\n#include <array>', '#pragma clang diagnostic ignored "-Woverlength-strings"', "", "namespace cloudvno::embedded {", "namespace {"]
rows = []
for number, path in enumerate(paths):
    with open(path, "rb") as source:
        data = source.read()
    # As text: a compiler reads megabytes of it in no time, of a list of numbers it makes a node each.
    text = "".join(escapes[byte] for byte in data)
    lines.append(f'const char file{number}[] =\n    "{text}";')
    relative = os.path.relpath(path, top).replace(os.sep, "/")
    rows.append(f'    {{"{relative}", {{file{number}, {len(data)}}}}},')
lines += [f"const std::array<File, {len(rows)}> files{{{{"] + rows + ["}};", "}  // namespace", ""]
lines += [f"std::span<const File> {name}() {{ return files; }}", "", "}  // namespace cloudvno::embedded", ""]
os.makedirs(os.path.dirname(out), exist_ok=True)
with open(out, "w") as target:
    target.write("\n".join(lines))
