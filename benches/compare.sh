#!/usr/bin/env bash
# One job by `cph` and by what else one would write for it, over HTTPS: curl, a Go program, Huawei Cloud's SDKs for
# Node.js and Python; then 1,000 jobs, 16 at once, against curl. Prints Markdown tables. Linux with nginx, openssl, curl,
# Python 3.9 and GNU time; go, and the SDKs as tests/peers/run.sh installs them, are left out where they are missing.
# `compare.sh [ROUNDS]`; BINARY names another cph than target/release/cph.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-41}
# shellcheck source=benches/server.sh
. benches/server.sh
export CPH_ENDPOINT=$https job=00000000000000000000000000000001
target=${CARGO_TARGET_DIR:-target}

leave_out() { printf 'left out: %s\n' "$1"; }
row() { printf '%s\t%s\n' "$1" "$2" >>"$work/one"; }

curl=$(command -v curl)
row "curl $(curl --version | awk 'NR == 1 { print $2 }')" "$curl -s -H X-Auth-Token:token $(job_url "$https" "$job")"
row "cph" "$binary job show $job"
row 'curl, given the one root that it needs' "$curl -s --cacert $work/root.pem -H X-Auth-Token:token $(job_url "$https" "$job")"
if command -v go >/dev/null; then
  GOFLAGS=-mod=mod go build -o "$work/go" benches/go/main.go
  row "Go $(go version | awk '{ print substr($3, 3) }'), net/http" "$work/go $job"
else
  leave_out 'Go is not installed'
fi
modules=$(compgen -G "$target/peers-node-*/node_modules" | tail -n 1 || true)
if [[ -n $modules ]]; then
  NODE_PATH=$(realpath "$modules")
  export NODE_PATH
  row "Node.js $(node --version | tr -d v), SDK $(basename "$(dirname "$modules")" | tr -d a-z-)" "node benches/node_sdk.js $job"
else
  leave_out "the Node.js SDK: tests/peers/run.sh installs it"
fi
python=$(compgen -G "$target/peers-[0-9]*/bin/python" | tail -n 1 || true)
if [[ -n $python ]]; then
  version=$("$python" -c 'import platform; from importlib.metadata import version
print("Python", platform.python_version() + ", SDK", version("huaweicloudsdkcph"))')
  row "$version" "$python benches/python_sdk.py $job"
else
  leave_out "the Python SDK: tests/peers/run.sh installs it"
fi

printf '\nOne job, HTTPS:\n\n'
python3 benches/measure.py "$rounds" "$work/one"

job_ids 1000 >"$work/ids"
curl_many "$https" 1000 >"$work/curl.conf"
{
  printf 'curl --parallel-max 16\t%s\n' "$curl -K $work/curl.conf"
  printf 'cph\t%s\t%s\n' "$binary job show -q -" "$work/ids"
} >"$work/many"
printf '\n1,000 jobs, HTTPS, 16 at once:\n\n'
python3 benches/measure.py $(((rounds + 3) / 4)) "$work/many"
