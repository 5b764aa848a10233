#!/usr/bin/env bash
# Messages through kills, a full disk and a failing carrier: see messages.mjs. ./dev soak messages [FLAG…] [PHASE…]
set -euo pipefail
cd "$(dirname "$0")/.."
export CLOUDVNO=${CLOUDVNO:-$PWD/build/release/cloudvno}
export CLOUDVNO_NPM=$PWD/build/release/e2e/npm
ninja -C build/release soak_messages >/dev/null
node tests/e2e/support/install.mjs "$CLOUDVNO_NPM" npm
exec node soak/messages.mjs "$@"
