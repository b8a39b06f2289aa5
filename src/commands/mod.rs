//! One file a noun. A command reads settings, asks, and says; what it decides itself is only the order.

mod auth;
pub mod completion;
mod config;
mod connect;
mod explain;
pub(crate) mod finish;
mod job;
pub(crate) mod simulator;
pub(crate) mod usage;

use crate::cli::{Cli, Command, Job};
use crate::config::Overrides;
use crate::context::Context;
use crate::exit::Exit;

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// With a code of our own.
    Exit(Exit),
    /// With the code of the simulator's command.
    Command(u8),
    /// By a signal that was held until its work was done.
    Signal(i32),
}

/// Runs what was typed.
#[must_use]
pub(crate) fn run(context: &Context, cli: &Cli) -> Ended {
    match &cli.command {
        Command::Job(Job::Show(show)) => job::show(context, &cli.global, show),
        Command::Job(Job::Wait(wait)) => job::wait(context, &cli.global, wait),
        Command::Explain(explain) => Ended::Exit(explain::run(context, explain)),
        Command::Auth(auth) => Ended::Exit(auth::run(context, &cli.global, auth)),
        Command::Config(config) => Ended::Exit(config::run(context, &cli.global, config)),
        Command::Completion(completion) => Ended::Exit(completion::run(completion)),
        Command::Simulator(options) => simulator::command(context, options),
    }
}

fn given(global: &crate::cli::Global, place: &crate::cli::Location) -> Overrides {
    Overrides { profile: global.profile.clone(), region: place.region.clone(), project_id: place.project_id.clone() }
}
