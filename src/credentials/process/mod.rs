//! `credential_command`: a program that prints a credential as JSON. It runs without a shell, for 30 seconds at most;
//! its stderr goes to the user's, and its output is never repeated.

pub(crate) mod descendants;
mod running;

use std::io::{self, ErrorKind, Read as _};
use std::process::{ChildStdout, Command, Stdio};
#[cfg(unix)]
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

pub(crate) use self::running::end_all;

use self::running::Running;
use crate::config::setting;
use crate::config::value::{Origin, Value};
use crate::config::{CredentialSource, wrong_form};
use crate::credentials::{FoundCredential, in_source};
use crate::error::{Error, Kind};

/// Long enough for a second factor; a program that takes longer hangs.
const TIMEOUT: Duration = Duration::from_secs(30);
/// In bytes; no credential is longer.
const LONGEST: usize = 1 << 20;
/// For the rest of the output after the program has ended: it is in the pipe already, but a child that still runs, such
/// as an agent, may hold the pipe open.
const GRACE: Duration = Duration::from_millis(300);
/// How often to check whether the program has ended.
const TICK: Duration = Duration::from_millis(10);
/// At the end of `--timeout` the process ends without waiting for its threads: this long before, the program is killed,
/// so that the error names it.
pub(crate) const KILLED_BEFORE: Duration = Duration::from_millis(80);

/// How long a program may take: its own 30 s, or less where `--timeout` ends before.
#[derive(Clone, Copy)]
struct RunTimeLimit {
    end: Instant,
    is_cut: bool,
}

impl RunTimeLimit {
    fn from(now: Instant, limit: Option<Instant>) -> Self {
        let own = now + TIMEOUT;
        match limit.map(|limit| limit.checked_sub(KILLED_BEFORE).unwrap_or(now)).filter(|limit| *limit < own) {
            Some(end) => Self { end, is_cut: true },
            None => Self { end: own, is_cut: false },
        }
    }

    fn left(self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }
}

/// Runs the program and reads what it printed: a credential, and when it expires. `limit` is the end of `--timeout`.
///
/// A program that can't be started, fails, hangs or prints no credential is an error of this machine, and
/// `http_timeout` where `limit` ended it.
pub(crate) fn run(words: &[String], limit: Option<Instant>) -> Result<(FoundCredential, Option<Timestamp>), Error> {
    let (program, arguments) = words.split_first().ok_or_else(|| error("", "is empty"))?;
    let time = RunTimeLimit::from(Instant::now(), limit);
    if time.left().is_zero() {
        return Err(timed_out(&format!("before credential_command {program} was started")));
    }
    keep_exit_codes();
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|reason| error(program, &format!("can't be started: {reason}")))?;
    let stdout = child.stdout.take();
    let child = Running::new(child);
    let output = match stdout.map(OutputReader::start) {
        Some(Ok(output)) => output,
        failed => {
            child.kill();
            let reason = failed.and_then(Result::err).map(|reason| reason.to_string()).unwrap_or_default();
            return Err(error(program, &format!("has an output that can't be read: {reason}")));
        }
    };
    let status = loop {
        match child.try_wait().map_err(|reason| error(program, &reason.to_string()))? {
            Some(status) => break status,
            None if !time.left().is_zero() => std::thread::sleep(TICK.min(time.left())),
            None => {
                child.kill();
                if time.is_cut {
                    return Err(timed_out(&format!("waiting for credential_command {program}")));
                }
                return Err(error(program, &format!("did not end within {} s", TIMEOUT.as_secs())));
            }
        }
    };
    let bytes = output.read_until(time.end.min(Instant::now() + GRACE));
    // Before its exit code: nothing reads any more, so that the system ends it by a signal.
    if bytes.len() > LONGEST {
        return Err(error(program, &format!("printed more than {} kB", LONGEST >> 10)));
    }
    if !status.success() {
        return Err(error(program, &format!("failed ({status})")));
    }
    parse(program, &bytes)
}

/// Reads what a program prints, piece by piece.
struct OutputReader(Receiver<Vec<u8>>);

impl OutputReader {
    /// Reads in a thread that nothing waits for: the pipe may stay open long after the program has ended.
    fn start(mut stdout: ChildStdout) -> io::Result<Self> {
        let (send, receive) = mpsc::channel();
        let read = move || {
            let (mut piece, mut count) = (vec![0; 16 << 10], 0);
            while count <= LONGEST {
                let piece = match stdout.read(&mut piece) {
                    Err(reason) if reason.kind() == ErrorKind::Interrupted => continue,
                    Err(_) | Ok(0) => return,
                    Ok(length) => piece.get(..length).unwrap_or_default(),
                };
                count += piece.len();
                if send.send(piece.to_vec()).is_err() {
                    return;
                }
            }
        };
        std::thread::Builder::new().stack_size(64 << 10).spawn(read)?;
        Ok(Self(receive))
    }

    /// What was printed until the pipe is closed, or until `end`.
    fn read_until(self, end: Instant) -> Vec<u8> {
        let mut bytes = Vec::new();
        while let Ok(piece) = self.0.recv_timeout(end.saturating_duration_since(Instant::now())) {
            bytes.extend(piece);
        }
        bytes
    }
}

/// The parent of `cph` may have left SIGCHLD ignored: then the system drops a child's exit code, unless there is a
/// handler (sigaction(2)).
#[cfg(unix)]
fn keep_exit_codes() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| drop(signal_hook::flag::register(signal_hook::consts::SIGCHLD, Arc::default())));
}

#[cfg(not(unix))]
fn keep_exit_codes() {}

/// The credential in what the program printed. The names are those of a profile; others are ignored.
pub(crate) fn parse(program: &str, bytes: &[u8]) -> Result<(FoundCredential, Option<Timestamp>), Error> {
    // The parser's own message may quote a secret.
    let object: Map<String, Json> =
        serde_json::from_slice(bytes).map_err(|_| error(program, "printed no JSON object"))?;
    let origin = || Origin::Profile { profile: "credential_command".to_owned(), file: program.into() };
    let mut values = Vec::new();
    for setting in setting::ALL.into_iter().filter(|s| s.credential && s.variable.is_some()) {
        match object.get(setting.name) {
            None | Some(Json::Null) => {}
            Some(Json::String(text)) if text.is_empty() => {}
            Some(Json::String(text)) => values.push(Value::new(setting, text, origin())),
            Some(_) => return Err(error(program, &format!("printed a {} that is not a string", setting.name))),
        }
    }
    if values.is_empty() {
        return Err(error(program, "printed no credential"));
    }
    for value in &values {
        if let Some(reason) = wrong_form(value) {
            return Err(error(program, &format!("printed a bad {}: {reason}", value.setting.name)));
        }
    }
    let expires_at = match object.get("expires_at") {
        None | Some(Json::Null) => None,
        Some(end) => Some(
            end.as_str()
                .and_then(|end| end.parse().ok())
                .ok_or_else(|| error(program, "printed an expires_at that is not an RFC 3339 time"))?,
        ),
    };
    let name = format!("the output of credential_command {program}");
    let source = CredentialSource { name, values, belongings: vec![], may_hold_several: false, names: &[] };
    let found = in_source(&source)?;
    let origin = format!("{} from credential_command {program}", found.kind.word());
    Ok((FoundCredential { origin, ..found }, expires_at))
}

fn error(program: &str, what: &str) -> Error {
    Error::new(Kind::ConfigInvalid, format!("credential_command {program} {what}"))
        .hint("run it by hand: it must print JSON such as {\"access_key\": …, \"secret_key\": …} and exit 0")
}

fn timed_out(what: &str) -> Error {
    Error::new(Kind::HttpTimeout, format!("timed out {what}"))
        .hint("use a longer --timeout, or run it by hand to see what it waits for")
        .retryable(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::CredentialKind;

    #[test]
    fn one_whole_credential() {
        let read = |text: &str| parse("p", text.as_bytes());
        let (found, end) = read(r#"{"token":"t","expires_at":"2026-11-24T00:00:00Z","lease":{"x":1}}"#).unwrap();
        assert_eq!((found.kind, found.origin.as_str()), (CredentialKind::Token, "token from credential_command p"));
        assert_eq!(end.unwrap().to_string(), "2026-11-24T00:00:00Z");
        assert_eq!(read(r#"{"access_key":"a","secret_key":"s","token":null}"#).unwrap().0.kind, CredentialKind::Keys);
        assert_eq!(
            read(r#"{"username":"ü","password":"p w","domain_name":"d"}"#).unwrap().0.kind,
            CredentialKind::Password
        );
        for (text, what) in [
            ("", "no JSON object"),
            ("hunter2", "no JSON object"),
            (r#"{"token":1}"#, "token that is not a string"),
            (r#"{"token":"hunter2 x"}"#, "bad token: only visible ASCII characters"),
            ("{}", "no credential"),
            (r#"{"access_key":"a"}"#, "half a credential"),
            (r#"{"token":"t","access_key":"a","secret_key":"s"}"#, "holds 2 credentials"),
            (r#"{"token":"t","expires_at":"soon"}"#, "not an RFC 3339 time"),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!(error.kind, Kind::ConfigInvalid);
            assert!(error.message.contains(what) && !error.message.contains("hunter2"), "{}", error.message);
        }
    }

    #[test]
    fn its_own_30_seconds_or_what_the_timeout_leaves() {
        let now = Instant::now();
        let seconds = Duration::from_secs;
        for (limit, end, is_cut) in [
            (None, now + seconds(30), false),
            (Some(now + seconds(31)), now + seconds(30), false),
            (Some(now + seconds(2)), now + seconds(2) - KILLED_BEFORE, true),
            (Some(now), now - KILLED_BEFORE, true),
        ] {
            let time = RunTimeLimit::from(now, limit);
            assert_eq!((time.end, time.is_cut), (end, is_cut), "{limit:?}");
        }
    }
}
