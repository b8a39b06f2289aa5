//! The process: collected once, and ended once.

use std::process::ExitCode;

use cph::commands::Ended;
use cph::context::Context;

fn main() -> ExitCode {
    match cph::run(&Context::detect()) {
        Ended::Exit(exit) => ExitCode::from(exit.code()),
        Ended::Command(code) => ExitCode::from(code),
        Ended::Signal(signal) => {
            // A real death by the signal, so that a calling shell sees what happened; the code is for those who survive.
            let _ = signal_hook::low_level::emulate_default_handler(signal);
            ExitCode::from(u8::try_from(128 + signal).unwrap_or(u8::MAX))
        }
    }
}
