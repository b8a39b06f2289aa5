//! `completions/` and `man/` are committed and generated from the definition that parses; manual pages take tables and
//! sentences from README.md and the pages in `docs/`, too. This test compares them; `UPDATE=1 cargo test --test
//! generated` writes them.

// A test fails by panicking, in its helpers, too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr)]

mod documents;
mod man;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use clap::CommandFactory as _;
use cph::cli::{Cli, Shell};
use cph::commands::completion::script;

#[test]
fn completions() {
    let shells = [
        (Shell::Bash, "cph.bash"),
        (Shell::Zsh, "_cph"),
        (Shell::Fish, "cph.fish"),
        (Shell::Powershell, "_cph.ps1"),
        (Shell::Elvish, "cph.elv"),
    ];
    same(
        "completions",
        shells.into_iter().map(|(shell, file)| (file.to_owned(), script(shell).into_bytes())).collect(),
    );
}

#[test]
fn man_pages() {
    same("man", pages());
}

#[test]
fn pages_about_jobs_say_all() {
    let sections = ["EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES", "SEE ALSO"];
    for (name, page) in pages() {
        let page = String::from_utf8(page).unwrap();
        let shown = |section: &&str| {
            page.contains(&format!(".SH \"{section}\"\n")) || page.contains(&format!(".SH {section}\n"))
        };
        assert!(shown(&"SEE ALSO") && page.is_ascii(), "{name}");
        if ["cph.1", "cph-job-show.1", "cph-job-wait.1"].contains(&name.as_str()) {
            assert!(sections.iter().all(shown), "{name}");
            let variables = cph::config::setting::ALL.into_iter().filter_map(|setting| setting.variable);
            for variable in variables.chain(["CPH_CONFIG", "CPH_LANG", "NO_COLOR"]) {
                assert!(page.contains(variable), "{name}: {variable}");
            }
        }
    }
}

/// By those of the two that are installed.
#[test]
fn no_formatter_objects_to_a_page() {
    for (program, arguments) in [("mandoc", &["-Tlint", "-Wwarning"][..]), ("groff", &["-ww", "-z", "-man", "-Tascii"])]
    {
        for (name, page) in pages() {
            let mut command = Command::new(program);
            command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let Ok(mut formatter) = command.spawn() else {
                eprintln!("skipped: {program} is not installed");
                break;
            };
            formatter.stdin.take().unwrap().write_all(&page).unwrap();
            let output = formatter.wait_with_output().unwrap();
            let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            // A date would change without the page.
            let objections: Vec<_> = said.lines().filter(|line| !line.contains("missing date")).collect();
            assert!(objections.is_empty(), "{program}, {name}: {objections:#?}");
        }
    }
}

fn pages() -> Vec<(String, Vec<u8>)> {
    let mut root = Cli::command().disable_help_flag(true);
    root.set_bin_name("cph");
    root.build();
    man::pages(&root)
}

/// The folder holds exactly these files.
fn same(folder: &str, files: Vec<(String, Vec<u8>)>) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (name, content) in &files {
            fs::write(folder.join(name), content).unwrap();
        }
    }
    for (name, content) in &files {
        let committed = fs::read(folder.join(name)).unwrap_or_default();
        let same = committed == *content;
        assert!(same, "{name} is not what it would be made now: UPDATE=1 cargo test --test generated");
    }
    let there: BTreeSet<String> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(there, files.into_iter().map(|(name, _)| name).collect());
}
