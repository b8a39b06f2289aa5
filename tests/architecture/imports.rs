//! Reads imports out of source text, and finds circles among them. It must not know the project's modules.

use std::collections::{BTreeMap, BTreeSet};

/// The text without comments and without test modules: tests may use anything.
pub fn without_tests(text: &str) -> String {
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
pub type Edge = (String, String);

/// For each folder, which of its modules import which. What a folder's own `mod.rs` imports, and what modules take
/// from it (`super::Type`), is no import between siblings.
pub fn sibling_imports(sources: &[(String, String)]) -> BTreeMap<String, BTreeSet<Edge>> {
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
pub fn circle(edges: &BTreeSet<Edge>) -> Option<Vec<String>> {
    // A module that imports nothing that is left is in no circle.
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
pub fn imports(text: &str, module: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        if !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            spell_out("", &text[at + "crate::".len()..], &mut found);
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

#[test]
fn the_reader_of_imports_can_read() {
    let text = [
        "use crate::a::b;",
        "use crate::{c, d::{self, e}};",
        "fn f() { super::g::h(); super::super::x::y() }",
        "pub(super) fn i(j: crate::k::L) {}",
        "// crate::comment::x",
        "#[cfg(test)]",
        "mod tests {",
        "    use crate::t::u;",
        "}",
    ]
    .join("\n");
    let found = imports(&without_tests(&text), "one::two");
    assert_eq!(found, ["a::b", "c", "d", "d::e", "k::L", "one::g::h", "x::y"].map(str::to_owned).into());
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
