//! What a flag or argument may be, where that is one of a few words.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

/// Values of `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

impl Color {
    /// `--color` of a command line that was not parsed to its end, for help and usage errors: the first one that can be
    /// read.
    pub(crate) fn typed(arguments: &[OsString]) -> Self {
        let mut words = arguments.iter().take_while(|word| *word != "--").map(|word| word.to_str().unwrap_or_default());
        let value = std::iter::from_fn(|| {
            let word = words.next()?;
            Some(if word == "--color" { words.next() } else { word.strip_prefix("--color=") })
        });
        value.flatten().find_map(|value| Self::from_str(value, false).ok()).unwrap_or(Self::Auto)
    }
}

/// Values of `--output`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people: a card or a table
    Table,
    /// For programs: one JSON document, schema version 1
    Json,
}

/// Values of `--output` of commands about jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum JobOutput {
    /// For people: a card or a table
    Table,
    /// For programs: one JSON document, schema version 1
    Json,
    /// For programs: a stream of JSON lines, one for each change of a job, and the verdict last
    Jsonl,
}

/// Values of `--only`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)] // The words of a job's status.
pub enum ListedStatus {
    Success,
    Failure,
    Running,
    Unknown,
}

/// Shells that are completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)] // The names say all.
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
}

/// Values of `--credential`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SimulatedCredential {
    /// Access key and secret key
    Keys,
    /// A user token
    Token,
    /// User name, password and account name, for a login at IAM
    Password,
}

/// Where a report is written: a file, as stdout has the answer.
pub(super) fn report_file(path: PathBuf) -> Result<PathBuf, &'static str> {
    if path == Path::new("-") {
        return Err("it must be a file: stdout has the answer about the jobs");
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_color_of_a_refused_command_line() {
        for (line, color) in [
            ("cph --help", Color::Auto),
            ("cph job show --color always --bogus", Color::Always),
            ("cph --color=never --help", Color::Never),
            ("cph --color", Color::Auto),
            ("cph --color=never job --color always --help", Color::Never),
            ("cph --color sometimes --color always --help", Color::Always),
            ("cph --color sometimes", Color::Auto),
            ("cph simulator -x -- ls --color=always", Color::Auto),
        ] {
            let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert_eq!(Color::typed(&arguments), color, "{line}");
        }
    }

    #[test]
    fn a_report_is_a_file() {
        assert_eq!(report_file("report.xml".into()), Ok("report.xml".into()));
        assert_eq!(report_file("./-".into()), Ok("./-".into()));
        assert!(report_file("-".into()).is_err());
    }
}
