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
lines = ['#include "base/embedded.hpp"\n#include <array>', "", "namespace cloudvno::embedded {", "namespace {"]
rows = []
for number, path in enumerate(paths):
    with open(path, "rb") as source:
        data = source.read()
    digits = ",".join(str(byte) for byte in data) or "0"
    lines.append(f"const unsigned char file{number}[] = {{{digits}}};")
    relative = os.path.relpath(path, top).replace(os.sep, "/")
    rows.append(f'    {{"{relative}", {{reinterpret_cast<const char*>(file{number}), {len(data)}}}}},')
lines += [f"const std::array<File, {len(rows)}> files{{{{"] + rows + ["}};", "}  // namespace", ""]
lines += [f"std::span<const File> {name}() {{ return files; }}", "", "}  // namespace cloudvno::embedded", ""]
os.makedirs(os.path.dirname(out), exist_ok=True)
with open(out, "w") as target:
    target.write("\n".join(lines))
