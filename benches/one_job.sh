#!/usr/bin/env bash
# The cost of one `cph job show`, as instructions and system calls: figures without noise, so that nothing is lost by
# accident. Fails above the budget. Needs an x86_64 Linux with valgrind, strace and openssl; elsewhere it is skipped.
# `benches/one_job.sh BINARY` measures another binary than target/release/cph.
set -euo pipefail
cd "$(dirname "$0")/.."

# What was measured with Debian 12, and about 6 % for the libraries of other systems.
http_instructions=870000 http_calls=118
https_instructions=4030000 https_calls=195

skip() {
  printf 'skipped: %s\n' "$1"
  exit 0
}

[[ $(uname -sm) == 'Linux x86_64' ]] || skip 'the budget is that of x86_64 Linux'
for tool in valgrind strace openssl; do
  command -v "$tool" >/dev/null || skip "$tool is not installed"
done

binary=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/cph}")
[[ -x $binary ]] || { printf 'no binary at %s: run cargo build --release first\n' "$binary" >&2; exit 1; }

work=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$work"' EXIT
mkdir "$work/home"
failed=0

run() {
  env -i PATH="$PATH" HOME="$work/home" CPH_TOKEN="$token" CPH_PROJECT_ID="$project" CPH_ENDPOINT="$endpoint" \
    SSL_CERT_FILE="$work/bundle.pem" "$@"
}

# Waits until the server answers; prints and checks what one look costs.
measure() {
  local name=$1 job=$2 most_instructions=$3 most_calls=$4 instructions calls
  for _ in {1..100}; do
    run "$binary" job show -q "$job" 2>"$work/error" && break
    sleep 0.1
  done
  # For its message, where the server never answered.
  run "$binary" job show -q "$job"
  run valgrind --tool=callgrind --callgrind-out-file=/dev/null "$binary" job show "$job" >/dev/null 2>"$work/valgrind"
  instructions=$(sed -n 's/.*Collected : //p' "$work/valgrind")
  run strace -f -c -o "$work/strace" "$binary" job show "$job" >/dev/null
  calls=$(awk '$NF == "total" { print $4 }' "$work/strace")
  printf '%-5s  %8d instructions (at most %d), %4d system calls (at most %d)\n' \
    "$name" "$instructions" "$most_instructions" "$calls" "$most_calls"
  ((instructions <= most_instructions && calls <= most_calls)) || failed=1
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
}

"$binary" simulator --credential token >"$work/simulator" 2>"$work/error" &
server=$!
# The lines are written at once, when it listens.
until [[ -s $work/simulator ]]; do
  kill -0 "$server" || { cat "$work/error" >&2; exit 1; }
  sleep 0.1
done
value() { sed -n "s/^export $1='\(.*\)'$/\1/p" "$work/simulator"; }
token=$(value CPH_TOKEN) project=$(value CPH_PROJECT_ID) endpoint=$(value CPH_ENDPOINT)
measure HTTP sim-ok "$http_instructions" "$http_calls"

# One file by TLS, and a bundle of the usual size: 140 certificates, of which one is the server's authority.
job=0123456789abcdef0123456789abcdef token=token project=p endpoint=https://localhost:$((20000 + $$ % 20000))
body='{"request_id":"2676a3b4f7df49c297c6775989806d32","phone_id":"9b28fbe50ded4060b8149a47e55dba82","status":2,
"begin_time":"2019-04-26T07:00:00Z","end_time":"2019-04-26T07:00:06Z","job_id":"0123456789abcdef0123456789abcdef"}'
mkdir -p "$work/v1/p/cloud-phone/jobs"
printf 'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s' "${#body}" "$body" >"$work/v1/p/cloud-phone/jobs/$job"
(
  cd "$work"
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=authority' -keyout authority.key -out authority.pem
  openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out request.pem
  openssl x509 -req -in request.pem -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 \
    -extfile <(echo subjectAltName=DNS:localhost) -out server.pem
  for _ in {1..140}; do cat authority.pem; done >bundle.pem
  exec openssl s_server -cert server.pem -key server.key -accept "localhost:${endpoint##*:}" -HTTP
) >"$work/openssl" 2>&1 &
server=$!
measure HTTPS "$job" "$https_instructions" "$https_calls"
exit "$failed"
