#!/usr/bin/env bash
# packages.sh    makes the .deb, .rpm, Arch Linux and .apk packages in dist/ from dist/bin; build.sh comes first
#
# They are linked to glibc, whose name resolution knows NSS. Alpine has musl: its package has the static binary.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
export VERSION=$version REPOSITORY=$repository GLIBC ARCH

package() {
  local libc=$1 format=$2 triple
  case $ARCH in amd64) triple=x86_64-unknown-linux-$libc ;; arm64) triple=aarch64-unknown-linux-$libc ;; esac
  rm -rf dist/package
  mkdir -p dist/package/man dist/package/docs
  cp "dist/bin/$triple/cph" dist/package/cph
  cat LICENSE-MIT LICENSE-APACHE "dist/bin/$triple/THIRD-PARTY-LICENSES.txt" >dist/package/copyright
  cp docs/*.md dist/package/docs/
  for page in man/*; do gzip -9n <"$page" >"dist/package/$page.gz"; done
  find dist/package -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
  nfpm package --config packaging/nfpm.yaml --packager "$format" --target dist/
}

for ARCH in ${ARCHS:-amd64 arm64}; do
  for format in deb rpm archlinux; do package gnu "$format"; done
  package musl apk
done
rm -rf dist/package
