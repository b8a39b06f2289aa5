//! Runs the command and waits for its end, whatever signals arrive.
//!
//! It must not know the simulator. The terminal sends Ctrl-C to the command, too, so it is only held here; a signal to
//! this process alone is passed on. In both cases the command decides when to end.

use std::{
    ffi::{OsStr, OsString},
    io,
    process::{Command, ExitStatus},
};

#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process};
#[cfg(unix)]
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};

use crate::commands::ProcessExit;
#[cfg(unix)]
use crate::signals;

/// Runs `program` with exactly the environment `env`; the inner error is that it could not be started.
pub(super) fn run(
    signals: Signals,
    program: &OsStr,
    arguments: &[OsString],
    env: Vec<(OsString, OsString)>,
) -> io::Result<io::Result<ProcessExit>> {
    let mut command = Command::new(program);
    command.args(arguments).env_clear().envs(env);
    wait(signals, command)
}

/// The signals that end a run, held before anything is made that must be removed.
#[cfg(unix)]
pub(super) struct Signals(signal_hook::iterator::Signals);

#[cfg(unix)]
impl Signals {
    pub(super) fn hold() -> io::Result<Self> {
        let ignored = ignored();
        let is_ours = |signal: &i32| ignored >> (signal - 1) & 1 == 0;
        // An ignored SIGCHLD would hide how the command ended.
        let held = [SIGHUP, SIGINT, SIGTERM].into_iter().filter(is_ours).chain([SIGCHLD]);
        signals::hold();
        signal_hook::iterator::Signals::new(held).map(Self)
    }

    /// The next signal that ends a run.
    pub(super) fn next(mut self) -> i32 {
        self.0.forever().find(|signal| *signal != SIGCHLD).unwrap_or(SIGTERM)
    }
}

/// The signals that our parent has set to be ignored, as `nohup` does with SIGHUP; they must stay so. Bit n-1 is signal
/// n. Only Linux shows them without unsafe code.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

#[cfg(unix)]
fn wait(mut signals: Signals, mut command: Command) -> io::Result<io::Result<ProcessExit>> {
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Ok(Err(error)),
    };
    let mut received = Vec::new();
    let mut passed_on = None;
    loop {
        if let Some(status) = child.try_wait()? {
            if let Some(signal) = passed_on {
                orphans::end(signal);
            }
            return Ok(Ok(ended(status, &received)));
        }
        for signal in signals.0.wait().filter(|signal| *signal != SIGCHLD) {
            received.push(signal);
            let Some(named) = Signal::from_named_raw(signal) else { continue };
            if signal != SIGINT || !in_foreground() {
                orphans::adopt();
                passed_on = Some(named);
                // A terminal's Ctrl-C also reaches the processes that the command has started: shells wait for that.
                if signal != SIGINT || !orphans::send(named) {
                    // Not yet waited for, so the number is still the child's. No error where it has just ended.
                    let _ = kill_process(Pid::from_child(&child), named);
                }
            }
        }
    }
}

/// The processes that are still running after a command has ended by a signal.
#[cfg(target_os = "linux")]
mod orphans {
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, wait};

    use crate::credentials::process::descendants;

    /// How long they may take to end, and again once they are killed.
    const TIME: Duration = Duration::from_secs(1);
    const TICK: Duration = Duration::from_millis(10);

    /// From now on processes that lose their parent become our children.
    pub(super) fn adopt() {
        let _ = set_child_subreaper(Some(getpid()));
    }

    /// Sends the signal to all that are left, and kills those that do not end.
    pub(super) fn end(signal: Signal) {
        for signal in [signal, Signal::KILL] {
            let _ = send(signal);
            let end = Instant::now() + TIME;
            while reap() && Instant::now() < end {
                std::thread::sleep(TICK);
            }
        }
    }

    /// To the command and all that it has started, in this order; returns whether there were any.
    pub(super) fn send(signal: Signal) -> bool {
        let pids = descendants::of(std::process::id());
        for pid in pids.iter().filter_map(|pid| i32::try_from(*pid).ok().and_then(Pid::from_raw)) {
            let _ = kill_process(pid, signal);
        }
        !pids.is_empty()
    }

    /// Whether any child has not ended yet.
    fn reap() -> bool {
        loop {
            match wait(WaitOptions::NOHANG) {
                Ok(Some(_)) => {}
                Ok(None) => return true,
                Err(_) => return false,
            }
        }
    }
}

/// Other systems do not list them.
#[cfg(all(unix, not(target_os = "linux")))]
mod orphans {
    pub(super) fn adopt() {}

    pub(super) fn send(_: rustix::process::Signal) -> bool {
        false
    }

    pub(super) fn end(_: rustix::process::Signal) {}
}

/// Whether the terminal sends Ctrl-C to the command itself, as to all processes in the foreground.
#[cfg(unix)]
fn in_foreground() -> bool {
    let foreground =
        std::fs::File::open("/dev/tty").ok().and_then(|terminal| rustix::termios::tcgetpgrp(terminal).ok());
    // Asked for only then: in a container our own group may have no number.
    foreground.is_some_and(|group| group == rustix::process::getpgrp())
}

/// As shells do it: if this process received a signal and the command was killed by it, this process is killed by it,
/// too; if the command caught the signal, the command's code counts.
#[cfg(unix)]
fn ended(status: ExitStatus, received: &[i32]) -> ProcessExit {
    use std::os::unix::process::ExitStatusExt;

    match status.signal() {
        Some(signal) if received.contains(&signal) => ProcessExit::Signal(signal),
        Some(signal) => ProcessExit::Command(u8::try_from(signal + 128).unwrap_or(u8::MAX)),
        None => ProcessExit::Command(code(status)),
    }
}

/// Ctrl-C reaches all programs of a console. This one only records it, so that it can remove its folder after the
/// command has ended.
#[cfg(not(unix))]
pub(super) struct Signals(std::sync::Arc<std::sync::atomic::AtomicBool>);

#[cfg(not(unix))]
impl Signals {
    pub(super) fn hold() -> io::Result<Self> {
        let came = std::sync::Arc::default();
        signal_hook::flag::register(signal_hook::consts::SIGINT, std::sync::Arc::clone(&came))?;
        Ok(Self(came))
    }

    pub(super) fn next(self) -> i32 {
        while !self.0.load(std::sync::atomic::Ordering::SeqCst) {
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        signal_hook::consts::SIGINT
    }
}

#[cfg(not(unix))]
fn wait(_: Signals, mut command: Command) -> io::Result<io::Result<ProcessExit>> {
    match command.spawn() {
        Ok(mut child) => Ok(Ok(ProcessExit::Command(code(child.wait()?)))),
        Err(error) => Ok(Err(error)),
    }
}

/// Windows has larger codes than other systems can pass on.
fn code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn a_signal_to_this_process_ends_it() {
        let killed = |signal| ExitStatus::from_raw(signal);
        let exited = |code: i32| ExitStatus::from_raw(code << 8);
        let rows = [
            (exited(0), &[][..], ProcessExit::Command(0)),
            (exited(1), &[], ProcessExit::Command(1)),
            (exited(0), &[15], ProcessExit::Command(0)),
            (exited(130), &[2], ProcessExit::Command(130)),
            (killed(15), &[15], ProcessExit::Signal(15)),
            (killed(2), &[2], ProcessExit::Signal(2)),
            (killed(15), &[2], ProcessExit::Command(143)),
            (killed(9), &[15], ProcessExit::Command(137)),
            (killed(11), &[], ProcessExit::Command(139)),
        ];
        for (status, received, expected) in rows {
            assert_eq!(ended(status, received), expected, "{status:?} {received:?}");
        }
    }
}
