#!/usr/bin/env bash
# Ten times the top rate for a minute: see overload.mjs.
# ./dev bench overload [--seconds=60] [--connections=64,1000]
set -euo pipefail
cd "$(dirname "$0")/.."
ninja -C build/release bench_messages >/dev/null
exec node bench/overload.mjs "$@"
