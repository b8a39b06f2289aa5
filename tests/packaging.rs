//! What ships `cph` and no compiler reads: workflows and `packaging/`. It reads files and runs nothing.

// A test fails by panicking, in its helpers, too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::path::{Path, PathBuf};

/// A tag can be moved to other code, a commit can't.
#[test]
fn actions_are_pinned_by_commit() {
    let mut pinned = 0;
    for path in files(&[".github", "packaging"], &["yml", "yaml"]) {
        for line in read(&path).lines() {
            let Some(action) = line.trim_start().trim_start_matches("- ").strip_prefix("uses:") else { continue };
            let (action, release) = action.split_once(" # v").unwrap_or((action, ""));
            let (_, commit) = action.split_once('@').unwrap_or_default();
            let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_commit && !release.is_empty(), "{}: not `@COMMIT # vRELEASE`: {line}", path.display());
            pinned += 1;
        }
    }
    assert!(pinned >= 2, "{pinned}");
}

/// A module of another name would be mapped again in every run of a release, and nothing would say so.
#[test]
fn modules_that_the_linker_puts_aside_exist() {
    let script = read(&root().join("build.rs"));
    let (_, list) = script.split_once("const OUR_MODULES").unwrap();
    let (list, _) = list.split_once("];").unwrap();
    let names: Vec<&str> = list.split('"').skip(1).step_by(2).flat_map(|line| line.split([' ', ':'])).collect();
    let sources = files(&["src"], &["rs"]);
    for name in names.iter().filter(|name| !name.is_empty()) {
        let is_module =
            |path: &PathBuf| path.file_stem().unwrap() == *name || path.parent().unwrap().file_name().unwrap() == *name;
        assert!(sources.iter().any(is_module), "{name}");
    }
    assert!(names.len() > 10, "{names:?}");
}

/// One place says where the project lives and which version it is.
#[test]
fn templates_repeat_neither_version_nor_address() {
    let manifest = read(&root().join("Cargo.toml"));
    let repository = quoted(&manifest, "repository = ");
    let owner = repository.strip_prefix("https://github.com/").and_then(|rest| rest.strip_suffix("/cph")).unwrap();
    for path in files(&["packaging/templates"], &["rb", "json", "yaml", ""]) {
        let text = read(&path);
        let version = env!("CARGO_PKG_VERSION");
        let repeated = [version, owner].into_iter().find(|value| text.replace("@OWNER@", "").contains(value));
        assert_eq!(repeated, None, "{}", path.display());
        assert!(text.contains("@VERSION@"), "{}", path.display());
    }
    let templates = files(&["packaging/templates"], &["rb", "json", "yaml", ""]).len();
    let places = read(&root().join("packaging/manifests.py"));
    let places = places.split("PLACES = {").nth(1).and_then(|rest| rest.split('}').next()).unwrap();
    assert_eq!(places.matches("\": \"").count(), templates, "manifests.py does not know them all");
}

/// Documents and recipes have both in full; a release must not leave an old one behind.
#[test]
fn documents_name_this_version_and_this_address() {
    let manifest = read(&root().join("Cargo.toml"));
    let address = quoted(&manifest, "repository = ").strip_prefix("https://github.com/").unwrap();
    let mut documents = files(&["packaging"], &["md", "yml", "sh", "env", ""]);
    documents.extend(files(&["docs"], &["md"]));
    documents.extend(["README.md", "SECURITY.md", "flake.nix"].map(|name| root().join(name)));
    documents.extend(Some(root().join("README.zh-CN.md")).filter(|path| path.exists()));
    let (mut addresses, mut versions) = (0, 0);
    for path in documents {
        let text = read(&path);
        for before in ["https://github.com/", "https://raw.githubusercontent.com/", "github:", "--repo ", "uses: "] {
            for named in
                text.split(before).skip(1).filter(|named| named.split_whitespace().next().unwrap().contains("/cph"))
            {
                assert!(named.starts_with(address), "{}: {before}{}", path.display(), &named[..20]);
                addresses += 1;
            }
        }
        for before in ["/v", "cph-", "cph_", "@v", "version: \"", "CPH_VERSION = '"] {
            // Not `/v1/` of an address.
            let number = |rest: &&str| rest.split(|c: char| !c.is_ascii_digit() && c != '.').next().unwrap().len();
            for named in text.split(before).skip(1).filter(|rest| rest[..number(rest)].contains('.')) {
                assert!(named.starts_with(env!("CARGO_PKG_VERSION")), "{}: {before}{}", path.display(), &named[..9]);
                versions += 1;
            }
        }
    }
    assert!(addresses > 10 && versions > 10, "{addresses} {versions}");
}

/// What a list names must exist, or a release fails halfway.
#[test]
fn files_named_by_packages_exist() {
    let packages = read(&root().join("packaging/nfpm.yaml"));
    let named =
        packages.split("src: ").skip(1).filter_map(|rest| rest.trim_start_matches('"').split([',', '}']).next());
    let archive = read(&root().join("packaging/archive.py"));
    let list = archive.split("WITH_THE_BINARY = [").nth(1).and_then(|rest| rest.split(']').next()).unwrap();
    let archived = list.split(',').map(|name| name.trim().trim_matches('"'));
    let mut checked = 0;
    for name in named.chain(archived).filter(|name| !name.starts_with("dist/")) {
        assert!(root().join(name).exists(), "{name}");
        checked += 1;
    }
    assert!(checked >= 12, "{checked}");
}

/// Every target that is built is also tried, and every script is documented.
#[test]
fn the_release_is_whole() {
    let workflow = read(&root().join(".github/workflows/release.yml"));
    let documented = read(&root().join("packaging/README.md"));
    let built: Vec<&str> = workflow
        .lines()
        .filter_map(|line| line.trim().strip_prefix("targets: "))
        .flat_map(|targets| targets.split(' '))
        .collect();
    assert_eq!(built.len(), 7, "{built:?}");
    for target in built {
        let tried = ["tar.gz", "zip"].iter().any(|form| workflow.contains(&format!("archive: {target}.{form} ")));
        assert!(tried, "{target}");
    }
    for script in files(&["packaging"], &["sh", "py"]) {
        let name = script.file_name().unwrap().to_string_lossy().into_owned();
        assert!(name == "common.sh" || documented.contains(&name), "{name}");
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The value in quotes behind `key`.
fn quoted<'a>(text: &'a str, key: &str) -> &'a str {
    text.lines().find_map(|line| line.strip_prefix(key)).unwrap().trim_matches('"')
}

/// All files below these folders with one of these extensions.
fn files(folders: &[&str], extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if extensions.contains(&extension.as_str()) {
                found.push(path);
            }
        }
    }
    found
}
