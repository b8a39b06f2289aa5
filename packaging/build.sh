#!/usr/bin/env bash
# build.sh TARGET    makes dist/bin/TARGET/cph (.exe) and dist/cph-VERSION-TARGET.tar.gz (.zip): the same bytes in any folder
#
# Linux is linked by zig, which brings the libc of each target: musl, whole in the binary, or the symbols of an old glibc.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
target=$1

native() { if command -v cygpath >/dev/null; then cygpath -w "$1"; else printf '%s\n' "$1"; fi; }
# Panic messages name source files: without the folders of this machine.
flags="--remap-path-prefix=$(native "$PWD")=/cph --remap-path-prefix=$(native "${CARGO_HOME:-$HOME/.cargo}")=/cargo"
# build.rs knows rarely called code by its names, which this form has in full.
flags+=' -C symbol-mangling-version=v0'
build=build triple=$target binary=cph
case $target in
  # zig overlooks rustc's -static-pie, and a fixed address is easier to attack.
  *-linux-musl) build=zigbuild flags+=' -C link-arg=-pie' ;;
  *-linux-gnu) build=zigbuild triple=$target.$GLIBC ;;
  # No runtime of Visual C++ to install; no time of the build in the file.
  *-windows-msvc) flags+=' -C target-feature=+crt-static -C link-arg=/Brepro' binary=cph.exe ;;
  *-windows-*) binary=cph.exe ;;
esac
RUSTFLAGS="${RUSTFLAGS:-} $flags" cargo auditable "$build" --locked --release --target "$triple" --bin cph
mkdir -p "dist/bin/$target"
cp "${CARGO_TARGET_DIR:-target}/$target/release/$binary" "dist/bin/$target/$binary"
python3 packaging/licenses.py "$target"
python3 packaging/archive.py "$target"
