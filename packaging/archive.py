#!/usr/bin/env python3
"""archive.py TARGET    makes dist/cph-VERSION-TARGET.tar.gz (Windows: .zip) of dist/bin/TARGET and what belongs to it

In Python, since tar and zip differ from system to system. Order, times, owners and modes are fixed: equal files give
equal bytes.
"""

import gzip
import io
import os
import subprocess
import sys
import tarfile
import time
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Folders and files of the repository that go with the binary.
WITH_THE_BINARY = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "README.zh-CN.md",
                   "completions", "docs", "man"]


def main(target):
    version = tomllib.loads((ROOT / "Cargo.toml").read_text("utf-8"))["package"]["version"]
    binary = ROOT / "dist/bin" / target / ("cph.exe" if "windows" in target else "cph")
    files = [(binary.name, binary, 0o755)]
    files.append(("THIRD-PARTY-LICENSES.txt", binary.parent / "THIRD-PARTY-LICENSES.txt", 0o644))
    for name in WITH_THE_BINARY:
        path = ROOT / name
        for file in sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]:
            files.append((file.relative_to(ROOT).as_posix(), file, 0o644))
    folder = f"cph-{version}-{target}"
    files = sorted((f"{folder}/{name}", file.read_bytes(), mode) for name, file, mode in files)
    made = ROOT / "dist" / f"{folder}{'.zip' if 'windows' in target else '.tar.gz'}"
    (zip_file if made.suffix == ".zip" else tar_file)(made, files, epoch())
    print(made.relative_to(ROOT).as_posix())


def epoch():
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return int(given or subprocess.check_output(["git", "log", "-1", "--format=%ct"], cwd=ROOT))


def tar_file(made, files, seconds):
    with open(made, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for name, content, mode in files:
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode, entry.mtime = len(content), mode, seconds
                archive.addfile(entry, io.BytesIO(content))


def zip_file(made, files, seconds):
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content, mode in files:
            entry = zipfile.ZipInfo(name, time.gmtime(seconds)[:6])
            # As written by Unix, so that the modes count.
            entry.create_system, entry.external_attr = 3, (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
