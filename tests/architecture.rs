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
    ("credentials", &["api::credential", "api::iam", "api::service", "config", "context", "error", "replace"]),
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
fn the_table_has_no_circle() {
    let first = |path: &str| path.split("::").next().unwrap().to_owned();
    let edges = ALLOWED.iter().flat_map(|(from, allowed)| allowed.iter().map(move |to| (first(from), first(to))));
    assert_eq!(circle(&edges.collect()), None);
}

#[test]
fn the_reader_of_imports_can_read() {
    let text = "use crate::a::b;\nuse crate::{c, d::{self, e}};\nfn f() { super::g::h(); super::super::x::y() }\n\
                pub(super) fn i(j: crate::k::L) {}\n// crate::comment::x\n#[cfg(test)]\nmod tests {\n    use crate::t::u;\n}\n";
    let found = imports(&without_tests(text), "one::two");
    assert_eq!(found, ["a::b", "c", "d", "d::e", "k::L", "one::g::h", "x::y"].map(str::to_owned).into());
}

/// Imports that close a circle inside a folder, each with its reason: the folder, who imports, what.
const ALLOWED_IN_CIRCLES: &[(&str, &str, &str)] = &[
    // `Trust` stands in the transport, which uses the TLS configuration made from it.
    ("api", "tls", "transport"),
    // `Style` and two small functions stand in the table, which lays out several jobs as columns.
    ("output", "columns", "table"),
];

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
fn a_circle_is_found() {
    let sources = [
        ("f", "mod a; mod b; mod c; pub use a::Type; use self::b::x;"),
        ("f::a", "use super::b::B;"),
        ("f::b", "use crate::f::{Type, c::{C, D}}; use super::Type;"),
        ("f::c", ""),
        ("f::c::deep", "use super::super::a::A; use crate::other::b;"),
        ("other", "use crate::f::a;"),
    ];
    let mut sources = sources.map(|(module, text)| (module.to_owned(), text.to_owned()));
    let edge = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    let edges = sibling_imports(&sources).remove("f").unwrap();
    assert_eq!(edges, [edge("a", "b"), edge("b", "c"), edge("c", "a")].into());
    assert_eq!(circle(&edges).unwrap(), ["a", "b", "c", "a"]);
    sources[4].1.clear();
    assert_eq!(circle(&sibling_imports(&sources)["f"]), None);
    assert_eq!(circle(&[edge("a", "b"), edge("a", "c"), edge("b", "d"), edge("c", "d")].into()), None);
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

/// An import: from one module of a folder to another one.
type Edge = (String, String);

/// For each folder, which of its modules import which. What a folder's own `mod.rs` imports, and what modules take
/// from it (`super::Type`), is no import between siblings.
fn sibling_imports(sources: &[(String, String)]) -> BTreeMap<String, BTreeSet<Edge>> {
    let modules: BTreeSet<&str> = sources.iter().map(|(module, _)| module.as_str()).collect();
    let mut found: BTreeMap<String, BTreeSet<Edge>> = BTreeMap::new();
    for (module, text) in sources {
        for import in imports(text, module) {
            let (own, other): (Vec<&str>, Vec<&str>) = (module.split("::").collect(), import.split("::").collect());
            let shared = own.iter().zip(&other).take_while(|(own, other)| own == other).count();
            let (Some(from), Some(to)) = (own.get(shared), other.get(shared)) else { continue };
            let folder = own[..shared].join("::");
            if shared > 0 && modules.contains(format!("{folder}::{to}").as_str()) {
                found.entry(folder).or_default().insert(((*from).to_owned(), (*to).to_owned()));
            }
        }
    }
    found
}

/// The modules of one circle, the first one again at its end.
fn circle(edges: &BTreeSet<Edge>) -> Option<Vec<String>> {
    // Who imports nothing that is left is in no circle.
    let mut left: Vec<&Edge> = edges.iter().collect();
    loop {
        let importers: BTreeSet<&String> = left.iter().map(|(from, _)| from).collect();
        let count = left.len();
        left.retain(|(_, to)| importers.contains(to));
        if left.len() == count {
            break;
        }
    }
    // Each module that is left imports one that is left: following them must come back.
    let mut path = vec![left.first()?.0.clone()];
    loop {
        let (_, next) = left.iter().find(|(from, _)| Some(from) == path.last())?;
        let start = path.iter().position(|module| module == next);
        path.push(next.clone());
        if let Some(start) = start {
            return Some(path.split_off(start));
        }
    }
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
