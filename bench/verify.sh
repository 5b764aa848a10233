#!/usr/bin/env bash
# Codes asked for and given back a second: see verify.mjs.
# ./dev bench verify [--rounds=3] [--seconds=5] [--threads]
set -euo pipefail
cd "$(dirname "$0")/.."
ninja -C build/release bench_verify >/dev/null
exec node bench/verify.mjs "$@"
