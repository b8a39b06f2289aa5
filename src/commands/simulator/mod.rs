//! `cph simulator`: runs a command against a simulator of its own, or serves one until killed.
//!
//! It must not know what the simulator answers; `environment` decides what the command sees, `child` how it ends.

mod child;
mod environment;

#[cfg(unix)]
use std::os::unix::fs::PermissionsExt as _;
use std::{
    ffi::OsString,
    fs,
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    path::Path,
};

use anyhow::{Context, anyhow};
use tempfile::TempDir;

use crate::cli::{self, SimulatedCredential};
use crate::config::edit;
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::output::{stdio, text};
use crate::simulator;

/// Where the simulator listens unless told otherwise: any free port.
const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// What can be typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// A loopback address; `127.0.0.1` and a free port if there is none.
    pub listen: Option<SocketAddr>,
    /// The one kind of credential that the command gets.
    pub credential: Credential,
    /// Program and arguments; empty: serve until killed.
    pub command: Vec<OsString>,
}

/// A kind of made-up credential.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Credential {
    /// Access key and secret key: requests are signed.
    #[default]
    Keys,
    /// A ready token.
    Token,
    /// User, password and account: a login gives a token, and with it the project.
    Password,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Exit with this code: the command's own, 126 or 127 if it could not be started, 128+n if signal n killed it.
    Code(u8),
    /// This process was told to end by this signal and the command died of it: die of it, too.
    Signal(i32),
}

/// `cph simulator` as it was typed.
pub(super) fn command(context: &crate::context::Context, typed: &cli::Simulator) -> super::Ended {
    let options = Options {
        listen: typed.listen,
        credential: match typed.credential {
            SimulatedCredential::Keys => Credential::Keys,
            SimulatedCredential::Token => Credential::Token,
            SimulatedCredential::Password => Credential::Password,
        },
        command: typed.command.clone(),
    };
    let env = context.env.iter().map(|(name, value)| (name.clone(), value.clone()));
    let ended = std::env::current_exe()
        .context("cannot tell where this program is")
        .and_then(|exe| run(&options, env, &exe, &mut stdio::Stdout, &mut std::io::stderr()));
    match ended {
        Ok(Ended::Code(code)) => super::Ended::Command(code),
        Ok(Ended::Signal(signal)) => super::Ended::Signal(signal),
        Err(reason) if reason.is::<simulator::NotLoopback>() => {
            super::usage::tell(&Error::new(Kind::Usage, reason.to_string()), &["simulator"]);
            super::Ended::Exit(Exit::Usage)
        }
        Err(reason) => {
            stdio::error(&Error::new(Kind::Io, format!("{reason:#}")));
            super::Ended::Exit(Exit::Local)
        }
    }
}

/// Runs `options.command` against a fresh simulator and waits for its end; without a command it prints the
/// settings for a shell and serves until a signal, or returns at once where nobody reads them. `env` is the caller's environment, `own_exe` what `cph` is to mean
/// for the command.
///
/// # Errors
///
/// [`simulator::NotLoopback`] (in the chain) for an address of another kind. Else trouble of this machine: the
/// address is in use, no temporary folder, stdout can't be written. That the command can't be started is no error
/// here: it is told on `stderr` and is a [`Ended::Code`].
pub(crate) fn run(
    options: &Options,
    env: impl Iterator<Item = (OsString, OsString)>,
    own_exe: &Path,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
) -> anyhow::Result<Ended> {
    let server = simulator::start(options.listen.unwrap_or(ANY_PORT))?;
    // Before the folder is made, so that no signal can leave it behind.
    let signals = child::Signals::hold()?;
    let folder = private_folder().context("no temporary folder")?;
    let config = folder.path().join("config.toml");
    edit::write(&config, &environment::config(&server.url(), options.credential)?)
        .map_err(|error| anyhow!(error.message))?;
    let Some((program, arguments)) = options.command.split_first() else {
        let settings = environment::exports(&server.url(), options.credential, &config, env);
        match stdout.write_all(settings.as_bytes()).and_then(|()| stdout.flush()) {
            // Nobody reads the settings, so nobody can use what would be served.
            Err(reason) if reason.kind() == std::io::ErrorKind::BrokenPipe => return Ok(Ended::Code(0)),
            written => written.context("cannot write to stdout")?,
        }
        let _ = writeln!(
            stderr,
            "cph simulator: serving on {}; paste the lines above into another shell to use it; Ctrl-C ends it",
            server.url()
        );
        return Ok(Ended::Signal(signals.next()));
    };
    let bin = folder.path().join("bin");
    install(own_exe, &bin).with_context(|| format!("cannot put cph into {}", bin.display()))?;
    let env = environment::for_command(&server.url(), options.credential, folder.path(), &bin, env)?;
    match child::run(signals, program, arguments, env)? {
        Ok(ended) => Ok(ended),
        Err(error) => {
            // Quoted as in Rust, which also makes control characters visible.
            let told = text::inert(&format!("cph: error[io]: cannot run {program:?}: {error}"));
            let _ = writeln!(stderr, "{told}");
            Ok(Ended::Code(if error.kind() == std::io::ErrorKind::NotFound { 127 } else { 126 }))
        }
    }
}

/// A folder of this user's alone, and never one below the working directory.
fn private_folder() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("cph-simulator-");
    let parent = std::env::temp_dir();
    #[cfg(unix)]
    let parent = if parent.is_absolute() { parent } else { "/tmp".into() };
    #[cfg(unix)]
    builder.permissions(fs::Permissions::from_mode(0o700));
    let folder = builder.tempdir_in(parent)?;
    // The umask may have taken bits away, even ours.
    #[cfg(unix)]
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700))?;
    Ok(folder)
}

/// Makes this very binary known as `cph`, whatever its file is called.
fn install(own_exe: &Path, bin: &Path) -> std::io::Result<()> {
    fs::create_dir(bin)?;
    #[cfg(unix)]
    fs::set_permissions(bin, fs::Permissions::from_mode(0o700))?;
    #[cfg(unix)]
    return std::os::unix::fs::symlink(own_exe, bin.join("cph"));
    #[cfg(not(unix))]
    fs::copy(own_exe, bin.join("cph.exe")).map(drop)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    /// Runs a shell script; what `run` returned, and stderr of `run` itself.
    fn sh(script: &str) -> (Ended, String) {
        run_command(&["sh", "-c", script])
    }

    fn run_command(command: &[&str]) -> (Ended, String) {
        let options = Options { command: command.iter().map(OsString::from).collect(), ..Options::default() };
        let env = [("PATH", std::env::var_os("PATH").unwrap()), ("CPH_TOKEN", "leak".into()), ("KEPT", "yes".into())];
        let env = env.into_iter().map(|(name, value)| (name.into(), value));
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let ended = run(&options, env, Path::new("/bin/echo"), &mut stdout, &mut stderr).unwrap();
        assert!(stdout.is_empty());
        (ended, String::from_utf8(stderr).unwrap())
    }

    #[test]
    fn the_commands_end_is_the_answer() {
        assert_eq!(sh("exit 0").0, Ended::Code(0));
        assert_eq!(sh("exit 37").0, Ended::Code(37));
        assert_eq!(sh("kill -KILL $$").0, Ended::Code(137));
        assert_eq!(sh("kill -TERM $$").0, Ended::Code(143), "nobody told the simulator to end");
    }

    #[test]
    fn a_command_that_cannot_run_is_told() {
        let (ended, told) = run_command(&["cph-no-such-command\n"]);
        assert_eq!(ended, Ended::Code(127));
        assert!(told.starts_with(r#"cph: error[io]: cannot run "cph-no-such-command\n": "#), "{told}");
        assert_eq!(told.lines().count(), 1);
        let (ended, told) = run_command(&["/"]);
        assert_eq!(ended, Ended::Code(126));
        assert!(told.starts_with("cph: error[io]: cannot run \"/\": "), "{told}");
    }

    #[test]
    fn the_command_sees_the_simulator_and_nothing_of_the_callers_settings() {
        let script = "test -z \"$CPH_TOKEN\" && test \"$KEPT\" = yes && grep -q simulator \"$CPH_CONFIG\" && \
            test \"$CPH_REGION\" = simulator-1 && test \"$(cph hello)\" = hello && \
            case $CPH_ENDPOINT in http://127.0.0.1:*) ;; *) exit 1 ;; esac";
        assert_eq!(sh(script).0, Ended::Code(0));
    }

    #[test]
    fn the_folder_is_gone_afterwards() {
        let note = tempfile::NamedTempFile::new().unwrap();
        let script = format!("dirname \"$CPH_CONFIG\" > '{}'", note.path().display());
        assert_eq!(sh(&script).0, Ended::Code(0));
        let folder = fs::read_to_string(note.path()).unwrap();
        assert!(folder.contains("cph-simulator-") && !Path::new(folder.trim()).exists(), "{folder}");
    }

    #[test]
    fn another_machine_is_an_error_before_anything_runs() {
        let options = Options { listen: "0.0.0.0:0".parse().ok(), command: vec!["sh".into()], ..Options::default() };
        let error = run(&options, std::iter::empty(), Path::new("/"), &mut Vec::new(), &mut Vec::new()).unwrap_err();
        assert!(error.is::<simulator::NotLoopback>());
    }
}
