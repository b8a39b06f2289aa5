//! What fuzzing checks: for each area a function that takes any bytes and asserts what must hold for them. Compiled for
//! `cargo fuzz` and for unit tests only. It may use every module, and no module may use it.
//!
//! The targets in `fuzz/` call these functions. The test at the end runs every kept input through them, so that an
//! input that once failed stays a test.

// A violated invariant is a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod cache;
mod config;
mod endpoint;
mod engine;
mod foreign;
mod iam;
mod ids;
mod input;
mod redaction;
mod render;
mod responses;
mod simulator;
mod text;
mod times;

pub use cache::cache;
pub use config::config;
pub use endpoint::endpoint;
pub use engine::engine;
pub use foreign::foreign;
pub use iam::iam;
pub use ids::ids;
pub use redaction::redaction;
pub use render::render;
pub use responses::{answer, error_body, list};
pub use simulator::simulator;
pub use text::text;
pub use times::times;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    type Check = fn(&[u8]);

    /// Every target of `fuzz/`.
    const TARGETS: [(&str, Check); 15] = [
        ("answer", super::answer),
        ("cache", super::cache),
        ("config", super::config),
        ("endpoint", super::endpoint),
        ("engine", super::engine),
        ("error_body", super::error_body),
        ("foreign", super::foreign),
        ("iam", super::iam),
        ("ids", super::ids),
        ("list", super::list),
        ("redaction", super::redaction),
        ("render", super::render),
        ("simulator", super::simulator),
        ("text", super::text),
        ("times", super::times),
    ];

    #[test]
    fn every_kept_input_keeps_the_invariants() {
        let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
        if !fuzz.exists() {
            // A published crate has no such folder.
            return;
        }
        let names = |folder: &str| -> BTreeSet<String> {
            let entries = fs::read_dir(fuzz.join(folder)).unwrap().map(|entry| entry.unwrap().path());
            entries.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
        };
        let known: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!((names("fuzz_targets"), names("corpus")), (known.clone(), known));
        let mut failed = Vec::new();
        for (name, check) in TARGETS {
            for entry in fs::read_dir(fuzz.join("corpus").join(name)).unwrap() {
                let path = entry.unwrap().path();
                let input = fs::read(&path).unwrap();
                if std::panic::catch_unwind(|| check(&input)).is_err() {
                    failed.push(path);
                }
            }
        }
        assert!(failed.is_empty(), "{failed:#?}");
    }
}
