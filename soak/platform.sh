#!/usr/bin/env bash
# Kills, outages and broken disks under load: see platform.mjs. ./dev soak platform [KILLS] [PHASE…]
set -euo pipefail
cd "$(dirname "$0")/.."
export CLOUDVNO=${CLOUDVNO:-$PWD/build/release/cloudvno}
export CLOUDVNO_NPM=$PWD/build/release/e2e/npm
node tests/e2e/support/install.mjs "$CLOUDVNO_NPM" npm
exec node soak/platform.mjs "$@"
