//! `cph`: what became of Huawei Cloud Phone jobs, with an exit code that is proof.
//!
//! The library is what the binary is made of, so that tests and fuzz targets can call its pure parts; it promises no
//! stability to other programs.
//!
//! # From argv to stdout
//!
//! 1. `main` collects the process into a [`context::Context`]; [`run`] parses argv into a [`cli::Cli`], exactly as typed.
//! 2. One of the [`commands`] resolves `config::Settings`, each value with its source, and makes a provider of one whole
//!    credential (`credentials`).
//! 3. The jobs go to the engine ([`poll`]), which decides for `show` and `wait` alike what is asked, when, and when to
//!    stop. Worker threads send its requests through [`api`], which signs and sends, and makes of each response an
//!    observation of a [`job::Job`].
//! 4. [`job::verdict`] makes one [`exit::Exit`] of all jobs; [`output`] makes bytes of what is known, written at the end
//!    (`-o jsonl`: as it happens).
//!
//! # Who may import whom
//!
//! main → lib → commands → {api, credentials, config, output, ids, poll, simulator}
//!
//! - `api` never sees cli, config or output; `output` never sees api, cli or config. `poll` knows nothing that sends or
//!   sleeps. The simulator uses `api::sign` and nothing else: a common misreading of the service would cancel out.
//! - `credentials` makes an `api::credential` provider of what `config` holds, and asks IAM, the metadata service or a
//!   program. `config` reads the context.
//! - Leaves: backoff, catalog, cli (with the exit table for its help), context, endpoint, exit, language, redact, replace, signals.
//!   Every module may know the error, and the error knows exit; `file`, by which every file is read, knows the error;
//!   `job` knows exit, too; `ids` knows job; context and catalog know the language.
//! - `fuzzing`, which exists for fuzzing and unit tests only, may use every module; no module may use it.
//!
//! `tests/architecture/` has these edges as a table, and allows no circle inside a folder.

pub mod api;
mod backoff;
mod catalog;
pub mod cli;
pub mod commands;
pub mod config;
pub mod context;
mod credentials;
mod endpoint;
pub mod error;
pub mod exit;
mod file;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod ids;
pub mod job;
mod language;
pub mod output;
pub mod poll;
mod redact;
mod replace;
mod shell;
pub mod signals;
pub mod simulator;

use crate::commands::ProcessExit;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::stdio;

/// One run of `cph`: what was typed, until the answer is on stdout.
///
/// Gives the code to exit with, or the signal to die by.
#[must_use]
pub fn run(context: &Context) -> ProcessExit {
    let cli = match cli::Cli::parse_arguments(&context.args) {
        Ok(cli) => cli,
        Err(error) => return usage(context, error),
    };
    commands::run(context, &cli)
}

/// Help and version go to stdout, usage errors to stderr; both in clap's form, with our colours.
fn usage(context: &Context, error: clap::Error) -> ProcessExit {
    let error = commands::refused::corrected(error, &context.args);
    let color = cli::Color::typed(&context.args);
    commands::color_stderr(context, color);
    if error.use_stderr() {
        stdio::paragraph(&commands::usage::inert(error).render().to_string());
        return ProcessExit::Exit(Exit::Usage);
    }
    let mut text = error.render().to_string();
    if commands::is_colored(&context.env, color, context.stdout_is_terminal) {
        text = output::help_colors::colored(&text);
    }
    ProcessExit::Exit(commands::finish::bytes(text.as_bytes(), Exit::Ok))
}
