#!/usr/bin/env python3
"""Checks every #include against the rooms' DEPS in CMakeLists.txt, and draws the map from the same lines.

arrows.py check   lists each include that no DEPS line allows, each DEPS line that points up or goes round in a
                  circle, and each DEPS entry that nothing uses; exit 1 if there is one
arrows.py map     prints the rooms by tier as Markdown, for ARCHITECTURE.md
"""
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TIERS = ["base", "platform", "protocol", "domain", "connectors", "app"]


def read_rooms():
    with open(os.path.join(TOP, "CMakeLists.txt")) as source:
        text = re.sub(r"#.*", "", source.read())
    rooms = {}
    for body in re.findall(r"^room\(([^)]*)\)", text, re.M):
        words = body.split()
        lists = {"DEPS": [], "LIBS": [], "TEST_DEPS": []}
        into = None
        for word in words[1:]:
            if word in lists:
                into = lists[word]
            else:
                into.append(word)
        rooms[words[0]] = lists
    return rooms


def tier(room):
    return TIERS.index(room.split("/")[0])


def room_of(path, rooms):
    parts = path.split("/")
    for size in (2, 1):
        if "/".join(parts[:size]) in rooms:
            return "/".join(parts[:size])
    return None


def includes(rooms):
    for folder, _, files in os.walk(os.path.join(TOP, "src")):
        for file in files:
            if not file.endswith((".cpp", ".hpp")):
                continue
            path = os.path.relpath(os.path.join(folder, file), os.path.join(TOP, "src"))
            room = room_of(path, rooms)
            if room is None:
                if path != "main.cpp":
                    yield path, None, None
                continue
            with open(os.path.join(folder, file)) as source:
                for target in re.findall(r'^#include "([^"]+)"', source.read(), re.M):
                    yield path, room, target


def check(rooms):
    problems = []
    used = set()
    for path, room, target in includes(rooms):
        if room is None:
            problems.append(f"src/{path} lies in no room of CMakeLists.txt")
            continue
        other = room_of(target, rooms)
        if other is None or other == room:
            continue
        used.add((room, other))
        is_test = path.endswith(("_test.cpp", "_fuzz.cpp")) or "/testing/" in path
        allowed = rooms[room]["DEPS"] + (rooms[room]["TEST_DEPS"] if is_test else [])
        if other not in allowed:
            problems.append(f"src/{path} includes {target}, but {room} does not list {other}")
    for room, lists in rooms.items():
        for other in lists["DEPS"]:
            if other not in rooms:
                problems.append(f"{room} lists {other}, which is no room")
            elif tier(other) > tier(room):
                problems.append(f"{room} lists {other}, which lies above it")
            elif (room, other) not in used and other != "base":
                problems.append(f"{room} lists {other}, but includes nothing of it")

    def reaches(start, goal, seen):
        for other in rooms.get(start, {"DEPS": []})["DEPS"]:
            if other == goal:
                return True
            if other not in seen:
                seen.add(other)
                if reaches(other, goal, seen):
                    return True
        return False

    with open(os.path.join(TOP, "ARCHITECTURE.md")) as page:
        if "\n".join(draw(rooms)) not in page.read():
            problems.append("the map in ARCHITECTURE.md is not what `tools/arrows.py map` prints")
    problems += [f"{room} depends on itself by way of others" for room in rooms if reaches(room, room, set())]
    for problem in sorted(set(problems)):
        print(problem)
    print(f"{len(rooms)} rooms, {len(set(problems))} problems")
    return 1 if problems else 0


def draw(rooms):
    for name in reversed(TIERS):
        yield f"| **{name}** | | |"
        for room in rooms:
            if room.split("/")[0] == name:
                yield f"| | `{room}` | {', '.join(f'`{dep}`' for dep in rooms[room]['DEPS']) or '–'} |"


if __name__ == "__main__":
    all_rooms = read_rooms()
    if sys.argv[1:] == ["map"]:
        print("\n".join(draw(all_rooms)))
    elif sys.argv[1:] == ["check"]:
        sys.exit(check(all_rooms))
    else:
        sys.exit(__doc__)
