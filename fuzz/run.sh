#!/usr/bin/env bash
# Runs every fuzz target, and fails at the first input that violates an invariant, takes more than a second, or needs
# more than 512 MB.
#
#   fuzz/run.sh                          20,000 executions each, the same ones at every run, as CI does
#   fuzz/run.sh SECONDS [TARGET...]      new ones, for so long, or until ten million executions
#
# What is found on the way goes to target/fuzz/corpus, never to the kept inputs in fuzz/corpus.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! cargo +nightly --version >/dev/null 2>&1; then
  echo "fuzz/run.sh: skipped: cargo fuzz needs the nightly toolchain (rustup toolchain install nightly)"
  exit 0
fi

# Where it lags behind a new dependency of ours, cargo fuzz would change it and go on.
if ! cargo +nightly metadata --locked --format-version 1 --manifest-path fuzz/Cargo.toml >/dev/null; then
  echo "fuzz/run.sh: fuzz/Cargo.lock is out of date: cargo +nightly update --workspace --manifest-path fuzz/Cargo.toml"
  exit 1
fi

version=0.13.2
corpus=$PWD/target/fuzz/corpus
if [ $# -eq 0 ]; then
  # Begun with the kept inputs alone, for the same executions. On a busy machine one may take longer than a second.
  corpus=$(mktemp -d)
  trap 'rm -rf "$corpus"' EXIT
  limits=(-seed=1 -runs=20000 -timeout=10)
else
  limits=(-max_total_time="$1" -runs=10000000 -timeout=1)
  shift
fi
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
  log=target/fuzz/$target.log
  mkdir -p "$corpus/$target"
  if ! fuzz run "$target" "$corpus/$target" "fuzz/corpus/$target" -- "${limits[@]}" -max_len=4096 -rss_limit_mb=512 \
    -print_final_stats=1 >"$log" 2>&1; then
    tail -n 60 "$log"
    echo "fuzz/run.sh: $target failed; its input is named above and in fuzz/artifacts/$target"
    exit 1
  fi
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  [ -n "$executions" ] || { tail -n 20 "$log"; exit 1; }
  printf '%-12s %9d executions\n' "$target" "$executions"
done
