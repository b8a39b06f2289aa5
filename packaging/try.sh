#!/usr/bin/env bash
# try.sh ARCHIVE    unpacks an archive and runs what is in it; needs no toolchain
set -euo pipefail
archive=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
name=$(basename "$archive")
case $name in
  *.tar.gz) name=${name%.tar.gz}; tar xzf "$archive" -C "$folder" ;;
  *.zip) name=${name%.zip}; unzip -q "$archive" -d "$folder" ;;
esac
cd "$folder/$name"
cph=./cph
[ -e ./cph.exe ] && cph=./cph.exe
# cph-VERSION-TARGET
version=${name#cph-}; target=${version#*-}; version=${version%%-*}
shown=$("$cph" --version | tr -d '\r')
[ "$shown" = "cph $version ($target)" ] || { echo "--version: $shown"; exit 1; }
"$cph" simulator -- cph job show 6837531fd3f54550927b930180a706bf
code=0
"$cph" simulator -- cph job wait -q sim-fail-2s || code=$?
[ "$code" -eq 1 ] || { echo "a failed job ended with $code"; exit 1; }
for file in completions/cph.bash man/cph.1 LICENSE-MIT LICENSE-APACHE THIRD-PARTY-LICENSES.txt; do
  [ -s "$file" ] || { echo "$file is missing"; exit 1; }
done
echo "$name works"
