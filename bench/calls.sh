#!/usr/bin/env bash
# Calls beside Kamailio (signalling) and rtpengine (media): see calls.mjs.
# ./dev bench calls [--rounds=3] [--seconds=5] [--rates=500,1000,1500,2000] [--bridged=200,500,1000]
set -euo pipefail
cd "$(dirname "$0")/.."
ninja -C build/release bench_media bench_rtp >/dev/null
exec node bench/calls.mjs "$@"
