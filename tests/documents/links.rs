//! Every link leads to a file and a heading that exist, and from each page one gets back to README.md.

use std::fs;

use crate::document::{Document, all, read, root};

/// Also of what is not a page for users.
fn documents() -> Vec<Document> {
    let others = ["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "packaging/README.md"];
    all().into_iter().chain(others.iter().map(|path| read(path).unwrap())).collect()
}

fn is_elsewhere(target: &str) -> bool {
    target.contains("://")
}

/// The path from the root of the repository.
fn resolved(document: &Document, file: &str) -> String {
    let mut parts: Vec<&str> = document.path.split('/').collect();
    parts.pop();
    for part in file.split('/') {
        match part {
            ".." => drop(parts.pop().unwrap_or_else(|| panic!("{}: {file} is outside", document.path))),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Spelled so: macOS and Windows also find a file by a name in another case.
fn exists(path: &str) -> bool {
    let path = root().join(path);
    let siblings = fs::read_dir(path.parent().unwrap()).into_iter().flatten();
    siblings.map(|entry| entry.unwrap().file_name()).any(|name| path.file_name() == Some(&name))
}

#[test]
fn links_lead_somewhere() {
    let mut followed = 0;
    for document in documents() {
        for target in document.targets().into_iter().filter(|target| !is_elsewhere(target)) {
            let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let path = if file.is_empty() { document.path.clone() } else { resolved(&document, file) };
            assert!(exists(&path), "{}: {target}: no such file", document.path);
            let is_there = anchor.is_empty() || read(&path).unwrap().anchors().contains(&anchor.to_owned());
            assert!(is_there, "{}: {target}: no such heading", document.path);
            followed += 1;
        }
    }
    assert!(followed > 40, "{followed}");
}

#[test]
fn readme_and_pages_are_linked_both_ways() {
    let documents = all();
    let links = |document: &Document, path: &str| {
        let files = document.targets().into_iter().filter(|target| !is_elsewhere(target));
        files.filter_map(|target| Some(resolved(document, target.split('#').next()?))).any(|target| target == path)
    };
    let (pages, entries): (Vec<_>, Vec<_>) = documents.iter().partition(|document| document.path.starts_with("docs/"));
    assert!(pages.len() > 7, "{}", pages.len());
    for page in &pages {
        assert!(links(page, "README.md"), "{} has no way back", page.path);
        for entry in &entries {
            assert!(links(entry, &page.path), "{} does not link {}", entry.path, page.path);
        }
    }
    for entry in &entries {
        for other in entries.iter().filter(|other| other.path != entry.path) {
            assert!(links(entry, &other.path), "{} does not link {}", entry.path, other.path);
        }
    }
}
