#!/usr/bin/env bash
# Proof with programs that nobody here wrote: Huawei Cloud's own SDKs against the simulator, the Python SDK's signer
# against ours, and a parser of JUnit reports. Needs Python 3.8 or later with venv and pip, and once the network; the SDK
# for Node.js is left out where node, npm or its packages are missing. CPH_SKIP_PEERS=1 leaves all of it out.
set -euo pipefail
cd "$(dirname "$0")/../.."

sdk=3.1.219
junitparser=4.0.2
node_sdk=3.1.211
# The Node SDK requires it and does not name it among its dependencies; later versions are no CommonJS modules.
uuid=8.3.2
signatures=2000

if [[ ${CPH_SKIP_PEERS:-} == 1 ]]; then
  echo 'left out, as CPH_SKIP_PEERS=1 says'
  exit 0
fi

fail() {
  printf '%s\nCPH_SKIP_PEERS=1 leaves this check out.\n' "$1" >&2
  exit 1
}

system_python=
for name in python3 python; do
  # Windows has a python3 that only opens a shop.
  if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1; then
    system_python=$name
    break
  fi
done
[[ -n $system_python ]] || fail 'The check against the official SDKs needs Python 3.8 or later: install it (Debian, Ubuntu: python3 python3-venv).'

# Made once, below target/; the versions in its name make other versions another one.
target=${CARGO_TARGET_DIR:-target}
venv=$target/peers-$sdk-$junitparser
python=$venv/bin/python
[[ $OSTYPE == msys* || $OSTYPE == cygwin* ]] && python=$venv/Scripts/python.exe
if [[ ! -e $venv/ready ]]; then
  rm -rf "$venv"
  "$system_python" -m venv "$venv" || fail 'Python has no working venv: install it (Debian, Ubuntu: python3-venv).'
  "$python" -m pip --version >/dev/null || fail 'Python has no pip: install it (Debian, Ubuntu: python3-pip).'
  "$python" -m pip install --quiet --disable-pip-version-check \
    "huaweicloudsdkcore==$sdk" "huaweicloudsdkcph==$sdk" "junitparser==$junitparser" ||
    fail "pip can't install huaweicloudsdkcph $sdk and junitparser $junitparser: is there a network?"
  touch "$venv/ready"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" tests/peers/signatures.py "$signatures" "$work/requests" "$work/theirs"
cargo run --locked --quiet --example sign <"$work/requests" >"$work/ours"
if ! diff "$work/theirs" "$work/ours" >"$work/differences"; then
  head -n 20 "$work/differences" >&2
  number=$(sed -n '1s/[^0-9].*//p' "$work/differences")
  printf 'The first request that is signed in another way is number %s:\n' "$number" >&2
  sed -n "${number}p" "$work/requests" >&2
  exit 1
fi
echo "ok: $(wc -l <"$work/ours" | tr -d ' ') signatures as the official SDK makes them"

cargo run --locked --quiet -- simulator -- "$python" tests/peers/show_job.py
cargo run --locked --quiet -- simulator -- "$python" tests/peers/start_jobs.py
cargo run --locked --quiet -- simulator -- "$python" tests/peers/junit_report.py

if ! node --version >/dev/null 2>&1 || ! npm --version >/dev/null 2>&1; then
  echo 'left out: the Node SDK, since node or npm is not installed'
  exit 0
fi
modules=$target/peers-node-$node_sdk
if [[ ! -e $modules/ready ]]; then
  rm -rf "$modules"
  mkdir -p "$modules"
  if ! npm install --prefix "$modules" --ignore-scripts --no-audit --no-fund --fetch-retries=1 >"$work/npm" 2>&1 \
    "@huaweicloud/huaweicloud-sdk-core@$node_sdk" "uuid@$uuid"; then
    head -n 3 "$work/npm"
    echo "left out: the Node SDK, since npm can't install it"
    exit 0
  fi
  touch "$modules/ready"
fi
# It keeps an application id in the home.
NODE_PATH=$(cd "$modules/node_modules" && pwd)
export NODE_PATH HOME=$work
"$target/debug/cph" simulator -- node tests/peers/node_sdk.js
