//! `cph completion`: a script for a shell, made from the same definition that parses.
//!
//! clap_complete generates it. What its generators cannot do is added here, in the shell's own language, and
//! `tests/completions/` types it into the shells: lists with commas, `--flag=value` in bash, the command after
//! `simulator --`, and no file names where none belong. A script asks `cph` nothing: a variable that makes of
//! `cph job wait` a completion would end it with 0.

use std::collections::BTreeSet;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Command, CommandFactory as _, ValueHint};
use clap_complete::{Generator, Shell as Generated};

use crate::catalog;
use crate::cli::{Cli, CompletionArgs, Shell};
use crate::commands::finish;
use crate::exit::Exit;

pub(super) fn run(completion: &CompletionArgs) -> Exit {
    finish::bytes(script(completion.shell).as_bytes(), Exit::Ok)
}

/// The completion script of a shell, as `completions/` holds it.
pub fn script(shell: Shell) -> String {
    let mut command = values_are_no_files(completed());
    command.set_bin_name("cph");
    command.build();
    match shell {
        Shell::Bash => bash(&command),
        Shell::Zsh => zsh(&command),
        Shell::Fish => fish(&command),
        Shell::Powershell => generated(Generated::PowerShell, &command),
        Shell::Elvish => generated(Generated::Elvish, &command),
    }
}

/// The command line with `cph help`, the codes that `cph explain` knows, and what the simulator runs. Here, so that no
/// other run pays for it.
fn completed() -> Command {
    let mut codes = BTreeSet::new();
    let entries = catalog::all().filter(|entry| codes.insert(entry.code));
    let values: Vec<_> = entries.map(|entry| PossibleValue::new(entry.code).help(entry.meaning)).collect();
    let known = |argument: Arg| argument.value_parser(PossibleValuesParser::new(values.clone()));
    let command = Cli::command();
    let help = named("help", &command).about("The help of a command");
    command.subcommand(help).mut_subcommands(|command| match command.get_name() {
        "explain" => command.mut_arg("code", known),
        "simulator" => command.mut_arg("command", |argument| argument.value_hint(ValueHint::CommandWithArguments)),
        _ => command,
    })
}

/// A command of this name with the commands below another, all without arguments.
fn named(name: &'static str, like: &Command) -> Command {
    // clap's names live as long as the program, which ends after the script.
    let below = like.get_subcommands().map(|below| named(below.get_name().to_owned().leak(), below));
    let about = like.get_about().cloned().unwrap_or_default();
    Command::new(name).about(about).disable_help_subcommand(true).subcommands(below)
}

/// clap takes every value for a file unless the definition says otherwise; of ours only a path is.
fn values_are_no_files(command: Command) -> Command {
    let hinted = |argument: Arg| {
        let free = argument.get_action().takes_values() && argument.get_possible_values().is_empty();
        match argument.get_value_hint() {
            ValueHint::Unknown if free => argument.value_hint(ValueHint::Other),
            // In bash only this one is completed with blanks in names.
            ValueHint::AnyPath => argument.value_hint(ValueHint::FilePath),
            _ => argument,
        }
    };
    command.mut_args(hinted).mut_subcommands(values_are_no_files)
}

fn generated(shell: Generated, command: &Command) -> String {
    let mut bytes = Vec::new();
    shell.generate(command, &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The generated function gets the word and the one before it as it understands them, from a function of ours.
fn bash(command: &Command) -> String {
    let mut script = generated(Generated::Bash, command);
    let lists: BTreeSet<String> = lists(command).into_iter().map(|(flag, _)| flag).collect();
    let lists: Vec<String> = lists.into_iter().collect();
    // Only its last lines register it, with file names wherever nothing else matches.
    script.truncate(script.rfind("\nif [[").unwrap_or(script.len()));
    script + "\n" + &include_str!("completion.bash").replace("LISTS", &lists.join("|"))
}

fn zsh(command: &Command) -> String {
    let mut script = generated(Generated::Zsh, command);
    for (_, values) in lists(command) {
        let values = values.join(" ");
        script = script.replace(&format!(":({values})'"), &format!(":_sequence compadd - {values}'"));
    }
    // The arguments of `simulator` are a command line of their own, but only after `--`.
    script.replace(":_cmdambivalent'", r#":{ [[ $LBUFFER == *" -- "* ]] && _normal }'"#)
}

fn fish(command: &Command) -> String {
    // A flag at the end that still needs its value (`cph --color `) is no reason to offer nothing.
    let mut script = generated(Generated::Fish, command).replace("or return\n", "or return 0\n");
    for (_, values) in lists(command) {
        let described: Vec<String> = values.iter().map(|value| format!("{value}\\t''")).collect();
        let listed = format!("-a \"(__fish_cph_list {})\"", values.join(" "));
        script = script.replace(&format!("-a \"{}\"", described.join("\n")), &listed);
    }
    script += "\n";
    script += include_str!("completion.fish");
    // The generator leaves out what stands without a flag.
    for command in command.get_subcommands() {
        for value in command.get_positionals().flat_map(Arg::get_possible_values) {
            let help = value.get_help().map(ToString::to_string).unwrap_or_default();
            script += &format!(
                "complete -c cph -n \"__fish_cph_using_subcommand {}\" -a {} -d '{}'\n",
                command.get_name(),
                value.get_name(),
                help.replace('\\', "\\\\").replace('\'', "\\'"),
            );
        }
    }
    script
}

/// Flags that take several values with commas between them, and the values.
fn lists(command: &Command) -> Vec<(String, Vec<String>)> {
    let here = command.get_opts().filter(|flag| flag.get_value_delimiter().is_some()).filter_map(|flag| {
        let values = flag.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        Some((format!("--{}", flag.get_long()?), values))
    });
    here.chain(command.get_subcommands().flat_map(lists)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_report_is_a_file() {
        let lines = |shell, wanted: &dyn Fn(&str) -> bool| {
            script(shell).lines().filter(|line| wanted(line)).map(str::to_owned).collect::<Vec<_>>()
        };
        // `--junit` of `job show` and of `job wait`.
        assert_eq!(lines(Shell::Bash, &|line| line.contains("compgen -f")).len(), 2);
        assert_eq!(lines(Shell::Bash, &|line| line.contains("complete ") && line.contains("default")), [""; 0]);
        let zsh = lines(Shell::Zsh, &|line| line.contains(":_files") || line.contains(":_default"));
        // fish offers files for every value (-r) of which it is not said (-f).
        let fish =
            lines(Shell::Fish, &|line| line.starts_with("complete ") && line.contains(" -r") && !line.contains(" -f"));
        for files in [zsh, fish] {
            assert!(files.len() == 2 && files.iter().all(|line| line.contains("junit")), "{files:#?}");
        }
    }

    #[test]
    fn lists_are_completed_after_a_comma() {
        let found = lists(&completed());
        let flags: BTreeSet<&str> = found.iter().map(|(flag, _)| flag.as_str()).collect();
        assert_eq!(flags, BTreeSet::from(["--field", "--only"]));
        assert!(script(Shell::Bash).contains("--field|--only)"));
        assert_eq!(script(Shell::Zsh).matches("_sequence compadd - ").count(), found.len());
        assert_eq!(script(Shell::Fish).matches("(__fish_cph_list ").count(), found.len());
    }

    #[test]
    fn every_code_is_offered() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let script = script(shell);
            for entry in catalog::all() {
                assert!(script.contains(entry.code), "{shell:?}: {}", entry.code);
            }
        }
    }
}
