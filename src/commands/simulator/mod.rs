//! `cph simulator`: runs a command against a simulator of its own, or serves one until killed.
//!
//! It must not know the simulator's responses; `environment` decides what the command sees, `child` how it ends.

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

use crate::cli::SimulatorArgs;
use crate::commands::{ProcessExit, usage};
use crate::config::edit;
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::output::{stdio, text};
use crate::simulator;

/// Where the simulator listens by default: any free port.
const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

pub(super) fn command(context: &crate::context::Context, options: &SimulatorArgs) -> ProcessExit {
    // As of `-- $COMMAND` where the variable is empty: to serve until killed would hang the script.
    if options.command.is_empty() && context.args.last().is_some_and(|last| last == "--") {
        let error = Error::new(Kind::Usage, "no command behind '--'");
        usage::print(&error.hint("without '--', the simulator serves until it is killed"), &["simulator"]);
        return ProcessExit::Exit(Exit::Usage);
    }
    let env = context.env.iter().map(|(name, value)| (name.clone(), value.clone()));
    let ended = std::env::current_exe()
        .context("cannot find this program's own file")
        .and_then(|exe| run(options, env, &exe, &mut stdio::Stdout, &mut std::io::stderr()));
    match ended {
        Ok(ended) => ended,
        Err(reason) if reason.is::<simulator::NotLoopback>() => {
            usage::print(&Error::new(Kind::Usage, reason.to_string()), &["simulator"]);
            ProcessExit::Exit(Exit::Usage)
        }
        Err(reason) => {
            let error = Error::new(Kind::Io, format!("{reason:#}"));
            let is_in_use =
                reason.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::AddrInUse);
            stdio::error(&if is_in_use { error.hint("name another port, or leave out --listen") } else { error });
            ProcessExit::Exit(Exit::Local)
        }
    }
}

/// Runs `options.command` against a new simulator and waits for its end; without a command it prints the settings for a
/// shell and serves until a signal, or returns at once where nothing reads them. `env` is the caller's environment,
/// `own_exe` the program that the command finds as `cph`.
///
/// [`simulator::NotLoopback`] (in the chain) is an address of another kind; other errors are of this machine. A command
/// that can't be started is not an error here: that is printed on `stderr`, and the exit code is 126 or 127.
fn run(
    options: &SimulatorArgs,
    env: impl Iterator<Item = (OsString, OsString)>,
    own_exe: &Path,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
) -> anyhow::Result<ProcessExit> {
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
            // Nothing reads the settings, so nothing can use the simulator.
            Err(reason) if reason.kind() == std::io::ErrorKind::BrokenPipe => return Ok(ProcessExit::Command(0)),
            written => written.context("cannot write to stdout")?,
        }
        let _ = writeln!(
            stderr,
            "cph simulator: serving on {}; paste the lines above into another shell to use it; Ctrl-C ends it",
            server.url()
        );
        return Ok(ProcessExit::Signal(signals.next()));
    };
    let bin = folder.path().join("bin");
    install(own_exe, &bin).with_context(|| format!("cannot put cph into {}", bin.display()))?;
    let env = environment::for_command(&server.url(), options.credential, folder.path(), &bin, env)?;
    match child::run(signals, program, arguments, env)? {
        Ok(ended) => Ok(ended),
        Err(error) => {
            // Quoted as in Rust, which also makes control characters visible.
            let line = text::inert(&format!("cph: error[io]: cannot run {program:?}: {error}"));
            let _ = writeln!(stderr, "{line}");
            Ok(ProcessExit::Command(if error.kind() == std::io::ErrorKind::NotFound { 127 } else { 126 }))
        }
    }
}

/// A folder that only this user can use, and never below the working directory.
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

/// Makes this binary available as `cph`, whatever its file name.
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
    use crate::cli::SimulatedCredential;

    /// Runs a shell script; what `run` returned, and stderr of `run` itself.
    fn sh(script: &str) -> (ProcessExit, String) {
        run_command(&["sh", "-c", script])
    }

    fn options(command: &[&str], listen: Option<SocketAddr>) -> SimulatorArgs {
        let command = command.iter().map(OsString::from).collect();
        SimulatorArgs { listen, credential: SimulatedCredential::Keys, command }
    }

    fn run_command(command: &[&str]) -> (ProcessExit, String) {
        let options = options(command, None);
        let env = [("PATH", std::env::var_os("PATH").unwrap()), ("CPH_TOKEN", "leak".into()), ("KEPT", "yes".into())];
        let env = env.into_iter().map(|(name, value)| (name.into(), value));
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let ended = run(&options, env, Path::new("/bin/echo"), &mut stdout, &mut stderr).unwrap();
        assert!(stdout.is_empty());
        (ended, String::from_utf8(stderr).unwrap())
    }

    #[test]
    fn the_commands_end_is_the_answer() {
        assert_eq!(sh("exit 0").0, ProcessExit::Command(0));
        assert_eq!(sh("exit 37").0, ProcessExit::Command(37));
        assert_eq!(sh("kill -KILL $$").0, ProcessExit::Command(137));
        assert_eq!(sh("kill -TERM $$").0, ProcessExit::Command(143), "the simulator itself got no signal");
    }

    #[test]
    fn a_command_that_cannot_run_is_reported() {
        let (ended, stderr) = run_command(&["cph-no-such-command\n"]);
        assert_eq!(ended, ProcessExit::Command(127));
        assert!(stderr.starts_with(r#"cph: error[io]: cannot run "cph-no-such-command\n": "#), "{stderr}");
        assert_eq!(stderr.lines().count(), 1);
        let (ended, stderr) = run_command(&["/"]);
        assert_eq!(ended, ProcessExit::Command(126));
        assert!(stderr.starts_with("cph: error[io]: cannot run \"/\": "), "{stderr}");
    }

    #[test]
    fn the_command_sees_the_simulator_and_nothing_of_the_callers_settings() {
        let script = "test -z \"$CPH_TOKEN\" && test \"$KEPT\" = yes && grep -q simulator \"$CPH_CONFIG\" && \
            test \"$CPH_REGION\" = simulator-1 && test \"$(cph hello)\" = hello && \
            case $CPH_ENDPOINT in http://127.0.0.1:*) ;; *) exit 1 ;; esac";
        assert_eq!(sh(script).0, ProcessExit::Command(0));
    }

    #[test]
    fn the_folder_is_gone_afterwards() {
        let note = tempfile::NamedTempFile::new().unwrap();
        let script = format!("dirname \"$CPH_CONFIG\" > '{}'", note.path().display());
        assert_eq!(sh(&script).0, ProcessExit::Command(0));
        let folder = fs::read_to_string(note.path()).unwrap();
        assert!(folder.contains("cph-simulator-") && !Path::new(folder.trim()).exists(), "{folder}");
    }

    #[test]
    fn another_machine_is_an_error_before_anything_runs() {
        let options = options(&["sh"], "0.0.0.0:0".parse().ok());
        let error = run(&options, std::iter::empty(), Path::new("/"), &mut Vec::new(), &mut Vec::new()).unwrap_err();
        assert!(error.is::<simulator::NotLoopback>());
    }
}
