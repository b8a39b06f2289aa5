//! The processes that a program has started, where the system lists them: Linux, in `/proc`.
//!
//! A process group would work on every Unix, but then the program would get no Ctrl-C of the terminal and could not ask
//! for a second factor there.

#[cfg(target_os = "linux")]
pub(super) use linux::kill;
#[cfg(target_os = "linux")]
pub(crate) use linux::of;

#[cfg(not(target_os = "linux"))]
pub(crate) fn of(_: u32) -> Vec<u32> {
    Vec::new()
}

#[cfg(not(target_os = "linux"))]
pub(super) fn kill(_: u32) {}

#[cfg(target_os = "linux")]
mod linux {
    use rustix::process::{Pid, Signal, kill_process};

    /// All that run now below this process. A process whose parent has ended is not found.
    pub(crate) fn of(pid: u32) -> Vec<u32> {
        // In a container without a /proc of its own, the numbers are those of other processes.
        if std::fs::read_link("/proc/self").ok().is_none_or(|own| own.as_os_str() != &*std::process::id().to_string()) {
            return Vec::new();
        }
        let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let pairs: Vec<(u32, u32)> = pids.filter_map(|pid| Some((pid, parent(pid)?))).collect();
        let mut found = vec![pid];
        let mut next = 0;
        while let Some(pid) = found.get(next).copied() {
            found.extend(pairs.iter().filter(|(_, parent)| *parent == pid).map(|(pid, _)| *pid));
            next += 1;
        }
        found.split_off(1)
    }

    /// `pid (comm) state ppid …`, where comm may hold any character (proc(5)).
    fn parent(pid: u32) -> Option<u32> {
        let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
        let stat = String::from_utf8_lossy(&stat).into_owned();
        stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
    }

    /// No error where it has just ended.
    pub(in super::super) fn kill(pid: u32) {
        if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}
