#!/usr/bin/env bash
# Durable deliveries of events a second to a local sink: see webhooks.mjs. ./dev bench webhooks [ROUNDS] [MESSAGES]
set -euo pipefail
cd "$(dirname "$0")/.."
exec node bench/webhooks.mjs "$@"
