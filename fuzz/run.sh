#!/usr/bin/env bash
# Runs every fuzz target for SECONDS, or until ten million executions, and fails at the first input that violates an
# invariant, takes more than a second, or needs more than 512 MB.
#
#   fuzz/run.sh [SECONDS [TARGET...]]    default: 5 seconds, all targets
#
# What is found on the way goes to target/fuzz/corpus, never to the kept inputs in fuzz/corpus.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! cargo +nightly --version >/dev/null 2>&1; then
  echo "fuzz/run.sh: skipped: cargo fuzz needs the nightly toolchain (rustup toolchain install nightly)"
  exit 0
fi

version=0.13.2
seconds=${1:-5}
shift $(($# > 0))
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <(ls fuzz/corpus)

export PATH="$PWD/target/tools/bin:$PATH"
if [ "$(cargo fuzz --version 2>/dev/null)" != "cargo-fuzz $version" ]; then
  cargo install --locked --root target/tools "cargo-fuzz@$version"
fi

# No sanitizer: there is no unsafe code here, and the address sanitizer halves the speed.
fuzz() {
  cargo +nightly fuzz "$1" --sanitizer none --target-dir target/fuzz "${@:2}"
}

fuzz build 2>&1 | tail -n 3
for target in "${targets[@]}"; do
  work=target/fuzz/corpus/$target
  log=target/fuzz/$target.log
  mkdir -p "$work"
  if ! fuzz run "$target" "$work" "fuzz/corpus/$target" -- -max_total_time="$seconds" -runs=10000000 -max_len=4096 \
    -timeout=1 -rss_limit_mb=512 -print_final_stats=1 >"$log" 2>&1; then
    tail -n 60 "$log"
    echo "fuzz/run.sh: $target failed; its input is named above and in fuzz/artifacts/$target"
    exit 1
  fi
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  [ -n "$executions" ] || { tail -n 20 "$log"; exit 1; }
  printf '%-12s %9d executions\n' "$target" "$executions"
done
