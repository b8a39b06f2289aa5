#!/usr/bin/env bash
# Proof with a client that nobody here wrote: Huawei Cloud's own Python SDK against the simulator, and its signer
# against ours. Needs Python 3.8 or later with venv and pip, and once the network. CPH_SKIP_SDK=1 leaves it out.
set -euo pipefail
cd "$(dirname "$0")/../.."

sdk=3.1.219
signatures=2000

if [[ ${CPH_SKIP_SDK:-} == 1 ]]; then
  echo 'left out, as CPH_SKIP_SDK=1 says'
  exit 0
fi

fail() {
  printf '%s\nCPH_SKIP_SDK=1 leaves this check out.\n' "$1" >&2
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
[[ -n $system_python ]] || fail 'The check against the official SDK needs Python 3.8 or later: install it (Debian, Ubuntu: python3 python3-venv).'

# Made once, below target/; the version in its name makes another version another one.
venv=${CARGO_TARGET_DIR:-target}/sdk-$sdk
python=$venv/bin/python
[[ $OSTYPE == msys* || $OSTYPE == cygwin* ]] && python=$venv/Scripts/python.exe
if [[ ! -e $venv/ready ]]; then
  rm -rf "$venv"
  "$system_python" -m venv "$venv" || fail 'Python has no working venv: install it (Debian, Ubuntu: python3-venv).'
  "$python" -m pip --version >/dev/null || fail 'Python has no pip: install it (Debian, Ubuntu: python3-pip).'
  "$python" -m pip install --quiet --disable-pip-version-check \
    "huaweicloudsdkcore==$sdk" "huaweicloudsdkcph==$sdk" ||
    fail "pip can't install huaweicloudsdkcph $sdk: is there a network?"
  touch "$venv/ready"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" tests/sdk/signatures.py "$signatures" "$work/requests" "$work/theirs"
cargo run --locked --quiet --example sign <"$work/requests" >"$work/ours"
if ! diff "$work/theirs" "$work/ours" >"$work/differences"; then
  head -n 20 "$work/differences" >&2
  number=$(sed -n '1s/[^0-9].*//p' "$work/differences")
  printf 'The first request that is signed in another way is number %s:\n' "$number" >&2
  sed -n "${number}p" "$work/requests" >&2
  exit 1
fi
echo "ok: $(wc -l <"$work/ours" | tr -d ' ') signatures as the official SDK makes them"

cargo run --locked --quiet -- simulator -- "$python" tests/sdk/show_job.py
cargo run --locked --quiet -- simulator -- "$python" tests/sdk/start_jobs.py
