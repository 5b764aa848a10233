#!/usr/bin/env bash
# Durable rows a second of 64 waiting writers beside bare SQLite and bare PostgreSQL: see store/main.cpp.
# ./dev bench store [ROUNDS] [SECONDS]: median of the rounds, all taking turns.
set -euo pipefail
cd "$(dirname "$0")/.."
ninja -C build/release bench_store >/dev/null
exec build/release/bench_store "$@"
