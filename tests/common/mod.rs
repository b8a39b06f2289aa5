//! The built binary as a user meets it: a cleared environment, an empty home, and stdout, stderr and exit code in
//! one block.

#![allow(dead_code, missing_docs, unreachable_pub, clippy::unwrap_used, clippy::panic)] // Each test binary uses its own part of it.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
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

/// Another program in the same cleared surroundings.
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

    /// For what this builder has no word for.
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
        }
    }
}

/// How a call ended. Shown as one block: stdout, stderr, exit.
#[must_use = "look at the whole block, or at least at the exit code"]
#[derive(Debug, Clone)]
pub struct Run {
    pub stdout: String,
    pub stderr: String,
    pub status: ExitStatus,
    pub took: Duration,
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

    /// The block with what differs from run to run named: the simulator's address and this version.
    pub fn scrubbed(&self, server: &Server) -> String {
        self.to_string().replace(&server.url(), "[SIMULATOR]")
    }
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
