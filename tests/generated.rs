//! `completions/` and `man/` are committed and generated from the definition that parses. This test compares them;
//! `UPDATE=1 cargo test --test generated` writes them.

// A test fails by panicking, in its helpers, too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
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
    let mut root = Cli::command().disable_help_flag(true);
    root.build();
    let mut pages = Vec::new();
    walk(&root, &mut pages);
    same("man", pages);
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

fn walk(command: &Command, pages: &mut Vec<(String, Vec<u8>)>) {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    pages.push((format!("{name}.1"), page(command, &name)));
    command.get_subcommands().for_each(|command| walk(command, pages));
}

/// One page: clap_mangen's sections, then ours. No date: it would change without the page.
fn page(command: &Command, name: &str) -> Vec<u8> {
    let version = env!("CARGO_PKG_VERSION");
    // The examples and the exit codes get sections of their own, as they are typed.
    let examples = command.get_before_help().map(ToString::to_string);
    let exits = command.get_after_help().map(ToString::to_string);
    let plain = command.clone().before_help(None::<&str>).after_help(None::<&str>);
    let man = Man::new(plain).title(name).source(format!("cph {version}")).manual("cph");
    let mut bytes = Vec::new();
    man.render_title(&mut bytes).unwrap();
    man.render_name_section(&mut bytes).unwrap();
    man.render_synopsis_section(&mut bytes).unwrap();
    man.render_description_section(&mut bytes).unwrap();
    man.render_options_section(&mut bytes).unwrap();
    if command.has_subcommands() {
        man.render_subcommands_section(&mut bytes).unwrap();
    }
    let mut roff = Roff::new();
    if let Some(examples) = examples {
        verbatim(&mut roff, "EXAMPLES", examples.strip_prefix("Examples:\n").unwrap());
    }
    if let Some(exits) = exits {
        verbatim(&mut roff, "EXIT STATUS", exits.strip_prefix("Exit codes:\n").unwrap());
    }
    if command.get_arguments().any(|argument| argument.get_id() == "region") {
        environment(&mut roff);
    }
    if name != "cph" {
        roff.control("SH", ["SEE ALSO"]);
        roff.text([bold("cph"), roman("(1)")]);
    }
    roff.to_writer(&mut bytes).unwrap();
    bytes
}

fn verbatim(roff: &mut Roff, title: &str, text: &str) {
    roff.control("SH", [title]);
    roff.control("nf", []);
    for line in text.lines() {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
}

fn environment(roff: &mut Roff) {
    roff.control("SH", ["ENVIRONMENT"]);
    let mut variable = |names: &str, meaning: &str| {
        roff.control("TP", []);
        roff.text([bold(names)]);
        roff.text([roman(meaning)]);
    };
    variable("CPH_CONFIG, CPH_PROFILE", "The config file, and the profile in it.");
    for setting in cph::config::setting::ALL {
        let Some(name) = setting.variable else { continue };
        let meaning = if setting.credential { "part of a credential" } else { "outranks the profile's" };
        variable(name, &format!("As {} in the config file; {meaning}.", setting.name));
    }
    variable("HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR", "As everywhere.");
    variable("CPH_LANG", "zh or en: the language of what error codes mean, instead of the locale's.");
    variable("COLUMNS, NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR", "The form of tables.");
    roff.control("SH", ["FILES"]);
    roff.control("TP", []);
    roff.text([bold("$XDG_CONFIG_HOME/cph/config.toml, ~/.config/cph/config.toml")]);
    roff.text([roman("The config file; on Windows %APPDATA%\\cph\\config.toml.")]);
}
