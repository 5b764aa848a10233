#!/usr/bin/env bash
# A pumping attack among honest traffic, from seeds, against the fraud guard on a store: see bench/fraud/main.cpp.
# ./dev bench fraud [SEEDS]
set -euo pipefail
cd "$(dirname "$0")/.."
ninja -C build/release bench_fraud >/dev/null
exec build/release/bench_fraud "$@"
