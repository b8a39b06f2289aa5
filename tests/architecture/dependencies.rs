//! What comes in from others: one TLS stack, nothing twice without a reason, a reason for each, no newer Rust.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use crate::root;

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
fn each_dependency_has_its_reason() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (mut in_list, mut before, mut count) = (false, "", 0);
    for line in manifest.lines() {
        if line.starts_with('[') {
            in_list = line.ends_with("dependencies]");
        } else if in_list && line.contains(" = ") {
            assert!(before.starts_with("# "), "no reason above {line}");
            count += 1;
        }
        before = line;
    }
    assert!(count > 20, "{count}");
}

/// No older toolchain than today's may be at hand to try it. What the code itself uses of the standard library is
/// checked by clippy's `incompatible_msrv`.
#[test]
fn no_dependency_needs_a_newer_rust_than_cargo_toml_says() {
    let answer = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(root()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let cargo = env!("CARGO");
    let version = answer(cargo, &["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let options = ["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", host];
    let metadata: serde_json::Value = serde_json::from_str(&answer(cargo, &options)).unwrap();
    let number = |text: &str| text.split('.').map(|part| part.parse().unwrap()).collect::<Vec<u32>>();
    let ours = number(env!("CARGO_PKG_RUST_VERSION"));
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100, "{}", packages.len());
    for package in packages {
        let needed = package["rust_version"].as_str().map(number).unwrap_or_default();
        assert!(needed[..needed.len().min(2)] <= ours[..], "{} needs Rust {needed:?}", package["name"]);
    }
}
