//! The processes that a program has started, where the system lists them: Linux, in `/proc`.
//!
//! A process group would work on every Unix, but then the program would get no Ctrl-C of the terminal and could not ask
//! for a second factor there.

#[cfg(target_os = "linux")]
pub(super) use linux::kill_all;
#[cfg(target_os = "linux")]
pub(crate) use linux::of;

#[cfg(not(target_os = "linux"))]
pub(super) fn kill_all(_: u32) {}

#[cfg(target_os = "linux")]
mod linux {
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, Signal, kill_process};

    /// For all of them to stop. One that hangs in the kernel is killed without.
    const TIME_TO_STOP: Duration = Duration::from_millis(500);
    const TICK: Duration = Duration::from_millis(1);

    /// All that run now below this process. A process whose parent has ended is not found.
    pub(crate) fn of(pid: u32) -> Vec<u32> {
        // In a container without a /proc of its own, the numbers are those of other processes.
        if std::fs::read_link("/proc/self").ok().is_none_or(|own| own.as_os_str() != &*std::process::id().to_string()) {
            return Vec::new();
        }
        let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let pairs: Vec<(u32, u32)> = pids.filter_map(|pid| Some((pid, stat(pid)?.1))).collect();
        let mut found = vec![pid];
        let mut next = 0;
        while let Some(pid) = found.get(next).copied() {
            found.extend(pairs.iter().filter(|(_, parent)| *parent == pid).map(|(pid, _)| *pid));
            next += 1;
        }
        found.split_off(1)
    }

    /// A process's state and its parent: `pid (comm) state ppid …`, where comm may hold any character (proc(5)).
    fn stat(pid: u32) -> Option<(char, u32)> {
        let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
        let stat = String::from_utf8_lossy(&stat).into_owned();
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
    }

    /// Kills all that run below this process, and stops the process itself, which its parent has to kill.
    ///
    /// Each is stopped before its children are listed for the last time: a child that it starts meanwhile would be
    /// missed, and go on. The signal alone is not enough: a fork that has begun is carried through before it counts.
    pub(in super::super) fn kill_all(pid: u32) {
        let until = Instant::now() + TIME_TO_STOP;
        let mut stopped = Vec::new();
        let mut running = vec![pid];
        while !running.is_empty() {
            running.iter().for_each(|pid| send(*pid, Signal::STOP));
            running.iter().for_each(|pid| wait_for_stop(*pid, until));
            stopped.append(&mut running);
            running = of(pid).into_iter().filter(|pid| !stopped.contains(pid)).collect();
        }
        stopped.iter().skip(1).for_each(|pid| send(*pid, Signal::KILL));
    }

    /// Until it has stopped or ended.
    fn wait_for_stop(pid: u32, until: Instant) {
        let runs = || stat(pid).is_some_and(|(state, _)| !matches!(state, 'T' | 't' | 'Z' | 'X'));
        while runs() && Instant::now() < until {
            std::thread::sleep(TICK);
        }
    }

    /// No error where it has just ended.
    fn send(pid: u32, signal: Signal) {
        if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, signal);
        }
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::process::Command;
    use std::time::{Duration, Instant};

    use super::*;

    /// Processes with this word in their command line.
    fn count(word: &str) -> usize {
        let entries = std::fs::read_dir("/proc").unwrap().flatten();
        let lines = entries.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
        lines.filter(|line| String::from_utf8_lossy(line).contains(word)).count()
    }

    #[test]
    fn a_child_that_is_started_meanwhile_is_killed_too() {
        // A time of sleep that no other process has.
        let time = format!("45.{:06}", std::process::id());
        let script = format!("i=0; while [ $i -lt 300 ]; do sleep {time} & i=$((i+1)); done; wait");
        let mut child = Command::new("/bin/sh").args(["-c", &script]).spawn().unwrap();
        let started = Instant::now();
        while of(child.id()).len() < 5 {
            assert!(started.elapsed() < Duration::from_secs(20), "nothing was started");
        }
        kill_all(child.id());
        child.kill().unwrap();
        child.wait().unwrap();
        // What was killed may need a moment to go.
        while count(&time) > 0 {
            assert!(started.elapsed() < Duration::from_secs(40), "{} are left", count(&time));
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
