#!/usr/bin/env bash
# Lists, filters, purge and restart with 10,000,000 rows beside 100,000: see rows.mjs.
# ./dev bench rows [ROWS] [sqlite|postgres] [FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
ninja -C build/release fill_rows >/dev/null
exec node bench/rows.mjs "$@"
