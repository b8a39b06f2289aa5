#!/usr/bin/env bash
# image.sh ARCHIVE TAG    builds an image of a released Linux archive (cph-…-linux-musl.tar.gz) with docker, podman or buildah
#
# BUILDER is the command, `docker build` without it. CA_BUNDLE is the file of trusted authorities, the system's without it.
set -euo pipefail
archive=$1 tag=$2
bundle=${CA_BUNDLE:-/etc/ssl/certs/ca-certificates.crt}
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
root=$context/root
mkdir -p "$root/usr/bin" "$root/usr/share/doc/cph" "$root/etc/ssl/certs" "$root/tmp"
tar xzf "$archive" -C "$context" --strip-components=1
mv "$context/cph" "$root/usr/bin/cph"
mv "$context"/LICENSE-* "$context/THIRD-PARTY-LICENSES.txt" "$root/usr/share/doc/cph/"
cp "$bundle" "$root/etc/ssl/certs/ca-certificates.crt"
chmod 644 "$root/etc/ssl/certs/ca-certificates.crt"
printf 'cph:x:65532:65532::/nonexistent:/usr/bin/cph\n' >"$root/etc/passwd"
# The simulator keeps its settings there.
chmod 1777 "$root/tmp"
platform=linux/amd64
case $archive in *aarch64*) platform=linux/arm64 ;; esac
read -ra builder <<<"${BUILDER:-docker build}"
"${builder[@]}" --platform "$platform" -f "$(dirname "$0")/Containerfile" -t "$tag" "$context"
