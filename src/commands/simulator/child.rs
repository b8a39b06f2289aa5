//! Runs the command and waits for its end, whatever signals come meanwhile.
//!
//! It must not know the simulator. Ctrl-C reaches the command from the terminal itself, so it is only held
//! here; what is sent to this process alone is passed on. In both cases the command decides when to end.

use std::{
    ffi::{OsStr, OsString},
    io,
    process::{Command, ExitStatus},
};

use super::Ended;

/// Runs `program` with exactly the environment `env`; the inner error is that it could not be started.
pub(super) fn run(
    program: &OsStr,
    arguments: &[OsString],
    env: Vec<(OsString, OsString)>,
) -> io::Result<io::Result<Ended>> {
    let mut command = Command::new(program);
    command.args(arguments).env_clear().envs(env);
    wait(command)
}

#[cfg(unix)]
fn wait(mut command: Command) -> io::Result<io::Result<Ended>> {
    use rustix::process::{Pid, Signal, kill_process};
    use signal_hook::{
        consts::{SIGCHLD, SIGINT, SIGTERM},
        iterator::Signals,
    };

    // Before the start, so that neither a signal nor the command's end can be missed.
    let mut signals = Signals::new([SIGCHLD, SIGINT, SIGTERM])?;
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Ok(Err(error)),
    };
    let mut told = Vec::new();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Ok(ended(status, &told)));
        }
        for signal in signals.wait().filter(|signal| *signal != SIGCHLD) {
            told.push(signal);
            // Not yet waited for, so the number is still the child's. It may have just ended: no matter.
            if signal == SIGTERM {
                let _ = kill_process(Pid::from_child(&child), Signal::TERM);
            } else if !in_foreground() {
                let _ = kill_process(Pid::from_child(&child), Signal::INT);
            }
        }
    }
}

/// Whether a Ctrl-C of the terminal reaches the command by itself, as it reaches all of the foreground.
#[cfg(unix)]
fn in_foreground() -> bool {
    let foreground =
        std::fs::File::open("/dev/tty").ok().and_then(|terminal| rustix::termios::tcgetpgrp(terminal).ok());
    foreground == Some(rustix::process::getpgrp())
}

/// As shells do it: who was told to end by a signal and sees the command die of it, dies of it, too; if the command
/// caught the signal, the command's code counts.
#[cfg(unix)]
fn ended(status: ExitStatus, told: &[i32]) -> Ended {
    use std::os::unix::process::ExitStatusExt;

    match status.signal() {
        Some(signal) if told.contains(&signal) => Ended::Signal(signal),
        Some(signal) => Ended::Code(u8::try_from(signal + 128).unwrap_or(u8::MAX)),
        None => Ended::Code(code(status)),
    }
}

#[cfg(not(unix))]
fn wait(mut command: Command) -> io::Result<io::Result<Ended>> {
    match command.spawn() {
        Ok(mut child) => Ok(Ok(Ended::Code(code(child.wait()?)))),
        Err(error) => Ok(Err(error)),
    }
}

/// Windows knows larger codes than any other system can pass on.
fn code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn a_signal_that_was_meant_for_us_is_ours() {
        let killed = |signal| ExitStatus::from_raw(signal);
        let exited = |code: i32| ExitStatus::from_raw(code << 8);
        let rows = [
            (exited(0), &[][..], Ended::Code(0)),
            (exited(1), &[], Ended::Code(1)),
            (exited(0), &[15], Ended::Code(0)),
            (exited(130), &[2], Ended::Code(130)),
            (killed(15), &[15], Ended::Signal(15)),
            (killed(2), &[2], Ended::Signal(2)),
            (killed(15), &[2], Ended::Code(143)),
            (killed(9), &[15], Ended::Code(137)),
            (killed(11), &[], Ended::Code(139)),
        ];
        for (status, told, expected) in rows {
            assert_eq!(ended(status, told), expected, "{status:?} {told:?}");
        }
    }
}
