//! One file a noun. A command reads settings, asks, and says; what it decides itself is only the order.

mod auth;
pub mod completion;
mod config;
mod connect;
mod explain;
mod job;
pub(crate) mod simulator;
pub(crate) mod usage;

use std::io::{self, Write};

use crate::cli::{Cli, Command, Job};
use crate::config::Overrides;
use crate::context::Context;
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::output::stdio;

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

/// Writes the answer and gives the code to end with: the earned one, unless the answer was lost.
pub(crate) fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>, earned: Exit) -> Exit {
    match stdio::answer(write) {
        Ok(()) => earned,
        Err(reason) => {
            let message = format!("the answer could not be written to stdout: {reason}");
            stdio::error(&Error::new(Kind::Io, message).caused_by(&reason));
            Exit::Local
        }
    }
}

/// The same for an answer that is there as a whole.
#[must_use]
pub(crate) fn written_whole(answer: &[u8], earned: Exit) -> Exit {
    written(|out| out.write_all(answer), earned)
}

fn given(global: &crate::cli::Global, place: &crate::cli::Location) -> Overrides {
    Overrides { profile: global.profile.clone(), region: place.region.clone(), project_id: place.project_id.clone() }
}
