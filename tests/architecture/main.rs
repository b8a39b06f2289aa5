//! Rules for the source that no lint checks: who may import whom, as in `src/lib.rs`, no import circles, file lengths,
//! dependencies. It reads files; only for the
//! Rust versions of dependencies it asks cargo.

// A test fails by panicking, in its helpers, too.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod dependencies;
mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use imports::{Edge, circle, imports, sibling_imports, without_tests};

/// Each module of the first level and those it may use; `name::part` allows that part alone. A module that is
/// not listed may use nothing.
const ALLOWED: &[(&str, &[&str])] = &[
    ("lib", &["cli", "commands", "context", "exit", "output"]),
    (
        "commands",
        &[
            "api",
            "catalog",
            "cli",
            "config",
            "context",
            "credentials",
            "endpoint",
            "error",
            "exit",
            "file",
            "ids",
            "job",
            "language",
            "output",
            "poll",
            "replace",
            "shell",
            "signals",
            "simulator",
        ],
    ),
    ("api", &["backoff", "catalog", "endpoint", "error", "file", "job", "redact"]),
    ("config", &["context", "endpoint", "error", "file", "replace", "shell"]),
    (
        "credentials",
        &[
            "api::credential",
            "api::iam",
            "api::metadata",
            "api::retry",
            "api::service",
            "config",
            "context",
            "error",
            "replace",
        ],
    ),
    ("catalog", &["language"]),
    ("context", &["language"]),
    ("output", &["catalog", "error", "exit", "job", "language", "poll"]),
    ("poll", &["backoff", "error", "exit", "ids", "job"]),
    ("ids", &["error", "job"]),
    ("job", &["error", "exit"]),
    ("error", &["exit"]),
    ("file", &["error"]),
    ("cli", &["exit"]),
    ("simulator", &["api::sign"]),
    // For fuzzing and unit tests only.
    (
        "fuzzing",
        &[
            "api",
            "cli",
            "config",
            "context",
            "credentials",
            "endpoint",
            "error",
            "exit",
            "ids",
            "job",
            "language",
            "output",
            "poll",
            "redact",
            "simulator",
        ],
    ),
    // Leaves: backoff, endpoint, exit, language, redact, replace, signals.
];

const LONGEST_FILE: usize = 350;

#[test]
fn imports_follow_the_table() {
    let mut wrong = BTreeSet::new();
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, module) in sources() {
        let from = module.split("::").next().unwrap().to_owned();
        let text = without_tests(&fs::read_to_string(&path).unwrap());
        let mut imports = imports(&text, &module);
        if module == "lib" {
            // The root names its modules without `crate::`.
            imports.extend(modules().into_iter().filter(|name| text.contains(&format!("{name}::"))));
        }
        for to in imports {
            let first = to.split("::").next().unwrap().to_owned();
            if first == from || !modules().contains(&first) {
                continue;
            }
            let allowed = ALLOWED.iter().find(|(name, _)| *name == from).map_or(&[][..], |(_, allowed)| allowed);
            match allowed.iter().find(|allowed| to == **allowed || to.starts_with(&format!("{allowed}::"))) {
                Some(allowed) => drop(used.entry(from.clone()).or_default().insert((*allowed).to_owned())),
                None => drop(wrong.insert(format!("{}: {from} must not use {to}", path.display()))),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for (from, allowed) in ALLOWED {
        let unused: Vec<_> = allowed.iter().filter(|to| !used.get(*from).is_some_and(|u| u.contains(**to))).collect();
        assert!(unused.is_empty(), "{from} no longer uses {unused:?}: the table must say so");
    }
}

#[test]
fn the_table_has_no_circle() {
    let first = |path: &str| path.split("::").next().unwrap().to_owned();
    let edges = ALLOWED.iter().flat_map(|(from, allowed)| allowed.iter().map(move |to| (first(from), first(to))));
    assert_eq!(circle(&edges.collect()), None);
}

/// Imports that close a circle inside a folder, each with its reason: the folder, who imports, what.
const ALLOWED_IN_CIRCLES: &[(&str, &str, &str)] = &[];

#[test]
fn siblings_do_not_import_each_other_in_a_circle() {
    let sources: Vec<(String, String)> = sources()
        .into_iter()
        .map(|(path, module)| (module, without_tests(&fs::read_to_string(path).unwrap())))
        .filter(|(module, _)| !module.split("::").any(|part| part == "tests"))
        .collect();
    let mut all = sibling_imports(&sources);
    let listed: Vec<(String, Edge)> = ALLOWED_IN_CIRCLES
        .iter()
        .map(|(folder, from, to)| ((*folder).to_owned(), ((*from).to_owned(), (*to).to_owned())))
        .collect();
    for (folder, edge) in &listed {
        assert!(all.get_mut(folder).is_some_and(|edges| edges.remove(edge)), "{folder}: {edge:?} is gone: unlist it");
    }
    let circles: Vec<String> = all
        .iter()
        .filter_map(|(folder, edges)| circle(edges).map(|circle| format!("{folder}: {}", circle.join(" -> "))))
        .collect();
    assert!(circles.is_empty(), "{circles:#?}");
    for (folder, edge) in listed {
        let mut edges = all[&folder].clone();
        edges.insert(edge.clone());
        assert!(circle(&edges).is_some(), "{folder}: {edge:?} closes no circle any more: unlist it");
    }
}

#[test]
fn files_are_short() {
    for (path, _) in sources() {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= LONGEST_FILE, "{} has {lines} lines", path.display());
    }
}

#[test]
fn nothing_is_left_half_done() {
    let words = ["todo!", "unimplemented!", "dbg!", "FIXME", "XXX", "TODO"];
    for (path, _) in sources() {
        let text = fs::read_to_string(&path).unwrap();
        for word in words {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of `src` but `main.rs`, with its module's path.
fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let src = root().join("src");
    let mut files = Vec::new();
    walk(&src, &mut files);
    files.sort();
    files.retain(|path| !path.ends_with("main.rs"));
    let module = |path: &Path| {
        let path = path.strip_prefix(&src).unwrap().with_extension("");
        let parts: Vec<_> = path.iter().map(|part| part.to_str().unwrap()).filter(|part| *part != "mod").collect();
        parts.join("::")
    };
    files.into_iter().map(|path| (path.clone(), module(&path))).collect()
}

/// Names of the first level.
fn modules() -> BTreeSet<String> {
    sources().into_iter().filter_map(|(_, module)| module.split("::").next().map(str::to_owned)).collect()
}
