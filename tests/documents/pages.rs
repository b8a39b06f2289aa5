//! What holds for whole documents: the length of README.md, its first commands, its translation, and that no sentence
//! stands in two places.

use std::collections::BTreeMap;

use crate::document::{Document, all, read};

/// In bytes: what a visitor reads before they give up.
const LONGEST_README: usize = 14_000;

#[test]
fn readme_is_short() {
    for path in ["README.md", "README.zh-CN.md"] {
        let length = read(path).map_or(0, |document| document.text.len());
        assert!(length <= LONGEST_README, "{path}: {length}");
    }
}

#[test]
fn the_first_commands_of_readme_run_the_main_job_and_the_tests() {
    let blocks = read("README.md").unwrap().blocks();
    let first = "$ cargo run --release -- simulator -- cph job show 6837531fd3f54550927b930180a706bf\n";
    assert!(blocks[0].language == "console" && blocks[0].text.starts_with(first), "{:?}", blocks[0]);
    assert!(blocks[1].language == "sh" && blocks[1].text == "cargo test\n", "{:?}", blocks[1]);
}

#[test]
fn the_translation_is_in_step() {
    let readme = read("README.md").unwrap();
    let Some(translation) = read("README.zh-CN.md") else {
        eprintln!("left out: there is no README.zh-CN.md");
        return;
    };
    assert_eq!(translation.blocks(), readme.blocks());
    let levels = |document: &Document| document.headings().iter().map(|(level, _)| *level).collect::<Vec<_>>();
    assert_eq!(levels(&translation), levels(&readme), "{:?}", translation.headings());
}

/// A sentence that stands twice is corrected once.
#[test]
fn no_sentence_stands_twice() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for document in all().iter().filter(|document| document.path != "README.zh-CN.md") {
        let prose: Vec<&str> = document.prose().into_iter().filter(|line| !line.starts_with(['#', '|', '<'])).collect();
        for paragraph in prose.join("\n").split("\n\n") {
            let paragraph = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
            for sentence in paragraph.split(". ").filter(|sentence| sentence.split(' ').count() >= 8) {
                places.entry(sentence.to_owned()).or_default().push(document.path.clone());
            }
        }
    }
    assert!(places.len() > 150, "{}", places.len());
    places.retain(|_, places| places.len() > 1);
    assert!(places.is_empty(), "{places:#?}");
}
