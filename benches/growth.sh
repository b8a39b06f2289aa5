#!/usr/bin/env bash
# Time, CPU time and peak memory of `cph job show` for 1 to 100,000 jobs in every form of output, and of curl, over HTTP on
# this machine; both send a token. Writes benches/data/growth.csv, from which docs/pictures/growth-*.svg are drawn
# (UPDATE=1 cargo test --test pictures). Fails where a form takes more than 160 MB, longer than curl for 100,000 jobs, or
# more than 15 times as long for 10 times the jobs. Needs what compare.sh needs. About five minutes.
# `growth.sh [LARGEST]` ends at another number of jobs, and then writes nothing; BINARY as for compare.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
largest=${1:-100000}
# shellcheck source=benches/server.sh
. benches/server.sh
unset CPH_ACCESS_KEY CPH_SECRET_KEY
export CPH_ENDPOINT=$http CPH_TOKEN=token

forms=('-q' '-o table' '-o json' '-o jsonl' '--field job_id,status')
echo jobs,form,seconds,cpu_seconds,peak_mb >"$work/growth.csv"
for ((jobs = 1; jobs <= largest; jobs *= 10)); do
  job_ids "$jobs" >"$work/ids"
  curl_many "$http" "$jobs" >"$work/curl.conf"
  printf 'curl\tcurl -K %s\n' "$work/curl.conf" >"$work/commands"
  for form in "${forms[@]}"; do
    label=${form#-o } label=${label%% *}
    printf '%s\t%s job show %s -\t%s\n' "${label#--}" "$binary" "$form" "$work/ids" >>"$work/commands"
  done
  # Short runs vary more.
  rounds=$((jobs <= 1000 ? 21 : jobs <= 10000 ? 7 : 3))
  python3 benches/measure.py --csv "$rounds" "$work/commands" | sed "s/^/$jobs,/" | tee -a "$work/growth.csv"
done

((largest != 100000)) || cp "$work/growth.csv" benches/data/growth.csv

awk -F, '
  NR == 1 { next }
  $2 == "curl" { curl[$1] = $3; next }
  $1 == 100000 { printf "%s: 100,000 jobs in %.2f of the time of curl\n", $2, $3 / curl[$1] }
  $1 == 100000 && $3 > curl[$1] { missed = 1 }
  $5 > 160 { printf "%s: %s jobs take %s MB\n", $2, $1, $5; missed = 1 }
  # Below 0.1 s the start of the program counts.
  before[$2] > 0.1 && $3 > 15 * before[$2] { printf "%s: %s jobs take %.0f times as long\n", $2, $1, $3 / before[$2]; missed = 1 }
  { before[$2] = $3 }
  END { exit missed }
' "$work/growth.csv"
