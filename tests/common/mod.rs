//! Runs the built binary in a cleared environment with an empty home, and shows stdout, stderr and exit code in one
//! block. `server` is the fault server of all test binaries.

// Each test binary uses its own part of it.
#![allow(dead_code, missing_docs, unreachable_pub, clippy::unwrap_used, clippy::panic)]

pub mod server;

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use cph::simulator::{self, Server};
use tempfile::TempDir;

/// The binary under test.
pub const CPH: &str = env!("CARGO_BIN_EXE_cph");

/// One call of `cph`, in a home of its own.
#[must_use = "a call that is not run tests nothing"]
pub struct Cph {
    command: Command,
    home: TempDir,
    stdin: Vec<u8>,
}

/// A call with these arguments, without any setting.
pub fn cph<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Cph {
    program(CPH, arguments)
}

/// Another program in the same environment.
pub fn program<S: AsRef<OsStr>>(program: &str, arguments: impl IntoIterator<Item = S>) -> Cph {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(program);
    command.args(arguments).env_clear().env("HOME", home.path()).current_dir(home.path());
    // Windows can't open a socket without it.
    command.envs(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)));
    Cph { command, home, stdin: Vec::new() }
}

impl Cph {
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn no_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub fn envs<S: AsRef<OsStr>>(mut self, all: impl IntoIterator<Item = (S, S)>) -> Self {
        self.command.envs(all);
        self
    }

    /// Points it to a simulator, with the simulator's keys.
    pub fn on(self, server: &Server) -> Self {
        self.at(&server.url()).env("CPH_ACCESS_KEY", simulator::ACCESS_KEY).env("CPH_SECRET_KEY", simulator::SECRET_KEY)
    }

    /// Points it to an endpoint, with the simulator's project and no credential.
    pub fn at(self, endpoint: &str) -> Self {
        self.env("CPH_ENDPOINT", endpoint).env("CPH_PROJECT_ID", simulator::PROJECT_ID)
    }

    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Writes a file below the home, with mode 0600.
    pub fn file(self, path: &str, content: &str) -> Self {
        let path = self.home.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        set_mode(&path, 0o600);
        self
    }

    /// Writes the config file where `cph` looks for it.
    pub fn config(self, content: &str) -> Self {
        let path = if cfg!(windows) { "cph/config.toml" } else { ".config/cph/config.toml" };
        let home = self.home.path().to_owned();
        self.env("APPDATA", home).file(path, content)
    }

    pub fn home(&self) -> PathBuf {
        self.home.path().to_owned()
    }

    /// For what this builder has no method for.
    pub fn with(mut self, change: impl FnOnce(&mut Command)) -> Self {
        change(&mut self.command);
        self
    }

    /// Runs it to its end.
    pub fn run(mut self) -> Run {
        let started = Instant::now();
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let bytes = std::mem::take(&mut self.stdin);
        // In a thread: a child that does not read must not block the test.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&bytes)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Run {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            status: output.status,
            took: started.elapsed(),
            home: self.home.path().display().to_string(),
        }
    }

    /// Runs it on a terminal of this size: everything that appears there, and the exit code.
    #[cfg(unix)]
    pub fn on_terminal(self, columns: u16, rows: u16) -> (String, i32) {
        use std::io::Read as _;

        use portable_pty::{CommandBuilder, PtySize};

        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = portable_pty::native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(self.command.get_program());
        command.args(self.command.get_args());
        command.env_clear();
        for (name, value) in self.command.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        command.cwd(self.home.path());
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut screen = Vec::new();
        // Linux ends a terminal without processes by an error, after everything was read.
        let _ = pair.master.try_clone_reader().unwrap().read_to_end(&mut screen);
        let exit = child.wait().unwrap().exit_code();
        let screen = String::from_utf8(screen).unwrap().replace("\r\n", "\n");
        (scrub(&screen, &self.home.path().display().to_string()), i32::try_from(exit).unwrap())
    }

    /// Starts it and leaves it running, with stdout in a pipe.
    pub fn start(mut self) -> (Child, TempDir) {
        let child = self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        (child, self.home)
    }
}

/// What is left on a terminal that was sent this: lines with their colours, and the sequences that `cph` uses to clear
/// them (`␛` stands for the escape character).
pub fn left_on_terminal(screen: &str) -> String {
    let mut lines = vec![String::new()];
    let (mut row, mut is_at_start) = (0, true);
    let mut rest = screen;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("␛[") {
            let end = after.find(|c: char| c.is_ascii_alphabetic()).unwrap();
            match &after[..=end] {
                "1A" => row -= 1,
                "2K" => lines[row].clear(),
                "K" if is_at_start => lines[row].clear(),
                other => {
                    assert!(other.ends_with('m'), "{other}: {screen:?}");
                    lines[row].push_str(&rest[..rest.len() - after.len() + end + 1]);
                }
            }
            rest = &after[end + 1..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            '\n' => row += 1,
            '\r' => {}
            c => lines[row].push(c),
        }
        is_at_start = matches!(c, '\n' | '\r');
        lines.resize(lines.len().max(row + 1), String::new());
    }
    lines.join("\n").trim_end().to_owned()
}

/// How a call ended. Shown as one block: stdout, stderr, exit.
#[must_use = "look at the whole block, or at least at the exit code"]
#[derive(Debug, Clone)]
pub struct Run {
    pub stdout: String,
    pub stderr: String,
    pub status: ExitStatus,
    pub took: Duration,
    home: String,
}

impl Run {
    /// The exit code; a death by signal n is −n.
    pub fn exit(&self) -> i32 {
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&self.status) {
            return -signal;
        }
        self.status.code().unwrap()
    }

    /// stdout as the one JSON document it must be.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|reason| panic!("{reason}: {self}"))
    }

    /// The block with what differs from run to run replaced by names, and ESC made visible.
    pub fn shown(&self) -> String {
        scrub(&self.to_string(), &self.home)
    }

    /// The same for a wait whose jobs have ended already. It has no progress, unless the machine is so busy that the first
    /// one is due: only then are its lines left out.
    pub fn shown_at_once(&self) -> String {
        if self.took < Duration::from_millis(300) {
            return self.shown();
        }
        let is_progress = |line: &str| line.starts_with("20") && line.get(19..21) == Some("Z ");
        let stderr = self.stderr.split_inclusive('\n').filter(|line| !is_progress(line)).collect();
        Self { stderr, ..self.clone() }.shown()
    }

    /// The same, with the simulator's address replaced, too.
    pub fn scrubbed(&self, server: &Server) -> String {
        self.shown().replace(&server.url(), "[SIMULATOR]")
    }
}

/// Replaces what differs from run to run by its name: the home, times of the clock, ages, milliseconds, request ids,
/// the program's file name.
fn scrub(text: &str, home: &str) -> String {
    let text = text.replace(home, "[HOME]").replace("cph.exe", "cph").replace('\u{1b}', "␛");
    let text = between(&text, "\"observed_at\": \"", "\"", "[NOW]");
    let text = between(&text, "Z  (", " ago)", "[AGE]");
    let text = between(&text, " (took ", ")", "[TIME]");
    let text = ages_of_running(&text);
    let text = request_ids(&text);
    let milliseconds = |line: &str| match line.strip_suffix(" ms").and_then(|line| line.rsplit_once(' ')) {
        Some((before, number)) if number.parse::<u64>().is_ok() => format!("{before} [MS] ms"),
        _ => line.to_owned(),
    };
    let mut lines: String = text.lines().map(|line| milliseconds(line) + "\n").collect();
    if !text.ends_with('\n') {
        lines.pop();
    }
    lines
}

/// `313d+` as `[AGE]+`: the simulator's running jobs began on a fixed day.
fn ages_of_running(text: &str) -> String {
    let parts: Vec<&str> = text.split("d+").collect();
    let last = parts.len() - 1;
    let without_days = |(at, part): (usize, &&str)| match part.trim_end_matches(|c: char| c.is_ascii_digit()) {
        before if at < last && before.len() < part.len() => format!("{before}[AGE]+"),
        _ if at < last => format!("{part}d+"),
        _ => (*part).to_owned(),
    };
    parts.iter().enumerate().map(without_days).collect()
}

/// The simulator counts its answers, and parallel requests arrive in any order.
fn request_ids(text: &str) -> String {
    const START: &str = "c10d0000";
    let (mut scrubbed, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(START) {
        scrubbed.push_str(before);
        match after.split_at_checked(24) {
            Some((digits, beyond)) if digits.bytes().all(|digit| digit.is_ascii_hexdigit()) => {
                scrubbed.push_str("[REQUEST-ID]");
                rest = beyond;
            }
            _ => {
                scrubbed.push_str(START);
                rest = after;
            }
        }
    }
    scrubbed + rest
}

/// Everything between `start` and the next `end` on the same line is `name`.
fn between(text: &str, start: &str, end: &str, name: &str) -> String {
    let (mut scrubbed, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(start) {
        scrubbed.push_str(before);
        scrubbed.push_str(start);
        rest = match after.split_once(end) {
            Some((inside, beyond)) if !inside.contains('\n') => {
                scrubbed.push_str(name);
                scrubbed.push_str(end);
                beyond
            }
            _ => after,
        };
    }
    scrubbed + rest
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stdout)?;
        if !self.stderr.is_empty() {
            write!(f, "------- stderr -------\n{}", self.stderr)?;
        }
        let exit = self.exit();
        if exit < 0 { writeln!(f, "[signal: {}]", -exit) } else { writeln!(f, "[exit status: {exit}]") }
    }
}

/// Compares a transcript exactly: snapbox would take every backslash for a path's. `SNAPSHOTS=overwrite`
/// writes what is there now.
#[track_caller]
pub fn shows(actual: String, expected: impl snapbox::IntoData) {
    snapbox::assert_data_eq!(actual, expected.raw());
}

/// A simulator of this test's own, in process.
pub fn simulator() -> Server {
    simulator::start("127.0.0.1:0".parse().unwrap()).unwrap()
}

#[cfg(unix)]
pub fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
pub fn set_mode(_: &Path, _: u32) {}

/// `PATH` for scripts: the folder of the binary first.
pub fn path_with_cph() -> OsString {
    let folder = Path::new(CPH).parent().unwrap().to_owned();
    let rest = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&rest))).unwrap()
}

/// Many at a time, since most of them wait for a job; not all, since a time limit must leave each of them enough of a
/// small machine.
pub fn in_parallel<T: Sync>(at_once: usize, items: &[T], run: impl Fn(&T) + Sync) {
    use std::sync::atomic::{AtomicUsize, Ordering};

    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    run(item);
                }
            });
        }
    });
}
