#!/usr/bin/env bash
# Messages a second beside Kannel, from the HTTP request to the carrier and back to a callback: see messages.mjs.
# ./dev bench messages [--rounds=3] [--seconds=4] [--systems=cloudvno,spool,file,none]
set -euo pipefail
cd "$(dirname "$0")/.."
ninja -C build/release bench_messages bench_smpp_alone >/dev/null
exec node bench/messages.mjs "$@"
