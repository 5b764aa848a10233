#!/usr/bin/env bash
# Number intelligence: inside, beside libphonenumber alone; and through HTTP at a fixed rate, every number a new one.
# ./dev bench lookup [RATE=20000] [SECONDS=5] [ROUNDS=3]
set -euo pipefail
cd "$(dirname "$0")/.."
rate=${1:-20000} seconds=${2:-5} rounds=${3:-3}
# Its -dev package wants another Boost than ours; only its headers are needed.
headers=build/libphonenumber
if [ ! -d $headers/usr/include/phonenumbers ]; then
  mkdir -p $headers
  (cd $headers && apt-get -qq download libphonenumber-dev && dpkg -x libphonenumber-dev_*.deb .) 2>/dev/null
fi
ninja -C build/release bench_lookup_inside bench_lookup_load >/dev/null
build/release/bench_lookup_inside "$rounds" >build/lookup-inside.txt
cat build/lookup-inside.txt

program=$PWD/build/release/cloudvno
work=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
plain=$(free_port)
cat >"$work/cloudvno.toml" <<TOML
[node]
data_dir = "$work/data"
[http]
address = "127.0.0.1"
port = $(free_port)
plain_port = $plain
[log]
level = "warn"
TOML
"$program" -c "$work/cloudvno.toml" account create --name Bench --no-rate-limits >"$work/account" 2>/dev/null
key=$(awk '$1 == "test_key" { print $2 }' "$work/account")
taskset -c 0 "$program" -c "$work/cloudvno.toml" serve >"$work/out" 2>"$work/log" &
server=$!
for _ in $(seq 100); do [ -s "$work/out" ] && break; sleep 0.1; done
printf 'Through HTTP: the server on one core, %s look-ups/s, all free fields, every number a new one\n\n' "$rate"
taskset -c 1 build/release/bench_lookup_load "$plain" "$key" "$((rate / 4))" 1 >/dev/null
for round in $(seq "$rounds"); do
  taskset -c 1 build/release/bench_lookup_load "$plain" "$key" "$rate" "$seconds" | tee -a "$work/rounds"
done
best() { grep -o "$1=[0-9]*" "$work/rounds" | cut -d= -f2 | sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
printf '\n%s http_rate=%s http_p50_us=%s http_p99_us=%s\n' "$(tail -n 1 build/lookup-inside.txt)" "$(best rate)" "$(best p50_us)" "$(best p99_us)"
