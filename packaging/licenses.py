#!/usr/bin/env python3
"""licenses.py TARGET    makes dist/bin/TARGET/THIRD-PARTY-LICENSES.txt: the licences of all that is in the binary

Those of the crates for that target, of Rust's standard library, and of musl where it is linked. Equal texts stand once.
"""

import html
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LICENCE = re.compile(r"(licen[cs]e|copying|copyright|notice|unlicense)", re.IGNORECASE)


def main(target):
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
    metadata = json.loads(subprocess.check_output(command, cwd=ROOT))
    packages = {package["id"]: package for package in metadata["packages"]}
    texts, without = {}, []
    for package in sorted(compiled_in(metadata), key=lambda id: (packages[id]["name"], packages[id]["version"])):
        package = packages[package]
        name = f"{package['name']} {package['version']}"
        found = licence_files(Path(package["manifest_path"]).parent)
        for text in found:
            texts.setdefault(text, []).append(name)
        if not found:
            without.append(f"{name}: {package['license']} ({package['repository']})")
    sysroot = Path(subprocess.check_output(["rustc", "--print", "sysroot"], text=True).strip())
    texts[as_text(sysroot / "share/doc/rust/COPYRIGHT-library.html")] = ["Rust's standard library"]
    if "musl" in target:
        zig = Path(importlib.util.find_spec("ziglang").origin).parent
        texts[(zig / "lib/libc/musl/COPYRIGHT").read_text("utf-8").strip()] = ["musl"]
    parts = [f"{', '.join(names)}\n{'-' * 78}\n{text}" for text, names in texts.items()]
    if without:
        parts.append("Without a text of their own, by the names of their licences:\n" + "\n".join(without))
    made = ROOT / "dist/bin" / target / "THIRD-PARTY-LICENSES.txt"
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_text(f"\n\n{'=' * 78}\n".join(parts) + "\n", "utf-8", newline="\n")
    print(f"{made.relative_to(ROOT).as_posix()}: {len(texts)} texts, {len(without)} crates without one")


def compiled_in(metadata):
    """The ids of all packages that the binary is made of: not those that only tests or build scripts use."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    seen, open_ids = {root}, [root]
    while open_ids:
        for dependency in nodes[open_ids.pop()]["deps"]:
            is_normal = any(kind["kind"] is None for kind in dependency["dep_kinds"])
            if is_normal and dependency["pkg"] not in seen:
                seen.add(dependency["pkg"])
                open_ids.append(dependency["pkg"])
    return seen - {root}


def licence_files(folder):
    files = sorted(path for path in folder.glob("*") if path.is_file() and LICENCE.match(path.name))
    return [path.read_text("utf-8", errors="replace").replace("\r\n", "\n").strip() for path in files]


def as_text(page):
    """A page without its tags and empty lines."""
    text = html.unescape(re.sub(r"<[^>]*>", "", page.read_text("utf-8")))
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
