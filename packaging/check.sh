#!/usr/bin/env bash
# check.sh TAG    refuses to release what is not ready; else writes dist/NOTES.md, this version's part of the changelog
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
tag=$1
refuse() { echo "not ready: $*" >&2; exit 1; }

[ "$tag" = "v$version" ] || refuse "the tag is $tag, Cargo.toml says $version"
case $repository in */OWNER/*) refuse "Cargo.toml still has the placeholder OWNER in repository; CONTRIBUTING.md says how to replace it" ;; esac
here=${GITHUB_SERVER_URL:-https://github.com}/${GITHUB_REPOSITORY:-${repository#https://github.com/}}
[ "$repository" = "$here" ] || refuse "this is $here, Cargo.toml says $repository"
[ -z "$(git status --porcelain)" ] || refuse "there are changes that are not committed"
# From this version's heading to the next one, or to the links at the end.
awk -v heading="## [$version] - " 'index($0, heading) == 1 { on = 1; next } /^## |^\[/ { on = 0 } on' CHANGELOG.md >dist/NOTES.md
grep -q '[^[:space:]]' dist/NOTES.md || refuse "CHANGELOG.md has no '## [$version] - DATE' with text"
echo "ready: $repository $tag"
