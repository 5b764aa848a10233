#!/usr/bin/env bash
# run.sh PROGRAM FOLDER: what ./dev run starts. Makes settings and a first account in FOLDER where they are not there
# yet, serves until Ctrl-C, and prints what to try first.
set -euo pipefail
program=$(realpath "$1")
umask 077
mkdir -p "$2"
folder=$(realpath "$2")
config=$folder/cloudvno.toml
die() { printf '\n%s\n' "$*" >&2; exit 1; }

if [ ! -f "$config" ]; then
  cat >"$config" <<TOML
# Settings of ./dev run. \`build/dev/cloudvno config\` prints all there are.
[node]
data_dir = "$folder/data"
[http]
address = "127.0.0.1"
plain_port = 8080
[webhooks]
allow_http = true
allowed_ranges = ["127.0.0.0/8", "::1/128"]
[sandbox]
link_faults = true
TOML
fi
if [ ! -f "$folder/account.txt" ]; then
  "$program" -c "$config" account create --name "First account" >"$folder/account.new" 2>/dev/null ||
    die "The first account could not be made: try $program -c $config check"
  mv "$folder/account.new" "$folder/account.txt"
fi
key=$(awk '$1 == "test_key" { print $2 }' "$folder/account.txt")
from=$(awk '$1 == "number" { print $2; exit }' "$folder/account.txt")

# In a process group of its own: Ctrl-C reaches it through us, once. A second signal would end it without a drain.
set -m
"$program" -c "$config" serve >"$folder/addresses.txt" &
pid=$!
set +m
trap 'kill -TERM $pid 2>/dev/null || true' INT TERM EXIT
for _ in $(seq 100); do
  [ -s "$folder/addresses.txt" ] && break
  kill -0 $pid 2>/dev/null || die "It ended at once; the log above says why. \`$program -c $config check\` may help."
  sleep 0.1
done
address=$(grep -m1 '^http:' "$folder/addresses.txt" || head -n1 "$folder/addresses.txt")
cat <<TEXT

CloudVNO runs. Secrets of the first account are in ${2%/}/account.txt.

  Console   $address/console/#key=$key
  API key   $key

Send a first message to a simulated phone:

  curl $address/v1/messages \\
    -H "Authorization: Bearer $key" \\
    -d from=$from -d to=+12015550100 --data-urlencode "body=Hello from CloudVNO"

Then open the console, read it on the handset, and answer. Or call the phone, which picks up and hears you speak:

  curl $address/v1/calls \\
    -H "Authorization: Bearer $key" \\
    -d from=$from -d to=+12015550100 --data-urlencode "xml=<Response><Say>Hello from CloudVNO</Say></Response>"

Ctrl-C ends the platform.

TEXT
# A signal ends the first wait; the second sees the drain through.
wait $pid || true
wait $pid || true
trap - INT TERM EXIT
