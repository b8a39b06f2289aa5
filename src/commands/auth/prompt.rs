//! Asking a person: a line, or a secret that is not shown while it is typed.

use std::io::{BufRead as _, Write as _};

use crate::error::{Error, Kind};

/// So often a question is asked that must be answered.
const ASKED: usize = 3;

/// A line; an empty one is the default.
pub(super) fn line(question: &str, default: Option<&str>) -> Result<String, Error> {
    let shown = default.map(|default| format!(" [{default}]")).unwrap_or_default();
    for _ in 0..ASKED {
        show(&format!("{question}{shown}: "));
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer).map_err(|reason| gave_up(&reason.to_string()))?;
        if read == 0 {
            return Err(gave_up("end of input"));
        }
        match (answer.trim(), default) {
            ("", Some(default)) => return Ok(default.to_owned()),
            ("", None) => {}
            (answer, _) => return Ok(answer.to_owned()),
        }
    }
    Err(gave_up("no answer"))
}

/// A secret, typed unseen, with every character that it has.
pub(super) fn secret(question: &str) -> Result<String, Error> {
    for _ in 0..ASKED {
        let secret = unseen(question)?;
        if !secret.is_empty() {
            return Ok(secret);
        }
    }
    Err(gave_up("no answer"))
}

/// The same; it may be empty.
pub(super) fn unseen(question: &str) -> Result<String, Error> {
    guard::arm();
    rpassword::prompt_password(format!("{question} (not shown): ")).map_err(|reason| {
        if reason.kind() == std::io::ErrorKind::Interrupted {
            guard::die();
        }
        gave_up(&reason.to_string())
    })
}

fn show(text: &str) {
    let mut stderr = std::io::stderr();
    let _ = stderr.write_all(text.as_bytes());
    let _ = stderr.flush();
}

fn gave_up(reason: &str) -> Error {
    Error::new(Kind::Usage, format!("nothing was written: {reason}"))
}

#[cfg(unix)]
mod guard {
    use std::fs::File;
    use std::sync::Once;

    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    use crate::signals;

    /// From the first secret on, a signal gives the terminal its echo back before it kills. Stays armed: a handler
    /// that was once installed is never the default again, so somebody must go on dying in its place.
    pub(super) fn arm() {
        static ARMED: Once = Once::new();
        ARMED.call_once(|| {
            let Ok(terminal) = File::open("/dev/tty") else { return };
            let (Ok(before), Ok(mut signals)) = (tcgetattr(&terminal), Signals::new([SIGINT, SIGTERM])) else { return };
            signals::hold();
            std::thread::spawn(move || {
                if let Some(signal) = signals.forever().next() {
                    let _ = tcsetattr(&terminal, OptionalActions::Now, &before);
                    super::show("\n");
                    signals::die(signal);
                }
            });
        });
    }

    /// After a Ctrl-C that was read as a character: the terminal is as before, and nothing else may be said.
    pub(super) fn die() {
        signals::die(SIGINT);
    }
}

#[cfg(not(unix))]
mod guard {
    pub(super) fn arm() {}
    pub(super) fn die() {}
}
