#!/usr/bin/env bash
# sbom.sh    makes dist/cph-VERSION.cdx.json: all crates of all targets, as CycloneDX
#
# What exactly is in one binary stands in it: cargo auditable puts it there, and scanners read it.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
cargo cyclonedx -q --format json --spec-version 1.5 --target all --override-filename "cph-$version.cdx"
# The references name the folder of the checkout.
sed "s|path+file://$PWD|path+file:///cph|g" "cph-$version.cdx.json" >"dist/cph-$version.cdx.json"
rm "cph-$version.cdx.json"
