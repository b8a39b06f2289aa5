//! `cph completion`: a script for a shell, made from the same definition that parses.

use clap::CommandFactory as _;
use clap_complete::{Generator, Shell as Generated};

use crate::cli::{Cli, CompletionArgs, Shell};
use crate::commands::finish;
use crate::exit::Exit;

pub(super) fn run(completion: &CompletionArgs) -> Exit {
    finish::bytes(&script(completion.shell), Exit::Ok)
}

/// The completion script of a shell, as `completions/` holds it.
pub fn script(shell: Shell) -> Vec<u8> {
    let generator = match shell {
        Shell::Bash => Generated::Bash,
        Shell::Zsh => Generated::Zsh,
        Shell::Fish => Generated::Fish,
        Shell::Powershell => Generated::PowerShell,
        Shell::Elvish => Generated::Elvish,
    };
    let mut command = Cli::command();
    command.set_bin_name("cph");
    command.build();
    let mut bytes = Vec::new();
    generator.generate(&command, &mut bytes);
    bytes
}
