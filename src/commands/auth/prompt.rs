//! Asks the user for a line, or for a secret that is not shown while it is typed. Each answer is checked at once; after
//! a wrong one the reason is printed and the question repeated.

use std::io::{BufRead as _, ErrorKind};

use crate::error::{Error, Kind};
use crate::output::stdio;

const ATTEMPTS: usize = 3;

/// A line, without blanks around it; an empty one is the default.
pub(super) fn line<T>(
    question: &str,
    default: Option<&str>,
    check: impl Fn(&str) -> Result<T, String>,
) -> Result<T, Error> {
    let shown = default.map(|default| format!(" [{default}]")).unwrap_or_default();
    let read = || {
        stdio::question(&format!("{question}{shown}: "));
        let mut bytes = Vec::new();
        match std::io::stdin().lock().read_until(b'\n', &mut bytes) {
            Ok(0) => Err(gave_up("end of input")),
            Ok(_) => Ok(String::from_utf8(bytes).map_err(|_| NOT_TEXT.to_owned())),
            Err(reason) => Err(gave_up(&reason.to_string())),
        }
    };
    ask(read, |answer| match (answer.trim(), default) {
        ("", Some(default)) => check(default),
        (answer, _) => check(answer),
    })
}

/// A secret, not shown while it is typed, with all its blanks.
pub(super) fn secret<T>(question: &str, check: impl Fn(&str) -> Result<T, String>) -> Result<T, Error> {
    let read = || {
        guard::arm();
        match rpassword::prompt_password(format!("{question} (not shown): ")) {
            Ok(secret) => Ok(Ok(secret)),
            Err(reason) if reason.kind() == ErrorKind::InvalidData => Ok(Err(NOT_TEXT.to_owned())),
            Err(reason) => {
                if reason.kind() == ErrorKind::Interrupted {
                    guard::die();
                }
                Err(gave_up(&reason.to_string()))
            }
        }
    };
    ask(read, check)
}

/// Some terminals delete one byte of a character that has several.
const NOT_TEXT: &str = "that is not UTF-8 text";

fn ask<T>(
    read: impl Fn() -> Result<Result<String, String>, Error>,
    check: impl Fn(&str) -> Result<T, String>,
) -> Result<T, Error> {
    let mut left = ATTEMPTS;
    loop {
        left -= 1;
        match read()?.and_then(|answer| check(&answer)) {
            Ok(answer) => return Ok(answer),
            Err(reason) if left == 0 => return Err(gave_up(&reason)),
            Err(reason) => stdio::line(&reason),
        }
    }
}

fn gave_up(reason: &str) -> Error {
    Error::new(Kind::Usage, format!("nothing was written: {reason}"))
}

#[cfg(unix)]
mod guard {
    use std::fs::File;
    use std::io::Write as _;
    use std::sync::Once;

    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    use crate::signals;

    /// From the first secret on, a signal turns the terminal's echo on again before it kills the process. Stays
    /// installed: once a handler is set, the system's default never comes back.
    pub(super) fn arm() {
        static ARMED: Once = Once::new();
        ARMED.call_once(|| {
            let Ok(terminal) = File::open("/dev/tty") else { return };
            let (Ok(before), Ok(mut signals)) = (tcgetattr(&terminal), Signals::new([SIGINT, SIGTERM])) else { return };
            signals::hold();
            std::thread::spawn(move || {
                if let Some(signal) = signals.forever().next() {
                    let _ = tcsetattr(&terminal, OptionalActions::Now, &before);
                    let _ = std::io::stderr().write_all(b"\n");
                    signals::die(signal);
                }
            });
        });
    }

    /// After a Ctrl-C that was read as a character: the terminal is as before, and nothing else may be printed.
    pub(super) fn die() {
        signals::die(SIGINT);
    }
}

#[cfg(not(unix))]
mod guard {
    pub(super) fn arm() {}
    pub(super) fn die() {}
}
