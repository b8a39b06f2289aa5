//! The process: collected once, and ended once.

use std::process::ExitCode;

use cph::commands::Ended;
use cph::context::Context;
use cph::signals;

fn main() -> ExitCode {
    signals::prepare();
    match cph::run(&Context::detect()) {
        Ended::Exit(exit) => ExitCode::from(exit.code()),
        Ended::Command(code) => ExitCode::from(code),
        Ended::Signal(signal) => {
            signals::die(signal);
            // For those who survive it.
            ExitCode::from(u8::try_from(128 + signal).unwrap_or(u8::MAX))
        }
    }
}
