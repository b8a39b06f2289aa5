#!/usr/bin/env bash
# Mutation testing: for each area its files, and the tests that see them, the fast ones first. Needs cargo-mutants.
# Usage: tests/mutants.sh AREA|sample [OPTION of cargo mutants]...
#   AREA: exit sanitiser redaction signer retry cache lists engine
set -euo pipefail
cd "$(dirname "$0")/.."

# Files and tests of one area. Each line of `tests` is one run, with the mutants that the lines before it left.
area() {
  case $1 in
    exit)
      files='src/exit.rs src/error.rs src/commands/job/no_verdict/mod.rs src/poll/outcome.rs'
      tests=('--lib -- exit:: error:: no_verdict:: poll:: --skip without_end' '--test model' '--test program -- cli::') ;;
    sanitiser)
      files='src/output/text.rs src/output/inert_json.rs'
      tests=('--lib -- output:: commands::' '--test program -- cli::') ;;
    redaction)
      files='src/redact/**'
      tests=('--lib -- redact::') ;;
    signer)
      files='src/api/sign.rs'
      tests=('--lib -- api:: simulator::signature::') ;;
    retry)
      files='src/api/retry.rs src/backoff.rs src/api/classify.rs'
      tests=('--lib -- api:: backoff:: poll:: --skip without_end' '--test program -- broken_services::') ;;
    cache)
      files='src/credentials/cache/**'
      tests=('--lib -- credentials::cache::' '--test program -- credentials::') ;;
    lists)
      files='src/poll/lists.rs src/poll/pages.rs src/api/list.rs'
      tests=('--lib -- poll:: api:: --skip without_end' '--test model' '--lib' '--test program -- broken_services::') ;;
    engine)
      files='src/poll/**'
      tests=('--lib -- poll:: --skip without_end' '--test model' '--lib' '--test program -- cli:: broken_services::') ;;
    *) sed -n '3,4s/^# *//p' tests/mutants.sh >&2; exit 2 ;;
  esac
}

name=${1:-}
[ $# -eq 0 ] || shift
options=()
if [ "$name" = sample ]; then
  # Every tenth mutant outside of the areas: the same ones each time, spread over all files.
  for one in exit sanitiser redaction signer retry cache lists engine; do
    area "$one"
    for file in $files; do options+=(--exclude "$file"); done
  done
  options+=(--shard 0/10 --sharding round-robin)
  tests=('--lib -- --skip poll:: --skip redact::' '--test program -- cli:: credentials:: broken_services::')
else
  area "$name"
  for file in $files; do options+=(--file "$file"); done
fi

# A target folder of its own keeps the dependencies; nobody debugs a mutant, nor keeps its failing random cases. It is
# built once and run once: not optimised.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target/mutants} CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_DEV_OPT_LEVEL=0
export PROPTEST_CASES=${PROPTEST_CASES:-64} PROPTEST_DISABLE_FAILURE_PERSISTENCE=true
out=$PWD/target/mutants-$name
rm -rf "$out"
mkdir -p "$out"
set -f
for run in "${tests[@]}"; do
  printf '\n== %s: cargo test %s\n' "$name" "$run"
  # The targets are options of every call of cargo: else all test binaries would be built for each mutant.
  targets=()
  for word in ${run%% -- *}; do targets+=(-C "$word"); done
  # shellcheck disable=SC2086 # words
  cargo mutants --iterate --output "$out" --minimum-test-timeout 30 \
    "${targets[@]}" "${options[@]}" "$@" -- ${run#"${run%% -- *}"} || [ $? -le 3 ]
done
printf '\n== %s: %s mutants survived\n' "$name" "$(cat "$out"/mutants.out/missed.txt 2>/dev/null | wc -l)"
[ ! -s "$out/mutants.out/missed.txt" ]
