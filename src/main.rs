//! The process: collected once, and ended once.

use std::process::ExitCode;

use cph::commands::ProcessExit;
use cph::context::Context;
use cph::signals;

fn main() -> ExitCode {
    signals::prepare();
    match cph::run(&Context::detect()) {
        ProcessExit::Exit(exit) => ExitCode::from(exit.code()),
        ProcessExit::Command(code) => ExitCode::from(code),
        ProcessExit::Signal(signal) => {
            signals::die(signal);
            // For those who survive it.
            ExitCode::from(u8::try_from(128 + signal).unwrap_or(u8::MAX))
        }
    }
}
