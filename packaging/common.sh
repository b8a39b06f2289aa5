# shellcheck shell=bash disable=SC2034,SC2164
# For the scripts beside it: the root as working directory, the version, and what makes two builds equal.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. packaging/pins.env
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
repository=$(sed -n 's/^repository = "\(.*\)"$/\1/p' Cargo.toml)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH RUSTUP_TOOLCHAIN=$RUST
mkdir -p dist
