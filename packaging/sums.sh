#!/usr/bin/env bash
# sums.sh    makes dist/SHA256SUMS of all that is released
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
cd dist
shopt -s nullglob
sha256sum -- *.tar.gz *.zip *.deb *.rpm *.apk *.pkg.tar.zst *.cdx.json | LC_ALL=C sort -k 2 >SHA256SUMS
cat SHA256SUMS
