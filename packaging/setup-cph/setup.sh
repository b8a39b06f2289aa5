#!/usr/bin/env bash
# What action.yml runs: downloads a release, verifies it, and adds it to PATH of the later steps.
set -euo pipefail
fail() { echo "::error title=setup-cph::$*"; exit 1; }

# The repository as the runner has fetched it says where it lives, and which version it is.
manifest=$(dirname "$0")/../../Cargo.toml
repository=$(sed -n 's/^repository = "\(.*\)"$/\1/p' "$manifest")
version=${SETUP_VERSION:-$(sed -n 's/^version = "\(.*\)"$/\1/p' "$manifest" | head -n 1)}
version=${version#v}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || fail 'version must be like 0.1.0'
releases=${SETUP_RELEASES:-$repository/releases/download}

case $(uname -s)-$(uname -m) in
  Linux-x86_64) target=x86_64-unknown-linux-musl.tar.gz ;;
  Linux-aarch64) target=aarch64-unknown-linux-musl.tar.gz ;;
  Darwin-arm64) target=aarch64-apple-darwin.tar.gz ;;
  Darwin-x86_64) target=x86_64-apple-darwin.tar.gz ;;
  MINGW*-x86_64 | MSYS*-x86_64) target=x86_64-pc-windows-msvc.zip ;;
  *) fail "there is no build for $(uname -s) on $(uname -m)" ;;
esac
archive=cph-$version-$target

folder=$(mktemp -d "${RUNNER_TEMP:-/tmp}/cph-XXXXXX")
cd "$folder"
for file in SHA256SUMS "$archive"; do
  curl -fsSL --retry 3 --proto '=https,file' --proto-redir '=https' -o "$file" "$releases/v$version/$file" ||
    fail "$releases/v$version/$file can't be had"
done
expected=$(awk -v name="$archive" '$2 == name { print $1 }' SHA256SUMS)
actual=$({ sha256sum "$archive" 2>/dev/null || shasum -a 256 "$archive"; } | cut -d ' ' -f 1)
[ "$expected" = "$actual" ] || fail "$archive has not the checksum of SHA256SUMS"
if [ "${SETUP_PROVENANCE:-true}" != false ]; then
  name=${repository#https://github.com/}
  gh attestation verify "$archive" --repo "$name" --signer-workflow "$name/.github/workflows/release.yml" >/dev/null ||
    fail "$archive was not made by the release workflow of $repository, or gh can't verify it (provenance: false skips this)"
fi

case $archive in
  *.zip) unzip -q "$archive" && name=${archive%.zip} ;;
  *) tar xzf "$archive" && name=${archive%.tar.gz} ;;
esac
path=$folder/$name
if command -v cygpath >/dev/null; then path=$(cygpath -w "$path"); fi
printf '%s\n' "$path" >>"$GITHUB_PATH"
"$folder/$name/cph" --version
