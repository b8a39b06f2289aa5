//! Usage errors in clap's form. clap repeats the arguments, which may come from somebody else.

use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::cli::Cli;
use crate::error::Error;
use crate::output::stdio;
use crate::output::text;

/// The same error with every argument escaped.
pub(crate) fn inert(mut error: clap::Error) -> clap::Error {
    let texts: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(text) => Some((kind, ContextValue::String(text::inert(text)))),
            ContextValue::Strings(texts) => {
                Some((kind, ContextValue::Strings(texts.iter().map(|text| text::inert(text)).collect())))
            }
            // Tips: clap puts the arguments into its own sentences.
            ContextValue::StyledStrs(tips) => {
                let tips = tips.iter().map(|tip| text::inert(&tip.to_string()).into());
                Some((kind, ContextValue::StyledStrs(tips.collect())))
            }
            _ => None,
        })
        .collect();
    for (kind, value) in texts {
        error.insert(kind, value);
    }
    error
}

/// Prints a usage error that clap could not find, in clap's form.
pub(crate) fn print(error: &Error, command: &[&str]) {
    let mut root = Cli::command();
    root.build();
    let found = command.iter().try_fold(&mut root, |at, name| at.find_subcommand_mut(name));
    let mut message = text::inert(&error.message);
    if let Some(hint) = &error.hint {
        message.push_str(&format!("\n\n  tip: {}", text::inert(hint)));
    }
    let error = match found {
        Some(command) => command.error(ErrorKind::ValueValidation, message),
        None => clap::Error::raw(ErrorKind::ValueValidation, message + "\n"),
    };
    stdio::paragraph(&error.render().to_string());
}
