//! What clap refused, and what was meant: `cph help`, and a tip for commands and flags that are looked for in another
//! place. Only a refused command line comes here, so that no other run pays for it. Must not know settings.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory as _, Parser as _};

use crate::cli::Cli;

/// The help that `cph help` asked for, or the same error, with a tip where one is known.
pub(crate) fn corrected(mut error: clap::Error, arguments: &[OsString]) -> clap::Error {
    if let Some(help) = help(&error, arguments) {
        return help;
    }
    if let Some(tip) = tip(&error, arguments) {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

/// `cph help job show` is `cph job show --help`.
fn help(error: &clap::Error, arguments: &[OsString]) -> Option<clap::Error> {
    let [program, word, names @ ..] = arguments else { return None };
    // Nothing that could make of the command line anything but a question for help.
    let only_names = names.iter().all(|name| !name.as_encoded_bytes().starts_with(b"-"));
    if error.kind() != ErrorKind::InvalidSubcommand || word != "help" || !only_names {
        return None;
    }
    let flag = OsString::from("--help");
    Cli::try_parse_from([program].into_iter().chain(names).chain([&flag])).err()
}

fn tip(error: &clap::Error, arguments: &[OsString]) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let word = text(ContextKind::InvalidSubcommand)?;
            // Not `cph job login`.
            (arguments.get(1)? == word).then(|| command(word)).flatten().map(str::to_owned)
        }
        ErrorKind::UnknownArgument => {
            let flag = text(ContextKind::InvalidArg)?;
            let command = job_command_with(flag)?;
            Some(format!("'{flag}' belongs to 'cph job {command}'"))
        }
        _ => None,
    }
}

/// The command about jobs that has this flag, since another one does not know it.
fn job_command_with(flag: &str) -> Option<&'static str> {
    let name = flag.strip_prefix("--")?;
    let mut root = Cli::command();
    let job = root.find_subcommand_mut("job")?;
    ["show", "wait"].into_iter().find(|command| {
        let command = job.find_subcommand(command);
        command.is_some_and(|command| command.get_arguments().any(|argument| argument.get_long() == Some(name)))
    })
}

fn command(word: &str) -> Option<&'static str> {
    Some(match word {
        "login" => "the command is 'cph auth login'",
        "status" => "the command is 'cph auth status'",
        "logout" => "the command is 'cph auth logout'",
        "show" => "the command is 'cph job show'",
        "wait" => "the command is 'cph job wait'",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> clap::Error {
        let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        corrected(Cli::try_parse_from(&arguments).unwrap_err(), &arguments)
    }

    #[test]
    fn help_is_the_text_of_the_flag() {
        for names in ["", " job", " job show", " auth login", " explain", " simulator"] {
            let (word, flag) = (parsed(&format!("cph help{names}")), parsed(&format!("cph{names} --help")));
            assert_eq!(word.kind(), ErrorKind::DisplayHelp, "{names}");
            assert_eq!(word.to_string(), flag.to_string());
        }
        for wrong in ["cph help jobs", "cph help simulator -- true", "cph job help", "cph help --profile"] {
            assert!(parsed(wrong).use_stderr(), "{wrong}");
        }
    }

    #[test]
    fn a_tip_names_the_right_place() {
        for (line, tip) in [
            ("cph login", "tip: the command is 'cph auth login'"),
            ("cph status", "tip: the command is 'cph auth status'"),
            ("cph logout", "tip: the command is 'cph auth logout'"),
            ("cph show x", "tip: the command is 'cph job show'"),
            ("cph wait x", "tip: the command is 'cph job wait'"),
            ("cph job wait --exit-zero x", "tip: '--exit-zero' belongs to 'cph job show'"),
            ("cph job show --timeout 3s x", "tip: '--timeout' belongs to 'cph job wait'"),
            ("cph job show --fail-fast x", "tip: '--fail-fast' belongs to 'cph job wait'"),
        ] {
            let error = parsed(line);
            assert_eq!(error.exit_code(), 2);
            let shown = error.to_string();
            assert!(shown.contains(tip) && shown.matches("tip:").count() == 1, "{shown}");
        }
        assert!(!parsed("cph job login").to_string().contains("the command is"));
    }
}
