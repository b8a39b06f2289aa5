#!/usr/bin/env python3
"""manifests.py    fills packaging/templates in for this version and the files of dist/SHA256SUMS, into dist/manifests

@VERSION@, @REPOSITORY@ and @OWNER@ come from Cargo.toml, @DOWNLOAD@ is where a release's files are, and @SHA256:FILE@ is
the checksum of one of them. A file that is not there is an error.
"""

import re
import shutil
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Each template, and where its registry wants it; the names of winget's files begin with the package's.
PLACES = {
    "cph.rb": "homebrew/cph.rb",
    "scoop.json": "scoop/cph.json",
    "PKGBUILD": "aur/PKGBUILD",
    "winget/version.yaml": "winget/@OWNER@.cph.yaml",
    "winget/installer.yaml": "winget/@OWNER@.cph.installer.yaml",
    "winget/locale.en-US.yaml": "winget/@OWNER@.cph.locale.en-US.yaml",
}


def main():
    package = tomllib.loads((ROOT / "Cargo.toml").read_text("utf-8"))["package"]
    repository = package["repository"]
    words = {
        "@VERSION@": package["version"],
        "@REPOSITORY@": repository,
        "@OWNER@": repository.split("/")[-2],
        "@DOWNLOAD@": f"{repository}/releases/download/v{package['version']}",
    }
    lines = (ROOT / "dist/SHA256SUMS").read_text("utf-8").splitlines()
    sums = {name: checksum for checksum, name in (line.split("  ", 1) for line in lines)}

    def checksum(found):
        if found[1] not in sums:
            sys.exit(f"{found[1]} is not in dist/SHA256SUMS")
        return sums[found[1]]

    shutil.rmtree(ROOT / "dist/manifests", ignore_errors=True)
    for template, place in PLACES.items():
        text = (ROOT / "packaging/templates" / template).read_text("utf-8")
        for word, value in words.items():
            text, place = text.replace(word, value), place.replace(word, value)
        text = re.sub(r"@SHA256:([^@\n]+)@", checksum, text)
        made = ROOT / "dist/manifests" / place
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(text, "utf-8", newline="\n")
        print(made.relative_to(ROOT).as_posix())


if __name__ == "__main__":
    main()
