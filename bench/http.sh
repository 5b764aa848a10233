#!/usr/bin/env bash
# An authenticated, rate-limited GET of one message beside nginx on the same single core, plain and over TLS 1.3.
# ./dev bench http [ROUNDS] [SECONDS]: median of the rounds, the two servers taking turns.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
seconds=${2:-4}
connections=64
program=$PWD/build/release/cloudvno
work=$(mktemp -d)
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

plain=$(free_port) tls=$(free_port) nginx_plain=$(free_port) nginx_tls=$(free_port)
cat >"$work/cloudvno.toml" <<TOML
[node]
data_dir = "$work/data"
[http]
address = "127.0.0.1"
port = $tls
plain_port = $plain
[log]
level = "warn"
TOML
# The limiter runs for every request; this account's limits are lifted in the limiter's table, not around it.
"$program" -c "$work/cloudvno.toml" account create --name Bench --no-rate-limits >"$work/account" 2>/dev/null
key=$(awk '$1 == "test_key" { print $2 }' "$work/account")
from=$(awk '$1 == "number" { print $2; exit }' "$work/account")
taskset -c 0 "$program" -c "$work/cloudvno.toml" serve >"$work/out" 2>"$work/log" &
pids+=($!)
for _ in $(seq 100); do [ -s "$work/out" ] && break; sleep 0.1; done
sid=$(curl -s "http://127.0.0.1:$plain/v1/messages" -H "Authorization: Bearer $key" \
  -d "from=$from" -d to=+12015550100 -d body=Hello | grep -o '"sid":"SM[0-9a-f]*"' | cut -d'"' -f4)
path=/v1/messages/$sid
size=$(curl -s "http://127.0.0.1:$plain$path" -H "Authorization: Bearer $key" | wc -c)

body=$(head -c "$size" /dev/zero | tr '\0' x)
mkdir -p "$work/nginx"
cat >"$work/nginx.conf" <<CONF
worker_processes 1;
daemon off;
pid $work/nginx/pid;
error_log $work/nginx/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path $work/nginx/1; proxy_temp_path $work/nginx/2; fastcgi_temp_path $work/nginx/3;
  uwsgi_temp_path $work/nginx/4; scgi_temp_path $work/nginx/5;
  keepalive_requests 1000000000;
  default_type application/json;
  server { listen 127.0.0.1:$nginx_plain; location / { return 200 '$body'; } }
  server {
    listen 127.0.0.1:$nginx_tls ssl;
    ssl_certificate $work/data/local-certificate.pem; ssl_certificate_key $work/data/local-certificate.key;
    ssl_protocols TLSv1.3;
    location / { return 200 '$body'; }
  }
}
CONF
taskset -c 0 nginx -c "$work/nginx.conf" 2>/dev/null &
pids+=($!)
for _ in $(seq 100); do curl -s -o /dev/null "http://127.0.0.1:$nginx_plain/" && break; sleep 0.1; done

# Requests a second of one round; any answer but 200 ends the measurement.
measure() {
  local out
  out=$(taskset -c 1 wrk -t1 -c$connections -d"${seconds}s" -H "Authorization: Bearer $key" "$1")
  if grep -q 'Non-2xx' <<<"$out"; then echo "not all answers were 200: $out" >&2; exit 1; fi
  awk '/Requests\/sec/ { printf "%d\n", $2 }' <<<"$out"
}
median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

for round in $(seq "$rounds"); do
  measure "http://127.0.0.1:$nginx_plain/" >>"$work/nginx_plain"
  measure "http://127.0.0.1:$plain$path" >>"$work/plain"
  measure "https://127.0.0.1:$nginx_tls/" >>"$work/nginx_tls"
  measure "https://127.0.0.1:$tls$path" >>"$work/tls"
done
np=$(median <"$work/nginx_plain") p=$(median <"$work/plain") nt=$(median <"$work/nginx_tls") t=$(median <"$work/tls")
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
cat <<TABLE
One core for the server, wrk on the other, $connections connections, $size bytes a body, median of $rounds rounds of $seconds s

|          | nginx \`return 200\` | CloudVNO GET of a message | ratio |
|----------|-------------------:|--------------------------:|------:|
| plain    | $np/s | $p/s | $(ratio "$p" "$np") |
| TLS 1.3  | $nt/s | $t/s | $(ratio "$t" "$nt") |

nginx_plain=$np cloudvno_plain=$p plain_ratio=$(ratio "$p" "$np") nginx_tls=$nt cloudvno_tls=$t tls_ratio=$(ratio "$t" "$nt")
TABLE
