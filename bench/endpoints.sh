#!/usr/bin/env bash
# What one endpoint that never answers costs 1,000 healthy ones: see endpoints.mjs. ./dev bench endpoints [ROUNDS] [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."
exec node bench/endpoints.mjs "$@"
