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

use crate::cli::{Cli, Color, Command, Global, JobCommand, LocationArgs};
use crate::config::Overrides;
use crate::context::Context;
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
    stdio::set_color(is_colored(context, &cli.global, context.stderr_is_terminal));
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

/// Whether a stream that is or isn't a terminal is coloured.
fn is_colored(context: &Context, global: &Global, is_terminal: bool) -> bool {
    match global.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => context.wants_color(is_terminal),
    }
}

fn overrides(global: &Global, place: &LocationArgs) -> Overrides {
    Overrides { profile: global.profile.clone(), region: place.region.clone(), project_id: place.project_id.clone() }
}
