#!/usr/bin/env bash
# What the media of a call costs, beside a bare forwarder of packets: ./dev bench media [STREAMS] [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."
ninja -C build/release bench_media >/dev/null
exec build/release/bench_media "$@"
