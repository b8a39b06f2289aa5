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

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
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
