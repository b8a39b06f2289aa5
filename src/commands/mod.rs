//! One file for each noun. A command resolves settings, asks the services and prints; it decides only the order.

mod auth;
pub mod completion;
mod config;
mod connect;
mod explain;
pub(crate) mod finish;
mod job;
pub(crate) mod refused;
pub(crate) mod simulator;
pub(crate) mod usage;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;

use crate::cli::{Cli, Color, Command, Global, JobCommand, LocationArgs};
use crate::config::Overrides;
use crate::context::{self, Context};
use crate::credentials::process;
use crate::exit::Exit;
use crate::output::stdio;

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessExit {
    /// With a code of cph's own.
    Exit(Exit),
    /// With the code of the simulator's command.
    Command(u8),
    /// By a signal that was held until its work was done.
    Signal(i32),
}

pub(crate) fn run(context: &Context, cli: &Cli) -> ProcessExit {
    color_stderr(context, cli.global.color);
    let exit = exit_of(context, cli);
    // A thread that nothing waits for may be running one.
    process::end_all();
    exit
}

fn exit_of(context: &Context, cli: &Cli) -> ProcessExit {
    match &cli.command {
        Command::Job(JobCommand::Show(show)) => job::show(context, &cli.global, show),
        Command::Job(JobCommand::Wait(wait)) => job::wait(context, &cli.global, wait),
        Command::Explain(explain) => ProcessExit::Exit(explain::run(context, explain)),
        Command::Auth(auth) => ProcessExit::Exit(auth::run(context, &cli.global, auth)),
        Command::Config(config) => ProcessExit::Exit(config::run(context, &cli.global, config)),
        Command::Completion(completion) => ProcessExit::Exit(completion::run(completion)),
        Command::Simulator(options) => simulator::command(context, options),
    }
}

/// stderr gets the colours that were asked for.
pub(crate) fn color_stderr(context: &Context, color: Color) {
    let (env, is_terminal) = (Arc::clone(&context.env), context.stderr_is_terminal);
    stdio::set_color(move || is_colored(&env, color, is_terminal));
}

/// Whether a stream that is or isn't a terminal is coloured.
pub(crate) fn is_colored(env: &BTreeMap<OsString, OsString>, color: Color, is_terminal: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => context::wants_color(env, is_terminal),
    }
}

fn overrides(global: &Global, place: &LocationArgs) -> Overrides {
    Overrides { profile: global.profile.clone(), region: place.region.clone(), project_id: place.project_id.clone() }
}
