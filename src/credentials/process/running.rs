//! The programs that run now. Each is ended by the thread that waits for it, or by the main thread, which ends the
//! process without that thread: a program must not be left running, nor stopped for ever because its killer was ended
//! first.

use std::io;
use std::process::{Child, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::credentials::process::descendants;

static PROGRAMS: Mutex<Programs> = Mutex::new(Programs { are_over: false, children: Vec::new() });

struct Programs {
    /// The process ends: what is started now is ended at once.
    are_over: bool,
    children: Vec<Child>,
}

fn programs() -> MutexGuard<'static, Programs> {
    PROGRAMS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A program, until it is waited for or killed.
pub(super) struct Running(u32);

impl Running {
    pub(super) fn new(child: Child) -> Self {
        let running = Self(child.id());
        let mut programs = programs();
        programs.children.push(child);
        if programs.are_over {
            programs.children.iter_mut().for_each(kill);
        }
        running
    }

    /// How it ended; `None` while it runs.
    pub(super) fn try_wait(&self) -> io::Result<Option<ExitStatus>> {
        let mut programs = programs();
        let Some(child) = programs.children.iter_mut().find(|child| child.id() == self.0) else { return Ok(None) };
        let status = child.try_wait()?;
        if status.is_some() {
            programs.children.retain(|child| child.id() != self.0);
        }
        Ok(status)
    }

    /// Ends the program and all that it has started.
    pub(super) fn kill(self) {
        let mut programs = programs();
        let Some(at) = programs.children.iter().position(|child| child.id() == self.0) else { return };
        let mut child = programs.children.swap_remove(at);
        // With the lock: the process does not end in the middle of it.
        kill(&mut child);
        drop(programs);
        let _ = child.wait();
    }
}

/// To be called at the end of the process: ends the programs that still run.
pub(crate) fn end_all() {
    let mut programs = programs();
    programs.are_over = true;
    programs.children.iter_mut().for_each(kill);
}

/// A child of the program that goes on would hold our stderr, a lock or a token.
fn kill(child: &mut Child) {
    descendants::kill_all(child.id());
    let _ = child.kill();
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::process::Command;
    use std::time::Duration;

    use super::*;

    fn sleeping() -> Running {
        Running::new(Command::new("sleep").arg("60").spawn().unwrap())
    }

    fn ended(running: &Running) -> ExitStatus {
        loop {
            match running.try_wait().unwrap() {
                Some(status) => return status,
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    /// One test: what is over stays over in this process, where other tests run programs of their own.
    #[test]
    fn the_end_of_the_process_is_the_end_of_its_programs() {
        let own = sleeping();
        assert_eq!(own.try_wait().unwrap(), None);
        own.kill();
        let (one, two) = (sleeping(), sleeping());
        end_all();
        assert!(!ended(&one).success() && !ended(&two).success());
        assert!(!ended(&sleeping()).success(), "it was started too late");
        programs().are_over = false;
    }
}
