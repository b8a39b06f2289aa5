#!/usr/bin/env bash
# publish.sh TAG    makes a draft of the release at GitHub with all files of dist; a person looks at it and publishes it
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
tag=$1
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C dist -cf - manifests | gzip -9n >"dist/manifests.tar.gz"
files=(dist/SHA256SUMS dist/manifests.tar.gz dist/manifests/scoop/cph.json)
while read -r _ name; do files+=("dist/$name"); done <dist/SHA256SUMS
gh release create "$tag" --draft --verify-tag --title "cph $version" --notes-file dist/NOTES.md -- "${files[@]}"
