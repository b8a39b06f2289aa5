//! Who may import whom, as `src/lib.rs` says it, and a few rules of the house that no lint knows.

// A test fails by panicking, in its helpers, too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each module of the first level and those it may use; `name::part` allows that part alone. Whoever is missing
/// may use nothing.
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
            "output",
            "poll",
            "signals",
            "simulator",
        ],
    ),
    ("api", &["backoff", "catalog", "endpoint", "error", "file", "job", "redact"]),
    ("config", &["context", "endpoint", "error", "file", "replace"]),
    (
        "credentials",
        &[
            "api::auth",
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
    ("output", &["catalog", "error", "exit", "job", "poll"]),
    ("poll", &["backoff", "error", "exit", "ids", "job"]),
    ("ids", &["error", "job"]),
    ("job", &["error", "exit"]),
    ("error", &["exit"]),
    ("file", &["error"]),
    ("cli", &["exit"]),
    ("simulator", &["api::sign"]),
    // Leaves: backoff, catalog, context, endpoint, exit, redact, replace, signals.
];

/// A file is one thought: longer ones fall apart into two.
const LONGEST_FILE: usize = 350;

#[test]
fn imports_follow_the_table() {
    let mut wrong = BTreeSet::new();
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, module) in sources() {
        let from = module.split("::").next().unwrap().to_owned();
        for to in imports(&without_tests(&fs::read_to_string(&path).unwrap()), &module) {
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
fn the_reader_of_imports_can_read() {
    let text = "use crate::a::b;\nuse crate::{c, d::{self, e}};\nfn f() { super::g::h(); super::super::x::y() }\n\
                pub(super) fn i(j: crate::k::L) {}\n// crate::comment::x\n#[cfg(test)]\nmod tests {\n    use crate::t::u;\n}\n";
    let found = imports(&without_tests(text), "one::two");
    assert_eq!(found, ["a::b", "c", "d", "d::e", "k::L", "one::g::h", "x::y"].map(str::to_owned).into());
}

#[test]
fn files_are_short() {
    for (path, _) in sources() {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= LONGEST_FILE, "{} has {lines} lines", path.display());
    }
}

#[test]
fn one_tls_stack_and_no_c_library() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for name in lock.lines().filter_map(|line| line.strip_prefix("name = ")) {
        let name = name.trim_matches('"');
        assert!(!name.starts_with("aws-lc"), "{name}");
        assert!(!["openssl", "openssl-sys", "native-tls", "schannel-sys"].contains(&name), "{name}");
    }
}

#[test]
fn what_comes_twice_is_listed_with_its_reason() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let mut versions: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = BTreeSet::new();
    let mut name = "";
    for line in lock.lines() {
        if let Some(text) = line.strip_prefix("name = ") {
            name = text.trim_matches('"');
            *versions.entry(name).or_default() += 1;
        } else if let Some(version) = line.strip_prefix("version = \"") {
            all.insert(format!("{name}@{}", version.trim_matches('"')));
        }
    }
    let deny = fs::read_to_string(root().join("deny.toml")).unwrap();
    let listed: Vec<&str> =
        deny.lines().filter_map(|line| line.split('"').nth(1).filter(|c| c.contains('@'))).collect();
    for listed in &listed {
        assert!(all.contains(*listed), "deny.toml lists {listed}, which is gone");
    }
    for (name, count) in versions {
        let skipped = listed.iter().filter(|listed| listed.split('@').next() == Some(name)).count();
        assert_eq!(skipped + 1, count, "deny.toml must list all versions of {name} but one");
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

/// The text without comments and without what follows `#[cfg(test)]` and a module: tests may use anything.
fn without_tests(text: &str) -> String {
    let mut kept = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim() == "#[cfg(test)]" {
            while lines.peek().is_some_and(|line| line.starts_with("#[")) {
                lines.next();
            }
            if lines.peek().is_some_and(|line| line.starts_with("mod ") && line.ends_with('{')) {
                lines.by_ref().find(|line| *line == "}");
                continue;
            }
        }
        kept.push_str(line.split("//").next().unwrap());
        kept.push('\n');
    }
    kept
}

/// What follows `crate::`, and `super::` made absolute; `{…}` spelled out.
fn imports(text: &str, module: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        if !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            spell_out("", &text[at + "crate::".len()..], &mut found);
        }
    }
    if module == "lib" {
        // The root names its modules without `crate::`.
        for name in modules().into_iter().filter(|name| text.contains(&format!("{name}::"))) {
            found.insert(name);
        }
    }
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("super::") {
        rest = after;
        if before.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let mut base: Vec<&str> = module.split("::").collect();
        base.pop();
        while let Some(further) = rest.strip_prefix("super::") {
            rest = further;
            base.pop();
        }
        let prefix: String = base.iter().map(|part| format!("{part}::")).collect();
        spell_out(&prefix, rest, &mut found);
    }
    found
}

fn spell_out(prefix: &str, text: &str, found: &mut BTreeSet<String>) {
    let Some(group) = text.strip_prefix('{') else {
        let path = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).next().unwrap();
        if text[path.len()..].starts_with('{') {
            return spell_out(&format!("{prefix}{path}"), &text[path.len()..], found);
        }
        let path = format!("{prefix}{}", path.trim_end_matches(':'));
        let path = path.strip_suffix("::self").unwrap_or(&path).trim_end_matches("::");
        found.insert(path.to_owned());
        return;
    };
    let (mut depth, mut start) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                let part = group[start..at].trim();
                if !part.is_empty() {
                    spell_out(prefix, part, found);
                }
                start = at + 1;
                if c == '}' {
                    return;
                }
            }
            _ => {}
        }
    }
}
